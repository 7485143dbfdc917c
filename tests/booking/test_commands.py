"""The commands, run as their users run them."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import bookings
from tests.booking.office import NOW, write_content, write_json
from tests.booking.outgoing import queued
from tests.booking.processes import ROOT
from tests.booking.smtp import smtp_server
from tests.booking.tables import count
from tests.building import CONTENT
from tests.fork_server import forked


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*forked("plugins.booking"), *arguments],
        cwd=ROOT,
        env={"BOOKING_CONTENT": str(CONTENT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/booking.db"


def test_migrate_makes_the_database_and_its_folder(database: str) -> None:
    done = run("migrate", BOOKING_DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    engine = open_engine(make_url(database))
    assert count(engine, bookings) == 0
    engine.dispose()


def test_deliver_once_sends_what_is_due_and_ends(database: str) -> None:
    queued(database)
    engine = open_engine(make_url(database))
    with smtp_server() as server:
        done = run("deliver", "--once", BOOKING_DATABASE_URL=database, BOOKING_SMTP_URL=server.url)
    assert done.returncode == 0, done.stderr
    assert [mail["Subject"] for mail in server.taken] == ["Ciao"]
    assert Outbox(engine).figures(NOW).pending == 0
    engine.dispose()


def test_deliver_without_a_relay_says_what_is_missing(database: str) -> None:
    done = run("deliver", BOOKING_DATABASE_URL=database)
    assert done.returncode == 2
    assert "BOOKING_SMTP_URL" in done.stderr


def test_every_wrong_variable_is_told_before_anything_begins() -> None:
    done = run("serve", BOOKING_DATABASE_URL="mysql://x", BOOKING_SMTP_URL="ftp://x", BOOKING_RATE_LIMIT="many")
    assert done.returncode == 2
    for name in ("BOOKING_DATABASE_URL", "BOOKING_SMTP_URL", "BOOKING_RATE_LIMIT"):
        assert name in done.stderr


def test_broken_content_is_told_with_its_file_and_line(content: Path, database: str) -> None:
    write_json(content / "identity.yaml", {"name": "Bice"})
    done = run("serve", "--port=0", BOOKING_CONTENT=str(content), BOOKING_DATABASE_URL=database)
    assert done.returncode == 1
    assert "identity.yaml:" in done.stderr


def test_a_port_in_use_is_told(content: Path, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken_port = taken.getsockname()[1]
        done = run("serve", f"--port={taken_port}", BOOKING_CONTENT=str(content), BOOKING_DATABASE_URL=database)
    assert done.returncode == 1
    assert f"la porta {taken_port} è già occupata" in done.stderr
    assert "make serve PORT=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http", "٨٠٠٠", "99999999999999"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    done = run("serve", f"--port={port}")
    assert done.returncode == 2
    assert "una porta è un numero da 0 a 65535" in done.stderr


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    done = run("migrate", BOOKING_DATABASE_URL=f"postgresql+psycopg://x@/x?host={tmp_path}")
    assert done.returncode == 1
    assert "Il database non risponde" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("asked", [("export", "a@b.it"), ("erase", "a@b.it"), ("purge",), ("backup", "copy.db")])
def test_command_on_a_missing_database_fails_and_creates_none(
    content: Path, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    write_content(content, retention="365d")
    missing = tmp_path / "elsewhere" / "booking.db"
    done = run(*asked, BOOKING_DATABASE_URL=f"sqlite:///{missing}", BOOKING_CONTENT=str(content))
    assert done.returncode == 2
    assert str(missing) in done.stderr
    assert "BOOKING_DATABASE_URL" in done.stderr
    assert not missing.parent.exists()
    assert done.stdout == ""
