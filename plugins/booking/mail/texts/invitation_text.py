"""Invitation text: the fields of a calendar invitation, before it becomes iCalendar."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

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
