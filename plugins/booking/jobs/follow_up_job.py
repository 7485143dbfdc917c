"""Follow-up job: sends what the owner writes after a meeting, once, to whoever was there or was to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, select

from plugins.booking.mail.texts.booking_mails import FOLLOW_UP
from plugins.booking.service.services import Services
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.mail_quota import enqueue_for
from plugins.booking.storage.schema import bookings, outbox
from plugins.content.office import Office
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.bookings import Booking, Status
from plugins.domain.follow_up import LATE, FollowUp, follow_up_of, longest_wait

_OVER = (Status.DONE.value, Status.NO_SHOW.value)
_DAY = timedelta(days=1)


class FollowUpJob:
    """Follow-up job; its mail in the outbox is the sign that a booking has had it."""

    def __init__(
        self, engine: Engine, services: Services, office: Callable[[], Office], clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._services = services
        self._office = office
        self._clock = clock

    def make(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Write all mails that are due, until `stop`; return how many. Raises Unavailable."""
        now, availability = self._clock(), self._office().availability
        longest = longest_wait(availability)
        if longest is None:
            return 0
        done = 0
        for booking in self._without_mail(now - longest - LATE - _DAY, now):
            found = follow_up_of(booking, availability)
            if found and found.due <= now < found.due + LATE and not stop():
                done += self._send(booking.id, booking.status, found, now)
        return done

    def _without_mail(self, since: datetime, now: datetime) -> Sequence[Booking]:
        lately = (bookings.c.busy_from >= since, bookings.c.busy_from <= now, bookings.c.status.in_(_OVER))
        query = select(bookings).where(*lately, _unsent()).order_by(bookings.c.start)
        with reachable(), self._engine.begin() as connection:
            return [booking_of(row) for row in connection.execute(query)]

    def _send(self, booking_id: str, status: Status, found: FollowUp, now: datetime) -> bool:
        self._services.mail_composer.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            same = (bookings.c.id == booking_id, bookings.c.status == status.value, _unsent())
            row = connection.execute(select(bookings).where(*same)).one_or_none()
            if row is None:
                return False  # another process got there first, or she has marked it meanwhile
            booking = booking_of(row)
            mails = self._services.mail_composer.about_follow_up(booking, found, now)
            enqueue_for(connection, booking.id, mails, Actor.TIME, now)
            return True


def _unsent() -> ColumnElement[bool]:
    told = select(outbox.c.id).where(outbox.c.about == bookings.c.id, outbox.c.kind == FOLLOW_UP)
    return ~told.exists()
