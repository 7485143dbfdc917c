"""Loopback listener (RFC 8252, 7.3): takes the one request by which the browser comes back from the provider."""

from __future__ import annotations

import hmac
import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

_MOST_BYTES = 16_000
_CONNECTION_SECONDS = 5.0


def listen_on_loopback(port: int) -> socket.socket:
    """Open a port of this machine alone; raises OSError where another program has it."""
    return socket.create_server(("127.0.0.1", port), backlog=8)


def wait_for_return(
    listener: socket.socket, seconds: float, state: str, answer: Callable[[Mapping[str, str]], str]
) -> Mapping[str, str] | None:
    """Return the query that the browser came back with, None where it did not within the time.

    `answer` is given it, and says what the browser shows. What else a browser asks for (an icon) gets a 404; so does
    what comes with another `state`, which any page that is open meanwhile can ask for.
    """
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        listener.settimeout(left)
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return None
        with connection:
            connection.settimeout(_CONNECTION_SECONDS)
            try:
                query = query_of(_target(connection))
                if query and hmac.compare_digest(query["state"].encode(), state.encode()):
                    connection.sendall(_page("200 OK", answer(query)))
                    return query
                connection.sendall(_page("404 Not Found", ""))
            except OSError:
                continue  # whoever it was went away
    return None


def query_of(address: str) -> Mapping[str, str] | None:
    """Read the query of an address that a provider sends back to; None where it is none such."""
    try:
        found = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    except ValueError:
        return None
    return found if "state" in found and ("code" in found or "error" in found) else None


def _target(connection: socket.socket) -> str:
    head = b""
    while b"\n" not in head and len(head) < _MOST_BYTES:
        if not (piece := connection.recv(4096)):
            break
        head += piece
    method, _, rest = head.partition(b" ")
    return rest.partition(b" ")[0].decode("latin-1") if method == b"GET" else ""


def _page(status: str, words: str) -> bytes:
    body = f"<!doctype html><meta charset=utf-8><title>Maglia</title><p>{words}</p>".encode() if words else b""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Connection": "close",
    }
    lines = (f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "", "")
    return "\r\n".join(lines).encode() + body
