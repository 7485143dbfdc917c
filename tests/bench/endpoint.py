"""The endpoint beside django-appointment: free slots and bookings, each on one core, asked from another; its memory."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.connection import Connection
from tests.bench.machine import on_one_core, on_the_others, synced_commits
from tests.bench.result import Measure, Result
from tests.booking.office import asked, write_content
from tests.booking.processes import ROOT, serving

PEERS = ROOT / ".peers" / "bin"
HOURS = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
LOOKS, BOOKINGS, STARTS = 1_000, 300, 7
MEMORY_AFTER = 10_000  # requests
_FORM = "application/x-www-form-urlencoded"
_PATIENCE_SECONDS = 60


def run() -> Result:
    """Measure both; raises FileNotFoundError where the peers are not installed."""
    if not (PEERS / "gunicorn").exists():
        raise FileNotFoundError("django-appointment is not installed; run: make bench-peers")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        theirs, own = _theirs(folder), _own(folder)
        commits = synced_commits(folder, BOOKINGS)
    measures = (
        Measure("peer_day", "django-appointment: slots of a day", theirs["day"]),
        Measure("own_day", "Maglia: slots of a day", own["day"]),
        Measure("own_sixty_days", "Maglia: slots of 60 days", own["sixty"]),
        Measure("own_sixty_days_new", "Maglia: the same after each booking", own["after"]),
        Measure("peer_booking", "django-appointment: a booking (three posts)", theirs["booking"]),
        Measure("own_booking", "Maglia: a booking with its mails", own["booking"]),
        Measure("commit", "a bare synced commit", commits),
        Measure("own_start", "Maglia: from start to the first answer", own["start"]),
    )
    ratios = (
        ("peer_day", "own_day"),
        ("peer_day", "own_sixty_days"),
        ("peer_day", "own_sixty_days_new"),
        ("peer_booking", "own_booking"),
        ("own_booking", "commit"),
    )
    title = "Free slots and bookings over HTTP, beside django-appointment"
    memory = {"resident_mb": {"half_way": own["memory"][0], "after_10000_requests": own["memory"][1]}}
    return Result("endpoint", title, measures, ratios, ("fastapi", "uvicorn", "sqlalchemy"), memory)


def _own(folder: Path) -> dict[str, list[float]]:
    content = write_content(folder / "content", horizon="60d", hours=HOURS)
    variables = {
        "BOOKING_DATABASE_URL": f"sqlite:///{folder}/own.db",
        "BOOKING_CONTENT": str(content),
        "BOOKING_RATE_LIMIT": "off",
    }
    found: dict[str, list[float]] = {"start": []}
    for _ in range(STARTS):
        began = time.perf_counter()
        with on_one_core(), serving(**variables) as process, Connection(process.address) as http:
            assert http.get("/health").status == 200
            found["start"].append(time.perf_counter() - began)
    with on_one_core(), serving(**variables) as process, Connection(process.address) as http, on_the_others():
        first, last = date.today() + timedelta(days=1), date.today() + timedelta(days=60)
        sixty = f"/api/slots?meeting=conoscitiva&from={first}&to={last}"
        starts = [slot["start"] for slot in json.loads(http.get(sixty).body)["slots"]]
        assert len(starts) > BOOKINGS
        day = f"/api/slots?meeting=conoscitiva&from={starts[-1][:10]}&to={starts[-1][:10]}"
        found["day"] = _timed(LOOKS, lambda _: _seen(http, day))
        found["sixty"] = _timed(LOOKS, lambda _: _seen(http, sixty))

        def book(number: int, _: int) -> None:
            body = asked(start=starts[number], email=f"ada{number}@example.com")
            assert http.post("/api/bookings", "application/json", json.dumps(body).encode()).status == 201

        found["booking"], found["after"] = [], []
        for number in range(BOOKINGS):
            found["booking"] += _timed(1, partial(book, number))
            found["after"] += _timed(1, lambda _: _seen(http, sixty))
        found["memory"] = []
        for _ in range(2):
            for _ in range(MEMORY_AFTER // 2):
                _seen(http, day)
            found["memory"].append(_resident_mb(process.pid))
    return found


def _seen(http: Connection, path: str, headers: str = "") -> None:
    answer = http.get(path, headers)
    assert answer.status == 200, answer
    assert b"T09:" in answer.body or b"T16:" in answer.body


def _theirs(folder: Path) -> dict[str, list[float]]:
    database = folder / "theirs.db"
    with _peer(database) as address, Connection(address) as http, on_the_others():
        weekdays = (day for day in _days() if day.weekday() < 5)
        slots = [
            (day, 9 + hour) for day, _ in zip(weekdays, range(BOOKINGS // 8 + 2), strict=False) for hour in range(8)
        ]
        query = urlencode({"selected_date": slots[-1][0], "staff_member": 1, "service_id": 1})
        path, script = f"/appointment/ajax/available_slots/?{query}", "X-Requested-With: XMLHttpRequest\r\n"
        found = {"day": _timed(LOOKS, lambda _: _seen(http, path, script))}
        with sqlite3.connect(database) as reader:
            found["booking"] = _timed(BOOKINGS, lambda number: _book_there(http, reader, *slots[number], number))
        reader.close()
    return found


def _book_there(http: Connection, reader: sqlite3.Connection, day: date, hour: int, number: int) -> None:
    """The time, then who it is, then the code that proves her address, which a visitor would read in her mail."""
    http.forget()
    wish = {"date": day, "start_time": f"{hour:02}:00", "end_time": f"{hour:02}:30", "service": 1, "staff_member": 1}
    chosen = http.post("/appointment/request-submit/", _FORM, urlencode(wish).encode())
    person = {"name": "Ada Rossi", "email": f"ada{number}@example.com", "phone_0": "IT", "phone_1": "3331234567"}
    about = person | {"payment_type": "full", "address": "Milano", "additional_info": "Vorrei capire da dove partire."}
    told = http.post(chosen.headers["location"], _FORM, urlencode(about).encode())
    newest = "SELECT code FROM appointment_emailverificationcode ORDER BY id DESC LIMIT 1"
    code = reader.execute(newest).fetchone()[0]
    booked = http.post(told.headers["location"], _FORM, urlencode({"code": code}).encode())
    assert "thank-you" in booked.headers["location"]


@contextmanager
def _peer(database: Path) -> Iterator[str]:
    environment = os.environ | {"PEER_DATABASE": str(database), "PYTHONPATH": str(ROOT / "tests" / "bench" / "peers")}
    subprocess.run([PEERS / "python", "-m", "appointments"], env=environment, cwd=database.parent, check=True)
    socket = database.parent / "port"
    options = ["-k", "gthread", "--threads", "4", "--keep-alive", "120", "-b", "127.0.0.1:0", "--log-level", "info"]
    with socket.open("w") as said, on_one_core():
        server = subprocess.Popen(
            [PEERS / "gunicorn", "appointments:application", *options],
            env=environment,
            cwd=database.parent,
            stdout=said,
            stderr=said,
        )
    try:
        yield _address(socket)
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE_SECONDS)


def _address(said: Path) -> str:
    """Wait until the server has said where it listens."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for line in said.read_text().splitlines():
            if "Listening at: " in line and "Booting worker" in said.read_text():
                return line.split("Listening at: ")[1].split()[0]
        time.sleep(0.1)
    raise TimeoutError(f"django-appointment did not start:\n{said.read_text()}")


def _timed(count: int, ask: Callable[[int], object]) -> list[float]:
    taken = []
    for number in range(count):
        began = time.perf_counter()
        ask(number)
        taken.append(time.perf_counter() - began)
    return taken


def _days() -> Iterator[date]:
    return (date.today() + timedelta(days=number) for number in range(1, 400))


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024, 1)
