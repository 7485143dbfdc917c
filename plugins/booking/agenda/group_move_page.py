"""Group move page of the agenda: another time for all people of a meeting with seats."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.booking_page import refusals
from plugins.booking.agenda.list_items import Views, group_address
from plugins.booking.agenda.session_check import page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_choice
from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.group_move import CannotFollow, GroupMove, GroupRefused
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.group_queries import GroupPeople, GroupQueries
from plugins.booking.storage.idempotency import KeyReused, attempt_of_form
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.view_models import day, day_views, slot_views, stretch
from plugins.content.office import Office
from plugins.content.templates.formats import moment
from plugins.domain.bookings import Status
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError, InvalidRequest, read_word
from plugins.domain.slots import Rule

Fields = Mapping[str, str]
GONE = N_("Questo gruppo non è più qui: non è rimasto nessuno, o è stato spostato.")
_HELD = N_(
    "Un posto di questo gruppo è tenuto per chi aspetta, e con lui l’orario di adesso, fino a %(when)s. Scegli un "
    "orario che non ci vada sopra, o riprova dopo."
)
_REUSED = N_("Da questa pagina li hai già spostati. Per spostarli anche così, premi ancora una volta.")


class GroupMovePage:
    """Group move page; the methods block, and raise Problem 404 and Unavailable."""

    def __init__(
        self,
        groups: GroupQueries,
        group_move: GroupMove,
        booking_service: BookingService,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
    ) -> None:
        self._groups = groups
        self._move = group_move
        self._booking_service = booking_service
        self._clock = clock
        self._views = Views(office)
        self._render = render

    def show(
        self, session: str, group_id: str, fields: Fields, status: int = 200, errors: Iterable[FieldError] = ()
    ) -> Response:
        """The times that have a seat for each of them."""
        group = self._group(group_id)
        meeting = self._move.meeting(group.people)
        shown = stretch(
            day(fields.get("from", "")), self._booking_service.today(), self._booking_service.last_day(meeting)
        )
        slots = self._move.free(group.people, shown.first, shown.last)
        page = self._render(
            "agenda/group_move.html",
            form_key=form_key(session),
            idempotency_key=fields.get("idempotency_key") or secrets.token_urlsafe(16),
            line=self._views.line(group.people[0]),
            number=len(group.people),
            waits=any(one.status is Status.PENDING for one in group.people),
            address=group_address(group_id),
            next_slots=slot_views(slots[:3]),
            days=day_views(slots, self._views.where),
            earlier=shown.earlier,
            later=shown.later,
            movable=group.start > self._clock(),
            values=fields,
            errors=list(errors),
        )
        return page_of(page, status)

    def move(self, session: str, group_id: str, fields: Fields) -> Response:
        """Move all of them to the time chosen or typed."""
        try:
            start, word = read_choice(fields, self._views.where), read_word("word", fields.get("word"))
            said = {"group": group_id, "start": start.isoformat(), "word": word or ""}
            made = attempt_of_form("sposta-gruppo", fields.get("idempotency_key"), said)
            moved = self._move.move(group_id, start, word, bool(fields.get("any_notice")), made)
        except InvalidRequest as invalid:
            return self.show(session, group_id, fields, 422, invalid.errors)
        except GroupRefused as refused:
            return self.show(session, group_id, fields, 409, self._why(refused, group_id, start))
        except SlotTaken as taken:
            return self.show(session, group_id, fields, 409, refusals(taken))
        except KeyReused:
            again = {name: value for name, value in fields.items() if name != "idempotency_key"}
            return self.show(session, group_id, again, 422, [FieldError(field="", message=_(_REUSED))])
        if moved is None:
            raise Problem(404, _(GONE))
        return see(f"{group_address(moved)}?fatto=sposta-gruppo")

    def _group(self, group_id: str) -> GroupPeople:
        group = self._groups.find(group_id)
        if group is None:
            raise Problem(404, _(GONE))
        return group

    def _why(self, refused: GroupRefused, group_id: str, start: datetime) -> list[FieldError]:
        """Why nobody was moved; by name, where somebody could and somebody could not."""
        told: dict[str, None] = {}
        for one in refused.who:
            for words in [one.words] if one.words else _against(one):
                named = _("%(name)s non può seguire: %(why)s", name=one.booking.name, why=words)
                told[words if refused.is_everybody else named] = None
        here, now = refused.who[0].booking, self._clock()
        held = self._groups.held_seats(group_id, now)
        if held and abs(start - here.start) < here.end - here.start:
            until = moment(held[-1], self._views.where.zone_at(now))
            told[_(_HELD, when=until)] = None
        return [FieldError(field="", message=words) for words in told]


def _against(one: CannotFollow) -> Iterator[str]:
    for refusal, error in zip(one.refusals, refusals(SlotTaken(one.refusals)), strict=True):
        yield one.taken if refusal.rule is Rule.TAKEN else error.message
