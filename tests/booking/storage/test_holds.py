"""Time held without a booking is nobody else's, and the database keeps the seats of a group to their number."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.booking_rows import add
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.claims import keep_time, occupied
from plugins.booking.storage.holds import Hold, HoldKind, drop_hold, drop_stale_holds, keep_hold
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.schema import bookings, claims, holds, seats
from plugins.content.office_reader import read_office
from plugins.domain.availability import Availability
from plugins.domain.bookings import Booking, Status
from plugins.domain.busy_time import Holder
from plugins.domain.wall_clock import Interval
from tests.booking.office import NOW, write_content
from tests.booking.tables import count

HALF_AN_HOUR = timedelta(minutes=30)
TEN = datetime.fromisoformat("2027-01-12T09:00Z")
TIME = Interval(TEN, TEN + HALF_AN_HOUR)


@pytest.fixture
def availability(tmp_path: Path) -> Availability:
    return read_office(write_content(tmp_path / "office")).availability


def booking(number: int = 0) -> Booking:
    return Booking(
        id=new_id(NOW), meeting="conoscitiva", status=Status.CONFIRMED, start=TEN, end=TIME.end,
        name=f"Ada {number}", email=f"ada{number}@example.com", created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def offer(expires_at: datetime = NOW + timedelta(hours=1)) -> Hold:
    return Hold(new_id(NOW), HoldKind.OFFER, "conoscitiva", TEN, TIME.end, TIME, expires_at=expires_at)


def group(number: int) -> Hold:
    return Hold(new_id(NOW), HoldKind.GROUP, "conoscitiva", TEN, TIME.end, TIME, seats=number)


def keep(store: Store, availability: Availability, now: datetime = NOW) -> Any:  # noqa: ANN401 - the answer
    return store.book(booking(), availability.meetings[0], availability, [], {"id": "x"}, None, now)


def test_an_offered_time_is_taken_until_the_offer_expires(engine: Engine, availability: Availability) -> None:
    store = Store(engine)
    with engine.begin() as connection:
        assert keep_hold(connection, offer(), NOW)
    (held,) = store.occupied(TIME, NOW).holders(TIME)
    assert held.holder is Holder.OFFER
    with pytest.raises(SlotTaken):
        keep(store, availability)
    later = NOW + timedelta(hours=1)
    assert not store.occupied(TIME, later).overlaps(TIME)
    assert keep(store, availability, later) == {"id": "x"}
    assert (count(engine, holds), count(engine, claims)) == (0, 6)


def test_held_and_booked_time_refuse_each_other(engine: Engine) -> None:
    with engine.begin() as connection:
        assert keep_hold(connection, offer(), NOW)
    with engine.connect() as connection, connection.begin():
        assert not keep_hold(connection, offer(), NOW)
    with engine.connect() as connection, connection.begin():
        kept = booking()
        add(connection, kept, TIME)
        assert not keep_time(connection, kept.id, TIME)


def test_a_dropped_hold_gives_its_time_back(engine: Engine) -> None:
    held = offer()
    with engine.begin() as connection:
        keep_hold(connection, held, NOW)
        assert drop_hold(connection, held.id)
        assert not drop_hold(connection, held.id)
        assert not occupied(connection, TIME, NOW).overlaps(TIME)
    assert count(engine, claims) == 0


def test_a_claim_belongs_to_a_booking_or_a_hold(engine: Engine) -> None:
    kept, held = booking(), group(3)
    with engine.begin() as connection:
        add(connection, kept, TIME)
        keep_hold(connection, held, NOW)
    for owners in ({}, {"booking_id": kept.id, "hold_id": held.id}):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(insert(claims).values(calendar="owner", cell=1, **owners))


def seat(engine: Engine, held: Hold, number: int, seated: Booking, of: int | None = None) -> None:
    """Take a seat by a statement of its own, as code would that counts wrongly."""
    values = {"hold_id": held.id, "number": number, "seats": of or held.seats, "booking_id": seated.id}
    with engine.begin() as connection:
        connection.execute(insert(seats).values(values))


def test_the_database_itself_refuses_the_eleventh(engine: Engine) -> None:
    held, people = group(10), [booking(number) for number in range(11)]
    with engine.begin() as connection:
        keep_hold(connection, held, NOW)
        for one in people:
            add(connection, one, TIME)
    for number, one in enumerate(people[:10]):
        seat(engine, held, number, one)
    for number, of in ((10, None), (-1, None), (10, 11), (3, None)):
        with pytest.raises(IntegrityError):
            seat(engine, held, number, people[10], of)
    assert count(engine, seats) == 10


def test_a_booking_has_one_seat(engine: Engine) -> None:
    held, kept = group(3), booking()
    with engine.begin() as connection:
        keep_hold(connection, held, NOW)
        add(connection, kept, TIME)
    seat(engine, held, 0, kept)
    with pytest.raises(IntegrityError):
        seat(engine, held, 1, kept)


@pytest.mark.parametrize("left", ["erased", "cancelled", "moved"])
def test_a_group_that_an_older_version_emptied_is_free(engine: Engine, left: str) -> None:
    held, kept = group(3), booking()
    with engine.begin() as connection:
        keep_hold(connection, held, NOW)
        add(connection, kept, TIME)
    seat(engine, held, 0, kept)
    with engine.begin() as connection:
        drop_stale_holds(connection, TIME, NOW)
    assert count(engine, holds) == 1
    with engine.begin() as connection:
        if left == "erased":
            connection.execute(delete(bookings))
        elif left == "cancelled":
            connection.execute(update(bookings).values(status="cancelled"))
        else:
            connection.execute(update(bookings).values(start=TEN + 3 * HALF_AN_HOUR))
    with engine.begin() as connection:
        drop_stale_holds(connection, TIME, NOW)
    assert [count(engine, table) for table in (holds, seats, claims)] == [0, 0, 0]
