"""Appointment: a booking with what it refers to, as the content is now, at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.next_steps import NextSteps, next_steps
from plugins.booking.storage.booking_rows import LastChange
from plugins.content.office import Office
from plugins.domain.bookings import Booking, meeting_of


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


def whereabouts(booking: Booking, office: Office) -> dict[str, str]:
    """Where a meeting in person is held, if its place is one that the hours name or that says how to get there."""
    meeting = meeting_of(booking, office.availability, office.identity)
    if meeting.address is None or (meeting.held_at is None and meeting.how_to_get_there is None):
        return {}
    told = {"address": meeting.address, "how_to_get_there": meeting.how_to_get_there}
    return {name: value for name, value in told.items() if value}
