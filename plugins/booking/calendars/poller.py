"""Calendar poller: reads other calendars in the background and detects changes in the owner's own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.calendar_reader import CalendarReader, question_of
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.entries.entry_store import EntryStore
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import Expected, SyncState
from plugins.booking.calendars.ics.ics_reader import NotACalendar, Own, Reading, window
from plugins.booking.calendars.sources import Source, Sources, asked_of, due, sources_of
from plugins.content.office import Office
from plugins.domain.availability import Availability

EVERY = timedelta(minutes=5)
_MOST_LOOKED_AFTER = 20
_GONE = Own(None)
_log = logging.getLogger(__name__)


class CalendarPoller:
    """Calendar poller: asks each every few minutes, and soon after the content changes what is asked of it."""

    def __init__(
        self,
        sources: Sources,
        entries: SyncState,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        connections: CalendarConnections,
        failed: FailedWrites,
        installation: Callable[[], str],
        owner_email: str | None = None,
    ) -> None:
        self._sources = sources
        self._entries = entries
        self._office = office
        self._clock = clock
        self._connections = connections
        self._failed = failed
        self._installation = installation
        self._reader = CalendarReader(office, connections, installation, owner_email, entries.written)
        self._stored: dict[str, tuple[Reading, datetime]] = {}
        self._known: tuple[set[str], set[str]] | None = None

    def refresh_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Read every calendar that is due, until `stop`; return how many answered. Raises Unavailable."""
        availability = self._office().availability
        listed = sources_of(availability)
        blocking = [key for key, source in listed.items() if source.blocks]
        if self._known != (set(listed), set(blocking)):
            if self._sources.strangers(listed, blocking):
                self._sources.keep_only(listed, blocking)
            self._known = set(listed), set(blocking)
            self._reader.keep_only(listed)
            self._stored.clear()
        if not listed:
            return 0
        answered, states = 0, self._sources.states()
        for key, source in listed.items():
            now, question, state = self._clock(), question_of(availability, source), states.get(key)
            if stop() or (state and not due(state, question, now, EVERY)):
                continue
            before = state.account if state else ""
            account = self._connections.account(source) or before
            if self._sources.take(key, asked_of(question, account), now, EVERY):
                if source.is_own and before and account != before:
                    # What stood in another's calendar was not deleted from this one.
                    self._entries.forget(key)
                done = self._refresh(source, availability, now)
                answered += done
                if done and source.is_own and state and state.error:
                    # What was in the way of reading it was in the way of writing too.
                    self._failed.retry(key, now)
        return answered

    def _refresh(self, source: Source, availability: Availability, now: datetime) -> bool:
        try:
            found = self._reader.read(source, availability, now)
            new = self._store(source, found, now)
            if source.is_own:
                self._compare(source, availability, found.own, now)
        except (Unanswered, NotACalendar) as error:
            _log.warning("calendar %s: %s", source.key[:8], error)
            told = error if isinstance(error, Unanswered) else Unanswered(str(error), Reason.NOT_ICALENDAR, format="")
            self._sources.failed(source.key, told.stored_at(now))
            return False
        if new and found.unread:
            # Their words are of other people's lives.
            _log.info("calendar %s: events that cannot be read: %d", source.key[:8], len(found.unread))
        return True

    def _store(self, source: Source, found: Reading, now: datetime) -> bool:
        """Store what a calendar says; False where it is stored already."""
        last = self._stored.get(source.key)
        new = not (last and last[0] is found and self._sources.unchanged(source.key, last[1], now))
        if new:
            kept = found.busy if source.blocks else None
            self._sources.answered(source.key, kept, len(found.unread), now, found.unread)
        self._stored[source.key] = found, now
        return new

    def _compare(self, source: Source, availability: Availability, own: Mapping[str, Own], now: datetime) -> None:
        store = self._connections.entries(source)
        looked_after = 0
        for expected in self._entries.expected(source.key, now):
            there = own.get(self._uid(expected))
            if there is None:
                # Gone, or moved out of what was asked about: the calendar itself knows.
                looked_after += 1
                if looked_after > _MOST_LOOKED_AFTER:
                    return
                there = self._look(store, expected, availability, now)
            self._entries.compared(expected, there.time, there.sequence, now)

    def _look(self, store: EntryStore, expected: Expected, availability: Availability, now: datetime) -> Own:
        asked = window(now, availability.farthest_horizon())
        return store.find(expected.booking_id, self._uid(expected), asked, availability.timezone) or _GONE

    def _uid(self, expected: Expected) -> str:
        return f"{expected.booking_id}@{self._installation()}"
