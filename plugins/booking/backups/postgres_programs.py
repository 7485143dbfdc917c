"""PostgreSQL's client programs, with the connection in the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.engine import URL


class ProgramMissing(Exception):
    """A program is not installed; says how to install it, in English."""


def run_program(name: str, url: URL, *arguments: str, into: Path | None = None) -> str:
    """Run one and return why it failed, in its own words; nothing where it did not. Raises ProgramMissing."""
    program = shutil.which(name)
    if program is None:
        raise ProgramMissing(f"{name} is not installed; on Debian: apt-get install postgresql-client")
    with open(into or os.devnull, "wb") as written:
        # By the environment: an argument would show the password to whoever lists processes.
        done = subprocess.run(
            [program, "--no-password", *arguments],
            env=os.environ | _connection(url),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
    return (done.stderr.strip() or f"{name} ended with {done.returncode}") if done.returncode else ""


def write_script(url: URL, file: Path, script: Path, *options: str) -> str:
    """Write what restores a dump as SQL into a private file, and return why it could not be.

    Owners and rights are left to the place where it is restored. Raises ProgramMissing.
    """
    script.touch(mode=0o600)
    arguments = ("--exit-on-error", "--no-owner", "--no-privileges", *options, "--file=-", str(file))
    failure = run_program("pg_restore", url, *arguments, into=script)
    with script.open("r+b") as opened:
        # A client of version 17 sets what servers before it do not know, to what holds anyway.
        place = opened.read(4096).find(b"\nSET transaction_timeout")
        if place >= 0:
            opened.seek(place + 1)
            opened.write(b"-- ")
    return failure


def run_script(url: URL, script: Path, before: Iterable[str] = (), after: Iterable[str] = ()) -> str:
    """Run statements, a script and statements in one transaction, and return why it failed; raises ProgramMissing."""
    steps = [*(f"--command={one}" for one in before), f"--file={script}", *(f"--command={one}" for one in after)]
    return run_program("psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *steps)


def _connection(url: URL) -> dict[str, str]:
    """The connection as libpq's variables (PostgreSQL, "Environment Variables"); sslmode is PGSSLMODE, and so on."""
    named = {f"PG{name.upper()}": value for name, value in url.query.items() if isinstance(value, str)} | {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or url.query.get("port", "")),
        "PGUSER": url.username or str(url.query.get("user", "")),
        "PGPASSWORD": str(url.password or url.query.get("password", "")),
        "PGDATABASE": url.database or "",
    }
    return {name: value for name, value in named.items() if value}
