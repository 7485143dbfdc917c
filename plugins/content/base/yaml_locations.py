"""YAML parser that remembers the line of each value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.front_matter_split import parted, read_text
from plugins.domain.language import _

Location = tuple[str | int, ...]
_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SIGNS = re.compile(r"[&*!]")  # of anchors, aliases and tags
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Document:
    """What a file says: its values, the line of each, and the Markdown that follows from `body_line` on.

    `path` is the file to name where something is wrong; `head` is the YAML that the values were read from, where
    Markdown follows it.
    """

    path: Path
    values: dict[str, Any]
    lines: dict[Location, int] = field(repr=False)
    head: str = field(default="", repr=False)
    body: str = ""
    body_line: int = 1
    # The original, of a document that is its translation.
    original: Path | None = None

    def line(self, location: Location) -> int:
        """The line of a value, or of the nearest thing around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines[location] if location else 1

    def fault(self, location: Location, what: str) -> Fault:
        """A fault at the line of a value."""
        return Fault(self.path, self.line(location), what)


class _Reader:
    """Builds values out of YAML nodes: YAML 1.2's plain words, ISO dates, no tags, no aliases, no key twice."""

    def __init__(self, path: Path, offset: int) -> None:
        self.path, self.offset = path, offset
        self.lines: dict[Location, int] = {}
        self.faults: list[Fault] = []

    def fault(self, node: yaml.Node | yaml.Event, what: str) -> None:
        self.faults.append(Fault(self.path, self.line_of(node), what))

    def line_of(self, node: yaml.Node | yaml.Event) -> int:
        return (node.start_mark.line if node.start_mark else 0) + 1 + self.offset

    def value(self, node: yaml.Node, location: Location) -> Any:  # noqa: ANN401 - YAML holds any value
        self.lines.setdefault(location, self.line_of(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*location, index)) for index, child in enumerate(node.value)]
        return self.scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault(
                    key_node,
                    _("Una chiave deve essere una parola. Scrivila senza parentesi. Esempio: title: Un titolo"),
                )
                continue
            key = str(key_node.value)
            if key in read:
                self.fault(key_node, _("La chiave «%(key)s» compare due volte. Tienine una.", key=key))
            self.lines[(*location, key)] = self.line_of(key_node)
            read[key] = self.value(value_node, (*location, key))
        return read

    def scalar(self, node: yaml.ScalarNode) -> object:
        text = str(node.value)
        if node.style:  # quoted or a block: a text, whatever it looks like
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _INT.fullmatch(text) and len(text) < 16 and not re.fullmatch(r"[-+]?0\d+", text):
            return int(text)
        if _FLOAT.fullmatch(text) and len(text) < 16:
            # Prices are decimal: a text keeps 28.50 as it was written.
            return text
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.fault(
                    node, _("La data «%(date)s» non esiste. Controlla giorno e mese. Esempio: 2027-02-03", date=text)
                )
        return text


def _composed(text: str, reader: _Reader) -> yaml.Node | None:
    # The events are looked through first: an alias could grow without bound once composed. Without its sign, nothing.
    for event in yaml.parse(text, Loader=yaml.CSafeLoader) if _SIGNS.search(text) else ():
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reader.fault(event, _("I richiami YAML (& e *) non sono ammessi. Riscrivi il valore per esteso."))
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            reader.fault(
                event, _("L’etichetta YAML «%(tag)s» non è ammessa. Togli la parola con il punto esclamativo.", tag=tag)
            )
    return None if reader.faults else yaml.compose(text, Loader=yaml.CSafeLoader)


def _syntax(text: str, line: int) -> str:
    """What is most likely wrong with YAML that the parser gave up on at a line."""
    lines = text.splitlines()
    near = "\n".join(lines[max(0, line - 2) : line])
    if "\t" in near:
        return _("C’è una tabulazione. Rientra con gli spazi, due per livello.")
    if re.search(r"^\s*(?:- )?\w+:\s+[^\s\"'\[{|>].*: ", near, re.MULTILINE):
        return _(
            "Dentro una frase ci sono i due punti. Metti la frase tra virgolette. "
            'Esempio: title: "Agenda: quattro regole"'
        )
    return _(
        "Questa riga, o quella sopra, non si legge. "
        "Controlla rientri, virgolette e parentesi. Esempio: title: Un titolo"
    )


def parse_yaml(path: Path, text: str, offset: int = 0) -> Document:
    """Read one YAML mapping; raises ContentError with located faults. `offset` is the lines before the text."""
    reader = _Reader(path, offset)
    try:
        node = _composed(text, reader)
    except yaml.MarkedYAMLError as error:
        # A quote never closed is found at the end of all: what opened it is what must be mended.
        unclosed = "quoted scalar" in (error.context or "")
        mark = error.context_mark if unclosed and error.context_mark else error.problem_mark
        line = (mark.line if mark else 0) + 1 + offset
        raise ContentError([Fault(path, line, _syntax(text, line - offset))]) from error
    except RecursionError as error:
        what = _("Le parentesi sono annidate troppo a fondo. Controlla che ognuna sia chiusa.")
        raise ContentError([Fault(path, 1 + offset, what)]) from error
    except yaml.YAMLError as error:
        raise ContentError(
            [
                Fault(
                    path,
                    1 + offset,
                    _("Il file contiene caratteri che non si leggono. Riscrivi a mano le righe dell’intestazione."),
                )
            ]
        ) from error
    values = reader.value(node, ()) if node is not None else {}
    if not isinstance(values, dict):
        reader.faults.append(
            Fault(
                path,
                1 + offset,
                _("Mancano le voci «chiave: valore». Scrivine una per riga. Esempio: title: Un titolo"),
            )
        )
    if reader.faults:
        raise ContentError(reader.faults)
    return Document(path, values, reader.lines)


def plain_value(path: Path, text: str, line: int, faults: list[Fault]) -> object:
    """What a plain word means that stands alone, such as a date; what is wrong with it goes to `faults`."""
    reader = _Reader(path, line - 1)
    value = reader.scalar(yaml.ScalarNode("", text))
    faults.extend(reader.faults)
    return value


def read_yaml(root: Path, path: Path) -> Document:
    """Read a YAML file below `root`; raises ContentError."""
    return parse_yaml(path, read_text(root, path))


def read_front_matter(root: Path, path: Path) -> Document:
    """Read a Markdown file below `root` that opens with YAML between two lines of `---`; raises ContentError."""
    file = parted(root, path)
    return replace(parse_yaml(path, file.head, offset=1), **file._asdict())
