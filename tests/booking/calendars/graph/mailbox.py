"""Mailbox of the stand-in for Microsoft Graph: its calendars and events, series among them, as Graph shows them."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

# Those of Windows that the tests use.
ZONES = {"UTC": "UTC", "W. Europe Standard Time": "Europe/Rome", "Pacific Standard Time": "America/Los_Angeles"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_OCCURRENCES = 2000
_NEVER = "0001-01-01T00:00:00Z"
# What a client may write.
WRITABLE = {
    "attendees", "body", "categories", "end", "importance", "isAllDay", "isReminderOn", "location", "recurrence",
    "reminderMinutesBeforeStart", "responseRequested", "sensitivity", "showAs", "singleValueExtendedProperties",
    "start", "subject",
}  # fmt: skip


@dataclass
class Stored:
    """An event as the mailbox holds it; `changed` occurrences of a series by their days, None where one is gone."""

    id: str
    calendar: str
    fields: Json
    version: int
    properties: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Json | None] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def change_key(self) -> str:
        return base64.b64encode(f"key-{self.id}-{self.version}".encode()).decode()


def zone_of(name: str) -> ZoneInfo:
    """The zone of a name; raises KeyError and ValueError."""
    return ZoneInfo(ZONES[name]) if name in ZONES else ZoneInfo(name)


def instant(moment: Json) -> datetime:
    """The instant of a dateTimeTimeZone."""
    wall = datetime.fromisoformat(re.sub(r"\.[0-9]+", "", moment["dateTime"]))
    return wall.replace(tzinfo=zone_of(moment["timeZone"])).astimezone(UTC)


def html_of(body: Json) -> str:
    """What a mailbox makes of a body: HTML, whatever it was."""
    if body["contentType"].lower() == "html":
        return str(body["content"])
    lines = html.escape(body["content"], quote=False).replace("\n", "<br>\r\n")
    return f'<html><head>\r\n<meta http-equiv="Content-Type"></head>\r\n<body>\r\n{lines}\r\n</body>\r\n</html>\r\n'


def text_of(content: str) -> str:
    """What it makes of that where text is asked for: not the very text that it was."""
    inner = content.partition("<body>")[2].rpartition("</body>")[0] or content
    text = html.unescape(re.sub("<[^>]+>", "", re.sub(r"<br>\s*", "\n", inner.strip())))
    return re.sub("\n{3,}", "\n\n", text).replace("\n", "\r\n") + "\r\n"


def occurrences(event: Stored, first: datetime, last: datetime) -> Iterator[Json]:
    """The fields of what an event is between two instants: itself, or occurrences of a series."""
    fields = event.fields
    if not fields.get("recurrence"):
        if _touches(fields, first, last):
            yield fields | {"id": event.id, "type": "singleInstance", "seriesMasterId": None}
        return
    length = instant(fields["end"]) - instant(fields["start"])
    zone = zone_of(fields["start"]["timeZone"])
    wall = datetime.fromisoformat(fields["start"]["dateTime"][:19])
    for day in _days(fields["recurrence"], wall.date()):
        begin = datetime.combine(day, wall.time(), zone)
        if begin.astimezone(UTC) > last + timedelta(days=2):
            return
        change = event.changed.get(day.isoformat(), {})
        if change is None:
            continue
        end = (begin.astimezone(UTC) + length).astimezone(zone)
        name = fields["start"]["timeZone"]
        times = {
            "start": {"dateTime": f"{begin:%Y-%m-%dT%H:%M:%S}", "timeZone": name},
            "end": {"dateTime": f"{end:%Y-%m-%dT%H:%M:%S}", "timeZone": name},
        }
        found = fields | times | change | {"seriesMasterId": event.id, "recurrence": None}
        found |= {"id": f"{event.id}.{day:%Y%m%d}", "type": "exception" if change else "occurrence"}
        if _touches(found, first, last):
            yield found


def _days(recurrence: Json, start: date) -> Iterator[date]:
    pattern, span = recurrence["pattern"], recurrence["range"]
    end = date.fromisoformat(span["endDate"]) if span["type"] == "endDate" else date.max
    left = span["numberOfOccurrences"] if span["type"] == "numbered" else _MOST_OCCURRENCES
    day = start
    while left and day <= end:
        weeks = (day - start + timedelta(days=start.weekday())).days // 7
        is_one = (
            (day - start).days % pattern["interval"] == 0
            if pattern["type"] == "daily"
            else weeks % pattern["interval"] == 0 and _WEEKDAYS[day.weekday()] in pattern["daysOfWeek"]
        )
        if is_one:
            left -= 1
            yield day
        day += timedelta(days=1)


def _touches(fields: Json, first: datetime, last: datetime) -> bool:
    return instant(fields["start"]) < last and instant(fields["end"]) > first


def shown(event: Stored, fields: Json, prefer: str) -> Json:
    """An event, or an occurrence of one, as Graph answers it, all of its properties."""
    told = re.search('outlook.timezone="([^"]+)"', prefer)
    zone = told[1] if told else "UTC"
    content = html_of(fields["body"])
    as_text = 'outlook.body-content-type="text"' in prefer
    place = fields["location"]["displayName"]
    location = {"displayName": place, "locationType": "default", "uniqueId": place, "uniqueIdType": "private"}
    found = {
        "@odata.etag": event.etag,
        "id": fields.get("id", event.id),
        "createdDateTime": "2027-01-01T08:00:00.1234567Z",
        "lastModifiedDateTime": "2027-01-01T08:00:00.1234567Z",
        "changeKey": event.change_key,
        "iCalUId": f"040000008200E00074C5B7101A82E008{event.id}",
        "bodyPreview": text_of(content)[:255],
        "body": {"contentType": "text" if as_text else "html", "content": text_of(content) if as_text else content},
        "location": location,
        "locations": [location],
        "hasAttachments": False,
        "isOrganizer": fields["responseStatus"]["response"] == "organizer",
        "isDraft": False,
        "hideAttendees": False,
        "allowNewTimeProposals": True,
        "webLink": f"https://outlook.office365.com/owa/?itemid={event.id}&exvsurl=1&path=/calendar/item",
        "onlineMeetingUrl": None,
        "onlineMeeting": None,
        "onlineMeetingProvider": "teamsForBusiness" if fields.get("isOnlineMeeting") else "unknown",
        "originalStartTimeZone": fields.get("originalStartTimeZone", fields["start"]["timeZone"]),
        "originalEndTimeZone": fields.get("originalEndTimeZone", fields["end"]["timeZone"]),
        "organizer": {"emailAddress": {"name": "Bice Campione", "address": "bice@example.org"}},
        "start": _moment(fields, "start", zone),
        "end": _moment(fields, "end", zone),
        "type": fields.get("type", "seriesMaster" if fields.get("recurrence") else "singleInstance"),
    }
    return deepcopy(dict(fields) | found)


def _moment(fields: Mapping[str, Any], name: str, zone: str) -> Json:
    """A bound of an event: midnight where it lasts all day, whatever zone is asked for, as Graph does by design."""
    if fields["isAllDay"]:
        wall = datetime.fromisoformat(fields[name]["dateTime"][:19])
        assert wall.time() == time(), "an event that lasts all day begins and ends at midnight"
    else:
        wall = instant(fields[name]).astimezone(zone_of(zone))
    return {"dateTime": f"{wall:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": zone}


def new_fields(given: Mapping[str, Any]) -> Json:
    """The fields of a new event, those left out as they are by default."""
    defaults: Json = {
        "attendees": [], "body": {"contentType": "html", "content": ""}, "categories": [], "importance": "normal",
        "isAllDay": False, "isCancelled": False, "isOnlineMeeting": False, "isReminderOn": True,
        "location": {"displayName": ""}, "recurrence": None, "reminderMinutesBeforeStart": 15,
        "responseRequested": True, "responseStatus": {"response": "organizer", "time": _NEVER}, "sensitivity": "normal",
        "seriesMasterId": None, "showAs": "busy", "subject": "", "transactionId": None,
    }  # fmt: skip
    return defaults | {
        name: deepcopy(value) for name, value in given.items() if name != "singleValueExtendedProperties"
    }
