"""Busy time as it is collected from a calendar: clipped to an interval, with words for the owner alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from plugins.domain.clock_ranges import GRID
from plugins.domain.wall_clock import Interval

MOST_INTERVALS = 20_000
_MOST_WORDS = 200
_CELL = timedelta(minutes=GRID)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BusyTime:
    """Busy time within an interval."""

    def __init__(self, interval: Interval) -> None:
        self._interval = interval
        self._busy: dict[Interval, str] = {}

    def keep(self, time: Interval, words: str) -> None:
        """Keep the part of a time that is within; equal times are one, with the words of both."""
        found = time
        if time.start < self._interval.start or time.end > self._interval.end:
            found = Interval(max(time.start, self._interval.start), min(time.end, self._interval.end))
        if found.start >= found.end:
            return
        others = self._busy.get(found)
        if others is None or len(others) < _MOST_WORDS:
            self._busy[found] = f"{others}, {words}"[:_MOST_WORDS] if others and words else others or words

    def kept(self) -> Mapping[Interval, str]:
        """All of it; where it is more than anybody could have, what lies within the same few minutes is one."""
        if len(self._busy) <= MOST_INTERVALS:
            return self._busy
        merged: list[tuple[datetime, datetime, str]] = []
        for (start, end), words in sorted(self._busy.items()):
            first, last = start - (start - _EPOCH) % _CELL, end + (_EPOCH - end) % _CELL
            if merged and first <= merged[-1][1]:
                begin, until, before = merged[-1]
                merged[-1] = begin, max(until, last), before
            else:
                merged.append((first, last, words))
        return {Interval(start, end): words for start, end, words in merged}
