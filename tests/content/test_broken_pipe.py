"""Commands whose reader has had enough end at once, without a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from plugins.content.broken_pipe import CODE, run_command
from tests.building import ROOT, beside_sample

COMMANDS = [
    ["plugins.publishing", "check", "--content", "none"],
    ["plugins.booking", "explain", "conoscitiva", "2027-02-03T10:00+01:00"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_ends_quietly_when_its_reader_is_gone(command: list[str], tmp_path: Path) -> None:
    database = {"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db", "BOOKING_SECRET_KEY": "k" * 32}
    place = beside_sample()
    if "none" in command:
        (tmp_path / "content").mkdir()
        command = [*command[:-1], str(tmp_path / "content")]
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=place["cwd"],
        env=place["env"] | database,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(60), told) == (CODE, "")


def test_every_command_of_ours_goes_through_it() -> None:
    begun = [path for path in (ROOT / "plugins").rglob("*.py") if "sys.exit(main(" in path.read_text(encoding="utf-8")]
    # These speak to git, to the development server and to the build, and not to people.
    assert {path.name for path in begun} <= {"receive.py", "workshop.py", "build_worker.py", "rasterize.py"}


def test_a_broken_connection_is_no_broken_output() -> None:
    def broken() -> int:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run_command(broken)
