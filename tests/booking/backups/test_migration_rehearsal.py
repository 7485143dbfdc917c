"""A migration is tried on a copy of the database, which is gone afterwards, and the database itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from plugins.booking.backups.migration_rehearsal import NOT_TRIED, rehearse
from plugins.booking.storage.engine import open_engine, writing
from plugins.booking.storage.migrate import newest, schema_of
from tests.booking.migrated import bring
from tests.booking.postgres import Postgres
from tests.booking.storage.test_migrations import REVISIONS


@pytest.fixture
def old(unmigrated_url: str) -> Iterator[Engine]:
    """A database with the schema before the present one."""
    opened = open_engine(make_url(unmigrated_url))
    with writing(opened).begin() as connection:
        bring(connection, REVISIONS[-2])
    yield opened
    opened.dispose()


def tried(engine: Engine) -> tuple[int, str]:
    told: list[str] = []
    return rehearse(engine.url, told.append), "\n".join(told)


def left_behind(engine: Engine) -> list[str]:
    """Copies that are still there."""
    if engine.dialect.name == "sqlite":
        return [path.name for path in Path(engine.url.database or "").parent.glob("*rehearsal*")]
    with engine.begin() as connection:
        named = connection.exec_driver_sql("SELECT datname FROM pg_database WHERE datname LIKE '%%rehearsal%%'")
        return [str(row[0]) for row in named]


def test_a_migration_is_tried_on_a_copy_alone(old: Engine) -> None:
    code, told = tried(old)
    assert (code, told) == (0, f"A copy of the database was migrated from schema {REVISIONS[-2]} to {newest()}.")
    assert schema_of(old) == REVISIONS[-2]
    assert left_behind(old) == []


def test_a_migration_that_fails_is_told_and_leaves_nothing(old: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_engine: Engine) -> None:
        raise RuntimeError("no such column: nothing")

    monkeypatch.setattr("plugins.booking.backups.migration_rehearsal.migrate", fail)
    code, told = tried(old)
    assert code == 1
    assert "a copy of the database fails: RuntimeError: no such column: nothing" in told
    assert left_behind(old) == []


def test_what_a_killed_rehearsal_left_is_removed_by_the_next(tmp_path: Path) -> None:
    engine = open_engine(make_url(f"sqlite:///{tmp_path}/booking.db"))
    with writing(engine).begin() as connection:
        bring(connection, REVISIONS[-2])
    folder = tmp_path / ".booking.db.rehearsal"
    folder.mkdir()
    (folder / "booking.db").write_bytes(b"half of it")
    assert tried(engine)[0] == 0
    assert not folder.exists()


def test_nothing_is_copied_where_nothing_is_to_be_migrated(engine: Engine, tmp_path: Path) -> None:
    assert tried(engine) == (0, f"The database has schema {newest()}: nothing to migrate.")
    none = make_url(f"sqlite:///{tmp_path}/none.db")
    told: list[str] = []
    assert rehearse(none, told.append) == 0
    assert told == ["There is no database yet: nothing to migrate."]
    assert not (tmp_path / "none.db").exists()


def test_a_role_that_may_make_no_database_is_told(postgres: Postgres) -> None:
    url = make_url(postgres.database())
    with postgres.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS plain")
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute(f'ALTER DATABASE "{url.database}" OWNER TO plain'.encode())
    own = open_engine(url.set(username="plain"))
    with writing(own).begin() as connection:
        bring(connection, REVISIONS[-2])
    code, told = tried(own)
    own.dispose()
    assert code == NOT_TRIED
    assert "permission denied to create database" in told


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    url = make_url(f"postgresql+psycopg://maglia:gehe1m@/maglia?host={tmp_path}")
    assert rehearse(url, told.append) == NOT_TRIED
    assert "gehe1m" not in told[0]
