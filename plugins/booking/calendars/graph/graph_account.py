"""Calendars of the connected Microsoft account: read by its views, and written to by their entries."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.booking.calendars.graph.graph_busy import reading_of
from plugins.booking.calendars.graph.graph_client import GraphClient, Json, entities
from plugins.booking.calendars.graph.graph_entries import GraphEntries
from plugins.booking.calendars.graph.graph_error import GraphError
from plugins.booking.calendars.graph.view_cache import ViewCache
from plugins.booking.calendars.ics.ics_reader import Reading
from plugins.domain.calendar_id import PRIMARY
from plugins.domain.wall_clock import Interval

_MOST_LISTED = 100
_MOST_NAMED = 8
_LONGEST_NAME = 80


@dataclass(frozen=True)
class GraphCalendar:
    """A calendar of the account, by its id."""

    id: str
    name: str
    is_primary: bool
    is_writable: bool


class GraphAccount:
    """Graph account: every method raises Unanswered; `login` does, where none is connected."""

    def __init__(self, base: str, login: Callable[[], TokenLogin], ask: Ask, clock: Callable[[], datetime]) -> None:
        self._base = base
        self._login = login
        self._ask = ask
        self._clock = clock
        self._views = ViewCache()

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget what others than these calendars said."""
        self._views.keep_only(keys)

    def entries(self, calendar_id: str) -> GraphEntries:
        """Return the store of the entries of a calendar."""
        return GraphEntries(self._client(), _path(calendar_id))

    def read(
        self,
        key: str,
        calendar_id: str,
        wanted: str,
        asked: Interval,
        zone: ZoneInfo,
        installation: str,
        tentative_is_free: bool,
    ) -> Reading:
        """Read what is busy in a calendar; the last reading where nothing in it has changed."""

        def parse(events: list[Json], interval: Interval) -> Reading:
            return reading_of(events, interval, zone, installation, tentative_is_free)

        client = self._client()
        try:
            return self._views.read(key, wanted, self._clock(), client, _path(calendar_id), asked, parse)
        except GraphError as error:
            if error.reason is not Reason.NOT_THERE or calendar_id == PRIMARY:
                raise
            named = [{"name": one.name, "address": one.id[:300]} for one in self.calendars()[:_MOST_NAMED]]
            words = f"{error}; calendars of the account: {len(named)}"
            raise Unanswered(words, Reason.NO_CALENDAR, calendars=named) from error

    def calendars(self) -> list[GraphCalendar]:
        """List the calendars of the account."""
        client = self._client()
        query = {"$select": "id,name,canEdit,isDefaultCalendar", "$top": str(_MOST_LISTED)}
        pages = client.pages(client.address("me/calendars", query))
        found = [_calendar(one) for page in pages for one in entities(page)]
        return [one for one in found if one.id]

    def _client(self) -> GraphClient:
        return GraphClient(self._base, self._login(), self._ask, self._clock)


def _path(calendar_id: str) -> str:
    return "me/calendar" if calendar_id == PRIMARY else f"me/calendars/{quote(calendar_id, safe='')}"


def _calendar(found: Json) -> GraphCalendar:
    name = "".join(char for char in str(found.get("name") or "") if char.isprintable())[:_LONGEST_NAME]
    return GraphCalendar(
        str(found.get("id") or ""), name, found.get("isDefaultCalendar") is True, found.get("canEdit") is not False
    )
