"""WordPress XML (WXR): read as a stream by expat, without entities, each item with its lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

_LARGEST_FIELD = 5_000_000
_MOST_ITEMS = 100_000
_CHUNK = 1 << 20
_DEPTH = 40
# What XML forbids and WordPress writes all the same; and what stands for parts kept aside while a text is rewritten.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff\ue000-\ue01f]")
_REPEATED = {"category", "postmeta", "comment"}


@dataclass
class Item:
    """An `<item>`: its fields by their names, those that repeat in lists, and the line of its text."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    categories: list[tuple[str, str, str]] = field(default_factory=list)  # domain, nicename, name
    meta: dict[str, str] = field(default_factory=dict)
    comments: list[dict[str, str]] = field(default_factory=list)
    content_line: int = 0

    def of(self, name: str) -> str:
        """A field; an empty text where it has none."""
        return self.fields.get(name, "").strip()


@dataclass
class Channel:
    """What a file says of the site, its items, and why reading ended before the end, if it did."""

    fields: dict[str, str] = field(default_factory=dict)
    terms: list[dict[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Stop(Exception):
    """Reading ends here; what was read counts."""


class _Handler:
    def __init__(self) -> None:
        self.channel = Channel()
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._item: Item | None = None
        self._group: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        # Entities of a file's own could grow without bound, or name other files.
        self.parser.EntityDeclHandler = self._entity

    def _entity(self, *_declared: object) -> None:
        raise _Stop("it declares entities, which no WordPress does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(_local(name))
        if len(self._path) > _DEPTH:
            raise _Stop("its elements are nested too deeply")
        self._text, self._size = [], 0
        self._attributes = attributes
        if self._path[-1] == "item":
            if len(self.channel.items) >= _MOST_ITEMS:
                raise _Stop(f"it has more than {_MOST_ITEMS} items")
            self._item = Item(self.parser.CurrentLineNumber)
        elif self._path[-1] in ("postmeta", "comment", "tag", "term") or self._path[-2:] == ["channel", "wp:category"]:
            self._group = {}
        elif self._path[-1] == "content" and self._item is not None:
            self._item.content_line = self.parser.CurrentLineNumber

    def _data(self, text: str) -> None:
        self._size += len(text)
        if self._size > _LARGEST_FIELD:
            raise _Stop("one of its fields is too long")
        self._text.append(text)

    def _end(self, _name: str) -> None:
        name, text = self._path.pop(), "".join(self._text)
        outer = self._path[-1] if self._path else ""
        item = self._item
        if name == "item" and item is not None:
            self.channel.items.append(item)
            self._item = None
        elif item is not None and outer == "item":
            self._field(item, name, text)
        elif (item is not None and outer in ("postmeta", "comment")) or outer in ("wp:category", "tag", "term"):
            self._group[name] = text
        elif outer == "channel" and name in ("wp:category", "tag", "term"):
            self.channel.terms.append(self._group)
        elif outer == "channel":
            self.channel.fields.setdefault(name, text)
        self._text = []

    def _field(self, item: Item, name: str, text: str) -> None:
        if name == "category":
            said = self._attributes
            item.categories.append((said.get("domain", ""), said.get("nicename", ""), text.strip()))
        elif name == "postmeta":
            item.meta.setdefault(self._group.get("meta_key", "").strip(), self._group.get("meta_value", "").strip())
        elif name == "comment":
            item.comments.append(self._group)
        else:
            item.fields.setdefault(name, text)


def _local(name: str) -> str:
    """An element's name without its namespace, but where two of them have the same one."""
    space, _, local = name.rpartition(" ")
    if local == "encoded":
        return "excerpt" if "excerpt" in space else "content"
    return "wp:category" if local == "category" and "wordpress.org/export" in space else local


def read_channel(path: Path) -> Channel:
    """Read a WXR file; a fault in its middle ends it, and what came before is kept."""
    handler = _Handler()
    line = 1
    try:
        for chunk in _chunks(path):
            if found := _FORBIDDEN.search(chunk):
                at = line + chunk.count("\n", 0, found.start())
                handler.channel.faults.append((at, f"A control character ({found[0]!a}) was left out."))
            line += chunk.count("\n")
            handler.parser.Parse(_FORBIDDEN.sub("", chunk), False)
        handler.parser.Parse("", True)
    except expat.ExpatError as error:
        what = f"From here on the file is no XML ({expat.ErrorString(error.code)}): what follows was not read."
        handler.channel.faults.append((error.lineno, what))
    except _Stop as stop:
        what = f"The file was read up to here only: {stop}."
        handler.channel.faults.append((handler.parser.CurrentLineNumber, what))
    return handler.channel


def _chunks(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        begun = file.read(200)
        file.seek(0)
        named = re.search(rb"encoding\s*=\s*[\"']([\w-]+)", begun)
        try:
            codec = codecs.lookup(named[1].decode() if named else "utf-8")
            decoder = codec.incrementaldecoder("replace") if codec.name != "idna" else None
        except (LookupError, TypeError):
            decoder = None
        decoder = decoder or codecs.getincrementaldecoder("utf-8")("replace")
        while raw := file.read(_CHUNK):
            yield decoder.decode(raw).replace("\r\n", "\n")
        yield decoder.decode(b"", True)
