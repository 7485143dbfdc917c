"""What a build leaves to the next one: what it was made from, what it wrote, and which page has read what."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from plugins.fastbuild.stamps import Stamp, are_as_they_were

_HALF_WRITTEN = re.compile(r"\.(?:html|xml|txt|png|webmanifest)(?:\.\d+)?\.part$")
Stamps = Mapping[str, Stamp]


@dataclass
class Dependents:
    """The pages, by their numbers, that have read the facts or the text of a content, by the content's path."""

    facts: dict[str, list[int]] = field(default_factory=dict)
    bodies: dict[str, list[int]] = field(default_factory=dict)

    def add(self, page: int, facts: Iterable[str], bodies: Iterable[str]) -> None:
        """Note what a page has read."""
        for path in facts:
            self.facts.setdefault(path, []).append(page)
        for path in bodies:
            self.bodies.setdefault(path, []).append(page)


@dataclass
class Unit:
    """A generator that writes files itself: what it has read for them."""

    generator: str
    facts: frozenset[str]
    bodies: frozenset[str]
    is_traced: bool


@dataclass
class Manifest:
    """All of it but the contents themselves, which lie beside; `site` tells which ones."""

    settings: str
    timezone: str
    day: date
    content: dict[str, Stamp | None]
    others: dict[str, Stamp | None]
    site: int
    pages: list[str]
    outputs: dict[str, Stamp]
    dependents: Dependents
    # The names of what was read to work out what all pages share, such as neighbours.
    derived: frozenset[str]
    units: list[Unit]
    # The files that somebody told to have written, besides the pages.
    told: frozenset[str]
    # What has been edited since the contents were kept: new facts by path.
    edits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_proven(self) -> bool:
        """Whether everything that was written is there as it was written."""
        return are_as_they_were(self.outputs)


def place(settings: Mapping[str, Any], output: str) -> tuple[Path, Path]:
    """The files of the manifest and of the contents for a folder that is built into."""
    folder = Path(settings["CACHE_PATH"]) / "builds"
    name = hashlib.sha256(os.path.realpath(output).encode()).hexdigest()[:16]
    return folder / f"{name}-manifest.pickle", folder / f"{name}-site.pickle"


def written(output: str, told: Iterable[str]) -> Iterator[str]:
    """The files of a site in its folder: those that were told, and what lies beside or below without being told.

    What stands at the top without being told is somebody else's. What a build that was cut off left half written goes.
    """
    known = set(told)
    for folder, _, names in os.walk(output):
        for name in names:
            path = os.path.join(folder, name)
            if _HALF_WRITTEN.search(name) and path not in known:
                os.unlink(path)
            elif path in known or folder != output or os.path.splitext(path)[0] in known:
                yield path
