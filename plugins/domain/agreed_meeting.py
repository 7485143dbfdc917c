"""Agreed meeting: what a booking was taken as, kept with it whatever becomes of that kind of meeting."""

from __future__ import annotations

from pydantic import ConfigDict

from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Text
from plugins.domain.identity import Identity


class AgreedMeeting(Meeting):
    """A kind of meeting as it was on the day it was booked, its room or address with it."""

    # What a later version keeps besides is no reason not to read a booking.
    model_config = ConfigDict(extra="ignore")

    # Where a meeting in person was to be.
    address: Text | None = None
    # Nobody knows where it was to be: it was booked before this was kept, and its kind has left the content.
    place_unknown: bool = False


def agreed_as(meeting: Meeting, identity: Identity) -> AgreedMeeting:
    """A kind of meeting as it stands now, to be kept with a booking."""
    place = {
        "link": (meeting.link or identity.video) if meeting.where == "video" else meeting.link,
        "address": identity.address if meeting.where == "in_person" else None,
    }
    return AgreedMeeting.model_validate(dict(meeting) | place)


def still_agreed(agreed: AgreedMeeting, availability: Availability, identity: Identity) -> bool:
    """Whether that kind of meeting is still held as it was agreed, as far as a client is told."""
    now = availability.meeting(agreed.slug)
    told = {"title", "minutes", "where", "link", "address"}
    return now is not None and agreed_as(now, identity).model_dump(include=told) == agreed.model_dump(include=told)


def to_move_by(agreed: AgreedMeeting, availability: Availability) -> AgreedMeeting:
    """The rules by which a visitor moves a booking: those it was booked under, the owner's confirmation besides.

    She is asked where the kind of meeting is gone, and where it is confirmed by hand by now.
    """
    now = availability.meeting(agreed.slug)
    return agreed if now and now.confirmation == "automatic" else agreed.model_copy(update={"confirmation": "manual"})
