"""Addresses of calendars that variables of the environment hold, put in their places in what the content says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from plugins.content.office import Office
from plugins.domain.availability import Availability
from plugins.domain.calendar_address import AddressVariable, private_address
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar

Variables = Callable[[str], str | None]


class CalendarAddresses:
    """Gives the office with the addresses that it names by a variable; one that holds none stays named."""

    def __init__(self, office: Callable[[], Office], variables: Variables) -> None:
        self._office = office
        self._variables = variables
        self._resolved: tuple[Office, Office] | None = None

    def __call__(self) -> Office:
        """Return the office as it is now."""
        office = self._office()
        if self._resolved is None or self._resolved[0] is not office:
            self._resolved = office, self._with_addresses(office)
        return self._resolved[1]

    def _with_addresses(self, office: Office) -> Office:
        availability = office.availability
        named: list[BusyCalendar | OwnCalendar] = [*availability.busy]
        named += [availability.calendar] if availability.calendar else []
        if not any(isinstance(place, AddressVariable) for one in named for place in _places(one)):
            return office
        return replace(office, availability=self._resolve(availability))

    def _resolve(self, availability: Availability) -> Availability:
        busy = tuple(
            one.model_copy(update={"ics": self._address(one.ics), "caldav": self._address(one.caldav)})
            for one in availability.busy
        )
        own = availability.calendar
        own = own and own.model_copy(update={"caldav": self._address(own.caldav)})
        return availability.model_copy(update={"busy": busy, "calendar": own})

    def _address(self, place: str | AddressVariable | None) -> str | AddressVariable | None:
        if not isinstance(place, AddressVariable):
            return place
        try:
            return private_address(self._variables(place.env) or "")
        except ValueError:
            return place  # whoever asks for it tells, by the variable's name


def _places(one: BusyCalendar | OwnCalendar) -> tuple[str | AddressVariable | None, ...]:
    return (one.ics, one.caldav) if isinstance(one, BusyCalendar) else (one.caldav,)


def variable_of(address: str) -> str | None:
    """Return the variable that should hold an address and does not."""
    scheme, _, name = address.partition(":")
    return name if scheme == "env" else None
