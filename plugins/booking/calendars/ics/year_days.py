"""Days of a year as bit masks: which are in a month, on a weekday, the second Tuesday of theirs, in a numbered week.

A rule of recurrence is an intersection of such masks, which costs the same however long ago it began, and whether it
ever happens or not. There are fourteen kinds of years: seven first weekdays, leap or not.
"""

from __future__ import annotations

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache

MARGIN = 7  # days of both neighbours, for weeks that cross: bit MARGIN is 1 January
_Masks = dict[int, int]


class YearDays:
    """Masks of a kind of year; weekdays are counted from Monday, 0."""

    def __init__(self, first_weekday: int, is_leap: bool) -> None:
        self.first_weekday = first_weekday
        self.days = 366 if is_leap else 365
        self.year = ((1 << self.days) - 1) << MARGIN
        self.all = (1 << (self.days + 2 * MARGIN)) - 1
        self.months: _Masks = defaultdict(int)
        self.weekdays: _Masks = defaultdict(int)
        self.month_days: _Masks = defaultdict(int)  # from both ends, as all that follow
        self.year_days: _Masks = defaultdict(int)
        self.month_places: dict[tuple[int, int], int] = defaultdict(int)
        self.year_places: dict[tuple[int, int], int] = defaultdict(int)
        self._weeks: dict[int, _Masks] = {}
        for bit, month, day, length in self._calendar(is_leap):
            one, weekday, number = 1 << bit, (first_weekday + bit - MARGIN) % 7, bit - MARGIN
            self.months[month] |= one
            self.weekdays[weekday] |= one
            for which in (day, day - length - 1):
                self.month_days[which] |= one
            for which in _places(day - 1, length):
                self.month_places[which, weekday] |= one
            if 0 <= number < self.days:
                for which in (number + 1, number - self.days):
                    self.year_days[which] |= one
                for which in _places(number, self.days):
                    self.year_places[which, weekday] |= one

    @staticmethod
    def _calendar(is_leap: bool) -> Iterator[tuple[int, int, int, int]]:
        lengths = (31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        days = [(12, day, 31) for day in range(32 - MARGIN, 32)]
        days += [(month, day, length) for month, length in enumerate(lengths, 1) for day in range(1, length + 1)]
        days += [(1, day, 31) for day in range(1, MARGIN + 1)]
        return ((bit, *day) for bit, day in enumerate(days))

    def weeks(self, week_start: int) -> _Masks:
        """Masks of the numbered weeks, from both ends; days of a neighbour year that are in one count with it."""
        if week_start not in self._weeks:
            into = (self.first_weekday - week_start) % 7
            first = -into if into <= 3 else 7 - into  # at least four days of the first week are in the year
            count = (self.days - first + 3) // 7
            numbered = [0b1111111 << (MARGIN + first + 7 * week) for week in range(count)]
            found = dict(enumerate(numbered, 1)) | {week - count: mask for week, mask in enumerate(numbered)}
            self._weeks[week_start] = defaultdict(int, found)
        return self._weeks[week_start]


def _places(index: int, length: int) -> tuple[int, int]:
    return index // 7 + 1, -((length - 1 - index) // 7 + 1)


@lru_cache(maxsize=512)
def days_of(year: int) -> YearDays:
    """Masks of a year."""
    return _kind(date(year, 1, 1).weekday(), isleap(year))


@cache
def _kind(first_weekday: int, is_leap: bool) -> YearDays:
    return YearDays(first_weekday, is_leap)


@lru_cache(maxsize=4096)
def every(step: int, first: int, width: int, length: int) -> int:
    """Mask of stretches `width` wide, each `step` after the one before, one of which begins at the bit `first`."""
    mask, stretch = 0, (1 << width) - 1
    for bit in range(first % step - step if width > 1 else first % step, length, step):
        mask |= stretch << bit if bit >= 0 else stretch >> -bit
    return mask & ((1 << length) - 1)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
