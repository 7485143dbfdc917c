"""Backup: a consistent copy of the database while it is in use."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from plugins.booking.storage.engine import outside_transactions

_TAKEN = "{file} exists already; name a file that does not, so that no backup is ever overwritten"


class BackupRefused(Exception):
    """The copy cannot be made there; says why and what to do, in English."""


def back_up(engine: Engine, file: Path) -> None:
    """Copy the whole database into a new file: SQLite by `VACUUM INTO`, PostgreSQL by `pg_dump`'s custom format.

    Readers and writers go on meanwhile. The file appears under its name only when it is whole.
    Raises BackupRefused, Unavailable, OSError.
    """
    if file.exists() or file.is_symlink():
        raise BackupRefused(_TAKEN.format(file=file))
    file.parent.mkdir(parents=True, exist_ok=True)
    # What it holds is personal: nobody else may read it, not even while it is made (its mode is 0600).
    opened, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    os.close(opened)
    part = Path(name)
    try:
        if engine.dialect.name == "sqlite":
            with outside_transactions(engine) as execute:
                execute("VACUUM INTO ?", (str(part),))
        else:
            _dump(engine, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        try:
            # What has come there meanwhile stays; not every file system has links that would do this in one step.
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError as error:
            raise BackupRefused(_TAKEN.format(file=file)) from error
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _dump(engine: Engine, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupRefused("pg_dump is not installed; on Debian: apt-get install postgresql-client")
    # By the environment: an argument would show the password to whoever lists processes.
    done = subprocess.run(
        [program, "--format=custom", f"--file={file}", "--no-password"],
        env=os.environ | connection_variables(engine),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupRefused(f"pg_dump failed: {done.stderr.strip()}")


def connection_variables(engine: Engine) -> dict[str, str]:
    """The connection as libpq's variables (PostgreSQL, "Environment Variables")."""
    url = engine.url
    named = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    return {name: value for name, value in named.items() if value}
