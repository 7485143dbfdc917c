"""Visitor links: the addresses that mails and pages lead a visitor to, in the language in force."""

from __future__ import annotations

from collections.abc import Callable

from plugins.booking.mail.texts.booking_context import Links
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.settings import Settings
from plugins.content.office import Office
from plugins.domain.bookings import Booking


class VisitorLinks:
    """Visitor links, absolute; those of a further language lie below its prefix."""

    def __init__(self, settings: Settings, tokens: Tokens, office: Callable[[], Office]) -> None:
        self._settings = settings
        self._tokens = tokens
        self._office = office

    def about(self, booking: Booking) -> Links:
        """The addresses around a booking."""
        office, endpoint, pages = self._office(), self._endpoint, self._settings.pages_url
        manage = f"{endpoint}/appuntamenti/{self._tokens.sign(booking.id)}/"
        times = office.times_address(booking.meeting, booking.service)
        return Links(
            manage=manage,
            calendar=f"{manage}invito.ics",
            site=self.site,
            again=f"{endpoint}/{times}"
            if times
            else f"{pages if office.has('prenota') else endpoint}/{office.booking_address}",
            agenda=f"{self._settings.site_url}/agenda/appuntamenti/{booking.id}/",
        )

    def testimonial(self, booking_id: str) -> str:
        """Where the client of a booking leaves a word."""
        return f"{self._endpoint}/appuntamenti/parole/{self._tokens.sign_testimonial(booking_id)}/"

    def waiting(self, waiting_id: str) -> str:
        """Where somebody manages her place in the waiting list."""
        return f"{self._endpoint}/appuntamenti/attesa/{self._tokens.sign_waiting(waiting_id)}/"

    @property
    def site(self) -> str:
        """The home page."""
        return f"{self._settings.pages_url}/{self._office().prefix}"

    @property
    def _endpoint(self) -> str:
        return f"{self._settings.site_url}/{self._office().prefix}".rstrip("/")
