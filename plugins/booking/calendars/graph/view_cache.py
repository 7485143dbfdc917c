"""Cache of calendar views: a delta query tells in a few bytes whether the last view still holds (OData 4, 11.3).

Delta answers are used for nothing else: they leave out what is known of a series, name what is outside the view, and
cannot say which entries are ours. Of what has changed the whole view is read again.
"""

from __future__ import annotations

from collections.abc import Callable
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
_NOT_TODAY = {Reason.TOO_MANY, Reason.TOO_LONG}  # whole texts come along, which nobody asked for
Parse = Callable[[list[Json], Interval], Reading]


@dataclass(frozen=True)
class _Kept:
    wanted: str
    read_at: datetime
    interval: Interval
    link: str | None
    reading: Reading


class ViewCache:
    """What each calendar's last view came to, by its id; kept by each process for a day at most."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()

    def read(
        self, key: str, wanted: str, now: datetime, client: GraphClient, calendar: str, interval: Interval, parse: Parse
    ) -> Reading:
        """Return what a calendar's view comes to, read again only where it may have changed; raises Unanswered."""
        kept = self._kept.get(key)
        if kept is None or kept.wanted != wanted or not timedelta() <= now - kept.read_at < KEEP:
            # First the link, then the view: what changes between them is told by the next delta.
            link = _first_link(client, calendar, interval)
            reading = parse(_view(client, calendar, interval), interval)
            self._kept[key] = _Kept(wanted, now, interval, link, reading)
            return reading
        if kept.link:
            try:
                has_changed, link = _changes(client, kept.link)
            except GraphError as error:
                if error.reason in {Reason.BUSY_SERVER, Reason.SERVER_ERROR}:
                    raise
                del self._kept[key]  # its state has expired (410), or is not taken any more
                return self.read(key, wanted, now, client, calendar, interval, parse)
            if not has_changed:
                self._kept[key] = replace(kept, link=link)
                return kept.reading
            kept = replace(kept, link=link)
        reading = parse(_view(client, calendar, kept.interval), kept.interval)
        if reading == kept.reading:
            reading = kept.reading
        self._kept[key] = replace(kept, reading=reading)
        return reading


def _view(client: GraphClient, calendar: str, interval: Interval) -> list[Json]:
    address = client.address(f"{calendar}/calendarView", view_query(interval))
    return [event for page in client.pages(address) for event in entities(page)]


def _first_link(client: GraphClient, calendar: str, interval: Interval) -> str | None:
    """Begin to follow the changes of a view; None where that is not to be had, or too much."""
    query = {name: value for name, value in view_query(interval).items() if not name.startswith("$")}
    try:
        return _changes(client, client.address(f"{calendar}/calendarView/delta", query))[1]
    except GraphError as error:
        if error.reason in {Reason.BUSY_SERVER, Reason.SERVER_ERROR}:
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
