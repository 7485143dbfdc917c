"""The store, on each engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, make_url, select
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.idempotency import KEPT, Attempt, KeyReused, attempt
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.schema import bookings, claims, idempotency, messages, metadata, outbox
from plugins.content.office_reader import read_office
from plugins.domain.availability import Availability
from plugins.domain.bookings import Booking, Message, Status
from plugins.domain.wall_clock import Interval
from tests.booking.office import NOW, write_content
from tests.booking.tables import count

TUESDAY_TEN = datetime.fromisoformat("2027-01-12T10:00:00+01:00")
HOUR = timedelta(hours=1)


def booking(start: datetime = TUESDAY_TEN, **changed: object) -> Booking:
    values = {
        "id": new_id(NOW),
        "meeting": "conoscitiva",
        "status": Status.CONFIRMED,
        "start": start,
        "end": start + timedelta(minutes=30),
        "name": "Ada Rossi",
        "email": "ada@example.com",
        "answers": {"attivita": "Tè — e caffè"},
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Booking.model_validate(values | changed)


def envelope(now: datetime = NOW) -> Envelope:
    identity = new_id(now)
    return Envelope(identity, "kind", "a@example.org", "b@example.com", f"<{identity}@localhost>", b"Hello")


@pytest.fixture
def availability(content: Path) -> Availability:
    return read_office(content).availability


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


def keep(
    store: Store, availability: Availability, wanted: Booking, made: Attempt | None = None, now: datetime = NOW
) -> dict[str, object]:
    meeting = availability.meeting(wanted.meeting)
    assert meeting is not None
    return store.book(wanted, meeting, availability, [envelope(), envelope()], {"id": wanted.id}, made, now)


def test_a_booking_is_read_back_as_it_was_kept(store: Store, availability: Availability) -> None:
    wanted = booking(phone="333", service="ricerca", message="Ciao,\nAda")
    keep(store, availability, wanted)
    assert store.booking(wanted.id) == wanted
    assert store.booking("nothing") is None


def test_its_time_is_then_occupied(store: Store, availability: Availability) -> None:
    keep(store, availability, booking())
    occupied = store.occupied(Interval(NOW, NOW + 48 * HOUR), NOW)
    assert occupied.overlaps(Interval(TUESDAY_TEN, TUESDAY_TEN + HOUR))
    assert not occupied.overlaps(Interval(TUESDAY_TEN + HOUR, TUESDAY_TEN + 2 * HOUR))


def test_a_taken_slot_is_refused_and_leaves_no_trace(engine: Engine, store: Store, availability: Availability) -> None:
    keep(store, availability, booking())
    with pytest.raises(SlotTaken) as refused:
        keep(store, availability, booking())
    assert [refusal.rule.value for refusal in refused.value.refusals] == ["taken"]
    assert len(refused.value.nearest) == 3
    assert (count(engine, bookings), count(engine, outbox)) == (1, 2)


def test_the_database_itself_refuses_two_claims_on_one_cell(
    engine: Engine, store: Store, availability: Availability
) -> None:
    kept = booking()
    keep(store, availability, kept)
    with engine.begin() as connection:
        cell = connection.execute(select(claims.c.cell)).scalars().first()
    again = insert(claims).values(calendar="owner", cell=cell, booking_id=kept.id)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(again)


def test_leftover_claim_refuses_a_slot_that_the_rules_allow(
    engine: Engine, store: Store, availability: Availability
) -> None:
    # A cancelled booking no longer counts for the rules; its claim, left behind, does for the database.
    gone = booking()
    keep(store, availability, gone)
    with engine.begin() as connection:
        connection.execute(bookings.update().values(status="cancelled"))
    with pytest.raises(SlotTaken):
        keep(store, availability, booking())
    assert (count(engine, bookings), count(engine, outbox)) == (1, 2)


def test_a_cancelled_booking_occupies_no_time(engine: Engine, store: Store, availability: Availability) -> None:
    keep(store, availability, booking())
    with engine.begin() as connection:
        connection.execute(bookings.update().values(status="cancelled"))
    assert not store.occupied(Interval(NOW, NOW + 48 * HOUR), NOW).overlaps(Interval(NOW, NOW + 48 * HOUR))


def test_past_claims_are_dropped_and_the_bookings_stay(
    engine: Engine, store: Store, availability: Availability
) -> None:
    keep(store, availability, booking())
    keep(store, availability, booking(TUESDAY_TEN + timedelta(days=9)), now=NOW + timedelta(days=8))
    assert (count(engine, bookings), count(engine, claims)) == (2, 6)


def test_buffers_are_kept_free_on_both_sides(engine: Engine, store: Store, tmp_path: Path) -> None:
    content = write_content(tmp_path / "buffered", talk={"before": 15, "after": 15})
    availability = read_office(content).availability
    keep(store, availability, booking())
    for minutes in (-30, 30):
        with pytest.raises(SlotTaken):
            keep(store, availability, booking(TUESDAY_TEN + timedelta(minutes=minutes)))
    keep(store, availability, booking(TUESDAY_TEN + HOUR))
    assert count(engine, bookings) == 2


def test_the_daily_cap_holds(store: Store, tmp_path: Path) -> None:
    availability = read_office(write_content(tmp_path / "capped", talk={"per_day": 1})).availability
    keep(store, availability, booking())
    with pytest.raises(SlotTaken) as refused:
        keep(store, availability, booking(TUESDAY_TEN + HOUR))
    assert [refusal.rule.value for refusal in refused.value.refusals] == ["per_day"]
    keep(store, availability, booking(TUESDAY_TEN + 24 * HOUR))


def test_an_attempt_already_answered_has_no_second_effect(
    engine: Engine, store: Store, availability: Availability
) -> None:
    made = attempt("bookings", "key", {"a": 1})
    first = keep(store, availability, booking(), made)
    assert keep(store, availability, booking(), made) == first
    assert (count(engine, bookings), count(engine, outbox)) == (1, 2)


def test_a_key_is_not_for_two_bodies(store: Store, availability: Availability) -> None:
    keep(store, availability, booking(), attempt("bookings", "key", {"a": 1}))
    with pytest.raises(KeyReused):
        keep(store, availability, booking(TUESDAY_TEN + HOUR), attempt("bookings", "key", {"a": 2}))


def test_a_key_is_forgotten_after_its_time(engine: Engine, store: Store, availability: Availability) -> None:
    keep(store, availability, booking(), attempt("bookings", "key", {"a": 1}))
    later = NOW + KEPT + HOUR
    keep(store, availability, booking(TUESDAY_TEN + 72 * HOUR), attempt("bookings", "other", {}), later)
    assert count(engine, idempotency) == 1


def test_a_message_is_kept_once_for_one_attempt(engine: Engine, store: Store) -> None:
    made = attempt("messages", "key", {})
    message = Message(id=new_id(NOW), name="Ada", email="ada@example.com", message="Ciao", created_at=NOW)
    answers = [store.keep_message(message, [envelope()], {"id": message.id}, made, NOW) for _ in range(2)]
    assert answers[0] == answers[1]
    assert (count(engine, messages), count(engine, outbox)) == (1, 1)


def test_a_failing_mail_takes_its_booking_back(engine: Engine, store: Store, availability: Availability) -> None:
    wanted, twice = booking(), envelope()
    meeting = availability.meeting("conoscitiva")
    assert meeting is not None
    with pytest.raises(IntegrityError):
        store.book(wanted, meeting, availability, [twice, twice], {}, None, NOW)
    assert [count(engine, table) for table in (bookings, claims, outbox)] == [0, 0, 0]


def at_once(many: int, work: Callable[[int], object]) -> list[object]:
    """Run a work in as many threads, let loose together; exceptions are results."""
    gate = threading.Barrier(many)

    def run(number: int) -> object:
        gate.wait()
        try:
            return work(number)
        except (SlotTaken, KeyReused) as error:
            return type(error).__name__

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(run, range(many)))


def test_of_many_at_once_one_gets_the_slot(engine: Engine, store: Store, availability: Availability) -> None:
    results = at_once(16, lambda _: keep(store, availability, booking()))
    assert results.count("SlotTaken") == 15
    assert (count(engine, bookings), count(engine, outbox)) == (1, 2)


def test_replays_at_once_have_one_effect(engine: Engine, store: Store, availability: Availability) -> None:
    made = attempt("bookings", "key", {})
    results = at_once(16, lambda _: keep(store, availability, booking(), made))
    assert all(result == results[0] for result in results)
    assert (count(engine, bookings), count(engine, outbox)) == (1, 2)


def test_the_daily_cap_holds_for_many_at_once(engine: Engine, store: Store, tmp_path: Path) -> None:
    availability = read_office(write_content(tmp_path / "capped", talk={"per_day": 3})).availability
    half = timedelta(minutes=30)
    results = at_once(8, lambda number: keep(store, availability, booking(TUESDAY_TEN - HOUR + number * half)))
    assert results.count("SlotTaken") == 5
    assert count(engine, bookings) == 3


def test_processes_that_make_a_secret_at_once_get_the_same(store: Store) -> None:
    secrets = at_once(8, lambda number: store.secret("tokens", lambda: f"secret {number}"))
    assert len(set(secrets)) == 1


def test_migrating_at_once_and_again_changes_nothing(unmigrated_url: str) -> None:
    engine = open_engine(make_url(unmigrated_url))
    at_once(4, lambda _: migrate(engine))
    migrate(engine)
    assert all(count(engine, table) == 0 for table in metadata.sorted_tables)
    engine.dispose()


# An index of an expression is not read back; that the plans use them test_strangers.py tells.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrations_make_the_tables_the_code_uses(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    for address in (f"sqlite:///{tmp_path}/folder.db", f"postgresql+psycopg://nobody@/x?host={tmp_path}"):
        engine = open_engine(make_url(address))
        with pytest.raises(Unavailable):
            Store(engine).booking("any")
        with pytest.raises(Unavailable):
            migrate(engine)
        engine.dispose()


def test_history_does_not_change_what_a_reading_costs(engine: Engine, store: Store) -> None:
    busy = {"busy_from": TUESDAY_TEN, "busy_until": TUESDAY_TEN + HOUR}
    plan_of = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.begin() as connection:
        rows = [
            booking(id=f"{day:032d}").model_dump()
            | {"answers": "{}", "status": "done", "start": TUESDAY_TEN, "end": TUESDAY_TEN + HOUR}
            | {name: instant - timedelta(days=day) for name, instant in busy.items()}
            for day in range(3000)
        ]
        connection.execute(insert(bookings), rows)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE bookings")
        asked = select(bookings.c.start).where(bookings.c.busy_from >= NOW, bookings.c.busy_from < NOW + HOUR)
        query = str(asked.compile(engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(str(row) for row in connection.exec_driver_sql(plan_of + query))
    assert "bookings_busy_from" in plan
