"""VTIMEZONE (RFC 5545, 3.6.5): a clock as a calendar object defines it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from plugins.booking.calendars.ics.ics_lines import Component
from plugins.booking.calendars.ics.ics_properties import Stamp, dated, offset, properties, property_pattern, stamp
from plugins.booking.calendars.ics.rrule import YEARLY, Rule, UnreadableRule, read_rule
from plugins.booking.calendars.ics.rule_dates import RuleDates
from plugins.booking.calendars.ics.work_budget import WorkBudget

_PATTERN = property_pattern("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE")
_RARELY = timedelta(days=9 * 366)  # a 29 February is at most eight years after the one before
_YEAR = timedelta(days=366)
_ALWAYS = datetime(1, 1, 1)
_MOST_YEARS = 1000  # between two times by one rule; further apart, it happens once
_MOST_CHANGES = 500


class UnreadableZone(ValueError):
    """Parse error: a definition that lacks what tells the time."""


class ImpossibleZone(ValueError):
    """Parse error: a definition whose changes no clock could follow."""


@dataclass(frozen=True)
class _Change:
    """One way in which the clock is changed, again and again (STANDARD or DAYLIGHT)."""

    start: datetime
    before: timedelta
    after: timedelta
    rules: tuple[Rule, ...]
    dates: tuple[datetime, ...]

    def onsets(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """When it happens between two wall-clock times, and the last time before."""
        known = [self.start, *self.dates]
        yield from (one for one in known if first <= one <= last)
        earlier = [one for one in known if one < first]
        for rule in self.rules:
            yield from self._by(rule, first, last)
            end = min(first, rule.until.wall) if rule.until else first
            earlier += self._before(rule, end, first)
        if earlier:
            yield max(earlier)

    def _before(self, rule: Rule, end: datetime, first: datetime) -> list[datetime]:
        """When a rule has lately changed it; most rules have in the year before."""
        for years in (_YEAR, min(rule.interval, _MOST_YEARS) * _RARELY):
            if found := list(self._by(rule, max(end, _ALWAYS + years) - years, first)):
                return found
        return []

    def _by(self, rule: Rule, first: datetime, last: datetime) -> Iterator[datetime]:
        for wall in RuleDates(rule, self.start, first, last).walls(WorkBudget()):
            until = rule.until
            if until is None or (wall - self.before if until.is_utc else wall) <= until.wall:
                yield wall


class DefinedClock:
    """Clock of a VTIMEZONE; raises UnreadableZone or ImpossibleZone."""

    def __init__(self, zone: Component) -> None:
        if not zone.parts:
            raise UnreadableZone("it has neither STANDARD nor DAYLIGHT")
        alone = len(zone.parts) == 1
        if len(zone.parts) > _MOST_CHANGES:
            raise ImpossibleZone("it changes too often")
        self._changes = [_change(part, alone) for part in zone.parts]
        self._years: dict[int, list[tuple[datetime, timedelta]]] = {}

    def __call__(self, wall: datetime) -> datetime:
        """Instant of a wall-clock time: the first where it comes twice, by the offset before where it is skipped."""
        stretches = self._stretches(wall.year)
        before = stretches[0][1]
        for (begin, after), (end, _) in pairwise([*stretches, (datetime.max, before)]):
            found = wall - after
            if found < end:
                return (found if found >= begin else wall - before).replace(tzinfo=UTC)
            before = after
        return (wall - before).replace(tzinfo=UTC)

    def _stretches(self, year: int) -> list[tuple[datetime, timedelta]]:
        """Stretches of one offset around a year: each from when on, in UTC."""
        if year not in self._years:
            first, last = datetime(max(year - 1, 1), 1, 1), datetime(min(year + 1, 9999), 12, 31)
            changes = sorted(
                (wall - one.before if wall > _ALWAYS else wall, one.after, one.before)
                for one in self._changes
                for wall in one.onsets(first, last)
            )
            offset_before = changes[0][2] if changes else timedelta()
            self._years[year] = [(datetime.min, offset_before), *((at, after) for at, after, _ in changes)]
        return self._years[year]


def _change(part: Component, alone: bool) -> _Change:
    found: dict[str, list[str]] = {}
    for name, rest in properties(part.lines, _PATTERN):
        found.setdefault(name, []).append(rest)
    after = _offset(found.get("TZOFFSETTO"))
    if after is None:
        raise UnreadableZone("its TZOFFSETTO cannot be read")
    before = _offset(found.get("TZOFFSETFROM"))
    starts = [one for rest in found.get("DTSTART", ()) if (one := stamp(dated(rest).value))]
    if not starts and not alone:
        raise UnreadableZone("one of its changes has no DTSTART")
    start = starts[0].wall if starts else _ALWAYS
    dates = tuple(one.wall for rest in found.get("RDATE", ()) for one in _stamps(dated(rest).value))
    if len(dates) > _MOST_CHANGES:
        raise ImpossibleZone("it changes too often")
    rules = tuple(_rule(dated(rest).value) for rest in found.get("RRULE", ())) if starts else ()
    return _Change(start, after if before is None else before, after, rules, dates)


def _offset(found: list[str] | None) -> timedelta | None:
    return next((one for rest in found or () if (one := offset(dated(rest).value)) is not None), None)


def _stamps(value: str) -> Iterator[Stamp]:
    return (one for text in value.split(",") if (one := stamp(text.partition("/")[0].strip())))


def _rule(text: str) -> Rule:
    try:
        rule = read_rule(text)
    except UnreadableRule as error:
        raise ImpossibleZone(str(error)) from error
    # One hour and minute say when; more of them would change the clock several times a day.
    times = (rule.by_hour, rule.by_minute, rule.by_second)
    if rule.frequency != YEARLY or any(len(one) > 1 for one in times):
        raise ImpossibleZone("its clocks change more than once a year")
    return rule
