"""The database of an installation made by an earlier version goes on with this one: docs/upgrade.md."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugins.booking.storage.migrate import newest, schema_of
from plugins.booking.storage.schema import bookings, messages, outbox
from tests.booking.endpoint import endpoint
from tests.booking.office import Clock
from tests.booking.tables import count

DUMP = Path(__file__).with_name("old_installation.sql")
# What its mails carry, and the key that its links were signed with.
ID = "01a228989eefdbf196e22c16b0ea127d"
TOKEN = f"{ID}f7KuDiaNQrRP9I8X5oKXRg"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCD"
THAT_DAY = datetime(2026, 11, 29, 18, 40, tzinfo=UTC)


@pytest.fixture
def old_database(tmp_path: Path) -> str:
    file = tmp_path / "booking.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{file}"


def test_bookings_messages_and_waiting_mails_survive_an_upgrade(content: Path, old_database: str) -> None:
    with endpoint(content, old_database, Clock(THAT_DAY), BOOKING_SECRET_KEY=KEY) as desk:
        assert schema_of(desk.engine) == newest()
        assert [count(desk.engine, table) for table in (bookings, messages, outbox)] == [1, 1, 3]
        recipients = []
        while leased := desk.outbox.lease(desk.clock()):
            recipients.append(leased.envelope.recipient)
            desk.outbox.sent(leased, desk.clock())
        assert sorted(recipients) == ["ciao@stessamaglia.example"] * 2 + ["ugo@example.com"]


def test_the_link_of_an_old_mail_shows_moves_and_cancels(content: Path, old_database: str) -> None:
    with endpoint(content, old_database, Clock(THAT_DAY), BOOKING_SECRET_KEY=KEY) as desk:
        assert desk.http.get(f"/appuntamenti/{TOKEN}/").status_code == 200
        assert "BEGIN:VCALENDAR" in desk.http.get(f"/appuntamenti/{TOKEN}/invito.ics").text
        assert desk.http.get(f"/api/bookings/{TOKEN}").json()["start"] == "2026-12-02T10:30:00+01:00"
        moved = desk.http.post(f"/api/bookings/{TOKEN}/reschedule", json={"start": "2026-12-03T09:30:00+01:00"})
        assert moved.status_code == 200
        assert desk.http.post(f"/api/bookings/{TOKEN}/cancel", json={}).json()["status"] == "cancelled"


def test_the_time_of_an_old_booking_is_still_taken(content: Path, old_database: str) -> None:
    with endpoint(content, old_database, Clock(THAT_DAY), BOOKING_SECRET_KEY=KEY) as desk:
        asked = {
            "meeting": "conoscitiva",
            "start": "2026-12-02T10:30:00+01:00",
            "name": "Lia Blu",
            "email": "lia@example.com",
        }
        assert desk.http.post("/api/bookings", json=asked).status_code == 409
