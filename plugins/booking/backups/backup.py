"""Backup: a consistent copy of the database while it is in use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, table

from plugins.booking.backups.postgres_programs import run_program
from plugins.booking.storage.engine import reachable

Rows = Mapping[str, int]
# Where a restore puts the tables that were there: they are no part of any later copy.
SET_ASIDE = "before_restore_"
_TAKEN = "{file} exists already; name a file that does not, so that no backup is ever overwritten"


class BackupRefused(Exception):
    """What was asked cannot be done as it was asked; says why and what to do, in English."""


class BackupFailed(Exception):
    """A copy could not be made, proved or restored; says why and what to do, in English."""


def back_up(engine: Engine, file: Path) -> Rows:
    """Copy the whole database into a new file, a SQLite database or `pg_dump`'s custom format; return its rows.

    Readers and writers go on meanwhile; the rows are those of the moment that the copy shows. The file appears under
    its name only when it is whole. Raises BackupRefused, BackupFailed, Unavailable, OSError.
    """
    if file.exists() or file.is_symlink():
        raise BackupRefused(_TAKEN.format(file=file))
    file.parent.mkdir(parents=True, exist_ok=True)
    if engine.dialect.name == "sqlite":
        one_state, copy = engine, _copy_sqlite
    else:
        one_state, copy = engine.execution_options(isolation_level="REPEATABLE READ"), _dump_postgres
    # What it holds is personal: nobody else may read it, not even while it is made.
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        part = Path(folder) / "copy"
        part.touch(mode=0o600)
        try:
            with reachable(), one_state.begin() as connection:
                rows = count_rows(connection)
                copy(connection, part)
        except engine.dialect.loaded_dbapi.Error as error:
            raise BackupFailed(f"the copy could not be made: {error}; copies made before are as they were") from error
        write_through(part)
        _publish(part, file)
    write_through(file.parent)
    return rows


def count_rows(connection: Connection) -> Rows:
    """How many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


def write_through(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy_sqlite(connection: Connection, part: Path) -> None:
    """Copy what this transaction sees, page by page, and then without the pages that what was erased has left."""
    driver = connection.connection.driver_connection
    assert driver
    pages = connection.dialect.loaded_dbapi.connect(str(part.with_name("pages")), isolation_level=None)
    try:
        driver.backup(pages)
        pages.execute("VACUUM INTO ?", (str(part),))
    finally:
        pages.close()


def _dump_postgres(connection: Connection, part: Path) -> None:
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    options = ("--format=custom", f"--file={part}", f"--snapshot={snapshot}", f"--exclude-schema={SET_ASIDE}*")
    if failure := run_program("pg_dump", connection.engine.url, *options):
        raise BackupFailed(f"pg_dump failed: {failure}; copies made before are as they were")


def _publish(part: Path, file: Path) -> None:
    """Give a whole file its name; what has come there meanwhile stays."""
    try:
        try:
            os.link(part, file)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: the name is taken first
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            part.replace(file)
    except FileExistsError as error:
        raise BackupRefused(_TAKEN.format(file=file)) from error
