"""Time zones that a visitor may choose, by continent and city."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from plugins.domain.fields import available_timezones
from plugins.domain.language import N_, Language, _, spoken
from plugins.domain.wall_clock import clocks_agree

_CONTINENTS = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantico"),
    "Australia": N_("Australia"),
    "Europe": N_("Europa"),
    "Indian": N_("Oceano Indiano"),
    "Pacific": N_("Pacifico"),
}

Group = tuple[str, tuple[tuple[str, str], ...]]


def groups() -> tuple[Group, ...]:
    """Return continents with their zones, each a key (IANA) and the name of its city."""
    return _groups(spoken())


@cache
def _groups(language: Language) -> tuple[Group, ...]:
    return tuple((_(name), _cities(continent, language.locale)) for continent, name in _CONTINENTS.items())


def known(key: str | None) -> ZoneInfo | None:
    """Return the zone of a key that a page or a script sent; None where it is none of ours."""
    return ZoneInfo(key) if key in available_timezones() else None


def listed(zone: ZoneInfo | None) -> str:
    """Return the key under which `groups` lists the city of a zone, for one city may have several; none without."""
    if zone is None:
        return ""
    try:
        city = get_timezone_location(zone.key, locale=spoken().locale, return_city=True)
    except LookupError:
        return ""  # a zone that is no place
    return next((key for _, cities in groups() for key, name in cities if name == city), "")


def differs(own: ZoneInfo | None, hers: ZoneInfo, instants: Iterable[datetime]) -> bool:
    """Return whether a visitor's clock reads otherwise than the owner's at any of some instants."""
    return own is not None and not all(clocks_agree(one, own, hers) for one in instants)


def _cities(continent: str, locale: str) -> tuple[tuple[str, str], ...]:
    cities: dict[str, str] = {}
    for key in sorted(available_timezones()):
        if key.startswith(f"{continent}/"):
            # Old names of a place lead to the same city: the first is enough.
            cities.setdefault(get_timezone_location(key, locale=locale, return_city=True), key)
    return tuple((key, city) for city, key in sorted(cities.items()))
