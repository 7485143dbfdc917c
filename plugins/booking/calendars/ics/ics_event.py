"""Event (VEVENT) as one calendar object says it: when it is, on which clock, how long, and whether it keeps time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from plugins.booking.calendars.ics.attendance import Attendance
from plugins.booking.calendars.ics.ics_properties import (
    Stamp,
    dated,
    duration,
    later,
    properties,
    property_pattern,
    stamp,
    worded,
)
from plugins.booking.calendars.ics.ics_zones import Clock, Clocks, Zones, utc
from plugins.booking.calendars.ics.unread import Reason
from plugins.domain.wall_clock import Interval

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
MOST_WORDS = 200
_HIGHEST_SEQUENCE = 1_000_000_000  # fits the database with room to rise
_DAY = timedelta(days=1)
_NONE = timedelta()
_IN_DOUBT = timedelta(hours=1)  # is kept where the end cannot be read
_ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
_PATTERN = property_pattern(
    *("UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE"),
    *("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", _ALL_DAY, "ATTENDEE"),
)


class Moment(NamedTuple):
    """A stamp with the name of its time zone, empty where it has none."""

    stamp: Stamp
    zone: str = ""


class Length(NamedTuple):
    """How long it is: what goes by the calendar (the same hour on the wall), and what goes by the clock."""

    nominal: timedelta = _NONE
    exact: timedelta = _NONE


class Reading(NamedTuple):
    """One reading of when an event is: its clock and its length."""

    clock: Clock
    length: Length

    def time(self, wall: datetime) -> Interval:
        """The time it keeps where it starts at a wall-clock time."""
        start = self.clock(wall)
        end = self.clock(later(wall, self.length.nominal)) if self.length.nominal else start
        return Interval(start, later(end, self.length.exact))


@dataclass(slots=True)
class Event:
    """Event; `readings` is empty where it has no time that can be read, several where its zone is not known."""

    uid: str
    words: str
    sequence: int
    is_cancelled: bool
    keeps_time: bool
    zones: Zones
    start: Moment | None = None
    replaces: Moment | None = None  # RECURRENCE-ID
    and_following: bool = False
    readings: tuple[Reading, ...] = ()
    rules: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    faults: list[Reason] = field(default_factory=list)

    @property
    def recurs(self) -> bool:
        """Whether it is a series."""
        return bool(self.rules or self.dates) and self.replaces is None

    @property
    def name(self) -> str:
        """What it is told by."""
        return self.words or CONTROLS.sub(" ", self.uid[:60]) or "VEVENT"


def read_event(lines: bytes, zones: Zones, attendance: Attendance) -> Event:
    """Read an event; what cannot be read of it is among its faults."""
    found: dict[str, list[str]] = {}
    for name, rest in properties(lines, _PATTERN):
        found.setdefault(name, []).append(rest)
    status = worded(found["STATUS"][0]).value.upper() if "STATUS" in found else ""
    event = Event(
        uid=worded(found["UID"][0]).value if "UID" in found else "",
        words=CONTROLS.sub(" ", worded(found["SUMMARY"][0]).value).strip()[:MOST_WORDS] if "SUMMARY" in found else "",
        sequence=_sequence(found),
        is_cancelled=status == "CANCELLED",
        keeps_time=attendance.keeps_time(found),
        zones=zones,
        rules=[dated(rest).value for rest in found.get("RRULE", ())],
        dates=found.get("RDATE", []),
        exceptions=found.get("EXDATE", []),
    )
    event.start = _first(found, "DTSTART")
    event.replaces = _first(found, "RECURRENCE-ID")
    if event.replaces:
        place = dated(found["RECURRENCE-ID"][0]).parameters.get("RANGE", "")
        event.and_following = place.upper() == "THISANDFUTURE"
    if event.start:
        event.readings = _readings(event, event.start, found)
        if _is_called_a_day(event, found):
            event.start = _day_of(event.start, zones)
            event.readings = (Reading(zones.of_owner, Length(_DAY)),)
    elif event.replaces is None or found.keys() & {"DTSTART", "DTEND", "DURATION"}:
        event.faults.append(Reason.START)
    return event


def moment(rest: str) -> Moment | None:
    """Read a property that holds one DATE or DATE-TIME; a TZID on UTC is none (RFC 5545, 3.2.19)."""
    parameters, value = dated(rest)
    found = stamp(value, parameters.get("VALUE", ""))
    return Moment(found, "" if found.is_utc else parameters.get("TZID", "")) if found else None


def clocks_of(one: Moment, zones: Zones) -> Clocks:
    """The clocks that a moment may be read by: a day is the owner's, whatever zone it names."""
    if one.stamp.is_day:
        return Clocks((zones.of_owner,))
    if one.stamp.is_utc:
        return Clocks((utc,))
    return zones.clocks(one.zone) if one.zone else Clocks((zones.floating,))


def _first(found: dict[str, list[str]], name: str) -> Moment | None:
    return next((one for rest in found.get(name, ()) if (one := moment(rest))), None)


def _is_called_a_day(event: Event, found: dict[str, list[str]]) -> bool:
    """Whether an event has no length but by what calls it a day, beside a time."""
    if not event.readings or any(one.length != Length() for one in event.readings):
        return False
    kinds = [dated(rest).parameters.get("VALUE", "").upper() for rest in found["DTSTART"]]
    return "DATE" in kinds or any(dated(rest).value.upper() == "TRUE" for rest in found.get(_ALL_DAY, ()))


def _day_of(one: Moment, zones: Zones) -> Moment:
    wall = one.stamp.wall
    local = utc(wall).astimezone(zones.owner) if one.stamp.is_utc else wall
    return Moment(Stamp(datetime(local.year, local.month, local.day), is_day=True))


def _sequence(found: dict[str, list[str]]) -> int:
    text = worded(found["SEQUENCE"][0]).value if "SEQUENCE" in found else ""
    return min(int(text), _HIGHEST_SEQUENCE) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _readings(event: Event, start: Moment, found: dict[str, list[str]]) -> tuple[Reading, ...]:
    known = clocks_of(start, event.zones)
    ends = [one for rest in found.get("DTEND", ()) if (one := moment(rest))]
    end = max(ends, key=lambda one: one.stamp.wall, default=None)
    if not known.is_known:
        event.faults.append(Reason.ZONE)
        if end and (others := clocks_of(end, event.zones)).is_known and end.zone:
            known = Clocks((*known.clocks, *others.clocks), is_known=False)
    readings = []
    for clock in known.clocks:
        length = _length(start, clock, end, found, event)
        if length is not None:
            readings.append(Reading(clock, length))
    if not readings:
        event.faults.append(Reason.BACKWARDS)
    return tuple(readings)


def _length(
    start: Moment, clock: Clock, end: Moment | None, found: dict[str, list[str]], event: Event
) -> Length | None:
    """How long it is by one of its clocks; None where it ends before it begins."""
    said = [Length(*one) for rest in found.get("DURATION", ()) if (one := duration(dated(rest).value))]
    if end:
        said.append(_until(start, clock, end, event.zones))
    length = max(said, key=lambda one: one.nominal + one.exact, default=Length())
    if not said and ("DTEND" in found or "DURATION" in found):
        event.faults.append(Reason.END)
        length = Length(exact=_IN_DOUBT)
    whole = length.nominal + length.exact
    if start.stamp.is_day and whole < _DAY:
        return Length(_DAY)
    return length if whole >= _NONE else None


def _until(start: Moment, clock: Clock, end: Moment, zones: Zones) -> Length:
    nominal = end.stamp.wall - start.stamp.wall
    if end.stamp.is_day:
        return Length(nominal if nominal > _NONE or start.stamp.is_day else nominal + _DAY)
    same = end.zone == start.zone and end.stamp.is_utc == start.stamp.is_utc
    if same or not (end.zone or end.stamp.is_utc):
        return Length(nominal)
    return Length(exact=clocks_of(end, zones).clocks[0](end.stamp.wall) - clock(start.stamp.wall))
