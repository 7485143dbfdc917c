"""Times of Graph events (dateTimeTimeZone): instants, and whole days where an event lasts all day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from plugins.booking.calendars.ics.unread import Reason
from plugins.booking.calendars.ics.zone_names import in_database, otherwise_known
from plugins.domain.wall_clock import Interval

_DAY = timedelta(days=1)
_IN_DOUBT = timedelta(hours=1)  # is kept where the end cannot be read
# Beyond any year that is asked about, and as far from the ends of all calendars that other zones' clocks fit in.
_FIRST, _LAST = datetime(2, 1, 1), datetime(9998, 12, 31)
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(Z?)")


def time_of(event: Mapping[str, Any], owner: ZoneInfo) -> tuple[Interval | None, Reason | None]:
    """Return when an event is, in UTC, and what of it could not be read.

    Graph says the days of an event that lasts all day as midnights whatever time zone it was asked for; they are whole
    days of the owner's, as in every other calendar. A zone that nobody knows is hers too.
    """
    start, fault = _wall(event.get("start"))
    end, other = _wall(event.get("end"))
    fault = fault or other
    if start is None:
        return None, Reason.START
    if event.get("isAllDay") is True:
        return _days(start, end, event, owner), None if end else Reason.END
    first = _instant(start, owner)
    if end is None:
        return Interval(first, first + _IN_DOUBT), Reason.END
    last = _instant(end, owner)
    if last < first:
        return None, Reason.BACKWARDS
    return Interval(first, last), fault


def moment_of(instant: datetime) -> dict[str, str]:
    """Return an instant as Graph is told one: in UTC, which every mailbox knows."""
    return {"dateTime": f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def _days(
    start: tuple[datetime, ZoneInfo | None],
    end: tuple[datetime, ZoneInfo | None] | None,
    event: Mapping[str, Any],
    owner: ZoneInfo,
) -> Interval:
    first = _day(start, event.get("originalStartTimeZone"), owner)
    last = _day(end, event.get("originalEndTimeZone"), owner, up=True) if end else first
    return Interval(_midnight(first, owner), _midnight(max(last, first + _DAY), owner))


def _day(stamp: tuple[datetime, ZoneInfo | None], original: object, owner: ZoneInfo, up: bool = False) -> date:
    """The day that a bound names: a midnight as it stands, else that of the zone which the event was made in."""
    wall, said = stamp
    if wall.time() == time():
        return wall.date()
    for zone in filter(None, (_zone(original), owner)):
        local = wall.replace(tzinfo=said or owner).astimezone(zone)
        if local.time() == time():
            return local.date()
    local = wall.replace(tzinfo=said or owner).astimezone(owner)
    return local.date() + _DAY if up else local.date()  # on no clock a midnight: rather a day too many


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _wall(given: object) -> tuple[tuple[datetime, ZoneInfo | None] | None, Reason | None]:
    """Read a dateTimeTimeZone: its clock, and its zone where that is known."""
    if not isinstance(given, dict):
        return None, None
    found = _STAMP.fullmatch(str(given.get("dateTime", "")))
    try:
        wall = min(max(datetime.fromisoformat(found[1]), _FIRST), _LAST) if found else None
    except ValueError:
        wall = None
    if wall is None or found is None:
        return None, None
    zone = ZoneInfo("UTC") if found[2] else _zone(given.get("timeZone"))
    return (wall, zone), None if zone else Reason.ZONE


def _instant(stamp: tuple[datetime, ZoneInfo | None], owner: ZoneInfo) -> datetime:
    return stamp[0].replace(tzinfo=stamp[1] or owner).astimezone(UTC)


def _zone(name: object) -> ZoneInfo | None:
    """The zone of a name of Windows, or of the database; none of one that is the mailbox's own making."""
    if not isinstance(name, str) or len(name) > 200:
        return None
    return ZoneInfo("UTC") if name.upper() == "UTC" else in_database(name) or otherwise_known(name)
