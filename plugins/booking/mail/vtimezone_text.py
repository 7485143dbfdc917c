"""VTIMEZONE writer: a time zone's changes of clock around some years, by rules that calendar programs know.

Outlook reads an hour by the rules that come with it, and not by the zone's name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Change(NamedTuple):
    """A change of clock: when, on the clock that ends, from which offset to which, and which rule says so."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def is_last(self) -> bool:
        """Whether it falls on the last such weekday of its month."""
        return (self.wall + timedelta(days=7)).month != self.wall.month

    @property
    def nth(self) -> int:
        """Which such weekday of its month it falls on."""
        return (self.wall.day - 1) // 7 + 1


@lru_cache(maxsize=64)
def vtimezone(zone: ZoneInfo, first: int, last: int) -> tuple[str, ...]:
    """The lines of a zone's component, good from the year `first` to `last`, both included."""
    changes = _changes(zone, first - 1, last + 1)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    if not changes:
        at = datetime(first, 1, 1, tzinfo=zone)
        offset = at.utcoffset() or timedelta()
        lines += _observance("STANDARD", datetime(1970, 1, 1), offset, offset, at.tzname() or zone.key)
    elif rules := _yearly(changes):
        for change, rule in rules:
            lines += _observance(_kind(change), change.wall, change.before, change.after, change.name, rule)
    else:
        for change in changes:
            lines += _observance(_kind(change), change.wall, change.before, change.after, change.name)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, first: int, last: int) -> list[_Change]:
    begin, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    days = [begin + timedelta(days=day) for day in range((end - begin).days + 1)]
    found = []
    for one, other in pairwise(days):
        low, high = one, other
        before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in (one, other))
        if before == after:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            if middle.astimezone(zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        at = high.replace(microsecond=0)
        found.append(_Change((at + before).replace(tzinfo=None), before, after, at.astimezone(zone).tzname() or ""))
    return found


def _yearly(changes: list[_Change]) -> list[tuple[_Change, str]] | None:
    """The two rules by which clocks change each year; None where they do not go by two."""
    rules = []
    for kind in ("DAYLIGHT", "STANDARD"):
        of_kind = [one for one in changes if _kind(one) == kind]
        years = [one.wall.year for one in of_kind]
        if not of_kind or years != list(range(years[0], years[0] + len(years))):
            return None
        same = {(one.wall.month, one.wall.weekday(), one.wall.time(), one.before, one.after) for one in of_kind}
        if len(same) != 1:
            return None
        if all(one.is_last for one in of_kind):
            nth = -1
        elif len({one.nth for one in of_kind}) == 1:
            nth = of_kind[0].nth
        else:
            return None
        first = of_kind[0]
        rules.append((first, f"FREQ=YEARLY;BYMONTH={first.wall.month};BYDAY={nth}{_DAYS[first.wall.weekday()]}"))
    return rules


def _kind(change: _Change) -> str:
    return "DAYLIGHT" if change.after > change.before else "STANDARD"


def _observance(
    kind: str, wall: datetime, before: timedelta, after: timedelta, name: str, rule: str | None = None
) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{wall:%Y%m%dT%H%M%S}",
        *([f"RRULE:{rule}"] if rule else []),
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"TZNAME:{name}",
        f"END:{kind}",
    ]


def _offset(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
