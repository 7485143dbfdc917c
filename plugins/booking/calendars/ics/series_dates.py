"""Dates of one series (RRULE, RDATE, EXDATE): the wall-clock times at which an event that recurs may start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from plugins.booking.calendars.ics.ics_event import Event, Length, Moment, Reading, clocks_of
from plugins.booking.calendars.ics.ics_properties import Stamp, dated, duration, later, stamp
from plugins.booking.calendars.ics.ics_zones import utc
from plugins.booking.calendars.ics.rrule import DAILY, HOURLY, Rule, UnreadableRule, read_rule
from plugins.booking.calendars.ics.rule_dates import RuleDates
from plugins.booking.calendars.ics.strikes import Strikes, moments
from plugins.booking.calendars.ics.unread import Reason
from plugins.booking.calendars.ics.work_budget import WorkBudget
from plugins.domain.wall_clock import Interval

LONGEST = timedelta(days=3660)  # of what is looked for before the interval
_ASIDE = timedelta(days=2)  # of any wall clock from UTC, with room
_END_OF_DAY = time(23, 59, 59)

Start = tuple[datetime, tuple[Reading, ...]]


class SeriesDates:
    """Dates of a series around an interval; `size` is how many there are at most."""

    def __init__(self, event: Event, interval: Interval, shift: timedelta) -> None:
        self.event = event
        self.faults: list[Reason] = []
        self.struck: Strikes | None = None
        self.size = 0
        self._rules: list[tuple[Rule, RuleDates]] = []
        self._dates: list[Start] = []
        self.is_day = event.start is not None and event.start.stamp.is_day
        if event.start is None or not event.readings:
            return
        self._start, self._zone = event.start.stamp.wall, event.start.zone
        longest = max(one.length.nominal + one.length.exact for one in event.readings)
        self._since = interval.start.replace(tzinfo=None) - _ASIDE - shift
        self._first = self._since - min(longest, LONGEST)
        self._last = interval.end.replace(tzinfo=None) + _ASIDE + shift
        self._begins_near = self._start <= self._last and later(self._start, longest) >= self._since
        for text in event.rules:
            self._add(text)
        for rest in event.dates:
            self._add_dates(rest)
        self.size += len(self._dates)
        if event.exceptions and (self.size or self._begins_near):
            self.struck = Strikes()
            for one in moments(event.exceptions):
                self.struck.add(one, event.zones)

    def starts(self, budget: WorkBudget) -> Iterator[Start]:
        """Each start once; raises TooCostly."""
        budget.check()
        readings = self.event.readings
        if not readings:
            return
        if self._begins_near:
            yield self._start, readings
        done = {self._start}
        for rule, dates in self._rules:
            for wall in dates.walls(budget):
                budget.occurrence()
                if wall not in done and (rule.until is None or self._goes_on(rule.until, wall)):
                    done.add(wall)
                    yield wall, readings
        yield from self._dates

    def _add(self, text: str) -> None:
        try:
            rule = read_rule(text)
        except UnreadableRule:
            if self._start <= self._last:
                self.faults.append(Reason.RULE)
            return
        if self.is_day:
            rule = replace(rule, by_hour=(), by_minute=(), by_second=())
            if rule.frequency == HOURLY:
                rule = replace(rule, frequency=DAILY, interval=1)
        last = min(self._last, rule.until.wall + _ASIDE) if rule.until else self._last
        if not rule.is_whole and self._start <= self._last and last >= self._first:
            self.faults.append(Reason.RULE)
        dates = RuleDates(rule, self._start, self._first, last)
        self.size += dates.size
        self._rules.append((rule, dates))

    def _goes_on(self, until: Stamp, wall: datetime) -> bool:
        """Whether an occurrence is not past UNTIL; where that is of the wrong kind, on the side that keeps time."""
        if until.is_day:
            return wall.date() <= until.wall.date()
        if self.is_day:
            return wall.date() <= self._last_day(until)
        if not until.is_utc:
            return wall <= until.wall
        floats = self.event.start is not None and not (self._zone or self.event.start.stamp.is_utc)
        limit = until.wall.replace(tzinfo=UTC)
        return (floats and wall <= until.wall) or any(one.clock(wall) <= limit for one in self.event.readings)

    def _last_day(self, until: Stamp) -> date:
        if not until.is_utc or until.wall.time() == _END_OF_DAY:
            return until.wall.date()
        return max(until.wall.date(), until.wall.replace(tzinfo=UTC).astimezone(self.event.zones.owner).date())

    def _add_dates(self, rest: str) -> None:
        """RDATE: days, times, or periods with a length of their own."""
        parameters, values = dated(rest)
        for value in filter(None, map(str.strip, values.split(","))):
            first, slash, second = value.partition("/")
            found = stamp(first, parameters.get("VALUE", ""))
            if found is None:
                self.faults.append(Reason.DATES)
                continue
            one = Moment(found, "" if found.is_utc else parameters.get("TZID", ""))
            readings = tuple(self._period(one, second)) if slash and found.wall <= self._last else ()
            if any(later(found.wall, length.nominal + length.exact) >= self._since for _, length in readings):
                self._dates.append((found.wall, readings))
            elif self._first <= found.wall <= self._last and not readings:
                self._dates.append(self._date(one))
                self.faults += [Reason.DATES] if slash else []

    def _period(self, start: Moment, until: str) -> Iterator[Reading]:
        """The readings of a period; none where its end cannot be read."""
        span, end = duration(until), stamp(until)
        for clock in clocks_of(start, self.event.zones).clocks:
            if span:
                length = Length(*span)
            elif end and end.is_utc and not start.stamp.is_utc:
                length = Length(exact=utc(end.wall) - clock(start.stamp.wall))
            else:
                length = Length(end.wall - start.stamp.wall if end else timedelta())
            if length.nominal + length.exact > timedelta():
                yield Reading(clock, length)

    def _date(self, one: Moment) -> Start:
        event, wall = self.event, one.stamp.wall
        if self.is_day:
            return datetime.combine(wall, time()), event.readings
        if one.stamp.is_day:
            return datetime.combine(wall, self._start.time()), event.readings
        if one.zone == self._zone and event.start and one.stamp.is_utc == event.start.stamp.is_utc:
            return wall, event.readings
        clocks = clocks_of(one, event.zones).clocks
        return wall, tuple(Reading(clock, reading.length) for clock in clocks for reading in event.readings[:1])
