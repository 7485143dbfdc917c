"""Explain: why a time is offered or not, rule by rule, in words.

It reads the one decision of the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from plugins.content.templates.formats import clock, day_year, hour, long_day_year, moment
from plugins.domain.availability import Availability, Closure, Meeting
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.clock_ranges import ClockRange
from plugins.domain.language import N_, _, ngettext
from plugins.domain.slots import Rule, allowed_starts, claim, judge

_TITLES = {
    Rule.HOURS: N_("Orari"),
    Rule.NOTICE: N_("Preavviso"),
    Rule.HORIZON: N_("Orizzonte"),
    Rule.PER_DAY: N_("Massimo al giorno"),
    Rule.TAKEN: N_("Tempo libero"),
    Rule.FULL: N_("Posti"),
}


@dataclass(frozen=True)
class Verdict:
    """Result of one rule for a start: whether it allows it, and why."""

    rule: Rule
    holds: bool
    words: str

    @property
    def title(self) -> str:
        """The name of the rule."""
        return _(_TITLES[self.rule])


def explain(
    meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied, now: datetime
) -> tuple[Verdict, ...]:
    """Tell what each rule says of a start; it is offered when, and only when, all of them hold.

    `start` and `now` are aware; clock times in the words are the owner's.
    """
    broken = {refusal.rule for refusal in judge(meeting, start, availability, occupied, now)}
    return tuple(
        Verdict(rule, rule not in broken, _words(rule, rule not in broken, meeting, start, availability, occupied, now))
        for rule in Rule
        if rule is not Rule.FULL or meeting.seats
    )


def _words(
    rule: Rule,
    holds: bool,
    meeting: Meeting,
    start: datetime,
    availability: Availability,
    occupied: Occupied,
    now: datetime,
) -> str:
    zone = availability.timezone
    match rule:
        case Rule.HOURS:
            return " ".join(_hours(meeting, start, availability, holds))
        case Rule.NOTICE:
            when = moment(now + availability.notice_of(meeting), zone)
            return _("Il primo orario che rispetta il preavviso è %(when)s.", when=when)
        case Rule.HORIZON:
            return _("Si prenota fino a %(when)s.", when=moment(now + availability.horizon_of(meeting), zone))
        case Rule.PER_DAY:
            return _per_day(meeting, start, availability, occupied)
        case Rule.TAKEN:
            return _taken(meeting, start, availability, occupied)
        case Rule.FULL:
            return _seats(meeting, start, occupied)
    assert_never(rule)


def _hours(meeting: Meeting, start: datetime, availability: Availability, holds: bool) -> Iterator[str]:
    zone, day = availability.timezone, availability.local_day(start)
    ranges = availability.ranges_on(day, meeting)
    name = long_day_year(day)
    yield _("%(day)s: %(hours)s.", day=name[:1].upper() + name[1:], hours=_day(day, meeting, availability, ranges))
    if holds or not ranges:
        return
    local = start.astimezone(zone)
    minute = local.hour * 60 + local.minute
    inside = next((one for one in ranges if one.start <= minute < one.end), None)
    if inside is None:
        yield _("Le %(time)s sono fuori da questi orari.", time=clock(start, zone))
    elif minute + meeting.minutes > inside.end:
        yield _(
            "Un incontro di %(minutes)s minuti che comincia alle %(start)s finisce dopo le %(end)s.",
            minutes=meeting.minutes,
            start=clock(start, zone),
            end=hour(inside.end),
        )
    else:
        starts = allowed_starts(meeting, day, availability)
        near = [clock(one, zone) for one in sorted(sorted(starts, key=lambda one: abs(one - start))[:2])]
        if len(near) < 2:
            yield _(
                "Gli inizi vanno di %(step)s in %(step)s minuti: i più vicini sono alle %(one)s.",
                step=meeting.step,
                one="".join(near),
            )
        else:
            yield _(
                "Gli inizi vanno di %(step)s in %(step)s minuti: i più vicini sono alle %(one)s e alle %(other)s.",
                step=meeting.step,
                one=near[0],
                other=near[1],
            )


def hours_of_day(day: date, availability: Availability) -> str:
    """The hours of a day in words, whatever the meeting, or why it has none."""
    return _day(day, None, availability, availability.ranges_on(day))


def _day(day: date, meeting: Meeting | None, availability: Availability, ranges: tuple[ClockRange, ...]) -> str:
    told = ", ".join(f"{hour(one.start)}–{hour(one.end)}" for one in ranges)
    own_closure = _closure_on(day, meeting.closures) if meeting else None
    opening = availability.opening_on(day) if own_closure is None else None
    if opening is not None:
        if told:
            return _("apertura straordinaria, %(hours)s", hours=told)
        if opening.hours:
            return _("apertura straordinaria, ma fuori dagli orari di questo incontro")
        return _("chiuso, per un’apertura senza orari")
    if own_closure is None and day in availability.holidays:
        name = availability.holidays.name(day)
        return _("chiuso, è festa (%(name)s)", name=name) if name else _("chiuso, è festa")
    if closure := own_closure or _closure_on(day, availability.closures):
        return _closed(closure)
    if meeting is not None and meeting.hours is not None:
        return (
            _("orari di questo incontro %(hours)s", hours=told)
            if told
            else _("in questo giorno della settimana questo incontro non si tiene")
        )
    return _("orari %(hours)s", hours=told) if told else _("in questo giorno della settimana è chiuso")


def _closed(closure: Closure) -> str:
    first, last, reason = day_year(closure.first), day_year(closure.last), closure.reason
    if closure.first == closure.last:
        return _("chiuso (%(reason)s)", reason=reason) if reason else _("chiuso")
    if reason:
        return _("chiuso, dal %(first)s al %(last)s (%(reason)s)", first=first, last=last, reason=reason)
    return _("chiuso, dal %(first)s al %(last)s", first=first, last=last)


def _closure_on(day: date, closures: Iterable[Closure]) -> Closure | None:
    return next((one for one in closures if one.first <= day <= one.last), None)


def _seats(meeting: Meeting, start: datetime, occupied: Occupied) -> str:
    group, seats = occupied.group(meeting, start), meeting.seats or 1
    if group is None:
        return _("I posti sono %(seats)s, e a quest’ora non c’è ancora nessuno.", seats=seats)
    return ngettext(
        "I posti sono %(seats)s, e a quest’ora c’è già %(number)s persona.",
        "I posti sono %(seats)s, e a quest’ora ci sono già %(number)s persone.",
        group.people,
        seats=seats,
    )


def _per_day(meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied) -> str:
    if meeting.seats and occupied.group(meeting, start):
        return _("Chi entra in un gruppo che c’è già non conta di nuovo nel massimo del giorno.")
    if meeting.per_day is None:
        return _("Non c’è un massimo al giorno per questo incontro.")
    count = occupied.count(meeting, availability.local_day(start), availability)
    return _("Quel giorno ce ne sono già %(count)s, il massimo è %(most)s.", count=count, most=meeting.per_day)


def _taken(meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied) -> str:
    zone, wanted = availability.timezone, claim(meeting, start)
    times = {"start": clock(wanted.start, zone), "end": clock(wanted.end, zone)}
    holders = occupied.holders(wanted)
    if meeting.seats and (group := occupied.group(meeting, start)):
        holders = tuple(one for one in holders if one.holder not in {Holder.BOOKING, Holder.GROUP})
        if group.end - group.start != timedelta(minutes=meeting.minutes):
            return _(
                "A quest’ora c’è già un gruppo che finisce alle %(end)s, con un’altra durata: non entra più nessuno.",
                end=clock(group.end, zone),
            )
        if not holders:
            return _("A quest’ora c’è già un gruppo, e questo tempo è tenuto per lui.")
    if not holders:
        return _(
            "L’incontro con i suoi margini prende dalle %(start)s alle %(end)s, e in questo tempo non c’è altro.",
            **times,
        )
    return _(
        "L’incontro con i suoi margini prende dalle %(start)s alle %(end)s, ma c’è già %(others)s.",
        others="; ".join(_holder(one, availability) for one in holders),
        **times,
    )


def _holder(taken: Taken, availability: Availability) -> str:
    zone = availability.timezone
    start, end = taken.interval
    until = clock(end, zone) if end - start < timedelta(days=1) else moment(end, zone)
    span = f"{clock(start, zone)}–{until}"
    match taken.holder:
        case Holder.BOOKING:
            return _("l’appuntamento di %(name)s, %(span)s", name=taken.words, span=span)
        case Holder.GROUP:
            who = _("un gruppo")
        case Holder.BLOCK:
            who = _("un tuo blocco")
        case Holder.BUSY:
            who = _("un altro calendario")
        case Holder.OFFER:
            who = _("un orario offerto a chi è in lista d’attesa")
        case other:
            assert_never(other)
    return f"{who} ({taken.words}), {span}" if taken.words else f"{who}, {span}"
