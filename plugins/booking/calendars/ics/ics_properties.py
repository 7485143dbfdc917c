"""Properties and values of iCalendar (RFC 5545, 3.2 and 3.3): names, parameters, dates, durations, periods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

_PARAMETER = re.compile(r';([^=;:"]+)=("[^"]*"|(?:[^;"]|"[^"]*")*)')
_VALUE = re.compile(r'((?:;(?:[^";:]|"[^"]*")*)*):')
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE | re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)
# The ends of all years, which programs write for "always", are drawn in: every clock can then be asked about them.
FIRST, LAST = datetime(1, 1, 20), datetime(9999, 12, 10)
_LONGEST = 10_000 * 366  # days: longer than all dates
_MOST_DIGITS = 12  # of a number in a DURATION; what is cut off makes none of them short


class Property(NamedTuple):
    """Content line: its parameters by name in capitals, and its value as written."""

    parameters: Mapping[str, str]
    value: str


class Stamp(NamedTuple):
    """DATE or DATE-TIME as written: what the wall clock shows, midnight where it is a day."""

    wall: datetime
    is_day: bool = False
    is_utc: bool = False


class Duration(NamedTuple):
    """DURATION: its days go by the calendar, the rest by the clock (RFC 5545, 3.3.6)."""

    days: timedelta
    exact: timedelta


def property_pattern(*names: str) -> re.Pattern[bytes]:
    """Compile what finds the lines of some names in a component."""
    return re.compile(rb"^(" + "|".join(names).encode() + rb")(?=[;:])([^\n]*)", re.MULTILINE | re.IGNORECASE)


def properties(lines: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, str]]:
    """Find lines by their names, in capitals, with all that follows the name."""
    for found in pattern.finditer(lines):
        yield found[1].decode().upper(), found[2].decode("utf-8", "replace").strip()


def dated(rest: str) -> Property:
    """Read a property whose value holds no colon, so that one in an unquoted parameter does no harm."""
    if rest[0] == ":" and rest.count(":") == 1:
        return Property({}, rest[1:].strip())
    before, _, value = rest.rpartition(":")
    return Property(_parameters(before), value.strip())


def worded(rest: str) -> Property:
    """Read a property whose value may hold anything."""
    found = _VALUE.match(rest)
    if found is None:
        return Property({}, rest.lstrip(":;"))
    return Property(_parameters(found[1]), rest[found.end() :].strip())


def _parameters(text: str) -> dict[str, str]:
    return {name.strip().upper(): value.strip().strip('"') for name, value in _PARAMETER.findall(text)}


def stamp(value: str, kind: str = "") -> Stamp | None:
    """Read a DATE or DATE-TIME, None where it is none; a `kind` of DATE makes a day of a midnight."""
    found = _STAMP.fullmatch(value)
    if found is None:
        return None
    year, month, day, hour, minute, second, zulu = found.groups()
    try:
        wall = min(max(datetime(int(year), int(month), int(day)), FIRST), LAST)
        if hour is None:
            return Stamp(wall, is_day=True)
        if int(minute) > 59 or int(hour) > 24:
            return None
        wall += timedelta(hours=int(hour), minutes=int(minute), seconds=min(int(second or 0), 59))
    except ValueError:
        return None
    if kind.upper() == "DATE" and wall.time() == time():
        return Stamp(wall, is_day=True)
    return Stamp(wall, is_utc=zulu is not None)


def duration(value: str) -> Duration | None:
    """Read a DURATION, None where it is none; one longer than all dates is as long as all of them."""
    found = _DURATION.fullmatch(value)
    if found is None or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int((one or "0")[:_MOST_DIGITS]) for one in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    long = timedelta(days=min(weeks * 7 + days, _LONGEST))
    rest = timedelta(seconds=min(hours * 3600 + minutes * 60 + seconds, _LONGEST * 86_400))
    return Duration(sign * long, sign * rest)


def later(moment: datetime, by: timedelta) -> datetime:
    """Add to a moment, as far as dates go."""
    try:
        found = moment + by
    except OverflowError:
        return (LAST if by > timedelta() else FIRST).replace(tzinfo=moment.tzinfo)
    return min(max(found, FIRST.replace(tzinfo=moment.tzinfo)), LAST.replace(tzinfo=moment.tzinfo))


def offset(value: str) -> timedelta | None:
    """Read a UTC-OFFSET, None where it is none or a day or more."""
    found = _OFFSET.fullmatch(value.strip())
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=min(int(found[4] or 0), 59))
    return -size if found[1] == "-" else size
