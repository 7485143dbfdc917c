"""What is not wrong but would read, or be found, better."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.content.articles import FrontMatter, Post
from plugins.content.faults import Fault
from plugins.content.site import Entry
from plugins.content.sources import Source
from plugins.domain.catalogue import Service
from plugins.publishing.markup import Markup
from plugins.publishing.readability import gulpease, longest

TITLE = 65  # characters that a page of results shows
SUMMARY = (60, 160)
EASY = 50  # Gulpease: hard for who left school at fourteen is below 60, and these are work texts
LONG_SENTENCE = 35


def advice(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    """Tell what could be better in a document."""
    yield from _front_matter(source)
    yield from _headings(source, markup)
    if isinstance(source.value, Post):
        if not any(link.startswith(("{filename}", "/")) for link, _ in markup.links):
            what = "L’articolo non porta a nessuna pagina del sito. Aggiungi un collegamento."
            yield Fault(source.path, source.document.body_line, f"{what} Esempio: {{filename}}/pages/contatti.md")
        if source.value.service is None:
            what = "L’articolo non nomina un servizio. Aggiungilo, così ciascuno porta all’altro."
            yield Fault(source.path, 1, f"{what} Esempio: service: nome-del-file-del-servizio")
    yield from _prose(source, markup)


def _front_matter(source: Source[Entry]) -> Iterator[Fault]:
    value = source.value
    if len(value.title) > TITLE:
        what = f"Il titolo ha {len(value.title)} caratteri e nei motori di ricerca si tronca. Prova a stare in {TITLE}."
        yield source.document.fault(("title",), what)
    summary = value.summary
    if summary is None and isinstance(value, FrontMatter):
        what = "Manca il riassunto, quello che si legge negli elenchi. Aggiungilo."
        yield Fault(source.path, 1, f"{what} Esempio: summary: Come rifiutare un lavoro senza perdere il cliente.")
    elif (
        summary is not None
        and isinstance(value, FrontMatter | Service)
        and not SUMMARY[0] <= len(summary) <= SUMMARY[1]
    ):
        what = f"Il riassunto ha {len(summary)} caratteri. Fra {SUMMARY[0]} e {SUMMARY[1]} si legge per intero."
        yield source.document.fault(("summary",), what)


def _headings(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    before = 1  # the title of the page
    for heading in markup.headings:
        if heading.level == 1:
            what = (
                "Il titolo grande c’è già, viene da title. Comincia le sezioni con due cancelletti. Esempio: ## Sezione"
            )
            yield Fault(source.path, heading.line, what)
        elif heading.level > before + 1:
            what = f"Si salta dal livello {before} al livello {heading.level}. Usa {'#' * (before + 1)}."
            yield Fault(source.path, heading.line, what)
        before = heading.level


def _prose(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    index = gulpease(markup.paragraphs)
    if index is not None and index < EASY:
        worst = "; ".join(f"«{sentence[:60]}…» ({words} parole)" for words, sentence in longest(markup.paragraphs))
        what = (
            f"Il testo è faticoso: indice Gulpease {index}, meglio almeno {EASY}. Spezza le frasi più lunghe: {worst}."
        )
        yield Fault(source.path, source.document.body_line, what)
