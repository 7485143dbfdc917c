"""Stays: dates on which the owner lives elsewhere, by another clock; each instant belongs to one of her days.

A day of a stay is whole, from midnight to midnight there. The day before it lasts until it begins, however long that
is; the day after it begins when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from plugins.domain.clock_ranges import AWAY, WEEKDAYS, ClockRange, Hours, at_a_place
from plugins.domain.language import _
from plugins.domain.special_days import Dates
from plugins.domain.wall_clock import Interval, day_interval

_DAY = timedelta(days=1)
# Two clocks are at most 26 hours apart: so many days around a date may share time with it.
_NEAR = 3


def _zone(raw: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(raw))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(_("questo fuso orario non esiste. Scrivi continente e città. Esempio: Europe/Rome")) from error


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class Stay(Dates):
    """Dates, both included, on which the owner lives by another clock, with the hours that she keeps there."""

    timezone: Zone
    # Without them the usual ones, on the clock there.
    hours: Hours | None = None

    def __hash__(self) -> int:
        """As a frozen value, though the hours of a week are a table."""
        return hash((self.first, self.last, self.timezone))

    def hours_on(self, day: date, usual: tuple[ClockRange, ...]) -> tuple[ClockRange, ...]:
        """The hours of a date there; the usual ones, where the stay has none of its own, name no place there."""
        if self.hours is None:
            return tuple(one._replace(place=AWAY) for one in usual)
        return at_a_place(self.hours.get(WEEKDAYS[day.weekday()], ()))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the owner lives, date by date: at home, or on one of her stays, no two of which share a date."""

    home: ZoneInfo
    stays: tuple[Stay, ...] = ()

    def stay_on(self, day: date) -> Stay | None:
        """The stay of a date, None at home."""
        return next((one for one in self.stays if one.covers(day)), None) if self.stays else None

    def zone_on(self, day: date) -> ZoneInfo:
        """The clock of a date."""
        stay = self.stay_on(day)
        return self.home if stay is None else stay.timezone

    def zone_at(self, instant: datetime) -> ZoneInfo:
        """The clock by which she reads an instant."""
        return self.zone_on(self.day_of(instant)) if self.stays else self.home

    def changes_near(self, day: date) -> bool:
        """Whether she travels so close to a date that days of two clocks share time with it."""
        if not self.stays:
            return False
        near = timedelta(days=_NEAR)
        return any(edge - near <= day <= edge + near for one in self.stays for edge in (one.first, one.last))

    def days_near(self, day: date) -> tuple[date, ...]:
        """The dates, a date itself among them, whose hours may lie within its time or touch it."""
        reach = _NEAR if self.changes_near(day) else 1
        return tuple(day + number * _DAY for number in range(-reach, reach + 1))

    def day_of(self, instant: datetime) -> date:
        """The one date that an instant belongs to."""
        at_home = instant.astimezone(self.home).date()
        if not self.changes_near(at_home):
            return instant.astimezone(self.zone_on(at_home)).date()
        later = (at_home + number * _DAY for number in range(2, -3, -1))
        return next(day for day in later if self._begins(day) <= instant)

    def time_of(self, day: date) -> Interval:
        """All the time that belongs to a date, in UTC; empty where she jumps over it."""
        if not self.changes_near(day):
            return day_interval(day, self.zone_on(day))
        start = self._begins(day)
        ends = min(self._begins(day + number * _DAY) for number in range(1, _NEAR + 1))
        return Interval(start, max(start, ends))

    def _begins(self, day: date) -> datetime:
        begins, before = day_interval(day, self.zone_on(day)).start, day - _DAY
        if self.stay_on(before) is None:
            return begins
        return max(begins, day_interval(before, self.zone_on(before)).end)
