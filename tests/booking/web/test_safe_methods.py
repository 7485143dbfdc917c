"""Whoever only looks changes nothing: mail scanners, prefetching browsers, monitors (RFC 9110, 9.2.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.booking.agenda.owner import book, link, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked
from tests.booking.processes import eventually, serving_forked
from tests.booking.routes import addresses, dump

SAFE = ("GET", "HEAD", "OPTIONS")


@pytest.fixture
def desk(content: Path, database_url: str) -> Iterator[Endpoint]:
    with endpoint(content, database_url) as running:
        yield running


@pytest.fixture
def named(desk: Endpoint) -> dict[str, str]:
    """What the parts of addresses stand for, with a booking that waits and a message beside them."""
    answer = desk.http.post("/api/bookings", json=asked())
    assert answer.status_code == 201
    waiting = asked(meeting="telefonata", phone="333 1234567", start="2027-01-13T10:00:00+01:00")
    assert desk.http.post("/api/bookings", json=waiting).status_code == 201
    booking = book(desk, start="2027-01-14T10:00:00+01:00")
    message = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    assert desk.http.post("/api/messages", json=message).status_code == 201
    token = answer.json()["manage_url"].rstrip("/").rpartition("/")[2]
    return {
        "token": token,
        "booking": booking,
        "block": booking,
        "waiting": booking,
        "group": booking,
        "number": "1",
        "name": "messaggio.eml",
    }


def test_no_address_changes_anything_for_who_only_looks(desk: Endpoint, named: dict[str, str]) -> None:
    sign_in(desk)
    # The door of the agenda takes a token of another kind.
    door = link(desk)
    paths = {path for _, path in addresses(desk, **named)} | {door, f"{door.rstrip('/')}?x=1", "/niente", "/"}
    assert len(paths) > 40
    before = dump(desk)
    for path in sorted(paths):
        for method in SAFE:
            answer = desk.http.request(method, path, params={"start": "2027-01-15T10:00:00+01:00", "reason": "x"})
            assert answer.status_code < 500, (method, path)
        assert dump(desk) == before, path


def test_no_address_that_changes_something_takes_a_method_besides_post(desk: Endpoint, named: dict[str, str]) -> None:
    before = dump(desk)
    posts = {path for method, path in addresses(desk, **named) if method == "POST"}
    assert len(posts) > 20
    for path in sorted(posts):
        for method in ("PUT", "PATCH", "DELETE"):
            assert desk.http.request(method, path, json=asked()).status_code == 405, (method, path)
    assert dump(desk) == before
    assert {method for method, _ in addresses(desk, **named)} <= {"GET", "HEAD", "POST"}


def test_first_get_on_a_new_installation_writes_nothing(content: Path, tmp_path: Path) -> None:
    database = tmp_path / "booking.db"
    # What time itself brings is the worker's to write.
    settings = {"BOOKING_DATABASE_URL": f"sqlite:///{database}", "BOOKING_CONTENT": str(content)}
    with serving_forked(**settings, BOOKING_WORKER="off") as process:
        # On a busy machine an endpoint listens before its database is laid out, which is one transaction.
        eventually(lambda: any("alembic_version" in line for line in _lines(database)))
        before = _lines(database)
        start = "2027-01-12T10:00:00%2B01:00"
        for path in ("api/bookings/x", f"appuntamenti/dettagli?meeting=conoscitiva&start={start}", "appuntamenti/x/"):
            httpx.get(f"{process.address}/{path}")
        assert _lines(database) == before


def _lines(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return list(connection.iterdump())
