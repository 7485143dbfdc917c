"""Office reader: reads the shared content (identity, catalogue, availability, pages), every fault at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from plugins.content.active_locale import IDENTITY, activate_locale_of
from plugins.content.availability_checks import contradictions, meeting_slugs
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.ignored_files import content_files
from plugins.content.base.parsing import read_value
from plugins.content.base.yaml_locations import Document, read_yaml
from plugins.content.cross_checks import AREA, misplaced, missing_pages
from plugins.content.front_matter import Page
from plugins.content.mail_addresses import mail_address
from plugins.content.office import National, Office
from plugins.content.source_files import Source, read_sources
from plugins.domain.availability import Availability
from plugins.domain.catalogue import Area, Catalogue, Service
from plugins.domain.identity import Identity
from plugins.domain.language import _

TIMETABLE = Path("availability.yaml")

Entry = Page | Area | Service


def _with_holidays(availability: Availability, document: Document, faults: list[Fault]) -> Availability:
    country = availability.holidays.country
    if country is None:
        return availability
    # A name it has; the days of the country are read with those of all others, which takes long.
    import holidays
    from holidays.registry import EntityLoader

    if isinstance(getattr(holidays, country, None), EntityLoader):
        return availability.with_national_holidays(National(country))
    what = _(
        "Del paese «%(country)s» non si conoscono le feste. Scrivi il suo codice di due lettere. Esempio: country: IT",
        country=country,
    )
    faults.append(document.fault(("holidays", "country"), what))
    return availability


def service_names(root: Path, services: Iterable[Service]) -> set[str]:
    """The slugs of all services, those whose file could not be read included: they are no fault of who names them."""
    files = {path.stem for path in content_files(root, "services/*/*.md") if path.name != AREA}
    return files | {service.slug for service in services}


def choice(names: Iterable[str]) -> str:
    """The words that offer some names."""
    listed = ", ".join(sorted(names))
    return _("Scegli fra %(names)s.", names=listed) if listed else _("Non ce n’è ancora nessuno: togli la riga.")


def no_service(name: str, known: Iterable[str]) -> str:
    """What to say where a service is named that is not there."""
    return f"{_('Il servizio «%(name)s» non esiste.', name=name)} {choice(known)}"


def _cross_check(
    root: Path, services: tuple[Source[Service], ...], meetings: tuple[str, ...], faults: list[Fault]
) -> None:
    known = service_names(root, (source.value for source in services))
    named = known | {f"{source.value.area}/{source.value.slug}" for source in services}
    seen: set[str] = set()
    for source in services:
        service, document = source.value, source.document
        if service.slug in seen:
            what = _("Un altro servizio si chiama già «%(slug)s». Rinomina il file.", slug=service.slug)
            faults.append(document.fault(("slug",), what))
        seen.add(service.slug)
        if meetings and service.meeting not in meetings:
            known_meetings = ", ".join(meetings)
            what = _(
                "L’incontro «%(meeting)s» non è in availability.yaml. Scegli fra %(names)s.",
                meeting=service.meeting,
                names=known_meetings,
            )
            faults.append(document.fault(("meeting",), what))
        for index, reference in enumerate(service.related):
            if reference not in named:
                what = no_service(reference, known)
                faults.append(document.fault(("related", index), what))


def _read_identity(root: Path, faults: list[Fault]) -> Identity | None:
    """Who she is; from here on everything is said in her language, what is wrong with her content too."""
    try:
        document = read_yaml(root, IDENTITY)
    except ContentError as error:
        faults.extend(error.faults)
        return None
    activate_locale_of(document, faults)
    carried = _carried(document, faults)
    identity = read_value(carried, Identity, faults)
    # Her pages show the address as she writes it.
    return identity and identity.model_copy(update={"email": str(document.values["email"]).strip()})


def _carried(document: Document, faults: list[Fault]) -> Document:
    """The identity with its address as mail carries it; one that none can is a fault, and told as that alone."""
    email = document.values.get("email")
    if not isinstance(email, str) or not email.strip():
        return document
    try:
        address = mail_address(email.strip())
    except ValueError as error:
        faults.append(document.fault(("email",), _("«%(key)s»: %(fault)s", key="email", fault=error)))
        address = "nome@esempio.it"
    return replace(document, values=document.values | {"email": address})


def _read_timetable(root: Path, faults: list[Fault]) -> tuple[Availability | None, tuple[str, ...]]:
    """The availability, and the slugs of its meetings, those of a timetable with other faults included."""
    try:
        document = read_yaml(root, TIMETABLE)
    except ContentError as error:
        faults.extend(error.faults)
        return None, ()
    faults.extend(contradictions(document))
    availability = read_value(document, Availability, faults)
    if availability is not None:
        availability = _with_holidays(availability, document, faults)
    return availability, meeting_slugs(document)


def gather_office(root: Path, faults: list[Fault]) -> tuple[Office | None, tuple[Source[Entry], ...]]:
    """Read identity, availability, catalogue and pages below `root`, adding every fault to `faults`.

    The language that the content names becomes the one in force.
    Returns the office, None where identity or availability could not be read, and the files behind its pages.
    """
    identity = _read_identity(root, faults)
    availability, meetings = _read_timetable(root, faults)
    areas = read_sources(root, f"services/*/{AREA}", Area, faults, lambda path: {"slug": path.parent.name})
    services = read_sources(
        root,
        "services/*/*.md",
        Service,
        faults,
        lambda path: {"slug": path.stem, "area": path.parent.name},
        but=AREA,
    )
    pages = read_sources(root, "pages/**/*", Page, faults, lambda path: {"slug": path.stem})
    faults.extend(missing_pages(root, pages))
    faults.extend(misplaced(root, services, areas))
    _cross_check(root, services, meetings, faults)
    sources: tuple[Source[Entry], ...] = (*areas, *services, *pages)
    if identity is None or availability is None:
        return None, sources
    office = Office(
        identity=identity,
        catalogue=Catalogue.of([area.value for area in areas], [service.value for service in services]),
        availability=availability,
        pages=tuple(page.value for page in pages),
    )
    return office, sources


def read_office(root: Path) -> Office:
    """Read identity, availability, catalogue and pages below `root`; raises ContentError with every fault."""
    faults: list[Fault] = []
    office, _ = gather_office(root, faults)
    if faults or office is None:
        raise ContentError(faults)
    return office
