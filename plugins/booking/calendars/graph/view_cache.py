"""Cache of calendar views: a delta query tells in a few bytes whether the last view still holds (OData 4, 11.3).

Delta answers are used for nothing else: they leave out what is known of a series, name what is outside the view, and
cannot say which entries are ours. Of what has changed the whole view is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plugins.booking.calendars.calendar_cache import KEEP
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.graph.graph_busy import view_query
from plugins.booking.calendars.graph.graph_client import GraphClient, Json, entities
from plugins.booking.calendars.graph.graph_error import GraphError
from plugins.booking.calendars.ics.ics_reader import Reading
from plugins.domain.wall_clock import Interval

_PAGE = "odata.maxpagesize=200"  # its own is 10
_PASSING = {Reason.BUSY_SERVER, Reason.SERVER_ERROR}
_NOT_TODAY = {Reason.TOO_MANY, Reason.TOO_LONG}  # whole texts come along, which nobody asked for
Parse = Callable[[list[Json], Interval], Reading]


@dataclass(frozen=True)
class _Kept:
    wanted: str
    read_at: datetime
    interval: Interval
    link: str | None
    events: list[Json]
    reading: Reading


class ViewCache:
    """What each calendar's last view came to, by its id; kept by each process for a day at most."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._has_marks = True

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()

    def read(
        self, key: str, wanted: str, now: datetime, client: GraphClient, calendar: str, interval: Interval, parse: Parse
    ) -> Reading:
        """Return what a calendar's view comes to, read again only where it may have changed; raises Unanswered.

        It is parsed each time, for what is known of entries may have changed; what comes to the same is the same.
        """
        kept = self._kept.get(key)
        if kept is None or kept.wanted != wanted or not timedelta() <= now - kept.read_at < KEEP:
            # First the link, then the view: what changes between them is told by the next delta.
            link = _first_link(client, calendar, interval)
            events = self._view(client, calendar, interval)
            self._kept[key] = _Kept(wanted, now, interval, link, events, parse(events, interval))
            return self._kept[key].reading
        try:
            has_changed, link = _changes(client, kept.link) if kept.link else (True, None)
        except GraphError as error:
            if error.reason in _PASSING:
                raise
            del self._kept[key]  # its state has expired (410), or is not taken any more
            return self.read(key, wanted, now, client, calendar, interval, parse)
        events = self._view(client, calendar, kept.interval) if has_changed else kept.events
        reading = parse(events, kept.interval)
        reading = kept.reading if reading == kept.reading else reading
        self._kept[key] = replace(kept, link=link, events=events, reading=reading)
        return reading

    def _view(self, client: GraphClient, calendar: str, interval: Interval) -> list[Json]:
        """Read a view, without the marks of entries where they are not to be had of one."""
        try:
            return _all(client, calendar, view_query(interval, self._has_marks))
        except GraphError as error:
            if error.status != 400 or not self._has_marks:
                raise
            events = _all(client, calendar, view_query(interval, with_marks=False))
            self._has_marks = False
            return events


def _all(client: GraphClient, calendar: str, query: Mapping[str, str]) -> list[Json]:
    address = client.address(f"{calendar}/calendarView", query)
    return [event for page in client.pages(address) for event in entities(page)]


def _first_link(client: GraphClient, calendar: str, interval: Interval) -> str | None:
    """Begin to follow the changes of a view; None where that is not to be had, or too much."""
    query = {name: value for name, value in view_query(interval).items() if not name.startswith("$")}
    try:
        return _changes(client, client.address(f"{calendar}/calendarView/delta", query))[1]
    except GraphError as error:
        if error.reason in _PASSING:
            raise
        return None
    except Unanswered as error:
        if error.reason not in _NOT_TODAY:
            raise
        return None


def _changes(client: GraphClient, link: str) -> tuple[bool, str | None]:
    """Say whether anything has changed since a link was given, and the link for the next time."""
    has_changed, page = False, None
    for page in client.pages(link, _PAGE):
        has_changed = has_changed or bool(entities(page))
    following = page.get("@odata.deltaLink") if page else None
    return has_changed or following is None, client.own(following) if following is not None else None
