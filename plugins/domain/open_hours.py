"""Open hours: the starts that the hours of some days allow a kind of meeting, and where it is held then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugins.domain.availability import Availability, Meeting
from plugins.domain.clock_ranges import DAY, GRID, ClockRange
from plugins.domain.wall_clock import Interval, joined, open_pieces, wall_instant

_DAY = timedelta(days=1)
_MOST_DAYS_KNOWN = 5_000  # of which the starts are kept ready; those asked for least recently are forgotten first


class DayHours(NamedTuple):
    """The hours of one date, on the clock of that date."""

    day: date
    zone: ZoneInfo
    ranges: tuple[ClockRange, ...]


class KindHours:
    """Open hours of one kind of meeting, each date looked up once."""

    def __init__(self, meeting: Meeting, availability: Availability) -> None:
        self._meeting = meeting
        self._availability = availability
        self._where = availability.where
        self._known: dict[date, DayHours] = {}

    def on(self, day: date) -> DayHours:
        """The hours of a date, which may pass midnight."""
        known = self._known.get(day)
        if known is None:
            ranges = self._availability.ranges_on(day, self._meeting)
            known = self._known[day] = DayHours(day, self._where.zone_on(day), ranges)
        return known

    def starts(self, day: date) -> Mapping[datetime, str | None]:
        """The starts within a date’s time, aware and UTC, in order, each with the place where the hours have it."""
        own = self._where.time_of(day) if self._where.changes_near(day) else None
        return _starts(self._meeting.minutes, self._meeting.step, day, self._around(day), own)

    def stretch_of(self, instant: datetime) -> tuple[DayHours, ClockRange, Interval] | None:
        """The range that an instant lies in, and all the time she is open there from before it to after it."""
        around = self._around(self._where.day_of(instant))
        for one in around:
            for hours in one.ranges:
                if any(piece.start <= instant < piece.end for piece in open_pieces(one.day, hours, one.zone)):
                    whole = _open_time(around)[hours.place]
                    return one, hours, next(piece for piece in whole if piece.start <= instant < piece.end)
        return None

    def _around(self, day: date) -> tuple[DayHours, ...]:
        """A date and, of those beside it, what passes the midnight between or touches it."""
        if self._where.changes_near(day):
            return tuple(one for one in map(self.on, self._where.days_near(day)) if one.ranges)
        before, today = self.on(day - _DAY), self.on(day)
        around = (before, today) if before.ranges and before.ranges[-1].end > DAY else (today,)
        return (*around, self.on(day + _DAY)) if today.ranges and today.ranges[-1].end >= DAY else around


# What decides them is all there is to the key: no two meetings and no two contents can be given each other's.
@lru_cache(maxsize=_MOST_DAYS_KNOWN)
def _starts(
    minutes: int, step: int, day: date, around: tuple[DayHours, ...], own: Interval | None
) -> Mapping[datetime, str | None]:
    """A start lies on the grid of its range; the meeting may end in one that touches it, at the same place."""
    length, open_time = timedelta(minutes=minutes), _open_time(around)
    found: dict[datetime, str | None] = {}
    for one in around:
        for hours in one.ranges:
            for start in _grid(one, hours, step, day, own):
                if any(piece.start <= start and start + length <= piece.end for piece in open_time[hours.place]):
                    found.setdefault(start, hours.place)
    return dict(sorted(found.items()))


def _open_time(around: Iterable[DayHours]) -> Mapping[str | None, tuple[Interval, ...]]:
    """By the place, the time in which she is open there; ranges that touch are one."""
    pieces: dict[str | None, list[Interval]] = {}
    for day, zone, ranges in around:
        for hours in ranges:
            pieces.setdefault(hours.place, []).extend(open_pieces(day, hours, zone))
    return {place: joined(some) for place, some in pieces.items()}


def _grid(of: DayHours, hours: ClockRange, step: int, day: date, own: Interval | None) -> Iterator[datetime]:
    """The instants a step apart from the start of a range that lie within a date: its `own` time, if not as usual."""
    for minute in range(hours.start, hours.end - GRID + 1, step):
        if own is None and of.day.toordinal() + minute // DAY != day.toordinal():
            continue
        start = wall_instant(of.day, minute, of.zone)
        if start is not None and (own is None or own.start <= start < own.end):
            yield start


def allowed_starts(meeting: Meeting, day: date, availability: Availability) -> tuple[datetime, ...]:
    """The starts that one date's hours and the meeting's step allow, whoever may have taken them; aware, UTC."""
    return tuple(KindHours(meeting, availability).starts(day))


def place_at(meeting: Meeting, start: datetime, availability: Availability) -> str | None:
    """The place, by its slug, where a meeting is held that starts at an instant; None where no hours name one."""
    return KindHours(meeting, availability).starts(availability.local_day(start)).get(start)


def places_of(meeting: Meeting, availability: Availability) -> tuple[str, ...]:
    """The places, by their slugs, at which hours of any date have a kind of meeting held in person, in order."""
    if meeting.where != "in_person" or meeting.place is not None:
        return ()
    weeks = [availability.hours if meeting.hours is None else meeting.hours, *(one.hours for one in availability.stays)]
    days = [
        *(hours for week in weeks for hours in (week or {}).values()),
        *(one.hours for one in availability.openings),
    ]
    return tuple(sorted({one.place for hours in days for one in hours if one.place}))


def open_hours(day: date, availability: Availability) -> tuple[Interval, ...]:
    """The stretches of a date's time within which meetings of some kind may be held, in order; UTC."""
    where, own = availability.where, availability.time_of(day)
    hours = {
        (near, one)
        for near in where.days_near(day)
        for meeting in availability.meetings
        for one in availability.ranges_on(near, meeting)
        if near == day or one.end > DAY or where.changes_near(day)
    }
    pieces = (piece for near, one in hours for piece in open_pieces(near, one, where.zone_on(near)))
    within = (Interval(max(piece.start, own.start), min(piece.end, own.end)) for piece in pieces)
    return joined(piece for piece in within if piece.start < piece.end)
