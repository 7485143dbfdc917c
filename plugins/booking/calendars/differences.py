"""What the owner changed in her own calendar, and the two ways to settle it: follow it, or write ours again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plugins.booking.calendars.entries import Entries
from plugins.booking.changes import Changes
from plugins.booking.idempotency import Answer
from plugins.domain.bookings import Booking
from plugins.domain.life import Actor


class Kind(StrEnum):
    """What was done there."""

    DELETED = "deleted"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """A booking that stands otherwise in the calendar: `start` and `end` are its time there, None where it is gone."""

    booking: Booking
    kind: Kind
    start: datetime | None
    end: datetime | None
    noticed_at: datetime


class Differences:
    """Lists and settles; every method raises Unavailable."""

    def __init__(self, entries: Entries, changes: Changes, clock: Callable[[], datetime]) -> None:
        self._entries = entries
        self._changes = changes
        self._clock = clock

    def all(self) -> tuple[Difference, ...]:
        """List what is to be settled, by the time of the bookings."""
        return tuple(
            Difference(booking, Kind(kind), start, end, noticed_at)
            for booking, kind, start, end, noticed_at in self._entries.differing(self._clock())
        )

    def find(self, booking_id: str) -> Difference | None:
        """Find the difference of a booking."""
        return next((one for one in self.all() if one.booking.id == booking_id), None)

    def follow(self, booking_id: str, word: str | None = None) -> Answer | None:
        """Do here what was done there: cancel or move the booking, with its mails; None where nothing differs.

        The owner needs no notice. Raises SlotTaken where the time there breaks another rule, and ChangeRefused.
        """
        found = self.find(booking_id)
        if found is None:
            return None
        if found.start is None:
            return self._changes.cancel(booking_id, Actor.OWNER, word)
        return self._changes.reschedule(booking_id, found.start, Actor.OWNER, word, any_notice=True)

    def write_again(self, booking_id: str) -> bool:
        """Let the booking stand there as it is here; False where nothing differs."""
        return self._entries.write_again(booking_id, self._clock())
