"""Databases with the present schema, copied from one that the migrations have made."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import MIGRATIONS, migrate
from tests.booking.postgres import Postgres


def lay_out(address: URL) -> None:
    """Put an empty database with the present schema where a SQLite database is to be, unless there is one."""
    file = Path(str(address.database))
    if address.get_backend_name() == "sqlite" and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_sqlite())


def postgres_database(server: Postgres) -> str:
    """Make an empty PostgreSQL database with the present schema, and return its address."""
    return server.database(_template(server))


def run_migrations(address: str) -> None:
    """Bring a database to the present schema."""
    engine = open_engine(make_url(address))
    migrate(engine)
    engine.dispose()


def bring(connection: Connection, revision: str) -> None:
    """Run the migrations up to one of them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        run_migrations(f"sqlite:///{folder}/template.db")
        return (Path(folder) / "template.db").read_bytes()


@cache
def _template(server: Postgres) -> str:
    address = server.database()
    run_migrations(address)
    return str(make_url(address).database)
