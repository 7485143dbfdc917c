"""Takes a real database away for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine


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
