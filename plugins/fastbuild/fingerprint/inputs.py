"""Build inputs: the files, settings, programs and day that a site is made from."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plugins.content.timezone_data import use_newest
from plugins.fastbuild.fingerprint.file_stamps import LEFT_BEHIND, Stamp, files, of_a_process, stamp_of

if TYPE_CHECKING:
    from pelican import Pelican

_PLUGINS = Path(__file__).parents[2]
# What a build puts into its settings itself, or what changes where it looks and not what it finds.
_OWN = frozenset(
    {
        "SITE",
        "DAY",
        "TODAY",
        "SITENAME",
        "AUTHOR",
        "TIMEZONE",
        "DEFAULT_LANG",
        "PAGE_FILTERS",
        "STYLES_MARK",
        "CONVERT",
        "METADATA_OF",
        "FILTERED_PAGES",
        "CHANGED_FILES",
        "PICTURES",
        "KEPT_PICTURES",
    }
)
# Packages are told by the folder that they lie in.
_INSTALLED = ("stdlib", "platstdlib", "purelib", "platlib")
_ENVIRONMENT = ("LANG", "LC_ALL", "LC_TIME", "TZ")


@dataclass(frozen=True)
class Inputs:
    """Build inputs: where the files are that a site is made from, and what stands for its settings."""

    content: str
    others: tuple[str, ...]
    settings: str
    today: str | None
    # What editors leave behind, where the site does not take it for its own.
    ignored: tuple[str, ...]
    original: Mapping[str, object] = field(repr=False, compare=False)

    @classmethod
    def of(cls, pelican: Pelican) -> Inputs:
        """Those of a Pelican that has its plugins and has not run yet; `original` are its settings as they are now."""
        from pelican import __file__ as program
        from pelican import __version__

        from plugins.content.locale import LOCALES

        settings = pelican.settings
        theme = [pelican.theme, str(LOCALES), *settings["THEME_TEMPLATES_OVERRIDES"]]
        # It changes whenever a package is installed; the folder of the programs holds our own.
        packages = os.stat(os.path.dirname(os.path.dirname(program)))
        told = {name: value for name, value in settings.items() if name not in _OWN}
        environment = [os.environ.get(name) for name in _ENVIRONMENT]
        said = canonical([told, sys.version, __version__, packages.st_mtime_ns, environment, str(use_newest())])
        return cls(
            content=os.path.abspath(pelican.path),
            others=(*map(os.path.abspath, theme), str(_PLUGINS)),
            settings=hashlib.sha256(said.encode()).hexdigest(),
            today=settings.get("TODAY"),
            ignored=tuple(one for one in LEFT_BEHIND if one in settings["IGNORE_FILES"] or one == "*.pyc"),
            original=dict(settings),
        )

    def stamps(self) -> tuple[dict[str, Stamp], dict[str, Stamp]]:
        """The stamps of the content's files, and of all others."""
        return files([self.content], self.ignored), files(self.others, self.ignored)

    def day(self, timezone: str) -> date:
        """The day it is where the site is at home."""
        return date.fromisoformat(self.today) if self.today else datetime.now(ZoneInfo(timezone)).date()

    def code(self, stamps: Mapping[str, Stamp]) -> str:
        """What stands for the programs: another one where a file of them is another."""
        programs = of_a_process({path: stamp for path, stamp in stamps.items() if path.endswith(".py")})
        if None in programs.values():
            # What this process has of them may be older: nothing is told of it to others.
            return f"{time.time_ns()}"
        return hashlib.sha256(f"{self.settings} {sorted(programs.items())}".encode()).hexdigest()


def programs(folders: Sequence[str]) -> dict[str, Stamp]:
    """The stamps of the files of all modules of this process but installed ones and those below some folders."""
    known = (*(f"{folder}{os.sep}" for folder in folders), *_installed())
    found = {str(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    return {path: stamp_of(path) for path in found if not path.startswith(known) and os.path.isfile(path)}


def is_installed(file: str | None) -> bool:
    """Whether a module comes with Python or from a package: it is told by the folder that it lies in, or has none."""
    return file is None or file.startswith(_installed())


@cache
def _installed() -> tuple[str, ...]:
    told = sysconfig.get_paths()
    return tuple(f"{told[name]}{os.sep}" for name in _INSTALLED)


def canonical(value: object) -> str:
    """A text for a value of the settings: the same in each process, and another for another value."""
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{canonical(key)}:{canonical(one)}" for key, one in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(canonical, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    return repr(value)
