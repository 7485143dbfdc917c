"""Free/busy (VFREEBUSY, RFC 5545, 3.6.4): the periods in which somebody's time is kept, without any event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from plugins.booking.calendars.ics.ics_event import Moment, clocks_of
from plugins.booking.calendars.ics.ics_properties import dated, duration, later, properties, property_pattern, stamp
from plugins.booking.calendars.ics.ics_zones import Clock, Zones, utc
from plugins.domain.wall_clock import Interval

_PATTERN = property_pattern("FREEBUSY")
_FREE, _TENTATIVE = "FREE", "BUSY-TENTATIVE"


def busy_periods(lines: bytes, zones: Zones, tentative_is_free: bool) -> Iterator[Interval | None]:
    """The periods that keep time, each None where it cannot be read."""
    for _, rest in properties(lines, _PATTERN):
        parameters, value = dated(rest)
        kind = parameters.get("FBTYPE", "BUSY").upper()
        if kind != _FREE and not (kind == _TENTATIVE and tentative_is_free):
            for text in filter(None, map(str.strip, value.split(","))):
                yield from _period(text, parameters.get("TZID", ""), zones)


def _period(text: str, zone: str, zones: Zones) -> Iterator[Interval | None]:
    """A period is in UTC; one that does not say so is kept by that clock and by the one it may mean."""
    first, _, second = text.partition("/")
    start, end, span = stamp(first), stamp(second), duration(second)
    if start is None or (end is None and span is None):
        yield None
        return
    stated = start.is_utc and (end is None or end.is_utc)
    others = () if stated else clocks_of(Moment(start._replace(is_utc=False), zone), zones).clocks
    for clock in dict.fromkeys((utc, *others)):
        begin = _instant(start.wall, clock, start.is_utc)
        finish = _instant(end.wall, clock, end.is_utc) if end else begin
        for part in span or ():
            finish = later(finish, part)
        yield Interval(begin, finish) if finish >= begin else None


def _instant(wall: datetime, clock: Clock, is_utc: bool) -> datetime:
    return (utc if is_utc else clock)(wall)
