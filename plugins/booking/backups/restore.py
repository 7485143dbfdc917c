"""Restore: puts a copy in the place of the database, and what was there aside; nothing is deleted."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, func, inspect, select, text
from sqlalchemy.engine import URL

from plugins.booking.backups.backup import SET_ASIDE, BackupFailed, BackupRefused, count_rows, write_through
from plugins.booking.backups.database_lock import alone_with
from plugins.booking.backups.postgres_programs import run_script
from plugins.booking.backups.rehearsal import Copy, known_schema, read_copy, recognise, rehearsed, write_dump
from plugins.booking.storage.engine import Unavailable, open_engine, outside_transactions, reachable
from plugins.booking.storage.migrate import migrate, newest, schema_of
from plugins.booking.storage.schema import bookings, messages, outbox, passes

_MADE_BY_ITSELF = {"alembic_version", "keys", "daily", "calendar_sources", "busy", "passes"}
# The error of a mail that waited in a copy, and may have been sent since: it is among those that were given up.
HELD = "held"
_HOLD = (
    "UPDATE {schema}outbox SET state = 'dead', lease = NULL, settled_at = created_at,"
    f" error = '{HELD}' WHERE state = 'pending'"
)


@dataclass(frozen=True)
class Present:
    """The database that is there now."""

    rows: int  # of bookings, messages and whatever else somebody has brought
    schema: str | None
    readable: bool


@dataclass(frozen=True)
class Restored:
    """What a restore has done."""

    copy: Copy
    aside: str | None  # where the database that was there is now
    since: int | None  # bookings and messages there that changed after the copy; None where it could not be read


def restore(url: URL, file: Path, now: datetime, *, over: bool = False, hold_mail: bool = False) -> Restored:
    """Put a copy in the place of a database that nobody uses, in one step.

    One that holds anything is replaced only with `over`, and then set aside. With `hold_mail` the mails
    that waited in the copy go out only when the owner sends them again from her agenda. Sessions of the agenda end.
    Raises BackupRefused, BackupFailed, Unavailable, OSError.
    """
    recognise(file, url.get_backend_name())
    engine = open_engine(url)
    try:
        with alone_with(engine):
            present = _present(engine)
            if present.rows and not over:
                raise BackupRefused(
                    f"{url.database} holds bookings or messages; add --replace, which sets it aside and deletes nothing"
                )
            aside = f"{SET_ASIDE}{now.astimezone(UTC):%Y%m%d_%H%M%S_%f}"
            put = _put_sqlite if url.get_backend_name() == "sqlite" else _put_postgres
            return put(engine, file, present, aside, hold_mail)
    finally:
        engine.dispose()


def _present(engine: Engine) -> Present:
    file = engine.url.database or ""
    if engine.dialect.name == "sqlite":
        if not os.path.lexists(file):
            return Present(0, None, False)
        with open(file, "rb") as opened:
            # SQLite deletes the log of what is no database any more, and something of it may be wanted yet.
            if opened.read(16) not in {b"", b"SQLite format 3\0"}:
                return Present(1, None, False)
    try:
        with reachable(), engine.begin() as connection:
            rows = {name: number for name, number in count_rows(connection).items() if name not in _MADE_BY_ITSELF}
        return Present(sum(rows.values()), schema_of(engine), True)
    except Unavailable:
        if engine.dialect.name != "sqlite":
            raise
        return Present(1, None, False)  # damaged, but maybe not all of it is lost


def _refuse_later(schema: str, present: Present, file: Path) -> None:
    # What this code has been working with, it can go on with.
    if schema > max(newest(), present.schema or ""):
        raise BackupRefused(
            f"{file} was made by a later version, with schema {schema}; this one's is {newest()}: upgrade first"
        )


def _put_sqlite(engine: Engine, file: Path, present: Present, aside: str, hold_mail: bool) -> Restored:
    database = Path(engine.url.database or "").resolve()
    unfinished = f".{database.name}.restore-"
    for left in database.parent.glob(f"{unfinished}*"):
        shutil.rmtree(left)  # by a restore that was killed; this one is alone
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=unfinished) as folder:
        with rehearsed(file, engine.url, Path(folder)) as (copy, scratch):
            _refuse_later(copy.schema, present, file)
            with reachable(), scratch.begin() as connection:
                connection.execute(delete(passes))
                if hold_mail:
                    connection.execute(text(_HOLD.format(schema="")))
            since = _changed_since(engine, copy) if present.readable else None
            part = Path(scratch.url.database or "")
            scratch.dispose()  # which brings its log into it
            if os.geteuid() == 0:
                owner = (database if os.path.lexists(database) else database.parent).stat()
                os.chown(part, owner.st_uid, owner.st_gid)
            write_through(part)
            old = _set_aside(engine, present, database, database.with_name(f"{database.name}.{aside}"))
            part.replace(database)
        write_through(database.parent)
    return Restored(copy, old, since)


def _set_aside(engine: Engine, present: Present, database: Path, aside: Path) -> str | None:
    """Give what is there another name too; the copy then takes its first one in one step."""
    if os.path.lexists(aside):
        raise BackupRefused(f"{aside} is there already; try again in a second")
    if present.readable:
        try:
            with outside_transactions(engine) as execute:
                # With its log brought into it there is but one file.
                execute("PRAGMA journal_mode=DELETE")
        except Unavailable as error:
            raise BackupRefused(f"another program has {database} open: {error}; end it first") from error
    engine.dispose()
    for end in ("-wal", "-shm", "-journal"):  # one left behind would be played over the copy
        with suppress(FileNotFoundError):
            database.with_name(database.name + end).rename(aside.with_name(aside.name + end))
    if not os.path.lexists(database):
        return None
    try:
        os.link(database, aside)
    except OSError:  # a file system without links
        database.rename(aside)
    return str(aside)


def _put_postgres(engine: Engine, file: Path, present: Present, aside: str, hold_mail: bool) -> Restored:
    with tempfile.TemporaryDirectory(prefix="maglia-restore-") as folder:
        # The whole script first: of one that breaks off, nothing is run.
        script = Path(folder) / "copy.sql"
        write_dump(file, engine.url, script, "--schema=public")
        schema = known_schema(_schema_in(script), file)
        _refuse_later(schema, present, file)
        with reachable(), engine.connect() as connection:
            tables = inspect(connection).get_table_names("public")
        away = [f"CREATE SCHEMA {aside}", *(f'ALTER TABLE public."{one}" SET SCHEMA {aside}' for one in tables)]
        held = [_HOLD.format(schema="public.")] if hold_mail else []
        engine.dispose()
        if failure := run_script(engine.url, script, before=away if tables else (), after=held):
            raise BackupFailed(f"nothing was changed; {file} could not be restored: {failure}")
    with reachable(), engine.begin() as connection:
        rows = count_rows(connection)
    migrate(engine)
    with reachable(), engine.begin() as connection:
        connection.execute(delete(passes))
    copy = read_copy(file, schema, rows, engine)
    if hold_mail:
        with reachable(), engine.begin() as connection:
            waited = select(func.count()).where(outbox.c.state == "dead", outbox.c.error == HELD)
            copy = replace(copy, waiting=connection.execute(waited).scalar_one())
    moved = engine.execution_options(schema_translate_map={None: aside})
    return Restored(copy, f"schema {aside}", _changed_since(moved, copy)) if tables else Restored(copy, None, None)


def _schema_in(script: Path) -> str | None:
    with script.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("COPY public.alembic_version "):
                return next(lines, "").strip()
    return None


def _changed_since(engine: Engine, copy: Copy) -> int | None:
    """How many bookings and messages a database has that changed after a copy was made; None if it cannot tell."""
    number = 0
    try:
        with reachable(), engine.begin() as connection:
            for column in (bookings.c.updated_at, messages.c.created_at):
                newer = () if copy.changed_at is None else (column > copy.changed_at,)
                number += connection.execute(select(func.count()).select_from(column.table).where(*newer)).scalar_one()
    except Unavailable:
        return None
    return number
