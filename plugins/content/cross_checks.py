"""Cross checks: references between files, and addresses that are taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import content_files
from plugins.content.front_matter import Page, Post
from plugins.content.markup.slugs import slug_of
from plugins.content.source_files import Source
from plugins.domain.catalogue import Area, Service
from plugins.domain.language import _

# Answered by the endpoint, or made by the build.
RESERVED = (
    "api",
    "appuntamenti",
    "messaggi",
    "agenda",
    "health",
    "metrics",
    "posta",
    "theme",
    "images",
    "drafts",
    "admin",
)
# Of these the endpoint answers also those below the prefix of each further language: `/en/appuntamenti/…`.
IN_LANGUAGES = frozenset({"api", "appuntamenti", "messaggi"})
AREA = "index.md"

Entry = Page | Area | Service | Post


def reserved_slugs(pages: Iterable[Source[Page]], languages: Container[str] = ()) -> Iterator[Fault]:
    """Tell the pages at an address that is taken, as that of a further language of the site is."""
    for source in pages:
        if source.value.slug in RESERVED or source.value.slug in languages:
            what = _("L’indirizzo /%(slug)s/ serve al sito. Scegli un altro slug.", slug=source.value.slug)
            yield source.document.fault(("slug",), what)


def reserved_translations(pages: Iterable[Source[Page]], prefix: str) -> Iterator[Fault]:
    """Tell the translated pages at an address below a language's prefix that the endpoint answers."""
    for source in pages:
        slug = source.value.address.removeprefix(prefix).partition("/")[0]
        if slug in IN_LANGUAGES:
            what = _("L’indirizzo /%(slug)s/ serve al sito. Scegli un altro slug.", slug=f"{prefix}{slug}")
            yield source.document.fault(("slug",), what)


def misplaced(root: Path, services: Iterable[Source[Service]], areas: Iterable[Source[Area]]) -> Iterator[Fault]:
    """Tell areas without an index, and areas and services that say they are elsewhere than where they lie."""
    for folder in sorted({path.parent for path in content_files(root, "services/*/*.md")}):
        if not (root / folder / AREA).is_file():
            path = folder / AREA
            what = _(
                "Manca il file dell’area, senza il quale i suoi servizi non hanno casa. Crealo. "
                "Esempio: title, path, order e summary fra due righe ---"
            )
            yield Fault(path, 1, what)
    for source in areas:
        if source.value.slug != source.path.parent.name:
            what = _("Il nome di un’area è quello della sua cartella. Togli slug, o rinomina la cartella.")
            yield source.document.fault(("slug",), what)
    for service in services:
        if service.value.area != service.path.parent.name:
            what = _("L’area di un servizio è la cartella in cui si trova. Togli area, o sposta il file.")
            yield service.document.fault(("area",), what)
        if service.value.slug != service.path.stem:
            what = _("Il nome di un servizio è quello del suo file. Togli slug, o rinomina il file.")
            yield service.document.fault(("slug",), what)


def _signs(label: str) -> str:
    """The signs that tell a label from another one of the same letters: C, C++ and C# are three things."""
    return "".join(sign for sign in label if unicodedata.category(sign)[0] == "S" or sign in "#@%*!?/\\")


def unclear_labels(posts: Iterable[Source[Post]]) -> Iterator[Fault]:
    """Tell the categories and tags that have no letter, and those that differ only in how they are written."""
    spelt: dict[tuple[str, str], str] = {}
    for source in posts:
        labels: list[tuple[str, tuple[str | int, ...], str]] = [("category", ("category",), source.value.category)]
        labels += [("tags", ("tags", index), tag) for index, tag in enumerate(source.value.tags)]
        seen: set[str] = set()
        for kind, location, label in labels:
            slug = slug_of(label)
            first = spelt.setdefault((kind, slug), label)
            if not slug:
                what = _(
                    "«%(label)s» non ha lettere e non può avere una pagina. Usa una parola. Esempio: tags: [tempo]",
                    label=label,
                )
            elif first != label and _signs(first) != _signs(label):
                what = _(
                    "«%(label)s» e «%(other)s» finiscono allo stesso indirizzo, che tiene solo lettere e cifre. "
                    "Se sono due cose, dai a una un nome che si distingue anche così. Esempio: %(words)s",
                    label=label,
                    other=first,
                    words=f"tags: [{slug_of(label)}-2]",
                )
            elif first != label:
                what = _(
                    "«%(label)s» e «%(other)s» finiscono allo stesso indirizzo. Scrivile sempre nello stesso modo.",
                    label=label,
                    other=first,
                )
            elif kind == "tags" and label in seen:
                what = _("L’etichetta «%(label)s» compare due volte. Tienine una.", label=label)
            else:
                seen.add(label)
                continue
            yield source.document.fault(location, what)
