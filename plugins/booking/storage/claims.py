"""Claims: the database's lock on time; no two bookings or holds can share a cell.

Also what is taken: bookings, holds, blocks, and events of other calendars.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnClause,
    CompoundSelect,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema import blocks, bookings, busy, claims, holds, seats
from plugins.domain.bookings import Status
from plugins.domain.busy_time import Group, Holder, Occupied, Taken
from plugins.domain.slots import cells
from plugins.domain.wall_clock import Interval

CALENDAR = "owner"
# In literals, as a list of parameters is written out anew for each query.
FREE_AGAIN: list[ColumnClause[str]] = [
    literal_column(f"'{status.value}'") for status in Status if not status.holds_time
]
_NOT_BOOKED = (null(), null(), null(), null())  # the meeting, its start and end, the group
# No booking keeps more: a day, with a day before it and a day after.
LONGEST = timedelta(days=3)


def _taken(but: bool) -> CompoundSelect[Any]:
    first, last = bindparam("first", type_=Instant), bindparam("last", type_=Instant)
    earliest = bindparam("earliest", type_=Instant)  # by the index, which knows no ends
    booked = select(
        bookings.c.busy_from,
        bookings.c.busy_until,
        literal(Holder.BOOKING.value).label("holder"),
        bookings.c.name.label("words"),
        bookings.c.meeting,
        bookings.c.start,
        bookings.c.end,
        holds.c.id.label("shared"),
    )
    # By the start too: the version before moves a booking and leaves its seat behind.
    in_group = and_(holds.c.id == seats.c.hold_id, holds.c.start == bookings.c.start)
    booked = booked.outerjoin_from(bookings, seats, seats.c.booking_id == bookings.c.id).outerjoin(holds, in_group)
    booked = booked.where(
        bookings.c.busy_from >= earliest,
        bookings.c.busy_from < last,
        bookings.c.busy_until > first,
        bookings.c.status.not_in(FREE_AGAIN),
    )
    if but:
        booked = booked.where(bookings.c.id.not_in(bindparam("but", expanding=True)))
    kept = select(blocks.c.start, blocks.c.end, literal(Holder.BLOCK.value), blocks.c.reason, *_NOT_BOOKED).where(
        blocks.c.end > first, blocks.c.start < last
    )
    elsewhere = select(busy.c.start, busy.c.end, literal(Holder.BUSY.value), busy.c.words, *_NOT_BOOKED).where(
        busy.c.end > first, busy.c.start < last
    )
    # What is offered to one counts for the day's cap as if she had taken it: else she could not.
    offer = (literal(Holder.OFFER.value), literal(""), holds.c.meeting, holds.c.start, null(), null())
    offers = select(holds.c.busy_from, holds.c.busy_until, *offer).where(
        holds.c.busy_from >= earliest,
        holds.c.busy_from < last,
        holds.c.busy_until > first,
        holds.c.kind == literal_column("'offer'"),
        holds.c.expires_at > bindparam("now", type_=Instant),
    )
    # So does a seat, in the group that it is held in.
    seat_offer, group = holds.alias("seat_offer"), holds.alias("held_in")
    seat = (literal(Holder.BOOKING.value), literal(""), group.c.meeting, group.c.start, group.c.end, group.c.id)
    of_group = seats.join(seat_offer, seat_offer.c.id == seats.c.offer_id).join(group, group.c.id == seats.c.hold_id)
    held = select(group.c.busy_from, group.c.busy_until, *seat).select_from(of_group)
    held = held.where(
        group.c.busy_from >= earliest,
        group.c.busy_from < last,
        group.c.busy_until > first,
        seat_offer.c.expires_at > bindparam("now", type_=Instant),
    )
    return union_all(booked, kept, elsewhere, offers, held)


# Put together once: that takes SQLAlchemy longer than running them.
_TAKEN, _TAKEN_BY_OTHERS = _taken(but=False), _taken(but=True)
_KEEP = insert(claims)
_FORGET = delete(claims).where(claims.c.calendar == literal_column(f"'{CALENDAR}'"), claims.c.cell < bindparam("past"))


def occupied(
    connection: Connection, interval: Interval, now: datetime, but: str | Sequence[str] | None = None
) -> Occupied:
    """Read what is taken of an interval, in one query; the time of the booking `but`, or of several, counts as free."""
    around = {"earliest": interval.start - LONGEST, "first": interval.start, "last": interval.end, "now": now}
    if but is None:
        rows = connection.execute(_TAKEN, around).all()
    else:
        rows = connection.execute(_TAKEN_BY_OTHERS, around | {"but": [but] if isinstance(but, str) else but}).all()
    alone = [row for row in rows if row[7] is None]
    return Occupied(
        taken=[Taken(Interval(row[0], row[1]), Holder(row[2]), row[3] or "") for row in alone],
        starts=[(row[4], row[5]) for row in alone if row[4] is not None],
        groups=_groups(row for row in rows if row[7] is not None),
    )


def _groups(rows: Iterable[Sequence[Any]]) -> list[Group]:
    of_group: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        of_group.setdefault(row[7], []).append(row)
    # All of a group keep the same time.
    groups = ((people[0], len(people)) for people in of_group.values())
    return [Group(one[4], one[5], one[6], people, Interval(one[0], one[1])) for one, people in groups]


def keep_time(connection: Connection, booking_id: str, interval: Interval) -> bool:
    """Claim the cells of an interval for a booking; False where anything else has one of them.

    The transaction can then only be rolled back.
    """
    rows = [{"calendar": CALENDAR, "cell": cell, "booking_id": booking_id} for cell in cells(interval)]
    return _claimed(connection, rows)


def keep_time_of_hold(connection: Connection, hold_id: str, interval: Interval) -> bool:
    """Claim the cells of an interval for a hold; see `keep_time`."""
    rows = [{"calendar": CALENDAR, "cell": cell, "hold_id": hold_id} for cell in cells(interval)]
    return _claimed(connection, rows)


def _claimed(connection: Connection, rows: list[dict[str, object]]) -> bool:
    try:
        connection.execute(_KEEP, rows)
    except IntegrityError:
        return False
    return True


def release_time(connection: Connection, booking_id: str) -> None:
    """Give back all the cells of a booking."""
    connection.execute(delete(claims).where(claims.c.booking_id == booking_id))


def forget_past_claims(connection: Connection, now: datetime) -> None:
    """Drop the cells that are past: nobody can book them any more."""
    connection.execute(_FORGET, {"past": cells(Interval(now - LONGEST, now)).start})
