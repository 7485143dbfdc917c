"""Busy time out of the events of another reader: overrides, several events of a UID, free and cancelled ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.booking.calendars.second_opinion.other_readers import Event, Span


class Named(NamedTuple):
    """Busy time with the UID and the summary of the event that keeps it."""

    span: Span
    uid: str
    name: str


def busy_times(events: Iterable[Event], window: Span, zone: ZoneInfo) -> list[Named]:
    """Return the busy time within the window; what a reader could not make out keeps none."""
    found = []
    by_uid: dict[object, list[Event]] = defaultdict(list)
    for number, event in enumerate(events):
        by_uid[event.uid or number].append(event)
    for series in by_uid.values():
        overrides = _overrides(series)
        for event in series:
            if event.failed or event.free:
                continue
            if event.replaces is not None and overrides[event.replaces] is not event:
                continue
            for time in event.times:
                cut = Span(max(time.start, window.start), min(time.end, window.end))
                if cut.start < cut.end and (event.replaces is not None or _stands(event, time, overrides, zone)):
                    found.append(Named(cut, event.uid, event.name))
    return found


def _overrides(series: Sequence[Event]) -> dict[int, Event]:
    """Of several overrides of one occurrence the highest SEQUENCE counts, and of equal ones the first."""
    overrides: dict[int, Event] = {}
    for event in series:
        if event.replaces is not None:
            standing = overrides.get(event.replaces)
            if standing is None or event.sequence > standing.sequence:
                overrides[event.replaces] = event
    return overrides


def _stands(master: Event, time: Span, overrides: Mapping[int, Event], zone: ZoneInfo) -> bool:
    """Say whether an occurrence is where its series puts it: none that an override replaces.

    Where one moves all that follow it, neither the old nor the new times are claimed.
    """
    if any(event.following and not event.failed and moment < time.start for moment, event in overrides.items()):
        return False
    if time.start in master.excluded:
        return False
    if master.whole_day:
        # A time that is written for a day may be the day that it names, or the owner's.
        day = _day_of(time.start, zone)
        return all(day not in {event.replaces_day, _day_of(moment, zone)} for moment, event in overrides.items())
    return time.start not in overrides


def _day_of(moment: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y%m%d")


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that meet made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is in both."""
    found, mine, theirs = [], union(some), union(others)
    here = there = 0
    while here < len(mine) and there < len(theirs):
        start = max(mine[here].start, theirs[there].start)
        end = min(mine[here].end, theirs[there].end)
        if start < end:
            found.append(Span(start, end))
        if mine[here].end < theirs[there].end:
            here += 1
        else:
            there += 1
    return found


def without(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is in the first alone."""
    taken = union(others)
    found = []
    for span in union(some):
        start = span.start
        for other in taken:
            if other.end <= start:
                continue
            if other.start >= span.end:
                break
            if other.start > start:
                found.append(Span(start, other.start))
            start = max(start, other.end)
        if start < span.end:
            found.append(Span(start, span.end))
    return found
