"""What only several processes can prove: no double booking, and nothing lost when one is killed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import make_url, select

from plugins.booking.storage.engine import open_engine, sqlite_library
from plugins.booking.storage.schema import outbox
from tests.booking.crowd import Request, ask_at_once
from tests.booking.office import asked
from tests.booking.processes import ROOT, eventually, free_starts, serving
from tests.booking.sink import sinking
from tests.booking.smtp import smtp_server

REQUESTS = 50


def environment(database_url: str, content: Path, **more: str) -> dict[str, str]:
    return {
        "BOOKING_DATABASE_URL": database_url,
        "BOOKING_CONTENT": str(content),
        "BOOKING_RATE_LIMIT": "off",
        **more,
    }


@pytest.mark.some_cases(1)
def test_fifty_at_once_for_one_slot_are_one_booking(database_url: str, content: Path) -> None:
    shared = environment(database_url, content)
    with serving(**shared) as one, serving(**shared) as other:
        for start in free_starts(one.address)[:3]:
            requests = [
                Request(
                    (one, other)[number % 2].address,
                    "/api/bookings",
                    json.dumps(asked(start=start, email=f"ada{number}@example.com")),
                )
                for number in range(REQUESTS)
            ]
            statuses = Counter(answer.status for answer in ask_at_once(requests))
            assert statuses == {201: 1, 409: REQUESTS - 1}
            assert start not in free_starts(other.address)
        assert httpx.get(f"{one.address}/health").json()["outbox"]["pending"] == 6


def put_off(database_url: str) -> bool:
    """Whether the relay was asked for, and every mail is in nobody's hands."""
    engine = open_engine(make_url(database_url))
    with engine.begin() as connection:
        rows = connection.execute(select(outbox.c.error, outbox.c.lease)).all()
    engine.dispose()
    return any(row.error for row in rows) and all(row.lease is None for row in rows)


@pytest.mark.some_cases(1)
def test_a_killed_endpoint_loses_no_mail(database_url: str, content: Path) -> None:
    # A port that was free a moment ago, so that the relay is down at first.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    shared = environment(database_url, content, BOOKING_SMTP_URL=f"smtp://127.0.0.1:{port}")
    with serving(**shared, BOOKING_WORKER="off") as killed:
        start = free_starts(killed.address)[0]
        answer = httpx.post(f"{killed.address}/api/bookings", json=asked(start=start), timeout=30)
        assert answer.status_code == 201
        killed.kill()
    with serving(**shared) as killed:
        start = free_starts(killed.address)[0]
        message = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
        assert httpx.post(f"{killed.address}/api/messages", json=message, timeout=30).status_code == 201
        # Killed with a mail in hand, it would keep the others waiting until the lease ends.
        eventually(lambda: put_off(database_url))
        killed.kill()
    with smtp_server(port) as server, serving(**shared) as running:

        def sent() -> bool:
            pending: int = httpx.get(f"{running.address}/health").json()["outbox"]["pending"]
            return pending == 0

        eventually(sent)
    # A long subject may begin on the line after its name, which is told as a space (RFC 5322, 2.2.3).
    subjects = sorted(str(mail["Subject"]).strip().split(":")[0] for mail in server.taken)
    assert subjects == ["Appuntamento", "Confermato", "Messaggio dal sito"]
    assert len({mail["Message-ID"] for mail in server.taken}) == 3


def test_a_process_asked_to_end_does_so_in_order(content: Path, tmp_path: Path) -> None:
    shared = environment(f"sqlite:///{tmp_path}/booking.db", content)
    with serving(**shared) as process:
        health = httpx.get(f"{process.address}/health").json()
        assert health["mail"].startswith("not configured")
        assert health["engine"] == sqlite_library().label
        assert process.stop() == 0


@pytest.mark.some_cases(0)
def test_in_development_one_process_is_site_endpoint_and_mailbox(content: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>Casa</h1>", encoding="utf-8")
    shared = environment(f"sqlite:///{tmp_path}/booking.db", content)
    with serving(**shared, BOOKING_DEV="1", BOOKING_SITE_DIR=str(site)) as process:
        assert process.greeting == (
            f"Il sito è su {process.address}/, la posta su {process.address}/posta/, Ctrl-C per finire\n"
        )
        assert httpx.get(f"{process.address}/").text == "<h1>Casa</h1>"
        start = free_starts(process.address)[0]
        httpx.post(f"{process.address}/api/bookings", json=asked(start=start), timeout=30)

        def arrived() -> bool:
            page = httpx.get(f"{process.address}/posta/").text
            return "ada@example.com" in page and "bice@example.org" in page

        eventually(arrived)
        assert "Confermato" in httpx.get(f"{process.address}/posta/").text


def test_an_endpoint_begins_before_its_database_and_waits_for_it(content: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "booking.db"
    in_the_way.mkdir()
    with serving(**environment(f"sqlite:///{in_the_way}", content)) as process:
        assert httpx.get(f"{process.address}/health").status_code == 503
        in_the_way.rmdir()
        eventually(lambda: httpx.get(f"{process.address}/health").status_code == 200)


@pytest.mark.some_cases(1)
def test_a_request_in_hand_is_answered_before_the_end(content: Path, tmp_path: Path) -> None:
    with serving(**environment(f"sqlite:///{tmp_path}/booking.db", content)) as process:
        body = json.dumps(asked(start=free_starts(process.address)[0])).encode()
        where = urlsplit(process.address)
        with socket.create_connection((str(where.hostname), int(where.port or 0)), timeout=30) as connection:
            head = f"POST /api/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:10])
            # The server has taken the request in when it answers another one.
            assert httpx.get(f"{process.address}/health").status_code == 200
            process.ask_to_end()
            eventually(lambda: not answers(process.address))
            connection.sendall(body[10:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")
        assert process.stop() == 0


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("command", ["serve", "deliver"])
def test_the_mail_in_hand_is_finished_before_the_end(content: Path, tmp_path: Path, command: str) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    shared = environment(database, content)
    message = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    with serving(**shared) as process:
        for _ in range(3):
            assert httpx.post(f"{process.address}/api/messages", json=message).status_code == 201
    with sinking() as sink:
        sink.mood = lambda recipient: 4.0
        ending = subprocess.Popen(
            [sys.executable, "-m", "plugins.booking", command, *(["--port", "0"] if command == "serve" else [])],
            cwd=ROOT,
            env=shared | {"BOOKING_SMTP_URL": sink.url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with ending:
            eventually(lambda: sink.begun >= 1)
            ending.terminate()
            assert ending.wait(timeout=60) == 0
        in_hand = sink.begun
    engine = open_engine(make_url(database))
    with engine.begin() as connection:
        states = Counter(connection.execute(select(outbox.c.state)).scalars())
        assert set(connection.execute(select(outbox.c.lease)).scalars()) == {None}
    engine.dispose()
    # One in each lane at most; what nobody had begun waits for the next process.
    assert 1 <= in_hand <= 2
    assert states == {"sent": in_hand, "pending": 3 - in_hand}
    assert (len(sink.taken), sink.cut) == (in_hand, 0)


def test_forwarded_client_address_is_believed_only_from_trusted_proxies(content: Path, tmp_path: Path) -> None:
    shared = environment(f"sqlite:///{tmp_path}/booking.db", content, BOOKING_RATE_LIMIT="1/hour")

    def posts(address: str) -> list[int]:
        return [
            httpx.post(f"{address}/api/messages", json={}, headers={"X-Forwarded-For": client}).status_code
            for client in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        ]

    with serving(**shared) as alone:
        assert posts(alone.address) == [422, 429, 429]
    with serving(**shared, BOOKING_TRUSTED_PROXIES="127.0.0.0/8") as behind:
        assert posts(behind.address) == [422, 422, 429]


@pytest.mark.some_cases(0)
def test_deliver_command_sends_what_another_process_queued_until_terminated(content: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    with serving(**environment(database, content)) as process, smtp_server() as server:
        alone = subprocess.Popen(
            [sys.executable, "-m", "plugins.booking", "deliver"],
            cwd=ROOT,
            env=environment(database, content, BOOKING_SMTP_URL=server.url),
        )
        with alone:
            start = free_starts(process.address)[0]
            assert httpx.post(f"{process.address}/api/bookings", json=asked(start=start)).status_code == 201
            eventually(lambda: len(server.taken) == 2)
            alone.terminate()
            assert alone.wait(timeout=60) == 0


def answers(address: str) -> bool:
    """Whether an endpoint still takes new connections."""
    try:
        return httpx.get(f"{address}/health").status_code == 200
    except httpx.TransportError:
        return False
