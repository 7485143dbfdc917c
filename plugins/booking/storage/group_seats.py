"""Group seats: takes and gives back the seats of a time that several people share.

The first of a group claims its time, as a hold, and the last who goes gives it back. In all of it `seats` is how many
may share a booking's time, None of one that is for itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, insert, literal, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.claims import FREE_AGAIN, LONGEST, keep_time, release_time
from plugins.booking.storage.holds import Hold, HoldKind, add_hold, drop_empty_groups, drop_stale_holds, keep_hold
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema import bookings, entries, holds
from plugins.booking.storage.schema import seats as seats_table
from plugins.domain.bookings import Booking
from plugins.domain.wall_clock import Interval

_GROUP = select(holds).where(
    holds.c.busy_from >= bindparam("earliest", type_=Instant),  # by the index
    holds.c.busy_from <= bindparam("start", type_=Instant),
    holds.c.start == bindparam("start", type_=Instant),
    holds.c.meeting == bindparam("meeting"),
    holds.c.kind == literal_column("'group'"),
)


def time_to_keep(
    connection: Connection, booking: Booking, busy: Interval, seats: int | None, now: datetime
) -> Interval:
    """The time that a booking will keep: its group's, where there are people in it already, else `busy`."""
    drop_stale_holds(connection, busy, now)
    group = _group(connection, booking) if seats else None
    return Interval(group.busy_from, group.busy_until) if group else busy


def keep_booked_time(
    connection: Connection, booking: Booking, busy: Interval, seats: int | None, now: datetime
) -> bool:
    """Claim the time of a booking, or take a seat in its group; False where something else has it, or all seats.

    The transaction can then only be rolled back.
    """
    if seats is None:
        return keep_time(connection, booking.id, busy)
    start = Hold(new_id(now), HoldKind.GROUP, booking.meeting, booking.start, booking.end, busy, seats)
    if not _take_seat(connection, start, seats, {"booking_id": booking.id}, now):
        return False
    group_has_changed(connection, booking.id, now)
    return True


def keep_offered_seat(connection: Connection, offer: Hold, seats: int, now: datetime) -> bool:
    """Hold a seat for whoever is offered it, in the group at its start or in one that begins with it; False where none
    is left, or something else has the time. The transaction can then only be rolled back.
    """
    drop_stale_holds(connection, offer.busy, now)
    add_hold(connection, offer, now)
    start = replace(offer, id=new_id(now), kind=HoldKind.GROUP, seats=seats, expires_at=None)
    return _take_seat(connection, start, seats, {"offer_id": offer.id}, now)


def _take_seat(connection: Connection, start: Hold, seats: int, owner: dict[str, str], now: datetime) -> bool:
    """Take the first free seat of the group there is, or the first of all in `start`, which is kept then."""
    group = _group(connection, start)
    if group is None:
        return keep_hold(connection, start, now) and _seat(connection, start.id, 0, seats, owner)
    # The version before cancels and moves without giving a seat back.
    gone = select(bookings.c.id).where(or_(bookings.c.status.in_(FREE_AGAIN), bookings.c.start != group.start))
    of_group = seats_table.c.hold_id == group.id
    connection.execute(delete(seats_table).where(of_group, seats_table.c.booking_id.in_(gone)))
    taken = set(connection.execute(select(seats_table.c.number).where(of_group)).scalars())
    # As the content says now, and never fewer than those who sit need.
    most = max([seats, *(number + 1 for number in taken)])
    if most != group.seats:
        connection.execute(update(holds).where(holds.c.id == group.id).values(seats=most))
    number = next(number for number in count() if number not in taken)
    return _seat(connection, group.id, number, most, owner)


def release_booked_time(connection: Connection, booking_id: str, now: datetime) -> None:
    """Give back the cells of a booking, or its seat, and with the last seat the group's time."""
    release_time(connection, booking_id)
    own = seats_table.c.booking_id == booking_id
    group = connection.execute(select(seats_table.c.hold_id).where(own)).scalar_one_or_none()
    if group is not None:
        group_has_changed(connection, booking_id, now)
        connection.execute(delete(seats_table).where(own))
        drop_empty_groups(connection, group)


def group_has_changed(connection: Connection, booking_id: str, now: datetime) -> None:
    """Have the entry of a booking's group, in the owner's own calendar, written anew: it names all its people."""
    own = seats_table.alias("own")
    mates = select(seats_table.c.booking_id).join(own, own.c.hold_id == seats_table.c.hold_id)
    # One that is being written at this moment is written again when that is over, and not before.
    again = {
        "revision": None,
        "lease": None,
        "next_at": case((entries.c.lease.is_(None), literal(now, Instant)), else_=entries.c.next_at),
    }
    stale = entries.c.booking_id.in_(mates.where(own.c.booking_id == booking_id))
    connection.execute(update(entries).where(stale).values(again))


def _group(connection: Connection, wanted: Booking | Hold) -> Row[Any] | None:
    at = {"earliest": wanted.start - LONGEST, "start": wanted.start, "meeting": wanted.meeting}
    return connection.execute(_GROUP, at).first()


def _seat(connection: Connection, hold_id: str, number: int, seats: int, owner: dict[str, str]) -> bool:
    values = {"hold_id": hold_id, "number": number, "seats": seats} | owner
    try:
        connection.execute(insert(seats_table).values(values))
    except IntegrityError:
        return False
    return True
