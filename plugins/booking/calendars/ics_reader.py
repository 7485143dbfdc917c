"""iCalendar reader (RFC 5545): the busy time that a calendar's text holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.timezone import tzp

from plugins.booking.calendars.recurrence import Recurrence, is_sane_zone, recurs
from plugins.domain.wall_clock import Interval

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MOST_WORDS = 200
_HIGHEST_SEQUENCE = 1_000_000_000  # fits the database with room to rise


class NotACalendar(ValueError):
    """Parse error: a text that is no iCalendar at all."""


class Own(NamedTuple):
    """Event of this installation as it stands there: no time where it is cancelled."""

    time: Interval | None
    sequence: int = 0


@dataclass(frozen=True)
class Reading:
    """Parsed calendar: `busy` keeps time, with words for the owner alone; `own` are events of this installation.

    `skipped` tells of events that could not be read.
    """

    busy: Mapping[Interval, str]
    own: Mapping[str, Own]
    skipped: tuple[str, ...]


def read(texts: Iterable[bytes], interval: Interval, zone: ZoneInfo, installation: str) -> Reading:
    """Read what keeps time within an interval, in UTC; raises NotACalendar.

    All-day events keep the whole local days of `zone`, where floating times are read too. Transparent and cancelled
    events keep nothing. Events whose UID ends in `installation` are the bookings written there, and not busy time.
    """
    busy: dict[Interval, str] = {}
    own: dict[str, Own] = {}
    skipped: list[str] = []
    recurrence = Recurrence(interval)
    for uid, series in _series(texts).items():
        try:
            mine = None
            if uid.endswith(f"@{installation}"):
                event = next((one for one in series if "RECURRENCE-ID" not in one), series[0])
                sequence = min(max(0, int(str(event.get("SEQUENCE", 0)))), _HIGHEST_SEQUENCE)
                mine = _time(event, zone)
                own[uid] = Own(mine if _stands(event) else None, sequence)
                if not any(map(recurs, series)):
                    continue
            found = recurrence.occurrences(series) if any(map(recurs, series)) else series
            for event in found:
                # Of a booking that its owner repeats in her calendar, the other times are hers.
                if mine is None or _time(event, zone) != mine:
                    _keep(event, interval, zone, busy)
        except Exception as error:
            # Whatever one event does to the library, the others still count.
            words = _words(series[0])
            skipped.append(f"{words or uid[:60]}: {_CONTROLS.sub(' ', str(error))[:120] or type(error).__name__}")
    return Reading(busy, own, tuple(skipped))


def _series(texts: Iterable[bytes]) -> dict[str, list[Event]]:
    tzp.use_default()  # forgets the zones that an earlier text made up
    series: dict[str, list[Event]] = defaultdict(list)
    for text in texts:
        try:
            # Bytes, never a string, which versions of the library have taken for the path of a file.
            calendars = Calendar.from_ical(text, multiple=True)
        except Exception as error:  # the library raises many kinds
            raise NotACalendar(f"this is no iCalendar: {type(error).__name__}") from error
        if not calendars or any(one.name != "VCALENDAR" for one in calendars):
            raise NotACalendar("this is no iCalendar: it has no VCALENDAR")
        for calendar in calendars:
            if not all(map(is_sane_zone, calendar.walk("VTIMEZONE"))):
                raise NotACalendar("it has a time zone that no clock could follow")
            for event in calendar.walk("VEVENT"):
                if isinstance(event, Event):
                    series[str(event.get("UID") or f"without UID {len(series)}")].append(event)
    return series


def _keep(event: Event, interval: Interval, zone: ZoneInfo, busy: dict[Interval, str]) -> None:
    kept = _time(event, zone)
    start, end = max(kept.start, interval.start), min(kept.end, interval.end)
    if start >= end or not _stands(event) or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return
    others = busy.get(Interval(start, end))
    words = _words(event)
    busy[Interval(start, end)] = f"{others}, {words}"[:_MOST_WORDS] if others else words


def _stands(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() != "CANCELLED"


def _time(event: Event, zone: ZoneInfo) -> Interval:
    start = _decoded(event, "DTSTART")
    if start is None:
        raise ValueError("it has no DTSTART that can be read")
    end = _decoded(event, "DTEND")
    length = event.decoded("DURATION", None)
    if end is None and isinstance(length, timedelta):
        end = start + length
    if not isinstance(start, datetime):
        following = start + timedelta(days=1)
        end = max(end, following) if end is not None and not isinstance(end, datetime) else following
    found = Interval(_instant(start, zone), _instant(start if end is None else end, zone))
    if found.end < found.start:
        raise ValueError("it ends before it begins")
    return found


def _decoded(event: Event, name: str) -> date | datetime | None:
    value = event.decoded(name, None) if name in event else None
    return value if isinstance(value, date) else None


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    wall = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return (wall.replace(tzinfo=zone) if wall.tzinfo is None else wall).astimezone(UTC)


def _words(event: Event) -> str:
    return _CONTROLS.sub(" ", str(event.get("SUMMARY", ""))).strip()[:_MOST_WORDS]


def window(now: datetime, horizon: timedelta) -> Interval:
    """All that a calendar is asked about: from two days ago to two days past what can be booked."""
    return Interval(now - timedelta(days=2), now + horizon + timedelta(days=2))
