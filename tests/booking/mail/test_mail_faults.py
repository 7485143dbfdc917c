"""A relay that refuses, drops, dawdles or is not there: nothing is lost, and what is urgent goes first."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, make_url, select

from plugins.booking.jobs.worker import Worker
from plugins.booking.mail import delivery as delivering
from plugins.booking.mail import smtp
from plugins.booking.mail.delivery import GIVEN_UP_AFTER, Delivery
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Kind, Relay
from plugins.booking.storage import outbox as queueing
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Envelope, Outbox, Urgency, enqueue, urgency_of
from plugins.booking.storage.schema import outbox as table
from tests.booking.database import out_of_reach
from tests.booking.https_sink import HttpsSink, https_sinking
from tests.booking.office import NOW, Clock
from tests.booking.processes import eventually
from tests.booking.sink import Mood, Sink, sinking
from tests.soak import soak_count

OWNER, VISITOR = "bice@example.org", "ada@example.com"
KINDS = ("booked-owner", "booked-visitor", "reminder-visitor", "digest")
NOBODY = Relay("127.0.0.1", 1, "none")
MINUTE = timedelta(minutes=1)
DAYS = soak_count(1, 40)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database: what goes on here is between the delivery and the relay."""
    opened = open_engine(make_url(f"sqlite:///{tmp_path}/booking.db"))
    migrate(opened)
    yield opened
    opened.dispose()


def queue(engine: Engine, kind: str, now: datetime = NOW, recipient: str = "") -> Envelope:
    identity = new_id(now)
    recipient = recipient or (OWNER if urgency_of(kind) is Urgency.OWNER else VISITOR)
    mime = f"To: {recipient}\r\nSubject: {kind}\r\nMessage-ID: <{identity}@x>\r\n\r\n.Words\r\n..\r\n".encode()
    envelope = Envelope(identity, kind, "a@example.org", recipient, f"<{identity}@x>", mime)
    with engine.begin() as connection:
        enqueue(connection, "about", [envelope], now)
    return envelope


def states(engine: Engine) -> Counter[str]:
    with engine.begin() as connection:
        return Counter(connection.execute(select(table.c.state)).scalars())


def to(engine: Engine, relay: Relay, clock: Callable[[], datetime], **more: object) -> Delivery:
    return Delivery(Outbox(engine), SmtpSender(relay, "localhost"), clock, **more)  # type: ignore[arg-type]


@contextmanager
def relaying(kind: Kind) -> Iterator[tuple[Sink | HttpsSink, Callable[..., Delivery]]]:
    """A relay of some kind, and what delivers to it."""
    if kind == "smtp":
        with sinking() as sink:
            yield sink, lambda engine, clock, **more: to(engine, sink.relay, clock, **more)
        return
    with https_sinking() as posted:
        yield posted, lambda engine, clock, **more: Delivery(Outbox(engine), posted.sender(kind), clock, **more)


every_kind = pytest.mark.parametrize("kind", ["smtp", "gmail", "graph", "post"])


def test_what_is_urgent_goes_first_whenever_it_came(own: Engine) -> None:
    for minutes, kind in enumerate(reversed(KINDS)):
        queue(own, kind, NOW + minutes * MINUTE)
    with sinking() as sink:
        assert to(own, sink.relay, Clock(NOW + 5 * MINUTE)).deliver_due() == 4
    assert [one.subject for one in sink.taken] == list(KINDS)
    assert sink.taken[0].raw.endswith(b"\r\n.Words\r\n..\r\n")


@pytest.mark.soak
def test_mails_queued_during_a_relay_outage_leave_in_urgency_order(own: Engine) -> None:
    clock, chance = Clock(), Random(7)
    sending = to(own, NOBODY, clock, chance=chance.random)
    queued = []
    for minute in range(0, 24 * 60, soak_count(20, 1)):
        clock.now = NOW + minute * MINUTE
        if minute % 40 == 0:
            queued.append(queue(own, chance.choice(KINDS), clock.now))
        assert sending.deliver_due() == 0
    assert states(own) == {"pending": len(queued)}
    with sinking() as sink:
        back = to(own, sink.relay, clock)
        assert back.deliver_due() == len(queued)
    assert states(own) == {"sent": len(queued)}
    urgencies = [urgency_of(one.subject) for one in sink.taken]
    assert urgencies == sorted(urgencies)
    assert sorted(sink.ids()) == sorted(envelope.message_id for envelope in queued)
    with own.begin() as connection:
        assert set(connection.execute(select(table.c.attempts)).scalars()) == {1}


def test_running_worker_retries_within_a_minute_of_the_relay_returning(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-owner")
    with sinking() as sink:
        pass
    sending = to(own, sink.relay, clock)
    for _ in range(60):
        sending.deliver_due()
        clock.now += MINUTE
    with sinking(sink.relay.port) as again:
        assert sending.deliver_due() == 1
    assert len(again.taken) == 1


@pytest.mark.parametrize(("reply", "state"), [("550", "dead"), ("450", "pending")])
def test_bad_visitor_address_affects_only_its_own_mail(own: Engine, reply: str, state: str) -> None:
    bad = queue(own, "booked-visitor", recipient="nobody@example.com")
    good = [queue(own, kind, NOW + MINUTE) for kind in ("booked-owner", "booked-visitor", "message-owner")]
    with sinking() as sink:
        sink.at_recipient = lambda recipient: reply if recipient.startswith("nobody") else ""
        assert to(own, sink.relay, Clock(NOW + MINUTE)).deliver_due() == 3
    assert states(own) == {"sent": 3, state: 1}
    assert {one.message_id for one in sink.taken} == {envelope.message_id for envelope in good}
    with own.begin() as connection:
        row = connection.execute(select(table).where(table.c.id == bad.id)).one()
    assert (row.state, row.error) == (state, f"{reply} not now")


def test_refused_owner_mail_is_retried_for_five_days(own: Engine) -> None:
    clock = Clock()
    queue(own, "message-owner")
    with sinking() as sink:
        sink.at_recipient = lambda recipient: "552"
        sending = to(own, sink.relay, clock, chance=lambda: 1.0)
        while clock.now - NOW < GIVEN_UP_AFTER:
            assert states(own) == {"pending": 1}
            sending.deliver_due()
            clock.now += timedelta(hours=4)
        sending.deliver_due()
    assert states(own) == {"dead": 1}


def test_owner_mail_is_not_held_up_by_slow_visitor_mail(own: Engine) -> None:
    gate = threading.Event()
    with sinking() as sink:

        def mood(recipient: str) -> Mood:
            if recipient == VISITOR:
                gate.wait(60)
            return "take"

        sink.mood = mood
        lanes = [
            Worker(to(own, sink.relay, Clock(), upto=upto).deliver_due) for upto in (Urgency.DIGEST, Urgency.OWNER)
        ]
        queue(own, "booked-visitor")
        lanes[0].start()
        eventually(lambda: sink.begun == 1)
        lanes[1].start()
        queue(own, "message-owner")
        eventually(lambda: [one.subject for one in sink.taken] == ["message-owner"])
        gate.set()
        eventually(lambda: states(own) == {"sent": 2})
        for lane in lanes:
            lane.stop()


@every_kind
def test_mail_of_unknown_outcome_is_resent_with_the_same_id(own: Engine, kind: Kind) -> None:
    envelope, clock = queue(own, "booked-owner"), Clock()
    moods = iter(["drop", "keep", "keep", "take"])
    with relaying(kind) as (sink, delivering_to):
        sink.mood = lambda recipient: next(moods)
        sending = delivering_to(own, clock, chance=lambda: 1.0)
        for _ in range(4):
            sending.deliver_due()
            clock.now += timedelta(hours=1)
    # Nobody can know of the two that were kept; whoever reads them can, by their name.
    assert sink.ids() == [envelope.message_id] * 3
    assert states(own) == {"sent": 1}


def test_a_slow_relays_mail_stays_in_one_pair_of_hands(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (delivering, queueing):
        monkeypatch.setattr(module, "LEASE", timedelta(seconds=3))

    began = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    queue(own, "booked-owner")
    with sinking() as sink:
        sink.mood = lambda recipient: 5.0
        slow = Worker(to(own, sink.relay, clock).deliver_due)
        slow.start()
        eventually(lambda: sink.begun == 1)
        other = Outbox(own)
        while not sink.taken:
            assert other.lease(clock()) is None
            time.sleep(0.05)
        eventually(lambda: states(own) == {"sent": 1})
        slow.stop()
    assert sink.begun == 1


def test_a_relay_that_never_comes_to_an_end_is_left(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONVERSATION_SECONDS", 0.3)
    queue(own, "booked-owner")
    with sinking() as sink:
        sink.mood = lambda recipient: 3.0
        assert to(own, sink.relay, Clock()).deliver_due() == 0
    with own.begin() as connection:
        assert "Disconnected" in connection.execute(select(table.c.error)).scalar_one()


@every_kind
def test_mail_accepted_while_the_database_was_down_is_not_resent(own: Engine, kind: Kind) -> None:
    queue(own, "booked-owner")
    with relaying(kind) as (sink, delivering_to):
        sending = delivering_to(own, clock := Clock())
        with pytest.raises(Unavailable), _away_when_taken(own, sink):
            sending.deliver_due()
        assert states(own) == {"pending": 1}
        clock.now += timedelta(hours=1)
        assert sending.deliver_due() == 0
    assert states(own) == {"sent": 1}
    assert len(sink.taken) == 1


@contextmanager
def _away_when_taken(engine: Engine, sink: Sink | HttpsSink) -> Iterator[None]:
    """Take the database away at the very moment a mail is handed over."""
    away = out_of_reach(engine)

    def mood(recipient: str) -> Mood:
        away.__enter__()
        return "take"

    sink.mood = mood
    try:
        yield
    finally:
        away.__exit__(None, None, None)
        sink.mood = lambda recipient: "take"


@pytest.mark.some_cases(1)
@pytest.mark.soak
@every_kind
def test_days_of_a_moody_relay_lose_nothing(own: Engine, kind: Kind) -> None:
    chance = Random(DAYS)
    kept: Counter[str] = Counter()
    queued: dict[str, Envelope] = {}
    clock = Clock()
    later = "451" if kind == "smtp" else "503"
    with relaying(kind) as (sink, delivering_to):

        def mood(recipient: str) -> Mood:
            moods: list[Mood] = ["take", later, "drop", "keep", 0.001]
            return chance.choice(moods)

        sink.mood = mood
        sink.at_recipient = lambda recipient: chance.choice(["", "", "450" if kind == "smtp" else "429"])
        present = delivering_to(own, clock, chance=chance.random)
        absent = to(own, NOBODY, clock, chance=chance.random)
        end = NOW + timedelta(days=DAYS)
        while clock.now < end:
            if chance.random() < 0.1:
                envelope = queue(own, chance.choice(KINDS), clock.now)
                queued[envelope.message_id] = envelope
            (absent if clock.now.hour % 6 == 0 else present).deliver_due()
            clock.now += timedelta(minutes=chance.randint(1, 30))
        sink.mood, sink.at_recipient = (lambda recipient: "take"), (lambda recipient: "")
        for _ in range(12):
            clock.now += timedelta(hours=4)
            present.deliver_due()
        kept.update(sink.ids())
    assert clock.now - NOW < GIVEN_UP_AFTER + timedelta(days=DAYS)
    assert states(own) == {"sent": len(queued)}
    assert set(kept) == set(queued)
