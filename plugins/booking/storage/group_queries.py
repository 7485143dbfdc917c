"""Group queries: who has a seat in a meeting of several people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Select, and_, literal, select

from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.claims import FREE_AGAIN
from plugins.booking.storage.engine import reachable
from plugins.booking.storage.schema import bookings, holds, seats
from plugins.domain.bookings import Booking, Status

# By the start too: an older version moves a booking and leaves its seat behind.
_SEATED = and_(holds.c.id == seats.c.hold_id, holds.c.start == bookings.c.start)
_AT_ONCE = 500
_own_seat, _mates_seat, _mate = seats.alias("own_seat"), seats.alias("mates_seat"), bookings.alias("mate")
# Whether another of the group of a booking, who booked before, has an appointment that is to be shown.
FOLLOWS = (
    select(literal(1))
    .select_from(
        _own_seat.join(_mates_seat, _mates_seat.c.hold_id == _own_seat.c.hold_id).join(
            _mate, _mate.c.id == _mates_seat.c.booking_id
        )
    )
    .where(
        _own_seat.c.booking_id == bookings.c.id,
        _mate.c.id < bookings.c.id,
        _mate.c.start == bookings.c.start,
        _mate.c.invited,
        _mate.c.status.in_((Status.PENDING.value, Status.CONFIRMED.value)),
    )
    .correlate(bookings)
    .exists()
)


def with_group(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """A query of bookings that tells the group of each besides, as `group_id`, where it has a seat in one."""
    seated = query.outerjoin_from(bookings, seats, seats.c.booking_id == bookings.c.id).outerjoin(holds, _SEATED)
    return seated.add_columns(holds.c.id.label("group_id"))


@dataclass(frozen=True)
class GroupPeople:
    """Group with its people, in the order in which they booked."""

    id: str
    meeting: str
    start: datetime
    end: datetime
    people: list[Booking]


class GroupQueries:
    """Read-only queries about groups; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def groups_of(self, booked: Iterable[Booking]) -> dict[str, str]:
        """The group of each booking that has a seat in one, by the booking's id."""
        ids = [one.id for one in booked]
        found: dict[str, str] = {}
        query = select(bookings.c.id, holds.c.id).join_from(bookings, seats, seats.c.booking_id == bookings.c.id)
        with reachable(), self._engine.begin() as connection:
            for first in range(0, len(ids), _AT_ONCE):
                of_these = query.join(holds, _SEATED).where(bookings.c.id.in_(ids[first : first + _AT_ONCE]))
                found |= {row[0]: row[1] for row in connection.execute(of_these)}
        return found

    def mates(self, booking: Booking) -> list[Booking]:
        """All of the group of a booking, itself first; nobody where it is in none."""
        own = seats.alias("own")
        sitting = select(bookings).join(seats, seats.c.booking_id == bookings.c.id).join(holds, _SEATED)
        sitting = sitting.join(own, own.c.hold_id == holds.c.id).where(
            own.c.booking_id == booking.id, bookings.c.status.not_in(FREE_AGAIN)
        )
        with reachable(), self._engine.begin() as connection:
            found = [booking_of(row) for row in connection.execute(sitting.order_by(bookings.c.id))]
        return [booking, *(one for one in found if one.id != booking.id)] if found else []

    def find(self, group_id: str) -> GroupPeople | None:
        """A group with all who have a seat in it; None where there is nobody."""
        with reachable(), self._engine.begin() as connection:
            people = people_of(connection, group_id)
        if not people:
            return None
        return GroupPeople(group_id, people[0].meeting, people[0].start, people[0].end, people)

    def held_seats(self, group_id: str, now: datetime) -> list[datetime]:
        """Until when each seat of a group is held that is held for who waits."""
        held = select(holds.c.expires_at).join(seats, holds.c.id == seats.c.offer_id)
        held = held.where(seats.c.hold_id == group_id, holds.c.expires_at > now).order_by(holds.c.expires_at)
        with reachable(), self._engine.begin() as connection:
            return list(connection.execute(held).scalars())


def people_of(connection: Connection, group_id: str) -> list[Booking]:
    """Read all who have a seat in a group, in the order in which they booked."""
    sitting = select(bookings).join(seats, seats.c.booking_id == bookings.c.id).join(holds, _SEATED)
    sitting = sitting.where(holds.c.id == group_id, bookings.c.status.not_in(FREE_AGAIN)).order_by(bookings.c.id)
    return [booking_of(row) for row in connection.execute(sitting)]
