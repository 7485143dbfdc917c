"""Owner booking: the form by which the owner books for a client."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

from starlette.responses import Response

from plugins.booking.agenda.booking_page import refusals
from plugins.booking.agenda.session_check import page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_choice
from plugins.booking.service.booking_service import BookingService
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.idempotency import KeyReused, attempt_of_form
from plugins.booking.web.question_fields import error_targets, question_fields, without_unasked
from plugins.booking.web.request_bodies import nested
from plugins.booking.web.view_models import day, day_views, slot_value, slot_views, stretch
from plugins.content.office import Office
from plugins.domain.language import N_, _
from plugins.domain.requests import BookingRequest, FieldError, InvalidRequest
from plugins.domain.slots import Slot

Fields = Mapping[str, str]
# What is about the form, and not about the booking.
_ABOUT_THE_FORM = frozenset({"key", "idempotency_key", "day", "time", "any_notice", "from"})
_UNASKED = N_("Una domanda non c’è più: la sua risposta è stata tolta, il resto è rimasto. Rileggi, e premi di nuovo.")
_REUSED = N_("Da questa pagina hai già prenotato, con altri dati. Se vuoi prenotare anche questo, premi di nuovo.")


class OwnerBookingPage:
    """Form of an owner booking and its post; the methods block, and raise UnknownMeeting and Unavailable."""

    def __init__(
        self, booking_service: BookingService, office: Callable[[], Office], render: Callable[..., str]
    ) -> None:
        self._booking_service = booking_service
        self._office = office
        self._render = render

    def form(
        self,
        session: str,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        free: tuple[Slot, ...] | None = None,
        key: str | None = None,
    ) -> Response:
        """The kinds of meeting to choose from, then the free times and the client's details."""
        availability = self._office().availability
        slug = fields.get("meeting") or (availability.meetings[0].slug if len(availability.meetings) == 1 else "")
        context: dict[str, object] = {"meeting": None, "meetings": availability.by_title()}
        if slug:
            meeting = self._booking_service.meeting(slug)
            shown = stretch(
                day(fields.get("from", "")), self._booking_service.today(), self._booking_service.last_day(meeting)
            )
            slots = self._booking_service.slots(meeting, shown.first, shown.last)
            context |= {
                "meeting": meeting,
                "questions": (questions := question_fields(meeting, fields)),
                "targets": error_targets(questions),
                "next_slots": slot_views(slots[:3] if free is None else free),
                "days": day_views(slots, availability.where),
                "earlier": shown.earlier,
                "later": shown.later,
            }
        page = self._render(
            "agenda/book.html",
            form_key=form_key(session),
            values=fields,
            errors=list(errors),
            idempotency_key=key or secrets.token_urlsafe(16),
            **context,
        )
        return page_of(page, status)

    def book(self, session: str, fields: Fields) -> Response:
        """Book as the owner wishes, confirmed at once; what was typed is kept where it cannot be."""
        meeting = self._office().availability.meeting(fields.get("meeting", ""))
        fields, unasked = without_unasked(fields, meeting) if meeting else (fields, False)
        body = nested({name: value for name, value in fields.items() if name not in _ABOUT_THE_FORM}, meeting)
        key, any_notice = fields.get("idempotency_key"), bool(fields.get("any_notice"))
        try:
            request = self._read(fields, body)
            if unasked:
                raise InvalidRequest((FieldError(field="", message=_(_UNASKED)),))
            asked = body | {"start": slot_value(request.start), "any_notice": any_notice}
            made = attempt_of_form("agenda", key, asked)
            answer = self._booking_service.book_for(request, made, any_notice)
        except InvalidRequest as invalid:
            return self.form(session, fields, 422, invalid.errors, key=key)
        except SlotTaken as taken:
            return self.form(session, fields, 409, refusals(taken), taken.nearest, key)
        except KeyReused:
            return self.form(session, fields, 422, [FieldError(field="", message=_(_REUSED))])
        return see(f"/agenda/appuntamenti/{answer['id']}/?fatto=prenota")

    def _read(self, fields: Fields, body: Mapping[str, object]) -> BookingRequest:
        """Read time and details; raises InvalidRequest with the errors of both at once."""
        errors: list[FieldError] = []
        start = ""
        try:
            start = slot_value(read_choice(fields, self._office().availability.where))
        except InvalidRequest as invalid:
            errors += invalid.errors
        try:
            request = self._booking_service.read_booking({**body, "start": start})
        except InvalidRequest as invalid:
            # Of the start all is said already.
            raise InvalidRequest(
                (*errors, *(error for error in invalid.errors if not errors or error.field != "start"))
            ) from None
        return request
