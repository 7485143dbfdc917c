"""Hours checks: how long a stretch of the week is, nights that run into the next day, places that hours name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeVar

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document, Location
from plugins.domain.availability import Availability, Meeting
from plugins.domain.clock_ranges import DAY, WEEKDAYS, ClockRange, held, parse_range
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _

Parsed = TypeVar("Parsed")
_PLACES = N_("places: [{slug: studio, name: Studio, address: Via Roma 1}]")


def read_or_none(parse: Callable[[object], Parsed], raw: object) -> Parsed | None:
    """A part as it can be read; what cannot is told elsewhere."""
    try:
        return parse(raw)
    except ValueError:
        return None


def listed(raw: object) -> list[Any]:
    """The items of a list, or of one that is written without its dash."""
    return raw if isinstance(raw, list) else [] if raw is None else [raw]


def _ranges(raw: object) -> tuple[ClockRange, ...]:
    return tuple(one for one in (read_or_none(parse_range, part) for part in listed(raw)) if one is not None)


def _week(raw: object) -> list[tuple[ClockRange, ...]]:
    return [_ranges(raw.get(day)) if isinstance(raw, Mapping) else () for day in WEEKDAYS]


def longest_stretch(values: Mapping[str, Any], meeting: Mapping[str, Any]) -> int | None:
    """Minutes of the longest stretch in which a meeting may be held at all; None where no stretch can be read."""
    stays = [one.get("hours") for one in listed(values.get("stays")) if isinstance(one, dict)]
    weeks = [_week(raw) for raw in (meeting.get("hours") or values.get("hours"), *stays)]
    openings = [_ranges(one.get("hours")) for one in listed(values.get("openings")) if isinstance(one, dict)]
    in_person, place = meeting.get("where") == "in_person", meeting.get("place")
    found = [
        length
        for days in (*([*week, *week] for week in weeks), *([day] for day in openings))
        for length in _lengths([held(day, in_person, place) for day in days])
    ]
    if any(one.start == 0 or one.end >= DAY for day in openings for one in day):
        found.append(DAY)  # it may go on in the hours of the next day, or of the one before
    return max(found, default=None)


def _lengths(days: Iterable[tuple[ClockRange, ...]]) -> Iterator[int]:
    """Minutes of each stretch of some days in a row, ranges that touch at one place taken as one."""
    by_place: dict[str | None, list[tuple[int, int]]] = {}
    for number, day in enumerate(days):
        for one in day:
            by_place.setdefault(one.place, []).append((one.start + number * DAY, one.end + number * DAY))
    for ranges in by_place.values():
        first = last = None
        for start, end in sorted(ranges):
            first, last = (start, end) if last is None or start > last else (first, max(last, end))
            yield last - (start if first is None else first)


def nights_that_overlap(document: Document) -> Iterator[Fault]:
    """Tell the ranges that pass midnight and end when one of the next day has begun already."""
    weeks: list[tuple[Location, Any]] = [(("hours",), document.values.get("hours"))]
    for key in ("meetings", "stays"):
        parts = enumerate(listed(document.values.get(key)))
        weeks += [((key, index, "hours"), one.get("hours")) for index, one in parts if isinstance(one, dict)]
    for location, raw in weeks:
        week = _week(raw)
        for (day, ranges), (next_day, next_ranges) in pairwise(
            [*zip(WEEKDAYS, week, strict=True), ("monday", week[0])]
        ):
            for one in ranges:
                later = next((two for two in next_ranges if two.start < one.end - DAY), None)
                if later is None:
                    continue
                what = _(
                    "«%(night)s» di %(day)s finisce quando «%(later)s» di %(next)s è già cominciata. "
                    "Accorcia una delle due. Esempio: %(example)s",
                    night=one,
                    day=day,
                    later=later,
                    next=next_day,
                    example=f'"{ClockRange(one.start, DAY + later.start, one.place)}"',
                )
                yield document.fault((*location, day), what)


def unknown_places(document: Document, availability: Availability, identity: Identity) -> Iterator[Fault]:
    """Tell the places that are none of the owner's, and those that meetings or their hours name for nothing."""
    known = [one.slug for one in identity.places]
    for location, hours in _places_in_hours(availability):
        yield from (_unknown(document, location, one.place, known) for one in hours if one.place not in (None, *known))
    for index, meeting in enumerate(availability.meetings):
        location = ("meetings", index, "place")
        if meeting.where != "in_person":
            if meeting.place is not None or _names_places(meeting):
                at = location if meeting.place is not None else ("meetings", index, "hours")
                yield document.fault(at, _("Un posto vale per un incontro di persona. Esempio: where: in_person"))
        elif meeting.place is not None and meeting.place not in known:
            yield _unknown(document, location, meeting.place, known)
        elif meeting.place is not None and not _is_ever_there(meeting, availability):
            what = _(
                "Nessuna fascia di orari lascia venire qualcuno nel posto «%(place)s». Scrivilo dopo gli orari in cui "
                'sei lì. Esempio: monday: ["09:00-13:00 %(place)s"]',
                place=meeting.place,
            )
            yield document.fault(location, what)


def _places_in_hours(availability: Availability) -> Iterator[tuple[Location, tuple[ClockRange, ...]]]:
    weeks: list[tuple[Location, Any]] = [(("hours",), availability.hours)]
    weeks += [(("meetings", index, "hours"), one.hours) for index, one in enumerate(availability.meetings)]
    weeks += [(("stays", index, "hours"), one.hours) for index, one in enumerate(availability.stays)]
    for location, week in weeks:
        yield from (((*location, day), hours) for day, hours in (week or {}).items())
    yield from ((("openings", index, "hours"), one.hours) for index, one in enumerate(availability.openings))


def _names_places(meeting: Meeting) -> bool:
    return any(one.place is not None for hours in (meeting.hours or {}).values() for one in hours)


def _is_ever_there(meeting: Meeting, availability: Availability) -> bool:
    weeks = [availability.hours if meeting.hours is None else meeting.hours, *(one.hours for one in availability.stays)]
    days = [hours for week in weeks for hours in (week or {}).values()]
    days += [one.hours for one in availability.openings]
    return any(held(hours, True, meeting.place) for hours in days) or not any(days)


def _unknown(document: Document, location: Location, place: str | None, known: list[str]) -> Fault:
    what = _("Il posto «%(place)s» non è fra quelli di identity.yaml.", place=place)
    more = (
        _("Scegli fra %(names)s.", names=", ".join(known)) if known else _("Esempio: %(example)s", example=_(_PLACES))
    )
    return document.fault(location, f"{what} {more}")
