"""Why a time is offered or not, rule by rule, in Italian: words for the owner, over the one decision of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plugins.domain.availability import Availability, ClockRange, Meeting
from plugins.domain.italian import clock, long_day_year, moment
from plugins.domain.occupied import Holder, Occupied, Taken
from plugins.domain.slots import Rule, allowed_starts, claim, judge

_HOLDERS = {Holder.BOOKING: "l’appuntamento di", Holder.BLOCK: "un tuo blocco", Holder.BUSY: "un altro calendario"}


_TITLES = {
    Rule.HOURS: "Orari",
    Rule.NOTICE: "Preavviso",
    Rule.HORIZON: "Orizzonte",
    Rule.PER_DAY: "Massimo al giorno",
    Rule.TAKEN: "Tempo libero",
}


@dataclass(frozen=True)
class Verdict:
    """What one rule says of a start: whether it allows it, and why."""

    rule: Rule
    holds: bool
    words: str

    @property
    def title(self) -> str:
        """The name of the rule."""
        return _TITLES[self.rule]


def explain(
    meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied, now: datetime
) -> tuple[Verdict, ...]:
    """Tell what each rule says of a start; it is offered when, and only when, all of them hold.

    `start` and `now` are aware; clock times in the words are the owner's.
    """
    zone = availability.timezone
    broken = {refusal.rule for refusal in judge(meeting, start, availability, occupied, now)}
    words = {
        Rule.HOURS: " ".join(_hours(meeting, start, availability, Rule.HOURS not in broken)),
        Rule.NOTICE: f"Il primo orario che rispetta il preavviso è {moment(now + availability.notice, zone)}.",
        Rule.HORIZON: f"Si prenota fino a {moment(now + availability.horizon, zone)}.",
        Rule.PER_DAY: _per_day(meeting, start, availability, occupied),
        Rule.TAKEN: _taken(meeting, start, availability, occupied),
    }
    return tuple(Verdict(rule, rule not in broken, words[rule]) for rule in Rule)


def _hours(meeting: Meeting, start: datetime, availability: Availability, holds: bool) -> Iterator[str]:
    zone, day = availability.timezone, availability.local_day(start)
    ranges = availability.ranges_on(day)
    yield f"{long_day_year(day)[:1].upper()}{long_day_year(day)[1:]}: {_day(day, availability, ranges)}."
    if holds or not ranges:
        return
    local = start.astimezone(zone)
    minute = local.hour * 60 + local.minute
    inside = next((one for one in ranges if one.start <= minute < one.end), None)
    if inside is None:
        yield f"Le {clock(start, zone)} sono fuori da questi orari."
    elif minute + meeting.minutes > inside.end:
        length = f"Un incontro di {meeting.minutes} minuti che comincia alle {clock(start, zone)}"
        yield f"{length} finisce dopo le {_wall(inside.end)}."
    else:
        starts = allowed_starts(meeting, day, availability)
        near = sorted(starts, key=lambda one: abs(one - start))[:2]
        words = " e alle ".join(clock(one, zone) for one in sorted(near))
        yield f"Gli inizi vanno di {meeting.step} in {meeting.step} minuti: i più vicini sono alle {words}."


def _day(day: date, availability: Availability, ranges: tuple[ClockRange, ...]) -> str:
    told = ", ".join(f"{_wall(one.start)}–{_wall(one.end)}" for one in ranges)
    if any(opening.day == day for opening in availability.openings):
        return f"apertura straordinaria, {told}" if told else "chiuso, per un’apertura senza orari"
    if day in availability.holidays:
        return "chiuso, è festa"
    closure = next((one for one in availability.closures if one.first <= day <= one.last), None)
    if closure:
        return f"chiuso dal {closure.first} al {closure.last}" + (f" ({closure.reason})" if closure.reason else "")
    return f"orari {told}" if told else "in questo giorno della settimana è chiuso"


def _per_day(meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied) -> str:
    if meeting.per_day is None:
        return "Non c’è un massimo al giorno per questo incontro."
    count = occupied.count(meeting, availability.local_day(start), availability)
    return f"Quel giorno ce ne sono già {count}, il massimo è {meeting.per_day}."


def _taken(meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied) -> str:
    zone, wanted = availability.timezone, claim(meeting, start)
    margin = f"L’incontro con i suoi margini prende dalle {clock(wanted.start, zone)} alle {clock(wanted.end, zone)}"
    holders = occupied.holders(wanted)
    if not holders:
        return f"{margin}, e in questo tempo non c’è altro."
    return f"{margin}, ma c’è già {'; '.join(_holder(one, availability) for one in holders)}."


def _holder(taken: Taken, availability: Availability) -> str:
    zone = availability.timezone
    start, end = taken.interval
    until = clock(end, zone) if end - start < timedelta(days=1) else moment(end, zone)
    who = f"{_HOLDERS[taken.holder]} {taken.words}" if taken.holder is Holder.BOOKING else _HOLDERS[taken.holder]
    why = f" ({taken.words})" if taken.words and taken.holder is not Holder.BOOKING else ""
    return f"{who}{why}, {clock(start, zone)}–{until}"


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
