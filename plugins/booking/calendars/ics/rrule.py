"""RRULE (RFC 5545, 3.3.10): a rule of recurrence, read from its text.

What cannot be read of a rule is left out as a part, so that it keeps more time and not less; where it may keep less,
`is_whole` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from plugins.booking.calendars.ics.ics_properties import Stamp, stamp

YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY = "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"
_FREQUENCIES = {YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY}
_DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_SPACES = re.compile(r"\s+")
_T = TypeVar("_T")
_LIMITS = {
    f"BY{name}" for name in ("MONTH", "WEEKNO", "YEARDAY", "MONTHDAY", "DAY", "HOUR", "MINUTE", "SECOND", "SETPOS")
}
_LEAVES_OUT = {"", "OMIT"}  # of SKIP (RFC 7529): dates that do not exist are left out


class UnreadableRule(ValueError):
    """Parse error: a rule that says nothing which could be worked out."""


@dataclass(frozen=True)
class Rule:
    """Rule of recurrence; a part that is not limited is empty. `by_day` holds (ordinal or 0, Monday is 0)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: Stamp | None = None
    by_month: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_place: tuple[int, ...] = ()
    week_start: int = 0
    is_whole: bool = True


@lru_cache(maxsize=512)  # most series of a calendar go by one of a few
def read_rule(text: str) -> Rule:
    """Read a rule; raises UnreadableRule."""
    parts: dict[str, str] = {}
    is_plain = True  # no part is said twice, and none limits it in a way that is not known
    for part in _SPACES.sub("", text).upper().split(";"):
        name, _, value = part.partition("=")
        is_plain &= parts.setdefault(name, value) == value and (name in _LIMITS or name[:2] != "BY")
    frequency, interval = parts.get("FREQ", ""), parts.get("INTERVAL") or "1"
    if frequency not in _FREQUENCIES:
        raise UnreadableRule(f"FREQ={frequency[:20]} is not for meetings")
    if not _NUMBER.fullmatch(interval) or int(interval) < 1:
        raise UnreadableRule("INTERVAL must be one or more")  # none at all would never end
    if parts.get("RSCALE", "GREGORIAN") not in {"", "GREGORIAN"}:
        raise UnreadableRule("it goes by another calendar than the Gregorian")
    read = _Parts(parts)
    count = parts.get("COUNT", "")
    return Rule(
        frequency,
        int(interval),
        int(count) if _NUMBER.fullmatch(count) and int(count) > 0 else None,
        _until(parts.get("UNTIL", "")),
        by_month=read.numbers("BYMONTH", 1, 12),
        by_week=read.numbers("BYWEEKNO", -53, 53) if frequency == YEARLY else (),
        by_year_day=read.numbers("BYYEARDAY", -366, 366) if frequency in {YEARLY, HOURLY} else (),
        by_month_day=read.numbers("BYMONTHDAY", -31, 31) if frequency != WEEKLY else (),
        by_day=read.days(),
        by_hour=read.numbers("BYHOUR", 0, 23, zero=True),
        by_minute=read.numbers("BYMINUTE", 0, 59, zero=True),
        by_second=tuple(sorted({min(one, 59) for one in read.numbers("BYSECOND", 0, 60, zero=True)})),
        by_place=read.numbers("BYSETPOS", -366, 366),
        week_start=_DAYS.get(parts.get("WKST", "MO"), 0),
        is_whole=is_plain and not read.dropped and parts.get("SKIP", "") in _LEAVES_OUT,
    )


class _Parts:
    """The BY… parts: an empty one is as good as none, an unreadable value is left out and remembered."""

    def __init__(self, parts: dict[str, str]) -> None:
        self._parts = parts
        self.dropped = False

    def numbers(self, name: str, least: int, most: int, zero: bool = False) -> tuple[int, ...]:
        if name not in self._parts:
            return ()

        def number(text: str) -> int | None:
            found = int(text) if _NUMBER.fullmatch(text) else None
            return found if found is not None and least <= found <= most and (found or zero) else None

        return tuple(sorted(set(self._values(name, number))))

    def days(self) -> tuple[tuple[int, int], ...]:
        def day(text: str) -> tuple[int, int] | None:
            found = _BY_DAY.fullmatch(text)
            return (int(found[1] or 0), _DAYS[found[2]]) if found else None

        return tuple(sorted(set(self._values("BYDAY", day))))

    def _values(self, name: str, read: Callable[[str], _T | None]) -> list[_T]:
        found = []
        for text in filter(None, self._parts.get(name, "").split(",")):
            value = read(text)
            if value is None:
                self.dropped = True
            else:
                found.append(value)
        return found


def _until(text: str) -> Stamp | None:
    # Without an end more time is kept, never less.
    return stamp(text.replace("-", "").replace(":", ""))
