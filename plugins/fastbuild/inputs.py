"""All that a site is made from: its files, its settings, the programs, and the day."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pelican import Pelican, __version__

from plugins.content.languages import LOCALES
from plugins.fastbuild.stamps import Stamp, files

_PLUGINS = Path(__file__).parents[1]
# What a build puts into its settings itself, or what changes where it looks and not what it finds.
_OWN = frozenset(
    {
        "SITE",
        "DAY",
        "SITENAME",
        "AUTHOR",
        "TIMEZONE",
        "DEFAULT_LANG",
        "PAGE_FILTERS",
        "CONVERT",
        "FILTERED_PAGES",
        "CHANGED_FILES",
    }
)
_ENVIRONMENT = ("LANG", "LC_ALL", "LC_TIME", "TZ")


@dataclass(frozen=True)
class Inputs:
    """Where the files are that a site is made from, and what stands for its settings."""

    content: str
    others: tuple[str, ...]
    settings: str
    today: str | None
    original: Mapping[str, object] = field(repr=False)

    @classmethod
    def of(cls, pelican: Pelican) -> Inputs:
        """Those of a Pelican that has its plugins and has not run yet; `original` are its settings as they are now."""
        settings = pelican.settings
        theme = [pelican.theme, str(LOCALES), *settings["THEME_TEMPLATES_OVERRIDES"]]
        # The folder of the packages changes whenever one is installed; the folder of the programs holds our own.
        packages = os.stat(os.path.dirname(os.path.dirname(_pelican())))
        told = {name: value for name, value in settings.items() if name not in _OWN}
        environment = [os.environ.get(name) for name in _ENVIRONMENT]
        said = _canonical([told, sys.version, __version__, packages.st_mtime_ns, environment])
        return cls(
            content=os.path.abspath(pelican.path),
            others=(*map(os.path.abspath, theme), str(_PLUGINS)),
            settings=hashlib.sha256(said.encode()).hexdigest(),
            today=settings.get("TODAY"),
            original=dict(settings),
        )

    def stamps(self) -> tuple[dict[str, Stamp], dict[str, Stamp]]:
        """The stamps of the content's files, and of all others."""
        return files([self.content]), files(self.others)

    def day(self, timezone: str) -> date:
        """The day it is where the site is at home."""
        return date.fromisoformat(self.today) if self.today else datetime.now(ZoneInfo(timezone)).date()

    def code(self, stamps: Mapping[str, Stamp]) -> str:
        """What stands for the programs: another one where a file of them is another."""
        programs = sorted((path, stamp) for path, stamp in stamps.items() if path.endswith(".py"))
        return hashlib.sha256(f"{self.settings} {programs}".encode()).hexdigest()


def _pelican() -> str:
    return str(sys.modules["pelican"].__file__)


def _canonical(value: object) -> str:
    """A text for a value of the settings: the same in each process, and another for another value."""
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_canonical(key)}:{_canonical(one)}" for key, one in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)
