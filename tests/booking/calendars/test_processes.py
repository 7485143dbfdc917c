"""The background of real processes: it writes and reads by itself, survives kills, and ends when asked."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.booking.calendars.radicale import PASSWORD, USER, Radicale
from tests.booking.calendars.server import answering
from tests.booking.office import asked, write_content
from tests.booking.processes import eventually, free_starts, serving


def environment(tmp_path: Path, collection: str) -> dict[str, str]:
    own = {"caldav": collection, "credentials": "CALENDAR_LOGIN"}
    content = write_content(tmp_path / "content", busy=[own], calendar=own)
    database = f"sqlite:///{tmp_path}/x.db"
    login = f"{USER}:{PASSWORD}"
    return {"BOOKING_DATABASE_URL": database, "BOOKING_CONTENT": str(content), "CALENDAR_LOGIN": login}


def trusted(address: str) -> bool:
    return bool(httpx.get(f"{address}/health", timeout=30).json()["calendars"]["untrusted"] == 0)


def confirmed(address: str) -> str:
    eventually(lambda: httpx.get(f"{address}/api/meetings", timeout=30).json()[0]["confirmation"] == "automatic")
    answer = httpx.post(f"{address}/api/bookings", json=asked(start=free_starts(address)[0]), timeout=30)
    assert answer.json()["status"] == "confirmed"
    return str(answer.json()["id"])


@pytest.mark.some_cases(0)
def test_a_booking_reaches_the_calendar_though_its_process_is_killed(radicale: Radicale, tmp_path: Path) -> None:
    settings = environment(tmp_path, radicale.collection)
    with serving(**settings) as first, serving(**settings) as second:
        eventually(lambda: trusted(first.address))
        booking = confirmed(first.address)
        eventually(lambda: radicale.get(booking) is not None)
        radicale.stop()
        other = confirmed(first.address)
        first.kill()
        radicale.start()
        eventually(lambda: radicale.get(other) is not None)
        assert second.stop() == 0


@pytest.mark.some_cases(0)
def test_calendar_answer_without_end_delays_neither_bookings_nor_shutdown(tmp_path: Path) -> None:
    asked_for: list[str] = []

    def drip(handler: BaseHTTPRequestHandler) -> None:
        asked_for.append(handler.path)
        handler.send_response(207)
        handler.end_headers()
        for _ in range(1200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with answering(drip) as address, serving(**environment(tmp_path, address)) as process:
        eventually(lambda: bool(asked_for))
        assert free_starts(process.address)
        answer = httpx.post(
            f"{process.address}/api/bookings", json=asked(start=free_starts(process.address)[0]), timeout=30
        )
        assert answer.json()["status"] == "pending"
        assert process.stop() == 0
