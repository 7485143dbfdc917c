"""Manage pages: a visitor reschedules or cancels her booking; GET shows, POST changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from starlette.responses import HTMLResponse, RedirectResponse, Response

from plugins.booking.mail.ics import ics
from plugins.booking.service.appointment import Appointment
from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.booking_service import BookingService
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import KeyReused, attempt, attempt_of_form
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.web.appointment_words import qr_code, standing
from plugins.booking.web.booking_steps import Fields
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.middleware.security_headers import SECRET
from plugins.booking.web.page_response import SOON_SECONDS
from plugins.booking.web.series_scope import read_scope, refused_dates, scopes, series_lines
from plugins.booking.web.timezones import known
from plugins.booking.web.view_models import day, day_views, instant, slot_value, slot_views, stretch
from plugins.content.language_names import other_languages
from plugins.domain.agreed_meeting import to_move_by
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.language import N_, _, further_language
from plugins.domain.requests import FieldError, InvalidRequest, read_word
from plugins.domain.slots import Slot

_NOT_KEPT = N_("In questo momento non si riesce a salvare. Quello che hai scritto è ancora qui: riprova fra poco.")
_MOVED = N_("Da questa pagina hai già spostato l’appuntamento. Se vuoi spostarlo di nuovo, premi ancora.")

Render = Callable[..., str]


class ManagePages:
    """Manage pages of one appointment; the methods block, and raise Problem and ChangeRefused."""

    def __init__(self, booking_service: BookingService, changes: BookingChanges, render: Render) -> None:
        self._booking_service = booking_service
        self._changes = changes
        self._render = render

    def appointment(self, token: str) -> Response:
        """Show how it stands."""
        found = self._found(token)
        links = found.occasion.links
        return self._page(
            "booking/appointment.html",
            200,
            found,
            token,
            standing=standing(found.booking, found.occasion, found.changed, found.now),
            mail=found.changed.mail if found.changed else None,
            calendar_url=f"/appuntamenti/{token}/invito.ics",
            address=links.manage,
            address_code=qr_code(links.manage),
        )

    def calendar(self, token: str) -> Response:
        """Give it as a file for calendar programs."""
        invitation = self._booking_service.invitation(self._found(token))
        headers = SECRET | {
            "Content-Type": f"text/calendar; charset=utf-8; method={invitation.method}",
            "Content-Disposition": 'attachment; filename="appuntamento.ics"',
        }
        return Response(ics(invitation), headers=headers)

    def times(
        self,
        token: str,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        free: Iterable[Slot] | None = None,
        key: str | None = None,
    ) -> Response:
        """Offer other times; `free` are the nearest to one that was lost, `key` that of an attempt to make again."""
        found = self._changeable(token)
        if not found.booking.status.is_open:
            return self._back(token)
        meeting, zone = found.occasion.meeting, found.occasion.zone
        chosen = instant(fields.get("start", ""))
        around = chosen.astimezone(zone).date() if chosen and (free is not None or key) else None
        shown = stretch(
            day(fields.get("from", "")) or around,
            self._booking_service.today(),
            self._booking_service.last_day(meeting),
        )
        slots = [
            slot
            for slot in self._booking_service.slots(meeting, shown.first, shown.last, found.booking.id)
            if slot.start != found.booking.start
        ]
        return self._page(
            "booking/move.html",
            status,
            found,
            token,
            next_slots=slot_views(slots[:3] if free is None and shown.earlier is None else free or ()),
            days=day_views(slots, zone),
            earlier=shown.earlier,
            later=shown.later,
            chosen=slot_value(chosen) if chosen else None,
            scope=read_scope(fields).value,
            lost=free is not None,
            new_room="new_room" in fields,
            asks=to_move_by(meeting, found.occasion.availability).confirmation == "manual",
            errors=list(errors),
            idempotency_key=key or secrets.token_urlsafe(16),
        )

    def move(self, token: str, fields: Fields) -> Response:
        """Move it to the chosen time, where that is still free."""
        found = self._found(token)
        made = attempt(f"sposta {token}", fields.get("idempotency_key"), fields)
        try:
            start = self._booking_service.read_start(fields.get("start"))
            scope, new_room = read_scope(fields), "new_room" in fields
            self._changes.reschedule(found.booking.id, start, Actor.VISITOR, made=made, scope=scope, new_room=new_room)
        except InvalidRequest:
            wrong = FieldError(field="start", message=_("Scegli un giorno e un orario."))
            return self.times(token, fields, 422, [wrong])
        except SeriesTaken as taken:
            return self.times(token, fields, 409, refused_dates(taken, found.occasion.zone))
        except SlotTaken as taken:
            return self.times(token, fields, 409, free=taken.nearest)
        except KeyReused:
            # The Back button, and another time: with the key of the page that follows it may move again.
            return self.times(token, fields, 422, [FieldError(field="start", message=_(_MOVED))])
        except Unavailable:
            # As in `cancel`; what cannot be read either is told in fewer words.
            not_kept = FieldError(field="start", message=_(_NOT_KEPT))
            return self.times(token, fields, 503, [not_kept], key=fields.get("idempotency_key"))
        except ChangeRefused:
            if not self._is_so(token, start):
                raise
        return self._back(token)

    def speak(self, token: str, fields: Fields) -> Response:
        """Write to her in another language, and go on in it."""
        prefix = self._changes.speak(self._found(token).booking.id, fields.get("language", ""))
        if prefix is None:
            return self._back(token)
        # Relative to this very address, which is below a language's prefix or not.
        up = "../../../" if further_language() else "../../"
        return RedirectResponse(f"{up}{prefix}appuntamenti/{token}/", 303, SECRET)

    def appointment_again(self, token: str) -> Response:
        """Lead to its page."""
        self._found(token)
        return self._back(token)

    def ask(
        self,
        token: str,
        fields: Fields,
        status: int = 200,
        errors: Iterable[FieldError] = (),
        key: str | None = None,
    ) -> Response:
        """Ask whether to call it off, and why."""
        found = self._changeable(token)
        if not found.booking.status.is_open:
            return self._back(token)
        return self._page(
            "booking/cancel.html",
            status,
            found,
            token,
            values=fields,
            scope=read_scope(fields).value,
            errors=list(errors),
            idempotency_key=key or secrets.token_urlsafe(16),
        )

    def cancel(self, token: str, fields: Fields) -> Response:
        """Call it off."""
        found = self._found(token)
        action = f"annulla {token}"
        made = attempt_of_form(action, fields.get("idempotency_key"), fields)
        try:
            reason = read_word("reason", fields.get("reason"))
        except InvalidRequest as invalid:
            return self.ask(token, fields, 422, invalid.errors)
        try:
            with suppress(KeyReused):  # called off from this very page, only in other words
                self._changes.cancel(found.booking.id, Actor.VISITOR, reason, made, read_scope(fields))
        except Unavailable:
            # The same key, for the commit may have gone through: sending the page again tells.
            return self.ask(
                token, fields, 503, [FieldError(field="reason", message=_(_NOT_KEPT))], fields.get("idempotency_key")
            )
        except ChangeRefused:
            if not self._is_so(token):
                raise
        return self._back(token)

    def _is_so(self, token: str, start: datetime | None = None) -> bool:
        """Whether what was asked of an appointment is so already, or it is over: its own page tells then."""
        booking = self._found(token).booking
        return not booking.status.is_open or booking.start == start

    def _found(self, token: str) -> Appointment:
        found = self._booking_service.appointment(token)
        if found is None:
            raise Problem(404, _("Questo appuntamento non c’è: forse il collegamento è stato copiato a metà."))
        return found

    def _changeable(self, token: str) -> Appointment:
        found = self._found(token)
        if found.booking.status.is_open and not found.can_change:
            raise Problem(409, _("Questo appuntamento non si può più spostare o annullare da qui."))
        return found

    def _page(self, template: str, status: int, found: Appointment, token: str, **context: object) -> Response:
        about = {
            "booking": found.booking,
            "meeting": found.occasion.meeting,
            "service": found.occasion.service,
            "token": token,
            "steps": found.steps,
            "own_zone": known(found.booking.timezone),
            "series": series_lines(found, self._booking_service.token),
            "other_languages": other_languages(self._changes.languages),
            "scopes": scopes(found.booking, found.series, found.now),
        }
        again = {"Retry-After": str(SOON_SECONDS)} if status == 503 else {}
        return HTMLResponse(self._render(template, **about, **context), status, SECRET | again)

    def _back(self, token: str) -> Response:
        return RedirectResponse(f"/appuntamenti/{token}/", 303, SECRET)
