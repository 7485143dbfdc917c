"""A PostgreSQL server of the tests' own: started once, on a socket in a temporary folder, stopped by its own id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

_STARTS_WITHIN_SECONDS = 60
_CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")


class Postgres:
    """A running server, which makes an empty database for whoever asks."""

    def __init__(self, folder: Path, port: int = 5432) -> None:
        self.folder = folder
        self._port = port
        self._numbers = count(1)

    def connect(self) -> psycopg.Connection:
        """Open a connection to the server's first database, each statement committed by itself."""
        return psycopg.connect(
            host=str(self.folder), port=self._port, user="postgres", dbname="postgres", autocommit=True
        )

    def database(self, template: str = "template0") -> str:
        """Make a database like the template, which is an empty one, and return its address."""
        name = f"maglia_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def end_connections(self, address: str) -> None:
        """End whatever is still connected to a database."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [make_url(address).database],
            )

    def drop(self, address: str) -> None:
        """Drop a database, whoever may still be connected to it: thousands of them fill a disk."""
        name = make_url(address).database
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@contextmanager
def running_postgres(port: int | None = None) -> Iterator[Postgres]:
    """Run a server while the block lasts, on a port of this machine too where one is given.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="maglia-pg-"))
    user = _unprivileged(folder)
    log = folder / "log"
    try:
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", *_CLUSTER],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        # No test pulls the plug of the machine: what the server need not survive, it need not wait for.
        listening = "127.0.0.1" if port else ""
        options = [
            "-c",
            "fsync=off",
            "-c",
            f"listen_addresses={listening}",
            "-c",
            f"port={port or 5432}",
            "-c",
            f"unix_socket_directories={folder}",
        ]
        with log.open("wb") as written:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", *options],
                user=user,
                cwd=folder,
                stdout=written,
                stderr=written,
            )
        try:
            postgres = Postgres(folder, port or 5432)
            _wait_for(postgres, server, log)
            yield postgres
        finally:
            server.send_signal(signal.SIGINT)  # its fast shutdown
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Find the newest server installed, Debian's place first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], check=True, capture_output=True, text=True)
        if (Path(told.stdout.strip()) / "initdb").exists():
            return Path(told.stdout.strip())
    raise FileNotFoundError("These tests need a PostgreSQL server, and none is installed: apt-get install postgresql")


def _unprivileged(folder: Path) -> int | None:
    """Give the folder to a user that PostgreSQL accepts, for it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_uid


def _wait_for(postgres: Postgres, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while True:
        try:
            postgres.connect().close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
