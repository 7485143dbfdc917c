"""Expansion of a rule of recurrence (RRULE): the wall-clock times at which it happens between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice

from plugins.booking.calendars.ics.rrule import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY, Rule
from plugins.booking.calendars.ics.work_budget import TooCostly, WorkBudget
from plugins.booking.calendars.ics.year_days import MARGIN, YearDays, bits, days_of, every

_FIRST_YEAR, _LAST_YEAR = 2, 9998  # both neighbours of a year are looked at
# What counting one year takes, beside one where the days are enough.
_COST_OF_PLACES, _COST_OF_HOURS = 20, 1000
_TIMES_OF_A_STEP = 50  # of a day, that are worked out as fast as a year is counted
_MOMENT = timedelta(microseconds=1)


class RuleDates:
    """Expansion of one rule from its first start on, between two wall-clock times, both included.

    `size` is how many times it may happen there, known before any is worked out.
    """

    def __init__(self, rule: Rule, start: datetime, first: datetime, last: datetime) -> None:
        self._rule = rule
        self._start = start
        self._first, self._last = max(first, start), last
        self._count = len(_hours(rule, start)) * len(rule.by_minute or "1") * len(rule.by_second or "1")
        self._by_places = bool(rule.by_place) and rule.frequency in {YEARLY, MONTHLY, WEEKLY}
        # By hours that do not part a day evenly, each day is another.
        self._is_uneven = bool(rule.by_place) or (
            rule.frequency == HOURLY and (24 % rule.interval or rule.by_hour != ())
        )
        self._masks = {year: self._mask(year, self._first, last) for year in _years(rule, self._first, last)}
        self.size = self._most(self._masks.values())

    @cached_property
    def _times(self) -> list[int]:
        """The seconds of the day at which it happens; of the hour, where it goes by hours."""
        rule, start = self._rule, self._start
        minutes, seconds = rule.by_minute or (start.minute,), rule.by_second or (start.second,)
        hours = _hours(rule, start)
        return [hour * 3600 + minute * 60 + second for hour in hours for minute in minutes for second in seconds]

    def walls(self, budget: WorkBudget) -> Iterator[datetime]:
        """Work them out in order; where the budget is too small to count, the COUNT is not looked at: it keeps more.

        Raises TooCostly.
        """
        first, last = self._first, self._last
        if self.size and not budget.has(self._count // _TIMES_OF_A_STEP):
            raise TooCostly
        walls = (
            wall
            for year, mask in self._masks.items()
            for wall in self._of(year, mask, first, last)
            if first <= wall <= last
        )
        if self._rule.count is None or not self.size:
            return walls
        happened = self._happened(self._rule.count, budget)
        return walls if happened is None else islice(walls, max(0, self._rule.count - happened))

    def _happened(self, most: int, budget: WorkBudget) -> int | None:
        """How often it has happened before the stretch asked about, as far as `most`; None beyond the budget."""
        last, found = self._first - _MOMENT, 0
        cost = max(1, self._count // _TIMES_OF_A_STEP)
        if self._is_uneven:
            cost = _COST_OF_HOURS * self._count if self._rule.frequency == HOURLY else _COST_OF_PLACES * cost
        for year in _years(self._rule, self._start, last):
            if found >= most:
                break
            if not budget.has(cost):
                return None
            mask = self._mask(year, self._start, last)
            if self._is_uneven:
                found += sum(self._start <= wall <= last for wall in self._of(year, mask, self._start, last))
            else:
                found += self._most([mask])
                # On the first and the last day only what lies between.
                for day in {self._start.toordinal(), last.toordinal()}:
                    one = mask & _between(year, datetime.fromordinal(day), datetime.fromordinal(day))
                    found -= sum(not self._start <= wall <= last for wall in self._of(year, one, self._start, last))
        return found

    def _most(self, masks: Iterable[int]) -> int:
        hours = 1 if self._rule.frequency != HOURLY else 24 if self._is_uneven else 24 // self._rule.interval
        return self._count * hours * sum(mask.bit_count() for mask in masks)

    def _mask(self, year: int, first: datetime, last: datetime) -> int:
        """The days of a year on which it may happen; places are counted from the ends of whole years or weeks."""
        mask = _days(self._rule, year, self._start)
        return mask if self._rule.by_place else mask & _between(year, first, last)

    def _of(self, year: int, mask: int, first: datetime, last: datetime) -> Iterator[datetime]:
        base = _base(year)
        if self._by_places:
            yield from self._placed(year, mask, _between(year, first, last))
            return
        same = None if self._rule.frequency == HOURLY else [timedelta(seconds=one) for one in self._of_day(0)]
        for bit in bits(mask):
            midnight = datetime.fromordinal(base + bit)
            for after in same or (timedelta(seconds=one) for one in self._of_day(base + bit)):
                yield midnight + after

    def _placed(self, year: int, mask: int, near: int) -> Iterator[datetime]:
        base, times, all_days = _base(year), self._times, _inside(self._rule, year)
        for group in _groups(self._rule, days_of(year), base):
            days = list(bits(mask & group)) if group & near else []
            for index in _places(self._rule.by_place, len(days) * len(times)):
                bit = days[index // len(times)]
                if all_days >> bit & 1:
                    yield datetime.fromordinal(base + bit) + timedelta(seconds=times[index % len(times)])

    def _of_day(self, day: int) -> Sequence[int]:
        rule, times = self._rule, self._times
        if rule.by_place:
            times = [times[index] for index in _places(rule.by_place, len(times))]
        if rule.frequency != HOURLY:
            return times
        since = day * 24 - (self._start.toordinal() * 24 + self._start.hour)
        hours = (hour for hour in rule.by_hour or range(24) if (since + hour) % rule.interval == 0)
        return [hour * 3600 + second for hour in hours for second in times]


def _hours(rule: Rule, start: datetime) -> tuple[int, ...]:
    return (0,) if rule.frequency == HOURLY else rule.by_hour or (start.hour,)


def _places(places: Iterable[int], count: int) -> list[int]:
    return sorted({place - 1 if place > 0 else count + place for place in places if abs(place) <= count})


def _years(rule: Rule, first: datetime, last: datetime) -> range:
    if last < first:
        return range(0)
    over = 1 if rule.by_week else 0  # a numbered week may begin or end in the year beside its own
    return range(max(first.year - over, _FIRST_YEAR), min(last.year + over, _LAST_YEAR) + 1)


def _base(year: int) -> int:
    return date(year, 1, 1).toordinal() - MARGIN


def _between(year: int, first: datetime, last: datetime) -> int:
    base = _base(year)
    low, high = max(0, first.toordinal() - base), last.toordinal() - base + 1
    return 0 if high <= low else ((1 << min(high, 400)) - 1) >> low << low


def _inside(rule: Rule, year: int) -> int:
    return days_of(year).all if rule.by_week else days_of(year).year


def _groups(rule: Rule, days: YearDays, base: int) -> Iterator[int]:
    """What places are counted within: the year, its months, its weeks with those that cross."""
    if rule.frequency == YEARLY:
        yield days.all if rule.by_week else days.year
    elif rule.frequency == MONTHLY:
        yield from (days.months[month] & days.year for month in range(1, 13))
    else:
        first = (rule.week_start - days.first_weekday + MARGIN) % 7 - 7
        for bit in range(first, days.days + 2 * MARGIN, 7):
            yield 0b1111111 << bit if bit >= 0 else 0b1111111 >> -bit


def _days(rule: Rule, year: int, start: datetime) -> int:
    """The days of a year that a rule does not leave out (RFC 5545's table: limits and expansions are both masks)."""
    days, base = days_of(year), _base(year)
    mask = _inside(rule, year) if not (rule.by_place and rule.frequency == WEEKLY) else days.all
    mask &= _interval(rule, year, start, base)
    months, month_days, weekdays = rule.by_month, rule.by_month_day, rule.by_day
    if rule.frequency == WEEKLY and not weekdays:
        weekdays = ((0, start.weekday()),)
    elif rule.frequency == MONTHLY and not (month_days or weekdays):
        month_days = (start.day,)
    elif rule.frequency == YEARLY and not (rule.by_year_day or month_days or weekdays):
        if rule.by_week:
            weekdays = ((0, start.weekday()),)
        else:
            months, month_days = months or (start.month,), (start.day,)
    if months:
        mask &= _any(days.months, months)
    if month_days:
        mask &= _any(days.month_days, month_days)
    if rule.by_year_day:
        mask &= _any(days.year_days, rule.by_year_day)
    if rule.by_week:
        mask &= _any(days.weeks(rule.week_start), rule.by_week)
    if weekdays:
        mask &= _weekdays(rule, days, weekdays)
    return mask


def _any(masks: dict[int, int], which: Iterable[int]) -> int:
    found = 0
    for one in which:
        found |= masks.get(one, 0)
    return found


def _weekdays(rule: Rule, days: YearDays, which: Iterable[tuple[int, int]]) -> int:
    by_month = rule.frequency == MONTHLY or (rule.frequency == YEARLY and rule.by_month)
    by_year = rule.frequency == YEARLY and not rule.by_month and not rule.by_week
    places = days.month_places if by_month else days.year_places if by_year else None
    found = 0
    for place, weekday in which:
        found |= days.weekdays[weekday] if not place or places is None else places.get((place, weekday), 0)
    return found


def _interval(rule: Rule, year: int, start: datetime, base: int) -> int:
    days, step = days_of(year), rule.interval
    if step == 1 or rule.frequency == HOURLY:
        return days.all
    if rule.frequency == YEARLY:
        return 0 if (year - start.year) % step else days.all
    if rule.frequency == MONTHLY:
        since = year * 12 - (start.year * 12 + start.month)
        return _any(days.months, (month for month in range(1, 13) if (since + month) % step == 0)) & days.year
    first = start.toordinal() - base
    if rule.frequency == DAILY:
        return every(step, first % step, 1, days.days + 2 * MARGIN)
    first -= (start.weekday() - rule.week_start) % 7
    return every(7 * step, first % (7 * step), 7, days.days + 2 * MARGIN)
