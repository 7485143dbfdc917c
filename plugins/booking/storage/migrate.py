"""Schema migration: upgrades the database, safely where several processes start at once."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from plugins.booking.storage.engine import queue_for_writing, reachable, writing

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_log = logging.getLogger(__name__)


def migrate(engine: Engine) -> None:
    """Run the migrations not yet run, all or none, while holding the writer's place; raises Unavailable.

    A database that a later version has migrated is used as it is: migrations only add what an earlier version can do
    without, so that going back to one needs no other database.
    """
    found, wanted = schema_of(engine), newest()
    if found is not None and found >= wanted:
        if found > wanted:
            _log.warning("the database has schema %s, of a later version than this one's %s", found, wanted)
        return
    # Eight megabytes that most starts do without.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with reachable(), writing(engine).begin() as connection:
        queue_for_writing(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest() -> str:
    """The revision that the code wants; a migration's file begins with its own."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def schema_of(engine: Engine) -> str | None:
    """The revision that a database has come to, None where it is empty; raises Unavailable."""
    kept = table("alembic_version", column("version_num"))
    with reachable(), engine.begin() as connection:
        if not inspect(connection).has_table(kept.name):
            return None
        return connection.execute(select(kept.c.version_num)).scalar_one_or_none()
