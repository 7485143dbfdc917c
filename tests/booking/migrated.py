"""Databases with the present schema, copied from one that the migrations have made."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import MIGRATIONS, migrate
from tests.booking.postgres import Postgres

# All that a test may have changed but rows. A copy has the object identifiers of what it is copied from.
_SCHEMA = """
SELECT version_num, md5(string_agg(object, ',' ORDER BY object)) FROM alembic_version, (
    SELECT concat_ws(' ', c.oid, c.relkind, c.relname, c.relacl, a.attname, a.atttypid, a.attnotnull, a.attisdropped)
        AS object
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', oid, adrelid, adnum) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', oid, proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT concat_ws(' ', setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) objects GROUP BY version_num
"""
# Only of tables that have rows: to truncate makes new files of each, which takes as long as a new database.
_EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences
        WHERE last_value IS NOT NULL;
END $$
"""


def lay_out(address: URL) -> None:
    """Put an empty database with the present schema where a SQLite database is to be, unless there is one."""
    file = Path(str(address.database))
    if address.get_backend_name() == "sqlite" and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_sqlite())


def postgres_database(server: Postgres) -> str:
    """An empty PostgreSQL database with the present schema: one that was given back, or a new one; its address."""
    return _given_back(server).pop() if _given_back(server) else server.database(_template(server))


def give_back(server: Postgres, address: str) -> None:
    """Empty a database for whoever asks next, which is quicker than a new one; drop it where its schema is another."""
    server.end_connections(address)
    with psycopg.connect(_plain(address), autocommit=True) as connection:
        schema = connection.execute(_SCHEMA).fetchone()
        if schema == _schema(server):
            connection.execute(_EMPTY)
            _given_back(server).append(address)
            return
    server.drop(address)


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
def _given_back(_server: Postgres) -> list[str]:
    return []


@cache
def _schema(server: Postgres) -> object:
    address = server.database(_template(server))
    with psycopg.connect(_plain(address)) as connection:
        schema = connection.execute(_SCHEMA).fetchone()
    server.drop(address)
    return schema


def _plain(address: str) -> str:
    return address.replace("+psycopg", "")


@cache
def _template(server: Postgres) -> str:
    address = server.database()
    run_migrations(address)
    return str(make_url(address).database)
