"""Names of time zones as programs write them: of the database, of Windows, of Outlook's lists, mere offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from plugins.booking.calendars.ics.ics_properties import offset

_LISTED = re.compile(r"\((?:UTC|GMT)\s*([+-][0-9]{1,2}[:.]?[0-9]{2})?\)\s*(.*)", re.IGNORECASE)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-][0-9]{1,2}(?:[:.]?[0-9]{2})?)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,:;]\s*|\s*\([^)]*\)\s*")
_LONGEST = 200  # of a name
_UTC = {"z", "tzone://microsoft/utc", "coordinated universal time"}
_NO_ZONES = {"Factory", "localtime", "posixrules"}  # files of the database that are no place
# What Outlook's lists name without any city of the database.
_REGIONS = {
    "eastern time (us & canada)": "America/New_York",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "atlantic time (canada)": "America/Halifax",
    "newfoundland": "America/St_Johns",
    "saskatchewan": "America/Regina",
    "central america": "America/Guatemala",
    "indiana (east)": "America/Indiana/Indianapolis",
    "arizona": "America/Phoenix",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "brasilia": "America/Sao_Paulo",
    "greenland": "America/Nuuk",
    "west central africa": "Africa/Lagos",
    "cabo verde is.": "Atlantic/Cape_Verde",
    "cape verde is.": "Atlantic/Cape_Verde",
    "ekaterinburg": "Asia/Yekaterinburg",
    "nuku'alofa": "Pacific/Tongatapu",
    "international date line west": "Etc/GMT+12",
}


def in_database(name: str) -> ZoneInfo | None:
    """The zone of an area and a city, with whatever a program has put in front (`/mozilla.org/2007_1/Europe/Rome`)."""
    parts = name.split("/")
    for length in (3, 2):
        if len(parts) >= length and (key := _names().get("/".join(parts[-length:]).lower())):
            return ZoneInfo(key)
    return None


def otherwise_known(name: str) -> ZoneInfo | None:
    """The zone of a name without an area: of Windows, of Outlook's lists, or an old one of the database."""
    if len(name) > _LONGEST:
        return None
    lower = name.lower()
    if lower in _UTC:
        return ZoneInfo("UTC")
    key = get_global("windows_zone_mapping").get(name) or _windows().get(lower) or _names().get(lower)
    if key:
        return ZoneInfo(key)
    listed = _LISTED.fullmatch(name)
    return _listed(listed[2], named_offset(name)) if listed else _zone(_REGIONS.get(lower))


def named_offset(name: str) -> timedelta | None:
    """The offset that a name says of itself, as in `(UTC+01:00) …` or `GMT-5`."""
    listed = _LISTED.fullmatch(name) if len(name) <= _LONGEST else None
    if listed:
        return _offset(listed[1]) if listed[1] else timedelta()
    found = _OFFSET.fullmatch(name[:_LONGEST])
    return _offset(found[1]) if found else None


def is_offset(name: str) -> bool:
    """Whether a name is an offset and nothing else."""
    return _OFFSET.fullmatch(name[:_LONGEST]) is not None


def _listed(words: str, said: timedelta | None) -> ZoneInfo | None:
    """The zone of one of the cities in a list: the first that has the offset which the list says."""
    for key in _candidates(words.lower()):
        zone = ZoneInfo(key)
        standard = min(_offset_in(zone, month) for month in (1, 7))
        if standard == said:
            return zone
    return None


def _candidates(words: str) -> Iterator[str]:
    if words in _UTC:
        yield "UTC"
    if words in _REGIONS:
        yield _REGIONS[words]
    for city in _BETWEEN.split(words):
        if key := _cities().get(city.strip().replace(" ", "_")):
            yield key


def _offset_in(zone: ZoneInfo, month: int) -> timedelta:
    return datetime(2026, month, 1, tzinfo=zone).utcoffset() or timedelta()


def _offset(text: str) -> timedelta | None:
    digits = text[1:].replace(":", "").replace(".", "")
    return offset(text[0] + (digits.zfill(2) + "00" if len(digits) <= 2 else digits.zfill(4)))


def _zone(key: str | None) -> ZoneInfo | None:
    return ZoneInfo(key) if key else None


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in sorted(available_timezones()) if name not in _NO_ZONES}


@cache
def _cities() -> dict[str, str]:
    return {name.rpartition("/")[2].lower(): name for name in reversed(sorted(available_timezones())) if "/" in name}


@cache
def _windows() -> dict[str, str]:
    return {name.lower(): key for name, key in get_global("windows_zone_mapping").items()}
