"""Database lock: shared by the processes that serve a database, and wanted alone by a restore."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from plugins.booking.backups.backup import BackupRefused
from plugins.booking.storage.engine import Unavailable, reachable

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_IN_USE = "{where} is in use; stop endpoint and worker first (systemctl stop maglia maglia-worker)"


@contextmanager
def serving_from(url: URL) -> Iterator[None]:
    """Say that a process works with a database, as long as it does; raises Unavailable while one is being restored.

    PostgreSQL knows its connections itself.
    """
    if url.get_backend_name() != "sqlite":
        yield
        return
    with _locked(url, fcntl.LOCK_SH) as held:
        if not held:
            raise Unavailable("a copy is being restored; start again after that")
        yield


@contextmanager
def alone_with(engine: Engine) -> Iterator[None]:
    """Keep all others from a database; raises BackupRefused where there are any."""
    url = engine.url
    if url.get_backend_name() != "sqlite":
        with reachable(), engine.connect() as connection:
            others = connection.execute(_OTHERS).scalar_one()
        if others:
            raise BackupRefused(_IN_USE.format(where=f"database {url.database} ({others} other connections)"))
        yield
        return
    with _locked(url, fcntl.LOCK_EX) as held:
        if not held:
            raise BackupRefused(_IN_USE.format(where=url.database))
        yield


@contextmanager
def _locked(url: URL, how: int) -> Iterator[bool]:
    """Lock the file beside a database that stands for it: SQLite's own locks do not show a process that is idle."""
    database = Path(url.database or "")
    database.parent.mkdir(parents=True, exist_ok=True)
    place = database.with_name(f"{database.name}-lock")
    opened = os.open(place, os.O_RDONLY | os.O_CREAT, 0o600)
    if os.geteuid() == 0:  # whoever owns the folder has to open it too
        owner = database.parent.stat()
        os.chown(opened, owner.st_uid, owner.st_gid)
    try:
        try:
            fcntl.flock(opened, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(opened)
