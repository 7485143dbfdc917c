"""Site: all content as one value, office and Markdown files, posts included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from plugins.content.active_locale import IDENTITY
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.ignored_files import is_ignored
from plugins.content.base.yaml_locations import read_yaml
from plugins.content.cross_checks import AREA, unclear_labels
from plugins.content.front_matter import FrontMatter, Page, Post
from plugins.content.locale import language
from plugins.content.markup.aliases import unfit_aliases
from plugins.content.markup.links import broken_links, page_files
from plugins.content.markup.slugs import slug_of
from plugins.content.office import Office
from plugins.content.office_reader import gather_office, no_service, service_names
from plugins.content.pictures.picture_kinds import IMAGE_SUFFIXES
from plugins.content.required_pages import RequiredPages
from plugins.content.source_files import Source, SourcesReader, read_source, read_sources
from plugins.content.translated_sources import below, read_translated_sources
from plugins.content.translations import content_language, further_languages
from plugins.domain.catalogue import Area, Service
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _, speaking

FIRST_YEAR = 1990  # of what could have been written for a site
# Addresses below /blog/ that belong to lists of posts.
LISTS = (N_("categoria"), N_("tag"), N_("archivio"), N_("pagina"))

Entry = Post | Page | Area | Service


def is_draft(value: Entry) -> bool:
    """Whether a document is none that visitors are led to."""
    return not isinstance(value, Area) and value.status == "draft"


@dataclass(frozen=True)
class Site:
    """The content as one value; `sources` are all its Markdown files, by path relative to the content's folder.

    `further` is the same in each further language, by its code; its texts have the paths of their originals.
    """

    office: Office
    sources: Mapping[str, Source[Entry]] = field(repr=False)
    further: Mapping[str, Site] = field(default_factory=dict, repr=False)


def _last_part(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _check_post(source: Source[Post], services: set[str], faults: list[Fault]) -> None:
    post, document = source.value, source.document
    name = _last_part(post.address)
    if name in (LISTS if document.original is None else [slug_of(_(one)) for one in LISTS]):
        what = _(
            "L’indirizzo /blog/%(slug)s/ serve agli elenchi del blog. "
            "Scegli un altro slug. Esempio: slug: tre-modi-di-dire-no",
            slug=name,
        )
        faults.append(document.fault(("slug",), what))
    if post.date.year < FIRST_YEAR:
        what = _("La data è del %(year)s. Controlla l’anno. Esempio: date: 2027-02-03", year=post.date.year)
        faults.append(document.fault(("date",), what))
    if post.service is not None and post.service.split("/")[-1] not in services:
        what = no_service(post.service, services)
        faults.append(document.fault(("service",), what))


def _check_image(root: Path, source: Source[Entry], faults: list[Fault]) -> None:
    if not isinstance(source.value, FrontMatter) or source.value.image is None:
        return
    image = source.value.image
    known = image.startswith("images/") and Path(image).suffix.lower() in IMAGE_SUFFIXES
    if not known or ".." in Path(image).parts or is_ignored(Path(image)) or not (root / image).is_file():
        what = _(
            "L’immagine «%(image)s» non c’è. Mettila in content/images. Esempio: image: images/scrivania.svg",
            image=image,
        )
        faults.append(source.document.fault(("image",), what))
    if source.value.image_alt is None:
        what = _(
            "Manca image_alt. Descrivi l’immagine a chi non la vede. Esempio: image_alt: Una scrivania piena di fogli"
        )
        faults.append(source.document.fault(("image",), what))


def _check_slugs(sources: list[Source[Entry]], kind: type[Post | Page], faults: list[Fault]) -> None:
    taken: dict[str, Path] = {}
    for source in sources:
        if not isinstance(source.value, kind):
            continue
        address = source.value.address
        if address in taken:
            what = _(
                "Lo slug «%(slug)s» è già di %(file)s. Cambialo, o rinomina il file.",
                slug=_last_part(address),
                file=taken[address].as_posix(),
            )
            faults.append(source.document.fault(("slug",), what))
        taken.setdefault(address, source.document.path)


def gather_site(
    root: Path, faults: list[Fault], with_posts: bool = True, code: str | None = None
) -> tuple[Office | None, list[Source[Entry]]]:
    """Read the whole content below `root`, or all but its posts, adding every fault of every file to `faults`.

    With a `code` it is read in that further language of the site, which is the one in force already.
    Returns the office, None where identity or availability could not be read, and every Markdown file that could.
    """
    office, behind = gather_office(root, faults, code)
    posts: tuple[Source[Post], ...] = ()
    if with_posts:
        read: SourcesReader = read_sources
        if code:
            read = partial(read_translated_sources, language=content_language(read_yaml(root, IDENTITY), code))
        posts = read(root, "blog/**/*", Post, faults, lambda path: {"slug": path.stem})
    if code and office and (page := office.page("blog")):
        posts = tuple(below(page.address, post) for post in posts)
    sources: list[Source[Entry]] = [*behind, *posts]
    services = service_names(root, (one.value for one in behind if isinstance(one.value, Service)))
    for post in posts:
        _check_post(post, services, faults)
    if code is None:
        faults.extend(RequiredPages(root, behind).of_posts(posts))
    for source in sources:
        _check_image(root, source, faults)
        if isinstance(source.value, FrontMatter | Area | Service):
            faults.extend(unfit_aliases(source.document, source.value.aliases))
    faults.extend(unclear_labels(posts))
    _check_slugs(sources, Post, faults)
    _check_slugs(sources, Page, faults)
    pages = page_files(root)
    for source in sources:
        faults.extend(broken_links(root, source.document, pages))
    return office, sources


def gather_further(
    root: Path, identity: Identity, faults: list[Fault]
) -> Iterator[tuple[str, Office | None, list[Source[Entry]]]]:
    """Read the content in each further language of the site, adding every fault, in the words of the site's own."""
    for code in further_languages(root, identity):
        found: list[Fault] = []
        with speaking(language(code)):
            office, sources = gather_site(root, found, code=code)
        if found:
            said: list[Fault] = []
            gather_site(root, said, code=code)
            faults.extend(said or found)
        yield code, office, sources


def read_site(root: Path) -> Site:
    """Read the whole content below `root`; raises ContentError with every fault of every file."""
    faults: list[Fault] = []
    office, sources = gather_site(root, faults)
    if faults or office is None:
        raise ContentError(faults)
    gathered = gather_further(root, office.identity, faults)
    further = {code: Site(there, _by_path(translated)) for code, there, translated in gathered if there}
    if faults:
        raise ContentError(faults)
    office = replace(office, further={code: one.office for code, one in further.items()})
    return Site(office, _by_path(sources), further)


def _by_path(sources: Iterable[Source[Entry]]) -> dict[str, Source[Entry]]:
    return {source.path.as_posix(): source for source in sources}


def read_again(root: Path, path: Path, office: Office) -> Source[Entry] | None:
    """Read one file of a content that was whole; None where it is gone, or something is wrong with what it says.

    Slugs, labels and places are taken for what they were: whoever asks sees to it that they are.
    """
    if not (root / path).is_file():
        return None
    faults: list[Fault] = []
    kind, given = _place(path)
    source = read_source(root, path, kind, faults, given)
    if source is None:
        return None
    if isinstance(source.value, Post):
        catalogue = office.catalogue
        _check_post(source, {one.slug for one in (*catalogue.services, *catalogue.drafts)}, faults)  # type: ignore[arg-type]
    _check_image(root, source, faults)
    if isinstance(source.value, FrontMatter | Area | Service):
        faults.extend(unfit_aliases(source.document, source.value.aliases))
    if "{" in source.document.body:
        faults.extend(broken_links(root, source.document, page_files(root)))
    return None if faults else source


def _place(path: Path) -> tuple[type[Entry], dict[str, str]]:
    """What a file is by where it lies, and what its place decides."""
    if path.parts[0] != "services":
        return (Post if path.parts[0] == "blog" else Page), {"slug": path.stem}
    if path.name == AREA:
        return Area, {"slug": path.parent.name}
    return Service, {"slug": path.stem, "area": path.parent.name}
