"""Series invitation: a series as one recurring event with its exceptions, or one date of it (RFC 5545, RFC 5546).

One mail can invite to one UID only: so a series has one, and a date keeps its RECURRENCE-ID wherever it moves to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plugins.booking.mail.texts.booking_context import BookingContext, invitation
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.bookings import Booking, Status, meeting_of

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Behind the id of its first booking, whose own event has that as its UID in the owner's calendar.
SUFFIX = "-series"


def of_series(event: Invitation, booking: Booking, occasion: BookingContext) -> Invitation:
    """The event of a booking as the date of its series that it is; as it stands where it is of none."""
    place = booking.series
    if place is None:
        return event
    return event.model_copy(
        update={
            "uid": f"{place.id}{SUFFIX}@{occasion.installation}",
            "timezone": place.timezone,
            "instance": place.wall(place.number),
        }
    )


def series_invitation(
    whole: Sequence[Booking],
    occasion: BookingContext,
    attendee: str | None,
    summary: str,
    words: str,
    accepted: bool = False,
) -> Invitation:
    """All dates of a series that are held, as one event: by its rule, but for what was dropped, and what has moved.

    Where none is held any more, its cancellation.
    """
    held = [one for one in whole if one.status.holds_time] or list(whole)

    def date_of(booking: Booking) -> Invitation:
        meeting = meeting_of(booking, occasion.availability, occasion.identity)  # each with its own place
        event = invitation(booking, replace(occasion, meeting=meeting), attendee, summary, words, accepted)
        return of_series(event, booking, occasion).model_copy(update=revision)

    revision = {"sequence": max(one.sequence for one in whole), "stamp": max(one.updated_at for one in whole)}
    first, last = held[0].series, held[-1].series
    assert first is not None
    assert last is not None
    begin = first.wall(first.number)
    numbers = {one.series.number for one in held if one.series}
    count, day = last.number - first.number + 1, _DAYS[begin.weekday()]
    rule = f"FREQ=WEEKLY;INTERVAL={first.every};COUNT={count};BYDAY={day}"
    is_agreed = any(one.status is not Status.PENDING for one in held)
    main = date_of(held[0])
    moved = [
        one
        for one in map(date_of, held)
        if one.wall_start() != one.instance
        or (is_agreed and one.status == "TENTATIVE")
        or one.location != main.location
    ]
    at = begin.replace(tzinfo=main.zone())
    return main.model_copy(
        update={
            "instance": None,
            "rule": rule,
            "start": at,
            "end": at + (held[0].end - held[0].start),
            "status": "CONFIRMED" if is_agreed and main.status == "TENTATIVE" else main.status,
            "but": tuple(
                first.wall(number) for number in range(first.number, last.number + 1) if number not in numbers
            ),
            "moved": tuple(moved),
        }
    )
