"""A web server as the published site has one: it hands out a file's packed neighbour, and leads on to the endpoint."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from tests.booking.processes import serving_forked
from tests.building import CONTENT, build

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
# What a reverse proxy sends to the endpoint, below a further language too.
ENDPOINT = re.compile(r"(?:/[a-z]{2})?/(?:api|appuntamenti|messaggi)/|/agenda/|/health")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    endpoint: Callable[[], str | None]
    below: str

    def do_GET(self) -> None:
        endpoint, asked = type(self).endpoint(), self.path.removeprefix(self.below)
        if endpoint and ENDPOINT.match(asked):
            self._lead_on(endpoint)
            return
        path = unquote(urlsplit(asked).path)
        file = self.folder / path.lstrip("/") if self.path.startswith(self.below) else self.folder / "elsewhere"
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file():
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
        packed = file.with_name(f"{file.name}.br")
        if packed.is_file() and "br" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "br")
            file = packed
        body = file.read_bytes()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        if endpoint := type(self).endpoint():
            self._lead_on(endpoint)
        else:
            self.send_error(405)

    def _lead_on(self, endpoint: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"connection", "host"}}
        headers |= {"Host": urlsplit(endpoint).netloc}
        try:
            with httpx.stream(self.command, endpoint + self.path, content=body, headers=headers) as answer:
                content = b"".join(answer.iter_raw())  # packed as it came
        except httpx.TransportError:
            self.send_error(502)
            return
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def handing_out(folder: Path, endpoint: Callable[[], str | None] = lambda: None, below: str = "") -> Iterator[str]:
    """The address of a server of a folder's files, for as long as it is needed; the folder may be filled later.

    `endpoint` tells whom it leads on to, and may do so later too: it knows this address first. All is `below` a path.
    """
    handler = type("Handler", (_Handler,), {"folder": folder, "endpoint": staticmethod(endpoint), "below": below})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{below}"
        server.shutdown()


@contextmanager
def published_site(place: Path, content: Path = CONTENT, below: str = "") -> Iterator[str]:
    """The address of the public site, built into a place, with its endpoint behind the same server."""
    database = f"sqlite:///{place}/booking.db"
    own = {"BOOKING_DATABASE_URL": database, "BOOKING_CONTENT": str(content), "BOOKING_RATE_LIMIT": "off"}
    behind: list[str] = []
    with (
        handing_out(place / "output", lambda: next(iter(behind), None), below) as address,
        serving_forked(**own, BOOKING_SITE_URL=address) as endpoint,
    ):
        behind.append(endpoint.address)
        build(content, place / "output", "publishconf.py", "-e", f'SITEURL="{address}"').check_returncode()
        yield address
