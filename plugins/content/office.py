"""All that site and endpoint share: who she is, what she offers, when, and the pages of the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import holidays
from pydantic import BaseModel

from plugins.content.documents import Document, read_front_matter, read_yaml
from plugins.content.faults import ContentError, Fault
from plugins.content.values import read_value
from plugins.domain.articles import Page
from plugins.domain.availability import Availability
from plugins.domain.catalogue import Area, Catalogue, Service
from plugins.domain.identity import Identity

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Office:
    """The content that is read before any page is made."""

    identity: Identity
    catalogue: Catalogue
    availability: Availability
    pages: tuple[Page, ...]

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Label and address of the main menu's entries, in order."""
        listed = sorted((page.menu, page.title, page) for page in self.pages if page.menu is not None)
        return tuple((page.menu_label or page.title, page.address) for _, _, page in listed)


def _read(
    root: Path,
    path: Path,
    reader: Callable[[Path, Path], Document],
    model: type[Model],
    faults: list[Fault],
    **given: str,
) -> tuple[Document, Model] | None:
    try:
        document = reader(root, path)
    except ContentError as error:
        faults.extend(error.faults)
        return None
    value = read_value(document, model, faults, **given)
    return (document, value) if value is not None else None


def _markdown(root: Path, pattern: str) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.glob(pattern))


def _with_holidays(availability: Availability, document: Document, faults: list[Fault]) -> Availability:
    country = availability.holidays.country
    if country is None:
        return availability
    try:
        return availability.with_national_holidays(holidays.country_holidays(country))
    except NotImplementedError:
        what = f"delle feste del paese «{country}» non so nulla: scrivi un codice come IT"
        faults.append(document.fault(("holidays", "country"), what))
        return availability


def _cross_checked(
    services: list[tuple[Document, Service]], availability: Availability | None, faults: list[Fault]
) -> None:
    known = {service.slug for _, service in services}
    named = known | {f"{service.area}/{service.slug}" for _, service in services}
    seen: set[str] = set()
    for document, service in services:
        if service.slug in seen:
            faults.append(document.fault(("slug",), f"lo slug «{service.slug}» è già di un altro servizio: cambialo"))
        seen.add(service.slug)
        if availability is not None and availability.meeting(service.meeting) is None:
            slugs = ", ".join(meeting.slug for meeting in availability.meetings)
            what = f"l’incontro «{service.meeting}» non è in availability.yaml: scegli fra {slugs}"
            faults.append(document.fault(("meeting",), what))
        for index, reference in enumerate(service.related):
            if reference not in named:
                what = f"il servizio «{reference}» non esiste: scegli fra {', '.join(sorted(known))}"
                faults.append(document.fault(("related", index), what))


def read_office(root: Path) -> Office:
    """Read identity, availability, catalogue and pages below `root`; raises ContentError with every fault."""
    faults: list[Fault] = []
    identity = _read(root, Path("identity.yaml"), read_yaml, Identity, faults)
    timetable = _read(root, Path("availability.yaml"), read_yaml, Availability, faults)
    availability = _with_holidays(timetable[1], timetable[0], faults) if timetable else None
    areas = [
        _read(root, path, read_front_matter, Area, faults, slug=path.parent.name)
        for path in _markdown(root, "services/*/index.md")
    ]
    services = [
        _read(root, path, read_front_matter, Service, faults, slug=path.stem, area=path.parent.name)
        for path in _markdown(root, "services/*/*.md")
        if path.name != "index.md"
    ]
    pages = [
        _read(root, path, read_front_matter, Page, faults, slug=path.stem)
        for path in _markdown(root, "pages/*.md")
    ]
    _cross_checked([one for one in services if one], availability, faults)
    if faults or identity is None or availability is None:
        raise ContentError(faults)
    return Office(
        identity=identity[1],
        catalogue=Catalogue.of([one[1] for one in areas if one], [one[1] for one in services if one]),
        availability=availability,
        pages=tuple(one[1] for one in pages if one),
    )
