"""Servers on the loopback that repeat whatever they are told, passwords too, in each refusal."""

from __future__ import annotations

import base64
import binascii
import json
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

from tests.booking.calendars.server import say


@contextmanager
def _listening(handler: type[socketserver.StreamRequestHandler]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class _Relay(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        heard = b""
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say("250-here", "250 AUTH LOGIN PLAIN")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            elif verb in {b"AUTH", b"RSET"} or heard:
                heard += line
                if line.strip().upper() == b"AUTH LOGIN":
                    self._say("334 VXNlcm5hbWU6")
                    continue
                self._say(f"535 5.7.8 who is {_in_clear(heard)} {heard.decode().strip()!r}?")
                heard = b""
            else:
                self._say("250 ok")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode(errors="replace"))


def _in_clear(heard: bytes) -> str:
    words = []
    for word in heard.split():
        with suppress(binascii.Error):
            words.append(base64.b64decode(word).decode(errors="replace").replace("\0", " "))
    return " ".join(words)


class _Database(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while True:  # until it is asked for neither TLS nor GSSAPI (PostgreSQL, "Message Formats")
            length, code = struct.unpack("!ii", self.rfile.read(8))
            if code not in {80877103, 80877104}:
                break
            self.wfile.write(b"N")
        started = self.rfile.read(length - 8)
        self.wfile.write(b"R" + struct.pack("!ii", 8, 3))  # the password, in clear
        _, length = struct.unpack("!ci", self.rfile.read(5))
        password = self.rfile.read(length - 4).rstrip(b"\0")
        words = b"no entry for " + started.replace(b"\0", b" ") + b" with " + password
        fields = b"SFATAL\0VFATAL\0C28P01\0M" + words + b"\0\0"
        self.wfile.write(b"E" + struct.pack("!i", len(fields) + 4) + fields)


@contextmanager
def repeating_relay() -> Iterator[int]:
    """An SMTP relay that lets nobody in; gives its port."""
    with _listening(_Relay) as port:
        yield port


@contextmanager
def repeating_database() -> Iterator[int]:
    """A PostgreSQL server that lets nobody in; gives its port."""
    with _listening(_Database) as port:
        yield port


def repeating_calendar(handler: BaseHTTPRequestHandler) -> None:
    """Answer a question to a calendar with the login that came with it, as it came and decoded."""
    told = handler.headers.get("authorization", "")
    body = f"{told} {_in_clear(told.encode())}".encode()
    say(handler, 401, body, WWW_Authenticate=f'Basic realm="{told}"', X_Told=told)


def repeating_post(handler: BaseHTTPRequestHandler) -> None:
    """Answer a mail with the headers that came with it, by the status that its path ends in."""
    told = handler.headers.get("authorization", "")
    status = handler.path.rpartition("/")[2]
    if status == "line":
        handler.wfile.write(f"{told}\r\n{told}\r\n\r\n".encode())
        return
    body = (
        json.dumps({"error": {"code": told.split()[-1], "message": told}}) if status == "403" else f"{handler.headers}"
    )
    say(handler, int(status), body.encode(), X_Told=told, Location=f"https://{told.split()[-1]}.example/")


def repeating_address(way: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer a question to a calendar with its own address: in a refusal, a redirect, or a page."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        told = handler.path.partition("?")[2]
        match way:
            case "redirected":
                say(handler, 302, Location=f"https://h.example:99/{told}?{told}")
            case "page":
                say(handler, 200, f"<html><title>{told}</title><input type=password>".encode())
            case _:
                scheme = told.replace("/", "")
                say(handler, 401, told.encode(), WWW_Authenticate=f"{scheme}, {scheme} x={told}", ETag=told)

    return answer
