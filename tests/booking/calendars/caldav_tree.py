"""A CalDAV server that answers from a table: what each of its paths says it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.booking.calendars.server import say

CALENDAR = "<collection/><C:calendar/>"
EVENTS = '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
TASKS = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
_WRITE = "<privilege><{}/></privilege>"
BUSY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270101T000000Z\r\n"
    "DTSTART:20270112T090000Z\r\nDTEND:20270112T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def node(types: str | None = "<collection/>", name: str = "", more: str = "", privilege: str = "") -> str:
    """The properties of a resource."""
    kind = "" if types is None else f"<resourcetype>{types}</resourcetype>"
    named = f"<displayname>{name}</displayname>" if name else ""
    may = f"<current-user-privilege-set>{_WRITE.format(privilege)}</current-user-privilege-set>" if privilege else ""
    return kind + named + more + may


def principal(path: str) -> str:
    """A property that leads to a principal."""
    return f"<current-user-principal><href>{path}</href></current-user-principal>"


def home(*paths: str) -> str:
    """A property that leads to homes."""
    return f"<C:calendar-home-set>{''.join(f'<href>{path}</href>' for path in paths)}</C:calendar-home-set>"


@dataclass
class Tree:
    """The server: `nodes` by path, `moved` from one path to another address, events at each path in `busy`."""

    nodes: dict[str, str]
    moved: dict[str, str] = field(default_factory=dict)
    busy: dict[str, str] = field(default_factory=dict)
    report: int = 207
    propfind: int = 207
    asked: list[str] = field(default_factory=list)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(f"{handler.command} {handler.path}")
        if handler.path in self.moved:
            say(handler, 301, Location=self.moved[handler.path])
        elif handler.command == "REPORT":
            data = "".join(f"<C:calendar-data>{text}</C:calendar-data>" for text in self._below(handler.path))
            self._multistatus(handler, self.report, f"<response><propstat><prop>{data}</prop></propstat></response>")
        elif handler.command == "PROPFIND":
            deep = handler.headers["depth"] == "1"
            found = [
                path for path in self.nodes if path == handler.path or (deep and self._parent(path) == handler.path)
            ]
            status = self.propfind if found else 404
            self._multistatus(handler, status, "".join(map(self._response, found)))
        else:
            say(handler, 201 if handler.command == "PUT" else 404)

    def _below(self, path: str) -> list[str]:
        return [text for place, text in self.busy.items() if place.startswith(path)]

    def _parent(self, path: str) -> str:
        return path.rstrip("/").rpartition("/")[0] + "/"

    def _response(self, path: str) -> str:
        status = "<status>HTTP/1.1 200 OK</status>"
        unknown = "<propstat><prop><nonsense/></prop><status>HTTP/1.1 404 Not Found</status></propstat>"
        said = f"<propstat><prop>{self.nodes[path]}</prop>{status}</propstat>{unknown}"
        return f"<response><href>{path}</href>{said}</response>"

    def _multistatus(self, handler: BaseHTTPRequestHandler, status: int, inner: str) -> None:
        around = '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{}</multistatus>'
        say(handler, status, around.format(inner).encode() if status == 207 else b"")


def cloud() -> Tree:
    """A server of the usual shape: calendars, tasks, a subscription and an inbox in one home, pages at its root."""
    return Tree(
        {
            "/dav/": node(more=principal("/dav/who/bice/")),
            "/dav/who/bice/": node("<principal/>", "Bice", home("/dav/cal/bice/")),
            "/dav/cal/bice/": node(name="Calendari"),
            "/dav/cal/bice/lavoro/": node(CALENDAR, "Lavoro", EVENTS, "write"),
            "/dav/cal/bice/casa/": node(CALENDAR, "Casa &amp; famiglia", EVENTS, "read"),
            "/dav/cal/bice/altro%20ancora/": node(CALENDAR),
            "/dav/cal/bice/promemoria/": node(CALENDAR, "Promemoria", TASKS, "write"),
            "/dav/cal/bice/feste/": node("<collection/><subscribed/>", "Feste"),
            "/dav/cal/bice/inbox/": node("<collection/><C:schedule-inbox/>", "inbox"),
        },
        moved={"/.well-known/caldav": "/dav/"},
    )
