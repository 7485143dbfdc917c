"""What is kept about a person can be told to her, and leaves no byte behind when it is erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.__main__ import main
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.schema import bookings, claims, history, idempotency, messages, metadata, outbox
from tests.booking.endpoint import endpoint
from tests.booking.office import FREE, asked
from tests.booking.tables import count

CANARY = "CanarinaInGabbia"
EMAIL = f"{CANARY}@example.com"


def leave_traces(desk: object) -> None:
    http = desk.http  # type: ignore[attr-defined]
    fields = asked(email=EMAIL, name=f"Ada {CANARY}", message=f"Sono {CANARY}", answers={"attivita": CANARY * 50})
    made = http.post("/api/bookings", json=fields, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    token = made.json()["manage_url"].rstrip("/").rsplit("/", 1)[1]
    assert http.post(f"/api/bookings/{token}/cancel", json={"reason": f"{CANARY} non viene"}).status_code == 200
    again = http.post("/api/bookings", json=asked(email=EMAIL.upper(), name=CANARY, start="2027-01-12T11:00:00+01:00"))
    assert again.status_code == 201
    words = {"name": CANARY, "email": EMAIL, "message": f"Ancora {CANARY} " * 200}
    assert http.post("/api/messages", json=words).status_code == 201
    assert http.post("/api/bookings", json=asked(email="altra@example.com")).status_code == 201


def test_erased_visitor_leaves_no_byte_in_the_database_files(content: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with endpoint(content, f"sqlite:///{folder}/booking.db") as desk:
        leave_traces(desk)
        assert any(CANARY.encode() in file.read_bytes() for file in folder.iterdir())
        gone = erase(desk.engine, EMAIL)
        assert (gone.bookings, gone.messages, gone.elsewhere) == (2, 1, 0)
        for file in folder.iterdir():
            assert CANARY.lower().encode() not in file.read_bytes().lower(), file.name
        # The time is free again, and what is another's is as it was.
        free = desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12").json()["slots"]
        assert "2027-01-12T11:00:00+01:00" in [one["start"] for one in free]
        assert FREE not in [one["start"] for one in free]
    for file in folder.iterdir():
        assert CANARY.lower().encode() not in file.read_bytes().lower(), file.name


def test_erase_reports_unavailable_while_a_reader_holds_the_log(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        leave_traces(desk)
        with desk.engine.connect() as reader:
            reader.execute(select(bookings)).all()
            with pytest.raises(Unavailable):
                erase(desk.engine, EMAIL)
        erase(desk.engine, EMAIL)
        assert CANARY.lower().encode() not in (tmp_path / "booking.db-wal").read_bytes().lower()


def test_no_row_of_her_is_left_on_either_engine(content: Path, database_url: str) -> None:
    with endpoint(content, database_url) as desk:
        leave_traces(desk)
        erase(desk.engine, EMAIL.lower())
        assert not any(export(desk.engine, EMAIL).values())
        with desk.engine.begin() as connection:
            for table in metadata.sorted_tables:
                assert CANARY.lower() not in repr(connection.execute(select(table)).all()).lower(), table.name
        kept = {table: count(desk.engine, table) for table in (bookings, messages, outbox, history, idempotency)}
        assert kept == {bookings: 1, messages: 0, outbox: 2, history: 1, idempotency: 0}
        assert count(desk.engine, claims) == 6
        assert desk.http.post("/api/messages", json={"name": "A", "email": "a@b.it", "message": "x"}).is_success


def test_the_command_says_how_much_is_gone(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(content, url) as desk:
        leave_traces(desk)
    environment = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content)}
    assert main(["erase", EMAIL], environment) == 0
    assert capsys.readouterr().out.startswith("Cancellati: appuntamenti 2, messaggi 1, mail ")
