"""Calendar settings: other calendars that keep time busy, and the owner's own."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from plugins.domain.base import Value
from plugins.domain.calendar_address import AddressVariable, CalendarAddress, VariableName
from plugins.domain.language import _

Credentials = VariableName  # of a variable that holds `user:password`


class OwnCalendar(Value):
    """The CalDAV collection (RFC 4791) that confirmed bookings are written to."""

    caldav: CalendarAddress
    credentials: Credentials

    @property
    def address(self) -> str:
        """Where it is; `env:NAME` while the variable has not been read."""
        return _written(self.caldav)


class BusyCalendar(Value):
    """A calendar whose events keep time from visitors: an iCalendar file (RFC 5545) or a CalDAV collection."""

    ics: CalendarAddress | None = None
    caldav: CalendarAddress | None = None
    credentials: Credentials | None = None
    # What is not certain, or not answered yet.
    tentative: Literal["busy", "free"] = "busy"

    @model_validator(mode="after")
    def _one_of_them(self) -> BusyCalendar:
        if (self.ics is None) == (self.caldav is None):
            raise ValueError(
                _(
                    "un calendario ha un indirizzo solo. Scrivi ics oppure caldav. "
                    "Esempio: {ics: https://calendario.example/privato.ics}"
                )
            )
        return self

    @property
    def address(self) -> str:
        """Where it is; `env:NAME` while the variable has not been read."""
        return _written(self.ics or self.caldav or "")


def _written(address: str | AddressVariable) -> str:
    return f"env:{address.env}" if isinstance(address, AddressVariable) else address
