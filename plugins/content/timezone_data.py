"""Time zone database (IANA): the newer of the system's and the package `tzdata`.

`zoneinfo` asks the system's first, however old it is, and the package only where there is none.
"""

from __future__ import annotations

import logging
import re
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

_VERSION = re.compile(r"\d{4}[a-z]+")
# The day of the newest announcement about leap seconds that a release knows; there are two a year.
_ANNOUNCED = re.compile(r"^#updated\s+(\d+)", re.MULTILINE)
_BETWEEN_ANNOUNCEMENTS = timedelta(days=184)
_OLD = timedelta(days=366)
_HEAD = 100
_log = logging.getLogger(__name__)


class ZoneData(NamedTuple):
    """A database: its version such as `2026f`, where that is known, and the last day on which it can have come out."""

    source: Literal["system", "package"]
    version: str | None = None
    released_by: date | None = None

    def is_old(self, today: date) -> bool:
        """Whether it is surely over a year old, or of an age that nobody knows."""
        return self.released_by is None or today - self.released_by > _OLD

    def __str__(self) -> str:
        where = "the system" if self.source == "system" else "the package tzdata"
        return f"{self.version or 'of unknown version'}, of {where}"


def use_newest() -> ZoneData:
    """Have every zone of this process come from the newer database: at the start of a program, before any zone is made.

    Where both are as old, or neither says, the system's stays, for whoever keeps the machine keeps it.
    """
    system, package = in_use(), _package()
    if package and system.source == "system" and (package.version or "") > (system.version or ""):
        # As a folder among others: the way by which zoneinfo reads a package takes long to import.
        zoneinfo.reset_tzpath((str(_folder()), *zoneinfo.TZPATH))
        # Whatever a library has made of a zone by now is the system's.
        zoneinfo.ZoneInfo.clear_cache()
        in_use.cache_clear()
    return in_use()


@cache
def in_use() -> ZoneData:
    """The database that zones of this process come from; what is installed later is read by the next one."""
    for folder in map(Path, zoneinfo.TZPATH):
        if folder == _folder():
            break
        if (folder / "Europe").is_dir() or (folder / "tzdata.zi").is_file():
            return _read("system", folder)
    return _package() or ZoneData("system")


def log_zones(today: date) -> None:
    """Tell the log of a process that serves which database is in use, and where it is too old, how to mend that."""
    told = in_use()
    if told.is_old(today):
        _log.warning("time zones: %s, over a year old: install a newer tzdata, by `make setup`", told)
    else:
        _log.info("time zones: %s", told)


def _package() -> ZoneData | None:
    folder = _folder()
    if folder is None:
        return None
    from tzdata import IANA_VERSION

    return _read("package", folder, [IANA_VERSION])


def _folder() -> Path | None:
    """The folder of the package, None where it is not installed."""
    try:
        import tzdata
    except ImportError:
        return None
    return Path(tzdata.__file__).with_name("zoneinfo")


def _read(source: Literal["system", "package"], folder: Path, said: Iterable[str] = ()) -> ZoneData:
    version = next((one for one in (*said, *_versions(folder)) if _VERSION.fullmatch(one)), None)
    if version is None:
        return ZoneData(source)
    released_by = date(int(version[:4]), 12, 31)
    if announced := _ANNOUNCED.search(_text(folder / "leapseconds")):
        known = datetime.fromtimestamp(int(announced[1]), UTC).date()
        released_by = min(released_by, known + _BETWEEN_ANNOUNCEMENTS)
    return ZoneData(source, version, released_by)


def _versions(folder: Path) -> Iterator[str]:
    """Wherever a folder says its version: the first line of the rules, or a file of its own (BSD, macOS)."""
    for said in (_text(folder / "tzdata.zi", _HEAD).partition("# version ")[2], _text(folder / "+VERSION", _HEAD)):
        if found := _VERSION.match(said):
            yield found[0]


def _text(file: Path, most: int = -1) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(most)
    except OSError:
        return ""
