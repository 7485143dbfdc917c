"""Availability checks: contradictions within the timetable as a whole.

Each part of it is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeVar

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document, Location
from plugins.content.question_checks import question_faults
from plugins.domain.availability import Availability, parse_duration
from plugins.domain.clock_ranges import ClockRange, parse_range
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _

Parsed = TypeVar("Parsed")
_PLACES = N_("places: [{slug: studio, name: Studio, address: Via Roma 1}]")
_THANKS = N_("follow_up_text: Grazie della chiacchierata.")
_NEVER_IN_TIME = N_(
    "Il preavviso supera l’orizzonte e nessun orario sarebbe libero. Accorcia notice o allunga horizon. "
    "Esempio: notice: 24h e horizon: 60d"
)


def _read(parse: Callable[[object], Parsed], raw: object) -> Parsed | None:
    """A part as it can be read; what cannot is told elsewhere."""
    try:
        return parse(raw)
    except ValueError:
        return None


def _listed(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else [] if raw is None else [raw]


def _longest_range(values: dict[str, Any], meeting: dict[str, Any]) -> int | None:
    """Minutes of the longest stretch in which a meeting may be held at all; None where no stretch can be read."""
    hours = meeting.get("hours") or values.get("hours")
    days = list(hours.values()) if isinstance(hours, dict) else []
    openings = [one.get("hours") for one in _listed(values.get("openings")) if isinstance(one, dict)]
    ranges = [_read(parse_range, raw) for day in (*days, *openings) for raw in _listed(day)]
    return max((one.end - one.start for one in ranges if one is not None), default=None)


def touching_ranges(document: Document) -> Iterator[Fault]:
    """Tell the ranges of a day that end where another begins: meetings do not go across, as they would in one range."""
    weeks: list[tuple[Location, Any]] = [(("hours",), document.values.get("hours"))]
    for index, meeting in enumerate(_listed(document.values.get("meetings"))):
        weeks += [(("meetings", index, "hours"), meeting.get("hours"))] if isinstance(meeting, dict) else []
    days: list[tuple[Location, Any]] = []
    for place, hours in weeks:
        days += [((*place, day), raw) for day, raw in hours.items()] if isinstance(hours, dict) else []
    for index, one in enumerate(_listed(document.values.get("openings"))):
        days += [(("openings", index, "hours"), one.get("hours"))] if isinstance(one, dict) else []
    for location, raw in days:
        ranges = sorted(one for one in (_read(parse_range, part) for part in _listed(raw)) if one is not None)
        for before, after in pairwise(ranges):
            if before.end == after.start:
                what = _(
                    "Due fasce si toccano alle %(time)s: nessun incontro comincia in una e finisce nell’altra. "
                    "Se è tempo continuo, scrivila una volta sola. Esempio: %(joined)s",
                    time=str(before).partition("-")[2],
                    joined=f'"{ClockRange(before.start, after.end)}"',
                )
                yield document.fault(location, what)


def meeting_slugs(document: Document) -> tuple[str, ...]:
    """The slugs of the meetings as they are written, whatever else is wrong."""
    meetings = [one for one in _listed(document.values.get("meetings")) if isinstance(one, dict)]
    return tuple(str(one["slug"]) for one in meetings if "slug" in one)


def no_meeting(name: str, known: Iterable[str]) -> str:
    """What to say where a meeting is named that is not there."""
    return _(
        "L’incontro «%(meeting)s» non è in availability.yaml. Scegli fra %(names)s.",
        meeting=name,
        names=", ".join(known),
    )


def _never_in_time(values: dict[str, Any]) -> bool:
    notice, horizon = (_read(parse_duration, values.get(key)) for key in ("notice", "horizon"))
    return notice is not None and horizon is not None and notice >= horizon


def contradictions(document: Document) -> Iterator[Fault]:
    """Tell what excludes something else: notice and horizon, names used twice, a meeting longer than any range."""
    values = document.values
    if _never_in_time(values):
        yield document.fault(("notice",), _(_NEVER_IN_TIME))
    yield from _follow_ups(document, values)
    meetings = meeting_slugs(document)
    first = values.get("first_meeting")
    if isinstance(first, str) and meetings and first not in meetings:
        yield document.fault(("first_meeting",), no_meeting(first, meetings))
    seen: set[str] = set()
    for index, meeting in enumerate(_listed(values.get("meetings"))):
        if not isinstance(meeting, dict):
            continue
        slug, minutes, longest = meeting.get("slug"), meeting.get("minutes"), _longest_range(values, meeting)
        own = [key for key in ("notice", "horizon") if key in meeting]
        if own and _never_in_time({**values, **{key: meeting[key] for key in own}}):
            yield document.fault(("meetings", index, own[0]), _(_NEVER_IN_TIME))
        if isinstance(slug, str) and slug in seen:
            what = _(
                "Due incontri si chiamano «%(slug)s». Dai a questo un altro slug. Esempio: slug: %(slug)s-lunga",
                slug=slug,
            )
            yield document.fault(("meetings", index, "slug"), what)
        seen.add(str(slug))
        yield from question_faults(document, ("meetings", index), meeting)
        yield from _rooms(document, index, meeting)
        if isinstance(minutes, int) and longest is not None and minutes > longest:
            what = _(
                "L’incontro dura %(minutes)s minuti, ma la fascia di orari più lunga ne ha %(longest)s. "
                "Accorcia l’incontro o allunga una fascia. Esempio: minutes: 30",
                minutes=minutes,
                longest=longest,
            )
            yield document.fault(("meetings", index, "minutes"), what)


def unknown_places(document: Document, availability: Availability, identity: Identity) -> Iterator[Fault]:
    """Tell the meetings whose place is none of the owner's, and those with a place that are not held in person."""
    for index, meeting in enumerate(availability.meetings):
        location = ("meetings", index, "place")
        if meeting.place is None:
            continue
        if meeting.where != "in_person":
            yield document.fault(location, _("Un posto vale per un incontro di persona. Esempio: where: in_person"))
        elif identity.place(meeting.place) is None:
            names = ", ".join(one.slug for one in identity.places)
            what = _("Il posto «%(place)s» non è fra quelli di identity.yaml.", place=meeting.place)
            more = _("Scegli fra %(names)s.", names=names) if names else _("Esempio: %(example)s", example=_(_PLACES))
            yield document.fault(location, f"{what} {more}")


def _rooms(document: Document, index: int, meeting: dict[str, Any]) -> Iterator[Fault]:
    if meeting.get("room") is None:
        return
    location = ("meetings", index, "room")
    if meeting.get("where", "video") != "video":
        what = _("Una stanza per ogni appuntamento vale per un incontro in video. Esempio: where: video")
        yield document.fault(location, what)
    elif meeting.get("link") is not None:
        what = _("O una stanza per tutti (link) o una per ogni appuntamento (room). Togli una delle due.")
        yield document.fault(location, what)


def _follow_ups(document: Document, values: dict[str, Any]) -> Iterator[Fault]:
    """Tell a mail after a meeting that has no words, and words that never go out."""
    meetings = [(("meetings", index), one) for index, one in enumerate(_listed(values.get("meetings")))]
    scopes: list[tuple[Location, Any]] = [((), values), *meetings]
    told = [(place, one) for place, one in scopes if isinstance(one, dict)]
    texts = ("follow_up_text", "no_show_text")
    for place, one in told:
        # What is said for all counts for each, and what is said for one is enough for all of them to be of use.
        around = [values, one] if place else [scope for _place, scope in told]
        if "follow_up" in one and not any(key in scope for scope in around for key in texts):
            what = _("Manca che cosa scrivere dopo l’incontro.")
            example = _("Esempio: %(example)s", example=_(_THANKS))
            yield document.fault((*place, "follow_up"), f"{what} {example}")
        for key in texts:
            if key in one and not any("follow_up" in scope for scope in around):
                what = _("Questo testo non parte mai: di’ quanto dopo l’incontro. Esempio: follow_up: 1d")
                yield document.fault((*place, key), what)
