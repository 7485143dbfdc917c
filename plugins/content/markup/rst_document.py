"""reStructuredText document: a `.rst` file under the rules of front matter, its HTML on the lines of its source."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.front_matter_split import read_text
from plugins.content.base.yaml_locations import Document, Location, plain_value
from plugins.domain.language import _

SUFFIX = ".rst"
TEXTS = (".md", SUFFIX)  # of posts and pages
_PRE = re.compile(r"<pre\b.*?</pre>", re.S)
_PLACED = re.compile(r"<(?P<tag>a|img|object|source|h[2-6])\b(?P<said>[^<>]*)>(?P<words>[^<]*)")
_ADDRESS = re.compile(r"\b(?:href|src|data)=\"([^\"]*)\"")


def is_rst(path: Path) -> bool:
    """Whether a file is in reStructuredText."""
    return path.suffix == SUFFIX


def read_rst_document(root: Path, path: Path) -> Document:
    """Read a reST file below `root`, whose body is HTML already; raises ContentError with all that docutils finds."""
    document, faults = _read(root, path)
    if faults:
        raise ContentError(faults)
    return document


def rst_text(root: Path, path: Path) -> Document:
    """A reST file below `root` as far as it can be read; raises ContentError where it is no text."""
    return _read(root, path)[0]


def _read(root: Path, path: Path) -> tuple[Document, list[Fault]]:
    # Only here: most contents have no such file, and docutils takes as long to load as all of them to be read.
    from plugins.content.markup.rst_parts import rst_parts

    text = read_text(root, path)
    parts = rst_parts(text)
    faults = [Fault(path, line, _told(what)) for line, what in parts.faults]
    lines: dict[Location, int] = {(): 1}
    lines |= {(key,): line for key, line in parts.lines.items()}
    values: dict[str, Any] = {
        key: plain_value(path, value, parts.lines[key], faults) for key, value in parts.fields.items()
    }
    if parts.title and "title" not in values:
        values["title"], lines[("title",)] = parts.title, _line_with(text.split("\n"), parts.title, 1) or 1
    return Document(path, values, lines, body=_on_its_lines(parts.html, text)), faults


def _told(what: str) -> str:
    if found := re.match(r"\"([\w-]+)\" directive disabled", what):
        return _(
            "La direttiva «%(name)s» qui non vale: un testo non ne apre altri. Scrivi le parole nel file.",
            name=found[1],
        )
    return _("Il testo in reStructuredText ha un errore: «%(error)s». Correggilo.", error=what)


def html_of(document: Document) -> str:
    """The HTML of a reST document, without the line ends that only keep its lines."""
    return re.sub(r"<(\w+)\n+", r"<\1", document.body).replace("&#10;", "\n").strip()


def sections_of(document: Document) -> list[dict[str, Any]]:
    """Its sections of the first level, as Python-Markdown's `toc` has them."""
    found = re.findall(r"<h2[^<>]*\bid=\"([\w-]+)\"[^<>]*>(.*?)</h2>", html_of(document), re.S)
    return [{"level": 2, "id": name, "name": re.sub(r"<[^<>]*>", "", words), "children": []} for name, words in found]


def _on_its_lines(html: str, text: str) -> str:
    """HTML whose links, pictures and headings stand on the lines of the source where they are said."""
    source, line, end = text.split("\n"), 1, 0
    flat = " ".join(_PRE.sub(lambda pre: pre[0].replace("\n", "&#10;"), html).split("\n"))
    pieces: list[str] = []
    for found in _PLACED.finditer(flat):
        address = _ADDRESS.search(found["said"])
        said = unescape(address[1] if address else found["words"]).strip()
        there = _line_with(source, said, line) if said else None
        pieces.append(flat[end : found.start()])
        end = found.start() + 1 + len(found["tag"])
        gap = "\n" * (there - line) if there else ""
        pieces.append(f"<{found['tag']}{gap}")
        line = there or line
    return "".join([*pieces, flat[end:]])


def _line_with(source: list[str], words: str, first: int) -> int | None:
    """The first line, from one on, that holds these words."""
    return next((number for number in range(first, len(source) + 1) if words in source[number - 1]), None)
