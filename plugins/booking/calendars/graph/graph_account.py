"""Calendars of the connected Microsoft account: read by its views, and written to by their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.booking.calendars.graph.graph_client import OWN_CALENDAR, GraphClient, Json, entities
from plugins.booking.calendars.graph.graph_entries import GraphEntries
from plugins.booking.calendars.graph.graph_error import GraphError
from plugins.booking.calendars.graph.graph_trial import GraphTrial
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
    """Graph account; every method raises Unanswered."""

    def __init__(self, base: str, login: TokenLogin, ask: Ask, clock: Callable[[], datetime]) -> None:
        self._client = GraphClient(base, login, ask, clock)
        self._user = login.user

    def entries(self, calendar_id: str) -> GraphEntries:
        """Return the store of the entries of a calendar."""
        return GraphEntries(self._client, _path(calendar_id))

    def read(
        self,
        views: ViewCache,
        calendar_id: str,
        wanted: str,
        asked: Interval,
        now: datetime,
        parse: Callable[[list[Json], Interval], Reading],
    ) -> Reading:
        """Read what is in a calendar; the last reading where nothing in it has changed."""
        try:
            return views.read(
                calendar_id, f"{wanted} {self._user}", now, self._client, _path(calendar_id), asked, parse
            )
        except GraphError as error:
            if error.reason is not Reason.NOT_THERE or calendar_id == PRIMARY:
                raise
            named = [{"name": one.name, "address": one.id[:300]} for one in self.calendars()[:_MOST_NAMED]]
            words = f"{error}; calendars of the account: {len(named)}"
            raise Unanswered(words, Reason.NO_CALENDAR, calendars=named) from error

    def calendars(self) -> list[GraphCalendar]:
        """List the calendars of the account."""
        query = {"$select": "id,name,canEdit,isDefaultCalendar", "$top": str(_MOST_LISTED)}
        pages = self._client.pages(self._client.address("me/calendars", query))
        found = [_calendar(one) for page in pages for one in entities(page)]
        return [one for one in found if one.id]

    def facts(self, now: datetime) -> Iterator[str]:
        """Try what no document says for sure, and yield what was seen."""
        return GraphTrial(self._client, now).facts()


def _path(calendar_id: str) -> str:
    return OWN_CALENDAR if calendar_id == PRIMARY else f"me/calendars/{quote(calendar_id, safe='')}"


def _calendar(found: Json) -> GraphCalendar:
    name = "".join(char for char in str(found.get("name") or "") if char.isprintable())[:_LONGEST_NAME]
    return GraphCalendar(
        str(found.get("id") or ""), name, found.get("isDefaultCalendar") is True, found.get("canEdit") is not False
    )
