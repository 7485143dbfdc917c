"""Availability checks: contradictions within the timetable as a whole.

Each part of it is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document
from plugins.content.follow_up_checks import follow_up_faults
from plugins.content.hours_checks import listed, longest_stretch, nights_that_overlap, read_or_none
from plugins.content.question_checks import question_faults
from plugins.domain.availability import parse_duration
from plugins.domain.language import N_, _
from plugins.domain.waiting_list import LEAST_HOLD

_NEVER_IN_TIME = N_(
    "Il preavviso supera l’orizzonte e nessun orario sarebbe libero. Accorcia notice o allunga horizon. "
    "Esempio: notice: 24h e horizon: 60d"
)

_SHORT_HOLD = N_(
    "È troppo poco: chi legge la mail un po’ dopo trova l’orario già perso. Scrivi almeno mezz’ora. "
    "Esempio: waiting_hold: 4h"
)


def meeting_slugs(document: Document) -> tuple[str, ...]:
    """The slugs of the meetings as they are written, whatever else is wrong."""
    meetings = [one for one in listed(document.values.get("meetings")) if isinstance(one, dict)]
    return tuple(str(one["slug"]) for one in meetings if "slug" in one)


def no_meeting(name: str, known: Iterable[str]) -> str:
    """What to say where a meeting is named that is not there."""
    return _(
        "L’incontro «%(meeting)s» non è in availability.yaml. Scegli fra %(names)s.",
        meeting=name,
        names=", ".join(known),
    )


def _never_in_time(values: dict[str, Any]) -> bool:
    notice, horizon = (read_or_none(parse_duration, values.get(key)) for key in ("notice", "horizon"))
    return notice is not None and horizon is not None and notice >= horizon


def contradictions(document: Document) -> Iterator[Fault]:
    """Tell what excludes something else: notice and horizon, names used twice, a meeting longer than any range."""
    values = document.values
    if _never_in_time(values):
        yield document.fault(("notice",), _(_NEVER_IN_TIME))
    yield from follow_up_faults(document)
    yield from nights_that_overlap(document)
    hold = read_or_none(parse_duration, values.get("waiting_hold"))
    if hold is not None and hold < LEAST_HOLD:
        yield document.fault(("waiting_hold",), _(_SHORT_HOLD))
    meetings = meeting_slugs(document)
    first = values.get("first_meeting")
    if isinstance(first, str) and meetings and first not in meetings:
        yield document.fault(("first_meeting",), no_meeting(first, meetings))
    seen: set[str] = set()
    for index, meeting in enumerate(listed(values.get("meetings"))):
        if not isinstance(meeting, dict):
            continue
        slug, minutes, longest = meeting.get("slug"), meeting.get("minutes"), longest_stretch(values, meeting)
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
