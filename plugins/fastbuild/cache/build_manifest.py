"""Build manifest: a build's inputs, outputs, and which page depends on what."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from plugins.fastbuild.fingerprint.file_stamps import Stamp

_HALF_WRITTEN = re.compile(r"\.\d+\.part$")


@dataclass
class Unit:
    """Generator that writes files itself: what it has read for them, by the paths of contents."""

    generator: str
    reads: Mapping[str, int]
    is_traced: bool
    # The files that it told to have written.
    told: frozenset[str] = frozenset()
    # The fields of what all share that it has read.
    asked: frozenset[str] = frozenset()


class BuiltPage(NamedTuple):
    """Built page: its number, the names that its context was asked for, and what stands for those of its own.

    The fragments that it shares with others have read for themselves.
    """

    number: int
    asked: frozenset[str]
    own: str
    fragments: frozenset[str]


class BuiltFragment(NamedTuple):
    """Built fragment of many pages: its number, below nought, its HTML, and the names that it has asked for."""

    number: int
    html: str
    asked: frozenset[str]


class Dependents(dict[str, dict[int, int]]):
    """Dependency index: by a content's path the pages and fragments, by number, that have read it, and what of it."""

    def add(self, page: int, reads: Iterable[tuple[str, int]]) -> None:
        """Note what a page, or a fragment, has read."""
        for path, bits in reads:
            pages = self.setdefault(path, {})
            pages[page] = pages.get(page, 0) | bits

    def of(self, path: str, bits: int) -> Iterator[int]:
        """The pages and fragments that have read any of this."""
        return (page for page, read in self.get(path, {}).items() if read & bits)


@dataclass
class Manifest:
    """Build manifest: all but the contents themselves, which lie beside; `site` tells which ones."""

    settings: str
    timezone: str
    day: date
    content: dict[str, Stamp | None]
    others: dict[str, Stamp | None]
    # The modules that settings and plugins come from, wherever they lie.
    programs: dict[str, Stamp | None]
    # What stood for the programs when templates were compiled.
    code: str
    site: int
    # The front matter of each text, by its path.
    heads: dict[str, str]
    # The days of the posts that are out or wait for theirs, by their paths.
    days: dict[str, date]
    # The texts that may lead to files, by their paths.
    linking: frozenset[str]
    pages: dict[str, BuiltPage]
    # What many pages share, by what stands for it.
    fragments: dict[str, BuiltFragment]
    # What stands for what pages have asked for of the context of all.
    shared: dict[str, str]
    outputs: dict[str, Stamp]
    dependents: Dependents
    # The names of what was read to work out what all pages share, such as neighbours.
    derived: frozenset[str]
    units: list[Unit]
    # The names of what was read of contents to name the pages.
    named_by: frozenset[str]
    # The files that were told to be written before any page was named, such as pictures.
    told: frozenset[str]
    # The files of the theme and of the content that are copied as they are.
    static: frozenset[str]
    # What has been edited since the contents were kept: new facts by path.
    edits: dict[str, dict[str, Any]] = field(default_factory=dict)


def due(manifest: Manifest, day: date) -> frozenset[str]:
    """The posts that another day than the build's has out, or waiting, by their paths."""
    first, last = sorted((manifest.day, day))
    return frozenset(path for path, one in manifest.days.items() if first < one <= last)


class PelicanRun(Protocol):
    """Interface of `Pelican`, as far as a build that has begun asks for it."""

    settings: dict[str, Any]
    path: str
    theme: str
    output_path: str


def place(settings: Mapping[str, Any], output: str) -> tuple[Path, Path]:
    """The files of the manifest and of the contents for a folder that is built into."""
    folder = Path(settings["CACHE_PATH"]) / "builds"
    name = hashlib.sha256(os.path.realpath(output).encode()).hexdigest()[:16]
    return folder / f"{name}-manifest.pickle", folder / f"{name}-site.pickle"


def written(output: str, told: Iterable[str]) -> Iterator[str]:
    """The files of a site in its folder: those that were told, and what lies beside or below without being told.

    What stands at the top without being told is somebody else's. What a build that was cut off left half written of a
    file that was told goes.
    """
    known = set(told)
    for folder, _, names in os.walk(output):
        for name in names:
            path = os.path.join(folder, name)
            if path not in known and _HALF_WRITTEN.search(path) and _HALF_WRITTEN.sub("", path) in known:
                os.unlink(path)
            elif path in known or folder != output or os.path.splitext(path)[0] in known:
                yield path
