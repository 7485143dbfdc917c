"""Bookings, messages and blocks, as they are stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from plugins.domain.agreed_meeting import AgreedMeeting, agreed_as, with_timetable
from plugins.domain.availability import Availability
from plugins.domain.base import Value
from plugins.domain.identity import Identity
from plugins.domain.language import _, further_language
from plugins.domain.open_hours import place_at
from plugins.domain.questions import Answer, translated_answers
from plugins.domain.series import SeriesPlace


class Status(StrEnum):
    """Status of a booking in its lifecycle."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DONE = "done"
    NO_SHOW = "no_show"

    @property
    def holds_time(self) -> bool:
        """Whether a booking in this state keeps its time from others."""
        return self not in {Status.DECLINED, Status.EXPIRED, Status.CANCELLED}

    @property
    def is_open(self) -> bool:
        """Whether the meeting is still to come, or to be answered."""
        return self in {Status.PENDING, Status.CONFIRMED}


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
    answers: dict[str, Answer] = Field(default_factory=dict)
    # The visitor's language, where it is not the site's own.
    language: str | None = None
    # The visitor's own time zone, where it is known to differ from the owner's.
    timezone: str | None = None
    created_at: datetime
    # When it last changed in a way that its invitations tell of.
    updated_at: datetime
    # The revision of its invitations (RFC 5546, 2.1.4), and whether one was ever sent.
    sequence: int = 0
    invited: bool = False
    # What it was booked as; None where it was booked before this was kept.
    agreed: AgreedMeeting | None = None
    # Which date of a series it is, where it is one.
    series: SeriesPlace | None = None

    @property
    def has_own_room(self) -> bool:
        """Whether it has a video room of its own, which another one can take the place of."""
        agreed = self.agreed
        return agreed is not None and agreed.room is not None and agreed.where == "video" and agreed.seats is None


def meeting_of(booking: Booking, availability: Availability, identity: Identity) -> AgreedMeeting:
    """The meeting that a booking was taken as, in the language in force.

    Of a booking that does not tell, the kind of meeting as it is now, with the booking's own length; where that is
    gone too, something to be told without a place.
    """
    if booking.agreed is not None:
        agreed = booking.agreed.in_language(further_language() or "")
        return _with_room(with_timetable(agreed, availability), availability, identity)
    minutes = (booking.end - booking.start) // timedelta(minutes=1)
    kind = availability.meeting(booking.meeting)
    if kind is not None:
        agreed = agreed_as(kind, identity, place_at(kind, booking.start, availability))
        return with_timetable(agreed, availability).model_copy(update={"minutes": minutes})
    return AgreedMeeting(
        slug=booking.meeting, title=_("Appuntamento"), minutes=minutes, step=minutes, place_unknown=True
    )


def _with_room(agreed: AgreedMeeting, availability: Availability, identity: Identity) -> AgreedMeeting:
    """A video meeting that had no room when it was agreed has the one that there is by now."""
    if agreed.where != "video" or agreed.link or agreed.place_unknown:
        return agreed
    now = availability.meeting(agreed.slug)
    room = (now.link if now and now.where == "video" else None) or identity.video
    return agreed.model_copy(update={"link": room})


def answers_of(booking: Booking) -> dict[str, Answer]:
    """What was answered, in the language in force as far as the options were kept in it."""
    agreed, code = booking.agreed, further_language()
    if agreed is None or code is None:
        return booking.answers
    return translated_answers(booking.answers, agreed.questions, agreed.in_language(code).questions)


class Message(Value):
    """What a visitor wrote through the contact form; instants are aware and UTC."""

    id: str
    name: str
    email: str
    message: str
    subject: str | None = None
    service: str | None = None
    language: str | None = None
    created_at: datetime


class Block(Value):
    """Time that the owner keeps for herself; instants are aware and UTC."""

    id: str
    start: datetime
    end: datetime
    reason: str | None = None
    created_at: datetime
