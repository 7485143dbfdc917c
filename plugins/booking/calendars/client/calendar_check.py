"""Check that a CalDAV address is a calendar, by its resource type: servers answer queries of folders too, with nothing.

A folder, a principal or a home is told with the calendars that are found from there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from plugins.booking.calendars.client.caldav import Collection
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.discovery import discover
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.webdav import Resource, properties
from plugins.domain.wall_clock import Interval

CHECK_EVERY = timedelta(hours=6)
LOOK_EVERY = timedelta(hours=1)  # for the calendars around an address that is none
_MOST_NAMED = 8
# By these a server says that it is asked at the wrong place; by others nothing of the place.
_WRONG_PLACE = {Reason.FORBIDDEN, Reason.NOT_THERE, Reason.STATUS, Reason.NOT_CALDAV}


class CalendarCheck:
    """Check of CalDAV addresses, kept for hours by each process; the methods raise Unanswered."""

    def __init__(self, ask: Ask, clock: Callable[[], datetime]) -> None:
        self._ask = ask
        self._clock = clock
        self._checked: dict[tuple[str, Login | None], datetime] = {}
        self._looked: dict[tuple[str, Login | None], tuple[datetime, Unanswered]] = {}

    def events(self, address: str, login: Login | None, interval: Interval) -> list[bytes]:
        """Return the events of an interval, from what is known to be a calendar."""
        try:
            texts = Collection(address, login, self._ask).events(interval)
        except Unanswered as error:
            if error.reason not in _WRONG_PLACE:
                raise
            self._checked.pop((address, login), None)
            raise self._with_calendars(address, login, error) from error
        try:
            self.require(address, login)
        except Unanswered as error:
            if error.reason not in {Reason.NO_CALENDAR, Reason.NO_EVENTS}:
                raise
            if not texts or error.values["is_certain"]:
                raise self._with_calendars(address, login, error) from error
            # It answers with events, and has no word for what it is.
        return texts

    def require(self, address: str, login: Login | None) -> None:
        """Refuse what is no calendar for events: nothing may be written there."""
        key, now = (address, login), self._clock()
        if key in self._checked and now - self._checked[key] < CHECK_EVERY:
            return
        error = self._fault(address, login)
        if error:
            raise error
        self._checked[key] = now
        self._looked.pop(key, None)

    def _fault(self, address: str, login: Login | None) -> Unanswered | None:
        collection = address.rstrip("/") + "/"
        try:
            here: Resource | None = next(iter(properties(collection, login, self._ask)), None)
        except Unanswered as error:
            if error.reason not in _WRONG_PLACE:
                return error
            here = None
        if here is None or not here.is_calendar:
            is_certain = here is not None and here.types is not None
            return Unanswered(
                "this collection holds no events of its own", Reason.NO_CALENDAR, calendars=[], is_certain=is_certain
            )
        if not here.holds_events:
            return Unanswered("it holds no events, but tasks alone", Reason.NO_EVENTS, calendars=[], is_certain=True)
        return None

    def _with_calendars(self, address: str, login: Login | None, error: Unanswered) -> Unanswered:
        key, now = (address, login), self._clock()
        if key in self._looked and now - self._looked[key][0] < LOOK_EVERY:
            return self._looked[key][1]
        told = self._looked_around(address, login, error)
        self._looked[key] = now, told
        return told

    def _looked_around(self, address: str, login: Login | None, error: Unanswered) -> Unanswered:
        try:
            found = discover(address, login, self._ask)
        except Unanswered as other:
            return other if other.reason is Reason.MOVED else error
        named = [{"name": one.name, "address": one.address[:300]} for one in found[:_MOST_NAMED]]
        reason = Reason.NO_EVENTS if error.reason is Reason.NO_EVENTS else Reason.NO_CALENDAR
        return Unanswered(f"{error}; calendars found from there: {len(found)}", reason, calendars=named)
