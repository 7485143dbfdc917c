"""Busy time: what is already taken, by bookings, blocks and other calendars."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from plugins.domain.availability import Availability, Meeting
from plugins.domain.stays import Whereabouts
from plugins.domain.wall_clock import Interval


class Holder(StrEnum):
    """What keeps a stretch of time."""

    BOOKING = "booking"
    BLOCK = "block"
    BUSY = "busy"
    GROUP = "group"
    OFFER = "offer"


class Taken(NamedTuple):
    """Busy stretch of time, a booking's or a group's with its buffers; `words` are for the owner alone."""

    interval: Interval
    holder: Holder
    words: str = ""


class Group(NamedTuple):
    """Meeting of several people, who booked it one by one; `people` have a seat, `time` has its buffers."""

    meeting: str
    start: datetime
    end: datetime
    people: int
    time: Interval


class _Merged:
    """Stretches of time, those that touch or overlap made one."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        merged: list[Interval] = []
        for one in intervals:  # in order of time
            if merged and one.start <= merged[-1].end:
                merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
            else:
                merged.append(one)
        self.starts, self.ends = [one.start for one in merged], [one.end for one in merged]

    def overlaps(self, interval: Interval) -> bool:
        return bisect_right(self.ends, interval.start) < bisect_left(self.starts, interval.end)


class Occupied:
    """Busy time, and the starts of meetings that count for the daily cap; a group's time and start count once."""

    def __init__(
        self,
        taken: Iterable[Taken] = (),
        starts: Iterable[tuple[str, datetime]] = (),
        groups: Iterable[Group] = (),
    ) -> None:
        self._groups = {(one.meeting, one.start): one for one in groups}
        shared = self._groups.values()
        self._taken = sorted([*taken, *(Taken(one.time, Holder.GROUP) for one in shared)])
        merged = _Merged(one.interval for one in self._taken)
        self._starts, self._ends = merged.starts, merged.ends
        apart = (one.interval for one in self._taken if one.holder not in {Holder.BOOKING, Holder.GROUP})
        self._apart = _Merged(apart) if self._groups else merged
        self._started = tuple(starts)
        self._booked = (*self._started, *self._groups)
        self._counts: dict[Whereabouts, Counter[tuple[str, date]]] = {}

    def with_booking(self, meeting: Meeting, start: datetime, interval: Interval) -> Occupied:
        """The same with one more booking, which keeps an interval, or a seat in a group."""
        alone = [one for one in self._taken if one.holder is not Holder.GROUP]
        if meeting.seats is None:
            one = Taken(interval, Holder.BOOKING)
            return Occupied([*alone, one], [*self._started, (meeting.slug, start)], self._groups.values())
        end = start + timedelta(minutes=meeting.minutes)
        group = self._groups.get((meeting.slug, start)) or Group(meeting.slug, start, end, 0, interval)
        groups = self._groups | {(meeting.slug, start): group._replace(people=group.people + 1)}
        return Occupied(alone, self._started, groups.values())

    def overlaps(self, interval: Interval) -> bool:
        """Whether any promised interval shares an instant with this one."""
        return bisect_right(self._ends, interval.start) < bisect_left(self._starts, interval.end)

    def group(self, meeting: Meeting, start: datetime) -> Group | None:
        """The people who have a seat in a meeting at a start; None where there is nobody yet."""
        return self._groups.get((meeting.slug, start))

    def closes_group(self, interval: Interval) -> bool:
        """Whether something that is no meeting shares an instant with what a meeting would claim now."""
        return self._apart.overlaps(interval)

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
        return self.counts(availability)[meeting.slug, day]

    def counts(self, availability: Availability) -> Counter[tuple[str, date]]:
        """How many meetings of each kind start on each of the owner's local days."""
        where = availability.where
        if where not in self._counts:
            self._counts[where] = Counter((slug, where.day_of(start)) for slug, start in self._booked)
        return self._counts[where]
