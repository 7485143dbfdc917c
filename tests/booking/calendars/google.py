"""A stand-in for Google's CalDAV: a real server behind a check of the token, with what is documented of Google's."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

from tests.booking.calendars.radicale import Radicale

ACCOUNT = "nome@example.it"
TOKEN = "ya29.gettone-di-prova"
_ALLOWED = {"GET", "PUT", "HEAD", "DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "POST"}
_PRINCIPAL = (
    '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>'
    "<D:href>{user}</D:href><D:propstat><D:prop><D:current-user-principal><D:href>{user}</D:href>"
    "</D:current-user-principal><C:calendar-home-set><D:href>{home}</D:href></C:calendar-home-set></D:prop>"
    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
)
_HOME = (
    '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>'
    "<D:href>{events}</D:href><D:propstat><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
    "<D:displayname>{name}</D:displayname></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    "</D:multistatus>"
)
_RIGHTS = re.compile(rb"<(\w+:)?current-user-privilege-set>.*?</(\w+:)?current-user-privilege-set>")
GONE = b'<?xml version="1.0"?><D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'


def gdata(code: str, words: str) -> bytes:
    """A refusal as Google words it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><errors xmlns="http://schemas.google.com/g/2005"><error>'
        f"<domain>GData</domain><code>{code}</code><internalReason>{words}</internalReason></error></errors>"
    ).encode()


@dataclass(frozen=True)
class Heard:
    """A request as it was heard: its method, what it was about, and the bytes of both ways."""

    method: str
    about: str
    sent: int
    answered: int
    status: int


@dataclass
class GoogleCalDav:
    """The server, over a calendar of Radicale; `refusals` are given first, one a request."""

    behind: Radicale
    accepts: Callable[[str], bool] = lambda token: token == TOKEN
    refusals: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    deleted: dict[str, int] = field(default_factory=dict)  # the SEQUENCE that a UID had when it was deleted
    forgets_tokens: int = 0  # the status that a sync-token gets from now on
    mails: list[bytes] = field(default_factory=list)
    account: str = ACCOUNT
    base: str = ""

    @property
    def collection(self) -> str:
        """The path of the calendar's events."""
        return f"/caldav/v2/{quote(self.account, safe='')}/events/"

    def put(self, uid: str, text: str) -> None:
        """Write an event as its owner would in her own program."""
        self.behind.put(uid, text)

    def texts(self) -> dict[str, str]:
        """The events there, by their names."""
        home = f"{self.behind.collection}/"
        reply = self.behind.http.request("PROPFIND", home, headers={"Depth": "1"})
        names = [unquote(one).rpartition("/")[2] for one in re.findall(r"<(?:\w+:)?href>([^<]*\.ics)<", reply.text)]
        return {name: self.behind.http.get(home + quote(name, safe="")).text for name in names}

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Answer a request."""
        scheme, _, token = handler.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.accepts(token):
            return 401, b"", {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        if self.refusals:
            return self.refusals.pop(0)
        if handler.command not in _ALLOWED or b"free-busy-query" in body:
            return 405, b"", {}
        path = unquote(urlsplit(handler.path).path)
        if handler.command == "POST" and path == "/gmail/v1/users/me/messages/send":
            self.mails.append(base64.urlsafe_b64decode(json.loads(body)["raw"]))
            return 200, b'{"id": "1"}', {"Content-Type": "application/json"}
        root = f"/caldav/v2/{self.account}/"
        if path.rstrip("/") == f"{root}user":
            return 207, _PRINCIPAL.format(user=f"{root}user", home=root).encode(), {}
        if path == root and handler.command == "PROPFIND":
            return 207, _HOME.format(events=self.collection, name="Maria").encode(), {}
        if not path.startswith(f"{root}events/"):
            return 404, b"", {}
        if b"prop-filter" in body:
            body = re.sub(rb"<C:prop-filter.*?</C:prop-filter>", b"", body)  # given no heed: all is told
        if self.forgets_tokens and b"sync-collection" in body:
            return self.forgets_tokens, GONE, {}
        return self._behind(handler, path.removeprefix(f"{root}events/"), body)

    def _behind(self, handler: BaseHTTPRequestHandler, name: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        uid = name.removesuffix(".ics")
        if handler.command == "PUT":
            body, uid = _rewritten(body), _property(body, "UID")
            name = f"{uid}.ics"  # whatever it was called
            told, there = int(_property(body, "SEQUENCE") or 0), self._there(name)
            if told < int(_property(there, "SEQUENCE") or 0) or told <= self.deleted.get(uid, -1):
                return 409, b'<?xml version="1.0"?><D:error xmlns:D="DAV:"/>', {}
        if handler.command == "DELETE" and (there := self._there(name)):
            self.deleted[uid] = int(_property(there, "SEQUENCE") or 0)
        here = urlsplit(self.behind.collection).path + "/"
        # Of conditions only If-Match is known.
        headers = {key: handler.headers[key] for key in ("Depth", "Content-Type", "If-Match") if handler.headers[key]}
        reply = self.behind.http.request(
            handler.command,
            f"{self.behind.collection}/{quote(name, safe='')}",
            content=re.sub(re.escape(self.collection.encode()), here.encode(), body),
            headers=headers,
        )
        kept = {"ETag": reply.headers["etag"]} if "etag" in reply.headers and handler.command != "PUT" else {}
        # Without rights (RFC 3744), and with addresses escaped as it likes.
        found = re.sub(
            rb"<(\w+:)?current-user-privilege-set>.*?</(\w+:)?current-user-privilege-set>", b"", reply.content
        )
        return reply.status_code, found.replace(here.encode(), self.collection.encode()), kept

    def _there(self, name: str) -> bytes:
        reply = self.behind.http.get(f"{self.behind.collection}/{quote(name, safe='')}")
        return reply.content if reply.status_code == 200 else b""


def _property(text: bytes, name: str) -> str:
    found = re.search(rf"(?m)^{name}:(.*?)\r?$".encode(), text.replace(b"\r\n ", b""))
    return found[1].decode() if found else ""


def _rewritten(text: bytes) -> bytes:
    """As Google keeps it: with properties of its own, texts without spaces at their end, no line of them folded."""
    unfolded = text.replace(b"\r\n ", b"").replace(b"\r\n\t", b"")
    words = re.sub(rb"(?m)^(DESCRIPTION:.*?)(?:\\n| )*\r?$", rb"\1 \\n\\nSi vede in Google.\r", unfolded)
    own = b"" if b"\nCREATED:" in words else b"CREATED:20270101T000000Z\r\nTRANSP:OPAQUE\r\n"
    return words.replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\n" + own)


@contextmanager
def google_calendar(behind: Radicale) -> Iterator[GoogleCalDav]:
    """Run the server while the block lasts; `base` is its address."""
    google = GoogleCalDav(behind)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, told, headers = google.answer(self, body)
            about = (re.findall(rb"<(?:\w+:)?([a-z-]+) xmlns", body) or [b""])[0].decode()
            packed = gzip.compress(told) if told else b""
            google.heard.append(Heard(self.command, about, len(body), len(packed), status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    for method in ("GET", "PUT", "DELETE", "PROPFIND", "REPORT", "MKCALENDAR", "POST"):
        setattr(Handler, f"do_{method}", Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    google.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield google
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
