"""Booking changes over the API and by the lifecycle job, on each engine, with the mails and invitations they bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import event as event_api
from sqlalchemy import select, update

from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.schema import bookings, claims, history, outbox
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.tables import count

TEN = "2027-01-12T10:00:00+01:00"
ELEVEN = "2027-01-12T11:00:00+01:00"
NOON = "2027-01-12T12:00:00+01:00"
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", change_notice="12h", pending_expiry="1d", reminder="24h")
    with endpoint(content, database_url) as running:
        yield running


@pytest.fixture
def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


@pytest.fixture
def lifecycle_job(desk: Endpoint, services: Services) -> LifecycleJob:
    return LifecycleJob(desk.engine, services, ContentReloader(desk.content), desk.clock)


def book(desk: Endpoint, **changed: object) -> dict[str, Any]:
    made = desk.http.post("/api/bookings", json=asked(**changed))
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def ask(desk: Endpoint, made: dict[str, Any], change: str, **body: object) -> Any:  # noqa: ANN401 - an answer
    token = made["manage_url"].rstrip("/").rsplit("/", 1)[1]
    return desk.http.post(f"/api/bookings/{token}/{change}", json=body)


def pending(desk: Endpoint, start: str = TEN) -> dict[str, Any]:
    made = book(desk, meeting="telefonata", phone="333 1234567", start=start)
    assert made["status"] == "pending"
    return made


def mails(desk: Endpoint, kind: str) -> list[EmailMessage]:
    with desk.engine.begin() as connection:
        rows = connection.execute(select(outbox.c.mime).where(outbox.c.kind == kind).order_by(outbox.c.id)).scalars()
        return [message_from_bytes(row, policy=policy.default) for row in rows]


def event(mail: EmailMessage) -> tuple[str, Any]:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"]
    (found,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def status(desk: Endpoint, made: dict[str, Any]) -> str:
    booking = desk.store.booking(made["id"])
    assert booking
    return booking.status.value


def test_rescheduled_booking_keeps_its_uid_and_mails_both_sides(desk: Endpoint) -> None:
    made = book(desk)
    answer = ask(desk, made, "reschedule", start=ELEVEN)
    assert answer.status_code == 200
    assert answer.json() == made | {"start": ELEVEN, "end": "2027-01-12T11:30:00+01:00"}
    (first,), (second,) = mails(desk, "booked-visitor"), mails(desk, "rescheduled-visitor")
    (method, before), (again, after) = event(first), event(second)
    assert (method, again) == ("REQUEST", "REQUEST")
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == datetime.fromisoformat(ELEVEN)
    assert "Prima era: martedì 12 gennaio 2027 alle 10:00" in words(second)
    assert event(mails(desk, "rescheduled-owner")[0])[0] == "PUBLISH"
    with desk.engine.begin() as connection:
        told = connection.execute(select(history.c.event, history.c.actor)).all()
    assert sorted(tuple(row) for row in told) == [("booked", "visitor"), ("rescheduled", "visitor")]


def test_rescheduling_frees_the_old_slot_and_claims_the_new(desk: Endpoint) -> None:
    made = book(desk)
    ask(desk, made, "reschedule", start=ELEVEN)
    assert desk.http.post("/api/bookings", json=asked(start=ELEVEN)).status_code == 409
    assert book(desk, start=TEN)["status"] == "confirmed"
    assert count(desk.engine, claims) == 12


def test_booking_may_move_into_time_covered_by_its_own_claim(tmp_path: Path, database_url: str) -> None:
    content = write_content(tmp_path / "long", talk={"minutes": 60, "step": 30, "after": 15})
    with endpoint(content, database_url) as desk:
        made = book(desk)
        answer = ask(desk, made, "reschedule", start="2027-01-12T10:30:00+01:00")
        assert answer.status_code == 200
        assert count(desk.engine, claims) == 15


def test_a_booking_cannot_move_onto_another(desk: Endpoint) -> None:
    one, other = book(desk), book(desk, start=ELEVEN)
    answer = ask(desk, one, "reschedule", start=ELEVEN)
    assert answer.status_code == 409
    assert len(answer.json()["nearest"]) == 3
    free = {slot["start"] for slot in answer.json()["nearest"]}
    assert not free & {TEN, ELEVEN}
    assert (status(desk, one), status(desk, other)) == ("confirmed", "confirmed")
    assert count(desk.engine, claims) == 12


def test_two_bookings_cannot_swap_their_slots_by_both_moving(desk: Endpoint) -> None:
    one, other = book(desk), book(desk, start=ELEVEN)
    assert ask(desk, one, "reschedule", start=ELEVEN).status_code == 409
    assert ask(desk, other, "reschedule", start=TEN).status_code == 409


@pytest.mark.parametrize(
    "start",
    ["2027-01-12T10:07:00+01:00", "2027-01-12T18:00:00+01:00", "2020-01-12T10:00:00+01:00", "2027-09-01T10:00:00Z"],
)
def test_a_move_obeys_the_rules_of_a_booking(desk: Endpoint, start: str) -> None:
    answer = ask(desk, book(desk), "reschedule", start=start)
    assert answer.status_code == 409
    assert len(answer.json()["nearest"]) == 3


def test_cancelled_booking_frees_its_slot_and_cancels_both_calendar_entries(desk: Endpoint) -> None:
    made = book(desk)
    answer = ask(desk, made, "cancel", reason="Non riesco a venire")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert count(desk.engine, claims) == 0
    (owner,), (visitor,) = mails(desk, "cancelled-owner"), mails(desk, "cancelled-visitor")
    method, gone = event(visitor)
    assert (method, gone["STATUS"], gone["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert event(owner)[0] == "CANCEL"
    assert "Non riesco a venire" in words(owner)
    assert "Non riesco a venire" not in words(visitor)
    assert book(desk)["status"] == "confirmed"


def test_what_is_cancelled_can_be_neither_moved_nor_cancelled_again(desk: Endpoint) -> None:
    made = book(desk)
    ask(desk, made, "cancel")
    for change, body in (("cancel", {}), ("reschedule", {"start": ELEVEN})):
        answer = ask(desk, made, change, **body)
        assert answer.status_code == 409
        assert "non si può più" in answer.json()["detail"]
    assert len(mails(desk, "cancelled-visitor")) == 1


def test_visitor_cannot_move_or_cancel_after_the_change_deadline(desk: Endpoint) -> None:
    made = book(desk)
    desk.clock.now = datetime.fromisoformat(TEN) - 12 * HOUR
    assert ask(desk, made, "reschedule", start=NOON).status_code == 200
    desk.clock.now = datetime.fromisoformat(NOON) - 12 * HOUR + timedelta(seconds=1)
    for change, body in (("cancel", {}), ("reschedule", {"start": "2027-01-14T10:00:00+01:00"})):
        answer = ask(desk, made, change, **body)
        assert (answer.status_code, "troppo tardi" in answer.json()["detail"]) == (409, True)


def test_the_same_key_moves_once_and_answers_alike(desk: Endpoint) -> None:
    made = book(desk)
    token = made["manage_url"].rstrip("/").rsplit("/", 1)[1]
    for _ in range(2):
        answer = desk.http.post(
            f"/api/bookings/{token}/reschedule", json={"start": ELEVEN}, headers={"Idempotency-Key": "k"}
        )
        assert (answer.status_code, answer.json()["start"]) == (200, ELEVEN)
    assert len(mails(desk, "rescheduled-visitor")) == 1


def test_unknown_booking_change_is_404_and_invalid_fields_are_422(desk: Endpoint) -> None:
    made = book(desk)
    assert desk.http.post("/api/bookings/niente/cancel", json={}).status_code == 404
    answer = ask(desk, made, "reschedule", start="domani")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "start")
    assert ask(desk, made, "reschedule").status_code == 422
    assert ask(desk, made, "cancel", reason=3).status_code == 422


def test_pending_request_holds_its_slot_and_sends_invitation_on_approval(desk: Endpoint, services: Services) -> None:
    made = pending(desk)
    assert desk.http.post("/api/bookings", json=asked()).status_code == 409
    answer = services.changes.approve(made["id"])
    assert answer
    assert answer["status"] == "confirmed"
    method, invited = event(mails(desk, "approved-visitor")[0])
    assert (method, invited["STATUS"], invited["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 1)
    assert event(mails(desk, "approved-owner")[0])[1]["LOCATION"] == "Al telefono, 333 1234567"
    with pytest.raises(ChangeRefused):
        services.changes.approve(made["id"])


def test_two_pending_requests_never_hold_the_same_slot(desk: Endpoint, services: Services) -> None:
    made = pending(desk)
    second = desk.http.post("/api/bookings", json=asked(meeting="telefonata", phone="333 7654321"))
    assert second.status_code == 409
    assert services.changes.approve(made["id"])
    assert count(desk.engine, bookings) == 1


def test_a_declined_request_says_so_with_the_owners_word(desk: Endpoint, services: Services) -> None:
    made = pending(desk)
    answer = services.changes.decline(made["id"], "Quella mattina sono in viaggio.")
    assert answer
    assert answer["status"] == "declined"
    (visitor,) = mails(desk, "declined-visitor")
    assert "Quella mattina sono in viaggio." in words(visitor)
    assert not [part for part in visitor.walk() if part.get_content_type() == "text/calendar"]
    assert count(desk.engine, claims) == 0


def test_unanswered_request_expires_and_mails_owner_and_visitor(desk: Endpoint, lifecycle_job: LifecycleJob) -> None:
    made = pending(desk, "2027-01-14T10:00:00+01:00")
    desk.clock.now += 24 * HOUR - timedelta(seconds=1)
    assert lifecycle_job.make() == 0
    desk.clock.now += timedelta(seconds=1)
    assert lifecycle_job.make() == 1
    assert (lifecycle_job.make(), status(desk, made)) == (0, "expired")
    assert [len(mails(desk, f"expired-{who}")) for who in ("owner", "visitor")] == [1, 1]
    assert count(desk.engine, claims) == 0


def test_requests_that_still_wait_keep_no_other_from_expiring(
    desk: Endpoint, lifecycle_job: LifecycleJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.booking.jobs.lifecycle._AT_ONCE", 1)
    old = pending(desk, "2027-01-15T10:00:00+01:00")
    desk.clock.now += 12 * HOUR
    young = pending(desk, "2027-01-14T10:00:00+01:00")
    desk.clock.now += 12 * HOUR
    assert lifecycle_job.make() == 1
    assert (status(desk, old), status(desk, young)) == ("expired", "pending")


def test_what_time_brings_is_found_without_reading_the_history(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path / "office", reminder="24h"), f"sqlite:///{tmp_path}/plans.db") as desk:
        office = ContentReloader(desk.content)
        asked: list[tuple[str, Any]] = []
        event_api.listen(desk.engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        LifecycleJob(desk.engine, services_of(desk.settings, desk.store, desk.clock, office), office, desk.clock).make()
        AgendaQueries(desk.engine).waiting()
        AgendaQueries(desk.engine).upcoming(desk.clock())
        with desk.engine.begin() as connection:
            plans = [
                str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())
                for query, values in list(asked)
                if "FROM bookings" in query
            ]
    assert len(plans) == 5
    assert all("INDEX bookings_open" in plan and "SORT" not in plan and "B-TREE" not in plan for plan in plans), plans


def test_a_request_expires_at_its_own_start_at_the_latest(desk: Endpoint, lifecycle_job: LifecycleJob) -> None:
    made = pending(desk, "2027-01-11T11:00:00+01:00")
    desk.clock.now += 2 * HOUR
    lifecycle_job.make()
    assert status(desk, made) == "expired"


def test_visitor_rescheduling_a_manually_confirmed_meeting_makes_it_pending_again(
    desk: Endpoint, services: Services
) -> None:
    made = pending(desk)
    services.changes.approve(made["id"])
    answer = ask(desk, made, "reschedule", start=ELEVEN)
    assert answer.json()["status"] == "pending"
    method, invited = event(mails(desk, "rescheduled-visitor")[0])
    assert (method, invited["STATUS"], invited["SEQUENCE"]) == ("REQUEST", "TENTATIVE", 2)
    services.changes.decline(made["id"])
    assert event(mails(desk, "declined-visitor")[0])[0] == "CANCEL"


def test_owner_moves_and_cancels_at_any_time_before_the_start(desk: Endpoint, services: Services) -> None:
    made = book(desk)
    desk.clock.now = datetime.fromisoformat(TEN) - HOUR
    with pytest.raises(SlotTaken):
        services.changes.reschedule(made["id"], datetime.fromisoformat(TEN) + HOUR / 2, Actor.OWNER)
    moved = services.changes.reschedule(
        made["id"], datetime.fromisoformat(TEN) + HOUR / 2, Actor.OWNER, "Scusami, un contrattempo.", any_notice=True
    )
    assert moved
    assert moved["status"] == "confirmed"
    assert "Scusami, un contrattempo." in words(mails(desk, "rescheduled-visitor")[0])
    assert services.changes.cancel(made["id"], Actor.OWNER, "Ho la febbre.")
    assert "Ho la febbre." in words(mails(desk, "cancelled-visitor")[0])


def test_finished_meeting_becomes_done_and_can_be_marked_missed(
    desk: Endpoint, services: Services, lifecycle_job: LifecycleJob
) -> None:
    made = book(desk)
    with pytest.raises(ChangeRefused):
        services.changes.miss(made["id"])
    desk.clock.now = datetime.fromisoformat(TEN) + timedelta(minutes=30)
    lifecycle_job.make()
    assert status(desk, made) == "done"
    services.changes.miss(made["id"])
    assert status(desk, made) == "no_show"


def test_both_are_reminded_once_whatever_is_started_again(
    desk: Endpoint, services: Services, lifecycle_job: LifecycleJob
) -> None:
    made = book(desk, start="2027-01-14T10:00:00+01:00")
    desk.clock.now = datetime.fromisoformat("2027-01-13T09:59:00+01:00")
    assert lifecycle_job.make() == 0
    desk.clock.now += timedelta(minutes=1)
    assert lifecycle_job.make() == 1
    assert LifecycleJob(desk.engine, services, ContentReloader(desk.content), desk.clock).make() == 0
    assert [len(mails(desk, f"reminder-{who}")) for who in ("owner", "visitor")] == [1, 1]
    ask(desk, made, "reschedule", start="2027-01-16T10:00:00+01:00")
    assert lifecycle_job.make() == 0
    desk.clock.now += timedelta(days=2)
    assert lifecycle_job.make() == 1
    assert [len(mails(desk, f"reminder-{who}")) for who in ("owner", "visitor")] == [2, 2]


def test_who_booked_within_the_reminders_time_is_not_reminded(desk: Endpoint, lifecycle_job: LifecycleJob) -> None:
    book(desk, start="2027-01-11T12:00:00+01:00")
    assert lifecycle_job.make() == 0
    assert mails(desk, "reminder-visitor") == []


def test_a_corrected_address_gets_the_mail_again(desk: Endpoint, services: Services) -> None:
    made = book(desk)
    services.changes.correct(made["id"], "giusta@example.com")
    (again,) = mails(desk, "corrected-visitor")
    assert again["To"] == "giusta@example.com"
    method, invited = event(again)
    assert (method, invited["ATTENDEE"], invited["SEQUENCE"]) == ("REQUEST", "mailto:giusta@example.com", 1)


def test_change_is_rolled_back_when_its_mail_cannot_be_queued(
    desk: Endpoint, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise ValueError("no room")

    made = book(desk)
    monkeypatch.setattr("plugins.booking.storage.booking_store.enqueue_for", fail)
    with pytest.raises(ValueError, match="no room"):
        services.changes.cancel(made["id"], Actor.OWNER)
    assert (status(desk, made), count(desk.engine, claims)) == ("confirmed", 6)


def test_a_mail_that_cannot_be_written_undoes_no_change(desk: Endpoint, services: Services) -> None:
    made = book(desk)
    with desk.engine.begin() as connection:
        connection.execute(update(bookings).values(email="a@b\r\nBcc: x@evil.example"))
    services.changes.cancel(made["id"], Actor.OWNER)
    assert (status(desk, made), count(desk.engine, claims)) == ("cancelled", 0)
    with desk.engine.begin() as connection:
        cancelled = select(outbox.c.state, outbox.c.mime, outbox.c.error).where(outbox.c.kind.like("cancelled-%"))
        assert connection.execute(cancelled).all() == [("dead", b"", "unwritten: UnsafeHeader")] * 2


def test_the_visitors_own_clock_is_said_beside_the_owners(desk: Endpoint) -> None:
    for zone, own in (
        ("Pacific/Auckland", "martedì 12 gennaio 2027 alle 22:00 (ora di Auckland)"),
        ("Asia/Kathmandu", "martedì 12 gennaio 2027 alle 14:45 (ora di Kathmandu)"),
        ("Pacific/Honolulu", "lunedì 11 gennaio 2027 alle 23:00 (ora di Honolulu)"),
    ):
        made = book(desk, timezone=zone, email=f"{zone.rpartition('/')[2]}@example.com")
        assert f"Da te: {own}" in words(mails(desk, "booked-visitor")[-1])
        ask(desk, made, "cancel")
        desk.clock.now += timedelta(seconds=1)
    book(desk, timezone="Europe/Paris")
    assert "Da te" not in words(mails(desk, "booked-visitor")[-1])
    answer = desk.http.post("/api/bookings", json=asked(timezone="Luna/Mare"))
    assert answer.json()["errors"][0]["field"] == "timezone"
