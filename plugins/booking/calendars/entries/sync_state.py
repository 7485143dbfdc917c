"""Sync state: which bookings the owner's own calendar has to show, and which it shows.

A change of a booking is itself what has to be written: nothing is queued beside it that could be forgotten. An entry is
leased, written there, and only then marked, as mails are.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, case, delete, func, insert, literal, or_, select, update

from plugins.booking.calendars.entries.entry_writes import Written
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.group_queries import FOLLOWS, GroupQueries
from plugins.booking.storage.instant_column import Instant
from plugins.booking.storage.schema import bookings, entries
from plugins.domain.bookings import Booking, Status
from plugins.domain.wall_clock import Interval

LEASE = timedelta(seconds=60)  # longer than any question to a calendar takes
_MARGIN = timedelta(days=4)  # longer than any meeting with its buffers
_MOST_EXPECTED = 5_000
# What is put off for longer was so by a clock that was ahead.
_LONGEST_WAIT = timedelta(days=1)

# Shown there: what is confirmed, and what was until its visitor asked for another time (TENTATIVE); of a group one.
_SHOWN = and_(bookings.c.invited, bookings.c.status.in_((Status.PENDING.value, Status.CONFIRMED.value)), ~FOLLOWS)
_GONE = bookings.c.status.in_([status.value for status in Status if not status.holds_time])


@dataclass(frozen=True)
class Leased:
    """Lease: a booking to be written there, or removed, that is ours until the lease ends.

    `written` are the words that it has there; it `is_new` where it was never seen written there, and `is_suspect`
    where it stood otherwise there when it was last read.
    """

    booking: Booking
    sequence: int
    lease: str
    attempts: int
    written: str | None = None
    is_new: bool = True
    is_suspect: bool = False
    had_failed: bool = False
    follows: bool = False  # another of its group has the entry for all of them

    @property
    def is_removal(self) -> bool:
        """Whether it has to go."""
        return self.follows or not self.booking.status.holds_time


@dataclass(frozen=True)
class Expected:
    """Synchronised booking: as it was written there and should still be."""

    booking_id: str
    revision: int
    time: Interval


class SyncState:
    """Sync state of the calendar; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.groups = engine, GroupQueries(engine)
        self._writer = writing(engine)

    def lease(self, calendar: str, now: datetime) -> Leased | None:
        """Take a booking that is not in a calendar as it should be, or None; nobody else gets it meanwhile."""
        due = due_entries(calendar, now).order_by(func.coalesce(entries.c.next_at, 0)).limit(1)
        with reachable(), self._engine.begin() as reader:
            if reader.execute(due.with_only_columns(bookings.c.id)).first() is None:
                return None  # the common case costs no writer's lock
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            row = connection.execute(due).first()
            if row is None:
                return None
            booking, lease = booking_of(row), secrets.token_hex(16)
            attempts = (row.attempts or 0) + 1
            taken = {"lease": lease, "attempts": attempts, "next_at": now + LEASE}
            if row.calendar is None:
                values = {"booking_id": booking.id, "calendar": calendar, "sequence": -1}
                connection.execute(insert(entries).values(values | taken))
            else:
                moved = {} if row.calendar == calendar else _NOWHERE | {"calendar": calendar}
                connection.execute(update(entries).where(entries.c.booking_id == booking.id).values(taken | moved))
        there, is_here = -1 if row.there is None else int(row.there), row.calendar == calendar
        # A writer that ended between its write and this table's may have written: its program may call that anything.
        is_tried = is_here and bool(row.attempts)
        is_new = not is_here or (row.written_at is None and not is_tried)
        return Leased(
            booking,
            max(booking.sequence, there + 1),
            lease,
            attempts,
            row.written if is_here else None,
            is_new,
            is_suspect=not is_new and (is_tried or row.revision is None or row.difference is not None),
            had_failed=is_here and row.error is not None,
            follows=bool(row.follows),
        )

    def settled(self, leased: Leased, now: datetime, written: Written) -> None:
        """Mark what was written; a booking changed meanwhile is due again."""
        self._settle(
            leased,
            revision=leased.booking.sequence,
            sequence=written.sequence,
            attempts=0,
            next_at=now,
            written_at=now,
            written=written.words,
            guests=written.guests,
            error=None,
            refusal=None,
            **_NO_DIFFERENCE,
        )

    def removed(self, leased: Leased) -> None:
        """Forget what was removed there."""
        with reachable(), self._writer.begin() as connection:
            connection.execute(delete(entries).where(_ours(leased)))

    def later(self, leased: Leased, at: datetime, error: str, refusal: str | None = None) -> None:
        """Give a booking back, to be tried again at an instant; `refusal` where it is refused for good."""
        self._settle(leased, next_at=at, error=error[:500], refusal=refusal)

    def expected(self, calendar: str, before: datetime) -> list[Expected]:
        """List what was written to a calendar before an instant, and has not changed here since."""
        query = (
            select(entries.c.booking_id, entries.c.revision, bookings.c.start, bookings.c.end)
            .join_from(entries, bookings)
            .where(
                *_standing(before),
                entries.c.calendar == calendar,
                entries.c.written_at < before,
                entries.c.lease.is_(None),
            )
            .order_by(bookings.c.start)
            .limit(_MOST_EXPECTED)
        )
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [Expected(row.booking_id, row.revision, Interval(row.start, row.end)) for row in rows]

    def written(self, calendar: str) -> dict[str, str]:
        """Return what is kept of each entry that was written to a calendar, by its booking."""
        kept = and_(entries.c.calendar == calendar, entries.c.written.is_not(None))
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(select(entries.c.booking_id, entries.c.written).where(kept)).all()
        return {row.booking_id: row.written for row in rows}

    def compared(self, expected: Expected, there: Interval | None, sequence: int, now: datetime) -> None:
        """Note how a booking stands in the calendar, None where it is gone, and the SEQUENCE it has there."""
        if there == expected.time:
            found: dict[str, Any] = dict(_NO_DIFFERENCE)
        else:
            found = {
                "difference": "moved" if there else "deleted",
                "there_start": there.start if there else None,
                "there_end": there.end if there else None,
                "sequence": case((entries.c.sequence < sequence, sequence), else_=entries.c.sequence),
                "noticed_at": func.coalesce(entries.c.noticed_at, literal(now, Instant)),
            }
        same = and_(entries.c.booking_id == expected.booking_id, entries.c.revision == expected.revision)
        different = entries.c.difference.is_not(None) if there == expected.time else same
        with reachable(), self._writer.begin() as connection:
            connection.execute(update(entries).where(same, different).values(found))

    def differing(self, now: datetime) -> list[tuple[Booking, str, datetime | None, datetime | None, datetime]]:
        """List the coming bookings that stand otherwise there: what was done, the time there, and when it was seen."""
        query = (
            select(bookings, entries.c.difference, entries.c.there_start, entries.c.there_end, entries.c.noticed_at)
            .join_from(entries, bookings)
            .where(*_standing(now), entries.c.difference.is_not(None))
            .order_by(bookings.c.start)
            .limit(_MOST_EXPECTED)
        )
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [(booking_of(row), row.difference, row.there_start, row.there_end, row.noticed_at) for row in rows]

    def forget(self, calendar: str) -> None:
        """Forget what was written to a calendar, so that all that is to come is written to it anew."""
        with reachable(), self._writer.begin() as connection:
            connection.execute(delete(entries).where(entries.c.calendar == calendar))

    def write_again(self, booking_id: str, now: datetime) -> bool:
        """Let a booking be written there anew, over what stands there; False where it does not differ."""
        again = {"revision": None, "next_at": now, **_NO_DIFFERENCE}
        with reachable(), self._writer.begin() as connection:
            differs = and_(entries.c.booking_id == booking_id, entries.c.difference.is_not(None))
            return connection.execute(update(entries).where(differs).values(again)).rowcount == 1

    def _settle(self, leased: Leased, **values: object) -> None:
        # Guarded by the lease: where it ran out and another process took the booking, that one decides.
        with reachable(), self._writer.begin() as connection:
            connection.execute(update(entries).where(_ours(leased)).values(lease=None, **values))


def _ours(leased: Leased) -> ColumnElement[bool]:
    return and_(entries.c.booking_id == leased.booking.id, entries.c.lease == leased.lease)


_NO_DIFFERENCE = {"difference": None, "there_start": None, "there_end": None, "noticed_at": None}
_NOWHERE = dict.fromkeys(("revision", "written_at", "written", "guests", "error", "refusal")) | _NO_DIFFERENCE

_STATE = tuple(
    entries.c[name]
    for name in (
        "calendar", "revision", "attempts", "next_at", "written_at", "written", "error", "refusal", "difference",
    )
)  # fmt: skip


def _coming(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # By the index on the time kept, which bounds the work by what is to come and not by the history.
    return bookings.c.busy_from >= now - _MARGIN, bookings.c.end > now


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*_coming(now), _SHOWN, entries.c.revision == bookings.c.sequence)


def due_entries(calendar: str, now: datetime, at_once: bool = True) -> Select[Any]:
    """Select the bookings that are not in a calendar as they should be; without `at_once` those put off too."""
    elsewhere = or_(entries.c.booking_id.is_(None), entries.c.calendar != calendar)
    stale = or_(elsewhere, entries.c.revision.is_(None), entries.c.revision != bookings.c.sequence)
    # Whether or not it was seen written: who wrote it may have been killed before that was noted.
    left = and_(or_(_GONE, FOLLOWS), entries.c.calendar == calendar)
    # While it is put off or leased; a calendar of another address waits for neither.
    is_up = or_(entries.c.next_at <= now, entries.c.next_at > now + _LONGEST_WAIT)
    ready = or_(elsewhere, is_up) if at_once else True
    return (
        select(bookings, *_STATE, entries.c.sequence.label("there"), FOLLOWS.label("follows"))
        .join_from(bookings, entries, isouter=True)
        .where(*_coming(now), or_(and_(_SHOWN, stale), left), ready)  # type: ignore[arg-type]
    )
