"""Checks of the copies of the database: how old the newest is, whether it is whole, and who may read it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from plugins.content.findings import Finding
from plugins.publishing.doctor.installation import Installation

_NAME = re.compile(r"booking-(\d{8}-\d{6})\.\w+")
_OLD, _TOO_OLD = timedelta(hours=36), timedelta(days=4)
_MAKE = "systemctl start maglia-backup, or python -m plugins.booking backup --into FOLDER --verify, each night"
_SECONDS = 30


def backup_check(found: Installation) -> Iterator[Finding]:
    """Yield how the copies stand."""
    folder = found.backups
    if folder is None:
        what = "BOOKING_BACKUP_DIR is not set: whether there are copies of the database is not known"
        yield Finding("backup", "warning", what, f"set it to their folder; one is made by: {_MAKE}")
        return
    try:
        copies = sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    except OSError as error:
        yield Finding("backup", "fault", f"{folder}: {error.strerror}", "make it, for the endpoint's user alone")
        return
    if not copies:
        yield Finding("backup", "fault", f"there is no copy of the database in {folder}", _MAKE)
        return
    newest = copies[-1]
    age = datetime.now(UTC) - _moment(newest)
    if age > _OLD:
        mend = f"see why none was made since: systemctl list-timers; one is made by: {_MAKE}"
        what = f"the newest copy, {newest.name}, is {age.total_seconds() / 3600:.0f} hours old"
        yield Finding("backup", "fault" if age > _TOO_OLD else "warning", what, mend)
    if newest.stat().st_mode & 0o007 and folder.stat().st_mode & 0o001:
        what = f"everybody on this machine may read {newest}"
        yield Finding("backup", "fault", what, f"chmod 600 {folder}/booking-*")
    wrong = _damage(newest)
    if wrong:
        what = f"{newest} cannot be restored: {wrong}"
        yield Finding("backup", "fault", what, f"make another and see what its maker says: {_MAKE}")
    elif age <= _OLD:
        yield Finding("backup", "ok", f"{newest.name} is whole; {len(copies)} copies. Keep some off this machine")


def _moment(file: Path) -> datetime:
    found = _NAME.fullmatch(file.name)
    assert found
    return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def _damage(file: Path) -> str | None:
    """What is wrong with a copy; None where it can be read, or where nothing here can read it."""
    if file.suffix == ".db":
        try:
            opened = sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
            try:
                said = str(opened.execute("PRAGMA quick_check(1)").fetchone()[0])
                opened.execute("SELECT count(*) FROM bookings").fetchone()
            finally:
                opened.close()
        except sqlite3.Error as error:
            return str(error)
        return None if said == "ok" else " ".join(said.split())[:200]
    program = shutil.which("pg_restore")
    if file.suffix != ".dump" or program is None:
        return None if file.stat().st_size else "it is empty"
    done = subprocess.run([program, "--list", file], capture_output=True, text=True, timeout=_SECONDS, check=False)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["pg_restore refuses it"])[0]
