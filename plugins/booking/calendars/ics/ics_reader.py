"""iCalendar reader (RFC 5545): the busy time that a calendar's text holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugins.booking.calendars.ics.attendance import Attendance
from plugins.booking.calendars.ics.busy_time import BusyTime
from plugins.booking.calendars.ics.event_window import EventWindow
from plugins.booking.calendars.ics.free_busy import busy_periods
from plugins.booking.calendars.ics.ics_event import Event, read_event
from plugins.booking.calendars.ics.ics_lines import CalendarObject, NotACalendar, calendar_objects
from plugins.booking.calendars.ics.ics_zones import Zones
from plugins.booking.calendars.ics.recurrence import Recurrence
from plugins.booking.calendars.ics.unread import Reason, Unread
from plugins.booking.calendars.ics.work_budget import TooCostly, WorkBudget
from plugins.domain.wall_clock import Interval

__all__ = ["NotACalendar", "Own", "Reading", "read", "window"]

_LONGEST_IN_DOUBT = timedelta(days=31)  # of an event whose end cannot be read
_ASIDE = timedelta(days=2)


class Own(NamedTuple):
    """Event of this installation as it stands there: no time where it is cancelled."""

    time: Interval | None
    sequence: int = 0


@dataclass(frozen=True)
class Reading:
    """Parsed calendar: `busy` keeps time, with words for the owner alone; `own` are events of this installation.

    `unread` tells of what may keep time besides and could not be read.
    """

    busy: Mapping[Interval, str]
    own: Mapping[str, Own]
    unread: tuple[Unread, ...]

    @property
    def skipped(self) -> tuple[str, ...]:
        """What could not be read, in words for the log and for operators."""
        return tuple(map(str, self.unread))


def read(
    texts: Iterable[bytes],
    interval: Interval,
    zone: ZoneInfo,
    installation: str,
    *,
    owner_addresses: Collection[str] = (),
    tentative_is_free: bool = False,
) -> Reading:
    """Read what keeps time within an interval, in UTC; raises NotACalendar.

    All-day events keep the whole local days of `zone`, where floating times are read too unless their file says
    another. Transparent and cancelled events keep nothing, nor do those that the owner has declined. Events whose UID
    ends in `installation` are the bookings written there, and not busy time.
    """
    attendance = Attendance(frozenset(one.lower() for one in owner_addresses), tentative_is_free)
    reader = _Reader(interval, zone, installation, attendance)
    for text in texts:
        for calendar in calendar_objects(text):
            reader.add(calendar)
    return reader.reading()


class _Reader:
    def __init__(self, interval: Interval, zone: ZoneInfo, installation: str, attendance: Attendance) -> None:
        self._interval = interval
        self._zone = zone
        self._suffix = f"@{installation}"
        self._attendance = attendance
        self._window = EventWindow(interval)
        self._busy = BusyTime(interval)
        self._own: dict[str, Own] = {}
        self._length = 0
        self._unread: list[Unread] = []
        self._events: dict[str, list[Event]] = defaultdict(list)

    def add(self, calendar: CalendarObject) -> None:
        """Read a calendar object as far as it may fall into the interval."""
        self._length += sum(map(len, calendar.events))
        zones, mine = Zones(calendar, self._zone), self._suffix.encode()
        for number, lines in enumerate(calendar.events):
            if self._window.excludes(lines) and mine not in lines:
                continue
            try:
                event = read_event(lines, zones, self._attendance)
            except OverflowError:
                # At the ends of all years, where no time can be added: nothing of it is near.
                continue
            self._events[event.uid or f"without UID {id(calendar)} {number}"].append(event)
        for lines in calendar.free_busy:
            for period in busy_periods(lines, zones, self._attendance.tentative_is_free):
                if period is None:
                    self._unread.append(Unread("VFREEBUSY", Reason.PERIOD))
                else:
                    self._busy.keep(period, "")
        if calendar.is_broken:
            self._unread.append(Unread("VCALENDAR", Reason.BROKEN))

    def reading(self) -> Reading:
        """Work out what recurs, the cheap first, and tell what there is."""
        series: list[tuple[Recurrence, list[Event], Interval | None]] = []
        for uid, events in self._events.items():
            ours = self._ours(uid, events) if uid.endswith(self._suffix) else None
            is_series = any(one.recurs or one.replaces for one in events)
            if ours and not is_series:
                continue
            overrides = [one for one in _latest(events) if one.replaces] if is_series else []
            masters = [one for one in events if not one.replaces] if is_series else []
            for event in events:
                self._tell(event, event.faults)
            for event in overrides if is_series else events:
                self._keep(event, ours.time if ours else None)
            own = ours.time if ours else None
            if masters:
                series.append((Recurrence(masters, overrides, self._interval), masters, own))
            # A change of all that follows may have a rule of its own, by which they go on from there.
            anew = [one for one in overrides if one.and_following and one.rules]
            series += ((Recurrence([one], (), self._interval), [one], own) for one in anew)
        self._expand(series)
        return Reading(self._busy.kept(), self._own, tuple(self._unread))

    def _expand(self, series: list[tuple[Recurrence, list[Event], Interval | None]]) -> None:
        budget = WorkBudget(self._length)
        for found, masters, ours in sorted(series, key=lambda one: one[0].size):
            for event, reason in found.faults():
                self._tell(event, [reason])
            try:
                for time, event in found.occurrences(budget):
                    if time != ours:
                        self._busy.keep(time, event.words)
            except TooCostly:
                self._tell(masters[0], [Reason.TOO_MUCH])

    def _ours(self, uid: str, events: list[Event]) -> Own | None:
        event = next((one for one in events if not one.replaces), events[0])
        if event.is_cancelled or not event.readings or event.start is None:
            time = None
        else:
            time = event.readings[0].time(event.start.stamp.wall)
        if time is None and not event.is_cancelled:
            return None
        self._own[uid] = Own(time, event.sequence)
        return self._own[uid]

    def _keep(self, event: Event, ours: Interval | None) -> None:
        if event.start and event.keeps_time:
            for reading in event.readings:
                time = reading.time(event.start.stamp.wall)
                if time != ours:
                    self._busy.keep(time, event.words)

    def _tell(self, event: Event, faults: Iterable[Reason]) -> None:
        """Note what may keep time and could not be read, as far as that may be within the interval."""
        for reason in faults if event.keeps_time else ():
            if self._may_matter(event, reason):
                self._unread.append(Unread(event.name, reason))

    def _may_matter(self, event: Event, reason: Reason) -> bool:
        if event.start is None:
            return True
        wall = event.start.stamp.wall.replace(tzinfo=UTC)
        since = self._interval.start - (_LONGEST_IN_DOUBT if reason is Reason.END else _ASIDE)
        return wall <= self._interval.end + _ASIDE and (event.recurs or wall >= since)


def _latest(events: list[Event]) -> Iterator[Event]:
    """The events without the overrides that another of a higher SEQUENCE replaces; of equal ones all count."""
    highest: dict[object, int] = {}
    for event in events:
        place = event.replaces, event.and_following
        highest[place] = max(event.sequence, highest.get(place, 0))
    return (one for one in events if not one.replaces or one.sequence == highest[one.replaces, one.and_following])


def window(now: datetime, horizon: timedelta) -> Interval:
    """All that a calendar is asked about: from two days ago to two days past what can be booked."""
    return Interval(now - timedelta(days=2), now + horizon + timedelta(days=2))
