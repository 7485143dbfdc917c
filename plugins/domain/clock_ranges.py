"""Clock ranges: opening hours of a day on the wall clock, on the five-minute grid."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from plugins.domain.language import _

GRID = 5  # minutes: the finest step of the calendar, and the size of a claimed cell
DAY = 24 * 60  # minutes
_SMALL_HOURS = 6 * 60  # a range that ends before it begins, and by then, is of a night


class ClockRange(NamedTuple):
    """A stretch of the wall clock, in minutes since midnight of the day, half-open."""

    start: int
    end: int

    def __str__(self) -> str:
        """As it is written in the content."""
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self)


def parse_range(raw: object) -> ClockRange:
    """Read `09:00-13:00`; ValueError in Italian when it is no such range on the five-minute grid.

    Midnight at an end is that of the day's end.
    """
    if isinstance(raw, ClockRange):
        return raw
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    if not isinstance(raw, str) or not re.fullmatch(rf"{clock}\s*[-–]\s*(?:{clock}|24:00)", raw):
        raise ValueError(_('questi orari non si leggono. Scrivi l’inizio e la fine. Esempio: "09:00-13:00"'))
    start, end = (60 * int(hours) + int(minutes) for hours, minutes in re.findall(r"(\d\d):(\d\d)", raw))
    end = end or DAY
    if end <= _SMALL_HOURS and start > end:
        raise ValueError(
            _(
                "«%(range)s» passa la mezzanotte, e un giorno finisce alle 24:00. Dividila in due giorni. "
                'Esempio: friday: ["22:00-24:00"] e saturday: ["00:00-02:00"]',
                range=raw,
            )
        )
    if start == end:
        raise ValueError(
            _('«%(range)s» comincia e finisce alla stessa ora. Correggi la fine. Esempio: "09:00-13:00"', range=raw)
        )
    if start > end:
        raise ValueError(
            _('in «%(range)s» la fine viene prima dell’inizio. Scambiali. Esempio: "09:00-13:00"', range=raw)
        )
    if start % GRID or end % GRID:
        raise ValueError(
            _('in «%(range)s» i minuti non vanno di cinque in cinque. Arrotondali. Esempio: "09:00-13:05"', range=raw)
        )
    return ClockRange(start, end)


def _ranges(raw: object) -> object:
    listed = [raw] if isinstance(raw, str) else raw or ()
    if not isinstance(listed, list | tuple):
        raise ValueError(_('questi orari non si leggono. Scrivi un elenco. Esempio: ["09:00-13:00", "14:30-17:30"]'))
    ranges = sorted(parse_range(one) for one in listed)
    for before, after in pairwise(ranges):
        if after.start < before.end:
            raise ValueError(
                _('due fasce si sovrappongono. Uniscile o separale. Esempio: "09:00-13:00", "14:30-17:30"')
            )
    return tuple(ranges)


def common_ranges(some: tuple[ClockRange, ...], others: tuple[ClockRange, ...]) -> tuple[ClockRange, ...]:
    """The stretches that are in both, in order."""
    both = (ClockRange(max(one.start, other.start), min(one.end, other.end)) for one in some for other in others)
    return tuple(sorted(one for one in both if one.start < one.end))


ClockRanges = Annotated[tuple[ClockRange, ...], BeforeValidator(_ranges)]
