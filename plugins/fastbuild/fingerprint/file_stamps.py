"""File stamps: size, times and inode, which stand for a file's bytes.

As long as the file system says the same of a file, its bytes are the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from plugins.content.base.ignored_files import IGNORED

# Size, times in nanoseconds of its content and of anything about it, and its number.
Stamp = tuple[int, int, int, int]
# Two writes within one tick of the kernel's clock have the same time.
_TICK_NS = 30_000_000
LEFT_BEHIND = (*IGNORED, "*.pyc")
# When this process began, or a moment later.
_BEGAN_NS = time.time_ns() - time.process_time_ns()
_FOLDERS = ("__pycache__", ".git")


def stamp_of(path: str) -> Stamp:
    """The stamp of a file that is there."""
    return _stamp(os.stat(path))


def _stamp(told: os.stat_result) -> Stamp:
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino


def files(folders: Iterable[str], ignored: Sequence[str] = LEFT_BEHIND) -> dict[str, Stamp]:
    """Every file below some folders but what is `ignored`, with its stamp; links are followed."""
    return {path: stamp for folder in folders for path, stamp in _below(folder, ignored)}


def _below(folder: str, ignored: Sequence[str]) -> Iterator[tuple[str, Stamp]]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name not in _FOLDERS:
                yield from _below(entry.path, ignored)
        elif not any(fnmatchcase(entry.name, pattern) for pattern in ignored):
            try:
                yield entry.path, _stamp(entry.stat())
            except FileNotFoundError:
                continue  # a link to nowhere


def files_in(folders: Iterable[str]) -> dict[str, Stamp]:
    """Every file that lies in one of these folders, and not below it."""
    found: dict[str, Stamp] = {}
    for folder in folders:
        if os.path.isdir(folder):
            found |= {entry.path: _stamp(entry.stat()) for entry in os.scandir(folder) if entry.is_file()}
    return found


def trusted(stamps: Mapping[str, Stamp], taken_ns: int) -> dict[str, Stamp | None]:
    """The stamps as they may be relied on later: None of a file that was written while they were taken."""
    return {path: stamp if max(stamp[1:3]) < taken_ns - _TICK_NS else None for path, stamp in stamps.items()}


def seconds_to_trust(stamps: Iterable[Stamp], taken_ns: int) -> float:
    """How long it takes until what was written just now may be relied on: at most a tick of the clock."""
    written = (max(stamp[1:3]) for stamp in stamps)
    return max((at + _TICK_NS - taken_ns + 1 for at in written if at <= taken_ns), default=0) / 1e9


def of_a_process(stamps: Mapping[str, Stamp | None]) -> dict[str, Stamp | None]:
    """The stamps of programs as this process has read them: None of what was written since it began."""
    return {path: stamp if stamp and max(stamp[1:3]) < _BEGAN_NS else None for path, stamp in stamps.items()}


def differing(before: Mapping[str, Stamp | None], now: Mapping[str, Stamp]) -> set[str]:
    """The files that are not, or may not be, what they were: changed, new or gone."""
    changed = {path for path, stamp in now.items() if before.get(path) != stamp}
    return changed | (before.keys() - now.keys())


def are_as_they_were(stamps: Mapping[str, Stamp | None]) -> bool:
    """Whether all of these files are there as they were."""
    try:
        return all(_stamp(os.stat(path)) == stamp for path, stamp in stamps.items())
    except OSError:
        return False
