"""Office reader: reads the shared content (identity, catalogue, testimonials, pages …), every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from plugins.content.availability_checks import contradictions, meeting_slugs, no_meeting
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.translated_files import original_files
from plugins.content.base.yaml_locations import Document, read_yaml
from plugins.content.cross_checks import AREA, misplaced, reserved_slugs, reserved_translations
from plugins.content.front_matter import Page
from plugins.content.hours_checks import unknown_places
from plugins.content.identity_reader import read_identity
from plugins.content.locale import language
from plugins.content.office import Office
from plugins.content.pictures.brand import NO_PICTURES
from plugins.content.pictures.brand_pictures import read_brand
from plugins.content.public_holidays import PublicHolidays, public_holidays
from plugins.content.required_pages import RequiredPages
from plugins.content.source_files import Source, SourcesReader, read_sources
from plugins.content.testimonials_reader import read_testimonials
from plugins.content.translated_sources import placed, read_translated_sources
from plugins.content.translations import ContentLanguage, content_language, further_languages, in_language
from plugins.domain.availability import Availability
from plugins.domain.catalogue import Area, Catalogue, Service
from plugins.domain.identity import Identity
from plugins.domain.language import _, speaking
from plugins.domain.testimonials import Case, Testimonial, published

TIMETABLE = Path("availability.yaml")

Entry = Page | Area | Service


def _with_holidays(availability: Availability, document: Document, faults: list[Fault]) -> Availability:
    found = public_holidays(availability.holidays)
    if isinstance(found, PublicHolidays):
        return availability.with_national_holidays(found)
    if found is not None:
        faults.append(document.fault(("holidays", *found[0]), found[1]))
    return availability


def service_names(root: Path, services: Iterable[Service]) -> set[str]:
    """The slugs of all services, those whose file could not be read included: they are no fault of who names them."""
    files = {path.stem for path in original_files(root, "services/*/*.md") if path.name != AREA}
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
        for slug in service.bookable if meetings else ():
            if slug in meetings:
                continue
            location = ("meetings", service.meetings.index(slug)) if slug in service.meetings else ("meeting",)
            faults.append(document.fault(location, no_meeting(slug, meetings)))
        for index, reference in enumerate(service.related):
            if reference not in named:
                what = no_service(reference, known)
                faults.append(document.fault(("related", index), what))


def _unknown_services(
    root: Path, services: tuple[Source[Service], ...], read: Iterable[Source[Testimonial | Case]]
) -> Iterator[Fault]:
    """Tell the services that words of clients name and that are not there."""
    known = service_names(root, (source.value for source in services))
    for source in read:
        name = source.value.service
        if name is not None and name.rpartition("/")[2] not in known:
            yield source.document.fault(("service",), no_service(name, known))


def _read_timetable(
    root: Path, identity: Identity | None, language: ContentLanguage | None, faults: list[Fault]
) -> tuple[Availability | None, tuple[str, ...]]:
    """The availability, and the slugs of its meetings, those of a timetable with other faults included."""
    try:
        document = read_yaml(root, TIMETABLE)
    except ContentError as error:
        faults.extend(error.faults)
        return None, ()
    document = in_language(document, language) if language else document
    faults.extend(contradictions(document))
    availability = read_value(document, Availability, faults)
    if availability is not None:
        availability = _with_holidays(availability, document, faults)
        if identity is not None:
            faults.extend(unknown_places(document, availability, identity))
    return availability, meeting_slugs(document)


def gather_office(
    root: Path, faults: list[Fault], code: str | None = None
) -> tuple[Office | None, tuple[Source[Entry], ...]]:
    """Read identity, availability, catalogue and pages below `root`, adding every fault to `faults`.

    The language that the content names becomes the one in force; with a `code` all is read in that further language,
    which is the one in force already, and texts without a translation are left out.
    Returns the office, None where identity or availability could not be read, and the files behind its pages.
    """
    named = read_identity(root, faults, code)
    language = content_language(named[0], code) if named else None
    read: SourcesReader = read_sources
    if code and language:
        read = partial(read_translated_sources, language=language)
    availability, meetings = _read_timetable(root, named[1] if named else None, language, faults)
    pictures = read_brand(root, named[1], named[0], faults) if named else NO_PICTURES
    areas = read(root, f"services/*/{AREA}", Area, faults, lambda path: {"slug": path.parent.name})
    services = read(
        root,
        "services/*/*.md",
        Service,
        faults,
        lambda path: {"slug": path.stem, "area": path.parent.name},
        but=AREA,
    )
    pages = read(root, "pages/**/*", Page, faults, lambda path: {"slug": path.stem})
    if code:
        areas, services = placed(areas, services, pages)
        faults.extend(reserved_translations(pages, language.prefix if language else ""))
    else:
        required = RequiredPages(root, pages)
        faults.extend((*required.always(), *required.of_buttons(), *(required.of_footer(*named) if named else ())))
        faults.extend(reserved_slugs(pages, further_languages(root, named[1]) if named else ()))
        faults.extend(misplaced(root, services, areas))
    _cross_check(root, services, meetings, faults)
    testimonials, cases = read_testimonials(root, faults, read)
    faults.extend(_unknown_services(root, services, (*testimonials, *cases)))
    sources: tuple[Source[Entry], ...] = (*areas, *services, *pages)
    if named is None or availability is None:
        return None, sources
    office = Office(
        identity=named[1],
        catalogue=Catalogue.of([area.value for area in areas], [service.value for service in services]),
        availability=availability,
        pages=tuple(page.value for page in pages),
        pictures=pictures,
        testimonials=published(source.value for source in testimonials),
        cases=published(source.value for source in cases),
        prefix=language.prefix if language else "",
    )
    return office, sources


def read_office(root: Path) -> Office:
    """Read identity, availability, catalogue and pages below `root`; raises ContentError with every fault."""
    faults: list[Fault] = []
    office, _ = gather_office(root, faults)
    if faults or office is None:
        raise ContentError(faults)
    further = {}
    for code in further_languages(root, office.identity):
        with speaking(language(code)):
            further[code] = gather_office(root, faults, code)[0]
    if faults:
        raise ContentError(faults)
    return replace(office, further={code: one for code, one in further.items() if one})
