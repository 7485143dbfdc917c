"""Booking choice: what the fields of a step of the booking are about, its meeting, service, times and zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from plugins.booking.service.booking_service import BookingService
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.request_bodies import nested, repeated
from plugins.booking.web.timezones import known
from plugins.content.office import Office
from plugins.domain.availability import Meeting
from plugins.domain.catalogue import Service
from plugins.domain.language import _
from plugins.domain.requests import InvalidRequest

Fields = Mapping[str, str]


class BookingChoice:
    """Booking choice: reads it out of the fields of a step."""

    def __init__(self, booking_service: BookingService, office: Callable[[], Office]) -> None:
        self._booking_service = booking_service
        self._office = office

    def about(self, fields: Fields) -> tuple[Meeting, Service | None, Fields]:
        """Find what a step is about; a service that is gone is left out of the fields, for the meeting stays.

        Raises Problem and UnknownMeeting.
        """
        slug = fields.get("service", "")
        service = self._office().catalogue.service(slug) if slug else None
        meeting = fields.get("meeting") or (service.meeting if service else "")
        if not meeting and slug:
            raise Problem(404, _("Questo servizio non c’è, o non c’è più."))
        if service is None:
            fields = {name: value for name, value in fields.items() if name != "service"}
        if known(fields.get("timezone")) is None:
            # A script may know a zone that we do not: it is left out, for nobody typed it.
            fields = {name: value for name, value in fields.items() if name != "timezone"}
        return self._booking_service.meeting(meeting), service, fields


def summary(
    booking_service: BookingService, meeting: Meeting, service: Service | None, start: datetime, fields: Fields
) -> dict[str, object]:
    """What the pages after the second step tell of what was chosen; of a series all its starts."""
    end = start + timedelta(minutes=meeting.minutes)
    own, series = known(fields.get("timezone")), repeated(fields)
    starts = _starts(booking_service, meeting, start, series)
    about = {"meeting": meeting, "service": service, "start": start, "end": end, "own_zone": own}
    return about | {"starts": starts, "repeat_fields": series if starts else {}}


def _starts(booking_service: BookingService, meeting: Meeting, start: datetime, series: Fields) -> list[datetime]:
    try:
        asked = booking_service.series.read(meeting, start, nested(series))
    except InvalidRequest:
        return []  # the page of the dates says what is wrong with it
    return booking_service.series.starts(start, asked) if asked else []
