"""Checks of disks: free space and inodes of each folder that is written to, and whether it can be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from plugins.content.findings import Finding
from plugins.publishing.doctor.installation import Installation

_LITTLE, _SCARCE = 1 << 30, 128 << 20  # bytes
_FEW, _NEARLY_NONE = 0.05, 0.01  # of all inodes
_MEND = "remove what is not needed there (old copies, logs), or give it a larger disk: bookings stop where it is full"


def disk_check(found: Installation) -> Iterator[Finding]:
    """Yield how full each disk is that something is written to."""
    folders = [found.server.root] if found.server else []
    folders += [file.parent for file in (found.database_file,) if file]
    folders += [folder for folder in (found.backups, Path(tempfile.gettempdir())) if folder]
    seen: set[int] = set()
    for folder in folders:
        if folder.is_dir() and (device := folder.stat().st_dev) not in seen:
            seen.add(device)
            yield judge(folder, os.statvfs(folder))


def judge(folder: Path, disk: os.statvfs_result) -> Finding:
    """Say how full a disk is."""
    free, inodes = disk.f_bavail * disk.f_frsize, disk.f_favail / disk.f_files if disk.f_files else 1.0
    what = f"{folder}: {free / (1 << 30):.1f} GB free, {inodes:.0%} of the inodes"
    if disk.f_flag & os.ST_RDONLY:
        mend = "see dmesg: a disk that fails is mounted so; mount it for writing again"
        return Finding("disk", "fault", f"{folder} is mounted read-only", mend)
    if free < _SCARCE or inodes < _NEARLY_NONE:
        return Finding("disk", "fault", what, _MEND)
    if free < _LITTLE or inodes < _FEW:
        return Finding("disk", "warning", what, _MEND)
    return Finding("disk", "ok", what)
