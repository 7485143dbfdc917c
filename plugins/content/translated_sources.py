"""Translated sources: the texts that a further language has, each at its address there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.translated_files import translation_of
from plugins.content.base.yaml_locations import read_front_matter
from plugins.content.front_matter import FrontMatter, Page, Post
from plugins.content.markup.rst_document import is_rst, read_rst_document
from plugins.content.source_files import Source, text_files
from plugins.content.translations import ContentLanguage, translated
from plugins.domain.catalogue import Area, Service
from plugins.domain.language import N_, _

Model = TypeVar("Model", bound=BaseModel)
Entry = TypeVar("Entry", Area, Service, Post)
# Addresses of pages that the interface leads to, where a translation names none of its own.
_ADDRESSES = {
    "servizi": N_("servizi"),
    "prenota": N_("prenota"),
    "contatti": N_("contatti"),
    "cerca": N_("cerca"),
    "grazie": N_("grazie"),
}


def read_translated_sources(
    root: Path,
    pattern: str,
    model: type[Model],
    faults: list[Fault],
    given: Callable[[Path], dict[str, str]],
    but: str | None = None,
    *,
    language: ContentLanguage,
) -> tuple[Source[Model], ...]:
    """Read every text that matches and has a translation, as `read_sources` reads the originals."""
    pairs = ((path, translation_of(root, path, language.code)) for path in text_files(root, pattern, but))
    read = [_read(root, path, other, model, faults, given(path), language) for path, other in pairs if other]
    return tuple(source for source in read if source is not None)


def _read(
    root: Path,
    path: Path,
    translation: Path,
    model: type[Model],
    faults: list[Fault],
    given: dict[str, str],
    language: ContentLanguage,
) -> Source[Model] | None:
    reader = read_rst_document if is_rst(path) else read_front_matter
    try:
        original = reader(root, path)
        document = translated(original, reader(root, translation))
    except ContentError as error:
        faults.extend(error.faults)
        return None
    slug = str(original.values.get("slug") or given["slug"])
    value = read_value(document, model, faults, **given | {"slug": slug})
    if value is None:
        return None
    if isinstance(value, FrontMatter | Area | Service):
        # All refer to a text by the slug of its original.
        update = {"slug": slug, "translated_address": language.prefix + _address(value, slug)}
        value = value.model_copy(update=update)
    return Source(document, value)


def _address(value: FrontMatter | Area | Service, slug: str) -> str:
    if isinstance(value, Post):
        return f"blog/{value.slug}/"
    if isinstance(value, Area):
        return f"{_('servizi')}/{value.slug}/"
    if isinstance(value, Service):
        return f"{_('servizi')}/{value.area}/{value.slug}/"
    if slug == "home":
        return ""
    if slug == "404":
        return "404.html"
    return f"{_(_ADDRESSES[slug]) if slug in _ADDRESSES and value.slug == slug else value.slug}/"


def placed(
    areas: Iterable[Source[Area]], services: Iterable[Source[Service]], pages: Iterable[Source[Page]]
) -> tuple[tuple[Source[Area], ...], tuple[Source[Service], ...]]:
    """Translated areas at the address of the page of services, and services at those of their areas.

    Without its area a service is left out.
    """
    page = next((one.value.address for one in pages if one.value.slug == "servizi"), None)
    moved = tuple(below(page, one) if page else one for one in areas)
    places = {one.value.slug: one.value.address for one in moved}
    return moved, tuple(below(places[one.value.area], one) for one in services if one.value.area in places)


def below(place: str, source: Source[Entry]) -> Source[Entry]:
    """A translated text at its name below the address of a page."""
    name = source.value.address.rstrip("/").rpartition("/")[2]
    return replace(source, value=source.value.model_copy(update={"translated_address": f"{place}{name}/"}))
