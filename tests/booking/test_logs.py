"""What is logged tells an operator what goes on, and nobody what a visitor wrote."""

from __future__ import annotations

import io
import json
import logging
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url, update

from plugins.booking.logs import JsonLines
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings
from tests.booking.office import asked
from tests.booking.processes import ROOT, Process, eventually, free_starts
from tests.booking.sink import Mood, sinking
from tests.fork_server import forked

CANARY = "canarinainGabbia"
EMAIL = f"{CANARY}@example.com"


def record(error: Exception | None = None) -> dict[str, Any]:
    """What a record becomes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("plugins.booking.here")
    logger.addHandler(handler)
    logger.error("it failed %d times:\n%s", 2, "perché", exc_info=error)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().isascii()
    told: dict[str, Any] = json.loads(stream.getvalue())
    return told


def test_a_record_is_one_line_of_json() -> None:
    told = record()
    assert datetime.fromisoformat(told.pop("at")).tzinfo is not None
    assert told == {"level": "error", "logger": "plugins.booking.here", "message": "it failed 2 times:\nperché"}


def test_logged_exception_has_types_and_place_but_no_message() -> None:
    def fail() -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error

    with pytest.raises(LookupError) as raised:
        fail()
    told = record(raised.value)
    assert told["error"] == ["LookupError", "ValueError"]
    assert told["trace"][-1].startswith("tests/booking/test_logs.py:")
    assert told["trace"][-1].endswith(" fail")
    assert CANARY not in json.dumps(told)


def test_visitor_words_are_never_logged_and_erasing_removes_all_traces(content: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    url = f"sqlite:///{folder}/booking.db"
    moods: list[Mood] = ["451", "drop"]
    with sinking() as sink:
        sink.mood = lambda recipient: "550" if recipient == EMAIL else moods.pop(0) if moods else "take"
        variables = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content), "BOOKING_SMTP_URL": sink.url}
        process = Process(variables)
        try:
            with httpx.Client(base_url=process.address, timeout=30) as http:
                start, later, *_ = free_starts(process.address)
                fields = asked(start=start, name=f"Ada {CANARY}", email=EMAIL, message=CANARY, answers={"a": CANARY})
                assert http.post("/api/bookings", json=fields).status_code == 422
                fields["answers"] = {"attivita": CANARY}
                made = http.post("/api/bookings", json=fields, headers={"Idempotency-Key": CANARY})
                assert made.status_code == 201
                words = {"name": CANARY, "email": EMAIL, "message": f"Ciao, sono {CANARY}", "subject": CANARY}
                assert http.post("/messaggi/", data=words).status_code == 303
                assert http.post("/messaggi/", data=words | {"email": CANARY}).status_code == 422
                own = made.json()["manage_url"].removeprefix(process.address)
                assert http.get(f"{own}?{CANARY}").status_code == 200
                assert http.get(f"/appuntamenti/{CANARY}/").status_code == 404
                assert http.post(f"/api/bookings/{CANARY}/cancel", content=CANARY).status_code in {400, 415}
                assert http.request(CANARY.upper(), "/api/slots").status_code in {400, 405}
                eventually(lambda: not moods and "refused for good" in process.said())
                spoil(url)
                assert http.get(own).status_code == 500
                # A table that is not there: what fails is told without what was to be written.
                with open_engine(make_url(url)).begin() as connection:
                    connection.exec_driver_sql("ALTER TABLE claims RENAME TO gone")
                broken = httpx.post(f"{process.address}/api/bookings", json=fields | {"start": later}, timeout=30)
                assert broken.status_code == 503
                with open_engine(make_url(url)).begin() as connection:
                    connection.exec_driver_sql("ALTER TABLE gone RENAME TO claims")
            gone = subprocess.run(
                [*forked("plugins.booking"), "erase", EMAIL], cwd=ROOT, env=variables, check=True,
                capture_output=True, text=True,
            )  # fmt: skip
            for file in folder.iterdir():
                assert CANARY.lower().encode() not in file.read_bytes().lower(), file.name
        finally:
            assert process.stop() == 0
    logged = process.said()
    lines = [json.loads(line) for line in logged.splitlines()]
    said = " ".join(line["message"] for line in lines)
    for words_of_ours in (
        "put off: 451",
        "refused for good: 550",
        "put off: SMTPServerDisconnected",
        "Exception in ASGI",
    ):
        assert words_of_ours in said
    assert CANARY.lower() not in (logged + gone.stdout + gone.stderr).lower()
    for file in folder.iterdir():
        assert CANARY.lower().encode() not in file.read_bytes().lower(), file.name


def spoil(url: str) -> None:
    """Put what nobody expects where a status should be: the error that comes of it quotes it."""
    engine = open_engine(make_url(url))
    with engine.begin() as connection:
        connection.execute(update(bookings).values(status=CANARY))
    engine.dispose()
