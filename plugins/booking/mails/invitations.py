"""What a calendar invitation says, before it becomes iCalendar."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from plugins.domain.value import Value


class Invitation(Value):
    """A meeting for a calendar program (RFC 5545, RFC 5546); instants are aware and UTC."""

    uid: str
    sequence: int
    method: Literal["REQUEST", "PUBLISH", "CANCEL"]
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_email: str | None = None
    stamp: datetime
