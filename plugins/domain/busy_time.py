"""Busy time: what is already taken, by bookings, blocks and other calendars."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from plugins.domain.availability import Availability, Meeting
from plugins.domain.wall_clock import Interval


class Holder(StrEnum):
    """What keeps a stretch of time."""

    BOOKING = "booking"
    BLOCK = "block"
    BUSY = "busy"
    OFFER = "offer"


class Taken(NamedTuple):
    """Busy stretch of time, a booking's with its buffers; `words` are for the owner alone."""

    interval: Interval
    holder: Holder
    words: str = ""


class Occupied:
    """Busy time, and the starts of bookings that count for the daily cap."""

    def __init__(self, taken: Iterable[Taken] = (), starts: Iterable[tuple[str, datetime]] = ()) -> None:
        self._taken = sorted(taken)
        merged: list[Interval] = []
        for one in (taken.interval for taken in self._taken):
            if merged and one.start <= merged[-1].end:
                merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
            else:
                merged.append(one)
        self._starts, self._ends = [one.start for one in merged], [one.end for one in merged]
        self._booked = tuple(starts)
        self._counts: dict[object, Counter[tuple[str, date]]] = {}

    def overlaps(self, interval: Interval) -> bool:
        """Whether any promised interval shares an instant with this one."""
        return bisect_right(self._ends, interval.start) < bisect_left(self._starts, interval.end)

    def gaps(self, interval: Interval) -> tuple[Interval, ...]:
        """The pieces of an interval that nothing keeps, in order of time."""
        first = bisect_right(self._ends, interval.start)
        last = bisect_left(self._starts, interval.end)
        starts = [interval.start, *self._ends[first:last]]
        ends = [*self._starts[first:last], interval.end]
        return tuple(Interval(start, end) for start, end in zip(starts, ends, strict=True) if start < end)

    def holders(self, interval: Interval) -> tuple[Taken, ...]:
        """All that keeps some of an interval, in order of time."""
        first, last = interval
        return tuple(one for one in self._taken if one.interval.start < last and first < one.interval.end)

    def count(self, meeting: Meeting, day: date, availability: Availability) -> int:
        """How many of these meetings start on the owner's local day."""
        if availability.timezone not in self._counts:
            self._counts[availability.timezone] = Counter(
                (slug, availability.local_day(start)) for slug, start in self._booked
            )
        return self._counts[availability.timezone][meeting.slug, day]
