"""Clients that are slow, endless or no clients at all, while good ones are served."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Receive, Scope, Send

from plugins.booking.web.middleware.body_limit import BodyLimit
from plugins.booking.web.middleware.connection_limits import BoundedProtocol
from plugins.booking.web.middleware.problems import Problem
from plugins.content.templates.security_policy import HEADERS
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.processes import eventually

HEAD = b"GET /api/meetings HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint with little patience."""
    monkeypatch.setattr(BoundedProtocol, "head_within", 0.3)
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as running:
        yield running


def connected(desk: Endpoint) -> socket.socket:
    place = urlsplit(desk.settings.site_url)
    return socket.create_connection((place.hostname or "", place.port or 0), timeout=30)


def said_to(desk: Endpoint, *parts: bytes) -> str:
    """What comes back, to the end, after some bytes."""
    with connected(desk) as open_socket:
        for part in parts:
            open_socket.sendall(part)
        told = b""
        while some := open_socket.recv(65536):
            told += some
    return told.decode()


def careful(told: str, status: int) -> None:
    head = told.partition("\r\n\r\n")[0].lower()
    assert head.startswith(f"http/1.1 {status} ")
    assert all(f"{name}: " in head for name in map(str.lower, HEADERS))
    assert "content-security-policy: default-src 'none'" in head


def test_endless_request_head_times_out_with_408(hasty: Endpoint) -> None:
    careful(said_to(hasty, HEAD), 408)


def test_second_request_head_on_a_connection_times_out_too(hasty: Endpoint) -> None:
    with connected(hasty) as open_socket:
        open_socket.sendall(HEAD + b"\r\n")
        assert open_socket.recv(65536).startswith(b"HTTP/1.1 200 OK")
        open_socket.sendall(HEAD)
        told = b""
        while some := open_socket.recv(65536):
            told += some
    assert b"HTTP/1.1 408 " in told


def test_idle_connection_is_closed_without_an_answer(hasty: Endpoint) -> None:
    assert said_to(hasty) == ""


def test_overlong_request_head_is_refused_before_it_ends(desk: Endpoint) -> None:
    careful(said_to(desk, HEAD, b"X: " + b"x" * 70_000), 431)


def test_an_answer_that_nobody_takes_is_not_kept_for_ever(
    monkeypatch: pytest.MonkeyPatch, content: Path, tmp_path: Path
) -> None:
    lost = threading.Event()
    end = BoundedProtocol.connection_lost

    def noted(self: BoundedProtocol, exc: Exception | None) -> None:
        end(self, exc)
        lost.set()

    page = "/appuntamenti/orari?meeting=conoscitiva"
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as desk:
        length = len(desk.http.get(page).content)
        asked = 16_000_000 // length  # more than lies on the way between two sockets
        monkeypatch.setattr(BoundedProtocol, "taken_within", 0.3)
        monkeypatch.setattr(BoundedProtocol, "connection_lost", noted)
        with connected(desk) as never_reading:
            never_reading.sendall(f"GET {page} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * asked)
            assert lost.wait(timeout=60)


def test_what_is_no_request_is_told_so_in_italian(desk: Endpoint) -> None:
    told = said_to(desk, b"\x16\x03\x01\x02\x00 ciao\r\n\r\n")
    careful(told, 400)
    assert told.endswith("Questa richiesta non è HTTP.\n")


def test_slow_clients_do_not_keep_others_waiting(desk: Endpoint) -> None:
    slow = [connected(desk) for _ in range(100)]
    post = b"POST /messaggi/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for number, one in enumerate(slow):
        one.sendall(HEAD if number % 2 else post + b"Content-Length: 60000\r\n\r\nname=")
    assert desk.http.get("/api/meetings").status_code == 200
    message = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    assert desk.http.post("/messaggi/", data=message).headers["location"] == "/grazie/"
    for one in slow:
        one.close()


def test_a_body_that_comes_too_slowly_is_a_408() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def drop_by_drop() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def unheard(message: Message) -> None:
        raise AssertionError(message)

    limited = BodyLimit(application, arrives_within=0.1)
    # In a thread of its own: a browser that other tests drive may have left a loop in this one.
    with ThreadPoolExecutor(1) as apart, pytest.raises(Problem) as told:
        apart.submit(asyncio.run, limited({"type": "http", "headers": []}, drop_by_drop, unheard)).result()
    assert told.value.status == 408


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "x"])
@pytest.mark.parametrize("path", ["/messaggi/", "/api/messages", "/appuntamenti/"])
def test_a_compressed_body_is_a_415(desk: Endpoint, path: str, coding: str) -> None:
    kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, "Content-Encoding": coding}
    answer = desk.http.post(path, content=b"\x1f\x8b\x08", headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_unsupported_content_type_is_refused_with_415(desk: Endpoint, kind: str) -> None:
    body = b'{"name":"Ada","email":"ada@example.com","message":"Ciao","x":"=x"}'
    for path in ("/messaggi/", "/api/messages", "/api/bookings", "/appuntamenti/", "/appuntamenti/controlla"):
        assert desk.http.post(path, content=body, headers={"Content-Type": kind}).status_code == 415


def test_thousands_of_fields_or_multipart_parts_are_refused(desk: Endpoint) -> None:
    fields = "&".join(f"f{number}=" for number in range(10_000)).encode()[:60_000]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert desk.http.post("/messaggi/", content=fields, headers=form).status_code == 400
    parts = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * 1_000
    many = {"Content-Type": "multipart/form-data; boundary=x"}
    assert desk.http.post("/messaggi/", content=parts, headers=many).status_code == 415


@pytest.mark.parametrize(
    "head",
    [
        b"POST /messaggi/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        b"POST /api/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n",
    ],
)
def test_client_hanging_up_mid_body_logs_no_error(
    desk: Endpoint, caplog: pytest.LogCaptureFixture, head: bytes
) -> None:
    with connected(desk) as opened:
        opened.sendall(head + b"Content-Length: 6000\r\n\r\n{")
    eventually(lambda: 'status="400"' in desk.http.get("/metrics").text)
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []
