"""Trial of what no document says for sure of Graph: events a year ahead are made, looked at and removed again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.graph.graph_busy import view_query
from plugins.booking.calendars.graph.graph_client import OWN_CALENDAR, GraphClient, Json, entities
from plugins.booking.calendars.graph.graph_error import GraphError
from plugins.booking.calendars.graph.graph_mark import EXPAND, filter_of, mark, transaction_id, uid_of
from plugins.booking.calendars.graph.graph_time import moment_of
from plugins.domain.wall_clock import Interval

_AHEAD, _HOUR, _DAY = timedelta(days=365), timedelta(hours=1), timedelta(days=1)
_EVENTS = f"{OWN_CALENDAR}/events"


class GraphTrial:
    """Trial of one account; it leaves nothing behind, whatever is refused."""

    def __init__(self, client: GraphClient, now: datetime) -> None:
        self._client = client
        self._start = (now.astimezone(UTC) + _AHEAD).replace(hour=14, minute=0, second=0, microsecond=0)
        self._uid = f"{secrets.token_hex(16)}@trial.invalid"
        self._made: list[str] = []

    def facts(self) -> Iterator[str]:
        """Go through all, and yield a line for each: what was seen, without a word of what is in the calendar."""
        looks: dict[str, Callable[[], str]] = {
            "make an event": self._make,
            "a second POST with its transactionId": self._make,
            "find it by its mark": self._by_mark,
            "its mark in a view": self._in_view,
            "a delta of the view": self._delta,
            "a change against an old ETag": self._old_etag,
            "text and HTML": self._text,
            "an event that lasts all day": self._whole_day,
        }
        try:
            for name, look in looks.items():
                try:
                    yield f"{name}: {look()}"
                except Unanswered as error:
                    yield f"{name}: {error}"
        finally:
            for made in self._made:
                try:
                    self._client.send("DELETE", _path(made))
                except Unanswered as error:
                    yield f"an event was left there, a year ahead: {error}"

    def _make(self) -> str:
        times = {"start": moment_of(self._start), "end": moment_of(self._start + _HOUR)}
        body = {"contentType": "text", "content": "One.\n\n\nTwo  <b> & “three”.\n"}
        self._post({"subject": "Trial of Maglia", "body": body, "transactionId": transaction_id(self._uid), **times})
        return "made"

    def _by_mark(self) -> str:
        found = entities(
            self._client.get(_EVENTS, {"$filter": filter_of(self._uid), "$expand": EXPAND, "$select": "id"})
        )
        return f"{len(found)} found, {sum(uid_of(one) == self._uid for one in found)} with the mark"

    def _in_view(self) -> str:
        interval = Interval(self._start - _HOUR, self._start + 2 * _HOUR)
        found = entities(self._client.get(f"{OWN_CALENDAR}/calendarView", view_query(interval)))
        ours = [one for one in found if one.get("id") in self._made]
        return f"{sum(uid_of(one) == self._uid for one in ours)} of {len(ours)} with the mark"

    def _delta(self) -> str:
        interval = Interval(self._start - _HOUR, self._start + 2 * _HOUR)
        query = {name: value for name, value in view_query(interval).items() if not name.startswith("$")}
        pages = list(self._client.pages(self._client.address(f"{OWN_CALENDAR}/calendarView/delta", query)))
        link = pages[-1].get("@odata.deltaLink")
        again = list(self._client.pages(self._client.own(link)))
        return f"{len(pages)} pages, then {sum(len(entities(one)) for one in again)} changes"

    def _old_etag(self) -> str:
        path = _path(self._made[0]) if self._made else ""
        etag = self._client.get(path, {"$select": "subject"}).get("@odata.etag")
        if not isinstance(etag, str):
            return "it has no ETag"
        self._client.send("PATCH", path, {"subject": "Trial of Maglia, changed"}, etag)
        try:
            self._client.send("PATCH", path, {"subject": "Trial of Maglia, changed twice"}, etag)
        except GraphError as error:
            return f"refused: {error}"
        return "taken"

    def _text(self) -> str:
        body = self._client.get(_path(self._made[0]), {"$select": "body"}).get("body") if self._made else None
        return repr(body.get("content")) if isinstance(body, dict) else "none"

    def _whole_day(self) -> str:
        midnight = self._start.replace(hour=0)
        bounds = {"start": midnight, "end": midnight + _DAY}
        times = {
            name: {"dateTime": f"{at:%Y-%m-%dT00:00:00}", "timeZone": "Europe/Rome"} for name, at in bounds.items()
        }
        made = self._post({"subject": "Trial of Maglia", "isAllDay": True, "showAs": "free", **times})
        found = self._client.get(_path(made), {"$select": "start,isAllDay,originalStartTimeZone"})
        said = found.get("start")
        told = f"{said.get('dateTime')} {said.get('timeZone')}" if isinstance(said, dict) else "no start"
        return f"{told}, made in {found.get('originalStartTimeZone')}"

    def _post(self, body: Json) -> str:
        made = self._client.send("POST", _EVENTS, {**body, "singleValueExtendedProperties": mark(self._uid)})
        self._made.append(str(made.get("id", "")))
        return self._made[-1]


def _path(name: str) -> str:
    return f"{_EVENTS}/{quote(name, safe='')}"
