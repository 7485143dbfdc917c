"""CalDAV entries: bookings in a CalDAV collection, each a calendar object of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from plugins.booking.calendars.entries.calendar_objects import CalendarObjects
from plugins.booking.calendars.entries.entry_writes import Written, find_entry, remove_entry, write_entry
from plugins.booking.calendars.entries.sync_state import Leased
from plugins.booking.calendars.ics.ics_reader import Own, read
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.wall_clock import Interval


class CalDavEntries:
    """Entries of a collection (an EntryStore); `require` raises Unanswered where the address is no calendar."""

    def __init__(self, objects: CalendarObjects, require: Callable[[], None]) -> None:
        self._objects = objects
        self._require = require

    def write(self, leased: Leased, entry: Invitation, now: datetime) -> Written:
        """Write the entry of a booking."""
        # A server may make a new calendar of what is put where there is none.
        self._require()
        return write_entry(
            self._objects, leased.booking.id, entry, leased.written, now, leased.is_new, leased.is_suspect
        )

    def remove(self, leased: Leased, uid: str) -> None:
        """Remove the entry of a booking."""
        self._require()
        remove_entry(self._objects, leased.booking.id, uid, leased.is_suspect)

    def find(self, booking_id: str, uid: str, asked: Interval, zone: ZoneInfo) -> Own | None:
        """Return how an entry stands there."""
        there = find_entry(self._objects, booking_id, uid)
        if not there:
            return None
        return read([there[0].text], asked, zone, uid.partition("@")[2]).own.get(uid)
