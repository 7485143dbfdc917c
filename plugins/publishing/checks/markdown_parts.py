"""Markdown parts: headings, links, images and prose of a document, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from markdown import Markdown

from plugins.content.yaml_locations import Document

# As pelicanconf.py converts it: the names of the headings must come out the same.
EXTENSIONS = ("markdown.extensions.extra", "markdown.extensions.toc", "markdown.extensions.sane_lists")
_PROSE = {"p", "li", "dd", "blockquote"}
_VOID = {"img", "br", "hr", "source", "input"}


@dataclass(frozen=True)
class Heading:
    """A heading of the text, its level from 1 to 6."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Image:
    """An image of the text; `alt` is None where the tag has none."""

    source: str
    alt: str | None
    line: int


@dataclass
class Markup:
    """Markdown parts of a document that can be wrong, or read badly."""

    headings: list[Heading] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    paragraphs: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, document: Document) -> None:
        super().__init__()
        self.found = Markup()
        self._lines = document.body.splitlines()
        self._first = document.body_line
        self._seen: dict[str, int] = {}
        self._open: list[str] = []
        self._heading: tuple[int, int] | None = None
        self._text: list[str] = []

    def _line(self, text: str) -> int:
        """The line where a piece of text stands, the next one each time it is asked for the same."""
        # Whole: the end of a longer address is another link.
        whole = re.compile(rf"(?<![\w/.}}-]){re.escape(text)}(?![\w/.-])")
        places = [number for number, line in enumerate(self._lines) if text and whole.search(line)]
        turn = self._seen.get(text, 0)
        self._seen[text] = turn + 1
        return self._first + (places[min(turn, len(places) - 1)] if places else 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if name := values.get("id"):
            self.found.names.add(name)
        if tag == "a" and (target := values.get("href")):
            self.found.links.append((target, self._line(target)))
        elif tag == "img":
            source = values.get("src") or ""
            self.found.images.append(Image(source, values.get("alt"), self._line(source)))
        if tag in _PROSE or (tag[0] == "h" and tag[1:].isdigit()):
            self._flush()
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag[0] == "h" and tag[1:].isdigit():
            text = "".join(self._text).strip()
            line = self._line(text.split("\n")[0].replace("“", '"'))
            self.found.headings.append(Heading(int(tag[1:]), text, line))
            self._text.clear()
        elif tag in _PROSE:
            self._flush()
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"pre", "code", "table", "script", "style"} & set(self._open):
            self._text.append(data)

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self.found.paragraphs.append(text)
        self._text.clear()


def read_markup(document: Document) -> Markup:
    """Convert a document's body and gather its pieces."""
    reader = _Reader(document)
    reader.feed(_converter().reset().convert(document.body))
    reader.close()
    return reader.found


@cache
def _converter() -> Markdown:
    # One for all documents: building it costs as much as a short post.
    return Markdown(extensions=list(EXTENSIONS))
