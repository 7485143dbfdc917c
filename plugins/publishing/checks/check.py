"""Check: every fault of the content in one run, and advice apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from plugins.content.active_locale import IDENTITY
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.front_matter_split import parted, read_text
from plugins.content.base.yaml_locations import Document, read_yaml
from plugins.content.markup.links import link_faults, page_files, target
from plugins.content.markup.markdown_parts import Markup
from plugins.content.markup.rst_document import is_rst, rst_text
from plugins.content.site import Site, gather_site
from plugins.domain.language import _
from plugins.publishing.checks.addresses import dead_links, early_links, owned
from plugins.publishing.checks.document_checks import DocumentChecks
from plugins.publishing.checks.forbidden_files import stills, unfit_files, unread_files
from plugins.publishing.checks.past_days import days_ahead, long_testimonials
from plugins.publishing.checks.removed_addresses import Addresses, addresses, vanished
from plugins.publishing.checks.sample_leftovers import is_sample, left_people, left_words, unchanged_files


@dataclass(frozen=True)
class Report:
    """What was found: errors stop a publication, advice does not; both in the order of files and lines.

    `site` is what was read, where nothing is wrong with it, and `addresses` are those it gives.
    """

    errors: tuple[Fault, ...]
    advice: tuple[Fault, ...]
    site: Site | None = field(default=None, repr=False, compare=False)
    addresses: Addresses = field(default_factory=dict, repr=False, compare=False)


def check(content: Path, before: Path | None = None, day: date | None = None, remembered: Path | None = None) -> Report:
    """Examine all content below a folder; `before` is the folder of what is published until now.

    `day` is the one for which it is published; where none is given, every post counts as out. The file `remembered`
    keeps what is found in each text by itself.
    """
    faults: list[Fault] = list(unfit_files(content))
    office, sources = gather_site(content, faults)
    forms = office.identity.form_addresses if office else _typed_forms(content)
    documents = {source.path.as_posix(): source.document for source in sources}
    pages = page_files(content)
    # What is wrong at the head of a file hides nothing of its text.
    documents |= {path: _text_of(content, Path(path)) for path in sorted(pages - documents.keys())}
    files = {source.path.as_posix(): source for source in sources}
    checks = DocumentChecks(remembered, forms)
    checked = {path: checks.of(document, files.get(path)) for path, document in documents.items()}
    checks.keep()
    markups = {path: one.markup for path, one in checked.items()}
    table = owned(content, sources, faults)
    # What the sample had at an address was never hers.
    if before is not None and (not is_sample(before) or is_sample(content)):
        faults.extend(vanished(before, table, sources, day or date.max))
    faults.extend((*left_words(content), *left_people(content), *days_ahead(content, day or date.max)))
    suggestions: list[Fault] = [*stills(content), *unchanged_files(content), *long_testimonials(content)]
    faults.extend(unread_files(content, set(_linked_files(documents.values(), markups))))
    texts = {source.path.as_posix() for source in table.values() if source is not None}
    for path, document in documents.items():
        markup = markups[path]
        faults.extend(checked[path].faults)
        suggestions.extend(checked[path].advice)
        faults.extend(link_faults(content, document, markup, pages))
        faults.extend(_images(content, document.path, markup))
        faults.extend(dead_links(document, markup, table, markups, texts))
    for source in sources:
        markup = markups[source.path.as_posix()]
        suggestions.extend(early_links(source, markup, files, day or date.max))
    site = Site(office, files) if office and not faults else None
    return Report(tuple(sorted(set(faults))), tuple(sorted(suggestions)), site, addresses(table))


def _typed_forms(content: Path) -> list[str] | None:
    """Where forms may be sent, whatever else is wrong with the identity; None where that cannot be read."""
    try:
        typed = read_yaml(content, IDENTITY).values.get("form_addresses") or []
    except ContentError:
        return None
    return [str(one) for one in typed] if isinstance(typed, list) else None


def _text_of(content: Path, path: Path) -> Document:
    """The text of a file whose head cannot be used; an empty one where there is none to read."""
    try:
        return rst_text(content, path) if is_rst(path) else Document(path, {}, {}, **parted(content, path)._asdict())
    except ContentError:
        with suppress(ContentError):
            return Document(path, {}, {}, body=read_text(content, path))
    return Document(path, {}, {})


def _linked_files(documents: Iterable[Document], markups: Mapping[str, Markup]) -> Iterator[str]:
    """The files of the content that texts link to."""
    for document in documents:
        for link, _line in markups[document.path.as_posix()].links:
            if link.startswith(("{static}", "{attach}")):
                yield target(document, link.partition("}")[2].partition("#")[0])


def _images(content: Path, path: Path, markup: Markup) -> Iterator[Fault]:
    for image in markup.images:
        if not image.source:
            what = _(
                "L’immagine non dice quale file mostrare. Scrivi il file fra le tonde. "
                "Esempio: ![Una scrivania piena di fogli]({static}/images/scrivania.svg)"
            )
            yield Fault(path, image.line, what)
            continue
        if not (image.alt or "").strip():
            what = _(
                "L’immagine non ha un testo per chi non la vede. Descrivila tra le parentesi quadre. "
                "Esempio: ![Una scrivania piena di fogli](%(image)s)",
                image=image.source,
            )
            yield Fault(path, image.line, what)
        if image.source.startswith("{"):
            continue  # told with the links
        if "//" in image.source or image.source.startswith("data:"):
            what = _(
                "L’immagine «%(image)s» sta su un altro sito. Copiala in content/images. "
                "Esempio: {static}/images/scrivania.svg",
                image=image.source[:60],
            )
            yield Fault(path, image.line, what)
        elif not (content / image.source.lstrip("/")).is_file() or not image.source.startswith("/"):
            what = _(
                "L’immagine «%(image)s» non c’è. Mettila in content/images e collegala così. "
                "Esempio: {static}/images/scrivania.svg",
                image=image.source,
            )
            yield Fault(path, image.line, what)
