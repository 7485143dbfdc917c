"""Slots: the one decision whether a meeting may start at an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from plugins.domain.availability import Availability, Meeting
from plugins.domain.busy_time import Group, Occupied
from plugins.domain.clock_ranges import GRID
from plugins.domain.language import N_, _
from plugins.domain.open_hours import KindHours, allowed_starts
from plugins.domain.wall_clock import Interval

CELL = GRID * 60  # seconds


@dataclass(frozen=True, slots=True)
class Slot:
    """Slot: a stretch of time that can be booked for a meeting; aware, UTC, half-open.

    Of a meeting for several people, how many seats are `left`.
    """

    meeting: str
    start: datetime
    end: datetime
    left: int | None = None
    # Where it is held then, as the slug of a place, where the hours and not the kind of meeting say so.
    place: str | None = None


class Rule(StrEnum):
    """Rule that can stand against a start."""

    HOURS = "hours"
    NOTICE = "notice"
    HORIZON = "horizon"
    PER_DAY = "per_day"
    TAKEN = "taken"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that a start breaks, in words for the visitor."""

    rule: Rule
    detail: str


_WORDS = {
    Rule.HOURS: N_("Questo orario non è tra quelli che si possono prenotare."),
    Rule.NOTICE: N_("Questo orario è troppo vicino o già passato."),
    Rule.HORIZON: N_("Questo orario è troppo lontano: il calendario non arriva ancora fin lì."),
    Rule.PER_DAY: N_("Quel giorno gli appuntamenti di questo tipo sono già al completo."),
    Rule.TAKEN: N_("Questo orario è appena stato preso."),
    Rule.FULL: N_("A quest’ora i posti sono finiti."),
}


def claim(meeting: Meeting, start: datetime) -> Interval:
    """The time a booking takes out of the calendar, its buffers included; aware, UTC."""
    start = start.astimezone(UTC)
    return Interval(
        start - timedelta(minutes=meeting.before),
        start + timedelta(minutes=meeting.minutes + meeting.after),
    )


def cells(interval: Interval) -> range:
    """The numbers, since the epoch, of the five-minute cells an interval touches."""
    return range(floor(interval.start.timestamp() / CELL), ceil(interval.end.timestamp() / CELL))


def reach(meeting: Meeting, start: datetime, availability: Availability) -> Interval:
    """All the time that `judge` looks at for a start: what it would claim, and the owner's day where that has a cap."""
    taken = claim(meeting, start)
    if not meeting.per_day:
        return taken
    day = availability.time_of(availability.local_day(start))
    return Interval(min(taken.start, day.start), max(taken.end, day.end))


def window(availability: Availability, now: datetime) -> Interval:
    """All the time a booking made now could claim, and the whole local days the daily cap counts over."""
    # Two midnights are at most 26 hours nearer or farther apart where she travels between them.
    whole = timedelta(days=3 if availability.stays else 2)
    return Interval(now - whole, now + availability.farthest_horizon() + whole)


class _Rules:
    """Rule checker: what may stand against the starts of one meeting at one moment, worked out once for all of them."""

    def __init__(self, meeting: Meeting, availability: Availability, occupied: Occupied, now: datetime) -> None:
        self._earliest = now + availability.notice_of(meeting)
        self._latest = now + availability.horizon_of(meeting)
        self._before = timedelta(minutes=meeting.before)
        self._after = timedelta(minutes=meeting.minutes + meeting.after)
        self._length = timedelta(minutes=meeting.minutes)
        self._taken, self._closed = occupied.overlaps, occupied.closes_group
        self._seats = meeting.seats
        self._group: Callable[[datetime], Group | None] = lambda start: occupied.group(meeting, start)
        self._cap = meeting.per_day
        self._kind = meeting.slug
        self._counts = occupied.counts(availability) if self._cap is not None else Counter[tuple[str, date]]()

    def broken(self, start: datetime, day: date) -> Iterator[Rule]:
        if start < self._earliest:
            yield Rule.NOTICE
        if start > self._latest:
            yield Rule.HORIZON
        claimed = Interval(start - self._before, start + self._after)
        if self._seats is not None and (group := self._group(start)) is not None:
            # Its time is kept already, and it counts on its day already: one more in it takes none of either.
            if group.end - start != self._length or self._closed(claimed):
                yield Rule.TAKEN
            if group.people >= self._seats:
                yield Rule.FULL
            return
        if self._cap is not None and self._counts[self._kind, day] >= self._cap:
            yield Rule.PER_DAY
        if self._taken(claimed):
            yield Rule.TAKEN

    def left(self, start: datetime) -> int | None:
        if self._seats is None:
            return None
        group = self._group(start)
        return max(0, self._seats - group.people) if group else self._seats


def judge(
    meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied, now: datetime
) -> tuple[Refusal, ...]:
    """Every rule that forbids this start, none when it may be booked.

    `start` and `now` are aware; notice and horizon are elapsed time; the day of the cap is the owner’s.
    """
    start = start.astimezone(UTC)
    day = availability.local_day(start)
    rules = list(_Rules(meeting, availability, occupied, now).broken(start, day))
    if start not in allowed_starts(meeting, day, availability):
        rules.insert(0, Rule.HOURS)
    return tuple(Refusal(rule, _(_WORDS[rule])) for rule in rules)


def offered(
    meeting: Meeting, first: date, last: date, availability: Availability, occupied: Occupied, now: datetime
) -> tuple[Slot, ...]:
    """The slots of the owner's days from `first` to `last`, both included, that `judge` would not refuse."""
    # Days that notice or horizon rule out whole are not walked through.
    first = max(first, availability.local_day(now + availability.notice_of(meeting)))
    last = min(last, availability.local_day(now + availability.horizon_of(meeting)))
    rules, length = _Rules(meeting, availability, occupied, now), timedelta(minutes=meeting.minutes)
    hours, slug, seats, own_place = KindHours(meeting, availability), meeting.slug, meeting.seats, meeting.place
    return tuple(
        Slot(slug, start, start + length, rules.left(start) if seats else None, None if own_place else place)
        for offset in range((last - first).days + 1)
        for day in (first + timedelta(days=offset),)
        for start, place in hours.starts(day).items()
        if not any(rules.broken(start, day))
    )


def nearest(
    meeting: Meeting,
    start: datetime,
    availability: Availability,
    occupied: Occupied,
    now: datetime,
    count: int = 3,
) -> tuple[Slot, ...]:
    """The free slots closest to a start, in order of time; fewer than `count` when there are no more."""
    slots = offered(
        meeting,
        availability.local_day(now),
        availability.local_day(now + availability.horizon_of(meeting)),
        availability,
        occupied,
        now,
    )
    closest = sorted(slots, key=lambda slot: (abs(slot.start - start), slot.start))
    return tuple(sorted(closest[:count], key=lambda slot: slot.start))
