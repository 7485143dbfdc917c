"""Markdown parts: headings, links, images and prose of a document, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser

from markdown import Markdown

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.rst_document import is_rst

# As pelicanconf.py converts it: the names of the headings must come out the same.
EXTENSIONS = ("markdown.extensions.extra", "markdown.extensions.toc", "markdown.extensions.sane_lists")
_PROSE = {"p", "li", "dd", "blockquote"}
_VOID = {"img", "br", "hr", "source", "input"}
_SWALLOWING = {"script", "style", "textarea", "title", "iframe", "noscript", "template", "xmp", "plaintext", "select"}
_UNREAD = {"pre", "code", "table", "script", "style"}
# Where Pelican puts an address in the place of a file's name (pelican.contents.Content).
_FOLLOWED = re.compile(
    r"(<[^>]+(?:href|src|poster|data|cite|formaction|action|content)\s*=\s*)([\"'])(?=\{\w+\})(.*?)\2"
)
_NAMED = re.compile(r"\{(?:filename|static|attach)\}[\w/.][^\s<>\"')\]]*")
# In the text that is converted: what Pelican follows, and between these the number of a line.
_SIGN, _OPEN, _CLOSE = "\ue000", "\ue001", "\ue002"
_NUMBER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


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
    # Addresses that lead somewhere, those of pictures and the like only where they name a file of the content.
    links: list[tuple[str, int]] = field(default_factory=list)
    # What looks like the name of such a file, and is shown as it is typed.
    shown: list[tuple[str, int]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    # Elements that are begun and not ended, and take all that follows for their own.
    unended: list[tuple[str, int]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    paragraphs: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, document: Document) -> None:
        super().__init__()
        self.found = Markup()
        self._lines = document.body.split("\n")
        self._first = document.body_line
        self._seen: dict[str, int] = {}
        self._places: dict[str, list[int]] = {}
        self._open: list[str] = []
        self._heading: tuple[int, int] | None = None
        self._text: list[str] = []

    def _line(self, text: str) -> int:
        """The line where a piece of text stands, the next one each time it is asked for the same."""
        places = self.places(text)
        turn = self._seen.get(text, 0)
        self._seen[text] = turn + 1
        return self._first + (places[min(turn, len(places) - 1)] if places else 0)

    def open_tags(self) -> tuple[str, ...]:
        """The elements that were begun and not ended up to here."""
        return tuple(self._open)

    def last_line(self, text: str) -> int:
        """The last line that a text, in capitals or not, stands on."""
        lines = [number for number, line in enumerate(self._lines) if text in line.lower()]
        return self._first + (lines[-1] if lines else 0)

    def places(self, text: str) -> list[int]:
        """The numbers of the lines, from 0, that a text stands on."""
        if text not in self._places:
            whole = _whole(text)
            self._places[text] = [number for number, line in enumerate(self._lines) if text and whole.search(line)]
        return self._places[text]

    def _address(self, value: str) -> tuple[str, int]:
        """An address and its line, by the number in it where it has one."""
        found = _NUMBER.search(value)
        plain = _NUMBER.sub("", value)
        return plain, self._first + int(found[1]) if found else self._line(plain)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: (value or "").removeprefix(_SIGN) if value is not None else None for name, value in attrs}
        followed = {name for name, value in attrs if value is not None and value.startswith(_SIGN)}
        if name := values.get("id"):
            self.found.names.add(name)
        if tag == "a" and (target := values.get("href")):
            self.found.links.append(self._address(target))
        elif tag == "img":
            source, line = self._address(values.get("src") or "")
            self.found.images.append(Image(source, values.get("alt"), line))
            if "src" in followed:
                self.found.links.append((source, line))
        for name, value in values.items():
            if name in followed and (tag, name) not in {("a", "href"), ("img", "src")}:
                self.found.links.append(self._address(value or ""))
            elif name not in followed:
                self._show(value or "")
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
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not _UNREAD & set(self._open):
            self._text.append(_NUMBER.sub("", data))
        if not _UNREAD - {"table"} & set(self._open):
            self._show(data)

    def _show(self, text: str) -> None:
        self.found.shown += [self._address(found[0]) for found in _NAMED.finditer(text)]

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self.found.paragraphs.append(text)
        self._text.clear()


def read_markup(document: Document) -> Markup:
    """Convert a document's body and gather its pieces."""
    reader = _read(document, document.body)
    addresses = {address for address, _ in (*reader.found.links, *reader.found.shown)}
    addresses |= {image.source for image in reader.found.images}
    unclear = [address for address in addresses if len(reader.places(address)) > 1]
    if unclear:
        # Of an address that stands on several lines, some of them code perhaps, Markdown tells which are links.
        _take_lines(reader.found, _read(document, _numbered(document.body, unclear)).found)
    return reader.found


def _take_lines(found: Markup, numbered: Markup) -> None:
    """Take over the lines of the same parts, found in the numbered text, whose headings have other names."""
    if [address for address, _ in numbered.links] == [address for address, _ in found.links]:
        found.links = numbered.links
    if [address for address, _ in numbered.shown] == [address for address, _ in found.shown]:
        found.shown = numbered.shown
    if [image.source for image in numbered.images] == [image.source for image in found.images]:
        pairs = zip(found.images, numbered.images, strict=True)
        found.images = [replace(image, line=other.line) for image, other in pairs]


def _read(document: Document, text: str) -> _Reader:
    reader = _Reader(document)
    html = text if is_rst(document.path) else _converter().reset().convert(text)
    reader.feed(_FOLLOWED.sub(lambda found: f"{found[1]}{found[2]}{_SIGN}{found[3]}{found[2]}", html))
    # What is left of an element without an end is told before the last words are read as text.
    reader.found.unended = [(tag, reader.last_line(f"<{tag}")) for tag in reader.open_tags() if tag in _SWALLOWING]
    reader.close()
    return reader


def _numbered(text: str, addresses: Iterable[str]) -> str:
    """The text with the number of its line, from 0, after each of these addresses."""
    whole = _whole(*sorted(addresses, key=len, reverse=True))
    lines = text.split("\n")
    return "\n".join(whole.sub(rf"\g<0>{_OPEN}{number}{_CLOSE}", line) for number, line in enumerate(lines))


def _whole(*texts: str) -> re.Pattern[str]:
    """Finds texts that stand for themselves: the end of a longer address is another link."""
    return re.compile(rf"(?<![\w/.}}-])(?:{'|'.join(map(re.escape, texts))})(?![\w/.-])")


@cache
def _converter() -> Markdown:
    # One for all documents: building it costs as much as a short post.
    return Markdown(extensions=list(EXTENSIONS))
