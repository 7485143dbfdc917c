"""Clock ranges: opening hours of a day on the wall clock, on the five-minute grid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator

from plugins.domain.language import _

GRID = 5  # minutes: the finest step of the calendar, and the size of a claimed cell
DAY = 24 * 60  # minutes
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AWAY = ""  # the place of hours at which nobody can come to her
_NIGHT = DAY // 2  # a range that ends before it begins passes midnight, where it is no longer; else it was mistyped
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_RANGE = re.compile(rf"({_CLOCK})\s*[-–]\s*({_CLOCK}|24:00)(?:\s+([a-z0-9]+(?:-[a-z0-9]+)*))?")


class ClockRange(NamedTuple):
    """A stretch of the wall clock, in minutes since midnight of the day it begins on, half-open.

    Where meetings in person are held then, as the slug of a place, if the hours say so.
    """

    start: int
    end: int
    place: str | None = None

    def __str__(self) -> str:
        """As it is written in the content."""
        end = self.end if self.end <= DAY else self.end - DAY
        written = "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, end))
        return f"{written} {self.place}" if self.place else written


def parse_range(raw: object) -> ClockRange:
    """Read `09:00-13:00` or `09:00-13:00 studio`; ValueError in Italian when it is no such range on the grid.

    Midnight at an end is that of the day's end; an end before the start is the next day's.
    """
    if isinstance(raw, ClockRange):
        return raw
    if isinstance(raw, Mapping):
        raise ValueError(_('il posto si scrive dopo gli orari, nella stessa riga. Esempio: "09:00-13:00 studio"'))
    found = _RANGE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError(_('questi orari non si leggono. Scrivi l’inizio e la fine. Esempio: "09:00-13:00"'))
    start, end = (60 * int(clock[:2]) + int(clock[3:]) for clock in found.groups()[:2])
    end = end or DAY
    if start > end and end + DAY - start <= _NIGHT:
        end += DAY
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
    return ClockRange(start, end, found[3])


def _ranges(raw: object) -> object:
    listed = [raw] if isinstance(raw, str) else raw or ()
    if not isinstance(listed, list | tuple):
        raise ValueError(_('questi orari non si leggono. Scrivi un elenco. Esempio: ["09:00-13:00", "14:30-17:30"]'))
    ranges = sorted((parse_range(one) for one in listed), key=lambda one: one[:2])
    for before, after in pairwise(ranges):
        if after.start < before.end:
            raise ValueError(
                _('due fasce si sovrappongono. Uniscile o separale. Esempio: "09:00-13:00", "14:30-17:30"')
            )
    return tuple(ranges)


def common_ranges(some: tuple[ClockRange, ...], others: tuple[ClockRange, ...]) -> tuple[ClockRange, ...]:
    """The stretches that are in both, in order; where both name a place it has to be the same."""
    both = (
        ClockRange(max(one.start, other.start), min(one.end, other.end), one.place or other.place)
        for one in some
        for other in others
        if one.place == other.place or None in {one.place, other.place}
    )
    return tuple(sorted((one for one in both if one.start < one.end), key=lambda one: one[:2]))


def held(hours: tuple[ClockRange, ...], in_person: bool, place: str | None) -> tuple[ClockRange, ...]:
    """The hours in which a kind of meeting can be held, each with the place where it is then.

    A place binds who comes to it: what is not in person is held at any hour, what has a place of its own at the hours
    there or at those that name none.
    """
    if not in_person:
        return tuple(one if one.place is None else one._replace(place=None) for one in hours)
    return tuple(
        one if place is None else one._replace(place=place)
        for one in hours
        if one.place != AWAY and (place is None or one.place in {None, place})
    )


def at_a_place(hours: tuple[ClockRange, ...]) -> tuple[ClockRange, ...]:
    """Hours away from home: nobody can come to her at those that name no place."""
    return tuple(one if one.place else one._replace(place=AWAY) for one in hours)


ClockRanges = Annotated[tuple[ClockRange, ...], BeforeValidator(_ranges)]
Hours = dict[Literal[WEEKDAYS], ClockRanges]  # type: ignore[valid-type]
