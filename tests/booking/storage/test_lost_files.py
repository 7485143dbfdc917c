"""A SQLite database whose files are taken from under the running endpoint."""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugins.booking.storage.engine import Unavailable, open_engine, reachable, sqlite_library, writing
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.schema import messages
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.migrated import run_migrations
from tests.booking.office import asked
from tests.booking.tables import count

MESSAGE = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}


@pytest.fixture
def database(desk: Endpoint, tmp_path: Path) -> Path:
    """The database's file, after the endpoint has used it."""
    assert desk.http.post("/api/messages", json=MESSAGE).status_code == 201
    return tmp_path / "booking.db"


def remove(database: Path, *suffixes: str) -> None:
    for suffix in suffixes or ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


@pytest.fixture
def backup(database: Path, tmp_path: Path) -> Path:
    """A copy of the database."""
    copy = tmp_path / "copy.db"
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def test_nothing_is_promised_while_the_file_is_gone(
    desk: Endpoint, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    remove(database)
    with caplog.at_level(logging.ERROR):
        assert desk.http.post("/api/messages", json=MESSAGE).status_code == 503
    assert "no longer the database file" in caplog.text
    assert desk.http.post("/api/bookings", json=asked()).status_code == 503
    health = desk.http.get("/health")
    assert (health.status_code, health.json()["database"]) == (503, "unavailable")
    assert not database.exists()


def test_restored_backup_is_used_without_a_restart(desk: Endpoint, database: Path, backup: Path) -> None:
    remove(database)
    assert desk.http.get("/health").status_code == 503
    backup.rename(database)
    assert desk.http.get("/health").status_code == 200
    assert desk.http.post("/api/messages", json=MESSAGE).status_code == 201
    with sqlite3.connect(database) as opened:
        assert opened.execute("SELECT count(*) FROM messages").fetchone() == (2,)
    opened.close()


def test_another_file_moved_over_it_is_taken_up_too(desk: Endpoint, database: Path, backup: Path) -> None:
    remove(database, "-wal", "-shm")
    backup.replace(database)
    assert desk.http.post("/api/messages", json=MESSAGE).status_code == 201
    assert count(desk.engine, messages) == 2


def test_a_log_taken_away_alone_loses_nothing_that_was_promised(desk: Endpoint, database: Path) -> None:
    before = count(desk.engine, messages)
    remove(database, "-wal", "-shm")
    promised = desk.http.post("/api/messages", json=MESSAGE).status_code == 201
    desk.engine.dispose()
    assert count(desk.engine, messages) == before + promised


def test_a_file_that_goes_during_a_transaction_takes_no_commit(tmp_path: Path) -> None:
    database = tmp_path / "own.db"
    engine = open_engine(make_url(f"sqlite:///{database}"))
    migrate(engine)
    with engine.execution_options(writing=True).connect() as connection:
        connection.execute(messages.delete())
        remove(database)
        with pytest.raises(Unavailable):
            connection.commit()
    engine.dispose()


def test_database_locked_by_another_writer_is_unavailable_within_seconds(tmp_path: Path) -> None:
    database = tmp_path / "own.db"
    engine = open_engine(make_url(f"sqlite:///{database}"))
    migrate(engine)
    writer = sqlite_library().module.connect(str(database), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Unavailable), reachable(), writing(engine).begin():
        pass
    assert time.monotonic() - began > 4
    writer.close()
    engine.dispose()


def test_database_and_its_log_are_readable_by_their_owner_only(content: Path, tmp_path: Path) -> None:
    database = tmp_path / "booking.db"
    run_migrations(f"sqlite:///{database}")
    with endpoint(content, f"sqlite:///{database}") as desk:
        assert desk.http.post("/api/bookings", json=asked()).status_code == 201
        files = sorted(database.parent.glob(f"{database.name}*"))
        assert database in files
        assert len(files) > 1 or sqlite_library().journal != "WAL"
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
