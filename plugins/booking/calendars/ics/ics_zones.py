"""Time zones of one calendar object: what its TZIDs mean, and the clock of its floating times.

A TZID belongs to its object (RFC 5545, 3.2.19). An area and a city are those of the database, whose rules are newer
than any file's; with every other name the definition in the file goes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugins.booking.calendars.ics.ics_lines import CalendarObject, Component, NotACalendar
from plugins.booking.calendars.ics.ics_properties import dated, properties, property_pattern
from plugins.booking.calendars.ics.vtimezone import DefinedClock, ImpossibleZone, UnreadableZone
from plugins.booking.calendars.ics.zone_names import in_database, is_offset, named_offset, otherwise_known

# The instant of a wall-clock time.
Clock = Callable[[datetime], datetime]

_OF_CALENDAR = property_pattern("X-WR-TIMEZONE")
_ESCAPE = re.compile(r"\\([\\;,])")
_OF_ZONE = property_pattern("TZID", "X-LIC-LOCATION")


class Clocks(NamedTuple):
    """Readings of a time zone: one where it is known, otherwise each that it may mean."""

    clocks: tuple[Clock, ...]
    is_known: bool = True


def utc(wall: datetime) -> datetime:
    """The clock of UTC."""
    return wall.replace(tzinfo=UTC)


@cache
def clock_of(zone: ZoneInfo) -> Clock:
    """The clock of a zone of the database."""
    return lambda wall: wall.replace(tzinfo=zone).astimezone(UTC)


class Zones:
    """Time zones of a calendar object."""

    def __init__(self, calendar: CalendarObject, owner: ZoneInfo) -> None:
        self._definitions: dict[str, list[Component]] = {}
        self._locations: dict[str, str] = {}
        for zone in calendar.zones:
            found = list(properties(zone.lines, _OF_ZONE))
            names = [_name(rest) for name, rest in found if name == "TZID"]
            places = [_name(rest) for name, rest in found if name == "X-LIC-LOCATION"]
            for name in names:
                self._definitions.setdefault(name, []).append(zone)
                self._locations.update((name, place) for place in places)
        self._known: dict[str, Clocks] = {}
        self.owner = owner
        self.of_owner = self.floating = clock_of(owner)
        for _, rest in properties(calendar.lines, _OF_CALENDAR):
            if (named := self.clocks(_name(rest))).is_known:
                self.floating = named.clocks[0]
            self._known.clear()  # unknown names are read by the floating clock
            break

    def clocks(self, name: str) -> Clocks:
        """What a TZID means; raises NotACalendar where its definition is one that no clock could follow."""
        name = _unescaped(name.strip().strip('"').strip())
        if name not in self._known:
            self._known[name] = self._resolved(name)
        return self._known[name]

    def _resolved(self, name: str) -> Clocks:
        if zone := in_database(name):
            return Clocks((clock_of(zone),))
        impossible = None
        for definition in self._definitions.get(name, ()):
            try:
                return Clocks((DefinedClock(definition),))
            except UnreadableZone:
                continue
            except ImpossibleZone as error:
                impossible = error
        if zone := otherwise_known(name) or in_database(self._locations.get(name, "")):
            return Clocks((clock_of(zone),))
        said = named_offset(name)
        if said is not None and is_offset(name):
            return Clocks((_fixed(said),))
        if impossible:
            raise NotACalendar(f"it has a time zone that no clock could follow: {impossible}")
        return Clocks((self.floating, *((_fixed(said),) if said is not None else ())), is_known=False)


def _fixed(offset: timedelta) -> Clock:
    return lambda wall: (wall - offset).replace(tzinfo=UTC)


def _name(rest: str) -> str:
    """The value of a property that names a zone; a display name holds colons, and no parameter is expected."""
    return _unescaped((rest[1:] if rest.startswith(":") else dated(rest).value).strip().strip('"').strip())


def _unescaped(name: str) -> str:
    """A name is a text with escapes where it is a property (RFC 5545, 3.3.11), and plain in a parameter, as a rule."""
    return _ESCAPE.sub(r"\1", name)
