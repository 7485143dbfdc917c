"""Window test of events: which are certainly outside an interval, told from their bytes before anything is read."""

from __future__ import annotations

import re
from datetime import timedelta

from plugins.domain.wall_clock import Interval

# Whatever comes again, or is somewhere else than it says, has to be read. A date is looked at without its clock.
_LINE = re.compile(
    rb"^(?:DTSTART(?:;[^\n]*)?:([0-9]{8})(?:T[0-9]*Z?)?|DTEND(?:;[^\n]*)?:([0-9]{8})(?:T[0-9]*Z?)?"
    rb"|(RRULE|RDATE|RECURRENCE-ID|DURATION|DTSTART|DTEND)[;:][^\n]*)[ \t\r]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ASIDE = timedelta(days=3)  # of any clock from UTC, a day of its own, and room


class EventWindow:
    """Window test for one interval."""

    def __init__(self, interval: Interval) -> None:
        self._first, self._last = (
            f"{bound:%Y%m%d}".encode() for bound in (interval.start - _ASIDE, interval.end + _ASIDE)
        )

    def excludes(self, lines: bytes) -> bool:
        """Whether an event keeps no time in the interval for sure."""
        starts: list[bytes] = []
        ends: list[bytes] = []
        for start, end, other in _LINE.findall(lines):
            if other:
                return False
            (starts if start else ends).append(start or end)
        if not starts:
            return False
        return min(starts) > self._last or max(starts + ends) < self._first
