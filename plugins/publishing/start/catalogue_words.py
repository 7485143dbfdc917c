"""Areas and services to begin with: the ready ones of a kind of profession, or typed on one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from plugins.content.markup.slugs import slug_of
from plugins.domain.language import _
from plugins.publishing.start.countries import templates

_LONGEST_TITLE = 45


@dataclass(frozen=True)
class NamedService:
    """A service by its title, with what it is in a sentence."""

    title: str
    summary: str

    @property
    def slug(self) -> str:
        """The name of its file."""
        return slug_of(self.title)


@dataclass(frozen=True)
class NamedArea:
    """An area with its services."""

    title: str
    path: str
    summary: str
    services: tuple[NamedService, ...]

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return slug_of(self.title)


@dataclass(frozen=True)
class Kind:
    """A kind of profession, with the areas that are ready for it."""

    areas: tuple[NamedArea, ...]

    @property
    def written(self) -> str:
        """Its areas as they are typed."""
        return "; ".join(f"{area.title}: {', '.join(one.title for one in area.services)}" for area in self.areas)


@cache
def _words(language: str) -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load((templates(language) / "kinds.yaml").read_text(encoding="utf-8"))
    return words


def kinds(language: str) -> Mapping[str, Kind]:
    """The kinds of profession by name."""
    return {name: Kind(tuple(map(_area, areas))) for name, areas in _words(language)["kinds"].items()}


def _area(said: Mapping[str, Any]) -> NamedArea:
    services = tuple(NamedService(title, summary) for title, summary in said["services"].items())
    return NamedArea(said["title"], said["path"], said["summary"], services)


def read_areas(raw: str, language: str) -> tuple[NamedArea, ...]:
    """The areas of one line, `Area: service, service; Area: service`, with the words of the ready ones where they are.

    Raises ValueError with what is wrong.
    """
    known = {area.title: area for kind in kinds(language).values() for area in kind.areas}
    summaries = {service.title: service for area in known.values() for service in area.services}
    own = _words(language)["own"]
    areas = []
    for title, titles in _parted(raw):
        services = tuple(
            summaries.get(one) or NamedService(one, own["service"].replace("TITLE", one)) for one in titles
        )
        like = known.get(title) or NamedArea(title, own["path"], own["summary"], ())
        areas.append(NamedArea(title, like.path, like.summary, services))
    _distinct([area.slug for area in areas])
    _distinct([service.slug for area in areas for service in area.services])
    return tuple(areas)


def _parted(raw: str) -> Iterator[tuple[str, list[str]]]:
    for part in filter(None, map(str.strip, raw.split(";"))):
        title, _colon, listed = part.partition(":")
        titles = [one.strip() for one in listed.split(",") if one.strip()]
        if not titles:
            raise ValueError(_("ogni area ha almeno un servizio. Esempio: Lezioni: Una lezione, Dieci lezioni"))
        for one in (title.strip(), *titles):
            if not slug_of(one) or len(one) > _LONGEST_TITLE:
                what = _(
                    "«%(title)s» non va bene come titolo: fra 1 e %(most)s caratteri.", title=one, most=_LONGEST_TITLE
                )
                raise ValueError(what)
        yield title.strip(), titles


def _distinct(slugs: list[str]) -> None:
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise ValueError(_("«%(name)s» compare due volte. Dai a ciascuno un nome suo.", name=slug))
    if not slugs:
        raise ValueError(_("serve almeno un’area. Esempio: Lezioni: Una lezione, Dieci lezioni"))
