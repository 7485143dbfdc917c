"""Availability checks: contradictions within the timetable as a whole.

Each part of it is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, TypeVar

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document, Location
from plugins.domain.availability import ClockRange, parse_duration, parse_range
from plugins.domain.language import _

Parsed = TypeVar("Parsed")


def _read(parse: Callable[[object], Parsed], raw: object) -> Parsed | None:
    """A part as it can be read; what cannot is told elsewhere."""
    try:
        return parse(raw)
    except ValueError:
        return None


def _listed(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else [] if raw is None else [raw]


def _longest_range(values: dict[str, Any]) -> int | None:
    """Minutes of the longest stretch she is open at all; None where no stretch can be read."""
    hours = values.get("hours")
    days = list(hours.values()) if isinstance(hours, dict) else []
    openings = [one.get("hours") for one in _listed(values.get("openings")) if isinstance(one, dict)]
    ranges = [_read(parse_range, raw) for day in (*days, *openings) for raw in _listed(day)]
    return max((one.end - one.start for one in ranges if one is not None), default=None)


def touching_ranges(document: Document) -> Iterator[Fault]:
    """Tell the ranges of a day that end where another begins: meetings do not go across, as they would in one range."""
    hours = document.values.get("hours")
    days: list[tuple[Location, Any]] = []
    days += [(("hours", day), raw) for day, raw in hours.items()] if isinstance(hours, dict) else []
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


def contradictions(document: Document) -> Iterator[Fault]:
    """Tell what excludes something else: notice and horizon, names used twice, a meeting longer than any range."""
    values = document.values
    notice, horizon = (_read(parse_duration, values.get(key)) for key in ("notice", "horizon"))
    if notice is not None and horizon is not None and notice >= horizon:
        what = _(
            "Il preavviso supera l’orizzonte e nessun orario sarebbe libero. Accorcia notice o allunga horizon. "
            "Esempio: notice: 24h e horizon: 60d"
        )
        yield document.fault(("notice",), what)
    longest = _longest_range(values)
    seen: set[str] = set()
    for index, meeting in enumerate(_listed(values.get("meetings"))):
        if not isinstance(meeting, dict):
            continue
        slug, minutes = meeting.get("slug"), meeting.get("minutes")
        if isinstance(slug, str) and slug in seen:
            what = _(
                "Due incontri si chiamano «%(slug)s». Dai a questo un altro slug. Esempio: slug: %(slug)s-lunga",
                slug=slug,
            )
            yield document.fault(("meetings", index, "slug"), what)
        seen.add(str(slug))
        yield from _twice_asked(document, index, meeting)
        if isinstance(minutes, int) and longest is not None and minutes > longest:
            what = _(
                "L’incontro dura %(minutes)s minuti, ma la fascia di orari più lunga ne ha %(longest)s. "
                "Accorcia l’incontro o allunga una fascia. Esempio: minutes: 30",
                minutes=minutes,
                longest=longest,
            )
            yield document.fault(("meetings", index, "minutes"), what)


def _twice_asked(document: Document, index: int, meeting: dict[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, question in enumerate(_listed(meeting.get("questions"))):
        key = str(question.get("key")) if isinstance(question, dict) else ""
        if key and key in seen:
            what = _(
                "Due domande hanno la chiave «%(key)s». Dai a questa un altro nome. Esempio: key: %(key)s-2", key=key
            )
            yield document.fault(("meetings", index, "questions", place), what)
        seen.add(key)
