"""Check: every fault of the content in one run, and advice apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plugins.content.availability_checks import touching_ranges
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.yaml_locations import read_yaml
from plugins.content.markup.links import link_faults, page_files
from plugins.content.markup.markdown_parts import Markup, read_markup
from plugins.content.office_reader import TIMETABLE
from plugins.content.site import Entry, gather_site
from plugins.content.source_files import Source
from plugins.domain.language import _
from plugins.publishing.checks.addresses import dead_links, early_links, owned
from plugins.publishing.checks.advice import advice
from plugins.publishing.checks.forbidden_files import stills, unfit_files
from plugins.publishing.checks.removed_addresses import vanished


@dataclass(frozen=True)
class Report:
    """What was found: errors stop a publication, advice does not; both in the order of files and lines."""

    errors: tuple[Fault, ...]
    advice: tuple[Fault, ...]


def check(content: Path, before: Path | None = None, day: date | None = None) -> Report:
    """Examine all content below a folder; `before` is the folder of what is published until now.

    `day` is the one for which it is published; where none is given, every post counts as out.
    """
    faults: list[Fault] = list(unfit_files(content))
    sources = gather_site(content, faults)[1]
    markups = {source.path.as_posix(): read_markup(source.document) for source in sources}
    table = owned(content, sources, faults)
    if before is not None:
        faults.extend(vanished(before, table, sources, day or date.max))
    suggestions: list[Fault] = list(stills(content))
    with suppress(ContentError):  # told already
        suggestions.extend(touching_ranges(read_yaml(content, TIMETABLE)))
    pages, files = page_files(content), {source.path.as_posix(): source for source in sources}
    for source in sources:
        markup = markups[source.path.as_posix()]
        faults.extend(link_faults(content, source.document, markup, pages))
        faults.extend(_images(content, source, markup))
        faults.extend(_unended(source, markup))
        faults.extend(dead_links(source, markup, table, markups))
        suggestions.extend(advice(source, markup))
        suggestions.extend(early_links(source, markup, files, day or date.max))
    return Report(tuple(sorted(set(faults))), tuple(sorted(suggestions)))


def _unended(source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    for tag, line in markup.unended:
        what = _(
            "«<%(tag)s>» comincia e non finisce: il resto della pagina sparirebbe. Per mostrarlo com’è, mettilo fra "
            "apici inversi. Esempio: `<%(tag)s>`",
            tag=tag,
        )
        yield Fault(source.path, line, what)


def _images(content: Path, source: Source[Entry], markup: Markup) -> Iterator[Fault]:
    for image in markup.images:
        if not (image.alt or "").strip():
            what = _(
                "L’immagine non ha un testo per chi non la vede. Descrivila tra le parentesi quadre. "
                "Esempio: ![Una scrivania piena di fogli](%(image)s)",
                image=image.source,
            )
            yield Fault(source.path, image.line, what)
        if image.source.startswith("{"):
            continue  # told with the links
        if "//" in image.source or image.source.startswith("data:"):
            what = _(
                "L’immagine «%(image)s» sta su un altro sito. Copiala in content/images. "
                "Esempio: {static}/images/scrivania.svg",
                image=image.source[:60],
            )
            yield Fault(source.path, image.line, what)
        elif not (content / image.source.lstrip("/")).is_file() or not image.source.startswith("/"):
            what = _(
                "L’immagine «%(image)s» non c’è. Mettila in content/images e collegala così. "
                "Esempio: {static}/images/scrivania.svg",
                image=image.source,
            )
            yield Fault(source.path, image.line, what)
