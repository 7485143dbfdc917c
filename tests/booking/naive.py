"""The rules of a booking told again, plainly and minute by minute, from what the owner wrote: a second opinion.

Nothing here asks the domain: it would only repeat itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"m": MINUTE, "h": 60 * MINUTE, "d": 24 * 60 * MINUTE}

Rules = dict[str, Any]  # availability.yaml as it is written
Stretch = tuple[datetime, datetime]
_Range = tuple[date, int, int, str | None]  # the minutes of a date's clock, and the place


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
    meeting = meeting_of(rules, slug)
    if start - now < (span((rules | meeting)["notice"]) if notice else timedelta(0)):
        return False
    if start - now > span((rules | meeting)["horizon"]):
        return False
    if not _inside_hours(rules, meeting, start):
        return False
    wanted = minutes(kept(meeting, start))
    mates = [end for one, at, end in shared if (one, at) == (slug, start)]
    if meeting.get("seats") and mates:
        free = len(mates) < meeting["seats"] and mates[0] - start == meeting["minutes"] * MINUTE
        return free and not any(wanted & minutes(stretch) for stretch in apart)
    today = day_of(rules, start)
    same_day = sum(one == slug and day_of(rules, at) == today for one, at in booked)
    if same_day >= meeting.get("per_day", same_day + 1):
        return False
    return not any(wanted & minutes(stretch) for stretch in taken)


def day_of(rules: Rules, instant: datetime) -> date:
    """The owner's date of an instant: the last that has begun."""
    home = instant.astimezone(ZoneInfo(rules["timezone"])).date()
    return max(day for day in (home + number * DAY for number in range(-2, 3)) if _has_begun(rules, day, instant))


def _has_begun(rules: Rules, day: date, instant: datetime) -> bool:
    """Whether a date's own clock has come to it, and the date before it, where it is one of a stay, is over there."""
    before = day - DAY
    if _stay_on(rules, before) and instant.astimezone(_zone_on(rules, before)).date() <= before:
        return False
    return instant.astimezone(_zone_on(rules, day)).date() >= day


def _stay_on(rules: Rules, day: date) -> dict[str, Any] | None:
    return next((one for one in rules.get("stays", []) if one["from"] <= str(day) <= one["to"]), None)


def _zone_on(rules: Rules, day: date) -> ZoneInfo:
    return ZoneInfo((_stay_on(rules, day) or rules)["timezone"])


def _inside_hours(rules: Rules, meeting: dict[str, Any], start: datetime) -> bool:
    """Whether each minute reads inside hours of one place, from a start on the grid of a range, first of its name."""
    if start.second or start.microsecond:
        return False
    near = _ranges_near(rules, meeting, start)
    places = {
        place
        for day, opens, _closes, place in _open_at(rules, near, start)
        if not start.astimezone(_zone_on(rules, day)).fold
        and (_reading(rules, day, start) - opens) % meeting["step"] == 0
    }
    ticks = [start + number * MINUTE for number in range(meeting["minutes"])]
    return any(all(place in {one[3] for one in _open_at(rules, near, tick)} for tick in ticks) for place in places)


def _reading(rules: Rules, day: date, instant: datetime) -> int:
    """What the clock of a date reads at an instant, in minutes since that date's midnight."""
    local = instant.astimezone(_zone_on(rules, day))
    return (local.date() - day).days * 24 * 60 + local.hour * 60 + local.minute


def _ranges_near(rules: Rules, meeting: dict[str, Any], instant: datetime) -> list[_Range]:
    home = instant.astimezone(ZoneInfo(rules["timezone"])).date()
    days = [home + number * DAY for number in range(-3, 5)]
    return [(day, *one) for day in days for one in _ranges(rules, meeting, day)]


def _open_at(rules: Rules, ranges: list[_Range], instant: datetime) -> list[_Range]:
    """The ranges that an instant reads inside of, on the clock of the date they are written for."""
    return [one for one in ranges if one[1] <= _reading(rules, one[0], instant) < one[2]]


def _ranges(rules: Rules, meeting: dict[str, Any], day: date) -> list[tuple[int, int, str | None]]:
    """The ranges of a day, each with the place where the meeting is held then.

    Within an opening, and on a stay, what a meeting has of its own counts where both hold.
    """
    if any(one["from"] <= str(day) <= one["to"] for one in meeting.get("closures", [])):
        return []
    own, stay, weekday = meeting.get("hours"), _stay_on(rules, day), _DAYS[day.weekday()]
    usual = _read((rules["hours"] if own is None else own).get(weekday, []))
    opening = [one["hours"] for one in rules.get("openings", []) if one["date"] == str(day)]
    shut = any(one["from"] <= str(day) <= one["to"] for one in rules.get("closures", []))
    if shut and not opening:
        return []
    general = usual if own is None else None
    if stay:
        general = _read(stay["hours"].get(weekday, [])) if "hours" in stay else [(*one[:2], None) for one in usual]
    if opening:
        general = _read(opening[-1])
    if stay and general is not None:
        general = [(first, last, place or "?") for first, last, place in general]
    both = [(usual, own is not None), (general, general is not None)]
    told = [_where(meeting, ranges or []) for ranges, counts in both if counts]
    if len(told) == 1:
        return told[0]
    return [
        (max(one[0], other[0]), min(one[1], other[1]), one[2] or other[2])
        for one in told[0]
        for other in told[1]
        if one[2] is None or other[2] is None or one[2] == other[2]
    ]


def _where(meeting: dict[str, Any], ranges: list[tuple[int, int, str | None]]) -> list[tuple[int, int, str | None]]:
    """What of some hours serves a meeting: whoever comes has to find her; `?` is somewhere nobody is told of."""
    if meeting.get("where") != "in_person":
        return [(first, last, None) for first, last, _place in ranges]
    fixed = meeting.get("place")
    fits = [one for one in ranges if one[2] != "?" and (fixed is None or one[2] in (None, fixed))]
    return [(first, last, fixed or place) for first, last, place in fits]


def _read(written: list[str]) -> list[tuple[int, int, str | None]]:
    found: list[tuple[int, int, str | None]] = []
    for text in written:
        hours, _space, place = text.partition(" ")
        first, last = (_clock(one) for one in hours.split("-"))
        found.append((first, last if last > first else last + 24 * 60, place or None))
    return found


def _clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
