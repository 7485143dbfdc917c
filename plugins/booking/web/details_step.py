"""Details step: the visitor's details and the questions of a meeting, some of them in a step apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from starlette.responses import Response

from plugins.booking.service.booking_service import BookingService
from plugins.booking.web.booking_choice import summary
from plugins.booking.web.form_token import TOKEN, FormTokens
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.question_fields import (
    FURTHER,
    asked_last,
    error_targets,
    field_of,
    question_fields,
    without_unasked,
)
from plugins.booking.web.request_bodies import nested
from plugins.booking.web.view_models import instant
from plugins.domain.availability import Meeting
from plugins.domain.catalogue import Service
from plugins.domain.questions import Question
from plugins.domain.requests import BookingRequest, FieldError, InvalidRequest

Fields = Mapping[str, str]
_STEP_TWO = ("meeting", "start", "repeat")


class DetailsStep:
    """The third step, of one page or several; the methods block."""

    def __init__(self, booking_service: BookingService, render: Callable[..., str], form_tokens: FormTokens) -> None:
        self._booking_service = booking_service
        self._render = render
        self._form_tokens = form_tokens

    def page(
        self,
        meeting: Meeting,
        service: Service | None,
        start: datetime,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
    ) -> Response:
        """Ask for the visitor's details and for all that her answers so far lead to."""
        fields, unasked = without_unasked(fields, meeting)
        questions = question_fields(meeting, fields)
        page = self._render(
            "booking/details.html",
            **summary(self._booking_service, meeting, service, start, fields),
            unasked=unasked,
            questions=questions,
            targets=error_targets(questions),
            values=fields,
            errors=list(errors),
            form_token=fields.get(TOKEN) or self._form_tokens.token(),
        )
        return answer_of(page, status)

    def read(
        self, meeting: Meeting, service: Service | None, fields: Fields, more: tuple[Question, ...] = ()
    ) -> BookingRequest | Response | None:
        """Read what was typed, or answer with the page that is wrong or that asks `more`.

        None where it is the time that is wrong, or the dates, which the steps before this one ask for.
        """
        asked, _unasked = without_unasked(fields, meeting)
        unseen = {field_of(question) for question in more}
        try:
            request = self._booking_service.read_booking(nested({**asked, "meeting": meeting.slug}, meeting))
            wrong = []
        except InvalidRequest as invalid:
            wrong = [error for error in invalid.errors if error.field not in unseen]
        start = instant(fields.get("start", ""))
        if start is None or any(error.field.partition(".")[0] in _STEP_TWO for error in wrong):
            return None
        if wrong:
            last = asked_last(fields, meeting)
            if last and {error.field for error in wrong} <= {field_of(question) for question in last}:
                return self._further(meeting, service, start, fields, last, wrong)
            return self.page(meeting, service, start, fields, 422, wrong)
        return self._further(meeting, service, start, fields, more) if more else request

    def _further(
        self,
        meeting: Meeting,
        service: Service | None,
        start: datetime,
        fields: Fields,
        questions: tuple[Question, ...],
        errors: Iterable[FieldError] = (),
    ) -> Response:
        """Ask the questions that follow from answers; without scripts they are not known before."""
        asked, errors = question_fields(meeting, fields, questions), list(errors)
        shown = {one.name for one in asked}
        page = self._render(
            "booking/further.html",
            **summary(self._booking_service, meeting, service, start, fields),
            questions=asked,
            targets=error_targets(asked),
            further=" ".join(question.key for question in questions),
            kept={name: value for name, value in fields.items() if _is_kept(name, shown)},
            values=fields,
            errors=errors,
        )
        return answer_of(page, 422 if errors else 200)


def _is_kept(name: str, shown: set[str]) -> bool:
    """Whether a field goes along unseen: not what the page asks itself, boxes to tick with their number."""
    return name not in {"meeting", "idempotency_key", FURTHER} and ".".join(name.split(".")[:2]) not in shown
