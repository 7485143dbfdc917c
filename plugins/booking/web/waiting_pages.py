"""Waiting pages: a visitor asks to be told of time that comes free, confirms, takes it or leaves; GET shows alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.waiting_list import NoWaitingList, WaitingList
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import KeyReused, attempt, attempt_of_form
from plugins.booking.storage.waiting import OfferGone, Standing, TooManyLists
from plugins.booking.web.booking_steps import Fields
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.rate_limit import wait_in_words
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.page_response import answer_of
from plugins.booking.web.question_fields import error_targets, question_fields, still_to_ask, without_unasked
from plugins.booking.web.request_bodies import nested
from plugins.booking.web.timezones import known
from plugins.booking.web.view_models import day, instant, slot_value
from plugins.content.office import Office
from plugins.content.templates.formats import clock_name, own_clock, time_and_day
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError, InvalidRequest, UnknownMeeting
from plugins.domain.waiting_list import MOST_DAYS

HERE = "/appuntamenti/attesa"
_NO_STORE = {"Cache-Control": "no-store"}
_NOT_KEPT = N_("In questo momento non si riesce a salvare. Quello che hai scritto è ancora qui: riprova fra poco.")


class WaitingPages:
    """Pages of the waiting list; the methods block, and raise Problem and UnknownMeeting."""

    def __init__(
        self,
        waiting_list: WaitingList,
        booking_service: BookingService,
        office: Callable[[], Office],
        render: Callable[..., str],
    ) -> None:
        self._waiting_list = waiting_list
        self._booking_service = booking_service
        self._office = office
        self._render = render

    def form(
        self,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        key: str | None = None,
        seconds: int = 0,
    ) -> Response:
        """Ask between which days, and whom to tell; `key` is that of an attempt to make again."""
        office = self._office()
        service = office.catalogue.service(fields.get("service", ""))
        meeting = self._booking_service.meeting(fields.get("meeting") or (service.meeting if service else ""))
        self._must_be_open()
        today, last = self._booking_service.today(), self._booking_service.last_day(meeting)
        first = min(max(day(fields.get("from", "")) or today, today), last)
        days = {"from": first, "to": min(last, first + timedelta(days=MOST_DAYS - 1))}
        usual = {name: one.isoformat() for name, one in days.items()}
        page = self._render(
            "booking/wait.html",
            meeting=meeting,
            service=service,
            values=usual | {name: value for name, value in fields.items() if value},
            errors=list(errors),
            own_zone=known(fields.get("timezone")),
            idempotency_key=key or secrets.token_urlsafe(16),
            last_day=last,
            wait=wait_in_words(seconds) if seconds else None,
        )
        return answer_of(page, status, seconds)

    def ask(self, fields: Fields, seconds: int = 0) -> Response:
        """Keep who asks; where it comes some seconds too early, show the form again instead."""
        key = fields.get("idempotency_key")
        if known(fields.get("timezone")) is None:
            # A script may know a zone that we do not: it is left out, for nobody typed it.
            fields = {name: value for name, value in fields.items() if name != "timezone"}
        if seconds:
            return self.form(fields, 429, key=key, seconds=seconds)
        try:
            request = self._waiting_list.read(nested(fields))
            self._waiting_list.ask(request, attempt_of_form("attesa", key, fields))
        except InvalidRequest as invalid:
            return self.form(fields, 422, invalid.errors)
        except NoWaitingList:
            raise _closed() from None
        except KeyReused:
            words = _("Da questa pagina l’hai già chiesto, con altri dati. Per chiederlo anche così, premi di nuovo.")
            return self.form(fields, 422, [FieldError(field="from", message=words)])
        except Unavailable:
            # The same key, for the commit may have gone through: sending the page again tells.
            return self.form(fields, 503, [FieldError(field="email", message=_(_NOT_KEPT))], key)
        return RedirectResponse(f"{HERE}/inviata", 303, _NO_STORE)

    def said(self, template: str) -> Response:
        """Show a page that names nobody."""
        return answer_of(self._render(template), 200)

    def place(
        self,
        token: str,
        status: int = 200,
        fields: Fields | None = None,
        errors: Iterable[FieldError] = (),
        lost: bool = False,
        more: bool = False,
        key: str | None = None,
        seconds: int = 0,
    ) -> Response:
        """Show how somebody stands in the list, and what she may do.

        `lost` where the time she wanted is gone, `more` where an answer of hers led to another question.
        """
        found = self._found(token)
        waiting, held, office = found.waiting, found.held, self._office()
        meeting = office.availability.meeting(waiting.meeting)
        questions = question_fields(meeting, fields or {}) if meeting and held else []
        page = self._render(
            "booking/wait_place.html",
            waiting=waiting,
            meeting=meeting,
            questions=questions,
            targets=error_targets(questions),
            more=more,
            service=office.catalogue.service(waiting.service) if waiting.service else None,
            held=held,
            held_value=slot_value(held.start) if held else None,
            until=_until(found, office),
            was_told=found.was_told,
            own_zone=known(waiting.timezone),
            token=token,
            values=fields or {},
            errors=list(errors),
            lost=lost,
            idempotency_key=key or secrets.token_urlsafe(16),
            wait=wait_in_words(seconds) if seconds else None,
        )
        answer = answer_of(page, status, seconds)
        answer.headers.update(SECRET)
        return answer

    def confirm(self, token: str) -> Response:
        """Let her wait from now on."""
        found = self._found(token)
        try:
            self._waiting_list.confirm(found.waiting.id)
        except TooManyLists:
            words = _(
                "Aspetti già in cinque liste: prima esci da una di quelle, con il collegamento che è nella sua mail."
            )
            return self.place(token, 409, errors=[FieldError(field="", message=words)])
        return _back(token)

    def leave(self, token: str) -> Response:
        """Forget her; once more changes nothing."""
        found = self._waiting_list.standing(token)
        if found:
            self._waiting_list.leave(found.waiting.id)
        return RedirectResponse(f"{HERE}/uscita", 303, SECRET)

    def decline(self, token: str, fields: Fields) -> Response:
        """Leave the held time to the next, and go on waiting."""
        found, start = self._found(token), instant(fields.get("start", ""))
        if start:
            self._waiting_list.decline(found.waiting.id, start)
        return _back(token)

    def take(self, token: str, fields: Fields, seconds: int = 0) -> Response:
        """Book the held time, and lead to the page of the appointment."""
        key = fields.get("idempotency_key")
        made = attempt(f"prendi {token}", key, fields)
        found, start = self._waiting_list.standing(token), instant(fields.get("start", ""))
        if found is None:
            # A second press of the button: the first one has taken it.
            if made and (earlier := self._waiting_list.earlier(made)):
                return self._taken(earlier["id"])
            raise _gone()
        if seconds:
            return self.place(token, 429, fields, key=key, seconds=seconds)
        if start is None or found.held is None or found.held.start != start:
            return self.place(token, 409, fields, lost=True)
        try:
            meeting = self._booking_service.meeting(found.waiting.meeting)
            asked, _unasked = without_unasked(fields, meeting)
            request = self._waiting_list.read_taking(found.waiting, start, nested(asked, meeting))
            if still_to_ask(asked, meeting):
                return self.place(token, 200, fields, more=True, key=key)
            answer = self._waiting_list.take(found.waiting, request, made)
        except InvalidRequest as invalid:
            return self.place(token, 422, fields, invalid.errors)
        except OfferGone:
            return self.place(token, 409, fields, lost=True)
        except (SlotTaken, UnknownMeeting):
            # The owner has taken it for something else: nothing is held there for her any more.
            self._waiting_list.decline(found.waiting.id, start)
            return self.place(token, 409, fields, lost=True)
        except Unavailable:
            return self.place(token, 503, fields, [FieldError(field="", message=_(_NOT_KEPT))], key=key)
        return self._taken(answer["id"])

    def _taken(self, booking_id: str) -> Response:
        return RedirectResponse(f"/appuntamenti/{self._booking_service.token(booking_id)}/", 303, SECRET)

    def _found(self, token: str) -> Standing:
        found = self._waiting_list.standing(token)
        if found is None:
            raise _gone()
        return found

    def _must_be_open(self) -> None:
        try:
            self._waiting_list.must_be_open()
        except NoWaitingList:
            raise _closed() from None


def _until(found: Standing, office: Office) -> str | None:
    if found.held_until is None:
        return None
    zone, own = office.availability.timezone, known(found.waiting.timezone)
    said, there = time_and_day(found.held_until, zone), own_clock(found.held_until, zone, own) if own else ""
    return (
        _("%(moment)s (%(clock)s; da te %(time)s)", moment=said, clock=clock_name(zone), time=there) if there else said
    )


def _back(token: str) -> Response:
    return RedirectResponse(f"{HERE}/{token}/", 303, SECRET)


def _gone() -> Problem:
    words = _("Qui non aspetti più: hai già preso un orario, hai lasciato la lista o i giorni che volevi sono passati.")
    return Problem(404, words)


def _closed() -> Problem:
    return Problem(404, _("Per questo appuntamento non c’è una lista d’attesa."))
