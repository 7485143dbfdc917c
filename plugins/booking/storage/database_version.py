"""Database version: a value that changes whenever something is written, to invalidate caches.

What was worked out from the database may be told again while it is the same.
"""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from plugins.booking.storage.sqlite_files import identity_of


class DatabaseVersion:
    """Database version: equal twice only if no transaction has become visible in between.

    SQLite counts the commits of other connections (`PRAGMA data_version`), PostgreSQL names what a statement would
    see (`pg_current_snapshot`). Each on a connection of its own that never writes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._sqlite = engine.dialect.name == "sqlite"
        self._files: tuple[str, ...] = ()
        if self._sqlite and engine.url.database:
            self._files = (engine.url.database, f"{engine.url.database}-wal")
        self._opened_on: object = None
        self._turn = threading.Lock()
        event.listen(engine, "engine_disposed", lambda _: self._close())

    @property
    def waits(self) -> bool:
        """Whether reading it can take as long as a network does."""
        return not self._sqlite

    def __call__(self) -> object | None:
        """Return the value, or None where the database does not answer at once."""
        with self._turn:
            return self._beat()

    def _beat(self) -> object | None:
        try:
            files = [identity_of(path) for path in self._files]
            if self._connection is None or files != self._opened_on:
                self._open()
                # The log is there once the database has been opened.
                self._opened_on = files = [identity_of(path) for path in self._files]
            return files, self._read()
        except (DBAPIError, PoolTimeout, self._engine.dialect.loaded_dbapi.Error):
            self._close()
            return None

    def _open(self) -> None:
        self._close()
        pooled = self._engine.raw_connection()
        pooled.detach()
        self._connection = pooled.dbapi_connection
        if self._sqlite:
            # Whoever asks does not wait for a database that somebody keeps to himself.
            self._connection.execute("PRAGMA busy_timeout=0")
        else:
            self._connection.rollback()
            self._connection.autocommit = True

    def _read(self) -> object:
        statement = "PRAGMA data_version" if self._sqlite else "SELECT pg_current_snapshot()::text"
        return self._connection.execute(statement).fetchone()[0]

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
