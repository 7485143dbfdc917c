"""What the endpoint keeps: bookings and messages, each committed whole with its mails or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from plugins.booking.engine import label, queue_for_writing, reachable, writing
from plugins.booking.idempotency import Answer, Attempt, remember, replay
from plugins.booking.outbox import Envelope, enqueue
from plugins.booking.schema import bookings, claims, keys, messages
from plugins.domain.availability import Availability, Meeting
from plugins.domain.bookings import Booking, Message, Status
from plugins.domain.slots import Occupied, Refusal, Slot, cells, claim, judge, nearest, window
from plugins.domain.wall_clock import Interval

CALENDAR = "owner"
_FREE_AGAIN = (Status.DECLINED, Status.EXPIRED, Status.CANCELLED)
# Longer than a local day, for the daily caps, and than any meeting with its buffers.
_MARGIN = timedelta(days=4)


class SlotTaken(Exception):
    """The slot cannot be had; the nearest free ones instead."""

    def __init__(self, refusals: tuple[Refusal, ...], free: tuple[Slot, ...]) -> None:
        super().__init__("slot taken")
        self.refusals = refusals
        self.nearest = free


class Store:
    """The database behind the endpoint; every method raises Unavailable where it does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    @property
    def label(self) -> str:
        """Which engine keeps it all, for /health."""
        return label(self._engine)

    def book(
        self,
        booking: Booking,
        meeting: Meeting,
        availability: Availability,
        envelopes: Sequence[Envelope],
        answer: Answer,
        made: Attempt | None,
        now: datetime,
    ) -> Answer:
        """Keep a booking, its claim on time, its mails and its answer in one transaction; return the answer.

        An attempt already answered gets that answer and has no other effect. Raises SlotTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            occupied = self._occupied(connection, window(availability, now))
            refusals = judge(meeting, booking.start, availability, occupied, now)
            if not refusals and self._claim(connection, booking, meeting, now):
                enqueue(connection, booking.id, envelopes, now)
                if made:
                    remember(connection, made, answer, now)
                return answer
            connection.rollback()
        # Looked for only now, when nobody waits for our place in the database any more.
        free = nearest(meeting, booking.start, availability, occupied, now)
        raise SlotTaken(refusals, tuple(slot for slot in free if slot.start != booking.start))

    def keep_message(
        self,
        message: Message,
        envelopes: Sequence[Envelope],
        answer: Answer,
        made: Attempt | None,
        now: datetime,
    ) -> Answer:
        """Keep a message, its mails and its answer in one transaction, as `book` does; raises KeyReused."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            connection.execute(insert(messages).values(message.model_dump()))
            enqueue(connection, message.id, envelopes, now)
            if made:
                remember(connection, made, answer, now)
            return answer

    def occupied(self, interval: Interval) -> Occupied:
        """Read what is taken around an interval: one query, whose cost the history does not change."""
        with reachable(), self._engine.begin() as connection:
            return self._occupied(connection, interval)

    def booking(self, booking_id: str) -> Booking | None:
        """Find a booking by its id."""
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
        return None if row is None else _booking(row)

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """Return a secret made once: of several processes that make it at once, all get the first one's."""
        upsert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        with reachable(), self._writer.begin() as connection:
            connection.execute(upsert(keys).values(name=name, value=make()).on_conflict_do_nothing())
            value: str = connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one()
        return value

    def _occupied(self, connection: Connection, interval: Interval) -> Occupied:
        rows = connection.execute(
            select(bookings.c.meeting, bookings.c.start, bookings.c.busy_from, bookings.c.busy_until).where(
                bookings.c.busy_from >= interval.start - _MARGIN,
                bookings.c.busy_from < interval.end + _MARGIN,
                bookings.c.status.not_in(_FREE_AGAIN),
            )
        ).all()
        return Occupied(
            intervals=[Interval(row.busy_from, row.busy_until) for row in rows],
            starts=[(row.meeting, row.start) for row in rows],
        )

    def _claim(self, connection: Connection, booking: Booking, meeting: Meeting, now: datetime) -> bool:
        """Insert the booking and its cells; False where the database says another one has them."""
        busy = claim(meeting, booking.start)
        values = booking.model_dump() | {
            "status": booking.status.value,
            "answers": json.dumps(booking.answers, ensure_ascii=False),
            "busy_from": busy.start,
            "busy_until": busy.end,
        }
        past = cells(Interval(now - _MARGIN, now)).start
        connection.execute(delete(claims).where(claims.c.calendar == CALENDAR, claims.c.cell < past))
        try:
            connection.execute(insert(bookings).values(values))
            connection.execute(
                insert(claims),
                [{"calendar": CALENDAR, "cell": cell, "booking_id": booking.id} for cell in cells(busy)],
            )
        except IntegrityError:
            return False
        return True


def _booking(row: Row[tuple[object, ...]]) -> Booking:
    values = {name: value for name, value in row._mapping.items() if not name.startswith("busy_")}
    return Booking.model_validate(values | {"answers": json.loads(row.answers)})
