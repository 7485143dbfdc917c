"""Series: one appointment on several dates, each judged by the same rules, all of them booked or none.

The owner's clock says the hour: what is at ten stays at ten when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Value
from plugins.domain.busy_time import Occupied
from plugins.domain.language import _
from plugins.domain.repetition import Repetition
from plugins.domain.slots import Refusal, Rule, Slot, claim, judge, offered, reach, window
from plugins.domain.wall_clock import Interval, wall_instant

# How far from its own day a date may be offered another, and how many others.
NEAR_DAYS, NEAR_SLOTS = 3, 3


class SeriesPlace(Value):
    """The place of a booking in its series: the rule it was taken by, and which of the rule's dates it is."""

    id: str
    number: int  # from 0; what was dropped leaves a gap
    first: datetime  # the first start by the rule: aware, UTC
    every: int  # weeks
    dates: int  # that the rule has
    timezone: str  # of the clock that the rule goes by

    def wall(self, number: int) -> datetime:
        """When a date is by the rule, as the clock reads: no zone, for the clocks may skip it."""
        first = self.first.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)
        return first + timedelta(days=7 * self.every * number)

    def instant(self) -> datetime:
        """When this date is by the rule, wherever it has moved to; aware, UTC."""
        return self.wall(self.number).replace(tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """A date of a series: its day by the rule, when it is to be, and what stands against it."""

    number: int
    day: date
    start: datetime | None  # aware, UTC; None where it is dropped, or the clocks skip the hour
    is_dropped: bool = False
    is_moved: bool = False
    refusals: tuple[Refusal, ...] = ()


def dates_of(start: datetime, asked: Repetition, zone: ZoneInfo) -> tuple[SeriesDate, ...]:
    """The dates of a series that begins with `start`, aware, before anybody has judged them."""
    local = start.astimezone(zone)
    minute = local.hour * 60 + local.minute
    days = asked.days(local.date())
    return tuple(
        SeriesDate(number, day, None, is_dropped=True)
        if day in asked.skip
        else SeriesDate(
            number,
            day,
            asked.moved.get(day) or (start if number == 0 else wall_instant(day, minute, zone)),
            is_moved=day in asked.moved,
        )
        for number, day in enumerate(days)
    )


def judge_dates(
    meeting: Meeting, dates: Iterable[SeriesDate], availability: Availability, occupied: Occupied, now: datetime
) -> tuple[SeriesDate, ...]:
    """The dates with every rule that forbids each; those before it count as booked for the ones after it.

    Two of them are never at one time, though a group may have two seats left.
    """
    judged, had = [], set[datetime]()
    for one in dates:
        if one.is_dropped:
            judged.append(one)
        elif one.start is None:
            skipped = _("Quel giorno si cambia l’ora, e quest’ora non c’è.")
            judged.append(replace(one, refusals=(Refusal(Rule.HOURS, skipped),)))
        elif one.start in had:
            again = _("Questo orario è già di un’altra delle tue date.")
            judged.append(replace(one, refusals=(Refusal(Rule.TAKEN, again),)))
        else:
            refusals = judge(meeting, one.start, availability, occupied, now)
            judged.append(replace(one, refusals=refusals))
            if not refusals:
                had.add(one.start)
                occupied = occupied.with_booking(meeting, one.start, claim(meeting, one.start))
    return tuple(judged)


def near(
    meeting: Meeting, one: SeriesDate, availability: Availability, occupied: Occupied, now: datetime
) -> tuple[Slot, ...]:
    """The free slots nearest to a date of a series, on its day and those around it; in order of time."""
    around = timedelta(days=NEAR_DAYS)
    slots = offered(meeting, one.day - around, one.day + around, availability, occupied, now)
    wanted = one.start or datetime.combine(one.day, time(12), tzinfo=availability.timezone)
    others = [slot for slot in slots if slot.start != one.start]
    closest = sorted(others, key=lambda slot: (abs(slot.start - wanted), slot.start))[:NEAR_SLOTS]
    return tuple(sorted(closest, key=lambda slot: slot.start))


def series_reach(meeting: Meeting, dates: Iterable[SeriesDate], availability: Availability, now: datetime) -> Interval:
    """All the time that is looked at for a series: what `judge` sees for each date, and the days `near` it.

    Only as far as anything can be booked now: what a date asks beyond needs no look at what is taken there.
    """
    pieces = []
    for one in dates:
        noon = datetime.combine(one.day, time(12), tzinfo=availability.timezone)
        around = timedelta(days=NEAR_DAYS + 2)
        looked_at = (noon - around, noon + around, one.start or noon)
        pieces += [reach(meeting, at, availability) for at in looked_at]
    first, last = window(availability, now)
    start = min(max(min(piece.start for piece in pieces), first), last)
    return Interval(start, max(start, min(max(piece.end for piece in pieces), last)))


def with_booked(meeting: Meeting, dates: Iterable[SeriesDate], occupied: Occupied) -> Occupied:
    """What is taken once those dates that can be had are booked."""
    for one in dates:
        if one.start and not one.refusals:
            occupied = occupied.with_booking(meeting, one.start, claim(meeting, one.start))
    return occupied
