"""Follow-up: what the owner writes to a visitor some time after a meeting, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from plugins.domain.availability import Availability, Meeting
from plugins.domain.bookings import Booking, Status

# So long after its time a mail may still go out; later it would be read as an odd one.
LATE = timedelta(days=3)


class FollowUp(NamedTuple):
    """What is written, and from when on."""

    due: datetime
    text: str
    asks_testimonial: bool = False


def follow_up_of(booking: Booking, availability: Availability) -> FollowUp | None:
    """What follows a meeting that was held, or to which nobody came, as its kind says now, or else all of them."""
    meeting = availability.meeting(booking.meeting)
    scopes: list[Meeting | Availability] = [availability] if meeting is None else [meeting, availability]
    wait = next((one.follow_up for one in scopes if one.follow_up is not None), None)
    texts = {
        Status.DONE: [one.follow_up_text for one in scopes],
        Status.NO_SHOW: [one.no_show_text for one in scopes],
    }.get(booking.status, [])
    text = next((one for one in texts if one is not None), None)
    if wait is None or text is None:
        return None
    asked = next(one.testimonials for one in scopes if one.testimonials is not None)
    return FollowUp(booking.end + wait, text, asked and booking.status is Status.DONE)


def longest_wait(availability: Availability) -> timedelta | None:
    """How long after a meeting something may follow at the latest; None where nothing follows any."""
    waits = [availability.follow_up, *(one.follow_up for one in availability.meetings)]
    return max((one for one in waits if one is not None), default=None)


def asks_testimonials(availability: Availability) -> bool:
    """Whether clients are asked for a few words after any kind of meeting."""
    return availability.testimonials or any(one.testimonials for one in availability.meetings)
