"""A copy of the database made while it is in use is whole, and can be put in its place."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugins.booking.__main__ import main
from plugins.booking.backups.backup import BackupRefused, back_up
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings
from tests.booking.endpoint import endpoint
from tests.booking.office import asked
from tests.booking.postgres import Postgres
from tests.booking.tables import count


def test_backup_of_sqlite_under_load_is_a_complete_database(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "copies" / "backup.db"
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
        made = desk.http.post("/api/bookings", json=asked(start=slots[0]["start"])).json()
        others = threading.Thread(
            target=lambda: [desk.http.post("/api/bookings", json=asked(start=one["start"])) for one in slots[1:20]]
        )
        others.start()
        back_up(desk.engine, file)
        others.join()
        assert count(desk.engine, bookings) == 20
    engine = open_engine(make_url(f"sqlite:///{file}"))
    assert 1 <= count(engine, bookings) <= 20
    assert Store(engine).booking(made["id"])
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    engine.dispose()
    assert file.stat().st_mode & 0o077 == 0


def test_a_copy_of_postgresql_is_restored_into_an_empty_database(
    content: Path, tmp_path: Path, postgres: Postgres
) -> None:
    file = tmp_path / "backup.dump"
    with endpoint(content, postgres.database()) as desk:
        made = desk.http.post("/api/bookings", json=asked()).json()
        back_up(desk.engine, file)
    target = make_url(postgres.database())
    program = shutil.which("pg_restore")
    assert program
    where = ["--host", str(target.query["host"]), "--username", "postgres", "--dbname", str(target.database)]
    subprocess.run([program, "--exit-on-error", *where, str(file)], check=True, capture_output=True)
    engine = open_engine(target)
    assert Store(engine).booking(made["id"])
    engine.dispose()


def test_no_file_is_ever_overwritten_and_nothing_half_made_stays(tmp_path: Path) -> None:
    engine = open_engine(make_url(f"sqlite:///{tmp_path}/booking.db"))
    (tmp_path / "there").write_text("mine")
    with pytest.raises(BackupRefused, match="exists already"):
        back_up(engine, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BackupRefused, match="exists already"):
        back_up(engine, tmp_path / "link")
    (tmp_path / "copy.part").write_text("mine")
    back_up(engine, tmp_path / "copy")
    assert {file.name for file in tmp_path.iterdir() if "booking.db" not in file.name} == {
        *("there", "link", "copy", "copy.part")
    }
    assert (tmp_path / "copy.part").read_text() == "mine"
    engine.dispose()


def test_the_commands_copy_and_export(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    environment = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content)}
    with endpoint(content, url) as desk:
        desk.http.post("/api/bookings", json=asked(email="Ada@example.com", message="Una cosa mia"))
        desk.http.post("/api/messages", json={"name": "Ada", "email": "ada@example.com", "message": "Un’altra"})
        desk.http.post("/api/messages", json={"name": "Zoë", "email": "zoe@example.com", "message": "Segreto"})
    assert main(["backup", str(tmp_path / "copy.db")], environment) == 0
    assert main(["backup", str(tmp_path / "copy.db")], environment) == 2
    capsys.readouterr()
    assert main(["export", "ADA@example.com"], environment) == 0
    said = capsys.readouterr().out
    told = json.loads(said)
    assert [len(told[name]) for name in ("bookings", "history", "messages", "mails")] == [1, 1, 1, 3]
    assert "Una cosa mia" in said
    assert "Segreto" not in said
