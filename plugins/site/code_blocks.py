"""Code blocks in Markdown, highlighted by Pygments as Pelican does, each in a box that scrolls on narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown import Markdown
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.fenced_code import FencedBlockPreprocessor

from plugins.domain.language import _

# What a fence may ask for: whatever else Pygments takes can end a build, or write styles that pages do not allow.
_ASKED = frozenset({"hl_lines", "linenos", "linenums", "use_pygments"})


def _formatter(**options: Any) -> object:  # noqa: ANN401 - as Pygments takes them
    return _formatter_class()(**options)


@cache
def _formatter_class() -> type:
    # Only where there is code: most texts have none.
    from pygments.formatters.html import HtmlFormatter

    class Boxed(HtmlFormatter):  # type: ignore[misc]
        def _wrap_div(self, inner: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
            # A keyboard reaches what scrolls only where it can be focused, and then it must have a name.
            name = _("Codice")
            yield 0, f'<div class="{self.cssclass} scroll" role="group" tabindex="0" aria-label="{name}">'
            yield from inner
            yield 0, "</div>\n"

    return Boxed


class _Fences(FencedBlockPreprocessor):
    def handle_attrs(self, attrs: Any) -> tuple[str, list[str], dict[str, Any]]:  # noqa: ANN401
        id_, classes, config = super().handle_attrs(attrs)
        config = {name: value for name, value in config.items() if name in _ASKED}
        if str(start := dict(attrs).get("linenostart", "")).isdecimal():
            config["linenostart"] = int(start)
        return id_, classes, config


class HighlightedCode(CodeHiliteExtension):
    """Highlights code whose language is named; classes alone, whose colours are the theme's."""

    def __init__(self) -> None:
        super().__init__(css_class="highlight", guess_lang=False, pygments_formatter=_formatter)

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the steps for fences and for indented code; comes after the extension that makes fences."""
        super().extendMarkdown(md)
        md.registerExtension(self)
        md.preprocessors.register(_Fences(md, {"lang_prefix": "language-"}), "fenced_code_block", 25)


def makeExtension() -> HighlightedCode:
    """The extension, as settings name it by its module."""
    return HighlightedCode()
