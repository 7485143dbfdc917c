"""What is kept of a booking and of a message."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from plugins.domain.value import Value


class Status(StrEnum):
    """Where a booking is in its life."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DONE = "done"
    NO_SHOW = "no_show"


class Booking(Value):
    """A meeting promised to a visitor; instants are aware and UTC."""

    id: str
    meeting: str
    status: Status
    start: datetime
    end: datetime
    name: str
    email: str
    phone: str | None = None
    service: str | None = None
    message: str | None = None
    answers: dict[str, str] = Field(default_factory=dict)
    created_at: datetime
    sequence: int = 0


class Message(Value):
    """What a visitor wrote through the contact form; instants are aware and UTC."""

    id: str
    name: str
    email: str
    message: str
    subject: str | None = None
    service: str | None = None
    created_at: datetime
