"""Group seats: takes and gives back the seats of a time that several people share.

The first of a group claims its time, as a hold, and the last who goes gives it back. In all of it `seats` is how many
may share a booking's time, None of one that is for itself.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, insert, literal, literal_column, or_, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.claims import FREE_AGAIN, LONGEST, keep_time, release_time
from plugins.booking.storage.holds import Hold, HoldKind, drop_empty_groups, drop_stale_holds, keep_hold
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
    group = _group(connection, booking)
    if group is None:
        hold = Hold(new_id(now), HoldKind.GROUP, booking.meeting, booking.start, booking.end, busy, seats)
        return keep_hold(connection, hold, now) and _seat(connection, hold.id, 0, seats, booking.id, now)
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
    return _seat(connection, group.id, number, most, booking.id, now)


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


def _group(connection: Connection, booking: Booking) -> Row[Any] | None:
    wanted = {"earliest": booking.start - LONGEST, "start": booking.start, "meeting": booking.meeting}
    return connection.execute(_GROUP, wanted).first()


def _seat(connection: Connection, hold_id: str, number: int, seats: int, booking_id: str, now: datetime) -> bool:
    values = {"hold_id": hold_id, "number": number, "seats": seats, "booking_id": booking_id}
    try:
        connection.execute(insert(seats_table), values)
    except IntegrityError:
        return False
    group_has_changed(connection, booking_id, now)
    return True
