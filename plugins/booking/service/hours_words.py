"""Hours in words: what the hours of a day are, and why they do not allow a start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.content.templates.formats import clock, clock_name, day_year, hour, long_day_year
from plugins.domain.availability import Availability, Meeting
from plugins.domain.clock_ranges import DAY, ClockRange
from plugins.domain.language import _
from plugins.domain.open_hours import KindHours, allowed_starts
from plugins.domain.special_days import Closure


def hours_words(meeting: Meeting, start: datetime, availability: Availability, holds: bool) -> Iterator[str]:
    """Sentences on the hours of a start's day and, where they do not allow it, on what is in the way."""
    day, zone = availability.local_day(start), availability.where.zone_at(start)
    ranges = availability.ranges_on(day, meeting)
    name = long_day_year(day)
    yield _("%(day)s: %(hours)s.", day=name[:1].upper() + name[1:], hours=_day(day, meeting, availability, ranges))
    found = KindHours(meeting, availability).stretch_of(start)
    if found is None:
        if ranges:
            yield _("Le %(time)s sono fuori da questi orari.", time=clock(start, zone))
        return
    of, inside, stretch = found
    if of.day != day:
        name, hours = long_day_year(of.day), _range(inside)
        yield _("Le %(time)s sono della fascia di %(day)s, %(hours)s.", time=clock(start, zone), day=name, hours=hours)
    if holds:
        return
    if start + timedelta(minutes=meeting.minutes) > stretch.end:
        yield _(
            "Un incontro di %(minutes)s minuti che comincia alle %(start)s finisce dopo le %(end)s.",
            minutes=meeting.minutes,
            start=clock(start, zone),
            end=_end(stretch.end, zone),
        )
    else:
        yield _nearest_starts(meeting, start, day, availability)


def _nearest_starts(meeting: Meeting, start: datetime, day: date, availability: Availability) -> str:
    zone, starts = availability.where.zone_at(start), allowed_starts(meeting, day, availability)
    near = [clock(one, zone) for one in sorted(sorted(starts, key=lambda one: abs(one - start))[:2])]
    if len(near) < 2:
        return _(
            "Gli inizi vanno di %(step)s in %(step)s minuti: i più vicini sono alle %(one)s.",
            step=meeting.step,
            one="".join(near),
        )
    return _(
        "Gli inizi vanno di %(step)s in %(step)s minuti: i più vicini sono alle %(one)s e alle %(other)s.",
        step=meeting.step,
        one=near[0],
        other=near[1],
    )


def _end(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return clock(instant, zone) if local.hour or local.minute else hour(DAY)


def hours_of_day(day: date, availability: Availability) -> str:
    """The hours of a day in words, whatever the meeting, or why it has none."""
    return _day(day, None, availability, availability.ranges_on(day))


def _range(one: ClockRange) -> str:
    end = one.end if one.end <= DAY else one.end - DAY
    return f"{hour(one.start)}–{hour(end)}" + (f" ({one.place})" if one.place else "")


def _day(day: date, meeting: Meeting | None, availability: Availability, ranges: tuple[ClockRange, ...]) -> str:
    told = ", ".join(_range(one) for one in ranges)
    own_closure = _closure_on(day, meeting.closures) if meeting else None
    opening = availability.opening_on(day) if own_closure is None else None
    stay = availability.where.stay_on(day)
    if told and stay is not None:
        told = f"{told} ({clock_name(stay.timezone)})"
    elif meeting is not None and own_closure is None and _nobody_can_come(day, meeting, availability):
        return _nowhere(meeting, stay is not None)
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
    return _week(meeting, told)


def _week(meeting: Meeting | None, told: str) -> str:
    if meeting is None or meeting.hours is None:
        return _("orari %(hours)s", hours=told) if told else _("in questo giorno della settimana è chiuso")
    if told:
        return _("orari di questo incontro %(hours)s", hours=told)
    return _("in questo giorno della settimana questo incontro non si tiene")


def _nobody_can_come(day: date, meeting: Meeting, availability: Availability) -> bool:
    """Whether only the place keeps a meeting in person from the hours of a date."""
    if meeting.where != "in_person" or availability.ranges_on(day, meeting):
        return False
    return bool(availability.ranges_on(day, meeting.model_copy(update={"where": "video", "place": None})))


def _nowhere(meeting: Meeting, away: bool) -> str:
    if meeting.place is not None:
        return _("in nessuna fascia di questo giorno sei nel posto «%(place)s»", place=meeting.place)
    if away:
        return _("sei in soggiorno altrove, e nessuna fascia dice il posto in cui venire")
    return _("in nessuna fascia di questo giorno si può venire")


def _closed(closure: Closure) -> str:
    first, last, reason = day_year(closure.first), day_year(closure.last), closure.reason
    if closure.first == closure.last:
        return _("chiuso (%(reason)s)", reason=reason) if reason else _("chiuso")
    if reason:
        return _("chiuso, dal %(first)s al %(last)s (%(reason)s)", first=first, last=last, reason=reason)
    return _("chiuso, dal %(first)s al %(last)s", first=first, last=last)


def _closure_on(day: date, closures: Iterable[Closure]) -> Closure | None:
    return next((one for one in closures if one.first <= day <= one.last), None)
