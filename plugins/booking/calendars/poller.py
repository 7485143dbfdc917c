"""Calendar poller: reads other calendars in the background and detects changes in the owner's own."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr

from plugins import __version__
from plugins.booking.calendars.caldav import Collection
from plugins.booking.calendars.http_client import Ask, Login, Question, Unanswered
from plugins.booking.calendars.ics_reader import NotACalendar, Own, read, window
from plugins.booking.calendars.sources import Source, Sources, due, sources_of
from plugins.booking.calendars.sync_state import Expected, SyncState
from plugins.content.office import Office
from plugins.domain.availability import Availability
from plugins.domain.wall_clock import Interval

EVERY = timedelta(minutes=5)
_MOST_LOOKED_AFTER = 20
_GONE = Own(None)
_log = logging.getLogger(__name__)


def login_of(variable: str | None, credentials: Callable[[str], str | None]) -> Login | None:
    """Read the login that a variable of the environment holds; raises Unanswered where it holds none."""
    if variable is None:
        return None
    user, colon, password = (credentials(variable) or "").partition(":")
    if not user or not colon:
        raise Unanswered(f"the environment has no {variable}; set it like {variable}=user:password")
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
        owner_email: str | None = None,
    ) -> None:
        self._sources = sources
        self._entries = entries
        self._office = office
        self._clock = clock
        self._ask = ask
        self._credentials = credentials
        self._installation = installation
        self._owner_email = owner_email
        self._own_read: dict[tuple[str, str], Mapping[str, Own]] = {}  # of the owner's calendar, by its digest
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
                answered += self._refresh(source, availability, now, state.digest if state else None)
        return answered

    def _refresh(self, source: Source, availability: Availability, now: datetime, digest: str | None) -> bool:
        try:
            login = login_of(source.credentials, self._credentials)
            asked = window(now, availability.horizon + availability.busy_trusted_for)
            texts = self._texts(source, login, asked)
            addresses = self._addresses(login)
            told = digest_of(texts, [_wanted(availability, source), str(now.date()), *sorted(addresses)])
            own = self._own_read.get((source.key, told))
            if told == digest and (own is not None or not source.is_own):
                skipped = 0  # told when it was read
                self._sources.unchanged(source.key, now)
            else:
                found = read(
                    texts,
                    asked,
                    availability.timezone,
                    self._installation(),
                    owner_addresses=addresses,
                    tentative_is_free=source.tentative_is_free,
                )
                own, skipped = found.own, len(found.unread)
                kept = found.busy if source.blocks else None
                self._sources.answered(source.key, kept, skipped, now, found.unread, told)
            if source.is_own and own is not None:
                self._own_read = {(source.key, told): own}
                self._compare(source, availability, own, now)
        except (Unanswered, NotACalendar) as error:
            _log.warning("calendar %s: %s", source.key[:8], error)
            self._sources.failed(source.key, str(error))
            return False
        if skipped:
            # Their words are of other people's lives.
            _log.info("calendar %s: events that cannot be read: %d", source.key[:8], skipped)
        return True

    def _texts(self, source: Source, login: Login | None, asked: Interval) -> list[bytes]:
        # As far ahead as it may have to be believed without another answer.
        if source.is_caldav:
            return Collection(source.address, login, self._ask).events(asked)
        reply = self._ask(Question("GET", source.address, login))
        if reply.status != 200:
            raise Unanswered(f"it answers {reply.status}")
        return [reply.body]

    def _addresses(self, login: Login | None) -> set[str]:
        """The owner's addresses, by which invitations know her."""
        known = {self._office().identity.email, parseaddr(self._owner_email or "")[1], login.user if login else None}
        return {one.lower() for one in known if one and "@" in one}

    def _compare(self, source: Source, availability: Availability, own: Mapping[str, Own], now: datetime) -> None:
        collection = Collection(source.address, login_of(source.credentials, self._credentials), self._ask)
        looked_after = 0
        for expected in self._entries.expected(source.key, now):
            there = own.get(self._uid(expected))
            if there is None:
                # Gone, or moved out of what was asked about: the calendar itself knows.
                looked_after += 1
                if looked_after > _MOST_LOOKED_AFTER:
                    return
                there = self._look(collection, expected, availability, now)
            self._entries.compared(expected, there.time, there.sequence, now)

    def _look(self, collection: Collection, expected: Expected, availability: Availability, now: datetime) -> Own:
        text = collection.event(expected.booking_id)
        if text is None:
            return _GONE
        found = read([text], window(now, availability.horizon), availability.timezone, self._installation())
        return found.own.get(self._uid(expected), _GONE)

    def _uid(self, expected: Expected) -> str:
        return f"{expected.booking_id}@{self._installation()}"


def digest_of(texts: Iterable[bytes], read_by: Iterable[str]) -> str:
    """Digest an answer with all that it is read by, the version of the reader and the day included."""
    found = hashlib.sha256(__version__.encode())
    for part in (*(one.encode() for one in read_by), *texts):
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.hexdigest()


def _wanted(availability: Availability, source: Source) -> str:
    rules = (availability.timezone.key, availability.horizon, availability.busy_trusted_for)
    asked = (source.is_caldav, source.credentials, source.blocks, source.is_own, source.tentative_is_free)
    return " ".join(map(str, (*rules, *asked)))
