"""CalDAV client (RFC 4791): reads a collection's events, puts and deletes single events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from plugins.booking.calendars.calendar_error import Reason, Unanswered
from plugins.booking.calendars.http_client import Ask, Question, unexpected
from plugins.booking.calendars.http_login import Login
from plugins.booking.calendars.webdav import CALDAV, DAV, multistatus
from plugins.domain.wall_clock import Interval

_QUERY = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="{start}" end="{end}"/>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)


class Collection:
    """CalDAV collection at its address; every method raises Unanswered."""

    def __init__(self, address: str, login: Login | None, ask: Ask) -> None:
        self._address = address.rstrip("/") + "/"
        self._login = login
        self._ask = ask

    def events(self, interval: Interval) -> list[bytes]:
        """Return the calendar objects with some of their time in an interval (RFC 4791, 7.8), each whole."""
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        body = _QUERY.format(start=_stamp(interval.start), end=_stamp(interval.end)).encode()
        reply = self._ask(Question("REPORT", self._address, self._login, headers, body))
        if reply.status != 207:
            raise unexpected(reply, self._login)
        return list(_calendar_data(reply.body))

    def event(self, name: str) -> bytes | None:
        """Return one calendar object, None where it is gone."""
        reply = self._ask(Question("GET", self._at(name), self._login))
        if reply.status in {404, 410}:
            return None
        if reply.status != 200:
            raise unexpected(reply, self._login)
        return reply.body

    def write(self, name: str, ics: bytes) -> None:
        """Make a calendar object, or replace it."""
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        reply = self._ask(Question("PUT", self._at(name), self._login, headers, ics))
        if reply.status not in {200, 201, 204}:
            raise unexpected(reply, self._login)

    def remove(self, name: str) -> None:
        """Remove a calendar object; one that is gone already is as good."""
        reply = self._ask(Question("DELETE", self._at(name), self._login))
        if reply.status not in {200, 202, 204, 404, 410}:
            raise unexpected(reply, self._login)

    def _at(self, name: str) -> str:
        return f"{self._address}{quote(name, safe='')}.ics"


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _calendar_data(body: bytes) -> Iterator[bytes]:
    root = multistatus(body)
    if any(" 507" in (one.text or "") for one in root.iter(f"{DAV}status")):
        raise Unanswered("it leaves events out of its answer", Reason.TOO_MANY)  # RFC 4791, 7.8
    for data in root.iter(f"{CALDAV}calendar-data"):
        if data.text and data.text.strip():
            yield data.text.encode()
