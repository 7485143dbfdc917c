"""Free/busy (VFREEBUSY, RFC 5545, 3.6.4): the periods in which somebody's time is kept, without any event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from plugins.booking.calendars.ics.ics_properties import dated, duration, properties, property_pattern, stamp
from plugins.domain.wall_clock import Interval

_PATTERN = property_pattern("FREEBUSY")
_FREE, _TENTATIVE = "FREE", "BUSY-TENTATIVE"


def busy_periods(lines: bytes, tentative_is_free: bool) -> Iterator[Interval | None]:
    """The periods that keep time, each None where it cannot be read."""
    for _, rest in properties(lines, _PATTERN):
        parameters, value = dated(rest)
        kind = parameters.get("FBTYPE", "BUSY").upper()
        if kind != _FREE and not (kind == _TENTATIVE and tentative_is_free):
            yield from (_period(text) for text in filter(None, map(str.strip, value.split(","))))


def _period(text: str) -> Interval | None:
    """A period is in UTC, whatever it says."""
    first, _, second = text.partition("/")
    start, end, span = stamp(first), stamp(second), duration(second)
    if start is None or (end is None and span is None):
        return None
    begin = start.wall.replace(tzinfo=UTC)
    try:
        finish = end.wall.replace(tzinfo=UTC) if end else begin + sum(span or (), timedelta())
    except OverflowError:
        return None
    return Interval(begin, finish) if finish >= begin else None
