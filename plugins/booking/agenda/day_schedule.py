"""Day schedule: all that a day of the owner's has, in order: bookings, margins, blocked, busy and free time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from plugins.domain.availability import Availability
from plugins.domain.bookings import Booking
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.open_hours import open_hours
from plugins.domain.wall_clock import Interval

# Of one day's events in other calendars so many are told one by one.
MOST_EVENTS = 60
_MEETINGS = {Holder.BOOKING, Holder.GROUP}


class Kind(StrEnum):
    """What a stretch of a day is."""

    BOOKING = "booking"
    MARGIN = "margin"
    BLOCK = "block"
    BUSY = "busy"
    OFFER = "offer"
    FREE = "free"
    NOW = "now"


@dataclass(frozen=True)
class Stretch:
    """Stretch of a day, which may reach beyond it; `others` are the events that it stands for besides its own."""

    interval: Interval
    kind: Kind
    booking: Booking | None = None
    words: str = ""
    others: int = 0
    is_current: bool = False
    is_over: bool = False


def schedule(
    day: date, availability: Availability, occupied: Occupied, bookings: Iterable[Booking], now: datetime
) -> list[Stretch]:
    """The stretches of a day in order of time; free is what of its hours is still to come and nobody has taken.

    On the present day the instant itself is one of them, unless it lies within another, which then is current.
    """
    whole = availability.time_of(day)
    booked = [Stretch(Interval(one.start, one.end), Kind.BOOKING, one) for one in bookings]
    found = [*booked, *_margins(whole, occupied, booked), *_events(whole, occupied)]
    coming = (Interval(max(one.start, now), one.end) for one in open_hours(day, availability) if one.end > now)
    found += [Stretch(free, Kind.FREE) for one in coming for free in occupied.gaps(one)]
    found.sort(key=lambda one: (one.interval, one.kind))
    if not whole.start <= now < whole.end:
        return found
    told = [
        replace(one, is_current=one.interval.start <= now < one.interval.end, is_over=one.interval.end <= now)
        for one in found
    ]
    if not any(one.is_current for one in told):
        told.append(Stretch(Interval(now, now), Kind.NOW))
        told.sort(key=lambda one: one.interval)
    return told


def _margins(whole: Interval, occupied: Occupied, booked: Sequence[Stretch]) -> Iterable[Stretch]:
    """What bookings keep free around them, and the time of a group in which a seat is held and nobody sits."""
    taken = [one for one in occupied.holders(whole) if one.holder in _MEETINGS]
    meetings = Occupied(Taken(one.interval, Holder.BOOKING) for one in booked)
    for one in taken:
        kind = Kind.OFFER if one.holder is Holder.GROUP and not meetings.overlaps(one.interval) else Kind.MARGIN
        inside = Interval(max(one.interval.start, whole.start), min(one.interval.end, whole.end))
        yield from (Stretch(gap, kind) for gap in meetings.gaps(inside))


def _events(whole: Interval, occupied: Occupied) -> Iterable[Stretch]:
    """Blocked time and the events of other calendars, of which the last stands for all that are too many."""
    taken = [one for one in occupied.holders(whole) if one.holder not in _MEETINGS]
    yield from (Stretch(one.interval, Kind.BLOCK, words=one.words) for one in taken if one.holder is Holder.BLOCK)
    yield from (Stretch(one.interval, Kind.OFFER) for one in taken if one.holder is Holder.OFFER)
    busy = [one for one in taken if one.holder is Holder.BUSY]
    for one in busy[: MOST_EVENTS - 1]:
        yield Stretch(one.interval, Kind.BUSY, words=one.words)
    if rest := busy[MOST_EVENTS - 1 :]:
        together = Interval(rest[0].interval.start, max(one.interval.end for one in rest))
        yield Stretch(together, Kind.BUSY, words=rest[0].words, others=len(rest) - 1)
