"""Posts as fast as they are taken, and a good visitor among two hundred connections that send next to nothing."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.bench.machine import synced_commits
from tests.bench.result import Measure, Result
from tests.booking.office import write_content
from tests.booking.processes import serving

POSTS, CLIENTS, SLOW, VISITS, COMMITS = 1_500, 8, 200, 100, 400
_HEAD = b"GET /api/meetings HTTP/1.1\r\nHost: x\r\n"
_BODY = (
    b"POST /messaggi/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 60000\r\n\r\nname="
)


def run() -> Result:
    """Measure all of it on one endpoint, and the machine's own rate of synced commits before."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commits = synced_commits(folder, COMMITS)
        content = write_content(folder / "content")
        variables = {
            "BOOKING_DATABASE_URL": f"sqlite:///{folder}/booking.db",
            "BOOKING_CONTENT": str(content),
            "BOOKING_RATE_LIMIT": "off",
            "BOOKING_WORKER": "off",
        }
        with serving(**variables):
            pass  # the first start makes the database; what is measured is any other
        with serving(**variables) as process:
            began = time.perf_counter()
            posts = _posts(process.address)
            took = time.perf_counter() - began
            with _slow(process.address) as slow:
                visits = _visits(process.address)
                still = sum(_is_open(one) for one in slow)
            memory = _memory(process.address)
    return Result(
        "load",
        f"Posts from {CLIENTS} clients at once, and a visitor among {SLOW} slow connections",
        (
            Measure("commit", "A synced commit on this machine", commits),
            Measure("post", f"A message posted, {CLIENTS} clients at once", posts),
            Measure("visit", f"A good visitor's page, {SLOW} slow connections open", visits),
        ),
        packages=("fastapi", "uvicorn", "sqlalchemy"),
        besides={
            "posts_per_second": round(POSTS / took, 1),
            "synced_commits_per_second": round(len(commits) / sum(commits), 1),
            "slow_connections_open_throughout": still,
            "resident_megabytes": round(memory / 2**20, 1),
        },
    )


def _posts(address: str) -> list[float]:
    def client(number: int) -> list[float]:
        taken = []
        with httpx.Client(base_url=address, timeout=60) as http:
            for turn in range(-(-POSTS // CLIENTS)):
                message = {"name": "Ada", "email": "ada@example.com", "message": f"Ciao {number} {turn}"}
                began = time.perf_counter()
                answer = http.post("/api/messages", json=message, headers={"Idempotency-Key": f"{number} {turn}"})
                taken.append(time.perf_counter() - began)
                assert answer.status_code == 201
        return taken

    with ThreadPoolExecutor(CLIENTS) as clients:
        return [one for taken in clients.map(client, range(CLIENTS)) for one in taken][:POSTS]


@contextmanager
def _slow(address: str) -> Iterator[list[socket.socket]]:
    """Connections that have sent half a head or the first bytes of a body, and go no further."""
    place = urlsplit(address)
    with ExitStack() as opened:
        slow = []
        for number in range(SLOW):
            one = opened.enter_context(socket.create_connection((place.hostname or "", place.port or 0), timeout=30))
            one.sendall(_HEAD if number % 2 else _BODY)
            slow.append(one)
        yield slow


def _is_open(slow: socket.socket) -> bool:
    slow.setblocking(False)
    try:
        return bool(slow.recv(1))
    except BlockingIOError:
        return True


def _visits(address: str) -> list[float]:
    taken = []
    for number in range(VISITS):
        path = ("/appuntamenti/orari?meeting=conoscitiva", "/api/slots?meeting=conoscitiva", "/messaggi/modulo")[
            number % 3
        ]
        began = time.perf_counter()
        # A connection of her own, as whoever comes has none yet.
        assert httpx.get(address + path, timeout=30).status_code == 200
        taken.append(time.perf_counter() - began)
    return taken


def _memory(address: str) -> float:
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("process_resident_memory_bytes"))
