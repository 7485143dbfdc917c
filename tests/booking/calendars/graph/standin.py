"""Stand-in for Microsoft Graph: the calendars of one mailbox as Microsoft describes them, held to its published types.

It answers questions in memory, or over HTTP by `serving`; every exchange is kept, to be checked against the types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.booking.calendars.client.token_login import TokenLogin
from tests.booking.calendars.graph.mailbox import (
    WRITABLE,
    Json,
    Stored,
    new_fields,
    occurrences,
    shown,
    zone_of,
)

BASE = "https://graph.example/graph/v1.0/"
PRIMARY = "AAMkAGI2TGuLAAA="
_EVENT_ONLY = {"createdDateTime", "lastModifiedDateTime"}  # which a view does not give where properties are selected
_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=id eq '([^']+)'\)")
_FILTER = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']+)' and ep/value eq '((?:[^']|'')*)'\)", re.IGNORECASE
)


class GraphRefusal(Exception):
    """A refusal as Graph words it."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        inner = {"date": "2027-01-11T08:00:00", "request-id": "0", "client-request-id": "0"}
        body = {"error": {"code": code, "message": responses.get(status, "Error"), "innerError": inner}}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply = Reply(status, json.dumps(body).encode(), {"content-type": "application/json"} | named)


@dataclass
class Exchange:
    """What was asked, with what of JSON, and what was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Json | None
    status: int
    answer: Json | None
    size: int


@dataclass
class GraphStandin:
    """The mailbox behind its API; `takes` says of a token whether it is good, `refusals` answer the next requests."""

    tokens: set[str] = field(default_factory=lambda: {"token-1"})
    takes: Callable[[str], bool] | None = None  # else whether it is one of `tokens`
    calendars: dict[str, Json] = field(default_factory=lambda: {PRIMARY: {"name": "Calendario", "canEdit": True}})
    events: dict[str, Stored] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    refusals: list[GraphRefusal] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)  # happens before a PATCH is looked at
    lost_answers: int = 0  # of what was done
    keeps_conditions: bool = True  # else none with an ETag ever holds
    view_marks: str = "shown"  # left_out, or refused: what a view does that is asked for marks
    has_delta: bool = True
    delta_page_size: int = 1000  # the most, whatever is asked for
    page_size: int = 0  # where it is smaller than what is asked for
    base: str = BASE
    _version: int = 0
    _transactions: set[str] = field(default_factory=set)
    _gone: list[tuple[int, str, str]] = field(default_factory=list)
    _states: dict[str, Any] = field(default_factory=dict)

    def __call__(self, question: Question) -> Reply:
        """Answer a question, as the endpoint asks over HTTP."""
        login = question.login
        if isinstance(login, TokenLogin):
            return login.asked(lambda token: self.answer(question, token), lambda reply: reply.status == 401)
        return self.answer(question, "")

    def answer(self, question: Question, token: str) -> Reply:
        """Answer a question that has a token."""
        url = urlsplit(question.address)
        path = question.address.removeprefix(self.base).partition("?")[0]
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        body = json.loads(question.body) if question.body else None
        try:
            if not (self.takes(token) if self.takes else token in self.tokens):
                raise GraphRefusal(401, "InvalidAuthenticationToken", www_authenticate="Bearer")
            if self.refusals:
                raise self.refusals.pop(0)
            reply = self._routed(question.method, path, query, body, question.headers)
        except GraphRefusal as refusal:
            reply = refusal.reply
        answer = json.loads(reply.body) if reply.body else None
        size = len(question.address) + len(question.body) + len(reply.body)
        self.exchanges.append(Exchange(question.method, path, query, body, reply.status, answer, size))
        if self.lost_answers and question.method != "GET":
            self.lost_answers -= 1
            raise Unanswered("no connection: ReadError", Reason.CONNECTION)
        return reply

    def add(self, subject: str, start: str, end: str, calendar: str = PRIMARY, **given: object) -> str:
        """Put an event of hers into the mailbox, on the clock of Rome; return its id."""
        zone = str(given.pop("zone", "W. Europe Standard Time"))
        times = {"start": {"dateTime": start, "timeZone": zone}, "end": {"dateTime": end, "timeZone": zone}}
        return self._store(calendar, new_fields({"subject": subject, **times, **given}), {}).id

    def edit(self, event_id: str, **changed: object) -> None:
        """Change an event as she would."""
        self.events[event_id].fields.update(changed)
        self._touch(self.events[event_id])

    def delete(self, event_id: str) -> None:
        """Delete an event as she would."""
        self._version += 1
        self._gone.append((self._version, event_id, self.events.pop(event_id).calendar))

    def copy(self, event_id: str, **changed: object) -> str:
        """Copy an event as she would: with all that programs have put on it."""
        there = self.events[event_id]
        return self._store(there.calendar, new_fields(there.fields | changed), dict(there.properties)).id

    def expire_deltas(self) -> None:
        """Forget all that delta links stand for."""
        self._states.clear()

    def _routed(
        self, method: str, path: str, query: dict[str, str], body: Json | None, headers: Mapping[str, str]
    ) -> Reply:
        if token := query.get("$skiptoken"):
            return self._page(*self._states[token])
        if (method, path) == ("GET", "me/calendars"):
            return self._page([self._calendar(one) for one in self.calendars], query, path)
        found = re.fullmatch("me/calendar(?:s/([^/]+))?/(calendarView/delta|calendarView|events(?:/([^/]+))?)", path)
        if not found:
            raise GraphRefusal(404, "UnknownError")
        calendar = unquote(found[1]) if found[1] else PRIMARY
        if calendar not in self.calendars:
            raise GraphRefusal(404, "ErrorItemNotFound")
        prefer = headers.get("Prefer", "")
        match method, found[2].partition("/")[0] if found[3] else found[2]:
            case "GET", "calendarView/delta":
                return self._delta(calendar, path, query, prefer)
            case "GET", "calendarView":
                return self._view(calendar, path, query, prefer)
            case "GET", "events" if found[3]:
                event = self._event(calendar, found[3])
                return _reply(200, _picked(shown(event, event.fields, prefer), event, query))
            case "GET", "events":
                return self._filtered(calendar, path, query, prefer)
            case "POST", "events" if body:
                return self._post(calendar, body, prefer)
            case "PATCH", "events" if body:
                return self._patch(self._event(calendar, found[3]), body, headers)
            case "DELETE", "events":
                self._check(self._event(calendar, found[3]), headers)
                self.delete(unquote(found[3]))
                return Reply(204, b"")
        raise GraphRefusal(405, "ErrorInvalidRequest")

    def _calendar(self, name: str) -> Json:
        owner = {"name": "Bice Campione", "address": "bice@example.org"}
        return {"id": name, "isDefaultCalendar": name == PRIMARY, "owner": owner, **self.calendars[name]}

    def _view(self, calendar: str, path: str, query: dict[str, str], prefer: str) -> Reply:
        names = set(query.get("$select", "").split(",")) & _EVENT_ONLY
        if names or not {"startDateTime", "endDateTime"} <= set(query) or int(query.get("$top", 10)) > 1000:
            raise GraphRefusal(400, "ErrorInvalidParameter")
        if "$expand" in query and self.view_marks == "refused":
            raise GraphRefusal(400, "ErrorInvalidUrlQuery")
        if self.view_marks == "left_out":
            query.pop("$expand", None)
        first, last = (_stamp(query[name]) for name in ("startDateTime", "endDateTime"))
        listed = [
            _picked(shown(event, one, prefer), event, query)
            for event in self.events.values()
            if event.calendar == calendar
            for one in occurrences(event, first, last)
        ]
        return self._page(listed, query, path)

    def _filtered(self, calendar: str, path: str, query: dict[str, str], prefer: str) -> Reply:
        wanted = _FILTER.fullmatch(query.get("$filter", ""))
        if not wanted:
            raise GraphRefusal(400, "ErrorInvalidUrlQueryFilter")
        name, value = wanted[1].lower(), wanted[2].replace("''", "'").lower()
        listed = [
            _picked(shown(event, event.fields, prefer), event, query)
            for event in self.events.values()
            if event.calendar == calendar and event.properties.get(name, "").lower() == value
        ]
        return self._page(listed, query, path)

    def _delta(self, calendar: str, path: str, query: dict[str, str], prefer: str) -> Reply:
        if not self.has_delta:
            raise GraphRefusal(400, "ErrorInvalidUrlQuery")
        since, token = 0, query.get("$deltatoken")
        if token:
            if token not in self._states:
                raise GraphRefusal(410, "SyncStateNotFound")
            first, last, since = self._states[token]
        elif set(query) != {"startDateTime", "endDateTime"}:
            raise GraphRefusal(400, "ErrorInvalidUrlQuery")
        else:
            first, last = (_stamp(query[name]) for name in ("startDateTime", "endDateTime"))
        listed: list[Json] = []
        for event in self.events.values():
            if event.calendar == calendar and event.version > since:
                inside = list(occurrences(event, first, last))
                # Of an occurrence no more than this is told.
                told = ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
                whole = [shown(event, one, prefer) for one in inside]
                listed += [one if one["type"] != "occurrence" else {name: one[name] for name in told} for one in whole]
                listed += [shown(event, event.fields, prefer)] if inside and event.fields["recurrence"] else []
                listed += [_removed(event.id)] if since and not inside else []
        listed += [_removed(one) for at, one, where in self._gone if at > since and where == calendar and since]
        size = re.search("odata.maxpagesize=([0-9]+)", prefer)
        following = self._keep((first, last, self._version))
        return self._page(
            listed,
            {"$top": str(min(int(size[1]) if size else 10, self.delta_page_size))},
            path,
            f"$deltatoken={following}",
        )

    def _post(self, calendar: str, body: Json, prefer: str) -> Reply:
        if not self.calendars[calendar]["canEdit"]:
            raise GraphRefusal(403, "ErrorAccessDenied")
        if not set(body) <= WRITABLE | {"transactionId"} or not {"start", "end"} <= set(body):
            raise GraphRefusal(400, "RequestBodyRead")
        zone_of(body["start"]["timeZone"])
        transaction = body.get("transactionId")
        if transaction in self._transactions:
            raise GraphRefusal(409, "ErrorDuplicateTransactionId")
        self._transactions |= {transaction} if transaction else set()
        properties = {one["id"].lower(): one["value"] for one in body.get("singleValueExtendedProperties", ())}
        event = self._store(calendar, new_fields(body), properties)
        return _reply(201, shown(event, event.fields, prefer))

    def _patch(self, event: Stored, body: Json, headers: Mapping[str, str]) -> Reply:
        if self.meanwhile:
            self.meanwhile.pop(0)()
            self._event(event.calendar, event.id)
        self._check(event, headers)
        if not set(body) <= WRITABLE:
            raise GraphRefusal(400, "RequestBodyRead")
        event.fields.update(body)
        self._touch(event)
        return _reply(200, shown(event, event.fields, headers.get("Prefer", "")))

    def _check(self, event: Stored, headers: Mapping[str, str]) -> None:
        if "If-Match" in headers and not (self.keeps_conditions and headers["If-Match"] == event.etag):
            raise GraphRefusal(412, "ErrorIrresolvableConflict")

    def _event(self, calendar: str, name: str) -> Stored:
        event = self.events.get(unquote(name))
        if event is None or event.calendar != calendar:
            raise GraphRefusal(404, "ErrorItemNotFound")
        return event

    def _store(self, calendar: str, fields: Json, properties: dict[str, str]) -> Stored:
        self._version += 1
        event = Stored(f"AAkALgAAAAAAHYQDEapm{self._version:04}AA=", calendar, fields, self._version, properties)
        self.events[event.id] = event
        return event

    def _touch(self, event: Stored) -> None:
        self._version += 1
        event.version = self._version

    def _page(self, listed: list[Json], query: Mapping[str, str], path: str, last: str = "") -> Reply:
        size = min(int(query.get("$top", "10")), self.page_size or 1000)
        page: Json = {"@odata.context": f"{self.base}$metadata#Collection(event)", "value": listed[:size]}
        if listed[size:]:
            page["@odata.nextLink"] = self._link(path, f"$skiptoken={self._keep((listed[size:], query, path, last))}")
        elif last:
            page["@odata.deltaLink"] = self._link(path, last)
        return _reply(200, page)

    def _keep(self, state: object) -> str:
        self._states[name := f"R0usmc{len(self._states):04}"] = state
        return name

    def _link(self, path: str, query: str) -> str:
        return f"{self.base}{path}?{quote(query, safe='$=')}"


def _picked(event: Json, stored: Stored, query: Mapping[str, str]) -> Json:
    if expand := query.get("$expand"):
        name = _EXPAND.fullmatch(expand)
        if not name:
            raise GraphRefusal(400, "ErrorInvalidUrlQuery")
        if name[1].lower() in stored.properties:
            one = {"id": name[1], "value": stored.properties[name[1].lower()]}
            event["singleValueExtendedProperties"] = [one]
    if not (select := query.get("$select")):
        return event
    names = select.split(",")
    if unknown := set(names) - set(event):
        raise GraphRefusal(400, f"RequestBroker--ParseUri.{'.'.join(unknown)}")
    return {name: event[name] for name in ("@odata.etag", *names, "singleValueExtendedProperties") if name in event}


def _removed(event_id: str) -> Json:
    return {"@removed": {"reason": "deleted"}, "id": event_id}


def _reply(status: int, body: Json) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json; odata.metadata=minimal"})


def _stamp(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
