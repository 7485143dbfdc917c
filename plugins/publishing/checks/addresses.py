"""Address checks: each address has one owner, and no internal link is broken."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import content_files
from plugins.content.base.yaml_locations import Document
from plugins.content.front_matter import Page, Post
from plugins.content.markup.links import target
from plugins.content.markup.markdown_parts import Markup
from plugins.content.pictures.picture_kinds import published_suffix
from plugins.content.site import LISTS, Entry, is_draft
from plugins.content.source_files import Source
from plugins.content.templates.formats import day_year
from plugins.domain.catalogue import Area, Service
from plugins.domain.language import N_, _
from plugins.publishing.checks.alias_conflicts import claim_aliases, taken

# Made by the site itself, or answered by the endpoint.
_OTHERS = (
    "sitemap.xml",
    "robots.txt",
    "llms.txt",
    "manifest.webmanifest",
    "_redirects",
    "_headers",
)
_BLOG = ("feed.xml", "blog/categoria/", "blog/tag/", "blog/archivio/")
_EXAMPLE = N_("Esempio: [i servizi]({filename}/pages/servizi.md)")
_ENDPOINT = {"api", "appuntamenti", "messaggi", "agenda", "health", "metrics", "theme", "posta"}


def address(value: Entry) -> str:
    """Where a document is found, relative to the site's root."""
    return value.address


def owned(
    root: Path,
    sources: list[Source[Entry]],
    faults: list[Fault],
    beside: Mapping[str, Source[Entry] | None] | None = None,
) -> dict[str, Source[Entry] | None]:
    """Every address of the site with its document, None for those that have none; duplicates go to `faults`.

    Of a further language `beside` are the addresses of the others.
    """
    has_blog = any(isinstance(one.value, Page) and one.value.slug == "blog" for one in sources)
    table: dict[str, Source[Entry] | None] = dict(beside or dict.fromkeys((*_OTHERS, *(_BLOG if has_blog else ()))))
    if beside is None:
        table |= {_image_address(root, path): None for path in content_files(root, "images/**/*")}
    for source in sources:
        if isinstance(source.value, Area | Service | Page):
            place = address(source.value)
            if table.get(place) is not None:
                faults.append(taken(source, ("slug",), place, table[place]))
            table.setdefault(place, source)
    for source in sources:
        if isinstance(source.value, Post):
            table.setdefault(address(source.value), source)
    claim_aliases(sources, table, faults)
    return table


def _image_address(root: Path, path: Path) -> str:
    """Where a file of content/images is found: of a HEIC there is a JPEG in its place."""
    return path.with_suffix(published_suffix(path, (root / path).read_bytes())).as_posix()


def dead_links(
    document: Document,
    markup: Markup,
    table: Mapping[str, Source[Entry] | None],
    markups: Mapping[str, Markup],
    files: Container[str],
) -> Iterator[Fault]:
    """Tell the links of a document to addresses and anchors that are not there; `files` are those with an address."""
    for link, line in markup.links:
        try:
            parts = urlsplit(link)
        except ValueError:
            what = _("«%(link)s» non è un indirizzo. Copialo di nuovo. Esempio: https://esempio.it/pagina", link=link)
            yield Fault(document.path, line, what)
            continue
        if parts.scheme or parts.netloc or link.startswith(("mailto:", "tel:")):
            continue
        path = unquote(parts.path)
        owner: str | None = None
        if not path:
            owner = document.path.as_posix()
        elif path.startswith("{filename}"):
            owner = target(document, path.removeprefix("{filename}"))
            owner = owner if owner in files else None
        elif path.startswith(("{static}", "{attach}")):
            continue
        elif path.startswith("{"):
            what = _("Il collegamento «%(link)s» non si può seguire. Usa il file o l’indirizzo.", link=link)
            yield Fault(document.path, line, f"{what} {_(_EXAMPLE)}")
            continue
        elif not _leads(path, table):
            what = _("Il collegamento «%(link)s» non porta a nessuna pagina. Scegli il file da collegare.", link=link)
            yield Fault(document.path, line, f"{what} {_(_EXAMPLE)}")
        else:
            found = table.get(path.lstrip("/"))
            owner = found.document.path.as_posix() if found else None
        anchor = unquote(parts.fragment)
        if anchor and owner and anchor not in markups[owner].names:
            names = ", ".join(f"#{name}" for name in sorted(markups[owner].names)) or _("nessuna")
            what = _(
                "In quella pagina la sezione «#%(section)s» non c’è. Scegli fra: %(names)s.",
                section=anchor,
                names=names,
            )
            yield Fault(document.path, line, what)


def early_links(
    source: Source[Entry], markup: Markup, files: Mapping[str, Source[Entry]], day: date
) -> Iterator[Fault]:
    """Tell the links of what is published, or will be, to what is not out by then: until then they are words."""
    here = source.value
    if is_draft(here):
        return
    out = max(day, here.date) if isinstance(here, Post) else day
    for link, line in markup.links:
        path = unquote(link.partition("#")[0].partition("?")[0])
        other = files.get(target(source.document, path.removeprefix("{filename}"))) if "{filename}" in path else None
        if other is None:
            continue
        if is_draft(other.value):
            what = _(
                "Il collegamento porta alla bozza %(file)s. Finché resta una bozza si leggono solo le parole.",
                file=other.path.as_posix(),
            )
            yield Fault(source.document.path, line, what)
        elif isinstance(other.value, Post) and other.value.date > out:
            what = _(
                "Il collegamento porta a «%(title)s», che esce il %(day)s. Fino ad allora si leggono solo le parole.",
                title=other.value.title,
                day=day_year(other.value.date),
            )
            yield Fault(source.document.path, line, what)


def _leads(path: str, table: Mapping[str, Source[Entry] | None]) -> bool:
    if not path.startswith("/"):
        return False
    place = path.lstrip("/")
    lists = tuple(f"blog/{name}/" for name in LISTS)
    first, *others = place.split("/")
    # Further languages have theirs below their home pages.
    answered = others[0] if others and f"{first}/" in table else first
    is_answered = answered in _ENDPOINT or place.startswith(lists)
    return place in table or f"{place}/" in table or is_answered
