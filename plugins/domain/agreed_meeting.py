"""Agreed meeting: what a booking was taken as, kept with it whatever becomes of that kind of meeting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from pydantic import ConfigDict, ValidationError

from plugins.domain.availability import Availability, Meeting
from plugins.domain.base import Slug, Text, Value
from plugins.domain.identity import Identity
from plugins.domain.questions import Question

_PLACE = {"where", "link", "room", "address", "held_at", "how_to_get_there"}
# When it may be is always told by the content as it is, and no part of what was agreed.
_TIMETABLE = {
    "hours",
    "closures",
    "notice",
    "horizon",
    "listed",
    "follow_up",
    "follow_up_text",
    "no_show_text",
    "repeat",
}


class MeetingWords(Value):
    """What a meeting that was agreed is called and told in another language."""

    model_config = ConfigDict(extra="ignore")

    title: Text
    price: Text | None = None
    questions: tuple[Question, ...] = ()
    address: Text | None = None
    how_to_get_there: Text | None = None


class AgreedMeeting(Meeting):
    """A kind of meeting as it was on the day it was booked, its room or address with it."""

    # What a later version keeps besides is no reason not to read a booking.
    model_config = ConfigDict(extra="ignore")

    # Where a meeting in person was to be.
    address: Text | None = None
    how_to_get_there: Text | None = None
    # The place that the hours of that time named, where the meeting has none of its own.
    held_at: Slug | None = None
    # Nobody knows where it was to be: it was booked before this was kept, and its kind has left the content, or a
    # version that knows more kinds of place wrote it.
    place_unknown: bool = False
    # The same in the further languages of the site, by their codes; all else is in its own.
    translations: dict[str, MeetingWords] | None = None

    def in_language(self, code: str) -> AgreedMeeting:
        """The same in the words of a language, as far as they were kept."""
        words = (self.translations or {}).get(code)
        return self.model_copy(update=dict(words)) if words else self


def agreed_as(meeting: Meeting, identity: Identity, place: str | None, room_name: str | None = None) -> AgreedMeeting:
    """A kind of meeting as it stands now, to be kept with a booking, at the `place` that the hours of its time name.

    `room_name` is that of a video room of its own.
    """
    kept = {name: value for name, value in dict(meeting).items() if name not in _TIMETABLE}
    shared = (meeting.link or identity.video) if meeting.where == "video" else meeting.link
    kept["link"] = room_link(meeting, room_name) or shared
    return AgreedMeeting.model_validate(kept | _told_place(meeting, identity, place))


def agreed_in_all(
    meeting: Meeting,
    identity: Identity,
    place: str | None,
    room_name: str | None,
    further: Mapping[str, tuple[Meeting, Identity]],
) -> AgreedMeeting:
    """The same with its words in the `further` languages of the site."""
    agreed = agreed_as(meeting, identity, place, room_name)
    if not further:
        return agreed
    others = {code: dict(agreed_as(*there, place)) for code, there in further.items()}
    words = {code: {name: one[name] for name in MeetingWords.model_fields} for code, one in others.items()}
    return agreed.model_copy(
        update={"translations": {code: MeetingWords.model_validate(one) for code, one in words.items()}}
    )


def room_link(meeting: Meeting, room_name: str | None) -> str | None:
    """The link to a video room of that name; None where a meeting has none for each booking."""
    return meeting.room.replace("{room}", room_name) if meeting.room and room_name else None


def _told_place(meeting: Meeting, identity: Identity, held_at: str | None) -> dict[str, str | None]:
    if meeting.where != "in_person":
        return {"address": None, "how_to_get_there": None, "held_at": None}
    place = identity.place(meeting.place or held_at or "")
    return {
        "address": identity.address if place is None else f"{place.name}, {place.address}",
        "how_to_get_there": place.how_to_get_there if place else None,
        "held_at": None if meeting.place else held_at,
    }


def moved_to(
    agreed: AgreedMeeting, identity: Identity, place: str | None, further: Mapping[str, Identity] | None = None
) -> AgreedMeeting:
    """What was agreed, at another time: with the place that the hours name then, where they name another."""
    if agreed.where != "in_person" or agreed.place is not None or agreed.held_at == place:
        return agreed
    moved: dict[str, object] = dict(_told_place(agreed, identity, place))
    if agreed.translations:
        moved["translations"] = {
            code: words.model_copy(update=_told_address(agreed, (further or {}).get(code, identity), place))
            for code, words in agreed.translations.items()
        }
    return agreed.model_copy(update=moved)


def _told_address(agreed: AgreedMeeting, identity: Identity, place: str | None) -> dict[str, str | None]:
    told = _told_place(agreed, identity, place)
    return {name: told[name] for name in ("address", "how_to_get_there")}


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
    # Other hours are no other meeting: at the place that was agreed, if it is still there. Of rooms for each booking,
    # no two links are the same.
    told = {"title", "minutes", "where", "address", "room" if agreed.room or now.room else "link"}
    return agreed_as(now, identity, agreed.held_at).model_dump(include=told) == agreed.model_dump(include=told)


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
