"""Brings the database to the present schema, safely where several processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from plugins.booking.engine import queue_for_writing, reachable, writing

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(engine: Engine) -> None:
    """Run the migrations not yet run, all or none, while holding the writer's place; raises Unavailable."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with reachable(), writing(engine).begin() as connection:
        queue_for_writing(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
