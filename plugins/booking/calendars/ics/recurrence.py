"""Recurrence: the occurrences of the events that share a UID, within an interval (RFC 5545, 3.8.5).

All is worked out on the wall clock of the series and only then made instants, so that each clock is asked about
what falls into the interval and nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from plugins.booking.calendars.ics.ics_event import Event
from plugins.booking.calendars.ics.ics_properties import later
from plugins.booking.calendars.ics.series_dates import LONGEST, SeriesDates, Start
from plugins.booking.calendars.ics.strikes import Strikes, instant_of
from plugins.booking.calendars.ics.unread import Reason
from plugins.booking.calendars.ics.work_budget import WorkBudget
from plugins.domain.wall_clock import Interval

Occurrence = tuple[Interval, Event]


class Recurrence:
    """Expansion of one series: its masters, and what overrides single occurrences or all that follow.

    `size` is how many occurrences there may be, known before any is worked out.
    """

    def __init__(self, masters: Sequence[Event], overrides: Sequence[Event], interval: Interval) -> None:
        self._interval = interval
        self._overridden = Strikes() if overrides else None
        for one in overrides:
            # What would be moved to a time that cannot be read stays where it was.
            if self._overridden and one.replaces and (one.start or not one.keeps_time):
                self._overridden.add(one.replaces, one.zones)
        following = [one for one in overrides if one.and_following and one.readings]
        self._following = sorted(following, key=_replaced)
        self._following_from = [_replaced(one) for one in self._following]
        shift = max((abs(_shift(one)) for one in self._following), default=timedelta())
        self._masters = [
            SeriesDates(one, interval, min(shift, LONGEST))
            for one in masters
            if one.keeps_time or any(other.keeps_time for other in self._following)
        ]
        self.size = sum(one.size for one in self._masters)

    def faults(self) -> Iterator[tuple[Event, Reason]]:
        """Tell for which of its events time may be missing, and why."""
        return ((one.event, reason) for one in self._masters if one.event.keeps_time for reason in one.faults)

    def occurrences(self, budget: WorkBudget) -> Iterator[Occurrence]:
        """Work out what keeps time; raises TooCostly."""
        for master, starts in self._starts(budget):
            struck = [one for one in (self._overridden, master.struck) if one]
            for wall, readings in starts:
                if struck and any(one.has(wall, master.is_day) for one in struck):
                    continue
                for reading in readings:
                    if not struck:
                        yield reading.time(wall), master.event
                        continue
                    start = reading.clock(wall)
                    if any(one.has_instant(start) for one in struck):
                        continue
                    place = bisect_right(self._following_from, start) - 1
                    event = self._following[place] if place >= 0 else master.event
                    if event.keeps_time:
                        yield (self._moved(event, wall, start) if place >= 0 else reading.time(wall)), event

    def _starts(self, budget: WorkBudget) -> Iterable[tuple[SeriesDates, Iterable[Start]]]:
        """The starts of each master; an override that names a day stands for one start there, and never for several."""
        found = ((one, one.starts(budget)) for one in self._masters)
        if not (self._overridden and self._overridden.names_days):
            return found
        whole = [(one, list(starts)) for one, starts in found]
        times = Counter(wall.date() for one, starts in whole if not one.is_day for wall, _ in starts)
        self._overridden.spare(day for day, count in times.items() if count > 1)
        return whole

    def _moved(self, override: Event, wall: datetime, start: datetime) -> Interval:
        reading = override.readings[0]
        assert override.start
        assert override.replaces
        if override.start.zone == override.replaces.zone and not override.start.stamp.is_utc:
            return reading.time(later(wall, override.start.stamp.wall - override.replaces.stamp.wall))
        first = reading.time(override.start.stamp.wall)
        moved = later(start, first.start - _replaced(override))
        return Interval(moved, later(moved, first.end - first.start))


def _replaced(override: Event) -> datetime:
    assert override.replaces
    return instant_of(override.replaces, override.zones)


def _shift(override: Event) -> timedelta:
    assert override.start
    assert override.replaces
    return override.start.stamp.wall - override.replaces.stamp.wall
