"""Whoever reads the site while it is published finds every page, each of one release."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from plugins.booking.service.content_reload import ContentReloader
from tests.publishing.place import Place
from tests.soak import soak_count

PUSHES = soak_count(4, 40)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: ANN401 - as the library has it
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serve a folder by its name, as a web server does, and give the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *arguments: Quiet(*arguments, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visitor(threading.Thread):
    """Reads all pages over and over; `seen` are status, brands and address of each."""

    def __init__(self, port: int, addresses: list[str]) -> None:
        super().__init__()
        self.seen: list[tuple[int, frozenset[str], str]] = []
        self.enough = threading.Event()
        self._port, self._addresses = port, addresses

    def run(self) -> None:
        """Read until told that it is enough."""
        while not self.enough.is_set():
            for address in self._addresses:
                self.seen.append((*read(self._port, address), address))


def read(port: int, address: str) -> tuple[int, frozenset[str]]:
    """The status of a page and the brands that stand on it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, frozenset(re.findall(r"Giro \d{3}", text))


@pytest.mark.some_cases(0)
@pytest.mark.soak
def test_visitor_during_pushes_meets_no_missing_or_mixed_release_page(place: Place) -> None:
    folder = place.server.current
    addresses = sorted(f"/{page.relative_to(folder).as_posix()}" for page in folder.rglob("*.html"))
    with serving(folder) as port:
        visitor = Visitor(port, [*addresses, *(a.removesuffix("index.html") for a in addresses)])
        visitor.start()
        try:
            for number in range(1, PUSHES + 1):
                place.brand(number)
                assert place.push().code == 0
                # From the moment the push ends, every address answers from that release.
                brand = frozenset({f"Giro {number:03}"})
                assert {read(port, address) for address in addresses} == {(200, brand)}
        finally:
            visitor.enough.set()
            visitor.join()
    assert len(visitor.seen) > 200
    assert {status for status, _, _ in visitor.seen} == {200}
    assert {len(brands) for _, brands, _ in visitor.seen} == {1}
    # One after the other: never back to an older release.
    order = [brands for _, brands, _ in visitor.seen]
    assert [min(brands) for brands in order] == sorted(min(brands) for brands in order)


@pytest.mark.some_cases(0)
def test_pages_of_the_release_before_can_still_be_read(place: Place) -> None:
    before = place.server.current.resolve()
    place.brand(1)
    assert place.push().code == 0
    assert "Giro 000" in (before / "index.html").read_text(encoding="utf-8")


@pytest.mark.some_cases(0)
def test_endpoint_reads_the_content_of_the_live_release(place: Place) -> None:
    office = ContentReloader(place.server.current / ".." / "content")
    place.brand(1)
    place.push()
    place.run("rollback")
    assert office().identity.brand == "Giro 000"
