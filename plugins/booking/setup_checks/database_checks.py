"""Checks of the database: its file and folder, whether it is whole, its schema, and on PostgreSQL the rights in it.

Nothing is written, and of SQLite nothing is made where there is nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, text

from plugins.booking.settings import Settings
from plugins.booking.setup_checks.work_checks import work_checks
from plugins.booking.storage.engine import Unavailable, open_engine, reachable, sqlite_library
from plugins.booking.storage.migrate import newest, schema_of
from plugins.booking.storage.schema import metadata
from plugins.content.findings import Check, Finding
from plugins.content.system_users import user_name

_NAME = "database"
_SECONDS, _INTEGRITY_SECONDS = 60.0, 30.0
_OLDEST_POSTGRESQL = 130000
_CLOCK_SECONDS = 30
_RESTORE = "put a copy back, as docs/hosting.md says; keep the file as it is for whoever looks into it"
# Looking changes nothing, and so renews no token.
NO_GOOD_TOKEN = "its token has run out or was refused, or the database does not answer"
RENEWS_TOKENS = "let the endpoint or the worker run, which renew it, and look again"
_RIGHTS = "as its owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}"


def database_checks(settings: Settings, clock: Callable[[], datetime]) -> list[Check]:
    """Return the check of the database, and of the work that its rows tell about."""

    def look() -> Iterator[Finding]:
        is_sqlite = settings.database_url.get_backend_name() == "sqlite"
        if is_sqlite:
            faults = list(_file(Path(settings.database_url.database or "")))
            yield from faults
            if any(one.level == "fault" for one in faults):
                return
        engine = looking_engine(settings.database_url)
        assert engine
        try:
            yield from _sqlite(engine) if is_sqlite else _postgresql(engine, clock)
            schema = _schema(engine)
            yield schema
            if schema.level != "fault":
                yield from work_checks(engine, settings, clock)
        except Unavailable as error:
            mend = "see whether it runs, and whether BOOKING_DATABASE_URL names it, its user and password rightly"
            yield Finding(_NAME, "fault", f"does not answer: {_first_line(error)}", _RESTORE if is_sqlite else mend)
        finally:
            engine.dispose()

    return [Check(_NAME, look, _SECONDS)]


def _file(file: Path) -> Iterator[Finding]:
    owner = f"{_user(file)}" if file.exists() else _user(file.parent)
    if not file.is_absolute():
        what = f"{file} is within {Path.cwd()}, which an upgrade may remove"
        yield Finding(_NAME, "fault", what, "name it by its whole path: BOOKING_DATABASE_URL=sqlite:////…/booking.db")
    if not file.is_file():
        what = f"there is none at {file}"
        yield Finding(_NAME, "fault", what, "start the endpoint once, or set BOOKING_DATABASE_URL to the one in use")
        return
    for path in (file, file.parent):
        if not os.access(path, os.W_OK):
            what = f"{path} cannot be written by {_me()}; it belongs to {owner}"
            yield Finding(_NAME, "fault", what, f"as root: chown -R {_me()}: {path}")
    if file.stat().st_mode & 0o007:
        what = f"everybody on this machine may read {file}, and all that visitors wrote"
        yield Finding(_NAME, "fault", what, f"chmod 600 {file}*")


def looking_engine(url: URL) -> Engine | None:
    """Open a database to look into it, of SQLite so that nothing is written; None where it has no file."""
    if url.get_backend_name() != "sqlite":
        return open_engine(url)
    file, module = Path(url.database or ""), sqlite_library().module
    if not file.is_file():
        return None
    # Without a log there is nobody writing: read so, the file gets none made beside it either.
    still = "" if Path(f"{file}-wal").exists() else "&immutable=1"

    def connect() -> Any:  # noqa: ANN401 - either module's connection
        address = f"file:{quote(str(file))}?mode=ro{still}"
        return module.connect(address, uri=True, timeout=5, isolation_level=None, check_same_thread=False)

    return create_engine("sqlite://", creator=connect, module=module, hide_parameters=True)


def _sqlite(engine: Engine) -> Iterator[Finding]:
    deadline = time.monotonic() + _INTEGRITY_SECONDS
    with reachable(), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: time.monotonic() > deadline, 100_000)
        try:
            wrong = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        except Exception:
            if time.monotonic() <= deadline:
                raise
            wrong = None
        finally:
            driver.set_progress_handler(None, 0)
    if wrong == "ok":
        yield Finding(_NAME, "ok", f"{sqlite_library().label}: its file is whole")
    elif wrong is None:
        yield Finding(_NAME, "skipped", f"too large to be read whole within {_INTEGRITY_SECONDS:g} seconds")
    else:
        yield Finding(_NAME, "fault", f"its file is damaged: {' '.join(str(wrong).split())[:200]}", _RESTORE)


def _postgresql(engine: Engine, clock: Callable[[], datetime]) -> Iterator[Finding]:
    state = text(
        "SELECT current_setting('server_version_num')::int, now(), current_user::text,"
        " current_setting('transaction_read_only')::bool, current_setting('server_encoding'),"
        " has_schema_privilege(current_schema(), 'CREATE')"
    )
    with reachable(), engine.connect() as connection:
        version, now, user, read_only, encoding, creates = connection.execute(state).one()
        rights = "SELECT has_table_privilege(to_regclass(:name), :right)"
        lacking = [
            (table, right)
            for table in sorted([*metadata.tables, "alembic_version"])
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
            # Of a table that is not there the schema's own check tells.
            if connection.execute(text(rights), {"name": table, "right": right}).scalar_one() is False
        ]
    if version < _OLDEST_POSTGRESQL:
        mend = "upgrade the server: versions below 13 are no longer maintained"
        yield Finding(_NAME, "warning", f"PostgreSQL {version // 10000}", mend)
    if read_only:
        mend = "name the primary server in BOOKING_DATABASE_URL, or set default_transaction_read_only off"
        yield Finding(_NAME, "fault", "takes no writes: a standby, or set to be read only", mend)
    if encoding != "UTF8":
        mend = "make a database with ENCODING 'UTF8' and restore a dump into it"
        yield Finding(_NAME, "fault", f"its encoding is {encoding}: names beyond it are refused", mend)
    if lacking:
        what = f"{user} has no right to {lacking[0][1]} in {lacking[0][0]}" + (
            f", nor {len(lacking) - 1} others" if len(lacking) > 1 else ""
        )
        yield Finding(_NAME, "fault", what, _RIGHTS.format(user=user))
    if not creates:
        what = f"{user} may make no tables: the next version's migration will fail"
        yield Finding(_NAME, "warning", what, f"as its owner: GRANT CREATE ON SCHEMA public TO {user}")
    if not lacking and not read_only:
        yield Finding(_NAME, "ok", f"PostgreSQL {version // 10000} answers, and takes what is written")
    apart = abs((clock() - now.astimezone(UTC)).total_seconds())
    if apart > _CLOCK_SECONDS:
        mend = "let both machines keep their time by NTP: timedatectl set-ntp true"
        yield Finding("clock", "fault", f"{apart:.0f} seconds apart from the database server's", mend)


def _schema(engine: Engine) -> Finding:
    found, wanted = schema_of(engine), newest()
    if found is None:
        mend = "start the endpoint, or run: python -m plugins.booking migrate"
        return Finding("schema", "fault", "the database has no tables", mend)
    if found < wanted:
        what = f"the database has schema {found}, and this code wants {wanted}"
        mend = "restart endpoint and worker, or run: python -m plugins.booking migrate"
        return Finding("schema", "fault", what, mend)
    if found > wanted:
        what = f"the database has schema {found}, of a later version than this code's {wanted}"
        return Finding("schema", "warning", what, "it works; upgrade the code when what made you go back is mended")
    return Finding("schema", "ok", found)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _user(path: Path) -> str:
    try:
        return user_name(path.stat().st_uid)
    except OSError:
        return "nobody that can be seen"


def _me() -> str:
    return user_name(os.geteuid())
