"""Agreement: what a booking is taken as, in the owner's words and beside them in each language of the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from plugins.booking.service.site_languages import own_office
from plugins.content.office import Office
from plugins.domain.agreed_meeting import AgreedMeeting, agreed_in_all, moved_to
from plugins.domain.availability import Availability, Meeting
from plugins.domain.language import further_language
from plugins.domain.open_hours import place_at
from plugins.domain.questions import translated_answers
from plugins.domain.requests import BookingRequest


def agreement(
    office: Callable[[], Office], meeting: Meeting, start: datetime, rules: Availability, room_name: str | None
) -> AgreedMeeting:
    """A kind of meeting at a start as it stands now, to be kept with a booking."""
    own = own_office(office)
    further = {
        code: (there, one.identity)
        for code, one in own.further.items()
        if (there := one.availability.meeting(meeting.slug))
    }
    return agreed_in_all(_hers(own, meeting), own.identity, place_at(meeting, start, rules), room_name, further)


def moved_agreement(
    office: Callable[[], Office], agreed: AgreedMeeting, meeting: Meeting, start: datetime, rules: Availability
) -> AgreedMeeting:
    """What was agreed, at another start: with the place where she is then."""
    own = own_office(office)
    further = {code: one.identity for code, one in own.further.items()}
    return moved_to(agreed, own.identity, place_at(meeting, start, rules), further)


def with_own_answers(office: Callable[[], Office], request: BookingRequest) -> BookingRequest:
    """A request with what was chosen in another language as the owner reads it."""
    meeting = office().availability.meeting(request.meeting)
    if further_language() is None or meeting is None:
        return request
    hers = _hers(own_office(office), meeting)
    answers = translated_answers(request.answers, meeting.questions, hers.questions)
    return request.model_copy(update={"answers": answers})


def _hers(own: Office, meeting: Meeting) -> Meeting:
    """The same kind of meeting in her own words."""
    return meeting if further_language() is None else own.availability.meeting(meeting.slug) or meeting
