"""Wall clock: local hours to instants, on the days of daylight-saving changes too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugins.domain.clock_ranges import DAY, GRID, ClockRange


class Interval(NamedTuple):
    """A stretch of time between two aware instants, the end left out."""

    start: datetime
    end: datetime


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def wall_instant(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """The instant of a wall-clock minute: None when the clocks skip it, the first when it comes twice."""
    wall = _wall(day, minute)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == wall else None


def day_interval(day: date, zone: ZoneInfo) -> Interval:
    """A day of that zone, from midnight to midnight, in UTC: an hour shorter or longer where the clocks change."""
    start, end = (_wall(day, minute).replace(tzinfo=zone).astimezone(UTC) for minute in (0, DAY))
    return Interval(start, end)


def clocks_agree(instant: datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether the clocks of two zones read the same at an instant; many zones have several names."""
    return instant.astimezone(one).replace(tzinfo=None) == instant.astimezone(other).replace(tzinfo=None)


def open_pieces(day: date, hours: ClockRange, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The stretches of time whose reading on the owner's clock falls inside `hours` of `day`, in UTC.

    One stretch on ordinary days; where clocks change, as many as the change cuts the range into. What passes midnight
    is read on the clock of the next day.
    """
    if hours.end > DAY:
        evening = _pieces(day, hours.start, DAY, zone)
        night = _pieces(day + timedelta(days=1), 0, hours.end - DAY, zone)
        return joined((*evening, *night))
    return _pieces(day, hours.start, hours.end, zone)


def joined(pieces: Iterable[Interval]) -> tuple[Interval, ...]:
    """Stretches of time in order, those that touch or overlap as one."""
    merged: list[Interval] = []
    for piece in sorted(pieces):
        if merged and piece.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, piece.end))
        else:
            merged.append(piece)
    return tuple(merged)


def _pieces(day: date, first: int, last: int, zone: ZoneInfo) -> tuple[Interval, ...]:
    midnight, next_midnight = (_wall(day, minute).replace(tzinfo=zone) for minute in (0, DAY))
    if midnight.utcoffset() == next_midnight.utcoffset():
        start = midnight.astimezone(UTC)
        return (Interval(start + timedelta(minutes=first), start + timedelta(minutes=last)),)
    cell = timedelta(minutes=GRID)
    pieces: list[Interval] = []
    instant, stop = midnight.astimezone(UTC), next_midnight.astimezone(UTC)
    while instant < stop:
        local = instant.astimezone(zone)
        if local.date() == day and first <= local.hour * 60 + local.minute < last:
            if pieces and pieces[-1].end == instant:
                pieces[-1] = Interval(pieces[-1].start, instant + cell)
            else:
                pieces.append(Interval(instant, instant + cell))
        instant += cell
    return tuple(pieces)
