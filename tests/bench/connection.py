"""A client that costs the machine next to nothing, so that a benchmark measures the server: one kept-alive socket."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 60


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """Sends one request after another; keeps cookies as a browser does."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), _PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def forget(self) -> None:
        """Become somebody new."""
        self._cookies.clear()

    def get(self, path: str, headers: str = "") -> Answer:
        """Ask for a page; `headers` are whole lines."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}{self._kept()}\r\n".encode())

    def post(self, path: str, kind: str, body: bytes) -> Answer:
        """Send a body of some kind."""
        told = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{self._kept()}"
        return self._ask(f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{told}\r\n".encode() + body)

    def _kept(self) -> str:
        said = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return f"Cookie: {said}\r\n" if said else ""

    def _ask(self, request: bytes) -> Answer:
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(": ") for line in lines):
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self._cookies[cookie] = kept
            headers[name.lower()] = value
        parts, had = [body], len(body)
        while had < int(headers.get("content-length", 0)):
            parts.append(self._more())
            had += len(parts[-1])
        return Answer(int(first.split()[1]), headers, b"".join(parts))

    def _more(self) -> bytes:
        some = self._socket.recv(65536)
        if not some:
            raise ConnectionError("the server ended the connection")
        return some
