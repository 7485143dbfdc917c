"""Conflicts between a booking and the owner's own calendar, and their resolution.

What she changed there is either followed, or overwritten with ours.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.storage.idempotency import Answer
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Booking
from plugins.domain.language import _


class Kind(StrEnum):
    """Kind of conflict: what was done there."""

    DELETED = "deleted"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """Conflict: a booking that stands otherwise there, at `start` and `end`, None where it is gone."""

    booking: Booking
    kind: Kind
    start: datetime | None
    end: datetime | None
    noticed_at: datetime


class ConflictFinder:
    """Conflict finder: lists conflicts and settles them; every method raises Unavailable."""

    def __init__(self, entries: SyncState, changes: BookingChanges, clock: Callable[[], datetime]) -> None:
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
        others = self._entries.groups.mates(found.booking)[1:]
        if found.start is None:
            for one in others:
                with suppress(ChangeRefused):  # she has called it off herself at this moment
                    self._changes.cancel(one.id, Actor.OWNER, word)
            return self._changes.cancel(booking_id, Actor.OWNER, word)
        if others:
            raise ChangeRefused(_("Questo è un gruppo: le persone si spostano una per una, dalle loro pagine."))
        return self._changes.reschedule(booking_id, found.start, Actor.OWNER, word, any_notice=True)

    def write_again(self, booking_id: str) -> bool:
        """Let the booking stand there as it is here; False where nothing differs."""
        return self._entries.write_again(booking_id, self._clock())
