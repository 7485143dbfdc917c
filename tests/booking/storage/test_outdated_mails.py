"""No mail about a booking leaves after a newer one to the same reader, whatever relay, workers and owner do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any

import icalendar
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Engine, delete, select, update

from plugins.booking.agenda.sign_in import LINK_LASTS, SignIn
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import (
    ConnectionClosing,
    Deferred,
    OutcomeUnknown,
    Refused,
    RelayUnavailable,
    SenderRejected,
)
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.migrate import MIGRATIONS
from plugins.booking.storage.outbox import LEASE, Envelope, Leased, Outbox, Urgency, enqueue
from plugins.booking.storage.schema import metadata, outbox
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from tests.booking.office import NOW, Clock, asked, write_content
from tests.soak import soak_count

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STARTS = [NOW + DAY * day + timedelta(hours=hour) for day in range(1, 12) for hour in (0, 1, 2, 3)]
# What a relay does with a mail: the failure that it comes to, and whether it has taken it all the same.
OUTCOMES: dict[str, tuple[Callable[[], Exception] | None, bool]] = {
    "taken": (None, True),
    "put off": (lambda: Deferred("451 later"), False),
    "put off with all": (lambda: ConnectionClosing("421 later"), False),
    "refused": (lambda: Refused("550 5.1.1 nobody"), False),
    "refused to everybody": (lambda: SenderRejected("554 5.7.1 not from you"), False),
    "gone": (lambda: RelayUnavailable("ConnectionRefusedError: nobody there"), False),
    "lost with the reply": (lambda: OutcomeUnknown("SMTPServerDisconnected: closed"), True),
    "lost on the way": (lambda: OutcomeUnknown("SMTPServerDisconnected: closed"), False),
}


class Office:
    """An office over a database, with its clock."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.clock = engine, Clock()
        content = write_content(folder, reminder="24h", pending_expiry="3d", change_notice="1h")
        office = ContentReloader(content)
        environment = {"BOOKING_CONTENT": str(content), "BOOKING_SECRET_KEY": "k" * 32}
        self.services: Services = services_of(Settings.from_environment(environment), Store(engine), self.clock, office)
        self.rounds = LifecycleJob(engine, self.services, office, self.clock)
        self.outbox = Outbox(engine)

    def book(self, start: datetime, email: str = "ada@example.com", **changed: object) -> str:
        request = self.services.booking_service.read_booking(
            asked(start=start.isoformat(), email=email, phone="333 1234567", **changed)
        )
        name: str = self.services.booking_service.book(request, None)["id"]
        return name

    def states(self) -> dict[str, str]:
        with self.engine.begin() as connection:
            return {row.kind: row.state for row in connection.execute(select(outbox).order_by(outbox.c.id))}

    def send(self, outcome: str = "taken", lease: Leased | None = None) -> list[Envelope]:
        """Have all that is due, or what is leased, meet this of the relay; return what it took."""
        failure, taken = OUTCOMES[outcome]
        arrived: list[Envelope] = []

        class Relay:
            login: str | None = None

            def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
                if taken:
                    arrived.append(envelope)
                if failure:
                    raise failure()
                accepted()

        queue = _Holding(self.engine, lease) if lease else self.outbox
        Delivery(queue, Relay(), self.clock, chance=lambda: 1.0).deliver_due()
        return arrived


class _Holding(Outbox):
    """An outbox of which one mail has been leased before."""

    def __init__(self, engine: Engine, leased: Leased) -> None:
        super().__init__(engine)
        self._leased: list[Leased] = [leased]

    def lease(self, now: datetime, upto: Urgency = Urgency.DIGEST) -> Leased | None:
        return self._leased.pop() if self._leased else None


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path / "office")


def kinds(envelopes: list[Envelope]) -> list[str]:
    return [one.kind for one in envelopes if one.kind != "digest"]


def sequence_of(mime: bytes) -> int | None:
    for part in message_from_bytes(mime, policy=default).walk():
        if part.get_content_type() == "text/calendar":
            calendar: Any = icalendar.Calendar.from_ical(part.get_content())
            return int(calendar.walk("VEVENT")[0]["SEQUENCE"])
    return None


@pytest.mark.parametrize("outcome", [one for one in OUTCOMES if one not in {"taken", "lost with the reply"}])
def test_confirmation_never_sent_is_dropped_once_cancelled(office: Office, outcome: str) -> None:
    booking = office.book(STARTS[0])
    assert office.send(outcome) == []
    office.clock.now += MINUTE
    office.services.changes.cancel(booking, Actor.VISITOR)
    office.clock.now += MINUTE
    assert kinds(office.send()) == ["cancelled-owner", "cancelled-visitor"]
    office.clock.now += 6 * DAY
    office.outbox.revive(office.clock.now)
    assert office.send() == []
    assert office.states() == dict.fromkeys(["booked-owner", "booked-visitor"], "outdated") | dict.fromkeys(
        ["cancelled-owner", "cancelled-visitor"], "sent"
    )


def test_newer_mail_waits_for_the_older_one_on_its_way(office: Office) -> None:
    booking = office.book(STARTS[0])
    held = [office.outbox.lease(office.clock.now) for _ in range(2)]
    office.services.changes.cancel(booking, Actor.VISITOR)
    assert office.outbox.lease(office.clock.now) is None
    assert held[0]
    assert held[1]
    assert kinds(office.send("taken", held[0])) == ["booked-owner"]
    assert office.send("put off", held[1]) == []
    assert kinds(office.send()) == ["cancelled-owner", "cancelled-visitor"]
    assert office.states()["booked-visitor"] == "outdated"


def test_newer_mail_waits_no_longer_than_a_lease(office: Office) -> None:
    booking = office.book(STARTS[0])
    assert office.outbox.lease(office.clock.now)
    office.services.changes.cancel(booking, Actor.VISITOR)
    assert kinds(office.send()) == ["cancelled-visitor"]
    office.clock.now += LEASE
    assert kinds(office.send()) == ["cancelled-owner"]


@pytest.mark.parametrize("outcome", ["refused", "refused to everybody", "put off"])
def test_overtaken_mail_that_fails_on_its_way_is_not_kept(office: Office, outcome: str) -> None:
    booking = office.book(STARTS[0])
    office.outbox.lease(office.clock.now)
    held = office.outbox.lease(office.clock.now)
    office.services.changes.cancel(booking, Actor.VISITOR)
    assert held
    office.send(outcome, held)
    assert office.states()["booked-visitor"] == "outdated"


def test_owner_who_declined_is_not_asked_to_confirm_anymore(office: Office) -> None:
    booking = office.book(STARTS[0], meeting="telefonata")
    office.services.changes.decline(booking)
    assert kinds(office.send()) == ["declined-visitor"]


def test_corrected_address_withdraws_the_wrong_ones_mail_alone(office: Office) -> None:
    booking = office.book(STARTS[0])
    office.services.changes.correct(booking, "giusta@example.com")
    assert {one.recipient: one.kind for one in office.send()} == {
        "bice@example.org": "booked-owner",
        "giusta@example.com": "corrected-visitor",
    }


@pytest.mark.parametrize("moved", [False, True])
def test_corrected_address_is_told_the_owners_last_word(office: Office, moved: bool) -> None:
    booking = office.book(STARTS[0], meeting="telefonata")
    office.clock.now += MINUTE
    office.services.changes.approve(booking, "Porta le fatture.")
    if moved:
        office.clock.now += MINUTE
        office.services.changes.reschedule(booking, STARTS[1], Actor.VISITOR)
    for address in ("errata@example.com", "giusta@example.com"):
        office.clock.now += MINUTE
        office.services.changes.correct(booking, address)
    (mail,) = [one for one in office.send() if one.kind == "corrected-visitor"]
    letter: Any = message_from_bytes(mail.mime, policy=default).get_body(("plain",))
    assert ("Porta le fatture." in letter.get_content()) is not moved


def test_reminder_goes_after_the_confirmation_that_waits(office: Office) -> None:
    office.book(STARTS[12])
    office.send("put off")
    office.clock.now = STARTS[12] - timedelta(hours=20)
    office.rounds.make()
    with office.engine.begin() as connection:
        later = update(outbox).where(outbox.c.kind.like("booked-%"))
        connection.execute(later.values(next_at=office.clock.now + MINUTE))
    assert kinds(office.send()) == []
    office.clock.now += MINUTE
    assert kinds(office.send()) == ["booked-owner", "booked-visitor", "reminder-owner", "reminder-visitor"]


def test_dead_confirmation_put_back_never_follows_its_reminder(office: Office) -> None:
    office.book(STARTS[12])
    office.send("refused")
    office.clock.now = STARTS[12] - timedelta(hours=20)
    office.rounds.make()
    assert kinds(office.send()) == ["booked-owner", "reminder-owner", "reminder-visitor"]
    assert office.outbox.revive(office.clock.now) == 0
    assert office.states()["booked-visitor"] == "outdated"


@pytest.mark.parametrize("waits", [True, False])
def test_digest_put_back_never_follows_the_next_one(office: Office, waits: bool) -> None:
    days = [NOW, NOW + DAY]
    for number, day in enumerate(days):
        name = new_id(day)
        mail = Envelope(name, "digest", "a@example.org", "b@example.org", f"<{number}@x>", b"Words")
        with office.engine.begin() as connection:
            enqueue(connection, "digest", [mail], day)
            if number == 0:
                connection.execute(update(outbox).values(state="dead", settled_at=day))
    office.clock.now = NOW + DAY + MINUTE
    gone = [] if waits else office.send()
    office.outbox.revive(office.clock.now)
    assert [one.message_id for one in [*gone, *office.send()]] == (["<0@x>", "<1@x>"] if waits else ["<1@x>"])


def test_nobody_is_reminded_of_a_meeting_that_has_begun(office: Office) -> None:
    office.book(STARTS[12])
    office.send()
    office.clock.now = STARTS[12] - timedelta(hours=20)
    office.rounds.make()
    office.send("gone")
    office.clock.now = STARTS[12]
    assert office.send() == []
    assert set(office.states().values()) == {"sent", "outdated"}


def test_visitor_is_told_of_no_meeting_that_is_over(office: Office) -> None:
    office.book(STARTS[0])
    office.send("gone")
    office.clock.now = STARTS[0] + timedelta(hours=1)
    assert kinds(office.send()) == ["booked-owner"]


def test_cancellation_goes_out_after_the_hour_it_was_for(office: Office) -> None:
    booking = office.book(STARTS[0])
    office.services.changes.cancel(booking, Actor.OWNER)
    office.clock.now = STARTS[0] + DAY
    assert kinds(office.send()) == ["cancelled-owner", "cancelled-visitor"]


def test_expired_link_into_the_agenda_is_not_mailed(office: Office) -> None:
    write = office.services.mail_composer.sign_in
    SignIn(office.engine).ask(lambda token, code: write(token, code, LINK_LASTS, office.clock.now), office.clock.now)
    office.clock.now += LINK_LASTS
    assert office.send() == []
    assert office.states() == {"sign-in": "outdated"}


def test_upgrade_withdraws_what_a_later_mail_has_overtaken(engine: Engine) -> None:
    def mail(kind: str, second: int) -> Envelope:
        name = new_id(NOW + timedelta(seconds=second))
        return Envelope(name, kind, "a@example.org", "b@example.com", f"<{name}@x>", b"Words")

    mails = [
        mail("booked-owner", 0),
        mail("booked-visitor", 0),
        mail("cancelled-visitor", 1),
        mail("reminder-owner", 2),
    ]
    with engine.begin() as connection:
        enqueue(connection, "b", mails, NOW)
        connection.execute(update(outbox).where(outbox.c.kind == "booked-visitor").values(state="dead"))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.stamp(config, "0009")
        command.upgrade(config, "0010")
        states = {row.kind: row.state for row in connection.execute(select(outbox))}
    assert states == {
        "booked-owner": "pending", "booked-visitor": "outdated",
        "cancelled-visitor": "pending", "reminder-owner": "pending",
    }  # fmt: skip


class Post(RuleBasedStateMachine):
    """Bookings that change while several lanes send their mails to a relay that does whatever it likes."""

    engine: Engine
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
        self.numbers = count()
        self.written: dict[str, int] = {}  # in which order each mail was
        self.arrived: dict[tuple[str, str], list[tuple[int, int | None]]] = defaultdict(list)
        self.under_way: list[Leased] = []
        self.bookings: list[str] = []

    @initialize()
    def opens(self) -> None:
        self.office = Office(self.engine, self.folder)

    def look(self) -> None:
        with self.engine.begin() as connection:
            found = connection.execute(select(outbox.c.id)).scalars().all()
        number = next(self.numbers)
        self.written |= {name: number for name in found if name not in self.written}

    def about(self, envelope: Envelope) -> tuple[str, str]:
        with self.engine.begin() as connection:
            about: str = connection.execute(select(outbox.c.about).where(outbox.c.id == envelope.id)).scalar_one()
        return about, envelope.kind.rpartition("-")[2]

    def arrive(self, envelopes: list[Envelope]) -> None:
        for one in envelopes:
            self.arrived[self.about(one)].append((self.written[one.id], sequence_of(one.mime)))
        for mails in self.arrived.values():
            numbers = [number for number, _ in mails]
            revisions = [revision for _, revision in mails if revision is not None]
            assert numbers == sorted(numbers), "an older mail came after a newer one"
            assert revisions == sorted(revisions), "a SEQUENCE fell"

    # No precondition asks what chance decides, as how long a mail waits to be tried again: a rule does nothing instead.

    @rule(number=st.integers(0, 43), kind=st.sampled_from(["conoscitiva", "telefonata"]))
    def book(self, number: int, kind: str) -> None:
        if len(self.bookings) == 2:
            return
        start = STARTS[number]
        free = self.office.services.booking_service
        meeting = free.meeting(kind)
        if any(slot.start == start for slot in free.slots(meeting, start.date(), start.date())):
            self.bookings.append(self.office.book(start, f"ada{number}@example.com", meeting=kind))
            self.look()

    @rule(
        number=st.integers(0, 999),
        change=st.sampled_from(["approve", "decline", "cancel", "cancel", "correct", "miss", "move", "move"]),
        actor=st.sampled_from([Actor.VISITOR, Actor.OWNER]),
        there=st.integers(0, 43),
    )
    def change(self, number: int, change: str, actor: Actor, there: int) -> None:
        if not self.bookings:
            return
        name, changes = self.bookings[number % len(self.bookings)], self.office.services.changes
        made: dict[str, Callable[[], object]] = {
            "approve": lambda: changes.approve(name),
            "decline": lambda: changes.decline(name),
            "cancel": lambda: changes.cancel(name, actor),
            "correct": lambda: changes.correct(name, f"giusta{there}@example.com"),
            "miss": lambda: changes.miss(name),
            "move": lambda: changes.reschedule(name, STARTS[there], actor),
        }
        with suppress(ChangeRefused, SlotTaken):
            made[change]()
        self.look()

    @rule(number=st.integers(0, 999), there=st.integers(0, 43), outcome=st.sampled_from(sorted(OUTCOMES)))
    def overtake(self, number: int, there: int, outcome: str) -> None:
        """One lane is at a mail while its booking moves, and another one sends all that is due."""
        self.begin()
        self.change(number, "move", Actor.OWNER, there)
        self.send_all("taken")
        if self.under_way:
            self.end(len(self.under_way) - 1, outcome)

    @rule()
    def rounds(self) -> None:
        self.office.rounds.make()
        self.look()

    @rule()
    def begin(self) -> None:
        leased = self.office.outbox.lease(self.office.clock.now)
        if leased:
            self.under_way.append(leased)

    @rule(number=st.integers(0, 9), outcome=st.sampled_from(sorted(OUTCOMES)))
    def end(self, number: int, outcome: str) -> None:
        if not self.under_way:
            return
        leased = self.under_way.pop(number % len(self.under_way))
        self.arrive(self.office.send(outcome, leased))

    @rule(number=st.integers(0, 9), taken=st.booleans())
    def is_killed(self, number: int, taken: bool) -> None:
        """A process ends within a conversation, before or after the relay took the mail."""
        if not self.under_way:
            return
        leased = self.under_way.pop(number % len(self.under_way))
        self.arrive([leased.envelope] if taken else [])

    @rule(outcome=st.sampled_from(sorted(OUTCOMES)))
    def send_all(self, outcome: str) -> None:
        self.arrive(self.office.send(outcome))

    @rule()
    def put_back(self) -> None:
        self.office.outbox.revive(self.office.clock.now)

    @rule(minutes=st.sampled_from([0.01, 0.2, 1, 31, 240, 1440]))
    def time_passes(self, minutes: float) -> None:
        """Whoever holds a mail renews its lease meanwhile."""
        self.office.clock.now += timedelta(minutes=minutes)
        for leased in self.under_way:
            self.office.outbox.renew(leased, self.office.clock.now)


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_delivered_sequences_never_fall_whatever_the_relay_does(engine: Engine, tmp_path: Path) -> None:
    class Here(Post):
        """The post on this database."""

    Here.engine, Here.folder = engine, tmp_path / "office"
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=soak_count(15, 1_500), stateful_step_count=soak_count(30, 80),
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
