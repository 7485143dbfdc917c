"""A day and a time are written in one way, in whatever answer of the endpoint."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.booking.endpoint import endpoint
from tests.booking.office import Clock, write_content, write_json

_SLOT = re.compile(
    r'value="([^"]+)"><time data-instant>([^<]+)</time><span class="visually-hidden"> (?:di|on|am) ([^<]+)<'
)


@pytest.mark.parametrize(
    ("language", "first"), [("it", "lunedì 1º febbraio"), ("en", "Monday 1 February"), ("de", "Montag, 1. Februar")]
)
def test_api_says_days_and_times_as_pages_do(tmp_path: Path, language: str, first: str) -> None:
    root = write_content(tmp_path / "content")
    identity = json.loads((root / "identity.yaml").read_text(encoding="utf-8"))
    write_json(root / "identity.yaml", identity | {"language": language})
    clock = Clock(datetime(2027, 1, 31, 20, tzinfo=UTC))
    with endpoint(root, f"sqlite:///{tmp_path}/booking.db", clock) as desk:
        page = desk.http.get("/appuntamenti/orari?meeting=conoscitiva").text
        slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
    told = {datetime.fromisoformat(one["start"]): (one["time"], one["day"]) for one in slots}
    said = {datetime.fromisoformat(start): (time, day) for start, time, day in _SLOT.findall(page)}
    assert len(said) > 200
    assert said == {start: told[start] for start in said}
    assert next(iter(told.values()))[1] == first
