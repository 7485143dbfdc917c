"""Advice: what is not wrong but would read, or be found, better."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Location
from plugins.content.front_matter import FrontMatter, Post
from plugins.content.markup.markdown_parts import Markup
from plugins.content.markup.other_dialects import dialect_advice
from plugins.content.site import Entry
from plugins.content.source_files import Source
from plugins.domain.catalogue import Service
from plugins.domain.language import ITALIAN, _, spoken
from plugins.publishing.checks.readability import gulpease, longest

TITLE = 65  # characters that a page of results shows
SUMMARY = (60, 160)
EASY = 50  # Gulpease: hard for who left school at fourteen is below 60, and these are work texts
# Words of a link that say nothing to who hears or skims the links alone (WCAG 2.4.9, Link Purpose).
_EMPTY_WORDS = re.compile(
    r"(?<!!)\[(qui|clicca qui|questo|questa pagina|leggi tutto|here|click here|this|this page|link|more|read more|hier|"
    r"hier klicken|mehr|diese seite)\]\(\s*<?([^)\s>]+)",
    re.IGNORECASE,
)
# Bold, slanted, code, a link or picture, the mark of a note.
_MARKS = re.compile(
    r"\*\*\w.*?\*\*|(?<![\w*])\*\w(?:[^*]*\w)?\*(?![\w*])|(?<!\w)__?\w(?:[^_]*\w)?__?(?!\w)|`[^`]+`|\[[^\[\]]+\]\([^)]+\)|\[\^\w+\]"
)


def advice(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    """Tell what could be better in a document."""
    yield from _front_matter(source)
    yield from _marked(source)
    yield from _headings(source, markup)
    if isinstance(source.value, Post):
        if not any(link.startswith(("{filename}", "/")) for link, _line in markup.links):
            what = _(
                "L’articolo non porta a nessuna pagina del sito. Aggiungi un collegamento. "
                "Esempio: {filename}/pages/contatti.md"
            )
            yield Fault(source.document.path, source.document.body_line, what)
        if source.value.service is None and source.document.original is None:
            what = _(
                "L’articolo non nomina un servizio. Aggiungilo, così ciascuno porta all’altro. "
                "Esempio: service: nome-del-file-del-servizio"
            )
            yield Fault(source.document.path, 1, what)
    yield from _links(source, markup)
    yield from (
        Fault(source.document.path, line, dialect_advice(text)) for text, line in dict.fromkeys(markup.dialects)
    )
    yield from _prose(source, markup)


def _front_matter(source: Source[Entry]) -> Iterator[Fault]:
    value = source.value
    if len(value.title) > TITLE:
        what = _(
            "Il titolo ha %(length)s caratteri e nei motori di ricerca si tronca. Prova a stare in %(most)s.",
            length=len(value.title),
            most=TITLE,
        )
        yield source.document.fault(("title",), what)
    summary = value.summary
    if summary is None and isinstance(value, FrontMatter):
        what = _(
            "Manca il riassunto, quello che si legge negli elenchi. Aggiungilo. "
            "Esempio: summary: Come rifiutare un lavoro senza perdere il cliente."
        )
        yield Fault(source.document.path, 1, what)
    elif (
        summary is not None
        and isinstance(value, FrontMatter | Service)
        and not SUMMARY[0] <= len(summary) <= SUMMARY[1]
    ):
        what = _(
            "Il riassunto ha %(length)s caratteri. Fra %(least)s e %(most)s si legge per intero.",
            length=len(summary),
            least=SUMMARY[0],
            most=SUMMARY[1],
        )
        yield source.document.fault(("summary",), what)


def _marked(source: Source[Entry]) -> Iterator[Fault]:
    """Front matter is plain text, and shows the marks of Markdown as they are typed."""
    for location, text in _texts(source.document.values, ()):
        if found := _MARKS.search(text):
            what = _(
                "Qui il Markdown non vale e «%(marks)s» si legge così com’è. Scrivi solo le parole.",
                marks=found[0][:40],
            )
            yield source.document.fault(location, what)


def _texts(value: object, location: Location) -> Iterator[tuple[Location, str]]:
    """Every text of a front matter, with where it stands."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*location, key))


def _headings(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    before = 1  # the title of the page
    for heading in markup.headings:
        if heading.level == 1:
            what = _(
                "Il titolo grande c’è già, viene da title. Comincia le sezioni con due cancelletti. Esempio: ## Sezione"
            )
            yield Fault(source.document.path, heading.line, what)
        elif heading.level > before + 1:
            what = _(
                "Si salta dal livello %(before)s al livello %(level)s. Usa %(marks)s.",
                before=before,
                level=heading.level,
                marks="#" * (before + 1),
            )
            yield Fault(source.document.path, heading.line, what)
        before = heading.level


def _links(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    addresses = {link for link, _line in markup.links}
    for number, line in enumerate(source.document.body.splitlines(), source.document.body_line):
        for words, address in _EMPTY_WORDS.findall(line):
            if address in addresses:
                what = _(
                    "«%(words)s» non dice dove porta il collegamento, e chi ascolta la pagina sente solo quello. "
                    "Scrivi che cosa si trova là. Esempio: [tutti i servizi]({filename}/pages/servizi.md)",
                    words=words,
                )
                yield Fault(source.document.path, number, what)


def _prose(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    # The index is one of Italian prose.
    is_italian = spoken() is ITALIAN and source.document.original is None
    index = gulpease(markup.paragraphs) if is_italian else None
    if index is not None and index < EASY:
        worst = "; ".join(
            _("«%(sentence)s…» (%(words)s parole)", sentence=sentence[:60], words=words)
            for words, sentence in longest(markup.paragraphs)
        )
        what = _(
            "Il testo è faticoso: indice Gulpease %(index)s, meglio almeno %(least)s. "
            "Spezza le frasi più lunghe: %(worst)s.",
            index=index,
            least=EASY,
            worst=worst,
        )
        yield Fault(source.document.path, source.document.body_line, what)
