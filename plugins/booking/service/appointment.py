"""Appointment: a booking with what it refers to, as the content is now, at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.next_steps import NextSteps, next_steps
from plugins.booking.storage.booking_rows import LastChange
from plugins.domain.bookings import Booking


@dataclass(frozen=True)
class Appointment:
    """A booking with what it refers to, as the content is now, at an instant."""

    booking: Booking
    occasion: BookingContext
    now: datetime
    changed: LastChange | None = None
    # All dates of the series that it is of, none where it is of none.
    series: tuple[Booking, ...] = ()

    @property
    def can_change(self) -> bool:
        """Whether the visitor may still move it or call it off."""
        return self.steps.can_change

    @property
    def steps(self) -> NextSteps:
        """What follows it."""
        return next_steps(self.booking, self.occasion, self.now)
