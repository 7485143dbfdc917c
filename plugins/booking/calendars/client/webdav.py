"""WebDAV properties (RFC 4918): what a server says its resources are, by PROPFIND."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask, Question
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.unexpected_status import unexpected

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_LONGEST_NAME = 80
_STATUS = re.compile(r"\s*HTTP/[0-9.]+\s+([0-9]{3})\b", re.ASCII)
_MOST_BYTES = 2_000_000
_MOST_RESOURCES = 1000
# Privileges (RFC 3744, 3.12) each of which lets a new event be put into a collection.
_WRITING = {f"{DAV}{name}" for name in ("all", "write", "bind", "write-content")}
_PROPFIND = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
    "<D:resourcetype/><D:displayname/><D:current-user-principal/><D:current-user-privilege-set/>"
    "<C:calendar-home-set/><C:supported-calendar-component-set/>"
    "</D:prop></D:propfind>"
)


@dataclass(frozen=True)
class Resource:
    """A resource as its server describes it; None where it does not say."""

    address: str
    name: str
    types: frozenset[str] | None
    components: frozenset[str] | None
    is_writable: bool | None
    principal: str | None
    homes: tuple[str, ...]

    @property
    def is_calendar(self) -> bool:
        """Whether it is a calendar collection (RFC 4791, 4.2)."""
        return self.types is not None and f"{CALDAV}calendar" in self.types

    @property
    def holds_events(self) -> bool:
        """Whether events can be in it, and not tasks alone."""
        return self.components is None or "VEVENT" in self.components


def properties(address: str, login: Login | None, ask: Ask, depth: int = 0) -> list[Resource]:
    """Ask what is at an address, and with `depth` 1 right below it; raises Unanswered."""
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    reply = ask(Question("PROPFIND", address, login, headers, _PROPFIND.encode(), _MOST_BYTES))
    if reply.status != 207:
        raise unexpected(reply, login)
    responses = multistatus(reply.body).findall(f"{DAV}response")[:_MOST_RESOURCES]
    return [_resource(one, address) for one in responses]


def parsed(body: bytes) -> ElementTree.Element:
    """Parse an answer in XML, which may declare no entities; raises Unanswered."""
    if b"\0" in body:  # UTF-16, in which what is refused below would not be seen
        raise Unanswered("its answer is not in UTF-8", Reason.NOT_CALDAV)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unanswered("its answer declares entities", Reason.NOT_CALDAV)
    try:
        return ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unanswered("its answer is not XML", Reason.NOT_CALDAV) from error


def multistatus(body: bytes) -> ElementTree.Element:
    """Parse the body of a 207; raises Unanswered."""
    root = parsed(body)
    if root.tag != f"{DAV}multistatus":
        raise Unanswered("its answer is no list of events", Reason.NOT_CALDAV)
    return root


def statuses_of(response: ElementTree.Element) -> list[int]:
    """Return the statuses that are told of one resource, of its own and of its properties."""
    return [status for one in response.iter(f"{DAV}status") if (status := status_in(one.text))]


def status_in(text: str | None) -> int | None:
    """Return the number in a line of status; None where it is none."""
    found = _STATUS.match(text or "")
    return int(found[1]) if found else None


def href_of(text: str | None) -> str:
    """Return an href as it is to be resolved: whoever reads two strokes at its start takes what follows for a host.

    An href is a whole address or a path (RFC 4918, 8.3), and servers that join paths carelessly write such.
    """
    href = (text or "").strip()
    return f"/{href.lstrip('/')}" if href.startswith("/") else href


def origin_of(address: str) -> str:
    """Return the scheme, host and port that a login belongs to; nothing where it is no address."""
    try:
        url = urlsplit(address)
        usual = {"https": 443, "http": 80}.get(url.scheme)
        return f"{url.scheme}://{(url.hostname or '').lower()}:{url.port or usual}"
    except ValueError:
        return ""


def _resource(response: ElementTree.Element, asked: str) -> Resource:
    address = _absolute(response.findtext(f"{DAV}href"), asked) or asked
    found = {one.tag: one for one in _said(response)}
    principals = _hrefs(found.get(f"{DAV}current-user-principal"), address)
    return Resource(
        address=address,
        name=_name(found.get(f"{DAV}displayname"), address),
        types=_tags(found.get(f"{DAV}resourcetype")),
        components=_components(found.get(f"{CALDAV}supported-calendar-component-set")),
        is_writable=_is_writable(found.get(f"{DAV}current-user-privilege-set")),
        principal=principals[0] if principals else None,
        homes=_hrefs(found.get(f"{CALDAV}calendar-home-set"), address),
    )


def _said(response: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The properties that the server has, and not those it names as unknown to it."""
    for part in response.findall(f"{DAV}propstat"):
        if " 200" in (part.findtext(f"{DAV}status") or " 200"):
            for one in part.findall(f"{DAV}prop"):
                yield from one


def _tags(one: ElementTree.Element | None) -> frozenset[str] | None:
    return None if one is None else frozenset(inner.tag for inner in one)


def _components(one: ElementTree.Element | None) -> frozenset[str] | None:
    names = frozenset(inner.get("name", "").upper() for inner in one) if one is not None else frozenset()
    return names or None


def _is_writable(one: ElementTree.Element | None) -> bool | None:
    return None if one is None else any(inner.tag in _WRITING for inner in one.iter())


def _hrefs(one: ElementTree.Element | None, address: str) -> tuple[str, ...]:
    texts = [inner.text for inner in one.findall(f"{DAV}href")] if one is not None else []
    return tuple(found for text in texts if (found := _absolute(text, address)))


def _absolute(href: str | None, address: str) -> str | None:
    try:
        found = urljoin(address, href_of(href))
        return found if href and urlsplit(found).hostname else None
    except ValueError:
        return None


def _name(one: ElementTree.Element | None, address: str) -> str:
    last = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    words = " ".join(((one.text if one is not None else None) or last).split())
    return "".join(char for char in words if char.isprintable())[:_LONGEST_NAME] or last[:_LONGEST_NAME]
