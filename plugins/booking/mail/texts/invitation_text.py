"""Invitation text: the fields of a calendar invitation, before it becomes iCalendar."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from plugins.domain.base import Value


class Invitation(Value):
    """A meeting for a calendar program (RFC 5545, RFC 5546); instants are aware and UTC."""

    uid: str
    sequence: int
    # None where it is no message: an event as a calendar keeps it (RFC 4791, 4.1).
    method: Literal["REQUEST", "PUBLISH", "CANCEL"] | None
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_email: str | None = None
    accepted: bool = False  # the attendee has chosen this time herself, and is not asked for a reply
    stamp: datetime
    # Of a series, whose hours go by this clock: what repeats, but for these dates, and those that have moved; or which
    # of its dates this is. Dates are what the clock reads by the rule, without a zone.
    timezone: str | None = None
    rule: str | None = None
    but: tuple[datetime, ...] = ()
    moved: tuple[Invitation, ...] = ()  # or, without a clock, more events of the same file
    instance: datetime | None = None

    def zone(self) -> ZoneInfo | None:
        """The clock of a series."""
        return ZoneInfo(self.timezone) if self.timezone else None

    def wall_start(self) -> datetime:
        """When it begins on the clock of its series."""
        return self.start.astimezone(self.zone()).replace(tzinfo=None)
