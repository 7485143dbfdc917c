"""Holds: time kept without a booking, as a group's with its seats, or an offer's that expires, of time or of a seat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, literal_column, or_, select

from plugins.booking.storage.claims import FREE_AGAIN, LONGEST, keep_time_of_hold
from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema import bookings, holds, seats
from plugins.domain.wall_clock import Interval


class HoldKind(StrEnum):
    """What time is held for: the people of a group, or one who was offered it, or a seat, which claims none itself."""

    GROUP = "group"
    OFFER = "offer"
    SEAT = "seat"


@dataclass(frozen=True)
class Hold:
    """Held time; `busy` has the meeting's buffers, `expires_at` is an offer's, `seats` a group's."""

    id: str
    kind: HoldKind
    meeting: str
    start: datetime
    end: datetime
    busy: Interval
    seats: int | None = None
    expires_at: datetime | None = None


_KEEP = insert(holds)
# A seat counts as long as its booking is in the group: the version before moves and cancels without leaving it.
_IN_GROUP = and_(bookings.c.status.not_in(FREE_AGAIN), bookings.c.start == holds.c.start)
_SEATED = exists(
    select(seats.c.number)
    .join(bookings, bookings.c.id == seats.c.booking_id)
    .where(seats.c.hold_id == holds.c.id, _IN_GROUP)
)
_offer = holds.alias("offer")
_OF_OFFERS = select(seats.c.number).join(_offer, _offer.c.id == seats.c.offer_id).where(seats.c.hold_id == holds.c.id)
_LIVE = _OF_OFFERS.where(_offer.c.expires_at > bindparam("now", type_=Instant))
_UNSEATED = and_(holds.c.kind == literal_column("'group'"), ~_SEATED)
_EMPTY = and_(_UNSEATED, ~exists(_OF_OFFERS.correlate(holds)))
_STALE = delete(holds).where(
    holds.c.busy_from >= bindparam("earliest", type_=Instant),
    holds.c.busy_from < bindparam("last", type_=Instant),
    holds.c.busy_until > bindparam("first", type_=Instant),
    or_(
        holds.c.expires_at <= bindparam("now", type_=Instant),  # offers alone have such a time
        and_(_UNSEATED, ~exists(_LIVE.correlate(holds))),
    ),
)


def keep_hold(connection: Connection, hold: Hold, now: datetime) -> bool:
    """Keep a hold and claim its time; False where something else has some of it.

    The transaction can then only be rolled back.
    """
    drop_stale_holds(connection, hold.busy, now)
    add_hold(connection, hold, now)
    return keep_time_of_hold(connection, hold.id, hold.busy)


def add_hold(connection: Connection, hold: Hold, now: datetime) -> None:
    """Insert a hold, without any claim."""
    values = {
        "id": hold.id,
        "kind": hold.kind.value,
        "meeting": hold.meeting,
        "start": hold.start,
        "end": hold.end,
        "busy_from": hold.busy.start,
        "busy_until": hold.busy.end,
        "seats": hold.seats,
        "expires_at": hold.expires_at,
        "created_at": now,
    }
    connection.execute(_KEEP, values)


def drop_hold(connection: Connection, hold_id: str) -> bool:
    """Give back the time of a hold, its claims and seats with it; False where there is none."""
    return connection.execute(delete(holds).where(holds.c.id == hold_id)).rowcount == 1


def drop_stale_holds(connection: Connection, interval: Interval, now: datetime) -> None:
    """Give back what nobody has of an interval any more: offers that have expired, groups without people."""
    around = {"earliest": interval.start - LONGEST, "first": interval.start, "last": interval.end}
    connection.execute(_STALE, around | {"now": now})


def drop_empty_groups(connection: Connection, hold_id: str | None = None) -> None:
    """Give back the time of groups in which nobody is any more: of one, or of all."""
    connection.execute(delete(holds).where(_EMPTY, *([holds.c.id == hold_id] if hold_id else [])))
