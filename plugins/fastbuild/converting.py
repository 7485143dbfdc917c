"""Markdown becomes HTML, as the settings say: plain prose at once, and the rest by Markdown itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from plugins.fastbuild.package import open_package

if TYPE_CHECKING:
    from markdown import Markdown

    from plugins.fastbuild.prose import Prose

# HTML, and the headings of it as Markdown's `toc` has them.
Converted = tuple[str, list[Any]]


class Piece(NamedTuple):
    """What stands for a text, the language in which its tables are named, and what it was converted to."""

    digest: str
    language: str
    converted: Converted


class Converting:
    """Converts texts by the setting `MARKDOWN`; what does it is imported with the first of them."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._markdown: Markdown | None = None
        self._prose: Prose | None = None

    def __call__(self, text: str) -> Converted:
        """The text as HTML, with its headings."""
        if self._markdown is None:
            self._markdown, self._prose = self._begin()
        made = self._prose.convert(text) if self._prose else None
        if made is None:
            html = self._markdown.reset().convert(text)
            made = html, getattr(self._markdown, "toc_tokens", [])
        return made

    def _begin(self) -> tuple[Markdown, Prose | None]:
        """One converter a process: building it costs as much as a short post."""
        # A process that only converts has no use for the rest of Pelican.
        open_package()
        from plugins.content.converter import Converter
        from plugins.fastbuild.inline import hasten
        from plugins.fastbuild.prose import Prose

        markdown = hasten(Converter(**self._options))
        return markdown, Prose(markdown) if Prose.knows(self._options) else None


def digest_of(text: str) -> str:
    """What stands for a text."""
    return hashlib.sha256(text.encode()).hexdigest()
