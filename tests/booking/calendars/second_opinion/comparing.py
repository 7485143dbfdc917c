"""Comparison of the reader with the others: the time on which it stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.booking.calendars.ics.ics_reader import NotACalendar, read
from plugins.domain.wall_clock import Interval
from tests.booking.calendars.second_opinion.merging import Named, busy_times, common, union, without
from tests.booking.calendars.second_opinion.other_readers import OWNER, OtherReader, Span

_WHOLE = "not read at all"


@dataclass(frozen=True)
class Comparison:
    """What the readers make of one text within one window.

    `free_alone` is time that both others call busy and the reader calls free, without saying that it could not read the
    event; `told` is such time of which it does. `busy_alone` is what it calls busy and neither other does. Without
    `opinions` one of the others could not read the text; `given_up` are the events that both could not.
    """

    text: bytes
    window: Span
    free_alone: tuple[Span, ...] = ()
    told: tuple[Span, ...] = ()
    busy_alone: tuple[Span, ...] = ()
    opinions: bool = True
    given_up: tuple[str, ...] = ()


def compare(text: bytes, window: Span, zone: ZoneInfo, others: Sequence[OtherReader]) -> Comparison:
    """Let all of them read a text."""
    opinions: list[list[Named]] = []
    failed: list[set[str]] = []
    for other in others:
        events = other.events(text, window)
        if events is None:
            return Comparison(text, window, opinions=False)
        failed.append({event.uid or event.name for event in events if event.failed})
        opinions.append(busy_times(events, window, zone))
    agreed, any_of_them = _spans(opinions[0]), _spans(opinions[0])
    for opinion in opinions[1:]:
        agreed, any_of_them = common(agreed, _spans(opinion)), union([*any_of_them, *_spans(opinion)])
    ours, unread = _ours(text, window, zone)
    missing = without(agreed, ours)
    silent = [one.span for opinion in opinions for one in opinion if not _is_told(one, unread)]
    free_alone = common(missing, silent)
    return Comparison(
        text,
        window,
        free_alone=tuple(free_alone),
        told=tuple(without(missing, free_alone)),
        busy_alone=tuple(without(ours, any_of_them)),
        given_up=tuple(set.intersection(*failed)),
    )


def _is_told(one: Named, unread: Sequence[str]) -> bool:
    """Say whether the reader names an event, or its whole calendar, among what it could not read."""
    names = [plain for name in (one.name, one.uid) if (plain := _plain(name)[:40])]
    return any(line.startswith(_WHOLE) or not names or any(name in _plain(line) for name in names) for line in unread)


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, words)).lower()


def _spans(named: Iterable[Named]) -> list[Span]:
    return [one.span for one in named]


def _ours(text: bytes, window: Span, zone: ZoneInfo) -> tuple[list[Span], tuple[str, ...]]:
    start, end = (datetime.fromtimestamp(moment, UTC) for moment in window)
    try:
        reading = read([text], Interval(start, end), zone, "installation.example", owner_addresses=[OWNER])
    except NotACalendar as error:
        return [], (f"{_WHOLE}: {error}",)
    spans = [Span(int(time.start.timestamp()), int(time.end.timestamp())) for time in reading.busy]
    return spans, tuple(map(str, reading.skipped))


def window_from(day: datetime) -> Span:
    """As long a time as can be booked, from a day on."""
    return Span(int(day.timestamp()), int((day + timedelta(days=64)).timestamp()))
