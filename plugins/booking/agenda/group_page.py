"""Group page of the agenda: the people of one meeting with seats, a word to all of them, and its end for all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.group_move_page import GONE
from plugins.booking.agenda.list_items import Views, group_address
from plugins.booking.agenda.list_pages import said
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.group_letter import GroupLetter, LetterUnwritten
from plugins.booking.storage.group_queries import GroupPeople, GroupQueries
from plugins.booking.storage.idempotency import KeyReused, attempt_of_form
from plugins.booking.web.middleware.problems import Problem
from plugins.content.office import Office
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError, InvalidRequest, read_word

Fields = Mapping[str, str]
_EMPTY = N_("Scrivi che cosa vuoi dire.")
_REUSED = N_("Da questa pagina hai già scritto. Se vuoi mandare anche questo, premi ancora una volta.")
_UNWRITTEN = N_("La mail non si può scrivere: chi cura il server guardi BOOKING_SENDER. Non è partito niente.")


class GroupPage:
    """Group page of the agenda; the methods block, and raise Problem 404 and Unavailable."""

    def __init__(
        self,
        groups: GroupQueries,
        changes: BookingChanges,
        letter: GroupLetter,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
    ) -> None:
        self._groups = groups
        self._changes = changes
        self._letter = letter
        self._office = office
        self._clock = clock
        self._views = Views(office)
        self._render = render

    def show(
        self,
        session: str,
        group_id: str,
        done: str = "",
        status: int = 200,
        fields: Fields | None = None,
        errors: Iterable[FieldError] = (),
    ) -> Response:
        """All who come, with how many seats are left."""
        group, fields = self._group(group_id), fields or {}
        lines = self._views.lines(group.people)
        kind = self._office().availability.meeting(group.meeting)
        page = self._render(
            "agenda/group.html",
            form_key=form_key(session),
            idempotency_key=fields.get("idempotency_key") or secrets.token_urlsafe(16),
            line=lines[0],
            lines=lines,
            address=group_address(group_id),
            day=self._views.days(group.people[:1])[0],
            seats=kind.seats if kind else None,
            held=len(self._groups.held_seats(group_id, self._clock())),
            ahead=group.start > self._clock(),
            done=said(done),
            values=fields,
            errors=list(errors),
        )
        return page_of(page, status)

    def write(self, session: str, group_id: str, fields: Fields) -> Response:
        """Write to all of them, to each in a mail of her own."""
        group = self._group(group_id)
        try:
            word = read_word("word", fields.get("word"))
            if word is None:
                raise InvalidRequest((FieldError(field="word", message=_(_EMPTY)),))
            made = attempt_of_form("gruppo", fields.get("idempotency_key"), {"group": group_id, "word": word})
            self._letter.send([one for one in group.people if one.status.is_open], word, made)
        except InvalidRequest as invalid:
            return self.show(session, group_id, status=422, fields=fields, errors=invalid.errors)
        except KeyReused:
            again = {name: value for name, value in fields.items() if name != "idempotency_key"}
            return self.show(session, group_id, status=422, fields=again, errors=[_fault(_REUSED)])
        except LetterUnwritten:
            return self.show(session, group_id, status=503, fields=fields, errors=[_fault(_UNWRITTEN)])
        return see(f"{group_address(group_id)}?fatto=scrivi")

    def cancel(self, session: str, group_id: str, fields: Fields) -> Response:
        """Call it off for all: one after the other, so that asking again does what is left to do."""
        group = self._group(group_id)
        try:
            word = read_word("reason", fields.get("reason"))
        except InvalidRequest as invalid:
            return self.show(session, group_id, status=422, fields=fields, errors=invalid.errors)
        if group.start <= self._clock():
            begun = _("Questo incontro è già cominciato: non si può più annullare.")
            return self.show(session, group_id, status=409, fields=fields, errors=[_fault(begun)])
        for one in group.people:
            with suppress(ChangeRefused):  # she has called it off herself at this moment
                self._changes.cancel(one.id, Actor.OWNER, word)
        return see(f"{HOME}?fatto=annulla-gruppo")

    def _group(self, group_id: str) -> GroupPeople:
        group = self._groups.find(group_id)
        if group is None:
            raise Problem(404, _(GONE))
        return group


def _fault(words: str) -> FieldError:
    return FieldError(field="", message=_(words))
