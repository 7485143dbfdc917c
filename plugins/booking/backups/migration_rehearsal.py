"""Migration rehearsal: migrates a copy of the database, so that a failure is met before the real one is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from plugins.booking.backups.backup import BackupFailed, BackupRefused, back_up
from plugins.booking.backups.postgres_programs import ProgramMissing
from plugins.booking.backups.rehearsal import restored_postgres
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.migrate import migrate, newest, schema_of

NOT_TRIED = 3


def rehearse(url: URL, tell: Callable[[str], None]) -> int:
    """Migrate a copy, and return the exit code: 0 it can be done, 1 it fails, 3 it could not be tried."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        tell("There is no database yet: nothing to migrate.")
        return 0
    engine = open_engine(url)
    try:
        found, wanted = schema_of(engine), newest()
        if found is None or found >= wanted:
            tell(f"The database has schema {found or 'none yet'}: nothing to migrate.")
            return 0
        with _copy(engine) as copied:
            try:
                migrate(copied)
            except Exception as error:
                # Of any kind: a migration is code that has not run on this data yet.
                tell(f"From schema {found} to {wanted} a copy of the database fails: {type(error).__name__}: {error}")
                return 1
            finally:
                copied.dispose()
    except (Unavailable, BackupRefused, BackupFailed, ProgramMissing) as error:
        tell(f"The database could not be copied, and its migration is not tried beforehand: {error}")
        return NOT_TRIED
    finally:
        engine.dispose()
    tell(f"A copy of the database was migrated from schema {found} to {wanted}.")
    return 0


@contextmanager
def _copy(engine: Engine) -> Iterator[Engine]:
    """A copy of a database, which is gone at the end, and one that was left behind before it."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        folder = file.with_name(f".{file.name}.rehearsal")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            back_up(engine, folder / file.name)
            yield open_engine(engine.url.set(database=str(folder / file.name)))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    with tempfile.TemporaryDirectory() as folder_name:
        dump = Path(folder_name) / "dump"
        back_up(engine, dump)
        with restored_postgres(dump, engine.url) as copied:
            yield copied
