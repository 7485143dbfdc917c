"""Document checks: what is found in each text by itself, remembered from one check to the next.

Most of a check is converting texts, and a push changes few of them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document
from plugins.content.markup.markdown_parts import Image, Markup, read_markup
from plugins.content.site import Entry
from plugins.content.source_files import Source
from plugins.domain.language import _, spoken
from plugins.publishing.checks.advice import advice
from plugins.publishing.checks.forbidden_markup import forbidden_markup

_PLUGINS = Path(__file__).parents[2]
# The rooms whose code has a say in what is found.
_ROOMS = ("content", "domain", "publishing")


class CheckedDocument(NamedTuple):
    """Checked document: faults and advice of its own, and the parts that are held against other files."""

    markup: Markup
    faults: tuple[Fault, ...] = ()
    advice: tuple[Fault, ...] = ()


class DocumentChecks:
    """Document checks; `file` keeps what was found, by a digest of all that it was found in."""

    def __init__(self, file: Path | None = None, forms: Collection[str] | None = None) -> None:
        self._file, self._forms = file, forms
        self._kept: dict[str, dict[str, Any]] = {}
        self._used: dict[str, dict[str, Any]] = {}
        if file is not None:
            with suppress(OSError, ValueError):
                self._kept = json.loads(file.read_bytes())
            self._recipe = repr([spoken().version, None if forms is None else sorted(forms), *_code()])

    def of(self, document: Document, source: Source[Entry] | None) -> CheckedDocument:
        """What is found in a document, whose front matter says `source`, if it could be read."""
        if self._file is None or source is None or not document.head:
            return self._examined(document, source)
        said = [self._recipe, document.path.as_posix(), document.head, document.body_line, document.body]
        key = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        if key not in self._kept:
            self._used[key] = _plain(self._examined(document, source))
        else:
            self._used[key] = self._kept[key]
        return _restored(document.path, self._used[key])

    def keep(self) -> None:
        """Keep what was asked for since the start, and nothing else."""
        if self._file is not None and self._used.keys() != self._kept.keys():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part = self._file.with_suffix(".part")
            part.write_text(json.dumps(self._used), encoding="utf-8")
            part.replace(self._file)

    def _examined(self, document: Document, source: Source[Entry] | None) -> CheckedDocument:
        try:
            markup = read_markup(document)
        except RecursionError:
            # None, which is told, of a text that no converter gets to the bottom of.
            what = _("Il testo ha troppi elenchi o citazioni uno dentro l’altro. Lasciane pochi livelli.")
            return CheckedDocument(Markup(), (Fault(document.path, document.body_line, what),), ())
        faults = (*_unended(document.path, markup), *forbidden_markup(document.path, markup, self._forms))
        return CheckedDocument(markup, faults, tuple(advice(source, markup)) if source else ())


def _unended(path: Path, markup: Markup) -> Iterator[Fault]:
    for tag, line in markup.unended:
        what = _(
            "«<%(tag)s>» comincia e non finisce: il resto della pagina sparirebbe. Per mostrarlo com’è, mettilo fra "
            "apici inversi. Esempio: `<%(tag)s>`",
            tag=tag,
        )
        yield Fault(path, line, what)


def _code() -> Iterator[str]:
    """What stands for the code that looks at texts."""
    yield from (sys.version, version("Markdown"))
    for room in _ROOMS:
        for file in sorted((_PLUGINS / room).rglob("*.py")):
            told = file.stat()
            yield f"{file} {told.st_size} {told.st_mtime_ns}"


def _plain(checked: CheckedDocument) -> dict[str, Any]:
    """A checked document as JSON has it: data and no code, whatever texts may say."""
    markup = checked.markup
    return {
        "links": markup.links,
        "shown": markup.shown,
        "embed_faults": markup.embed_faults,
        "images": [[one.source, one.alt, one.line] for one in markup.images],
        "names": sorted(markup.names),
        "faults": [[one.line, one.what] for one in checked.faults],
        "advice": [[one.line, one.what] for one in checked.advice],
    }


def _restored(path: Path, plain: Mapping[str, Any]) -> CheckedDocument:
    markup = Markup(
        links=[(link, line) for link, line in plain["links"]],
        shown=[(text, line) for text, line in plain["shown"]],
        embed_faults=[(what, line) for what, line in plain["embed_faults"]],
        images=[Image(*one) for one in plain["images"]],
        names=set(plain["names"]),
    )
    faults, advices = (tuple(Fault(path, line, what) for line, what in plain[kind]) for kind in ("faults", "advice"))
    return CheckedDocument(markup, faults, advices)
