"""Explain page of the agenda: why a time is bookable or not, by rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from plugins.booking.agenda.session_check import page_of
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_choice
from plugins.booking.service.booking_service import BookingService
from plugins.content.office import Office
from plugins.content.templates.formats import moment
from plugins.domain.requests import FieldError, InvalidRequest


class ExplainPage:
    """Explain page of the agenda; it blocks, and raises UnknownMeeting and Unavailable."""

    def __init__(
        self, booking_service: BookingService, office: Callable[[], Office], render: Callable[..., str]
    ) -> None:
        self._booking_service = booking_service
        self._office = office
        self._render = render

    def show(self, session: str, fields: Mapping[str, str]) -> Response:
        """The form, and what each rule says of the time asked for: a `start`, or a `day` and a `time`."""
        availability = self._office().availability
        slug = fields.get("meeting") or (availability.first_talk() or availability.by_title()[0]).slug
        meeting = self._booking_service.meeting(slug)
        start, verdicts = None, None
        errors: tuple[FieldError, ...] = ()
        if any(fields.get(name) for name in ("start", "day", "time")):
            try:
                start = read_choice(fields, availability.where)
                verdicts = self._booking_service.explain(meeting, start)
            except InvalidRequest as invalid:
                errors = invalid.errors
        page = self._render(
            "agenda/why.html",
            form_key=form_key(session),
            meeting=meeting,
            meetings=availability.by_title(),
            when=moment(start, availability.where.zone_at(start)) if start else None,
            verdicts=verdicts,
            values={**fields, "meeting": slug},
            errors=errors,
        )
        return page_of(page, 422 if errors else 200)
