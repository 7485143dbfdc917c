"""CalDAV client (RFC 4791): reads the events of a collection."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask, Question, Reply
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.unexpected_status import unexpected
from plugins.booking.calendars.client.webdav import CALDAV, DAV, multistatus, statuses_of
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
    """CalDAV collection at its address."""

    def __init__(self, address: str, login: Login | None, ask: Ask) -> None:
        self._address = address.rstrip("/") + "/"
        self._login = login
        self._ask = ask

    def events(self, interval: Interval) -> list[bytes]:
        """Return the calendar objects with some of their time in an interval (RFC 4791, 7.8), each whole.

        Raises Unanswered.
        """
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        reply = self._ask(Question("REPORT", self._address, self._login, headers, events_query(interval)))
        if reply.status != 207:
            raise unexpected(reply, self._login)
        data = whole_list(reply.body).iter(f"{CALDAV}calendar-data")
        return [one.text.encode() for one in data if one.text and one.text.strip()]


def events_query(interval: Interval) -> bytes:
    """Ask for the calendar objects with some of their time in an interval, each whole (RFC 4791, 7.8)."""
    return _QUERY.format(start=_stamp(interval.start), end=_stamp(interval.end)).encode()


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def whole_list(body: bytes) -> ElementTree.Element:
    """Parse a list of calendar objects; raises Unanswered where the server leaves any out for now (RFC 4791, 7.8)."""
    root = multistatus(body)
    for response in root.iter(f"{DAV}response"):
        for status in statuses_of(response):
            if status == 507:
                raise Unanswered("it leaves events out of its answer", Reason.TOO_MANY)
            if status == 429 or status >= 500:
                raise unexpected(Reply(status, b""), None)
    return root
