"""The rules of a booking told again, plainly and minute by minute, from what the owner wrote: a second opinion.

Nothing here asks the domain: it would only repeat itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"m": MINUTE, "h": 60 * MINUTE, "d": 24 * 60 * MINUTE}

Rules = dict[str, Any]  # availability.yaml as it is written
Stretch = tuple[datetime, datetime]


def span(text: str) -> timedelta:
    """Read `90m`, `24h` or `2d`."""
    return int(text[:-1]) * _UNITS[text[-1]]


def meeting_of(rules: Rules, slug: str) -> dict[str, Any]:
    """Find a kind of meeting."""
    found: dict[str, Any] = next(one for one in rules["meetings"] if one["slug"] == slug)
    return found


def kept(meeting: dict[str, Any], start: datetime) -> Stretch:
    """The time a booking takes, with what is kept free around it."""
    after = meeting["minutes"] + meeting.get("after", 0)
    return start - meeting.get("before", 0) * MINUTE, start + after * MINUTE


def minutes(stretch: Stretch) -> set[datetime]:
    """Every minute that begins inside a stretch; both ends are on the minute."""
    start, end = stretch
    return {start + number * MINUTE for number in range((end - start) // MINUTE)}


def may_start(
    rules: Rules,
    slug: str,
    start: datetime,
    now: datetime,
    taken: Iterable[Stretch],
    booked: Iterable[tuple[str, datetime]],
    notice: bool = True,
    shared: Iterable[tuple[str, datetime, datetime]] = (),
    apart: Iterable[Stretch] = (),
) -> bool:
    """Whether a meeting may start at an instant; `taken` is all promised time, `booked` what counts for the cap.

    `shared` are the seats of groups, each by its meeting, start and end; `apart` is what is promised to no meeting.
    """
    meeting, zone = meeting_of(rules, slug), ZoneInfo(rules["timezone"])
    local = start.astimezone(zone)
    if start - now < (span((rules | meeting)["notice"]) if notice else timedelta(0)):
        return False
    if start - now > span((rules | meeting)["horizon"]):
        return False
    if not _inside_hours(rules, meeting, start, zone):
        return False
    wanted = minutes(kept(meeting, start))
    mates = [end for one, at, end in shared if (one, at) == (slug, start)]
    if meeting.get("seats") and mates:
        free = len(mates) < meeting["seats"] and mates[0] - start == meeting["minutes"] * MINUTE
        return free and not any(wanted & minutes(stretch) for stretch in apart)
    same_day = sum(one == slug and at.astimezone(zone).date() == local.date() for one, at in booked)
    if same_day >= meeting.get("per_day", same_day + 1):
        return False
    return not any(wanted & minutes(stretch) for stretch in taken)


def _inside_hours(rules: Rules, meeting: dict[str, Any], start: datetime, zone: ZoneInfo) -> bool:
    """Whether each minute reads inside one range of the day, from a start on its grid, the first of its name."""
    local = start.astimezone(zone)
    if local.fold or local.second or local.microsecond:
        return False
    for opens, closes in _ranges(rules, meeting, local.date()):
        ticks = [start + number * MINUTE for number in range(meeting["minutes"])]
        clocks = [tick.astimezone(zone) for tick in ticks]
        inside = all(one.date() == local.date() and opens <= one.hour * 60 + one.minute < closes for one in clocks)
        if inside and (local.hour * 60 + local.minute - opens) % meeting["step"] == 0:
            return True
    return False


def _ranges(rules: Rules, meeting: dict[str, Any], day: date) -> list[tuple[int, int]]:
    """The ranges of a day; within an opening, what a meeting has of its own counts where both hold."""
    if any(one["from"] <= str(day) <= one["to"] for one in meeting.get("closures", [])):
        return []
    own = meeting.get("hours")
    usual = (rules["hours"] if own is None else own).get(_DAYS[day.weekday()], [])
    opening = [one["hours"] for one in rules.get("openings", []) if one["date"] == str(day)]
    if not opening:
        shut = any(one["from"] <= str(day) <= one["to"] for one in rules.get("closures", []))
        return [] if shut else _read(usual)
    if own is None:
        return _read(opening[-1])
    pairs = [(one, other) for one in _read(usual) for other in _read(opening[-1])]
    return [(max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs]


def _read(written: list[str]) -> list[tuple[int, int]]:
    return [(_clock(one.split("-")[0]), _clock(one.split("-")[1])) for one in written]


def _clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
