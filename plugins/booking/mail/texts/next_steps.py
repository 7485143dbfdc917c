"""Next steps: what follows a booking and until when, the same for its page, its mails and its calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext, own_zone_of
from plugins.content.templates.formats import clock_name, own_clock, time_and_day
from plugins.domain.booking_lifecycle import change_until, expires_at, reminded_at, room_due
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _


@dataclass(frozen=True)
class NextSteps:
    """Next steps, each as `21:00 di lunedì 1º marzo`; None where there is no such step, or it is over."""

    answer_by: str | None  # of a request
    room_by: str | None  # of a video meeting whose room nobody knows yet
    room_was_due: bool
    reminder_at: str | None
    change_until: str | None  # where that is not the start itself
    can_change: bool


def next_steps(booking: Booking, occasion: BookingContext, now: datetime) -> NextSteps:
    """Say what follows a booking as it stands `now`."""
    rules = occasion.availability

    def told(at: datetime | None) -> str | None:
        return on_both_clocks(at, booking, occasion) if at else None

    confirmed = booking.status is Status.CONFIRMED
    remind, until = reminded_at(booking, rules), change_until(booking, rules)
    wants_room = confirmed and occasion.meeting.where == "video" and not occasion.place_link
    return NextSteps(
        answer_by=told(expires_at(booking, rules) if booking.status is Status.PENDING else None),
        room_by=told(room_due(booking) if wants_room and not occasion.meeting.place_unknown else None),
        room_was_due=room_due(booking) < now,
        reminder_at=told(remind if remind and remind > now else None),
        change_until=told(until if rules.change_notice else None),
        can_change=booking.status.is_open and now <= min(until, booking.start),
    )


def on_both_clocks(at: datetime, booking: Booking, occasion: BookingContext) -> str:
    """An instant on the owner's clock, and on the visitor's where she has another."""
    said, own = time_and_day(at, occasion.zone), own_zone_of(booking)
    there = own_clock(at, occasion.zone, own) if own else ""
    if not there:
        return said
    return _("%(moment)s (%(clock)s; da te %(time)s)", moment=said, clock=clock_name(occasion.zone), time=there)
