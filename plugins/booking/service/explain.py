"""Explain: why a time is offered or not, rule by rule, in words.

It reads the one decision of the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from plugins.booking.service.hours_words import hours_words
from plugins.content.templates.formats import clock, moment
from plugins.domain.availability import Availability, Meeting
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.language import N_, _, ngettext
from plugins.domain.slots import Rule, claim, judge

_TITLES = {
    Rule.HOURS: N_("Orari"),
    Rule.NOTICE: N_("Preavviso"),
    Rule.HORIZON: N_("Orizzonte"),
    Rule.PER_DAY: N_("Massimo al giorno"),
    Rule.TAKEN: N_("Tempo libero"),
    Rule.FULL: N_("Posti liberi"),
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
    where = availability.where
    match rule:
        case Rule.HOURS:
            return " ".join(hours_words(meeting, start, availability, holds))
        case Rule.NOTICE:
            first = now + availability.notice_of(meeting)
            when = moment(first, where.zone_at(first))
            return _("Il primo orario che rispetta il preavviso è %(when)s.", when=when)
        case Rule.HORIZON:
            last = now + availability.horizon_of(meeting)
            return _("Si prenota fino a %(when)s.", when=moment(last, where.zone_at(last)))
        case Rule.PER_DAY:
            return _per_day(meeting, start, availability, occupied)
        case Rule.TAKEN:
            return taken_words(meeting, start, availability, occupied)
        case Rule.FULL:
            return _seats(meeting, start, occupied)
    assert_never(rule)


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


def taken_words(meeting: Meeting, start: datetime, availability: Availability, occupied: Occupied) -> str:
    """Tell the owner which time a start would take, and what has some of it already."""
    zone, wanted = availability.where.zone_at(start), claim(meeting, start)
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
        others="; ".join(_holder(one, zone) for one in holders),
        **times,
    )


def _holder(taken: Taken, zone: ZoneInfo) -> str:
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
