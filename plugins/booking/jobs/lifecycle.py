"""Lifecycle job: expires unanswered requests, sends reminders, completes meetings that are over.

Every process runs it; each change is judged again in its own transaction, so that one of them makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, Engine, or_, select, type_coerce, update

from plugins.booking.jobs.daily import DailyReport
from plugins.booking.jobs.follow_up_job import FollowUpJob
from plugins.booking.service.services import Services
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.instant_column import microseconds
from plugins.booking.storage.mail_quota import enqueue_for
from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import OPEN, bookings
from plugins.content.office import Office
from plugins.domain.availability import Availability
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Booking, Status

_AT_ONCE = 200


def _made(change: Callable[[str], object], booking_id: str) -> bool:
    try:
        return change(booking_id) is not None
    except ChangeRefused:
        return False  # another process, or a person, got there first


class LifecycleJob:
    """Lifecycle job: finds bookings that are due to expire, be reminded of or be completed, and does it."""

    def __init__(
        self,
        engine: Engine,
        services: Services,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._services = services
        self._office = office
        self._clock = clock
        self._wake = wake
        self._follow_ups = FollowUpJob(engine, services, office, clock)
        self._daily = DailyReport(engine, services, office)
        self._purged_on: date | None = None  # once a day is enough

    def make(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Do all that is due, until `stop`; return how many changes were made. Raises Unavailable."""
        now, availability = self._clock(), self._office().availability
        changes = self._services.changes
        done = 0
        for booking in self._open(*_unanswered(availability, now)):
            if not stop():
                done += _made(changes.expire, booking.id)
        over = (bookings.c.status == Status.CONFIRMED.value, bookings.c.start <= now, bookings.c.end <= now)
        for booking in self._open(*over):
            if not stop():
                done += _made(changes.finish, booking.id)
        for booking in self._to_remind(availability, now):
            if not stop():
                done += self._remind(booking.id, availability, now)
        done += self._follow_ups.make(stop)
        if availability.retention and self._purged_on != now.date():
            purge(self._engine, availability.retention, now)
            self._purged_on = now.date()
        if self._daily.look(now) or done:
            self._wake()
        return done

    def _open(self, *which: ColumnElement[bool]) -> list[Booking]:
        query = select(bookings).where(OPEN, *which).order_by(bookings.c.start).limit(_AT_ONCE)
        with reachable(), self._engine.begin() as connection:
            return [booking_of(row) for row in connection.execute(query)]

    def _to_remind(self, availability: Availability, now: datetime) -> list[Booking]:
        if availability.reminder is None:
            return []
        return self._open(*_unreminded(availability, now))

    def _remind(self, booking_id: str, availability: Availability, now: datetime) -> bool:
        self._services.mail_composer.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            query = select(bookings).where(bookings.c.id == booking_id, *_unreminded(availability, now))
            row = connection.execute(query).one_or_none()
            if row is None:
                return False  # another process got there first, or it was moved or called off
            booking = booking_of(row)
            mails = self._services.mail_composer.about_reminder(booking, now)
            enqueue_for(connection, booking.id, mails, Actor.TIME, now)
            connection.execute(update(bookings).where(bookings.c.id == booking_id).values(reminded_of=booking.start))
            return True


def _unanswered(availability: Availability, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Requests whose time is up, by `expires_at` of the domain; those that still wait take none of their turns."""
    return (
        bookings.c.status == Status.PENDING.value,
        or_(bookings.c.updated_at <= now - availability.pending_expiry, bookings.c.start <= now),
    )


def _unreminded(availability: Availability, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Confirmed meetings within the reminder's time, of which both were last told before that time began."""
    ahead = availability.reminder
    assert ahead is not None
    told, start = (type_coerce(column, BigInteger) for column in (bookings.c.updated_at, bookings.c.start))
    return (
        bookings.c.status == Status.CONFIRMED.value,
        bookings.c.start > now,
        bookings.c.start <= now + ahead,
        told <= start - microseconds(ahead),
        or_(bookings.c.reminded_of.is_(None), bookings.c.reminded_of != bookings.c.start),
    )
