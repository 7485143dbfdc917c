"""The texts of a whole build are converted by other processes, which may begin while this one imports Pelican."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from plugins.content.faults import ContentError
from plugins.content.texts import parted
from plugins.domain.language import spoken
from plugins.fastbuild.converting import Converting, Piece, digest_of
from plugins.fastbuild.stream import Stream


class Texts:
    """The Markdown files of a content, by their numbers, as they are to be converted by the setting `MARKDOWN`."""

    def __init__(self, root: Path, files: Iterable[str], options: Mapping[str, Any]) -> None:
        self.root, self.options = root, options
        self.paths = [Path(os.path.relpath(path, root)) for path in sorted(files) if path.endswith(".md")]
        self._convert = Converting(options)
        self._speaks = False

    def __call__(self, number: int) -> Piece | None:
        """One of them converted; None where something is wrong with it, which whoever reads it tells."""
        if not self._speaks:
            # Only here: whoever has this begun goes on to import other things.
            from plugins.content.speaking import speak_language_below

            speak_language_below(self.root)
            self._speaks = True
        return self.converted(number)

    def converted(self, number: int, known: Callable[[str], bool] = lambda _digest: False) -> Piece | None:
        """The same in the language in force; None too where what stands for the text is `known`."""
        with contextlib.suppress(ContentError):
            text = parted(self.root, self.paths[number]).body
            if not known(digest := digest_of(text)):
                return Piece(digest, spoken().version, self._convert(text))
        return None


# What has been begun in this process and is not taken yet.
_begun: list[tuple[Texts, Stream[Piece | None]]] = []


def begin(texts: Texts) -> None:
    """Have other processes begin, until `end`."""
    _begun.append((texts, Stream(len(texts.paths), texts)))


def taken(texts: Texts) -> Stream[Piece | None] | None:
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
