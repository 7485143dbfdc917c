"""Booking steps: pages of the booking flow, which work without JavaScript and keep all that was typed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from plugins.booking.service.booking_service import BookingService
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import KeyReused, attempt_of_form
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web.booking_choice import BookingChoice, summary
from plugins.booking.web.details_step import DetailsStep
from plugins.booking.web.form_token import FormTokens
from plugins.booking.web.middleware.rate_limit import wait_in_words
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.question_fields import answered, still_to_ask, without_unasked
from plugins.booking.web.request_bodies import nested, repeated
from plugins.booking.web.series_step import SeriesStep, without_dates, without_series
from plugins.booking.web.timezones import differs, known, listed
from plugins.booking.web.view_models import day, day_views, instant, slot_value, slot_views, stretch
from plugins.content.office import Office
from plugins.domain.availability import Meeting
from plugins.domain.catalogue import Service
from plugins.domain.language import _
from plugins.domain.questions import Question
from plugins.domain.repetition import NOT_REPEATED
from plugins.domain.requests import BookingRequest, FieldError
from plugins.domain.slots import Slot
from plugins.domain.waiting_list import has_waiting_list

Fields = Mapping[str, str]
_CHOSEN = ("meeting", "service", "start", "idempotency_key", "from", "timezone")
_NO_STORE = {"Cache-Control": "no-store"}


class BookingSteps:
    """Booking flow: a page each step; the methods block, and raise Problem and UnknownMeeting, which `gone` tells."""

    def __init__(
        self,
        booking_service: BookingService,
        office: Callable[[], Office],
        render: Callable[..., str],
        form_tokens: FormTokens,
    ) -> None:
        self._booking_service = booking_service
        self._form_tokens = form_tokens
        self._office = office
        self._render = render
        self._choice = BookingChoice(booking_service, office)
        self._series = SeriesStep(booking_service, render)
        self._details = DetailsStep(booking_service, render, form_tokens)

    def begin(self) -> Response:
        """Lead to where a booking begins; where no page says what can be booked, ask it."""
        office = self._office()
        if office.has("prenota") or office.availability.first_talk():
            return RedirectResponse(f"/{office.booking_address}", 303)
        return self._page("booking/which.html", 200, service=None, meetings=office.availability.listed())

    def times(
        self,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        free: Iterable[Slot] | None = None,
        posted: bool = False,
    ) -> Response:
        """Step two, day and time; `free` are the nearest slots to one that was lost.

        Details that were already typed, which come with a post alone, are kept for the next steps.
        """
        if not fields.get("meeting") and not fields.get("service"):
            return self.begin()
        service = self._office().catalogue.service(fields.get("service", ""))
        if service and not fields.get("meeting") and len(service.bookable) > 1:
            kinds = [self._booking_service.meeting(slug) for slug in service.bookable]
            return self._page("booking/which.html", 200, service=service, meetings=kinds)
        meeting, service, fields = self._choice.about(fields)
        zone, own_zone = self._office().availability.timezone, known(fields.get("timezone"))
        chosen = instant(fields.get("start", ""))
        around = chosen.astimezone(zone).date() if chosen and free is not None else None
        shown = stretch(
            day(fields.get("from", "")) or around,
            self._booking_service.today(),
            self._booking_service.last_day(meeting),
        )
        slots = self._booking_service.slots(meeting, shown.first, shown.last)
        lost = free is not None
        if free is None:
            free = slots[:3] if shown.earlier is None else ()
        kept = {name: value for name, value in without_dates(fields).items() if name not in _CHOSEN and posted}
        return self._page(
            "booking/times.html",
            status,
            meeting=meeting,
            service=service,
            next_slots=slot_views(free),
            days=day_views(slots, zone),
            first=shown.first if shown.earlier else None,
            earlier=shown.earlier,
            later=shown.later,
            chosen=slot_value(chosen) if chosen else None,
            lost=lost,
            can_wait=has_waiting_list(self._office().availability),
            own_zone=own_zone,
            own_zone_differs=differs(own_zone, zone, [one.start for one in slots]),
            kept=kept,
            errors=list(errors),
        )

    def dates(self, fields: Fields, posted: bool = False) -> Response:
        """Between steps two and three, of a meeting that may repeat: on which dates."""
        meeting, service, fields = self._choice.about(fields)
        start = instant(fields.get("start", ""))
        if start is None or meeting.repeat is None:
            return self.details(fields)
        about = summary(self._booking_service, meeting, service, start, fields)
        return self._series.page(meeting, start, fields, about, "post" if posted else "get")

    def zone(self, fields: Fields) -> Response:
        """A step aside from the second: where the visitor is, from a list that is too long for every page."""
        meeting, _, fields = self._choice.about(fields)
        own = listed(known(fields.get("timezone")))
        return self._page("booking/zone.html", 200, meeting=meeting, values=fields, listed_zone=own)

    def details(self, fields: Fields, status: int = 200, errors: Iterable[FieldError] = ()) -> Response:
        """Step three, the visitor's details."""
        meeting, service, fields = self._choice.about(fields)
        start = instant(fields.get("start", ""))
        if start is None:
            return self._times_again(fields)
        if lost := self._lost(meeting, service, start, fields):
            return lost
        return self._details.page(meeting, service, start, fields, status, errors)

    def check(self, fields: Fields) -> Response:
        """Step four, all of it to be read once more, unless there is more to ask."""
        meeting, service, fields = self._choice.about(fields)
        request = self._read(fields, meeting, service, still_to_ask(fields, meeting))
        if isinstance(request, Response):
            return request
        fields = {**fields, "email": request.email}  # as it is kept
        return self._lost(meeting, service, request.start, fields) or self._check(
            fields, meeting, service, request.start
        )

    def book(self, fields: Fields, key: str | None, seconds: int = 0) -> Response:
        """Keep the booking and lead to its page; where it comes some seconds too early, show it again instead."""
        meeting, service, fields = self._choice.about(fields)
        request = self._read(fields, meeting, service)
        if isinstance(request, Response):
            return request
        fields = {**fields, "email": request.email}
        if seconds:
            return self._check(fields, meeting, service, request.start, 429, key, seconds=seconds)
        asked, unasked = without_unasked(fields, meeting)
        if unasked:
            # A question was taken away while the page was open: what is sent is read once more without its answer.
            return self._check(fields, meeting, service, request.start, 422, key)
        body = nested(asked, meeting)
        made = attempt_of_form("appuntamenti", key, body)
        try:
            answer = self._booking_service.book(request, made, self._form_tokens.signals(fields))
        except SeriesTaken as taken:
            about = summary(self._booking_service, meeting, service, request.start, fields)
            return self._series.taken(meeting, taken, request.start, fields, about)
        except SlotTaken as taken:
            return self._taken(fields, taken)
        except KeyReused:
            return self._check(fields, meeting, service, request.start, 422, reused=True)
        except Unavailable:
            # The same key, for the commit may have gone through: sending the page again tells.
            return self._check(fields, meeting, service, request.start, 503, key)
        return RedirectResponse(f"/appuntamenti/{self._booking_service.token(answer['id'])}/", 303, _NO_STORE)

    def gone(self, fields: Fields) -> Response:
        """Say that a meeting is not there, or no longer, and offer those that are; what was typed goes along."""
        return self._page(
            "booking/gone.html",
            404,
            meetings=self._office().availability.listed(),
            kept={name: value for name, value in fields.items() if name not in _CHOSEN},
        )

    def _read(
        self, fields: Fields, meeting: Meeting, service: Service | None, more: tuple[Question, ...] = ()
    ) -> BookingRequest | Response:
        read = self._details.read(meeting, service, fields, more)
        if read is None and instant(fields.get("start", "")) and repeated(fields):
            return self.dates(fields, posted=True)
        return read or self._times_again(fields)

    def _lost(self, meeting: Meeting, service: Service | None, start: datetime, fields: Fields) -> Response | None:
        """Say early that a slot is gone; a courtesy, left undone where the database does not answer."""
        try:
            if nested(repeated(fields)) and meeting.repeat is None:
                # It could be repeated when the visitor began, or the form is none of ours.
                wrong = FieldError(field="start", message=_(NOT_REPEATED))
                return self.times(without_series(fields), 422, [wrong], posted=True)
            if nested(repeated(fields)):
                about = summary(self._booking_service, meeting, service, start, fields)
                return self._series.lost(meeting, start, fields, about)
            self._booking_service.check_free(meeting, start)
        except SlotTaken as taken:
            return self._taken(fields, taken)
        except Unavailable:
            return None
        return None

    def _taken(self, fields: Fields, taken: SlotTaken) -> Response:
        return self.times(fields, 409, free=taken.nearest, posted=True)

    def _times_again(self, fields: Fields) -> Response:
        wrong = FieldError(field="start", message=_("Scegli un giorno e un orario."))
        return self.times(fields, 422, [wrong], posted=True)

    def _check(
        self,
        fields: Fields,
        meeting: Meeting,
        service: Service | None,
        start: datetime,
        status: int = 200,
        key: str | None = None,
        reused: bool = False,
        seconds: int = 0,
    ) -> Response:
        fields, unasked = without_unasked(fields, meeting)
        page = self._render(
            "booking/check.html",
            **summary(self._booking_service, meeting, service, start, fields),
            answers=answered(fields, meeting),
            values=fields,
            idempotency_key=key or secrets.token_urlsafe(16),
            unavailable=status == 503,
            reused=reused,
            unasked=unasked,
            wait=wait_in_words(seconds) if seconds else None,
        )
        return answer_of(page, status, seconds)

    def _page(self, template: str, status: int, **context: object) -> Response:
        return answer_of(self._render(template, **context), status)
