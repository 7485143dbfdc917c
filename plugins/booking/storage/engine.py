"""Database engine: SQLite by default, PostgreSQL past one machine, behind one interface."""

from __future__ import annotations

import importlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from plugins.booking.storage.sqlite_files import Files

_BUSY_SECONDS = 5
# How long a request waits for its turn among those of its own process, and PostgreSQL among all.
_TURN_SECONDS = 20
# Below this version WAL can lose a commit when a checkpoint resets the log under a writer.
_SAFE_WAL = (3, 51, 3)
_WRITER_LOCK, _TAKE_THE_TURN = 0x4D41474C, text("SELECT pg_advisory_xact_lock(:lock)")
# Four processes together stay below the hundred connections that PostgreSQL allows by default.
_POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": _TURN_SECONDS}
_log = logging.getLogger(__name__)


class Unavailable(Exception):
    """Database error: it did not answer; after a failed commit, only the idempotency key tells what is kept."""


@contextmanager
def reachable() -> Iterator[None]:
    """Turn any failure of the database itself into Unavailable; a refusal of the data passes as it is."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, PoolTimeout) as error:
        raise Unavailable(str(error)) from error


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[Callable[..., Any]]:
    """Give what runs a statement in no transaction, as those must that have one of their own; raises Unavailable."""
    try:
        with reachable():
            connection = engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:  # which a connection without SQLAlchemy's own says
        raise Unavailable(str(error)) from error
    driver: Any = connection.driver_connection
    postgres = engine.dialect.name == "postgresql"
    try:
        if postgres:  # SQLite's connections begin nothing by themselves
            driver.rollback()
            driver.autocommit = True
        yield driver.execute
    except engine.dialect.loaded_dbapi.Error as error:
        raise Unavailable(str(error)) from error
    finally:
        if postgres:
            driver.autocommit = False
        connection.close()


@dataclass(frozen=True)
class SqliteLibrary:
    """The SQLite library in use and the journal it can be trusted with."""

    module: ModuleType
    version: str
    journal: str

    @property
    def label(self) -> str:
        """Its name for /health, for example `sqlite wal`; which version it is, is told to nobody."""
        return f"sqlite {self.journal.lower()}"


def sqlite_library() -> SqliteLibrary:
    """Choose the interpreter's SQLite where its WAL is safe, else the pysqlite3 wheel, else no WAL."""
    if sqlite3.sqlite_version_info >= _SAFE_WAL:
        return SqliteLibrary(sqlite3, sqlite3.sqlite_version, "WAL")
    try:
        wheel = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return SqliteLibrary(sqlite3, sqlite3.sqlite_version, "TRUNCATE")
    return SqliteLibrary(wheel, wheel.sqlite_version, "WAL" if wheel.sqlite_version_info >= _SAFE_WAL else "TRUNCATE")


def open_engine(url: URL) -> Engine:
    """Return an engine whose connections begin as readers; `writing` makes them writers; none is open yet."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, sqlite_library())
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": f"-c lock_timeout={_TURN_SECONDS}s -c statement_timeout=30s"},
        **_POOL,
    )


@contextmanager
def opened_engine(url: URL) -> Iterator[Engine]:
    """An engine for as long as a command runs, its connections closed at the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def label(engine: Engine) -> str:
    """Say which engine answers, for /health."""
    return sqlite_library().label if engine.dialect.name == "sqlite" else engine.dialect.name


class Writer:
    """Write lock: begins transactions that take the writer's place: one writer at a time.

    The writers of this process wait for each other first, without a connection: a crowd of them would take all there
    are, and push past those of other processes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._named = engine.execution_options(writing=True), engine
        self._turn = _turns.setdefault(engine, threading.Lock())

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Begin, commit at the end, roll back on any error; raises Unavailable where the turn does not come."""
        if not self._turn.acquire(timeout=_TURN_SECONDS):
            raise Unavailable("too many wait to write")
        try:
            with self._engine.begin() as connection:
                yield connection
            _failing.discard(self._named)
        except OperationalError:
            _failing.add(self._named)
            raise
        finally:
            self._turn.release()


_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_failing: WeakSet[Engine] = WeakSet()


def last_write_failed(engine: Engine) -> bool:
    """Say whether this process could not write when it last had to: a full disk lets everything be read."""
    return engine in _failing


def writing(engine: Engine) -> Writer:
    """Return what begins this engine's writing transactions.

    On SQLite they are BEGIN IMMEDIATE; on PostgreSQL they take an advisory lock by `queue_for_writing`.
    """
    return Writer(engine)


def queue_for_writing(connection: Connection) -> None:
    """Wait for this transaction's turn, so that what it reads next cannot change before it commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_THE_TURN, {"lock": _WRITER_LOCK})


def _open_sqlite(url: URL, library: SqliteLibrary) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=library.module,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        **_POOL,
    )
    files = Files(url.database or "")

    @event.listens_for(engine, "do_connect")
    def refuse_to_begin_again(*_: object) -> None:
        if files.gone():
            # SQLite would make an empty one, and the bookings would seem never to have been.
            raise library.module.OperationalError("the database file is gone; put it back or restart")
        files.create()

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - either module's connection
        _set_journal(connection, library)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        record.info["files"] = files.opened()

    @event.listens_for(engine, "checkout")
    def distrust(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not files.still(record.info["files"]):
            _log.error("%s is no longer the database file that was opened; what is there now is opened anew", url)
            raise InvalidatePoolError

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @event.listens_for(engine, "commit")
    def keep_only_what_can_be_found(connection: Connection) -> None:
        if not files.still(connection.info["files"]):
            raise Unavailable("the database file went away during a transaction")

    return engine


def _set_journal(connection: Any, library: SqliteLibrary) -> None:  # noqa: ANN401
    # Changing the journal wants the file for itself and does not honour the busy timeout.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={library.journal}")
            return
        except library.module.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
