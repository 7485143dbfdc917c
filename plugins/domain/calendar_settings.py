"""Calendar settings: other calendars that keep time busy, and the owner's own."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from plugins.domain.base import Value
from plugins.domain.calendar_address import AddressVariable, CalendarAddress, VariableName
from plugins.domain.calendar_id import AccountProvider, GoogleCalendar, MicrosoftCalendar
from plugins.domain.language import _

Credentials = VariableName  # of a variable that holds `user:password`


class AnyCalendar(Value):
    """A calendar by its one place: a CalDAV collection, or a calendar of an account that is connected."""

    caldav: CalendarAddress | None = None
    google: GoogleCalendar | None = None
    microsoft: MicrosoftCalendar | None = None
    credentials: Credentials | None = None

    @property
    def provider(self) -> AccountProvider | None:
        """Who keeps the account, None where the calendar has an address of its own."""
        return "google" if self.google else "microsoft" if self.microsoft else None

    @property
    def address(self) -> str:
        """Where it is: `google:ID`, `microsoft:ID`, an address, or `env:NAME` while the variable has not been read."""
        if self.google or self.microsoft:
            return f"{self.provider}:{self.google or self.microsoft}"
        return _written(self._place or "")

    @property
    def _place(self) -> str | AddressVariable | None:
        return self.caldav

    @model_validator(mode="after")
    def _no_password_of_an_account(self) -> AnyCalendar:
        if self.provider and self.credentials:
            raise ValueError(
                _(
                    "un account Google o Microsoft si collega dall’agenda, senza password. Togli credentials. "
                    "Esempio: {google: nome@gmail.com}"
                )
            )
        return self


class OwnCalendar(AnyCalendar):
    """The calendar that confirmed bookings are written to: a CalDAV collection (RFC 4791), or an account's."""

    @model_validator(mode="after")
    def _one_of_them(self) -> OwnCalendar:
        if _count(self.caldav, self.google, self.microsoft) != 1:
            raise ValueError(
                _(
                    "il calendario degli appuntamenti è uno solo. Scrivi caldav, google oppure microsoft. "
                    "Esempio: {google: nome@gmail.com}"
                )
            )
        if self.caldav and not self.credentials:
            raise ValueError(
                _(
                    "per scrivere in un calendario CalDAV servono utente e password: scrivi in credentials il nome "
                    "sotto cui chi cura il server li conserva. Esempio: credentials: CALENDARIO"
                )
            )
        return self


class BusyCalendar(AnyCalendar):
    """A calendar whose events keep time from visitors: an iCalendar file (RFC 5545), or any other."""

    ics: CalendarAddress | None = None
    # What is not certain, or not answered yet.
    tentative: Literal["busy", "free"] = "busy"

    @model_validator(mode="after")
    def _one_of_them(self) -> BusyCalendar:
        if _count(self.ics, self.caldav, self.google, self.microsoft) != 1:
            raise ValueError(
                _(
                    "un calendario ha un indirizzo solo. Scrivi ics, caldav, google oppure microsoft. "
                    "Esempio: {ics: https://calendario.example/privato.ics}"
                )
            )
        return self

    @property
    def _place(self) -> str | AddressVariable | None:
        return self.ics or self.caldav


def _count(*places: object) -> int:
    return sum(one is not None for one in places)


def _written(address: str | AddressVariable) -> str:
    return f"env:{address.env}" if isinstance(address, AddressVariable) else address
