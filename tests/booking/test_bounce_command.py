"""A mail server pipes what comes back: it is taken in, or asked for again, and never answered."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.schema import outbox
from tests.booking.mail.bounces.reports import ADA, OWN_ID, report
from tests.booking.migrated import bring, lay_out
from tests.booking.office import NOW
from tests.booking.processes import ROOT
from tests.fork_server import forked


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with a mail that was sent."""
    address = f"sqlite:///{tmp_path}/booking.db"
    lay_out(make_url(address))
    engine = open_engine(make_url(address))
    mail = Envelope(OWN_ID[1:33], "booked-visitor", "bice@example.org", ADA, OWN_ID, b"Subject: Ciao\r\n\r\nCiao\r\n")
    with engine.begin() as connection:
        enqueue(connection, "0" * 32, [mail], NOW)
    engine.dispose()
    return address


def pipe(raw: bytes, content: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a mail server does."""
    return subprocess.run(
        [*forked("plugins.booking"), *options, "bounce"],
        cwd=ROOT,
        env={"BOOKING_CONTENT": str(content)} | environment,
        input=raw,
        capture_output=True,
        timeout=60,
    )


def bounced(database: str) -> str | None:
    engine = open_engine(make_url(database))
    with engine.begin() as connection:
        reason: str | None = connection.execute(select(outbox.c.bounce)).scalar_one()
    engine.dispose()
    return reason


def test_piped_report_is_taken_in(content: Path, database: str) -> None:
    done = pipe(report(), content, BOOKING_DATABASE_URL=database)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"bounce\n", b"")
    assert str(bounced(database)).startswith("5.1.1")
    assert pipe(report(), content, BOOKING_DATABASE_URL=database).stdout == b"known\n"


@pytest.mark.parametrize("raw", [b"", b"Subject: Ciao\n\nCiao\n", b"\x00\xff" * 3_000_000])
def test_what_is_nothing_of_ours_is_swallowed(content: Path, database: str, raw: bytes) -> None:
    done = pipe(raw, content, BOOKING_DATABASE_URL=database)
    assert (done.returncode, done.stdout) == (0, b"nothing of ours\n")
    assert bounced(database) is None


def test_database_that_is_not_there_has_it_given_again(content: Path, tmp_path: Path) -> None:
    missing = tmp_path / "elsewhere" / "booking.db"
    done = pipe(report(), content, BOOKING_DATABASE_URL=f"sqlite:///{missing}")
    assert done.returncode == 75
    assert b"BOOKING_DATABASE_URL" in done.stderr
    assert not missing.parent.exists()


def test_database_of_an_earlier_schema_has_it_given_again(content: Path, tmp_path: Path) -> None:
    engine = open_engine(make_url(f"sqlite:///{tmp_path}/booking.db"))
    with engine.begin() as connection:
        bring(connection, "0012")
    engine.dispose()
    assert pipe(report(), content, BOOKING_DATABASE_URL=f"sqlite:///{tmp_path}/booking.db").returncode == 75


def test_unreachable_server_or_broken_settings_have_it_given_again(content: Path, database: str) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    assert pipe(report(), content, BOOKING_DATABASE_URL=away).returncode == 75
    assert pipe(report(), content, BOOKING_DATABASE_URL=database, BOOKING_RATE_LIMIT="x").returncode == 75
    assert pipe(report(), content, "--env", "/nowhere/env", BOOKING_DATABASE_URL=database).returncode == 75
    shutil.rmtree(content)
    assert pipe(report(), content, BOOKING_DATABASE_URL=database).returncode == 75
    assert bounced(database) is None
