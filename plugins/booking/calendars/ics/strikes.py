"""Strikes: which occurrences of a series are left out (EXDATE), or stand elsewhere (RECURRENCE-ID)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

from plugins.booking.calendars.ics.ics_event import Moment, clocks_of
from plugins.booking.calendars.ics.ics_properties import dated, stamp
from plugins.booking.calendars.ics.ics_zones import Zones


class Strikes:
    """Strikes of a series: instants, times on whatever clock the series has, and days."""

    def __init__(self) -> None:
        self._instants: set[datetime] = set()
        self._walls: set[datetime] = set()
        self._days: set[date] = set()
        self._days_of_times: set[date] = set()  # for a series of days, of which programs write times too

    def add(self, one: Moment, zones: Zones) -> None:
        """Strike what a moment names: a day all of that day, a time without zone that time of the series' own clock."""
        wall = one.stamp.wall
        if one.stamp.is_day:
            self._days.add(wall.date())
        elif one.stamp.is_utc or one.zone:
            instants = [clock(wall) for clock in clocks_of(one, zones).clocks]
            self._instants.update(instants)
            # Midnight in UTC is a day that was written as one; another time is the owner's midnight.
            local = wall if one.zone or wall.time() == time() else instants[0].astimezone(zones.owner)
            self._days_of_times.add(local.date())
        else:
            self._walls.add(wall)
            self._days_of_times.add(wall.date())

    @property
    def names_days(self) -> bool:
        """Whether any of them is a day."""
        return bool(self._days)

    def spare(self, days: Iterable[date]) -> None:
        """Strike nothing for what names these days."""
        self._days.difference_update(days)

    def has(self, wall: datetime, is_day: bool) -> bool:
        """Whether an occurrence is struck by what its own clock shows."""
        if is_day:
            return wall.date() in self._days or wall.date() in self._days_of_times
        return wall in self._walls or (bool(self._days) and wall.date() in self._days)

    def has_instant(self, instant: datetime) -> bool:
        """Whether the occurrence at an instant is struck."""
        return instant in self._instants


def moments(lines: Iterable[str]) -> Iterator[Moment]:
    """The moments that lists of dates hold; those that cannot be read are left out, which keeps more."""
    for rest in lines:
        parameters, values = dated(rest)
        for text in values.split(","):
            if found := stamp(text.strip(), parameters.get("VALUE", "")):
                yield Moment(found, "" if found.is_utc else parameters.get("TZID", ""))


def instant_of(one: Moment, zones: Zones) -> datetime:
    """The instant that a moment names, by the first of its readings."""
    return clocks_of(one, zones).clocks[0](one.stamp.wall).astimezone(UTC)
