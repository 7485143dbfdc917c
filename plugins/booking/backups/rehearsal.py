"""Rehearsal: restores a copy into a scratch database and reads it there, which proves that it can be restored."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from plugins.booking.backups.backup import BackupFailed, BackupRefused, Rows, count_rows
from plugins.booking.backups.postgres_programs import run_script, write_script
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.engine import Unavailable, open_engine, outside_transactions, reachable
from plugins.booking.storage.migrate import migrate, schema_of
from plugins.booking.storage.schema import bookings, messages, metadata, outbox
from plugins.booking.storage.token_schema import oauth_tokens

_SIGNATURES = {
    b"SQLite format 3\0": "sqlite",
    b"PGDMP": "postgresql",
    b"age-encryption.org": "encrypted",
    b"-----BEGIN": "encrypted",
    b"\x1f\x8b": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
}
_NAMES = {"sqlite": "a SQLite database", "postgresql": "a dump of PostgreSQL"}


@dataclass(frozen=True)
class Copy:
    """What a copy holds."""

    schema: str
    rows: Rows
    changed_at: datetime | None  # when something was last booked, changed or written in it
    waiting: int  # mails that were still to be sent
    accounts: tuple[tuple[str, str], ...]  # provider and address of each that was connected


@contextmanager
def rehearsed(file: Path, url: URL, scratch: Path) -> Iterator[tuple[Copy, Engine]]:
    """Restore a copy beside a database of its kind, look whether it is whole, and give it with what it holds.

    It is brought to the present schema there. On SQLite the scratch place is `booking.db` in an empty folder, on
    PostgreSQL a new database. Raises BackupRefused where it is none of ours, BackupFailed where it is damaged.
    """
    recognise(file, url.get_backend_name())
    sqlite = url.get_backend_name() == "sqlite"
    with _restored_sqlite(file, scratch) if sqlite else restored_postgres(file, url) as engine:
        try:
            schema = known_schema(schema_of(engine), file)
            with reachable(), engine.begin() as connection:
                rows = count_rows(connection)
                _check_sqlite(file, engine)
                _refuse_programs(file, connection)
            migrate(engine)
            copy = read_copy(file, schema, rows, engine)
        except (Unavailable, DBAPIError) as error:
            raise BackupFailed(f"{file} is damaged: {error}; take another copy") from error
        yield copy, engine


def recognise(file: Path, wanted: str) -> None:
    """Tell by its first bytes whether a file is a copy of some kind of database; raises BackupRefused, BackupFailed."""
    if not file.is_file() and file.exists():
        raise BackupRefused(f"{file} is no file that can be read twice; name the copy itself")
    with file.open("rb") as opened:
        begin = opened.read(32)
    kind = next((kind for signature, kind in _SIGNATURES.items() if begin.startswith(signature)), None)
    if kind == wanted:
        log = file.with_name(f"{file.name}-wal")
        if log.exists() and log.stat().st_size:
            raise BackupRefused(f"{file} has a log beside it, {log.name}: it was not made by backup, which leaves none")
        return
    if kind in _NAMES:
        raise BackupRefused(
            f"{file} is {_NAMES[kind]}, and BOOKING_DATABASE_URL names {_NAMES[wanted]}; set it to one of that kind"
        )
    if kind:
        raise BackupRefused(f"{file} is {kind}; name the file that was made of it, as age, gpg or zcat give it back")
    if not begin.strip(b"\0"):
        raise BackupFailed(f"{file} is damaged: it holds nothing where it should begin; take another copy")
    raise BackupRefused(f"{file} is no copy of a database; backup makes booking-….db on SQLite, .dump on PostgreSQL")


def known_schema(found: str | None, file: Path) -> str:
    """The revision that was found in a copy, if it is one of this endpoint's; raises BackupRefused."""
    if found is None or not re.fullmatch(r"\d{4}", found):
        raise BackupRefused(f"{file} is a copy of some database, but of none of this endpoint's")
    return found


@contextmanager
def _restored_sqlite(file: Path, scratch: Path) -> Iterator[Engine]:
    database = scratch / "booking.db"
    database.touch(mode=0o600)
    shutil.copyfile(file, database)
    engine = open_engine(URL.create("sqlite", database=str(database)))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def restored_postgres(file: Path, url: URL) -> Iterator[Engine]:
    """Restore a dump into a database beside the real one, which is gone at the end.

    Raises BackupFailed, BackupRefused.
    """
    name = f"maglia_rehearsal_of_{url.database}"[:63]
    owner = open_engine(url)
    quoted = owner.dialect.identifier_preparer.quote(name)
    try:
        try:
            with outside_transactions(owner) as execute:
                execute(f"DROP DATABASE IF EXISTS {quoted}")  # of a rehearsal that was killed
                execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
        except Unavailable as error:
            raise BackupFailed(
                f"the copy could not be restored on trial: {error}; let the role make a scratch database, as the "
                f'server\'s superuser: ALTER ROLE "{url.username}" CREATEDB'
            ) from error
        engine = open_engine(url.set(database=name))
        try:
            with tempfile.TemporaryDirectory(prefix="maglia-") as folder:
                script = Path(folder) / "copy.sql"
                write_dump(file, url, script)
                if failure := run_script(engine.url, script):
                    raise BackupFailed(f"{file} could not be restored on trial: {failure}")
            yield engine
        finally:
            engine.dispose()
            with outside_transactions(owner) as execute:
                execute(f"DROP DATABASE {quoted}")
    finally:
        owner.dispose()


def write_dump(file: Path, url: URL, script: Path, *options: str) -> None:
    """Write a dump as a script; raises BackupFailed where it is damaged, BackupRefused where it is too new."""
    failure = write_script(url, file, script, *options)
    if "unsupported version" in failure:
        raise BackupRefused(f"{file} was made by a later pg_dump: {failure}; install the postgresql-client of that one")
    if failure:
        raise BackupFailed(f"{file} is damaged: {failure}; take another copy")


def _check_sqlite(file: Path, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return  # a restore checks every key of PostgreSQL
    with outside_transactions(engine) as execute:
        told = [row[0] for row in execute("PRAGMA integrity_check").fetchall()]
        orphans = execute("PRAGMA foreign_key_check").fetchall()
    if told != ["ok"]:
        raise BackupFailed(f"{file} is damaged: {told[0]}; take another copy")
    if orphans:
        raise BackupFailed(f"{file} is damaged: rows of {orphans[0][0]} lack those they belong to; take another copy")


def _refuse_programs(file: Path, connection: Connection) -> None:
    """Refuse a copy with triggers or views: they would go on at work in the database that it becomes."""
    if connection.dialect.name != "sqlite":
        return
    schema = text("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')")
    if found := connection.execute(schema).first():
        raise BackupRefused(f"{file} holds a {found[0]}, {found[1]!r}, which no backup has; take another copy")


def read_copy(file: Path, schema: str, rows: Rows, engine: Engine) -> Copy:
    """Read the newest booking and the newest mail as the endpoint does."""
    mail = select(outbox.c.mime).where(outbox.c.mime != b"").order_by(outbox.c.id.desc()).limit(1)
    with reachable(), engine.begin() as connection:
        if missing := sorted(set(metadata.tables) - set(count_rows(connection))):
            raise BackupFailed(f"{file} is damaged: it has no table {missing[0]}; take another copy")
        newest_booking = connection.execute(select(bookings).order_by(bookings.c.id.desc()).limit(1)).one_or_none()
        mime = connection.execute(mail).scalar_one_or_none()
        dates = [connection.execute(select(func.max(column))).scalar_one() for column in _CHANGES]
        waiting = connection.execute(select(func.count()).where(outbox.c.state == "pending")).scalar_one()
        connected = select(oauth_tokens.c.provider, oauth_tokens.c.account).distinct()
        accounts = sorted((row.provider, row.account) for row in connection.execute(connected))
    try:
        if newest_booking is not None:
            booking_of(newest_booking)
    except ValueError as error:
        raise BackupFailed(f"{file} is damaged: a booking cannot be read; take another copy") from error
    if mime is not None and not _is_mail(mime):
        raise BackupFailed(f"{file} is damaged: a mail cannot be read; take another copy")
    return Copy(schema, rows, max((date for date in dates if date), default=None), waiting, tuple(accounts))


_CHANGES = (bookings.c.updated_at, messages.c.created_at)


def _is_mail(mime: bytes) -> bool:
    mail = message_from_bytes(mime, policy=policy.default)
    body = mail.get_body(("plain",))
    return bool(mail["From"] and mail["To"] and body and body.get_content().strip()) and not mail.defects
