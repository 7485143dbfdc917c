"""Once a day: what lacks its mails gets them, and the owner is told what went wrong with her mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from plugins.booking.jobs.daily import last_daily_check
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.missing_mails import EXPECTED
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor, Event
from tests.booking.endpoint import endpoint
from tests.booking.office import NOW, Clock, asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = datetime.fromisoformat("2027-01-14T11:30:00+01:00")
WORDS = {"name": "Zoë", "email": "zoe@example.com", "message": "Ciao."}


class Scene:
    """An office whose time can pass."""

    def __init__(self, engine: Engine, content: Path) -> None:
        environment = {"BOOKING_CONTENT": str(content), "BOOKING_SECRET_KEY": "k" * 32}
        settings = Settings.from_environment(environment)
        self.engine, self.clock, self.office = engine, Clock(NOW - 2 * HOUR), ContentReloader(content)
        self.services: Services = services_of(settings, Store(engine), self.clock, self.office)

    def lifecycle_job(self) -> int:
        """Run the lifecycle job as a process just started does, and return how many more mails wait then."""
        before = len(self.waiting())
        LifecycleJob(self.engine, self.services, self.office, self.clock).make()
        return len(self.waiting()) - before

    def book(self, **changed: object) -> str:
        request = self.services.booking_service.read_booking(asked(start="2027-01-14T10:00:00+01:00", **changed))
        return str(self.services.booking_service.book(request, None)["id"])

    def write(self) -> str:
        return str(self.services.booking_service.leave_message(WORDS, None)["id"])

    def deliver(self) -> None:
        """Let the relay take all that waits."""
        queue = Outbox(self.engine)
        while leased := queue.lease(self.clock()):
            queue.sent(leased, self.clock())

    def lose(self, *kinds: str) -> None:
        """Delete mails, as no part of the program does."""
        with self.engine.begin() as connection:
            connection.execute(delete(outbox).where(outbox.c.kind.in_(kinds)))

    def waiting(self) -> list[str]:
        with self.engine.begin() as connection:
            kinds = select(outbox.c.kind).where(outbox.c.state == "pending").order_by(outbox.c.kind)
            return list(connection.execute(kinds).scalars())

    def digest(self) -> str:
        """The words of the only digest that waits."""
        with self.engine.begin() as connection:
            mime = connection.execute(
                select(outbox.c.mime).where(outbox.c.kind == "digest", outbox.c.state == "pending")
            ).scalar_one()
        body = message_from_bytes(mime, policy=policy.default).get_body(("plain",))
        assert body
        return str(body.get_content())


@pytest.fixture
def scene(engine: Engine, content: Path) -> Scene:
    return Scene(engine, content)


def test_where_all_is_well_nobody_is_told(scene: Scene) -> None:
    booked = scene.book()
    scene.services.changes.reschedule(booked, LATER, Actor.OWNER)
    scene.write()
    scene.deliver()
    scene.clock.now = NOW
    assert scene.lifecycle_job() == 0
    assert scene.waiting() == []
    found = last_daily_check(scene.engine)
    assert found
    assert (found.day, found.unmailed, found.queued_again) == ("2027-01-11", 0, 0)


def test_daily_round_runs_once_a_day_in_the_morning(scene: Scene) -> None:
    scene.write()
    scene.lose("message-owner")
    scene.clock.now = NOW - 3 * HOUR  # six in Rome
    assert scene.lifecycle_job() == 0
    scene.clock.now = NOW - 2 * HOUR
    assert [scene.lifecycle_job(), scene.lifecycle_job()] == [2, 0]
    scene.lose("message-owner")
    assert scene.lifecycle_job() == 0
    scene.clock.now += DAY
    assert scene.lifecycle_job() == 2


def test_missing_mails_are_queued_again_and_the_owner_is_told(scene: Scene) -> None:
    scene.book(), scene.write()
    scene.lose("booked-owner", "booked-visitor", "message-owner")
    scene.clock.now = NOW
    assert scene.lifecycle_job() == 4
    assert scene.waiting() == ["booked-owner", "booked-visitor", "digest", "message-owner"]
    words = scene.digest()
    assert "appuntamento di giovedì 14 gennaio 2027 alle 10:00 (ora italiana): rimessa in coda" in words
    assert "messaggio di lunedì 11 gennaio" in words
    assert "/agenda/" in words
    found = last_daily_check(scene.engine)
    assert found
    assert (found.unmailed, found.queued_again) == (2, 3)


def test_only_the_mail_that_lacks_is_queued_again(scene: Scene) -> None:
    booked = scene.book()
    scene.clock.now += HOUR
    scene.services.changes.reschedule(booked, LATER, Actor.OWNER, "Ho un contrattempo.")
    scene.deliver()
    scene.lose("rescheduled-visitor")
    scene.clock.now = NOW
    scene.lifecycle_job()
    assert scene.waiting() == ["digest", "rescheduled-visitor"]
    with scene.engine.begin() as connection:
        mime = connection.execute(select(outbox.c.mime).where(outbox.c.kind == "rescheduled-visitor")).scalar_one()
    assert "Ho un contrattempo." in str(message_from_bytes(mime, policy=policy.default).get_body(("plain",)))


@pytest.mark.parametrize("past", [True, False], ids=["the meeting is past", "it has changed since"])
def test_outdated_missing_mail_is_reported_to_owner_and_not_queued(scene: Scene, past: bool) -> None:
    booked = scene.book()
    if not past:
        scene.clock.now += HOUR
        scene.services.changes.cancel(booked, Actor.VISITOR)
    scene.deliver()
    scene.lose("booked-visitor")
    scene.clock.now = NOW + (4 * DAY if past else timedelta())
    scene.lifecycle_job()
    assert scene.waiting() == ["digest"]
    assert "da guardare a mano" in scene.digest()


def test_undeliverable_mails_are_reported_once_without_naming_visitors(scene: Scene) -> None:
    scene.book()
    queue = Outbox(scene.engine)
    while leased := queue.lease(scene.clock()):
        if leased.envelope.kind == "booked-visitor":
            queue.dead(leased, scene.clock(), "550 no ada@example.com here")
        else:
            queue.sent(leased, scene.clock())
    scene.clock.now = NOW
    assert scene.lifecycle_job() == 1
    words = scene.digest()
    assert "Non consegnabili: mail per un appuntamento di giovedì 14 gennaio 2027 alle 10:00 (ora italiana)" in words
    assert "ada" not in words.lower()
    scene.deliver()
    scene.clock.now += DAY
    assert scene.lifecycle_job() == 0


def test_mail_that_waits_for_hours_for_a_relay_is_told(scene: Scene) -> None:
    scene.write(), scene.write()
    held = Outbox(scene.engine).lease(scene.clock())
    assert held
    Outbox(scene.engine).untried(held, scene.clock(), "ConnectionRefusedError")
    scene.clock.now = NOW + 5 * HOUR
    assert scene.lifecycle_job() == 1
    assert "In attesa da più di quattro ore: 2" in scene.digest()


def test_mail_that_nobody_has_tried_yet_is_no_news(scene: Scene) -> None:
    scene.write()
    scene.clock.now = NOW + 5 * HOUR
    assert scene.lifecycle_job() == 0


def test_every_event_that_writes_to_somebody_is_expected_to(scene: Scene) -> None:
    booked = scene.book()
    changes = scene.services.changes
    changes.reschedule(booked, LATER, Actor.VISITOR)
    changes.correct(booked, "giusta@example.com")
    changes.cancel(booked, Actor.OWNER)
    for end in (changes.approve, changes.decline):
        end(scene.book(meeting="telefonata", phone="333 1234567", email=f"{new_id(NOW)}@example.com"))
        scene.clock.now += timedelta(minutes=1)
        with scene.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM claims")
            connection.exec_driver_sql("UPDATE bookings SET busy_from = 0, busy_until = 0")
    scene.book(meeting="telefonata", phone="333 1234567")
    scene.clock.now += 2 * DAY
    scene.lifecycle_job()
    with scene.engine.begin() as connection:
        kinds = set(connection.execute(select(outbox.c.kind)).scalars())
    assert {kind for kind in kinds if kind != "digest"} == {
        f"{event.value}-{who}" for event, whom in EXPECTED.items() for who in whom
    }
    assert set(Event) - set(EXPECTED) == {Event.DONE, Event.NO_SHOW}


def test_health_says_how_mail_stands_and_names_nobody(content: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(content, url, BOOKING_SMTP_URL="smtp://127.0.0.1:25") as desk:

        def told() -> dict[str, object]:
            answer: dict[str, object] = desk.http.get("/health").json()
            return answer

        assert told()["delivery"] == {"last_accepted": None, "reconciliation": None}
        desk.http.post("/api/messages", json=WORDS)
        desk.http.post("/api/bookings", json=asked())
        queue = desk.outbox
        first = queue.lease(desk.clock())
        assert first
        queue.sent(first, desk.clock())
        second = queue.lease(desk.clock())
        assert second
        queue.later(second, desk.clock(), "451 4.7.1 <ada@example.com> is greylisted")
        assert told()["mail"] == "ok"
        desk.clock.now += HOUR
        late = told()
        assert late["mail"] == "late: 2 mails wait, the oldest for 3600 seconds, the last failure was 451"
        assert "ada" not in str(late)
        assert late["delivery"] == {"last_accepted": NOW.isoformat(), "reconciliation": None}
        while leased := queue.lease(desk.clock()):
            queue.dead(leased, desk.clock(), "550 no")
        assert told()["mail"] == "given up: 2 mails could not be delivered; the agenda names them"
        assert told()["status"] == "ok"
