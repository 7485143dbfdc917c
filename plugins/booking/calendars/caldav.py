"""CalDAV client (RFC 4791): reads the events of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

from plugins.booking.calendars.http_client import Ask, Login, Question, Unanswered
from plugins.domain.wall_clock import Interval

_DAV, _CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
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
        body = _QUERY.format(start=_stamp(interval.start), end=_stamp(interval.end)).encode()
        reply = self._ask(Question("REPORT", self._address, self._login, headers, body))
        if reply.status != 207:
            raise _unexpected(reply.status)
        return list(_calendar_data(reply.body))


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _unexpected(status: int) -> Unanswered:
    meaning = {401: "its credentials are not accepted", 403: "it is not allowed", 404: "there is no such calendar"}
    return Unanswered(f"it answers {status}" + (f": {meaning[status]}" if status in meaning else ""))


def _calendar_data(body: bytes) -> Iterator[bytes]:
    if b"\0" in body:  # UTF-16, in which what is refused below would not be seen
        raise Unanswered("its answer is not in UTF-8")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unanswered("its answer declares entities")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unanswered("its answer is not XML") from error
    if root.tag != f"{_DAV}multistatus":
        raise Unanswered("its answer is no list of events")
    for data in root.iter(f"{_CALDAV}calendar-data"):
        if data.text and data.text.strip():
            yield data.text.encode()
