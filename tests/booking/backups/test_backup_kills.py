"""A backup or restore that is killed at any step leaves whole copies, and the database as it was or as it is to be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import make_url, select

from plugins.booking.__main__ import main
from plugins.booking.backups.backup import back_up
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings
from tests.booking.endpoint import endpoint
from tests.booking.office import asked
from tests.booking.processes import ROOT, eventually
from tests.soak import soak_count

STEPS = soak_count(3, 1000)  # at which of its steps it is killed, at most
TIMES = soak_count(2, 30)
KILLED = -signal.SIGKILL
# Runs the command and kills it before its kth call that changes files or starts a program.
PROGRAM = """
import os, signal, sys
left = int(sys.argv[1])
def watch(event, arguments):
    global left
    told = event in {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile", "subprocess.Popen",
        "sqlite3.connect", "pysqlite3.connect", "tempfile.mkdtemp", "os.chown", "fcntl.flock"}
    written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if told or written:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
from plugins.booking.__main__ import main
sys.addaudithook(watch)
sys.exit(main(sys.argv[2:], os.environ))
"""


def killed_at(step: int, environment: dict[str, str], *command: str) -> int:
    """Kill a command before a step, and return how it ended."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(step), *command],
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {KILLED, 0}, done.stderr
    return done.returncode


class Place:
    """A database with two bookings and a copy of it with the first alone."""

    def __init__(self, content: Path, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder / "copies"
        self.file = folder / "first"
        self.environment = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content)}
        with endpoint(content, url) as desk:
            desk.http.post("/api/bookings", json=asked())
            back_up(desk.engine, self.file)
            desk.http.post("/api/bookings", json=asked(start="2027-01-12T11:00:00+01:00"))

    def held(self) -> int:
        """How many bookings the database has, read by a process that comes after a kill."""
        engine = open_engine(make_url(self.url))
        with engine.begin() as connection:
            number = len(connection.execute(select(bookings.c.id)).all())
        engine.dispose()
        return number


@pytest.fixture
def place(content: Path, database_url: str, tmp_path: Path) -> Place:
    return Place(content, database_url, tmp_path)


def steps() -> list[int]:
    """Every step where there is time for it, else a few."""
    return list(range(1, STEPS)) if STEPS > 100 else Random(7).sample(range(1, 24), STEPS)


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_a_backup_killed_at_any_step_leaves_whole_copies_alone(place: Place) -> None:
    for step in steps():
        code = killed_at(step, place.environment, "backup", "--into", str(place.folder), "--keep", "99")
        for copy in place.folder.glob("booking-*"):
            assert main(["restore", str(copy), "--check"], place.environment) == 0
            copy.unlink()
        if code == 0:
            break
    assert main(["backup", "--into", str(place.folder)], place.environment) == 0
    assert len(list(place.folder.iterdir())) == 1  # nothing half made is left


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_a_restore_killed_at_any_step_is_done_or_not(place: Place) -> None:
    for step in steps():
        code = killed_at(step, place.environment, "restore", str(place.file), "--replace")
        assert place.held() in {1, 2}
        assert code or place.held() == 1
        if code == 0:
            break
    assert main(["restore", str(place.file), "--replace"], place.environment) == 0
    assert place.held() == 1
    assert not list(place.folder.parent.glob(".*"))


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_a_restore_killed_at_any_time_is_done_or_not(place: Place) -> None:
    chance = Random(11)
    whole = [sys.executable, "-m", "plugins.booking", "restore", str(place.file), "--replace"]
    for _ in range(TIMES):
        # With the programs that it has started.
        process = subprocess.Popen(
            whole, cwd=ROOT, env=os.environ | place.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0.3, 1.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert place.held() in {1, 2}
    eventually(lambda: main(["restore", str(place.file), "--replace"], place.environment) == 0)
    assert place.held() == 1
