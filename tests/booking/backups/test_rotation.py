"""A folder of copies keeps those of the last days, and nothing that is not its own is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from plugins.booking.__main__ import main
from plugins.booking.backups.backup import BackupRefused
from plugins.booking.backups.rotation import filling, name_of, rotate
from tests.booking.migrated import run_migrations
from tests.booking.processes import ROOT

MOMENT = datetime(2026, 11, 30, 3, 10, 5, tzinfo=UTC)


@pytest.fixture
def environment(content: Path, tmp_path: Path) -> dict[str, str]:
    run_migrations(f"sqlite:///{tmp_path}/booking.db")
    return {"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db", "BOOKING_CONTENT": str(content)}


def test_copies_are_named_by_their_moment_in_utc() -> None:
    assert name_of(MOMENT.astimezone(timezone(timedelta(hours=2))), "sqlite") == "booking-20261130-031005.db"
    assert name_of(MOMENT, "postgresql") == "booking-20261130-031005.dump"


def test_the_newest_of_each_of_the_last_days_is_kept(tmp_path: Path) -> None:
    names = [name_of(MOMENT - timedelta(hours=12 * number), "sqlite") for number in range(20)]
    for name in names:
        (tmp_path / name).touch()
    gone = rotate(tmp_path, 3)
    # Of each day the later of two; days are counted that have a copy, whatever day it is today.
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[0], names[1], names[3]])
    assert len(gone) == 17
    assert rotate(tmp_path, 3) == []


def test_files_of_other_names_are_never_removed(tmp_path: Path) -> None:
    others = ["booking.db", "booking-20261130.db", "booking-20261130-031005.db.age", "notes-20200101-000000.db"]
    for name in [*others, name_of(MOMENT, "sqlite")]:
        (tmp_path / name).touch()
    (tmp_path / name_of(MOMENT - timedelta(days=9), "sqlite")).mkdir()
    rotate(tmp_path, 1)
    assert len(list(tmp_path.iterdir())) == len(others) + 2


def test_what_a_killed_backup_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = [tmp_path / ".booking-20261130-031005.db.a1b2c3", tmp_path / ".rehearsal-a1b2c3"]
    for folder in left:
        folder.mkdir()
        (folder / "copy").touch()
    (tmp_path / ".git").mkdir()
    with filling(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_two_backups_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    with filling(tmp_path), pytest.raises(BackupRefused, match="another backup"), filling(tmp_path):
        pass


def test_the_folder_comes_from_the_option_or_the_environment(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup"], environment) == 2
    assert "BOOKING_BACKUP_DIR" in capsys.readouterr().err
    assert main(["backup", "--verify"], environment | {"BOOKING_BACKUP_DIR": f"{tmp_path}/copies"}) == 0
    (copy,) = (tmp_path / "copies").iterdir()
    assert "restored on trial; schema" in capsys.readouterr().out
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert main(["backup", str(tmp_path / "one.db"), "--into", str(tmp_path)], environment) == 2


@pytest.mark.some_cases(1)
def test_a_disk_that_takes_no_more_leaves_the_older_copies(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    old = [folder / name_of(MOMENT - timedelta(days=number), "sqlite") for number in range(3)]
    for file in old:
        file.write_text("good")
    for kilobytes, code in ((100, 1), (1000, 0)):  # what a file may hold; the copy has about 200
        command = [sys.executable, "-m", "plugins.booking", "backup", "--into", str(folder), "--keep", "1"]
        limited = ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "bash", *command]
        done = subprocess.run(
            limited, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert ("copies made before are as they were" in done.stderr) == bool(code)
        assert {path.name for path in folder.iterdir()} >= {path.name for path in old if code}
    assert len(list(folder.iterdir())) == 1
