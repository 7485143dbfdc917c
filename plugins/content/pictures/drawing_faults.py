"""Drawing faults: what an SVG may not hold, read by an XML parser and not by its letters."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from plugins.content.pictures.photo_places import says_place
from plugins.domain.language import _

# A line and what is wrong there.
Told = tuple[int, str]

_NAMESPACE = "http://www.w3.org/2000/svg"
_HTML = ("foreignobject", "iframe", "object", "embed")
_SCRIPT = ("script", "handler", "listener")
# What these lead to is part of the picture, and browsers fetch nothing for a picture.
_SHOWN = ("image", "use", "feimage", "tref", "pattern", "lineargradient", "radialgradient", "filter", "mpath")
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+=-]*)*),([^\"')]*)")
_URL = re.compile(r"url\(\s*+[\"']?+\s*+(?!#|data:)([^\"')]+)", re.IGNORECASE)
_IMPORT = re.compile(r"@import\s*(?:url\()?\s*[\"']?([^\"');]+)", re.IGNORECASE)
# Drawings within drawings: what lies deeper no program writes, and whoever reads it would run out of stack.
_DEEPEST = 4
_SPACES = re.compile(r"[\s\x00-\x1f]+")


def drawing_faults(content: bytes) -> list[Told]:
    """Everything wrong with an SVG, in the order of its lines; the first of each sentence."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        # Where entities are the reason, that has been told.
        if not reader.found:
            reader.found.append((line, _("Il disegno non si legge. Esportalo di nuovo come SVG.")))
    first: dict[str, int] = {}
    for line, what in reader.found:
        first.setdefault(what, line)
    return sorted((line, what) for what, line in first.items())


def place_in_drawing(content: bytes, depth: int = 0) -> bool:
    """Whether a drawing says where it, or a photo that lies in it, was taken, as far as it can be read."""
    if says_place(content):
        return True
    if depth == _DEEPEST:
        return False
    reader = _Reader(depth)
    # What is wrong with it is told by the check.
    with contextlib.suppress(expat.ExpatError, LookupError, ValueError):
        reader.parser.Parse(content, True)
    return reader.has_place


class _Reader:
    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self.found: list[Told] = []
        self.has_place = False
        self._open: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        # The texts of large pictures come whole.
        self.parser.buffer_size = 1024 * 1024
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _tell(self, what: str) -> None:
        self.found.append((self.parser.CurrentLineNumber, what))

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        # A name of SVG 1.1 alone defines nothing, and nobody fetches it.
        if has_internal_subset:
            self._tell(_entities())

    def _instruction(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self._tell(_foreign(data))

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if not self._open:
            self._root(tag, name, attributes)
        self._open.append(name)
        if name in _SCRIPT or any(_runs(key, value) for key, value in attributes.items()):
            self._tell(_("Il disegno contiene uno script. Esportalo di nuovo come «SVG semplice»."))
        if name in _HTML:
            what = _(
                "Il disegno contiene una parte che non è un disegno («%(name)s»), come un testo a parte. "
                "Converti i testi in tracciati, ed esportalo di nuovo come «SVG semplice».",
                name=tag,
            )
            self._tell(what)
        for key, value in attributes.items():
            if _local(key) == "href" and name in _SHOWN and not value.strip().startswith(("#", "data:")) and value:
                self._tell(_foreign(value))
            self._styles(value)
            self._embedded(value)

    def _root(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        prefix = tag.rpartition(":")[0]
        if name != "svg":
            self._tell(_("Il file non è un disegno SVG. Esportalo di nuovo come SVG."))
        elif attributes.get(f"xmlns:{prefix}" if prefix else "xmlns") != _NAMESPACE:
            what = _(
                "Al disegno manca il nome del suo linguaggio, e un browser non lo mostra. Esportalo di nuovo come SVG. "
                "Esempio: %(example)s",
                example=f'<svg xmlns="{_NAMESPACE}">',
            )
            self._tell(what)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open[-1] == "style":
            self._styles(text)
            self._embedded(text)

    def _styles(self, text: str) -> None:
        for found in (*_IMPORT.finditer(text), *_URL.finditer(text)):
            self._tell(_foreign(found[1]))

    def _says_place(self, content: bytes) -> bool:
        is_drawing = content.lstrip()[:1] == b"<"
        return place_in_drawing(content, self._depth + 1) if is_drawing else says_place(content)

    def _embedded(self, text: str) -> None:
        if "data:" in text and any(map(self._says_place, _data(text))):
            self.has_place = True
            self._tell(place_told())


def _data(text: str) -> Iterator[bytes]:
    """What `data:` addresses of a text hold."""
    for found in _DATA.finditer(text):
        plain = unquote_to_bytes(found[3])
        if ";base64" in (found[2] or "").lower():
            try:
                plain = base64.b64decode(plain + b"==", validate=False)
            except binascii.Error:
                continue
        yield plain


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _runs(key: str, value: str) -> bool:
    plain = _SPACES.sub("", value).lower()
    # An animation may make an attribute what a drawing may not have.
    is_set = _local(key) == "attributename" and plain.startswith("on")
    return _local(key).startswith("on") or "javascript:" in plain or "data:text/html" in plain or is_set


def place_told() -> str:
    """What is told of a drawing that says where something in it was taken."""
    return _(
        "La foto dentro il disegno dice dove è stata scattata. Toglile la posizione prima di metterla "
        "nel disegno, oppure esporta il disegno come PNG."
    )


def _entities() -> str:
    return _(
        "Il disegno ha definizioni sue nelle prime righe, come le entità di Illustrator. "
        "Esportalo di nuovo come «SVG semplice»."
    )


def _foreign(address: str) -> str:
    return _(
        "Il disegno prende qualcosa da fuori («%(address)s»), e sul sito non si vedrebbe. Incorporalo nel disegno: "
        "le immagini con «Incorpora», i caratteri convertendo i testi in tracciati.",
        address=address.strip()[:60],
    )
