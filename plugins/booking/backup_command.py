"""Backup commands: `backup` makes a copy of the database and keeps the last ones, `restore` puts one back."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from plugins.booking.backups.backup import BackupFailed, BackupRefused, Rows, back_up
from plugins.booking.backups.rehearsal import Copy, rehearsed
from plugins.booking.backups.restore import Restored, restore
from plugins.booking.backups.rotation import REHEARSAL, filling, name_of, rotate
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import open_engine


def run_backup(asked: argparse.Namespace, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Run `backup` and return its exit code; raises BackupRefused, BackupFailed, Unavailable, OSError."""
    url = settings.database_url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise BackupRefused(f"There is no database at {url.database}; set BOOKING_DATABASE_URL to the one in use.")
    if asked.file and asked.into:
        raise BackupRefused("name a file or a folder (--into), not both")
    folder = None if asked.file else asked.into or settings.backup_dir
    if asked.file:
        _copy(url, Path(asked.file), asked.verify)
    elif folder:
        with filling(folder):
            _copy(url, folder / name_of(clock(), url.get_backend_name()), asked.verify)
            # Only now: a copy that failed pushes none out that is good.
            for gone in rotate(folder, asked.keep):
                print(f"{gone}: removed, {asked.keep} days are kept")
    else:
        raise BackupRefused("name a file for the copy, or a folder by --into DIR or BOOKING_BACKUP_DIR")
    return 0


def run_restore(asked: argparse.Namespace, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Run `restore` and return its exit code; raises BackupRefused, BackupFailed, Unavailable, OSError."""
    file, url = Path(asked.file), settings.database_url
    if asked.check:
        with tempfile.TemporaryDirectory(prefix="maglia-") as scratch, rehearsed(file, url, Path(scratch)) as (copy, _):
            print(f"{file}: whole; {_told(copy)}")
        return 0
    done = restore(url, file, clock(), over=asked.replace, hold_mail=asked.hold_mail)
    for line in _lines(done, asked.hold_mail):
        print(line)
    return 0


def _copy(url: URL, file: Path, verify: bool) -> None:
    engine = open_engine(url)
    try:
        rows = back_up(engine, file)
        if not verify:
            print(f"{file}: {file.stat().st_size} bytes")
            return
        with (
            tempfile.TemporaryDirectory(dir=file.parent, prefix=REHEARSAL) as scratch,
            rehearsed(file, url, Path(scratch)) as (copy, _),
        ):
            _compare(file, rows, copy)
            print(f"{file}: {file.stat().st_size} bytes, restored on trial; {_told(copy)}")
    finally:
        engine.dispose()


def _compare(file: Path, rows: Rows, copy: Copy) -> None:
    for name in sorted({*rows, *copy.rows}):
        if rows.get(name) != copy.rows.get(name):
            raise BackupFailed(
                f"{file} is not what the database held: {name} had {rows.get(name)} rows, the copy has "
                f"{copy.rows.get(name)}; the disk may be failing: make another copy elsewhere"
            )


def _told(copy: Copy) -> str:
    return (
        f"schema {copy.schema}, {sum(copy.rows.values())} rows in {len(copy.rows)} tables, "
        f"{copy.rows['bookings']} bookings, {copy.rows['messages']} messages, {copy.waiting} mails waiting"
    )


def _lines(done: Restored, held: bool) -> list[str]:
    copy = done.copy
    lines = [f"restored: {_told(copy)}"]
    if copy.changed_at:
        lines.append(f"the last thing in it is of {copy.changed_at:%Y-%m-%d %H:%M} UTC")
    if done.aside:
        lines.append(f"what was there is now {done.aside}; delete it when you are sure")
    if done.since:
        lines.append(
            f"{done.since} bookings and messages there are newer than the copy, and not in it; "
            "the owner's mailbox tells of each"
        )
    if copy.waiting and held:
        lines.append(f"{copy.waiting} mails that waited are held: the agenda sends them again, or lets go of them")
    elif copy.waiting:
        lines.append(
            f"{copy.waiting} mails that waited go out when the worker starts; those that were sent after the copy was "
            "made arrive twice (--hold-mail holds them)"
        )
    lines += [
        f"{account} of {provider} is connected as when the copy was made; if it was disconnected since, do so again: "
        f"`python -m plugins.booking disconnect {provider}`"
        for provider, account in copy.accounts
    ]
    lines.append("reminders that went out after the copy was made go out again; whoever was signed in to the agenda")
    lines[-1] += " signs in anew; erase once more whom you erased since"
    return lines
