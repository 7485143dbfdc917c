"""Calendar object resources of a CalDAV collection (RFC 4791, 4.1): found by name or UID, put and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree

from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.client.http_client import Ask, Question, Reply
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.refusal_words import is_throttled
from plugins.booking.calendars.client.unexpected_status import OF_THE_ACCOUNT, unexpected
from plugins.booking.calendars.client.webdav import CALDAV, DAV, href_of, origin_of, parsed
from plugins.booking.calendars.entries.event_merge import has_event
from plugins.booking.calendars.entries.write_refusal import WriteFailed

_BY_UID = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:prop-filter name="UID"><C:text-match>{uid}</C:text-match></C:prop-filter>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)
_MOST_FOUND = 5
# A server that cannot look for a property; which is no reason not to write.
_CANNOT_SEARCH = {400, 403, 405, 409, 415, 422, 501}


class ConditionFailed(WriteFailed):
    """It was changed, made or removed meanwhile (HTTP 412): it has to be read again."""


@dataclass(frozen=True)
class CalendarObject:
    """Calendar object as it was read; without an ETag it can only be written over."""

    address: str
    etag: str | None
    text: bytes

    def is_at(self, address: str) -> bool:
        """Whether it stands at an address, however either is escaped: servers escape what others leave."""
        return unquote(urlsplit(self.address).path) == unquote(urlsplit(address).path)


class CalendarObjects:
    """Single objects of a collection; every method raises Unanswered, and WriteFailed where the server answers."""

    def __init__(self, address: str, login: Login | None, ask: Ask, can_search: bool = True) -> None:
        self._collection = address.rstrip("/") + "/"
        self._can_search = can_search
        self._login = login
        self._ask = ask

    def address(self, name: str) -> str:
        """Where an object of this name stands, or would."""
        return f"{self._collection}{quote(name, safe='')}.ics"

    def read(self, address: str, uid: str) -> CalendarObject | None:
        """Read what stands at an address; None where it is nothing, or of another UID."""
        reply = self._ask(Question("GET", address, self._login))
        if reply.status == 200:
            return _object(address, reply.headers.get("etag"), reply.body, uid)
        if reply.status in {404, 410}:
            return None
        raise self._failed(reply)

    def search(self, uid: str) -> tuple[CalendarObject, ...]:
        """Find the objects of a UID wherever they stand; none where the server cannot look for one."""
        if not self._can_search:
            return ()
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        body = _BY_UID.format(uid=_xml(uid)).encode()
        reply = self._ask(Question("REPORT", self._collection, self._login, headers, body))
        if reply.status in _CANNOT_SEARCH and not is_throttled(reply):
            return ()
        if reply.status != 207:
            raise self._failed(reply)
        found = (_object(*one, uid) for one in self._responses(reply.body))
        return tuple(one for one in found if one)[:_MOST_FOUND]

    def named_in(self, error: WriteFailed, uid: str) -> tuple[CalendarObject, ...]:
        """Read the objects that a refusal names (no-uid-conflict with its href: RFC 4791, 5.3.2.1)."""
        addresses = dict.fromkeys(filter(None, (self._own(one.text) for one in _xml_of(error.body).iter(f"{DAV}href"))))
        found = (self.read(address, uid) for address in list(addresses)[:_MOST_FOUND])
        return tuple(one for one in found if one)

    def create(self, name: str, text: bytes) -> bool:
        """Make an object where nothing stands, and say whether it is kept as it was sent; raises ConditionFailed."""
        return self._put(self.address(name), text, {"If-None-Match": "*"})

    def replace(self, there: CalendarObject, text: bytes, unconditionally: bool = False) -> bool:
        """Write over an object as it was read, as `create`; raises ConditionFailed where it is another by now."""
        # What a proxy has weakened on its way through matches nothing (RFC 9110, 13.1.1).
        strong = (there.etag or "").removeprefix("W/")
        return self._put(there.address, text, {"If-Match": strong} if strong and not unconditionally else {})

    def delete(self, address: str) -> None:
        """Delete an object; one that is gone already is as good."""
        reply = self._ask(Question("DELETE", address, self._login))
        if reply.status not in {200, 202, 204, 404, 410}:
            raise self._failed(reply)

    def _put(self, address: str, text: bytes, conditions: dict[str, str]) -> bool:
        headers = {"Content-Type": "text/calendar; charset=utf-8", **conditions}
        reply: Reply = self._ask(Question("PUT", address, self._login, headers, text))
        if reply.status == 412:
            raise ConditionFailed(reply.status, reply.body)
        if reply.status not in {200, 201, 204}:
            raise self._failed(reply)
        # Without a strong ETag it may be kept otherwise (RFC 4791, 5.3.4).
        return reply.headers.get("etag", "").startswith('"')

    def _failed(self, reply: Reply) -> Unanswered:
        """Say why a server has not done it: what is wrong with the login or its use is nothing about the object."""
        told = unexpected(reply, self._login)
        return told if told.reason in OF_THE_ACCOUNT else WriteFailed(reply.status, reply.body).after(told.wait)

    def _responses(self, body: bytes) -> Iterator[tuple[str, str | None, bytes]]:
        for response in _xml_of(body).iter(f"{DAV}response"):
            address = self._own(response.findtext(f"{DAV}href"))
            text = next((one.text for one in response.iter(f"{CALDAV}calendar-data") if one.text), None)
            if address and text:
                etag = next((one.text for one in response.iter(f"{DAV}getetag") if one.text), None)
                yield address, etag, text.encode()

    def _own(self, href: str | None) -> str | None:
        """Resolve an href on this server alone: the login goes nowhere else, whatever host the server calls itself."""
        try:
            path = href_of(urlsplit((href or "").strip()).path)
            found = urljoin(self._collection, quote(path, safe="/%~!$&'()*+,;=:@-._"))
        except ValueError:
            return None
        # A path may itself be written like an address, and resolves to that one.
        return found if path and origin_of(found) == origin_of(self._collection) else None


def _object(address: str, etag: str | None, text: bytes, uid: str) -> CalendarObject | None:
    return CalendarObject(address, etag, text) if has_event(text, uid) else None


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _xml_of(body: bytes) -> ElementTree.Element:
    """Parse an answer; one that cannot be read, or declares entities, names nothing."""
    try:
        return parsed(body)
    except Unanswered:
        return ElementTree.Element("none")
