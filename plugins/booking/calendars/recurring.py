"""The occurrences of a recurring event, at a cost that whoever wrote its rule cannot choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component, Event

from plugins.domain.wall_clock import Interval

# How far apart the steps are that a rule is worked out in, in days. A meeting each minute is a mistake or an attack.
_STEP = {"YEARLY": 365.0, "MONTHLY": 30.0, "WEEKLY": 7.0, "DAILY": 1.0, "HOURLY": 1 / 24}
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_RARE = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_TO_THE_END_OF_TIME = 8000 * 365.0
_MOST_STEPS = 3_500_000
MOST_OCCURRENCES = 20_000


class TooCostly(ValueError):
    """A rule of recurrence that would take too long to work out, or that is none (RFC 5545, 3.3.10)."""


def recurs(event: Event) -> bool:
    """Whether an event is more than itself."""
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


class Recurrence:
    """Works series out within an interval; all that one reading asks for shares one budget."""

    def __init__(self, interval: Interval) -> None:
        self._interval = interval
        self._steps_left: float = _MOST_STEPS
        self._occurrences_left = MOST_OCCURRENCES

    def occurrences(self, series: Sequence[Event]) -> list[Event]:
        """Return the occurrences of the events that share a UID, each with its own start and end.

        Raises TooCostly, and whatever the library makes of a rule that it cannot read.
        """
        for event in series:
            event.pop("EXRULE", None)  # deprecated by RFC 5545; without it more time is kept, never less
            for rule in _listed(event.get("RRULE")):
                self._steps_left -= self._steps(rule, event.decoded("DTSTART"))
                if self._steps_left < 0:
                    raise TooCostly("its rule takes too long to work out")
        calendar = Calendar()
        for event in series:
            calendar.add_component(event)
        first, last = self._interval
        found: list[Event] = recurring_ical_events.of(calendar).between(first, last)
        self._occurrences_left -= len(found)
        if self._occurrences_left < 0:
            raise TooCostly("it happens too often")
        return found

    def _steps(self, rule: Any, start: date | datetime) -> float:  # noqa: ANN401 - a mapping of lists of anything
        frequency = str((rule.get("FREQ") or [""])[0]).upper()
        if frequency not in _STEP:
            raise TooCostly(f"FREQ={frequency} is not for meetings")
        for every in rule.get("INTERVAL") or [1]:
            if not isinstance(every, int) or every < 1:
                raise TooCostly("INTERVAL must be one or more")  # none at all would never end
        days = max(1.0, (self._interval.end.date() - date(start.year, start.month, start.day)).days)
        rare = [name for name in _RARE if rule.get(name)]
        far = any(abs(int(place)) > 5 for place in rule.get("BYSETPOS") or [])
        if rare and (far or frequency in {"DAILY", "HOURLY"} or rule.get("BYMONTH")):
            days = _TO_THE_END_OF_TIME  # the thirtieth of February is looked for until the years end
        steps = days / _STEP[frequency]
        for name in _WITHIN_A_DAY:
            steps *= max(1, len(rule.get(name) or []))
        return steps


def is_sane_zone(zone: Component) -> bool:
    """Say whether the clocks of a VTIMEZONE change by rules that come to an end of their own: once a year."""
    return all(
        str((rule.get("FREQ") or [""])[0]).upper() == "YEARLY"
        and all(isinstance(every, int) and every >= 1 for every in rule.get("INTERVAL") or [1])
        and not any(rule.get(name) for name in _WITHIN_A_DAY)
        for change in zone.subcomponents
        for rule in _listed(change.get("RRULE"))
    )


def _listed(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
