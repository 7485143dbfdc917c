"""HTTPS POST of one mail: by verified TLS, without redirects, and with failures that tell how far it came."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from plugins.booking.mail.delivery_failure import Deferred, OutcomeUnknown, RelayUnavailable

# As with SMTP: for each step, for the answer to the whole mail, and for one that never comes to the end.
STEP_SECONDS = 30.0
FINAL_SECONDS = 300.0
CONVERSATION_SECONDS = 600.0
WORDS_SECONDS = 5.0  # for what an answer says besides its status
_MOST_BYTES = 64 * 1024  # of an answer, of which the status is what counts
_MOST_INTERIM = 20
_MOST_LETTERS = 200  # of its words, for whoever looks into it
_PIECE = 8  # so much of a token tells that it is there
_RETRY_AFTER = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]{8,15}Z)")
_FAILURES = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True)
class HttpsAddress:
    """Where mail is posted to; without TLS on the loopback alone."""

    host: str
    port: int
    tls: bool
    path: str

    @classmethod
    def of(cls, url: str) -> HttpsAddress:
        """Read it from a URL of ours."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        return cls(parts.hostname or "", parts.port or (443 if tls else 80), tls, parts.path)


@dataclass(frozen=True)
class Answer:
    """What a relay answers: its status, for how long it asks to wait, and its reason in a word and in words."""

    status: int
    asked: timedelta = timedelta(0)
    reason: str = ""
    words: str = ""


class _FinalResponse(http.client.HTTPResponse):
    """HTTP response, the interim ones before it left aside (RFC 9110, 15.2); the library knows of 100 alone."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("interim answers without an end")


@contextmanager
def connected(address: HttpsAddress) -> Iterator[http.client.HTTPConnection]:
    """Connect for one POST, and hang up after it whatever has become of it; raises OSError, HTTPException."""
    if address.tls:
        context = ssl.create_default_context()
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            address.host, address.port, timeout=STEP_SECONDS, context=context
        )
    else:
        line = http.client.HTTPConnection(address.host, address.port, timeout=STEP_SECONDS)
    line.response_class = _FinalResponse
    watch: threading.Timer | None = None
    try:
        line.connect()
        watch = threading.Timer(CONVERSATION_SECONDS, _hang_up, [line.sock])
        watch.daemon = True
        watch.start()
        yield line
    finally:
        if watch:
            watch.cancel()
        line.close()


def post(address: HttpsAddress, headers: Mapping[str, str], body: bytes) -> Answer:
    """Post a mail; raises RelayUnavailable, Deferred where it was not sent whole, OutcomeUnknown where it was."""
    with _absent(), connected(address) as line:
        return posted(line, address.path, headers, body)


def posted(line: http.client.HTTPConnection, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Post over a line that is open; raises Deferred, OutcomeUnknown."""
    cut: Exception | None = None
    try:
        line.request("POST", path, body, {"Connection": "close", "Accept": "application/json", **headers})
    except _FAILURES as error:
        cut = error  # who answers early need not read to the end
    # The library lets go of it once the answer has begun.
    sock: socket.socket | None = line.sock
    try:
        if line.sock:
            line.sock.settimeout(STEP_SECONDS if cut else FINAL_SECONDS)
        answer = line.getresponse()
    except _FAILURES as error:
        # Never with the words of an answer that is none: they may be what was sent.
        if cut:
            raise Deferred(type(cut).__name__) from error
        raise OutcomeUnknown(type(error).__name__) from error
    # Of a mail that was taken nothing more is wanted: whoever waits for words may be waiting for ever.
    said = b"" if 200 <= answer.status < 300 else _words_of(answer, sock)
    reason, words = ("", "") if _repeats(said, headers) else _reason(said)
    return Answer(answer.status, _asked(answer, words), reason, " ".join(words.split())[:_MOST_LETTERS])


def _words_of(answer: http.client.HTTPResponse, sock: socket.socket | None) -> bytes:
    watch = threading.Timer(WORDS_SECONDS, _hang_up, [sock]) if sock else None
    said = b""
    try:
        if watch:
            watch.daemon = True
            watch.start()
        with suppress(*_FAILURES):
            while len(said) < _MOST_BYTES and (more := answer.read1(_MOST_BYTES)):
                said += more
    finally:
        if watch:
            watch.cancel()
    return said


def _repeats(said: bytes, headers: Mapping[str, str]) -> bool:
    # Pages for whoever looks for a fault show the request: of these nothing is kept.
    token = headers["Authorization"].rpartition(" ")[2].encode()
    return any(piece in said for piece in (token[:_PIECE], token[-_PIECE:], b64encode(token)[:_PIECE]))


@contextmanager
def _absent() -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise RelayUnavailable(f"{type(error).__name__}: {error}") from error


def _hang_up(line: socket.socket) -> None:
    # A socket that is closed goes on waiting for its words; one that is shut down does not.
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _asked(answer: http.client.HTTPResponse, words: str) -> timedelta:
    """How long to wait (RFC 9110, 10.2.3), which Gmail says in words; an instant is told by the relay's own clock."""
    text = (answer.headers["Retry-After"] or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return timedelta(seconds=int(text))
    with suppress(TypeError, ValueError):
        found = _RETRY_AFTER.search(words)
        until = datetime.fromisoformat(found[1]) if found else parsedate_to_datetime(text)
        return max(timedelta(0), until - parsedate_to_datetime(answer.headers["Date"]))
    return timedelta(0)


def _reason(said: bytes) -> tuple[str, str]:
    """The reason of an error as Google, Microsoft Graph and problem details (RFC 9457) tell it."""
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return "", said.decode(errors="replace")
    error = told.get("error", told) if isinstance(told, dict) else {}
    if not isinstance(error, dict):
        return _word(error), ""
    causes = error.get("errors")
    first = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else {}
    reason = _word(first.get("reason")) or _word(error.get("code")) or _word(error.get("status"))
    words = error.get("message") or error.get("detail") or error.get("title") or ""
    return reason, words if isinstance(words, str) else ""


def _word(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"\w{1,60}", value, re.ASCII) else ""
