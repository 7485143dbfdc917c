"""Testimonial store: keeps what a client wrote about a booking until the owner approves or declines it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.schema import bookings, outbox, testimonials
from plugins.domain.bookings import Booking, Status
from plugins.domain.testimonial_form import GivenTestimonial, TestimonialRequest

GIVEN = "testimonial-owner"  # the kind of the mail that tells her
# Whoever writes again and again fills no mailbox: she reads the latest words in the agenda.
_TOLD_EVERY = timedelta(hours=1)
_MOST = 200  # listed at once
_IS_OPEN = testimonials.c.closed_at.is_(None)


class NotHeld(Exception):
    """There is no booking to write about, or its meeting was not held."""


class AlreadyDecided(Exception):
    """The owner has approved the words, or is done with them: they can be changed no more."""


@dataclass(frozen=True)
class AboutBooking:
    """A booking whose meeting was held, with what its client wrote, if anything."""

    booking: Booking
    given: GivenTestimonial | None = None


class TestimonialStore:
    """Testimonial store; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def find(self, booking_id: str) -> AboutBooking | None:
        """Find a booking that may be written about, with its words; None where there is none."""
        with reachable(), self._engine.begin() as connection:
            return _found(connection, booking_id)

    def everything(self) -> list[AboutBooking]:
        """All words: first those that wait for the owner, the oldest of them first, then the last approved."""
        query = select(bookings, testimonials.c.booking_id).join(testimonials).where(_IS_OPEN)
        order = (testimonials.c.approved_at.is_not(None), testimonials.c.approved_at.desc(), testimonials.c.given_at)
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query.order_by(*order).limit(_MOST)).all()
            return [AboutBooking(booking_of(row), _given(connection, row.booking_id)) for row in rows]

    def waiting(self) -> int:
        """How many wait for the owner."""
        query = select(testimonials.c.booking_id).where(_IS_OPEN, testimonials.c.approved_at.is_(None))
        with reachable(), self._engine.begin() as connection:
            return len(connection.execute(query.limit(_MOST)).all())

    def give(
        self,
        booking_id: str,
        asked: TestimonialRequest,
        write: Callable[[Booking, GivenTestimonial], Sequence[Envelope]],
        now: datetime,
    ) -> None:
        """Keep the words about a booking in the place of those there are; raises NotHeld, AlreadyDecided."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            found = _found(connection, booking_id)
            if found is None:
                raise NotHeld
            before = found.given
            if before and (before.approved_at or before.closed_at):
                raise AlreadyDecided
            if before and asked == TestimonialRequest(text=before.text, name=before.name, role=before.role):
                return
            given = GivenTestimonial(
                booking_id=booking_id,
                given_at=before.given_at if before else now,
                changed_at=now,
                **asked.model_dump(),
            )
            _overwriting(connection)
            connection.execute(delete(testimonials).where(testimonials.c.booking_id == booking_id))
            connection.execute(insert(testimonials).values(given.model_dump()))
            if not _was_told(connection, booking_id, now):
                enqueue(connection, booking_id, write(found.booking, given), now)

    def withdraw(self, booking_id: str) -> None:
        """Erase the words about a booking, whose client takes them back; raises AlreadyDecided."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            given = _given(connection, booking_id)
            if given and (given.approved_at or given.closed_at):
                raise AlreadyDecided
            _erase(connection, booking_id)

    def approve(self, booking_id: str, seen: datetime, now: datetime) -> bool:
        """Approve the words that the owner has `seen`; False where they are others by now, or gone."""
        same = (testimonials.c.booking_id == booking_id, testimonials.c.changed_at == seen)
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            given = _given(connection, booking_id)
            if given is None or given.closed_at or given.changed_at != seen:
                return False
            unapproved = testimonials.c.approved_at.is_(None)
            connection.execute(update(testimonials).where(*same, unapproved).values(approved_at=now))
            return True

    def close(self, booking_id: str, seen: datetime, now: datetime) -> bool:
        """Erase the words that the owner has `seen`, approved or not, for good; False where they are others by now.

        That there were some stays, so that their client is told, and asked for no others.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            given = _given(connection, booking_id)
            if given is None or (given.closed_at is None and given.version != seen):
                return False
            if given.closed_at is None:
                _erase(connection, booking_id)
                left = given.model_copy(update={"text": "", "name": "", "role": None, "closed_at": now})
                connection.execute(insert(testimonials).values(left.model_dump()))
            return True


def _found(connection: Connection, booking_id: str) -> AboutBooking | None:
    row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
    given = _given(connection, booking_id)
    # Where the meeting counts as missed only since, the words are there all the same, and can be taken back.
    if row is None or (given is None and row.status != Status.DONE.value):
        return None
    return AboutBooking(booking_of(row), given)


def _given(connection: Connection, booking_id: str) -> GivenTestimonial | None:
    query = select(testimonials).where(testimonials.c.booking_id == booking_id)
    row: Row[Any] | None = connection.execute(query).one_or_none()
    return None if row is None else GivenTestimonial.model_validate(dict(row._mapping))


def _was_told(connection: Connection, booking_id: str, now: datetime) -> bool:
    lately = (outbox.c.about == booking_id, outbox.c.kind == GIVEN, outbox.c.created_at > now - _TOLD_EVERY)
    return connection.execute(select(outbox.c.id).where(*lately).limit(1)).first() is not None


def _erase(connection: Connection, booking_id: str) -> None:
    """Delete the words, and the mail that has them where it is still to be sent."""
    _overwriting(connection)
    unsent = (outbox.c.about == booking_id, outbox.c.kind == GIVEN, outbox.c.mime != b"")
    connection.execute(delete(outbox).where(*unsent))
    connection.execute(delete(testimonials).where(testimonials.c.booking_id == booking_id))


def _overwriting(connection: Connection) -> None:
    """Leave no byte of what is deleted in a page of SQLite's."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
