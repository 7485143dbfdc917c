"""Markdown becomes HTML once: what was converted before is kept by all that it was made of."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown import Markdown

from plugins.content.faults import ContentError
from plugins.content.texts import parted
from plugins.domain.language import spoken
from plugins.fastbuild.inline import hasten
from plugins.fastbuild.keeping import load, save
from plugins.fastbuild.prose import Prose
from plugins.fastbuild.stream import Stream
from plugins.site.converter import Converter

# HTML, and the headings of it as Markdown's `toc` has them.
Converted = tuple[str, list[Any]]


class Conversion:
    """Converts texts by the settings `MARKDOWN`; `code` stands for the programs that do it."""

    def __init__(self, settings: Mapping[str, Any], code: str) -> None:
        self._options = settings["MARKDOWN"]
        folder = settings.get("MEDIA_CACHE") or settings["CACHE_PATH"]
        # Releases share a cache, and each is built from another folder.
        name = "shared" if settings.get("MEDIA_CACHE") else _digest(os.path.abspath(settings["PATH"]))
        self._file = Path(folder) / f"converted-{name[:16]}.pickle"
        self._recipe = f"{code} {self._options!r}"
        self._kept: dict[str, Converted] | None = None
        self._used: dict[str, Converted] = {}
        self._fresh = False
        self._coming: Stream[tuple[str, Converted] | None] | None = None
        self._markdown: Markdown | None = None
        self._prose: Prose | None = None

    def __call__(self, text: str) -> Converted:
        """The text as HTML, with its headings."""
        key = self._key(text)
        if key not in self._used:
            while self._coming and key not in self._all():
                self._wait()
            kept = self._all().get(key)
            self._fresh = self._fresh or kept is None
            self._used[key] = kept or self._convert(text)
        return self._used[key]

    def begin(self, root: Path, paths: Sequence[Path]) -> Stream[tuple[str, Converted] | None]:
        """Have other processes begin to convert these files, all that were not before."""
        self._all()  # read once, for all of them
        self._coming = Stream(len(paths), lambda at: self._converted(root, paths[at]))
        return self._coming

    def finish(self) -> None:
        """Have all of them converted."""
        while self._coming:
            self._wait()

    def _wait(self) -> None:
        """Have a few more of those that were begun."""
        more = self._coming.more() if self._coming else None
        if more is None:
            self._coming = None
            return
        fresh = [one for one in more if one]
        self._fresh = self._fresh or bool(fresh)
        self._all().update(fresh)

    def _converted(self, root: Path, path: Path) -> tuple[str, Converted] | None:
        # Whoever reads the file for what it says tells what is wrong with it.
        with contextlib.suppress(ContentError):
            text = parted(root, path).body
            if (key := self._key(text)) not in self._all():
                return key, self._convert(text)
        return None

    def keep(self) -> None:
        """Keep what was asked for since the start, and nothing else."""
        if self._fresh:
            save(self._file, self._used)
            self._fresh = False

    def _key(self, text: str) -> str:
        # Of a table the name is said in the language in force.
        return _digest(f"{self._recipe} {spoken().version}\n{text}")

    def _all(self) -> dict[str, Converted]:
        if self._kept is None:
            self._kept = load(self._file) or {}
        return self._kept

    def _convert(self, text: str) -> Converted:
        # One converter a process: building it costs as much as a short post.
        if self._markdown is None:
            self._markdown = hasten(Converter(**self._options))
            self._prose = Prose(self._markdown) if Prose.knows(self._options) else None
        made = self._prose.convert(text) if self._prose else None
        if made is None:
            html = self._markdown.reset().convert(text)
            made = html, getattr(self._markdown, "toc_tokens", [])
        return made


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
