"""Recurrence: the occurrences of a recurring event (RRULE), within a computing budget.

Whoever wrote a rule cannot choose what it costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component, Event

from plugins.domain.wall_clock import Interval

# How far apart the steps are that a rule is worked out in, in days. A meeting each minute is a mistake or an attack.
_STEP = {"YEARLY": 365.0, "MONTHLY": 30.0, "WEEKLY": 7.0, "DAILY": 1.0, "HOURLY": 1 / 24}
# How long one step takes beside a day's: a step looks at each of its days.
_WEIGHT = {"YEARLY": 24, "MONTHLY": 4, "WEEKLY": 3, "DAILY": 1, "HOURLY": 1}
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_LIMITS = ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO")
# In each of its years.
_MONTH_DAYS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
_TO_THE_END_OF_TIME = 8000 * 365.0
_MOST_STEPS = 3_500_000
MOST_OCCURRENCES = 20_000


class TooCostly(ValueError):
    """A rule of recurrence that would take too long to work out, or that is none (RFC 5545, 3.3.10)."""


def recurs(event: Event) -> bool:
    """Whether an event is more than itself."""
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


class Recurrence:
    """Expansion of recurring events within an interval; all that one reading asks for shares one budget."""

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
        if not _comes_soon(frequency, max(rule.get("INTERVAL") or [1]), rule, start.day):
            days = _TO_THE_END_OF_TIME  # the thirtieth of February is looked for until the years end
        steps = days / _STEP[frequency] * _WEIGHT[frequency]
        for name in _WITHIN_A_DAY:
            steps *= max(1, len(rule.get(name) or []))
        return steps


def _comes_soon(frequency: str, every: int, rule: Any, day: int) -> bool:  # noqa: ANN401
    """Say whether a rule surely comes again within a few years: only those known to; `day` is its first start's."""
    limits = {name for name in _LIMITS if rule.get(name)}
    months = [int(month) for month in rule.get("BYMONTH") or []]
    dates = [abs(int(one)) for one in rule.get("BYMONTHDAY") or ([] if "BYDAY" in limits else [day])]
    places = [abs(int(place)) for place in rule.get("BYSETPOS") or []]
    ordinals = [int(found) for one in rule.get("BYDAY") or [] if (found := re.sub("[^0-9]", "", str(one)))]
    by_months = frequency in {"YEARLY", "MONTHLY"}
    if months and (not all(1 <= month <= 12 for month in months) or (frequency != "YEARLY" and every > 1)):
        return False
    if limits <= {"BYDAY", "BYMONTH"} and not by_months:
        # By seven days or seven hours it meets the same days of the week for ever.
        return "BYDAY" not in limits or frequency == "WEEKLY" or every == 1 or every % 7 != 0
    if limits <= {"BYDAY", "BYMONTH", "BYSETPOS"} and "BYDAY" in limits and by_months:
        return 1 <= min(ordinals, default=1) <= 4 and 1 <= min(places, default=1) <= (1 if ordinals else 4)
    if limits <= {"BYMONTH", "BYMONTHDAY"} and frequency != "WEEKLY" and (by_months or every == 1):
        longest = max(_MONTH_DAYS.get(month, 31) for month in months or [1])
        # Every so many months it may meet short ones alone, unless it began on such a day.
        return 1 <= min(dates) <= (longest if months or every == 1 or "BYMONTHDAY" not in limits else 28)
    return limits == {"BYDAY", "BYMONTHDAY"} and every == 1 and not ordinals and 1 <= min(dates) <= 28


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
