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
from plugins.content.front_matter import Post
from plugins.content.locale import language
from plugins.content.markup.links import link_faults, page_files, target
from plugins.content.markup.markdown_parts import Markup
from plugins.content.markup.rst_document import is_rst, rst_text
from plugins.content.markup.slugs import slug_of
from plugins.content.office import Office
from plugins.content.site import LISTS, Entry, Site, gather_further, gather_site
from plugins.content.source_files import Source
from plugins.domain.language import _, speaking
from plugins.publishing.checks.addresses import dead_links, early_links, owned
from plugins.publishing.checks.document_checks import DocumentChecks
from plugins.publishing.checks.forbidden_files import stills, unfit_files, unread_files
from plugins.publishing.checks.past_days import days_ahead, long_testimonials
from plugins.publishing.checks.removed_addresses import Addresses, addresses, vanished
from plugins.publishing.checks.sample_leftovers import is_sample, left_people, left_words, unchanged_files
from plugins.publishing.checks.translation_advice import translation_advice, unseen_translations


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
    markups = {path: one.markup for path, one in checked.items()}
    table = owned(content, sources, faults)
    further = [_Further(*read, checks) for read in gather_further(content, office.identity, faults)] if office else []
    checks.keep()
    for there in further:
        table = owned(content, there.sources, faults, table) | dict.fromkeys(there.lists)
    texts = [*sources, *(source for there in further for source in there.sources)]
    # What the sample had at an address was never hers.
    if before is not None and (not is_sample(before) or is_sample(content)):
        faults.extend(vanished(before, table, texts, day or date.max))
    faults.extend((*left_words(content), *left_people(content), *days_ahead(content, day or date.max)))
    suggestions: list[Fault] = [*stills(content), *unchanged_files(content), *long_testimonials(content)]
    suggestions.extend(unseen_translations(content, {there.code for there in further}))
    for there in further:
        checked |= there.checked
        markups |= {path: one.markup for path, one in there.checked.items()}
    documents |= {source.document.path.as_posix(): source.document for there in further for source in there.sources}
    faults.extend(unread_files(content, set(_linked_files(documents.values(), markups))))
    named = {source.path.as_posix() for source in table.values() if source is not None}
    for path, document in documents.items():
        markup = markups[path]
        faults.extend(checked[path].faults)
        suggestions.extend(checked[path].advice)
        faults.extend(link_faults(content, document, markup, pages))
        faults.extend(_images(content, document.path, markup))
        # A link from a translation leads to the translation of what it names.
        shown = next((there.shown for there in further if path in there.checked), {})
        faults.extend(dead_links(document, markup, table, markups | shown, named))
    for source in texts:
        markup = markups[source.document.path.as_posix()]
        suggestions.extend(early_links(source, markup, files, day or date.max))
    for there in further:
        suggestions.extend(translation_advice(content, there.code, sources, there.translated))
    site = Site(office, files) if office and not faults and not further else None
    return Report(tuple(sorted(set(faults))), tuple(sorted(suggestions)), site, addresses(table))


class _Further:
    """The texts of a further language, with what is in them."""

    def __init__(self, code: str, office: Office | None, sources: list[Source[Entry]], checks: DocumentChecks) -> None:
        self.code, self.sources = code, sources
        self.checked = {one.document.path.as_posix(): checks.of(one.document, one) for one in sources}
        self.translated = {
            one.path.as_posix(): (one, self.checked[one.document.path.as_posix()].markup) for one in sources
        }
        self.shown = {path: markup for path, (_source, markup) in self.translated.items()}
        self.lists: list[str] = []
        if office and (page := office.page("blog")):
            with speaking(language(code)):
                self.lists = [f"{code}/feed.xml", *_lists(page.address, sources)]


def _lists(blog: str, sources: Iterable[Source[Entry]]) -> Iterator[str]:
    """The addresses of the lists of posts of a further language, which is the one in force."""
    category, tag, archive, _page = (f"{blog}{slug_of(_(word))}/" for word in LISTS)
    yield from (category, tag, archive)
    for post in (one.value for one in sources if isinstance(one.value, Post)):
        yield f"{category}{slug_of(post.category)}/"
        yield from (f"{tag}{slug_of(one)}/" for one in post.tags)


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
