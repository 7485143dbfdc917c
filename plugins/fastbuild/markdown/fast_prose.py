"""Fast Markdown path for plain prose: headings, paragraphs, lists, quotations, emphasis and links.

Python-Markdown makes a tree of each text and goes through it a dozen times for what most texts never say. Here a block
of which nothing else could be made is written as the library would write it. A block that is told from its first
letters, and says something more within, such as a table or code in a line, is left to the library alone; with the least
doubt the whole text is. A test compares both on texts made by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdown import Markdown
from markdown.extensions.toc import TocTreeprocessor, nest_toc_tokens, unique
from markdown.util import ETX

# Only of these is known what they make of a text.
_OPTIONS = frozenset({"extensions", "extension_configs", "output_format"})
_EXTENSIONS = [
    "markdown.extensions.extra",
    "markdown.extensions.sane_lists",
    "markdown.extensions.toc",
    "plugins.content.markup.embed_blocks",
    "plugins.site.code_blocks",
    "plugins.site.footnotes",
    "plugins.site.tables",
]
# What reaches beyond its block: HTML, notes and other definitions, and signs that are none of a text.
_FAR = re.compile(r"[<\x00-\x09\x0b-\x1f\x7f-\x9f]|\[\^|\] ?:")
# What means something within a line.
_SIGNS = r"\\`*_\[\]<>&{}|"
_SIGN = re.compile(f"[{_SIGNS}]")
_WORD = r"[^\W_]"
_WORDS = rf"[^\s{_SIGNS}](?:[^{_SIGNS}\n]*[^\s{_SIGNS}])?"
_BEFORE, _AFTER = r"""[^\s("'’«“]""", r"""(?![^\s.,;:!?)"'’»”])"""
# Each begins with its sign, and looks back from there: so they are found without a look at each letter.
_MARKED = re.compile(
    rf"\*\*(?<!{_BEFORE}\*\*)({_WORDS})\*\*{_AFTER}|\*(?<!{_BEFORE}\*)({_WORDS})\*{_AFTER}"
    rf"|\[(?<!!\[)({_WORDS})\]\(([\w./:#?=%@+,;~{{}}-]+)\)"
)
# A line of words: no list, heading, quotation, rule, table or definition begins so.
_LINE = rf"""(?!\d+\. )(?:{_WORD}|["'’(«“…¿¡]|\*\*?{_WORD}|\[{_WORD})(?:[^\n]*\S)?"""
_PARAGRAPH = re.compile(rf"{_LINE}(?:\n{_LINE})*")
_HEADING = re.compile(rf"(#{{1,6}}) ({_WORD}(?:[^{_SIGNS}#\n]*[^\s{_SIGNS}#])?)")
_LIST = re.compile(rf"- {_LINE}(?:\n(?:-| {{1,2}}) {_LINE})*|1\. {_LINE}(?:\n(?:\d+\.| {{1,2}}) {_LINE})*")
_ITEM = re.compile(r"(?:^|\n)(?:-|\d+\.) ")
_QUOTATION = re.compile(rf"> {_LINE}(?:\n> {_LINE})*")
_TABLE = re.compile(r"\|.*(?:\n\|.*)*")
# Braces are attributes, but those of an address.
_NAMED = re.compile(r"\]\(\{\w+\}(?=[\w./])")


class Prose:
    """Fast path of a converter of which `knows` is true, as far as it is sure of its result."""

    def __init__(self, markdown: Markdown) -> None:
        self._markdown = markdown
        self._toc = next(one for one in markdown.treeprocessors if isinstance(one, TocTreeprocessor))

    @staticmethod
    def knows(options: Mapping[str, Any]) -> bool:
        """Whether a converter with these settings is the one that all of this is about."""
        configs = options.get("extension_configs", {})
        return (
            options.keys() == _OPTIONS
            and sorted(map(str, options["extensions"])) == _EXTENSIONS
            and options["output_format"] == "html"
            and configs.keys() <= {"markdown.extensions.toc"}
            and all(toc.keys() <= {"toc_depth"} for toc in configs.values())
        )

    def convert(self, text: str) -> tuple[str, list[Any]] | None:
        """The text as HTML, and its headings as Markdown's `toc` has them; None where only the library can tell."""
        text = text.strip("\n")
        if not text or _FAR.search(text) or self._toc.marker in text:
            return None
        parts: list[str] = []
        headings: list[Any] = []
        ids: set[str] = set()
        before = ""
        for block in _blocks(text):
            # Two lists, or two quotations, may be one.
            kind = "-" if block[0].isdigit() and _LIST.fullmatch(block) else block[0]
            part = None if kind == before and kind in "->" else self._block(kind, block, headings, ids)
            if part is None:
                return None
            parts.append(part)
            before = kind
        return "\n".join(parts), nest_toc_tokens(headings)

    def _block(self, kind: str, block: str, headings: list[Any], ids: set[str]) -> str | None:
        if kind == "#":
            return self._heading(block, headings, ids)
        if kind == "-":
            return self._list(block) if _LIST.fullmatch(block) else None
        if kind == ">":
            return self._quotation(block) if _QUOTATION.fullmatch(block) else None
        if kind == "|":
            return self._left(block) if _TABLE.fullmatch(block) else None
        if not _PARAGRAPH.fullmatch(block):
            return None
        inner = _inner(block)
        return self._left(block) if inner is None else f"<p>{inner}</p>"

    def _heading(self, line: str, headings: list[Any], ids: set[str]) -> str | None:
        found = _HEADING.fullmatch(line)
        if not found:
            return None
        level, text, toc = len(found[1]), found[2], self._toc
        name = " ".join(text.split())
        id_ = unique(toc.slugify(name, toc.sep), ids)
        if toc.toc_top <= level <= toc.toc_bottom:
            headings.append({"level": level, "id": id_, "name": name, "html": text, "data-toc-label": ""})
        return f'<h{level} id="{id_}">{text}</h{level}>'

    def _list(self, block: str) -> str | None:
        items = [_inner(item) for item in _ITEM.split(block)[1:]]
        if None in items:
            return self._left(block)
        tag = "ul" if block[0] == "-" else "ol"
        return "\n".join([f"<{tag}>", *(f"<li>{item}</li>" for item in items), f"</{tag}>"])

    def _quotation(self, block: str) -> str | None:
        inner = _inner(block.removeprefix("> ").replace("\n> ", "\n"))
        return self._left(block) if inner is None else f"<blockquote>\n<p>{inner}</p>\n</blockquote>"

    def _left(self, block: str) -> str | None:
        """What the library makes of a block that is alone; None where it would be another one among others."""
        if "{" in _NAMED.sub("", block):
            return None
        made: str = self._markdown.reset().convert(block)
        # It gives numbers to what it puts aside, and does not always find it again.
        return None if ETX in made else made


def _blocks(text: str) -> Iterator[str]:
    for block in re.split(r"\n{2,}", text):
        rest = block
        while rest.startswith("#"):
            heading, _, rest = rest.partition("\n")
            yield heading
        if rest:
            yield rest


def _inner(text: str) -> str | None:
    """Words with what is marked among them; None where they may mean more than that."""
    if not _SIGN.search(text):
        return text
    pieces = _MARKED.split(text)
    if any(map(_SIGN.search, pieces[::5])):
        return None
    made = [pieces[0]]
    for at in range(1, len(pieces), 5):
        bold, slanted, linked, address, after = pieces[at : at + 5]
        if bold:
            made.append(f"<strong>{bold}</strong>")
        elif slanted:
            made.append(f"<em>{slanted}</em>")
        else:
            made.append(f'<a href="{address}">{linked}</a>')
        made.append(after)
    return "".join(made)
