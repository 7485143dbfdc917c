"""Agreed meeting: what a booking was taken as, kept with it whatever becomes of that kind of meeting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from pydantic import ConfigDict, ValidationError

from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Text
from plugins.domain.identity import Identity
from plugins.domain.questions import Question

_PLACE = {"where", "link", "room", "address"}
# When it may be is always told by the content as it is, and no part of what was agreed.
_TIMETABLE = {"hours", "closures", "notice", "horizon", "listed", "follow_up", "follow_up_text", "no_show_text"}


class AgreedMeeting(Meeting):
    """A kind of meeting as it was on the day it was booked, its room or address with it."""

    # What a later version keeps besides is no reason not to read a booking.
    model_config = ConfigDict(extra="ignore")

    # Where a meeting in person was to be.
    address: Text | None = None
    # Nobody knows where it was to be: it was booked before this was kept, and its kind has left the content, or a
    # version that knows more kinds of place wrote it.
    place_unknown: bool = False


def agreed_as(meeting: Meeting, identity: Identity, room_name: str | None = None) -> AgreedMeeting:
    """A kind of meeting as it stands now, to be kept with a booking; `room_name` is that of its own video room."""
    shared = (meeting.link or identity.video) if meeting.where == "video" else meeting.link
    place = {
        "link": room_link(meeting, room_name) or shared,
        "address": _address(meeting, identity) if meeting.where == "in_person" else None,
    }
    kept = {name: value for name, value in dict(meeting).items() if name not in _TIMETABLE}
    return AgreedMeeting.model_validate(kept | place)


def room_link(meeting: Meeting, room_name: str | None) -> str | None:
    """The link to a video room of that name; None where a meeting has none for each booking."""
    return meeting.room.replace("{room}", room_name) if meeting.room and room_name else None


def _address(meeting: Meeting, identity: Identity) -> str:
    place = identity.place(meeting.place) if meeting.place else None
    return identity.address if place is None else f"{place.name}, {place.address}"


def read_agreed(kept: str) -> AgreedMeeting | None:
    """Read what was kept with a booking, by a later version too; None where it does not tell what was booked.

    What this version does not understand is left out, and a move waits for the owner then.
    """
    known: object = None
    with suppress(ValueError):
        known = json.loads(kept)
    if not isinstance(known, dict):
        return None
    if isinstance(known.get("questions"), list):
        known["questions"] = [_known_of(one) for one in known["questions"]]
    try:
        return AgreedMeeting.model_validate(known)
    except ValidationError as error:
        unread = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    if unread & _PLACE:
        unread |= _PLACE
        known["place_unknown"] = True
    readable = {name: value for name, value in known.items() if name not in unread}
    with suppress(ValidationError):
        return AgreedMeeting.model_validate(readable | {"confirmation": "manual"})
    return None


def _known_of(question: object) -> object:
    if not isinstance(question, Mapping):
        return question
    return {name: value for name, value in question.items() if name in Question.model_fields}


def still_agreed(agreed: AgreedMeeting, availability: Availability, identity: Identity) -> bool:
    """Whether that kind of meeting is still held as it was agreed, as far as a client is told."""
    now = availability.meeting(agreed.slug)
    if now is None:
        return False
    # Of rooms for each booking, no two links are the same.
    told = {"title", "minutes", "where", "address", "room" if agreed.room or now.room else "link"}
    return agreed_as(now, identity).model_dump(include=told) == agreed.model_dump(include=told)


def to_move_by(agreed: AgreedMeeting, availability: Availability) -> AgreedMeeting:
    """The rules by which a visitor moves a booking: those it was booked under, the owner's confirmation besides.

    She is asked where the kind of meeting is gone, and where it is confirmed by hand by now.
    """
    now = availability.meeting(agreed.slug)
    timely = with_timetable(agreed, availability)
    return timely if now and now.confirmation == "automatic" else timely.model_copy(update={"confirmation": "manual"})


def with_timetable(agreed: AgreedMeeting, availability: Availability) -> AgreedMeeting:
    """What was agreed, at the hours, notice and horizon that its kind of meeting has now."""
    now = availability.meeting(agreed.slug)
    if now is None:
        return agreed
    # Who booked a meeting of her own is not put among others, though its kind is for several by now.
    seats = {"seats": now.seats} if agreed.seats is not None else {}
    return agreed.model_copy(update={name: value for name, value in dict(now).items() if name in _TIMETABLE} | seats)
