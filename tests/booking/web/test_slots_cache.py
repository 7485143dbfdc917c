"""Free slots are told from memory, and never a moment longer than they are true."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url

from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.database_version import DatabaseVersion
from plugins.booking.storage.engine import open_engine
from plugins.domain.bookings import Block
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, NOW, asked, write_content

DAY = {"meeting": "conoscitiva", "from": "2027-01-12", "to": "2027-01-12"}


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(write_content(tmp_path / "office", notice="20h"), database_url) as one:
        yield one


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database while the block lasts, but for its version."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def starts(desk: Endpoint) -> list[str]:
    answer = desk.http.get("/api/slots", params=DAY)
    assert answer.status_code == 200
    return [slot["start"] for slot in answer.json()["slots"]]


def test_repeated_slots_request_is_answered_without_a_query(running: Endpoint) -> None:
    first = running.http.get("/api/slots", params=DAY)
    with statements(running.engine) as seen:
        second = running.http.get("/api/slots", params=DAY)
    assert seen == []
    assert (second.content, dict(second.headers) | {"date": ""}) == (first.content, dict(first.headers) | {"date": ""})


def test_another_question_is_worked_out_anew(running: Endpoint) -> None:
    starts(running)
    with statements(running.engine) as seen:
        running.http.get("/api/slots", params=DAY | {"to": "2027-01-13"})
    assert sum(statement.startswith("SELECT") for statement in seen) == 1


def test_what_is_booked_here_is_gone_at_once(running: Endpoint) -> None:
    assert FREE in starts(running)
    assert running.http.post("/api/bookings", json=asked()).status_code == 201
    assert FREE not in starts(running)


def test_what_another_process_takes_is_gone_at_once(running: Endpoint, database_url: str) -> None:
    assert FREE in starts(running)
    elsewhere = open_engine(make_url(database_url))
    block = Block(id="b" * 32, start=NOW + timedelta(days=1), end=NOW + timedelta(days=2), reason=None, created_at=NOW)
    Store(elsewhere).block(block)
    assert FREE not in starts(running)
    Store(elsewhere).unblock(block.id)
    assert FREE in starts(running)
    elsewhere.dispose()


def test_a_start_is_gone_when_its_notice_has_passed(running: Endpoint) -> None:
    running.clock.now = NOW + timedelta(hours=5)  # ten the next morning is twenty hours away, to the second
    assert FREE in starts(running)
    running.clock.now += timedelta(seconds=1)
    assert FREE not in starts(running)


def test_a_changed_file_counts_as_soon_as_it_is_read(running: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert FREE in starts(running)
    rules = running.content / "availability.yaml"
    changed: dict[str, Any] = json.loads(rules.read_text()) | {"notice": "10d"}
    rules.write_text(json.dumps(changed))
    for _ in range(200):
        if FREE not in starts(running):
            break
        time.sleep(0.02)
    assert FREE not in starts(running)


def test_database_version_changes_with_every_commit_and_only_then(engine: Engine) -> None:
    database_version = DatabaseVersion(engine)
    first = database_version()
    assert first is not None
    assert database_version() == first
    assert Store(engine).booking("nobody's") is None
    assert database_version() == first
    Store(engine).secret("any", lambda: "value")
    assert database_version() != first


def test_a_database_that_went_away_has_no_answer_in_memory(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        assert starts(desk)
        for path in tmp_path.glob("booking.db*"):
            path.unlink()
        assert desk.http.get("/api/slots", params=DAY).status_code == 503
