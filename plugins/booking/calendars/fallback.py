"""Fallback while a calendar is stale or not whole: every meeting needs the owner's confirmation."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from plugins.booking.calendars.ics.unread import Unread
from plugins.booking.calendars.sources import Sources, State, key_of
from plugins.booking.storage.engine import Unavailable
from plugins.content.office import Office
from plugins.domain.availability import Availability

_LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Figures:
    """Metrics of the calendars that keep time; `oldest_seconds` is the age of the oldest answer in use."""

    sources: int
    untrusted: int
    failing: int
    skipped_events: int
    oldest_seconds: int | None


class CalendarFallback:
    """Fallback: gives the office, every meeting `manual` while a calendar that keeps time is silent too long.

    One that never answered cannot be believed either, nor one of which time may be missing. The database is asked at
    most once a second, and not at all where the content names no calendar.
    """

    def __init__(
        self,
        office: Callable[[], Office],
        sources: Sources,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._office = office
        self._sources = sources
        self._clock = clock
        self._monotonic = monotonic
        self._looked_at: float | None = None
        self._states: Mapping[str, State] = {}
        self._cautious: tuple[Office, Office] | None = None

    def __call__(self) -> Office:
        """Return the office as it may be promised from."""
        office = self._office()
        if not office.availability.busy or self._trusts(office.availability):
            return office
        if self._cautious is None or self._cautious[0] is not office:
            self._cautious = office, replace(office, availability=by_hand(office.availability))
        return self._cautious[1]

    def unread(self) -> tuple[tuple[str, Unread], ...]:
        """Name the events of which time may be missing, each with its calendar's key; raises Unavailable."""
        states = self._sources.states()
        keys = [key_of(one.address) for one in self._office().availability.busy]
        return tuple((key, one) for key in keys if (state := states.get(key)) for one in state.unread)

    def incomplete(self) -> int:
        """Count the calendars that answer, but not with all of their time; raises Unavailable."""
        states = self._sources.states()
        known = (states.get(key_of(one.address)) for one in self._office().availability.busy)
        return sum(one is not None and not one.is_whole for one in known)

    def figures(self) -> Figures:
        """Count how the calendars stand; raises Unavailable."""
        availability, now, states = self._office().availability, self._clock(), self._sources.states()
        known = [states.get(key_of(one.address)) for one in availability.busy]
        ages = [int((now - one.fetched_at).total_seconds()) for one in known if one and one.fetched_at]
        return Figures(
            sources=len(known),
            untrusted=sum(not (one and one.trusted(now, availability.busy_trusted_for)) for one in known),
            failing=sum(bool(one and one.error) for one in known),
            skipped_events=sum(one.skipped for one in known if one),
            oldest_seconds=max(ages, default=None),
        )

    def _trusts(self, availability: Availability) -> bool:
        if self._looked_at is None or self._monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS:
            # A database that does not answer leaves what was known last; whoever books meets it too.
            with suppress(Unavailable):
                self._states = self._sources.states()
            self._looked_at = self._monotonic()
        now, states = self._clock(), self._states
        found = (states.get(key_of(one.address)) for one in availability.busy)
        return all(one is not None and one.trusted(now, availability.busy_trusted_for) for one in found)


def by_hand(availability: Availability) -> Availability:
    """The same rules, every meeting confirmed by the owner herself."""
    meetings = tuple(one.model_copy(update={"confirmation": "manual"}) for one in availability.meetings)
    return availability.model_copy(update={"meetings": meetings})
