"""A visitor's calendar program, by the book: what it shows after the mails about one series (RFC 5546, 2.1.5, 3.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]


class VisitorCalendar:
    """Calendar program that takes invitations in the order in which they come."""

    def __init__(self) -> None:
        self.main: Any = None
        self.zones: list[Any] = []
        self.dates: dict[datetime, Any] = {}  # by RECURRENCE-ID; what is called off too
        self.orphans = 0  # dates that came before their series

    def take(self, text: bytes | str) -> None:
        """Do what a message asks for, unless a newer one has come before."""
        calendar: Any = icalendar.Calendar.from_ical(text)
        called_off = str(calendar["METHOD"]) == "CANCEL"
        events = calendar.walk("VEVENT")
        self.zones = calendar.walk("VTIMEZONE") or self.zones
        wholes = [one for one in events if "RECURRENCE-ID" not in one]
        if not wholes:
            for one in events:
                self._take_date(one, called_off)
            return
        (whole,) = wholes
        if self.main is not None and _revision(whole) < self._newest():
            return
        self.main, self.dates = None if called_off else whole, {}
        for one in events:
            if one is not whole and not called_off:
                self._take_date(one, called_off)

    def _take_date(self, one: Any, called_off: bool) -> None:  # noqa: ANN401 - the library's
        if self.main is None and not called_off:
            self.orphans += 1
        known = self.dates.get(one["RECURRENCE-ID"].dt, self.main)
        if known is None or _revision(known) <= _revision(one):
            self.dates[one["RECURRENCE-ID"].dt] = one

    def _newest(self) -> tuple[int, datetime]:
        return max(map(_revision, [self.main, *self.dates.values()]))

    def starts(self) -> list[datetime]:
        """All that it shows."""
        calendar = icalendar.Calendar()
        for one in [*self.zones, *([self.main] if self.main else []), *self.dates.values()]:
            calendar.add_component(one)
        shown = recurring_ical_events.of(calendar).between(datetime(2027, 1, 1), datetime(2029, 1, 1))
        return sorted(one["DTSTART"].dt for one in shown if str(one.get("STATUS")) != "CANCELLED")


def _revision(event: Any) -> tuple[int, datetime]:  # noqa: ANN401 - the library's
    return int(event["SEQUENCE"]), event["DTSTAMP"].dt
