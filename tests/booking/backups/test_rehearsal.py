"""A copy is proved by restoring it on trial, on both engines; what is wrong with one is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from plugins.booking import backup_command
from plugins.booking.__main__ import main
from plugins.booking.backups.backup import BackupFailed, BackupRefused, back_up
from plugins.booking.backups.postgres_programs import _connection
from plugins.booking.backups.rehearsal import rehearsed
from plugins.booking.storage.engine import open_engine, writing
from tests.booking.endpoint import endpoint
from tests.booking.migrated import bring, run_migrations
from tests.booking.office import asked
from tests.booking.postgres import Postgres


def environment(content: Path, url: str) -> dict[str, str]:
    return {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content)}


def test_a_copy_made_while_bookings_come_in_is_proved(
    content: Path, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with endpoint(content, database_url) as desk:
        slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
        others = threading.Thread(
            target=lambda: [desk.http.post("/api/bookings", json=asked(start=one["start"])) for one in slots[:40]]
        )
        others.start()
        codes = [main(["backup", f"{tmp_path}/copy-{n}", "--verify"], environment(content, database_url)) for n in "ab"]
        others.join()
    assert codes == [0, 0]
    assert capsys.readouterr().out.count("restored on trial") == 2
    assert sorted(path.name for path in tmp_path.glob("*copy-*")) == ["copy-a", "copy-b"]
    assert not list(tmp_path.glob(".*"))


def test_a_copy_with_other_rows_than_the_source_is_told(
    content: Path,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(backup_command, "back_up", lambda *of: {**back_up(*of), "bookings": 7})
    assert main(["backup", f"{tmp_path}/copy", "--verify"], environment(content, database_url)) == 1
    assert "bookings had 7 rows, the copy has 0" in capsys.readouterr().err


def made(content: Path, url: str, tmp_path: Path) -> Path:
    """A copy of a database with a booking."""
    file = tmp_path / "made.copy"
    with endpoint(content, url) as desk:
        desk.http.post("/api/bookings", json=asked())
        back_up(desk.engine, file)
    return file


def refused(file: Path, url: str, scratch: Path) -> str:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    with pytest.raises((BackupRefused, BackupFailed)) as told, rehearsed(file, make_url(url), scratch):
        pass
    assert str(file) in str(told.value)
    return str(told.value)


def test_a_damaged_copy_is_told(content: Path, database_url: str, tmp_path: Path) -> None:
    good = made(content, database_url, tmp_path).read_bytes()
    bad = tmp_path / "bad"
    for damaged in (good[: len(good) // 2], good[:8192] + bytes(16384) + good[24576:], b"", bytes(4096)):
        bad.write_bytes(damaged)
        assert "is damaged" in refused(bad, database_url, tmp_path / "scratch")
    with endpoint(content, database_url) as desk:
        with desk.engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET mime = :cut"), {"cut": b"Subject: half"})
        back_up(desk.engine, tmp_path / "unread")
    assert "a mail cannot be read" in refused(tmp_path / "unread", database_url, tmp_path / "scratch")


def test_rows_that_lack_their_booking_are_told(content: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    file = made(content, url, tmp_path)
    engine = open_engine(make_url(f"sqlite:///{file}"))
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("DELETE FROM bookings")
        driver.execute("PRAGMA journal_mode=DELETE")
    engine.dispose()
    assert "lack those they belong to" in refused(file, url, tmp_path / "scratch")


def test_a_file_that_is_no_copy_is_refused(content: Path, tmp_path: Path) -> None:
    url, scratch, file = f"sqlite:///{tmp_path}/booking.db", tmp_path / "scratch", tmp_path / "file"
    copy = made(content, url, tmp_path)
    for begin, told in [
        (b"PGDMP\x01", "BOOKING_DATABASE_URL names a SQLite database"),
        (b"age-encryption.org/v1\n", "is encrypted"),
        (b"-----BEGIN PGP MESSAGE-----", "is encrypted"),
        (b"\x1f\x8b\x08", "is compressed"),
        (b"<html>", "is no copy of a database"),
    ]:
        file.write_bytes(begin)
        assert told in refused(file, url, scratch)
    other = open_engine(make_url(f"sqlite:///{tmp_path}/other.db"))
    with other.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    other.dispose()
    assert "of none of this endpoint's" in refused(tmp_path / "other.db", url, scratch)
    copy.with_name(f"{copy.name}-wal").write_bytes(b"7")
    assert "has a log beside it" in refused(copy, url, scratch)


def test_a_copy_of_an_older_schema_is_migrated_on_trial(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    engine = open_engine(make_url(url))
    with writing(engine).begin() as connection:
        bring(connection, "0009")
    back_up(engine, tmp_path / "copy")
    engine.dispose()
    (tmp_path / "scratch").mkdir()
    with rehearsed(tmp_path / "copy", make_url(url), tmp_path / "scratch") as (copy, _):
        assert copy.schema == "0009"
    assert "0009" in str(
        open_engine(make_url(f"sqlite:///{tmp_path}/copy"))
        .connect()
        .exec_driver_sql("SELECT version_num FROM alembic_version")
        .all()
    )


def test_a_role_without_rights_is_told_which_it_needs(
    content: Path, postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = make_url(postgres.database())
    with postgres.connect() as connection:
        connection.execute(
            f"DROP ROLE IF EXISTS simple; CREATE ROLE simple LOGIN; ALTER DATABASE {url.database} OWNER TO simple"
        )
    simple = url.set(username="simple").render_as_string()
    run_migrations(simple)
    file = tmp_path / "copy"
    assert main(["backup", str(file), "--verify"], environment(content, simple)) == 1
    assert 'ALTER ROLE "simple" CREATEDB' in capsys.readouterr().err
    assert file.exists()  # the copy was made, and not proved
    with postgres.connect() as connection:
        connection.execute("ALTER ROLE simple CREATEDB")
    assert main(["restore", str(file), "--check"], environment(content, simple)) == 0


def test_no_scratch_database_stays(content: Path, postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    file = made(content, url, tmp_path)
    name = f"maglia_rehearsal_of_{make_url(url).database}"
    with postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")  # as one that was killed leaves it
    with rehearsed(file, make_url(url), tmp_path) as (copy, _):
        assert copy.rows["bookings"] == 1
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="postgres") as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None


def test_options_of_the_address_reach_the_client_programs() -> None:
    url = make_url("postgresql+psycopg://u:p%2F@h:5433/d?sslmode=verify-full&sslrootcert=/a.pem")
    assert _connection(url) == {
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/a.pem",
        **{"PGHOST": "h", "PGPORT": "5433", "PGUSER": "u", "PGPASSWORD": "p/", "PGDATABASE": "d"},
    }


def test_what_an_older_server_does_not_know_is_left_out(
    content: Path, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As pg_restore 17 writes it, whatever server it is for.
    real = shutil.which("pg_restore")
    newer = tmp_path / "bin" / "pg_restore"
    newer.parent.mkdir()
    newer.write_text(f"#!/bin/sh\nprintf -- '--\\nSET transaction_timeout = 0;\\n'\nexec {real} \"$@\"\n")
    newer.chmod(0o755)
    file = made(content, postgres.database(), tmp_path)
    monkeypatch.setenv("PATH", f"{newer.parent}:{os.environ['PATH']}")
    target = postgres.database()
    assert main(["restore", str(file)], environment(content, target)) == 0
    assert main(["restore", str(file), "--check"], environment(content, target)) == 0


def test_a_dump_of_a_later_version_is_told_as_that(content: Path, postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    file = made(content, url, tmp_path)
    # The version of the archive's format follows its signature.
    file.write_bytes(file.read_bytes()[:5] + b"\x01\x63\x00" + file.read_bytes()[8:])
    assert "install the postgresql-client of that one" in refused(file, url, tmp_path / "scratch")


@pytest.mark.parametrize("program", ["TRIGGER t AFTER INSERT ON outbox BEGIN SELECT 1; END", "VIEW v AS SELECT 1"])
def test_a_copy_with_programs_of_its_own_is_refused(content: Path, tmp_path: Path, program: str) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    file = made(content, url, tmp_path)
    with closing(sqlite3.connect(file)) as copy:
        copy.execute(f"CREATE {program}")
        copy.commit()
    assert program.split()[0].lower() in refused(file, url, tmp_path / "scratch")


def test_a_copy_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "copy.db")
    assert "no file" in refused(tmp_path / "copy.db", f"sqlite:///{tmp_path}/booking.db", tmp_path / "scratch")
