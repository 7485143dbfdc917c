"""Entries in a Microsoft calendar: bookings made, changed where they stand by now, and removed, by Microsoft Graph."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.entries.entry_writes import Written
from plugins.booking.calendars.entries.sync_state import Leased
from plugins.booking.calendars.entries.word_merge import changed_words, plain
from plugins.booking.calendars.graph.graph_client import GraphClient, Json, entities
from plugins.booking.calendars.graph.graph_error import GraphError
from plugins.booking.calendars.graph.graph_mark import (
    EXPAND,
    filter_of,
    id_in,
    mark,
    original,
    transaction_id,
    uid_of,
    with_id,
)
from plugins.booking.calendars.graph.graph_time import moment_of, time_of
from plugins.booking.calendars.ics.ics_reader import Own
from plugins.booking.calendars.ics.unread import Reason as Fault
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.wall_clock import Interval

_MOST_TRIES = 4
_MOST_FOUND = 10
_SELECTED = (
    "id,subject,body,location,start,end,isAllDay,isCancelled,isOnlineMeeting,showAs,attendees,type,transactionId,"
    "originalStartTimeZone,originalEndTimeZone"
)
# As they are called in what is kept of every entry, whatever calendar it is in.
_SUMMARY, _DESCRIPTION, _LOCATION = _NAMES = ("SUMMARY", "DESCRIPTION", "LOCATION")
_SHOWN = {"CONFIRMED": "busy", "TENTATIVE": "tentative"}


class GraphEntries:
    """Entries of one calendar (an EntryStore)."""

    def __init__(self, client: GraphClient, calendar: str) -> None:
        self._client = client
        self._events = f"{calendar}/events"

    def find(self, booking_id: str, uid: str, asked: Interval, zone: ZoneInfo) -> Own | None:
        """Return how an entry stands there; Graph has no SEQUENCE, which is counted here alone."""
        there = next(iter(self._found(uid)), None)
        if there is None or there.get("isCancelled") is True:
            return None
        time, fault = time_of(there, zone)
        if time is None or fault not in {None, Fault.ZONE}:
            raise Unanswered("the time of an entry cannot be read", Reason.OTHER)
        return Own(time)

    def write(self, leased: Leased, entry: Invitation, now: datetime) -> Written:
        """Write the entry of a booking, looked for first: nothing else keeps a second from being made.

        Of a POST whose answer was lost Graph knows the second by its transactionId: one of a change of the booking and
        of a day.
        """
        known = id_in(leased.written)
        found = self._found(entry.uid, known)
        etags: list[str | None] = []
        for number in range(_MOST_TRIES):
            try:
                if not found:
                    return self._create(entry, now)
                there = found[0]
                # A server whose conditions never hold is one that does not keep to its own ETags.
                is_stuck = number == _MOST_TRIES - 1 and len(set(etags)) == 1
                etags.append(_etag(there))
                return self._change(there, entry, leased.written, is_stuck)
            except GraphError as error:
                is_gone = bool(found) and error.status == 404
                if not (error.is_changed or error.is_taken or is_gone) or number == _MOST_TRIES - 1:
                    raise
                found = self._found(entry.uid, None if is_gone else known)
                if error.is_taken and not found:
                    # It was made by a POST whose answer was lost, and does not show yet: another would be a second.
                    raise Unanswered("it has the entry already, and does not show it yet", Reason.OTHER) from error
        raise Unanswered("it changes whenever it is written", Reason.OTHER)

    def remove(self, leased: Leased, uid: str) -> None:
        """Remove the entry of a booking; a copy that its owner has made is hers."""
        for one in self._found(uid, id_in(leased.written))[:1]:
            try:
                self._client.send("DELETE", self._path(_name(one)))
            except GraphError as error:
                if error.status not in {404, 410}:
                    raise

    def _found(self, uid: str, known: str | None = None) -> Sequence[Json]:
        """The event of a known id, else those that bear the mark of a UID; first the one that was written here."""
        query = {"$select": _SELECTED, "$expand": EXPAND}
        if known:
            try:
                return [self._client.get(self._path(known), query)]
            except GraphError as error:
                if error.status not in {400, 404, 410}:
                    raise
        page = self._client.get(self._events, {"$filter": filter_of(uid), "$top": str(_MOST_FOUND)} | query)
        return original(one for one in entities(page) if uid_of(one) == uid)

    def _create(self, entry: Invitation, now: datetime) -> Written:
        body = _fields(entry) | {
            "showAs": _SHOWN[entry.status],
            "subject": entry.summary,
            "body": _body(entry.description),
            **({"location": {"displayName": entry.location}} if entry.location else {}),
            "transactionId": transaction_id(entry.uid, entry.sequence, now.date()),
            "singleValueExtendedProperties": mark(entry.uid),
        }
        made = self._client.send("POST", self._events, body)
        return Written(entry.sequence, self._kept(entry, made, made), _guests(made))

    def _change(self, there: Json, entry: Invitation, written: str | None, unconditionally: bool) -> Written:
        hers, ours = _words(there), _ours(entry)
        changed = changed_words(hers, ours, json.loads(written) if written else None, _NAMES)
        if there.get("isOnlineMeeting") is True:
            # Without the part of the text that Teams has put there nobody could join (Graph: update event).
            changed.pop(_DESCRIPTION, None)
        body = _fields(entry)
        if there.get("showAs") in _SHOWN.values():  # else she has chosen another
            body["showAs"] = _SHOWN[entry.status]
        if _SUMMARY in changed:
            body["subject"] = changed[_SUMMARY] or ""
        if _DESCRIPTION in changed:
            body["body"] = _body(changed[_DESCRIPTION] or "")
        if _LOCATION in changed and plain(changed[_LOCATION] or "") != plain(hers.get(_LOCATION, "")):
            body["location"] = {"displayName": changed[_LOCATION] or ""}
        made = self._client.send(
            "PATCH", self._path(str(there.get("id", ""))), body, None if unconditionally else _etag(there)
        )
        whole = changed.get(_DESCRIPTION) == ours[_DESCRIPTION]
        return Written(entry.sequence, self._kept(entry, there, made if whole else {}), _guests(made or there))

    def _kept(self, entry: Invitation, event: Json, made: Json) -> str:
        """Keep the words as the server gives them back: it makes HTML of a text, and another text of that."""
        told, name = _text(made), _name(event)
        if made and told is None:
            told = _text(self._client.get(self._path(name), {"$select": "body"}))
        return with_id(_ours(entry) | ({_DESCRIPTION: told} if told is not None else {}), name)

    def _path(self, name: str) -> str:
        return f"{self._events}/{quote(name, safe='')}"


def _name(event: Json) -> str:
    return str(event.get("id", ""))


def _fields(entry: Invitation) -> dict[str, object]:
    return {"start": moment_of(entry.start), "end": moment_of(entry.end), "isAllDay": False}


def _ours(entry: Invitation) -> dict[str, str]:
    return {_SUMMARY: entry.summary, _DESCRIPTION: entry.description, _LOCATION: entry.location}


def _words(event: Json) -> dict[str, str]:
    subject, location = event.get("subject"), event.get("location")
    place = location.get("displayName") if isinstance(location, dict) else None
    return {_SUMMARY: str(subject or ""), _DESCRIPTION: _text(event) or "", _LOCATION: str(place or "")}


def _text(event: Json) -> str | None:
    body = event.get("body")
    if not isinstance(body, dict) or str(body.get("contentType", "")).lower() != "text":
        return None
    return plain(str(body.get("content") or ""))


def _body(text: str) -> dict[str, str]:
    return {"contentType": "text", "content": text}


def _guests(event: Json) -> int:
    guests = event.get("attendees")
    return len(guests) if isinstance(guests, list) else 0


def _etag(event: Json) -> str | None:
    etag = event.get("@odata.etag")
    return etag if isinstance(etag, str) else None
