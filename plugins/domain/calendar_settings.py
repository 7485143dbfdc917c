"""Calendar settings: other calendars that keep time busy, and the owner's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plugins.domain.base import Value
from plugins.domain.language import _

# An address that can be asked for in private: encrypted, or on this very machine.
_PRIVATE = r"^(?:https://[^\s/]+\S*|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/\S*)?)$"
CalendarAddress = Annotated[str, Field(pattern=_PRIVATE, max_length=2000)]
# The name of a variable of the environment, which holds `user:password`: no secret is ever content.
Credentials = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class OwnCalendar(Value):
    """The CalDAV collection (RFC 4791) that confirmed bookings are written to."""

    caldav: CalendarAddress
    credentials: Credentials


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
        """Where it is."""
        return self.ics or self.caldav or ""
