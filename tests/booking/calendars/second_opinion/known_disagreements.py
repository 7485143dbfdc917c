"""Known disagreements of the calendar reader with ical.js and libical, each with the reason why it stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tests.booking.calendars.second_opinion.comparing import Comparison
from tests.booking.calendars.second_opinion.other_readers import Span

_HOUR = 3_600
_FOLDED = re.compile(r"\r?\n[ \t]")
_EVENT = re.compile(r"^BEGIN:VEVENT\r?$.*?^END:VEVENT", re.MULTILINE | re.DOTALL)
_TZID = re.compile(r"TZID=([A-Za-z]+/[A-Za-z_/]+)")
_STAMP = r"[0-9]{8}(?:T[0-9]{6}Z?)?"
_BAD_END = re.compile(
    rf"^(?:DTEND[^:\r\n]*:(?!{_STAMP}\r?$)|DURATION[^:\r\n]*:(?![+-]?P[0-9DTHMSW]+\r?$))", re.MULTILINE
)

_RULE_PART = r"[A-Z]+=[-+A-Z0-9,]*[A-Z0-9]"
_BAD_RULE = re.compile(
    rf"^RRULE[^:\r\n]*:(?!{_RULE_PART}(?:;{_RULE_PART})*\r?$)|^RRULE[^\r\n]*(?:X-|WKST=XX)", re.MULTILINE
)


@dataclass(frozen=True)
class Known:
    """A kind of disagreement; `applies` knows it by what the text holds, or by where the time is."""

    side: str
    kind: str
    reason: str
    applies: Callable[[Comparison], bool]


def _events(found: Comparison) -> list[str]:
    return _EVENT.findall(_FOLDED.sub("", found.text.decode("utf-8", "replace")))


def _any_event(*patterns: str, without: str = "") -> Callable[[Comparison], bool]:
    """Say whether an event has all of some patterns, each at the start of a line, and not another."""
    wanted = [re.compile(f"^{pattern}", re.MULTILINE | re.IGNORECASE) for pattern in patterns]
    unwanted = re.compile(f"^{without}", re.MULTILINE | re.IGNORECASE) if without else None
    return lambda found: any(
        all(one.search(event) for one in wanted) and not (unwanted and unwanted.search(event))
        for event in _events(found)
    )


def _in_missing_hours(found: Comparison, spans: Iterable[Span]) -> bool:
    """Say whether all of it is near where a clock of the text, or the owner's, skips an hour."""
    names = {"Europe/Rome", *_TZID.findall(found.text.decode("utf-8", "replace"))} & available_timezones()
    changes = [change for name in names for change in _skips(name, found.window)]
    return all(
        span.end - span.start <= 2 * _HOUR and any(abs(span.start - change) <= 3 * _HOUR for change in changes)
        for span in spans
    )


@cache
def _skips(name: str, window: Span) -> list[int]:
    zone = ZoneInfo(name)
    offsets = {moment: datetime.fromtimestamp(moment, zone).utcoffset() for moment in range(*window, _HOUR)}
    return [moment for moment, offset in offsets.items() if offset != offsets.get(moment - _HOUR, offset)]


def _starts_in_a_skipped_hour(found: Comparison) -> bool:
    """Say whether an event does; a definition of the text's own is taken to change its clocks as Rome does."""
    for event in _events(found):
        start = re.search(r"^DTSTART;TZID=([^:\r\n]+):([0-9]{8}T[0-9]{6})\r?$", event, re.MULTILINE)
        if start:
            zone = ZoneInfo(start[1] if start[1] in available_timezones() else "Europe/Rome")
            wall = datetime.strptime(start[2], "%Y%m%dT%H%M%S")
            if datetime.fromtimestamp(wall.replace(tzinfo=zone).timestamp(), zone).replace(tzinfo=None) != wall:
                return True
    return False


def _until_of_another_kind(found: Comparison) -> bool:
    for event in _events(found):
        start = re.search(r"^DTSTART([^:\r\n]*):([^\r\n]*)", event, re.MULTILINE)
        until = re.search(r"^RRULE[^\r\n]*UNTIL=([0-9TZ]+)", event, re.MULTILINE)
        if not start or not until:
            continue
        is_day = "T" not in start[2]
        if ("T" not in until[1]) != is_day:
            return True
        if not is_day and until[1].endswith("Z") != ("TZID" in start[1] or start[2].endswith("Z")):
            return True
    return False


def _by_hours_at_most(found: Comparison) -> bool:
    return all(span.end - span.start <= _HOUR for span in found.busy_alone)


def _both(one: Callable[[Comparison], bool], other: Callable[[Comparison], bool]) -> Callable[[Comparison], bool]:
    return lambda found: one(found) and other(found)


def _counts_places(found: Comparison) -> bool:
    rules = [rule for event in _events(found) for rule in re.findall(r"^RRULE[^\r\n]*", event, re.MULTILINE)]
    return any("BYSETPOS=" in rule and re.search(r"BYHOUR=[0-9]+,", rule) for rule in rules)


def _has_equal_overrides(found: Comparison) -> bool:
    """Say whether two events replace one occurrence, neither of a higher SEQUENCE."""
    marks = [
        tuple(sorted(re.findall(r"^(?:UID|RECURRENCE-ID|SEQUENCE)[^\r\n]*", event, re.MULTILINE)))
        for event in _events(found)
        if re.search(r"^RECURRENCE-ID", event, re.MULTILINE)
    ]
    return len(set(marks)) < len(marks)


_FREE, _BUSY = "free alone", "busy alone"
KNOWN = (
    Known(
        _FREE,
        "a time that a clock skips",
        "RFC 5545, 3.3.5: it is read by the offset before the gap; both others take the one after it where a VTIMEZONE "
        "of the text tells.",
        lambda found: _in_missing_hours(found, found.free_alone),
    ),
    Known(
        _FREE,
        "a series from a time that a clock skips",
        "Its length is from where the first is by RFC 5545, 3.3.5; by the others' reading that begins an hour earlier.",
        _starts_in_a_skipped_hour,
    ),
    Known(
        _FREE,
        "BYSETPOS beside several hours",
        "RFC 5545, 3.3.10: it counts the times of the set; both others count its days and keep all hours of them.",
        _counts_places,
    ),
    Known(
        _BUSY,
        "BYSETPOS beside several hours",
        "The other side of it: the place of a time is another than that of a day.",
        _counts_places,
    ),
    Known(
        _FREE,
        "RECURRENCE-ID of a day in a series of times",
        "It stands for the occurrence of that day; by the others' rules it stands for none, and both times are kept.",
        _both(_any_event("DTSTART[^:]*:[0-9]+T"), _any_event("RECURRENCE-ID[^:]*:[0-9]{8}\r?$")),
    ),
    Known(
        _FREE,
        "EXDATE of a time in a series of days",
        "Exchange and iCal wrote the day so: it is taken from the series; for the others it names none.",
        _any_event("DTSTART[^:]*:[0-9]{8}\r?$", "EXDATE[^:]*:[0-9]+T"),
    ),
    Known(
        _BUSY,
        "a time that a clock skips",
        "The other side of it: where the others have it an hour earlier.",
        lambda found: _in_missing_hours(found, found.busy_alone),
    ),
    Known(
        _BUSY,
        "a series from a time that a clock skips",
        "Its further occurrences are at the hour that is written; the others have them at the hour that the first got.",
        _starts_in_a_skipped_hour,
    ),
    Known(
        _BUSY,
        "a series that is moved from an occurrence on",
        "RANGE=THISANDFUTURE moves all that follow; neither other reader works them out.",
        _any_event("RECURRENCE-ID[^:]*RANGE=THISANDFUTURE"),
    ),
    Known(
        _BUSY,
        "a rule of which a part cannot be read",
        "The event is told as unreadable, and what the rest of the rule gives is kept; the others drop the rule.",
        lambda found: any(_BAD_RULE.search(event) for event in _events(found)),
    ),
    Known(
        _BUSY,
        "an event that the others do not make out",
        "Of a zone that nobody knows it is told as unreadable, and kept on the owner's clock meanwhile; or it happens "
        "so often that the others are stopped.",
        lambda found: bool(found.given_up),
    ),
    Known(
        _BUSY,
        "an end that cannot be read",
        "The event is told as unreadable, and an hour is kept; for the others it has no length.",
        lambda found: any(_BAD_END.search(event) for event in _events(found)),
    ),
    Known(
        _BUSY,
        "an end that is a day, of a start that is a time",
        "The whole of that day is kept; the others end it at the midnight before.",
        _any_event("DTSTART[^:]*:[0-9]+T", "DTEND[^:]*:[0-9]{8}\r?$"),
    ),
    Known(
        _BUSY,
        "an end that is a time, of a start that is a day",
        "At least the whole day is kept; the others end it at the time.",
        _any_event("DTSTART[^:]*:[0-9]{8}\r?$", "DTEND[^:]*:[0-9]+T"),
    ),
    Known(
        _BUSY,
        "two overrides of one occurrence and one SEQUENCE",
        "Nobody can know which is the later, so both are kept; the others take one of them.",
        _has_equal_overrides,
    ),
    Known(
        _BUSY,
        "UNTIL of another kind than DTSTART",
        "It cannot be known which clock was meant: the occurrence that one reading has is kept.",
        _until_of_another_kind,
    ),
    Known(
        _BUSY,
        "EXDATE of an event that does not recur",
        "There is no series to take it from; an event that is told to be nowhere would not be written.",
        _any_event("EXDATE", without="(?:RRULE|RDATE|RECURRENCE-ID)"),
    ),
    Known(
        _BUSY,
        "RDATE of a day in a series of times",
        "It is kept at the time of the series; the others know no time of it.",
        _any_event("DTSTART[^:]*:[0-9]+T", "RDATE;VALUE=DATE:"),
    ),
    Known(
        _BUSY,
        "RDATE of a time in a series of days",
        "Its day is kept; the others are not asked about it.",
        _any_event("DTSTART[^:]*:[0-9]{8}\r?$", "RDATE[^:]*:[0-9]+T"),
    ),
    Known(
        _BUSY,
        "length of a series from its DTEND where a clock changes",
        "By RFC 5545, 3.8.5.3 it is as long as its first occurrence, on people's calendars it ends at the same hour.",
        _both(_any_event("DTEND", "(?:RRULE|RDATE)"), _by_hours_at_most),
    ),
)


def reason_for(found: Comparison, side: str) -> str | None:
    """Name the kind that a disagreement is of; none where nobody has explained it."""
    return next((known.kind for known in KNOWN if known.side == side and known.applies(found)), None)
