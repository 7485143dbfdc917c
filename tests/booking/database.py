"""Takes a real database away for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def out_of_reach(engine: Engine) -> Iterator[None]:
    """Put the files of a SQLite database elsewhere, and a folder where it was."""
    database = Path(str(engine.url.database))
    engine.dispose()  # which empties the log into the database and removes it
    away = database.rename(database.with_suffix(".away"))
    database.mkdir()
    try:
        yield
    finally:
        engine.dispose()
        database.rmdir()
        away.rename(database)


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """Let a SQLite database be read and not written."""

    def forbid(connection: Any, *_: object) -> None:  # noqa: ANN401 - the driver's
        connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "checkout", forbid)
    try:
        yield
    finally:
        event.remove(engine, "checkout", forbid)
        engine.dispose()
