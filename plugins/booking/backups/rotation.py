"""Rotation: a folder of copies, named by their moment, of which those of the last days are kept."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from plugins.booking.backups.backup import BackupRefused

_NAME = re.compile(r"booking-(\d{8})-\d{6}\.(?:db|dump)")
# How the folder of a rehearsal begins.
REHEARSAL = ".rehearsal-"
_UNFINISHED = re.compile(rf"\.booking-\d{{8}}-\d{{6}}\.(?:db|dump)\.\w+|{re.escape(REHEARSAL)}\w+")


def name_of(moment: datetime, dialect: str) -> str:
    """What a copy of that moment is called; the names are in the order of time, in UTC."""
    end = "db" if dialect == "sqlite" else "dump"
    return f"booking-{moment.astimezone(UTC):%Y%m%d-%H%M%S}.{end}"


@contextmanager
def filling(folder: Path) -> Iterator[None]:
    """Hold a folder of copies while one is added; what a killed backup left in it is removed first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRefused(f"another backup into {folder} is being made; wait for its end") from error
        for left in folder.iterdir():
            if _UNFINISHED.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
        yield
    finally:
        os.close(opened)


def rotate(folder: Path, keep: int) -> list[Path]:
    """Keep the newest copy of each of the last days that have one, `keep` of them; remove the others, and return them.

    Whatever has another name stays.
    """
    copies = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.is_file())
    newest = {path.name[8:16]: path for path in copies}
    kept = {newest[day] for day in sorted(newest)[-keep:]}
    gone = [path for path in copies if path not in kept]
    for path in gone:
        path.unlink()
    return gone
