"""Sixty days of free slots asked over HTTP, one core, with a thousand and with a million bookings stored."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.schema import bookings
from tests.bench.machine import on_one_core, on_the_others
from tests.bench.result import Measure, Result
from tests.booking.office import write_content
from tests.booking.processes import serving

REQUESTS = 300
_HALF_HOUR = timedelta(minutes=30)


def run() -> Result:
    """Measure both, the endpoint on one core and the asking on another where there are two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = _answers(folder / "few", 1_000)
        many = _answers(folder / "many", 1_000_000)
    return Result(
        "slots",
        "Sixty days of free slots, over HTTP",
        (
            Measure("slots_1000", "1,000 bookings stored: worked out", few[0]),
            Measure("slots_1000000", "1,000,000 bookings stored: worked out", many[0]),
            Measure("told_again_1000000", "1,000,000 bookings stored: told again", many[1]),
        ),
        (("slots_1000000", "slots_1000"),),
        ("fastapi", "uvicorn", "sqlalchemy"),
    )


def _answers(folder: Path, stored: int) -> tuple[list[float], list[float]]:
    content = write_content(folder / "content", horizon="60d", hours=_HOURS)
    url = f"sqlite:///{folder}/booking.db"
    _store(url, stored)
    variables = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content), "BOOKING_WORKER": "off"}
    with on_one_core(), serving(**variables) as process, on_the_others():
        return _ask(process.address, new=True), _ask(process.address, new=False)


_HOURS = {day: ["09:00-13:00", "14:30-17:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


def _ask(address: str, new: bool) -> list[float]:
    """Ask again and again; a question that is `new` each time, by a word without meaning, is not told from memory."""
    today = datetime.now(UTC).date()
    days = {"meeting": "conoscitiva", "from": str(today), "to": str(today + timedelta(days=59))}
    taken = []
    with httpx.Client(base_url=address) as http:
        for number in range(REQUESTS + 20):
            began = time.perf_counter()
            answer = http.get("/api/slots", params=days | ({"again": str(number)} if new else {}))
            took = time.perf_counter() - began
            assert answer.status_code == 200
            assert len(answer.json()["slots"]) > 100
            if number >= 20:
                taken.append(took)
    return taken


def _store(url: str, stored: int) -> None:
    engine = open_engine(make_url(url))
    migrate(engine)
    rows = _rows(datetime.now(UTC).replace(minute=0, second=0, microsecond=0), stored)
    with engine.begin() as connection:
        while some := list(islice(rows, 20_000)):
            connection.execute(insert(bookings), some)
    engine.dispose()


def _rows(now: datetime, stored: int) -> Iterator[dict[str, Any]]:
    """A few dozen bookings still to come, and all others one after another into the past."""
    for number in range(stored):
        ahead = number < 60
        start = now + timedelta(days=number + 1) if ahead else now - number * _HALF_HOUR
        yield {
            "id": f"{number:032x}",
            "meeting": "conoscitiva",
            "status": "confirmed" if ahead else "done",
            "start": start,
            "end": start + _HALF_HOUR,
            "busy_from": start,
            "busy_until": start + _HALF_HOUR,
            "name": "Ada Rossi",
            "email": "ada@example.com",
            "answers": "{}",
            "sequence": 0,
            "invited": True,
            "created_at": start,
            "updated_at": start,
        }
