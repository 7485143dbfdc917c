"""Conversion cache: the HTML of each Markdown text, by digest of all its inputs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from plugins.content.base.faults import ContentError
from plugins.content.base.front_matter_split import parted
from plugins.content.base.translated_files import original_of
from plugins.content.locale import UnreadableCatalogueError, language
from plugins.domain.language import speaking, spoken
from plugins.fastbuild.cache.cache_file import load, save
from plugins.fastbuild.markdown.converter import Converted, ConvertedText, TextConverter, digest_of
from plugins.fastbuild.parallel.ordered_results import OrderedResults


class ConversionCache:
    """Conversion cache of texts by the settings `MARKDOWN`; `code` stands for the programs that do it."""

    def __init__(self, settings: Mapping[str, Any], code: str) -> None:
        self._options = settings["MARKDOWN"]
        folder = settings.get("MEDIA_CACHE") or settings["CACHE_PATH"]
        # Releases share a cache, and each is built from another folder.
        name = "shared" if settings.get("MEDIA_CACHE") else digest_of(os.path.abspath(settings["PATH"]))
        self._file = Path(folder) / f"converted-{name[:16]}.pickle"
        self._recipe = f"{code} {self._options!r}"
        self._kept: dict[str, Converted] | None = None
        self._used: dict[str, Converted] = {}
        self._fresh = False
        self._coming: OrderedResults[ConvertedText | None] | None = None
        self._convert = TextConverter(self._options)

    def __call__(self, text: str) -> Converted:
        """The text as HTML, with its headings."""
        key = self._key(digest_of(text))
        if key not in self._used:
            while self._coming and key not in self._all():
                self._wait()
            kept = self._all().get(key)
            self._fresh = self._fresh or kept is None
            self._used[key] = kept or self._convert(text)
        return self._used[key]

    def begin(self, root: Path, files: Iterable[str]) -> OrderedResults[ConvertedText | None]:
        """Have other processes begin to convert these files, or have what they have begun already."""
        self._all()  # read once, for all of them
        texts = TextFiles(root, files, self._options)
        begun = taken(texts)
        self._coming = begun or OrderedResults(len(texts.paths), lambda number: texts.converted(number, self._knows))
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
        fresh = {self._key(one.digest, one.language): one.converted for one in more if one}
        self._fresh = self._fresh or bool(fresh)
        self._all().update(fresh)

    def _knows(self, digest: str) -> bool:
        return self._key(digest) in self._all()

    def keep(self) -> None:
        """Keep what was asked for since the start, and nothing else."""
        if self._fresh:
            save(self._file, self._used)
            self._fresh = False

    def _key(self, digest: str, language: str | None = None) -> str:
        # Of a table the name is said in the language in force.
        return digest_of(f"{self._recipe} {spoken().version if language is None else language} {digest}")

    def _all(self) -> dict[str, Converted]:
        if self._kept is None:
            self._kept = load(self._file) or {}
        return self._kept


class TextFiles:
    """The Markdown files of a content, by their numbers, as they are to be converted by the setting `MARKDOWN`."""

    def __init__(self, root: Path, files: Iterable[str], options: Mapping[str, Any]) -> None:
        self.root, self.options = root, options
        self.paths = [Path(os.path.relpath(path, root)) for path in sorted(files) if path.endswith(".md")]
        self._convert = TextConverter(options)
        self._speaks = False

    def __call__(self, number: int) -> ConvertedText | None:
        """One of them converted; None where something is wrong with it, which whoever reads it tells."""
        if not self._speaks:
            # Only here: whoever has this begun goes on to import other things.
            from plugins.content.active_locale import activate_locale

            activate_locale(self.root)
            self._speaks = True
        return self.converted(number)

    def converted(self, number: int, known: Callable[[str], bool] = lambda _digest: False) -> ConvertedText | None:
        """The same in the language in force; None too where what stands for the text is `known`."""
        path = self.paths[number]
        found = original_of(self.root, path)
        with contextlib.suppress(ContentError, LookupError, UnreadableCatalogueError):
            text = parted(self.root, path).body
            with speaking(language(found[1])) if found else contextlib.nullcontext():
                if not known(digest := digest_of(text)):
                    return ConvertedText(digest, spoken().version, self._convert(text))
        return None


# What has been begun in this process and is not taken yet.
_begun: list[tuple[TextFiles, OrderedResults[ConvertedText | None]]] = []


def begin(texts: TextFiles) -> None:
    """Have other processes begin, until `end`."""
    _begun.append((texts, OrderedResults(len(texts.paths), texts)))


def taken(texts: TextFiles) -> OrderedResults[ConvertedText | None] | None:
    """What these are being converted to, where just these were begun; whatever else was begun is ended."""
    for begun, stream in _begun:
        if (begun.root, begun.paths, begun.options) == (texts.root, texts.paths, texts.options):
            _begun.clear()
            return stream
    end()
    return None


def end() -> None:
    """End whatever was begun and nobody has taken."""
    while _begun:
        _, stream = _begun.pop()
        stream.__exit__()
