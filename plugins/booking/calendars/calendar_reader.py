"""Calendar reader: asks one calendar for its events over HTTP, and reads what is busy in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from email.utils import parseaddr

from plugins.booking.calendars.calendar_cache import CalendarCache
from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.body_formats import calendar_text
from plugins.booking.calendars.client.http_client import Question
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.unexpected_status import unexpected
from plugins.booking.calendars.graph.graph_busy import reading_of
from plugins.booking.calendars.graph.graph_client import Json
from plugins.booking.calendars.graph.graph_mark import id_in
from plugins.booking.calendars.graph.view_cache import ViewCache
from plugins.booking.calendars.ics.ics_reader import Reading, read, window
from plugins.booking.calendars.sources import Source
from plugins.content.office import Office
from plugins.domain.availability import Availability
from plugins.domain.wall_clock import Interval


class CalendarReader:
    """Calendar reader; what has not changed since it was last read is not parsed again."""

    def __init__(
        self,
        office: Callable[[], Office],
        connections: CalendarConnections,
        installation: Callable[[], str],
        owner_email: str | None = None,
        written: Callable[[str], Mapping[str, str]] = lambda calendar: {},
    ) -> None:
        self._office = office
        self._connections = connections
        self._installation = installation
        self._owner_email = owner_email
        self._written = written
        self._cache = CalendarCache()
        self._views = ViewCache()

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget what others than these calendars said."""
        self._cache.keep_only(keys)
        self._views.clear()
        self._connections.forget()

    def read(self, source: Source, availability: Availability, now: datetime) -> Reading:
        """Read a calendar; raises Unanswered, NotACalendar."""
        # As far ahead as it may have to be believed without another answer.
        asked = window(now, availability.farthest_horizon() + availability.busy_trusted_for)
        if source.provider == "microsoft":
            return self._view(source, availability, asked, now)
        place, reply = self._connections.place(source), None
        addresses = self._addresses(place.login)
        wanted = " ".join((question_of(availability, source), *sorted(addresses)))
        if source.is_caldav or source.provider:
            texts = self._connections.events(source, place, asked)
        else:
            headers = self._cache.validators(source.key, wanted, now)
            reply = self._connections.ask(Question("GET", place.address, place.login, headers))
            if reply.status == 304 and headers and (kept := self._cache.unchanged(source.key)):
                return kept
            if reply.status != 200:
                raise unexpected(reply, place.login)
            texts = [calendar_text(reply)]

        def parse() -> Reading:
            zone, installation, tentative = availability.timezone, self._installation(), source.tentative_is_free
            return read(texts, asked, zone, installation, owner_addresses=addresses, tentative_is_free=tentative)

        return self._cache.read(source.key, wanted, now, texts, reply, parse)

    def _view(self, source: Source, availability: Availability, asked: Interval, now: datetime) -> Reading:
        zone, installation, tentative = availability.timezone, self._installation(), source.tentative_is_free
        written = self._written(source.key) if source.is_own else {}
        known = {name: f"{booking}@{installation}" for booking, words in written.items() if (name := id_in(words))}

        def parse(events: list[Json], interval: Interval) -> Reading:
            return reading_of(events, interval, zone, installation, tentative, known)

        account, wanted = self._connections.microsoft(), question_of(availability, source)
        return account.read(self._views, source.calendar_id, wanted, asked, now, parse)

    def _addresses(self, login: Login | None) -> set[str]:
        """The owner's addresses, by which invitations know her."""
        known = {self._office().identity.email, parseaddr(self._owner_email or "")[1], login.user if login else None}
        return {one.lower() for one in known if one and "@" in one}


def question_of(availability: Availability, source: Source) -> str:
    """Say in a word what is asked of a calendar: where it differs, the answer may."""
    rules = (availability.timezone.key, availability.farthest_horizon(), availability.busy_trusted_for)
    asked = (source.is_caldav, source.credentials, source.blocks, source.is_own, source.tentative_is_free)
    return " ".join(map(str, (*rules, *asked)))
