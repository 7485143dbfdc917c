"""A relay over HTTP on the loopback, of all three kinds, that misbehaves on demand.

Gmail's API and Microsoft Graph have no server that could run here: this one takes what their published descriptions
say, decodes it as they do, and answers as they document; it is not Google or Microsoft.
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from plugins.booking.mail.https_post import HttpsAddress
from plugins.booking.mail.https_relay import HttpsSender
from plugins.booking.server_urls import Kind, Relay
from tests.booking.account_tokens import AccountTokens
from tests.booking.sink import Mood, Taken

GMAIL, GRAPH, POST = "/gmail/v1/users/me/messages/send", "/graph/v1.0/me/sendMail", "/send"
KEY = "una-chiave-di-prova-lunga-abbastanza"
PATHS: dict[str, Kind] = {GMAIL: "gmail", GRAPH: "graph", POST: "post"}
_REASONS = {401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class HttpsSink:
    """Takes mail, or does to it what `mood` says, which is asked with the recipient once a mail has come whole.

    Moods are those of the SMTP sink: "take", a status of three digits, "drop" the line unread, "keep" the mail and drop
    the line, or so many seconds to think; besides, "cut" keeps it and drops the line after the status.
    """

    def __init__(self, token: str = "word", context: ssl.SSLContext | None = None) -> None:
        self.token = token
        self._context = context
        self.mood: Callable[[str], Mood] = lambda recipient: "take"
        self.at_recipient: Callable[[str], str] = lambda recipient: ""
        self.to_nothing = "400"  # how a body is answered that holds no mail
        self.absent = False
        self.says: tuple[dict[str, str], object] = ({}, {})  # headers and the body of a status that a mood names
        self.taken: list[Taken] = []
        self.heard: list[Heard] = []
        self.cut = 0  # posts that came half, or whose answer nobody waited for
        self.begun = 0
        self.kept = 0  # mails that were taken without a word
        self.port = 0
        self._lock = threading.Lock()

    def variables(self, kind: Kind) -> dict[str, str]:
        """The environment of an endpoint whose relay it is."""
        if kind == "post":
            return {"BOOKING_SMTP_URL": f"http://{self.token}@127.0.0.1:{self.port}{POST}"}
        provider = "google" if kind == "gmail" else "microsoft"
        return {
            "BOOKING_SMTP_URL": f"{provider}+https://",
            f"BOOKING_{provider.upper()}_CLIENT_ID": "client",
            f"BOOKING_{provider.upper()}_URL": f"http://127.0.0.1:{self.port}",
            "BOOKING_SECRET_KEY": KEY,
        }

    def sender(self, kind: Kind) -> HttpsSender:
        """What sends by it."""
        return HttpsSender(self.relay(kind), self.address(kind), AccountTokens(self.token))

    def relay(self, kind: Kind) -> Relay:
        """Its address as a relay of some kind."""
        if kind == "post":
            return Relay("127.0.0.1", self.port, "none", None, self.token, kind="post", path=POST)
        return Relay("provider", 443, "tls", token="google" if kind == "gmail" else "microsoft", kind=kind)

    def address(self, kind: Kind) -> HttpsAddress:
        """Where that relay takes mail."""
        path = next(path for path, one in PATHS.items() if one == kind)
        return HttpsAddress("127.0.0.1", self.port, False, path)

    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [one.message_id for one in self.taken]

    def talk(self, line: socket.socket) -> None:
        """Take one request."""
        if self.absent:
            line.close()
            return
        if self._context:
            try:
                line = self._context.wrap_socket(line, server_side=True)
            except OSError:
                return
        with line, line.makefile("rb") as words, suppress(OSError):
            line.settimeout(120)
            first = words.readline().decode().split()
            if len(first) != 3:
                return
            with self._lock:
                self.begun += 1
            headers = dict(self._headers(words))
            body = words.read(int(headers["content-length"]))
            if len(body) < int(headers["content-length"]):
                with self._lock:
                    self.cut += 1
                return
            heard = Heard(first[1], headers, body)
            self.heard.append(heard)
            self._answer(line, heard)

    def _headers(self, words: Iterator[bytes]) -> Iterator[tuple[str, str]]:
        for one in words:
            if not one.strip():
                return
            name, _, value = one.decode().partition(":")
            yield name.lower(), value.strip()

    def _answer(self, line: socket.socket, heard: Heard) -> None:
        if heard.path == "/oauth/token":
            self._say(line, 200, {"access_token": self.token, "token_type": "Bearer", "expires_in": 3600})
            return
        if heard.headers.get("authorization") != f"Bearer {self.token}":
            self._say(line, 401, {"error": {"code": 401, "message": "No credentials", "status": "UNAUTHENTICATED"}})
            return
        mime = decoded(heard)
        if mime is None:
            self._say(line, int(self.to_nothing), self.says[1])
            return
        message = message_from_bytes(mime, policy=policy.default)
        recipient = message["To"].addresses[0].addr_spec
        mood = self.at_recipient(recipient) or self.mood(recipient)
        if isinstance(mood, float):
            time.sleep(mood)
        elif mood == "drop":
            return
        elif mood.isdigit():
            headers, body = self.says
            self._say(line, int(mood), body, headers)
            return
        one = Taken(str(message["Message-ID"]), recipient, str(message["Subject"]), mime)
        with self._lock:
            self.taken.append(one)
        if mood == "keep":
            with self._lock:
                self.kept += 1
            return
        status, body = ACCEPTED[PATHS[heard.path]]
        if mood == "cut":
            line.sendall(f"HTTP/1.1 {status} OK\r\nContent-Length: 100\r\n".encode())
            return
        self._say(line, status, body)
        # Whoever was killed meanwhile has not heard it.
        line.settimeout(5)
        if line.recv(1) != b"":
            raise AssertionError("one request a connection")

    def _say(self, line: socket.socket, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        words = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"HTTP/1.1 {status} {_REASONS.get(status, 'x')}\r\nContent-Length: {len(words)}\r\n{more}\r\n"
        line.sendall(head.encode() + words)


# As documented: Gmail answers with the message's name, Graph with 202 and nothing.
ACCEPTED: dict[Kind, tuple[int, object]] = {
    "gmail": (200, {"id": "18c", "threadId": "18c", "labelIds": ["SENT"]}),
    "graph": (202, None),
    "post": (200, {}),
}


def decoded(heard: Heard) -> bytes | None:
    """The MIME of a request, None where it has none in the form of its kind."""
    kind, content_type = PATHS[heard.path], heard.headers["content-type"]
    try:
        if kind == "gmail":
            assert content_type == "application/json"
            # Google's own clients fill it up with signs (Python) or do not (JavaScript).
            raw = json.loads(heard.body)["raw"].rstrip("=")
            mime = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        elif kind == "graph":
            assert content_type == "text/plain"
            mime = base64.b64decode(heard.body, validate=True)
        else:
            assert content_type == "message/rfc822"
            mime = heard.body
    except (binascii.Error, ValueError):
        return None
    return mime or None


@contextmanager
def https_sinking(port: int = 0, token: str = "word", certificate: Path | None = None) -> Iterator[HttpsSink]:
    """Run such a relay while the block lasts, on a free port unless one is given; by TLS with a certificate."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    sink = HttpsSink(token, context)
    with socket.create_server(("127.0.0.1", port)) as opened:
        sink.port = opened.getsockname()[1]
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    line, _ = opened.accept()
                    threading.Thread(target=sink.talk, args=[line], daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            ended.set()
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
    thread.join()
