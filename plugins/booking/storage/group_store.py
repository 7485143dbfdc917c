"""Group store: moves all who have a seat in a group to another time, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from plugins.booking.storage.booking_rows import Changed, newest_revision
from plugins.booking.storage.claims import occupied
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.group_queries import people_of
from plugins.booking.storage.idempotency import Attempt, remember, replay
from plugins.booking.storage.mail_quota import enqueue_for
from plugins.booking.storage.outdated_mails import outdate, readers_of
from plugins.booking.storage.schema import seats
from plugins.booking.storage.series_store import keep_changes
from plugins.domain.bookings import Booking
from plugins.domain.busy_time import Occupied
from plugins.domain.wall_clock import Interval

Around = Callable[[Interval], Occupied]


class GroupStore:
    """Group store; raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def move(
        self, group_id: str, decide: Callable[[list[Booking], Around], list[Changed]], made: Attempt, now: datetime
    ) -> str | None:
        """Change all of a group as `decide` says, who sees what others occupy; what it raises leaves all as it was.

        Returns the group in which they are then, or None where there is none. An attempt already answered gets that
        answer and has no other effect. Raises SlotTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if (earlier := replay(connection, made)) is not None:
                return str(earlier["group"])
            people = [newest_revision(connection, one) for one in people_of(connection, group_id)]
            if not people:
                return None
            ids = [one.id for one in people]
            changes = decide(people, lambda interval: occupied(connection, interval, now, ids))
            keep_changes(connection, {one.id: one for one in people}, changes, now)
            for one in changes:
                lost = outdate(connection, one.booking.id, readers_of(one.event), now)
                enqueue_for(connection, one.booking.id, one.envelopes, one.actor, now, in_place_of=lost)
            seat = select(seats.c.hold_id).where(seats.c.booking_id == ids[0])
            moved = str(connection.execute(seat).scalar_one())
            remember(connection, made, {"group": moved}, now)
            return moved
