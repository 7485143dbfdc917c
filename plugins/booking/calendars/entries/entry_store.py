"""Entry store interface: bookings as they stand in one calendar, whatever protocol it speaks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from plugins.booking.calendars.entries.entry_writes import Written
from plugins.booking.calendars.entries.sync_state import Leased
from plugins.booking.calendars.ics.ics_reader import Own
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.wall_clock import Interval


class EntryStore(Protocol):
    """Entries of one calendar, known by UID; every method raises Unanswered, and WriteFailed where it is refused."""

    def write(self, leased: Leased, entry: Invitation, now: datetime) -> Written:
        """Let a booking stand there, wherever its entry is by now; what its owner added to it stays."""

    def remove(self, leased: Leased, uid: str) -> None:
        """Remove the entry of a booking; one that is gone is as good."""

    def find(self, booking_id: str, uid: str, asked: Interval, zone: ZoneInfo) -> Own | None:
        """Return how an entry stands there by now, inside an interval or not; None where it is gone."""
