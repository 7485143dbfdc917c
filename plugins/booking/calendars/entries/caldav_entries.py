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
    """Entries of a collection (an EntryStore); `require` raises Unanswered where the address is no calendar.

    Each has the name of its booking; or that of its UID, where a server may give it that name anyway.
    """

    def __init__(self, objects: CalendarObjects, require: Callable[[], None], is_named_by_uid: bool = False) -> None:
        self._objects = objects
        self._require = require
        self._is_named_by_uid = is_named_by_uid

    def write(self, leased: Leased, entry: Invitation, now: datetime) -> Written:
        """Write the entry of a booking."""
        # A server may make a new calendar of what is put where there is none.
        self._require()
        name, is_new, is_suspect = self._name(leased.booking.id, entry.uid), leased.is_new, leased.is_suspect
        return write_entry(self._objects, name, entry, leased.written, now, is_new, is_suspect)

    def remove(self, leased: Leased, uid: str) -> None:
        """Remove the entry of a booking."""
        self._require()
        remove_entry(self._objects, self._name(leased.booking.id, uid), uid, leased.is_suspect)

    def find(self, booking_id: str, uid: str, asked: Interval, zone: ZoneInfo) -> Own | None:
        """Return how an entry stands there."""
        there = find_entry(self._objects, self._name(booking_id, uid), uid)
        if not there:
            return None
        return read([there[0].text], asked, zone, uid.partition("@")[2]).own.get(uid)

    def _name(self, booking_id: str, uid: str) -> str:
        return uid if self._is_named_by_uid else booking_id
