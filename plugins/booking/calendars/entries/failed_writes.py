"""Failed calendar writes: which bookings are not in the owner's own calendar as they should be, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from plugins.booking.calendars.entries.sync_state import due_entries
from plugins.booking.calendars.entries.write_refusal import Refusal
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.schema import entries
from plugins.domain.bookings import Booking

LATE_AFTER = timedelta(hours=1)  # before what waits for a silent server is worth an alarm
_MOST = 500


@dataclass(frozen=True)
class FailedWrite:
    """A booking whose last write failed; without `refusal` waiting may help."""

    booking: Booking
    refusal: Refusal | None
    next_at: datetime

    def is_late(self, now: datetime) -> bool:
        """Whether its owner has to know: nothing but she will mend it, or it has waited for long."""
        return self.refusal is not None or now - self.booking.updated_at > LATE_AFTER


@dataclass(frozen=True)
class WriteFigures:
    """Metrics of calendar writes: how many wait after a failure, and how many of these are refused for good."""

    waiting: int
    refused: int


class FailedWrites:
    """Failed writes of a calendar, by its key, None where there is none; every method raises Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, calendar: str | None, now: datetime) -> list[FailedWrite]:
        """List them by the time of the bookings."""
        if calendar is None:
            return []
        query = due_entries(calendar, now, at_once=False).where(
            entries.c.calendar == calendar, entries.c.error.is_not(None)
        )
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query.limit(_MOST)).all()
        found = [FailedWrite(booking_of(row), _refusal(row.refusal), row.next_at) for row in rows]
        return sorted(found, key=lambda one: one.booking.start)

    def figures(self, calendar: str | None, now: datetime) -> WriteFigures:
        """Count them."""
        found = self.all(calendar, now)
        return WriteFigures(len(found), sum(one.refusal is not None for one in found))

    def find(self, calendar: str | None, booking_id: str, now: datetime) -> FailedWrite | None:
        """Find that of a booking."""
        return next((one for one in self.all(calendar, now) if one.booking.id == booking_id), None)

    def guests(self, booking_id: str) -> int:
        """How many guests the owner has added to the entry of a booking."""
        query = select(entries.c.guests).where(entries.c.booking_id == booking_id)
        with reachable(), self._engine.begin() as connection:
            return connection.execute(query).scalar() or 0

    def retry(self, calendar: str, now: datetime) -> None:
        """Let all be tried again at once."""
        failed = update(entries).where(
            entries.c.calendar == calendar, entries.c.error.is_not(None), entries.c.lease.is_(None)
        )
        with reachable(), writing(self._engine).begin() as connection:
            connection.execute(failed.values(next_at=now))

    def retry_unconnected(self, now: datetime) -> None:
        """Let all be tried again at once that failed because no account was connected: one is now."""
        failed = update(entries).where(
            entries.c.refusal == Refusal.NOT_CONNECTED.value, entries.c.error.is_not(None), entries.c.lease.is_(None)
        )
        with reachable(), writing(self._engine).begin() as connection:
            connection.execute(failed.values(next_at=now))


def _refusal(kept: str | None) -> Refusal | None:
    try:
        return Refusal(kept) if kept else None
    except ValueError:
        return Refusal.OTHER
