"""Booking page of the agenda: one booking in full, and the owner's actions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.list_items import Views, group_address
from plugins.booking.agenda.list_pages import said
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.session_check import page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_choice
from plugins.booking.agenda.write_words import why
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.sources import own_calendar
from plugins.booking.mail.texts.booking_context import own_moment
from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.idempotency import Answer
from plugins.booking.storage.invitation_replies import KeptReply
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.series_scope import read_scope, refused_dates, scopes
from plugins.booking.web.view_models import day, day_views, instant, slot_views, stretch
from plugins.content.mail_addresses import visitor_address
from plugins.content.office import Office
from plugins.content.templates.answer_words import answers_in_words
from plugins.domain.agreed_meeting import still_agreed
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _
from plugins.domain.requests import FieldError, InvalidRequest, read_email, read_word
from plugins.domain.slots import Rule, Slot

Fields = Mapping[str, str]
_WANTED = {
    "conferma": Status.CONFIRMED,
    "rifiuta": Status.DECLINED,
    "annulla": Status.CANCELLED,
    "mancato": Status.NO_SHOW,
}
ACTIONS = (*_WANTED, "correggi")


class BookingPage:
    """Booking page of the agenda; the methods block, and raise Problem 404 and Unavailable."""

    def __init__(
        self,
        queries: AgendaQueries,
        booking_service: BookingService,
        changes: BookingChanges,
        mail_composer: MailComposer,
        failed: FailedWrites,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
    ) -> None:
        self._queries = queries
        self._booking_service = booking_service
        self._changes = changes
        self._mail_composer = mail_composer
        self._failed = failed
        self._office = office
        self._clock = clock
        self._views = Views(office)
        self._render = render

    def show(
        self,
        session: str,
        booking_id: str,
        done: str = "",
        status: int = 200,
        fields: Fields | None = None,
        errors: Iterable[FieldError] = (),
    ) -> Response:
        """All there is to know of a booking; with errors, the action that was refused and what was typed."""
        booking = self._booking(booking_id)
        occasion, now = self._mail_composer.occasion(booking), self._clock()
        replies = self._queries.replies(booking_id)
        series = self._booking_service.series.bookings(booking)
        about = {booking_id, booking.series.id} if booking.series else {booking_id}
        back = self._queries.bounced(booking) if booking.status.is_open else None
        page = self._render(
            "agenda/booking.html",
            form_key=form_key(session),
            booking=booking,
            line=self._views.line(booking),
            day=self._views.days([booking])[0],
            meeting=occasion.meeting,
            service=occasion.service,
            place=occasion.place(),
            still_agreed=still_agreed(occasion.meeting, occasion.availability, occasion.identity),
            own=own_moment(booking, occasion),
            group=self._group(booking),
            answers=answers_in_words(booking.answers, occasion.meeting.questions),
            history=self._views.history(self._queries.history(booking_id), booking, replies),
            mails=self._views.mails(self._queries.mails(sorted(about))),
            bounced=self._views.bounced(back, booking) if back else None,
            answered=self._answered(booking, replies, now),
            unwritten=self._unwritten(booking, now),
            guests=self._failed.guests(booking_id) if booking.status.is_open else 0,
            ahead=booking.start > now,
            series=self._views.lines(sorted(series, key=lambda one: one.start)),
            scopes=scopes(booking, series, now),
            scope=read_scope(fields or {}).value,
            can_miss=booking.status in {Status.CONFIRMED, Status.DONE} and booking.start <= now,
            done=said(done),
            values=fields or {},
            errors=list(errors),
        )
        return page_of(page, status)

    def act(self, session: str, booking_id: str, action: str, fields: Fields) -> Response:
        """Do one of ACTIONS, once; a refusal is told on the page, with what was typed."""
        try:
            answer = self._do(booking_id, action, fields)
        except InvalidRequest as invalid:
            return self.show(session, booking_id, status=422, fields=fields, errors=invalid.errors)
        except ChangeRefused as refused:
            if self._booking(booking_id).status is _WANTED.get(action):
                # The same button pressed twice: it is as it was to be.
                return see(f"/agenda/appuntamenti/{booking_id}/?fatto={action}")
            errors = [FieldError(field="", message=str(refused))]
            return self.show(session, booking_id, status=409, fields=fields, errors=errors)
        if answer is None:
            raise _gone()
        return see(f"/agenda/appuntamenti/{booking_id}/?fatto={action}")

    def times(
        self,
        session: str,
        booking_id: str,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        free: tuple[Slot, ...] | None = None,
    ) -> Response:
        """The free times a booking can move to; `free` are the nearest to one that cannot be had."""
        booking = self._booking(booking_id)
        line = self._views.line(booking)
        shown = stretch(
            day(fields.get("from", "")), self._booking_service.today(), self._booking_service.last_day(line.meeting)
        )
        slots = self._booking_service.slots(line.meeting, shown.first, shown.last, booking_id)
        page = self._render(
            "agenda/move.html",
            form_key=form_key(session),
            line=line,
            next_slots=slot_views(slots[:3] if free is None else free),
            days=day_views((slot for slot in slots if slot.start != booking.start), self._views.where),
            earlier=shown.earlier,
            later=shown.later,
            scopes=scopes(booking, self._booking_service.series.bookings(booking), self._clock()),
            scope=read_scope(fields).value,
            has_room=booking.has_own_room,
            movable=booking.status.is_open and booking.start > self._clock(),
            values=fields,
            errors=list(errors),
        )
        return page_of(page, status)

    def move(self, session: str, booking_id: str, fields: Fields) -> Response:
        """Move a booking to the time chosen or typed."""
        try:
            start = read_choice(fields, self._views.where)
            word = read_word("word", fields.get("word"))
            early, scope, new_room = bool(fields.get("any_notice")), read_scope(fields), bool(fields.get("new_room"))
            answer = self._changes.reschedule(
                booking_id, start, Actor.OWNER, word, any_notice=early, scope=scope, new_room=new_room
            )
        except InvalidRequest as invalid:
            return self.times(session, booking_id, fields, 422, invalid.errors)
        except ChangeRefused as refused:
            return self.times(session, booking_id, fields, 409, [FieldError(field="", message=str(refused))])
        except SeriesTaken as taken:
            return self.times(session, booking_id, fields, 409, refused_dates(taken, self._views.zone))
        except SlotTaken as taken:
            return self.times(session, booking_id, fields, 409, refusals(taken), taken.nearest)
        if answer is None:
            raise _gone()
        return see(f"/agenda/appuntamenti/{booking_id}/?fatto=sposta")

    def _do(self, booking_id: str, action: str, fields: Fields) -> Answer | None:
        seen = instant(fields.get("start", ""))
        match action:
            case "conferma":
                return self._changes.approve(booking_id, read_word("word", fields.get("word")), seen)
            case "rifiuta":
                return self._changes.decline(booking_id, read_word("word", fields.get("word")), seen)
            case "annulla":
                word = read_word("reason", fields.get("reason"))
                return self._changes.cancel(booking_id, Actor.OWNER, word, scope=read_scope(fields))
            case "mancato":
                return self._changes.miss(booking_id)
            case "correggi":
                return self._changes.correct(booking_id, read_email(fields.get("email"), visitor_address))
        raise Problem(404)

    def _group(self, booking: Booking) -> str | None:
        group = self._queries.groups.groups_of([booking]).get(booking.id)
        return group_address(group) if group else None

    def _answered(self, booking: Booking, replies: Sequence[KeptReply], now: datetime) -> str | None:
        """What was last answered to the invitation as it is now, where that is not that she comes."""
        last = replies[-1] if replies and booking.status.is_open and booking.start > now else None
        if last is None or last.answer == "accepted" or last.sequence < booking.sequence:
            return None
        return self._views.replied(last, booking)

    def _unwritten(self, booking: Booking, now: datetime) -> str | None:
        failed = self._failed.find(own_calendar(self._office().availability), booking.id, now)
        return why(failed.refusal) if failed else None

    def _booking(self, booking_id: str) -> Booking:
        booking = self._queries.booking(booking_id)
        if booking is None:
            raise _gone()
        return booking


def refusals(taken: SlotTaken) -> list[FieldError]:
    """Why a slot cannot be had, in words for the owner."""
    if not taken.refusals:
        return [FieldError(field="", message=_("Quest’orario è stato preso in questo momento."))]
    errors = []
    for refusal in taken.refusals:
        how = _("Se ti va bene lo stesso, segna «senza preavviso».") if refusal.rule is Rule.NOTICE else ""
        errors.append(FieldError(field="", message=f"{refusal.detail} {how}".strip()))
    return errors


def _gone() -> Problem:
    return Problem(404, _("Questo appuntamento non c’è: forse il collegamento è stato copiato a metà."))
