"""A CalDAV server in memory that behaves as any of those that are in use, and can be made to refuse or to fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from plugins.booking.calendars.client.http_client import Question, Reply

COLLECTION = "https://calendars.example/bice/lavoro/"
_MULTISTATUS = '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'


def _error(element: str) -> bytes:
    return f'<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{element}</D:error>'.encode()


# How a second object of one UID is answered; None where it is taken.
CONFLICTS: Mapping[str, Callable[[str], tuple[int, bytes]] | None] = {
    "radicale": lambda _: (409, _error("<C:no-uid-conflict/>")),
    "xandikos": lambda _: (412, _error("<C:no-uid-conflict/>")),
    "cyrus": lambda href: (
        403,
        _error(f"<C:unique-scheduling-object-resource><D:href>{href}</D:href></C:unique-scheduling-object-resource>"),
    ),
    "sogo": lambda _: (409, b'<D:error xmlnsD="DAV:">Event UID already in use. (a@b)</D:error>'),
    "davical": None,
    "sabre": None,
}

_IS_CALENDAR = (
    b'<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response><D:href>/bice/lavoro/</D:href>'
    b"<D:propstat><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop>"
    b"<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
)


@dataclass
class ScriptedCalDav:
    """The server; `objects` are its texts by name, `heard` the methods it was asked."""

    conflict: str = "radicale"
    etags: str = "strong"  # weak, none, or never: no condition with an ETag ever holds
    can_search: bool = True
    shows_nothing: bool = False  # when it is asked for an interval: all is out of it
    refused: dict[str, int] = field(default_factory=dict)  # by method
    meanwhile: list[Callable[[], None]] = field(default_factory=list)  # happens before a PUT is looked at
    objects: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def __call__(self, question: Question) -> Reply:
        """Answer a question."""
        if question.method == "PROPFIND":
            return Reply(207, _IS_CALENDAR)
        self.heard.append(question.method)
        if question.method in self.refused:
            return Reply(self.refused[question.method], b"")
        name = unquote(question.address.removeprefix(COLLECTION))
        match question.method:
            case "GET":
                return self._get(name)
            case "PUT":
                if self.meanwhile:
                    self.meanwhile.pop(0)()
                return self._put(name, question.body.decode(), question.headers)
            case "DELETE":
                return Reply(204 if self.objects.pop(name, None) else 404, b"")
            case _:
                return self._report(question.body.decode())

    def uid_of(self, text: str) -> str:
        """The UID of an event."""
        found = re.search(r"(?m)^UID:(.*?)\r?$", text)
        return found[1] if found else ""

    def _get(self, name: str) -> Reply:
        if name not in self.objects:
            return Reply(404, b"")
        headers = {} if self.etags == "none" else {"etag": self._etag(name)}
        return Reply(200, self.objects[name].encode(), headers)

    def _etag(self, name: str) -> str:
        strong = f'"{hash(self.objects[name])}"'
        return f"W/{strong}" if self.etags == "weak" else strong

    def _put(self, name: str, text: str, headers: Mapping[str, str]) -> Reply:
        if headers.get("If-None-Match") == "*" and name in self.objects:
            return Reply(412, b"")
        wanted = headers.get("If-Match")
        if wanted and (name not in self.objects or self.etags == "never" or wanted not in self._etag(name)):
            return Reply(412, b"")
        answer = CONFLICTS[self.conflict]
        others = [one for one, its in self.objects.items() if one != name and self.uid_of(its) == self.uid_of(text)]
        if others and answer:
            return Reply(*answer(f"/bice/lavoro/{quote(others[0])}"))
        is_new = name not in self.objects
        self.objects[name] = text
        return Reply(201 if is_new else 204, b"", {"etag": self._etag(name)} if self.etags != "none" else {})

    def _report(self, body: str) -> Reply:
        uid = re.search("<C:text-match>(.*?)</C:text-match>", body)
        if uid and not self.can_search:
            return Reply(403, _error("<C:supported-filter/>"))
        hidden = uid is None and self.shows_nothing
        found = [name for name, text in self.objects.items() if uid is None or uid[1] in self.uid_of(text)]
        responses = "".join(
            f"<D:response><D:href>/bice/lavoro/{quote(name)}</D:href><D:propstat><D:prop>"
            f"<D:getetag>{escape(self._etag(name))}</D:getetag>"
            f"<C:calendar-data>{escape(self.objects[name])}</C:calendar-data>"
            "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
            for name in ([] if hidden else found)
        )
        return Reply(207, f"{_MULTISTATUS}{responses}</D:multistatus>".encode())
