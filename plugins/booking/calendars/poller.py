"""Calendar poller: reads other calendars in the background and detects changes in the owner's own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from plugins.booking.calendars.caldav import Collection
from plugins.booking.calendars.calendar_objects import CalendarObjects
from plugins.booking.calendars.entry_writes import find_entry
from plugins.booking.calendars.http_client import Ask, Login, Question, Unanswered
from plugins.booking.calendars.ics_reader import NotACalendar, Own, Reading, read, window
from plugins.booking.calendars.sources import Source, Sources, due, sources_of
from plugins.booking.calendars.sync_state import Expected, SyncState
from plugins.booking.calendars.write_refusal import LoginMissing
from plugins.content.office import Office
from plugins.domain.availability import Availability

EVERY = timedelta(minutes=5)
_MOST_LOOKED_AFTER = 20
_GONE = Own(None)
_log = logging.getLogger(__name__)


def login_of(variable: str | None, credentials: Callable[[str], str | None]) -> Login | None:
    """Read the login that a variable of the environment holds; raises LoginMissing where it holds none."""
    if variable is None:
        return None
    user, colon, password = (credentials(variable) or "").partition(":")
    if not user or not colon:
        raise LoginMissing(f"the environment has no {variable}; set it like {variable}=user:password")
    return Login(user, password)


class CalendarPoller:
    """Calendar poller: asks each every few minutes, and soon after the content changes what is asked of it."""

    def __init__(
        self,
        sources: Sources,
        entries: SyncState,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        ask: Ask,
        credentials: Callable[[str], str | None],
        installation: Callable[[], str],
    ) -> None:
        self._sources = sources
        self._entries = entries
        self._office = office
        self._clock = clock
        self._ask = ask
        self._credentials = credentials
        self._installation = installation
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
        if not listed:
            return 0
        answered, states = 0, self._sources.states()
        for key, source in listed.items():
            now, wanted, state = self._clock(), _wanted(availability, source), states.get(key)
            if stop() or (state and not due(state.asked, state.tried_at, wanted, now, EVERY)):
                continue
            if self._sources.take(key, wanted, now, EVERY):
                answered += self._refresh(source, availability, now)
        return answered

    def _refresh(self, source: Source, availability: Availability, now: datetime) -> bool:
        try:
            found = self._read(source, availability, now)
            kept = found.busy if source.blocks else None
            self._sources.answered(source.key, kept, len(found.skipped), now)
            if source.is_own:
                self._compare(source, availability, found, now)
        except (Unanswered, NotACalendar) as error:
            _log.warning("calendar %s: %s", source.key[:8], error)
            self._sources.failed(source.key, str(error))
            return False
        if found.skipped:
            # Their words are of other people's lives.
            _log.info("calendar %s: events that cannot be read: %d", source.key[:8], len(found.skipped))
        return True

    def _read(self, source: Source, availability: Availability, now: datetime) -> Reading:
        # As far ahead as it may have to be believed without another answer.
        asked = window(now, availability.horizon + availability.busy_trusted_for)
        login = login_of(source.credentials, self._credentials)
        if source.is_caldav:
            texts = Collection(source.address, login, self._ask).events(asked)
        else:
            reply = self._ask(Question("GET", source.address, login))
            if reply.status != 200:
                raise Unanswered(f"it answers {reply.status}")
            texts = [reply.body]
        return read(texts, asked, availability.timezone, self._installation())

    def _compare(self, source: Source, availability: Availability, found: Reading, now: datetime) -> None:
        objects = CalendarObjects(source.address, login_of(source.credentials, self._credentials), self._ask)
        looked_after = 0
        for expected in self._entries.expected(source.key, now):
            there = found.own.get(self._uid(expected))
            if there is None:
                # Gone, or moved out of what was asked about: the calendar itself knows.
                looked_after += 1
                if looked_after > _MOST_LOOKED_AFTER:
                    return
                there = self._look(objects, expected, availability, now)
            self._entries.compared(expected, there.time, there.sequence, now)

    def _look(self, objects: CalendarObjects, expected: Expected, availability: Availability, now: datetime) -> Own:
        there = find_entry(objects, expected.booking_id, self._uid(expected))
        if not there:
            return _GONE
        found = read([there[0].text], window(now, availability.horizon), availability.timezone, self._installation())
        return found.own.get(self._uid(expected), _GONE)

    def _uid(self, expected: Expected) -> str:
        return f"{expected.booking_id}@{self._installation()}"


def _wanted(availability: Availability, source: Source) -> str:
    rules = (availability.timezone.key, availability.horizon, availability.busy_trusted_for)
    return " ".join(map(str, (*rules, source.is_caldav, source.credentials, source.blocks, source.is_own)))
