"""Markdown parts: headings, links, images and prose of a document, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser

from markdown import Markdown

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.embed_blocks import FAULT
from plugins.content.markup.embeds import STRAY, stray_embed
from plugins.content.markup.line_numbers import DIALECT, LINE_NUMBER, TAG, numbered_lines, whole_texts
from plugins.content.markup.other_dialects import MARK
from plugins.content.markup.rst_document import is_rst

# As pelicanconf.py converts it: the names of the headings must come out the same.
EXTENSIONS = (
    *("markdown.extensions.extra", "markdown.extensions.toc", "markdown.extensions.sane_lists"),
    "plugins.content.markup.embed_blocks",
)
_PROSE = {"p", "li", "dd", "blockquote"}
_VOID = {"img", "br", "hr", "source", "input"}
_SWALLOWING = {"script", "style", "textarea", "title", "iframe", "noscript", "template", "xmp", "plaintext", "select"}
_UNREAD = {"pre", "code", "table", "script", "style"}
# Where Pelican puts an address in the place of a file's name (pelican.contents.Content).
_FOLLOWED = re.compile(
    r"(<[^<>]+(?:href|src|poster|data|cite|formaction|action|content)\s*=\s*)([\"'])(?=\{\w+\})(.*?)\2"
)
_NAMED = re.compile(r"\{(?:filename|static|attach)\}[\w/.][^\s<>\"')\]]*")
# In the text that is converted, before what Pelican follows.
_SIGN = "\ue000"


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


@dataclass(frozen=True)
class Element:
    """An element as the page has it, its attributes by their names in small letters."""

    tag: str
    attributes: dict[str, str]
    line: int


@dataclass
class Markup:
    """Markdown parts of a document that can be wrong, or read badly."""

    headings: list[Heading] = field(default_factory=list)
    # Addresses that lead somewhere, those of pictures and the like only where they name a file of the content.
    links: list[tuple[str, int]] = field(default_factory=list)
    # What looks like the name of such a file, and is shown as it is typed.
    shown: list[tuple[str, int]] = field(default_factory=list)
    # Lines that declare a video or a map and cannot be one, by what is wrong with them.
    embed_faults: list[tuple[str, int]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    # Lines that say something in another dialect, and are shown as they are typed.
    dialects: list[tuple[str, int]] = field(default_factory=list)
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
        self._wrong: str | None = None
        self._heading: tuple[int, int] | None = None
        self._text: list[str] = []

    def _line(self, text: str) -> int:
        """The line where a piece of text stands, the next one each time it is asked for the same."""
        # The picture of an embed may be written without what Pelican needs before it.
        places = self.places(text) or self.places(text.partition("}")[2].removeprefix("/"))
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
            whole = whole_texts(text)
            self._places[text] = [number for number, line in enumerate(self._lines) if text and whole.search(line)]
        return self._places[text]

    def _address(self, value: str) -> tuple[str, int]:
        """An address and its line, by the number in it where it has one."""
        found = LINE_NUMBER.search(value)
        plain = LINE_NUMBER.sub("", value)
        return plain, self._first + int(found[1]) if found else self._line(plain)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag_line = next(
            (self._first + int(found[1]) for name, _ in attrs if (found := LINE_NUMBER.fullmatch(name))), None
        )
        attrs = [(name, value) for name, value in attrs if not LINE_NUMBER.fullmatch(name)]
        values = {name: (value or "").removeprefix(_SIGN) if value is not None else None for name, value in attrs}
        self._element(tag, {name: LINE_NUMBER.sub("", value or "") for name, value in values.items()}, tag_line)
        followed = {name for name, value in attrs if value is not None and value.startswith(_SIGN)}
        self._wrong = values.get(FAULT)
        if name := values.get("id"):
            self.found.names.add(name)
        if tag == "a" and (target := values.get("href")):
            self.found.links.append(self._address(target))
        elif tag == "img":
            source, line = self._address(values.get("src") or "")
            line = line if source or tag_line is None else tag_line
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

    def _element(self, tag: str, attributes: dict[str, str], line: int | None) -> None:
        """Note an element; one that Markdown made of other signs is where one of its values is written."""
        if line is None:
            places = [place for value in attributes.values() for place in self.places(value)[:1]]
            line = self._first + (places[0] if places else 0)
        self.found.elements.append(Element(tag, attributes, line))

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
        if self._wrong:
            self.found.embed_faults.append((self._wrong, self._line(data)))
            self._wrong = None
            return
        if not _UNREAD & set(self._open):
            self._text.append(LINE_NUMBER.sub("", data))
        if not _UNREAD - {"table"} & set(self._open):
            self._show(data)
            for found in DIALECT.finditer(data):
                self.found.dialects.append((self._lines[int(found[1])], self._first + int(found[1])))

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
    if unclear or TAG.search(document.body) or MARK.search(document.body) or STRAY.search(document.body):
        # Of what stands on several lines, some of them code perhaps, Markdown tells which are links and elements.
        _take_lines(reader.found, _read(document, numbered_lines(document.body, unclear)).found)
    return reader.found


def _take_lines(found: Markup, numbered: Markup) -> None:
    """Take over the lines of the same parts, found in the numbered text, whose headings have other names."""
    # Of a tag that goes on in a second line Markdown may make a paragraph once, and none the other time.
    own, others = ([one for one in markup.elements if one.tag != "p"] for markup in (found, numbered))
    if [one.tag for one in own] == [one.tag for one in others]:
        found.elements = [one for one in found.elements if one.tag == "p"] + others
    found.dialects = [one for one in numbered.dialects if not STRAY.search(one[0])]
    found.embed_faults += [(stray_embed(one), line) for one, line in numbered.dialects if STRAY.search(one)]
    if [address for address, _ in numbered.links] == [address for address, _ in found.links]:
        found.links = numbered.links
    if [address for address, _ in numbered.shown] == [address for address, _ in found.shown]:
        found.shown = numbered.shown
    if [image.source for image in numbered.images] == [image.source for image in found.images]:
        pairs = zip(found.images, numbered.images, strict=True)
        found.images = [replace(image, line=other.line) for image, other in pairs]


def _read(document: Document, text: str) -> _Reader:
    reader = _Reader(document)
    try:
        html = text if is_rst(document.path) else _converter().reset().convert(text)
    except RecursionError:
        # It is left where it broke off, within a list perhaps.
        _converter.cache_clear()
        raise
    reader.feed(_FOLLOWED.sub(lambda found: f"{found[1]}{found[2]}{_SIGN}{found[3]}{found[2]}", html))
    # What is left of an element without an end is told before the last words are read as text.
    reader.found.unended = [(tag, reader.last_line(f"<{tag}")) for tag in reader.open_tags() if tag in _SWALLOWING]
    reader.close()
    return reader


@cache
def _converter() -> Markdown:
    # One for all documents: building it costs as much as a short post.
    return Markdown(extensions=list(EXTENSIONS))
