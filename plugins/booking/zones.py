"""The time zones a visitor may choose hers from, by continent and city, in Italian."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from plugins.domain.fields import available_timezones

_CONTINENTS = {
    "Africa": "Africa",
    "America": "America",
    "Asia": "Asia",
    "Atlantic": "Atlantico",
    "Australia": "Australia",
    "Europe": "Europa",
    "Indian": "Oceano Indiano",
    "Pacific": "Pacifico",
}

Group = tuple[str, tuple[tuple[str, str], ...]]


@cache
def groups() -> tuple[Group, ...]:
    """Return continents with their zones, each a key (IANA) and the name of its city."""
    return tuple((name, _cities(continent)) for continent, name in _CONTINENTS.items())


def known(key: str | None) -> ZoneInfo | None:
    """Return the zone of a key that a page or a script sent; None where it is none of ours."""
    return ZoneInfo(key) if key in available_timezones() else None


def _cities(continent: str) -> tuple[tuple[str, str], ...]:
    cities: dict[str, str] = {}
    for key in sorted(available_timezones()):
        if key.startswith(f"{continent}/"):
            # Old names of a place lead to the same city: the first is enough.
            cities.setdefault(get_timezone_location(key, locale="it_IT", return_city=True), key)
    return tuple((key, city) for city, key in sorted(cities.items()))
