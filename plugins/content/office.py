"""Office: all shared content (identity, catalogue, availability, pages) as one frozen value.

Apart from its reader, for an edit of texts needs the value alone and the reader imports much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from plugins.content.front_matter import Page
from plugins.content.pictures.brand import NO_PICTURES, Brand
from plugins.domain.availability import Availability, Meeting
from plugins.domain.catalogue import Catalogue
from plugins.domain.identity import Identity, Place
from plugins.domain.language import _
from plugins.domain.open_hours import place_at
from plugins.domain.testimonials import Case, Testimonial, about_service


@dataclass(frozen=True)
class Office:
    """Office: the content that is read before any page is made."""

    identity: Identity
    catalogue: Catalogue
    availability: Availability
    pages: tuple[Page, ...]
    pictures: Brand = NO_PICTURES
    # Those that are out, in their order.
    testimonials: tuple[Testimonial, ...] = ()
    cases: tuple[Case, ...] = ()
    # Opens the addresses of its pages: `en/` of a further language.
    prefix: str = ""
    # The same in each further language of the site, by its code; texts without a translation are not there.
    further: Mapping[str, Office] = field(default_factory=dict, repr=False)

    def in_language(self, code: str) -> Office:
        """The office in a language of the site; in its own where it has not that one."""
        return self.further.get(code, self)

    def has(self, slug: str) -> bool:
        """Whether there is a page of that slug, so that something may lead to it."""
        return self.page(slug) is not None

    def page(self, slug: str) -> Page | None:
        """The page of that slug, unless it is a draft."""
        return next((page for page in self.pages if page.slug == slug and page.status != "draft"), None)

    def address_of(self, slug: str) -> str:
        """The address of the page of that slug; the home page's where there is none."""
        page = self.page(slug)
        return page.address if page else self.prefix

    @property
    def portrait_alt(self) -> str:
        """What is seen in her portrait, for who does not see it."""
        return self.identity.portrait_alt or _("Ritratto di %(name)s", name=self.identity.name)

    @property
    def testimonials_note(self) -> str:
        """How it is known that testimonials are of clients: whoever shows any has to say so (2005/29/EC, art. 7(6))."""
        return self.identity.testimonials_note or _(
            "Sono parole di chi è stato cliente, raccolte di persona e pubblicate con il suo permesso."
        )

    def place_at(self, meeting: Meeting, start: datetime) -> Place | None:
        """The place of a meeting in person at a time, where the hours and not the kind of meeting name it."""
        slug = None if meeting.place else place_at(meeting, start, self.availability)
        return self.identity.place(slug) if slug else None

    def address_at(self, meeting: Meeting, start: datetime) -> str | None:
        """Where a meeting in person at a time is held, in a line; None of one that is not in person."""
        if meeting.where != "in_person":
            return None
        place = self.identity.place(meeting.place) if meeting.place else self.place_at(meeting, start)
        return f"{place.name}, {place.address}" if place else self.identity.address

    def differing_addresses(self, meeting: Meeting, starts: Iterable[datetime]) -> list[str | None]:
        """Where each date of a series is held; nothing where all are held at one address."""
        found = [self.address_at(meeting, start) for start in starts]
        return found if len(set(found)) > 1 else []

    def testimonials_about(self, service: str) -> tuple[Testimonial, ...]:
        """Those that name the service of a slug."""
        return about_service(self.testimonials, service)

    def cases_about(self, service: str) -> tuple[Case, ...]:
        """Those that name the service of a slug."""
        return about_service(self.cases, service)

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Label and address of the main menu's entries, in order."""
        listed = [page for page in self.pages if page.menu is not None and page.status != "draft"]
        listed.sort(key=lambda page: (page.menu, page.title))
        return tuple((page.menu_label or page.title, page.address) for page in listed)

    @property
    def booking_address(self) -> str:
        """Where a booking begins: the page that asks for the service, or else the times of the first talk.

        Where there is no such talk, the endpoint asks which meeting.
        """
        first = self.availability.first_talk()
        if page := self.page("prenota"):
            return page.address
        return f"appuntamenti/orari?meeting={first.slug}" if first else "appuntamenti/orari"

    def times_address(self, meeting: str, service: str | None) -> str | None:
        """Where the times of a kind of meeting are, for a service where one is named; None where it is not held."""
        if self.availability.meeting(meeting) is None:
            return None
        known = self.catalogue.service(service) if service else None
        return f"appuntamenti/orari?meeting={meeting}" + (f"&service={service}" if known else "")
