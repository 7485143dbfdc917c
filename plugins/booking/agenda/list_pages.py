"""List pages of the agenda: upcoming and past bookings, messages, blocked time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from plugins.booking.agenda.list_items import BouncedView, Day, Views
from plugins.booking.agenda.queries import AgendaQueries, MailStatus
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_stretch
from plugins.booking.agenda.words import mail_trouble, stretch
from plugins.booking.mail.mail_health import MailState
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.bounces import Bounces
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import Outbox
from plugins.content.office import Office
from plugins.content.timezone_data import in_use
from plugins.domain.bookings import Block, Booking
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError, InvalidRequest, read_word
from plugins.domain.wall_clock import Interval

Fields = Mapping[str, str]
BLOCKS = f"{HOME}bloccato/"
_DONE = {
    "conferma": N_("Confermato: la mail è pronta a partire."),
    "rifiuta": N_("Rifiutato: l’orario è di nuovo libero, e la mail è pronta a partire."),
    "annulla": N_("Annullato: l’orario è di nuovo libero, e la mail è pronta a partire."),
    "sposta": N_("Spostato: la mail con il nuovo orario è pronta a partire."),
    "mancato": N_("Segnato come mancato. Non parte nessuna mail."),
    "correggi": N_("Indirizzo corretto: la mail è pronta a partire di nuovo."),
    "prenota": N_("Prenotato e confermato: la mail con l’invito è pronta a partire."),
    "scrivi": N_("Scritto: parte una mail per ciascuno."),
    "sposta-gruppo": N_("Spostato per tutti: le mail con il nuovo orario sono pronte a partire."),
    "annulla-gruppo": N_("Annullato per tutti: le mail sono pronte a partire."),
    "blocca": N_("Bloccato: in questo tempo non prenota più nessuno."),
    "segui": N_("Fatto: adesso è come nel tuo calendario, e la mail è pronta a partire."),
    "riscrivi": N_("Fatto: fra poco il tuo calendario sarà di nuovo come qui."),
    "riprova": N_("Fatto: si riprova adesso a scriverli nel calendario."),
    "rispedisci": N_("Fatto: le mail ripartono adesso."),
    "lascia": N_("Fatto: non sono più nell’elenco."),
    "sblocca": N_("Sbloccato: questo tempo è di nuovo prenotabile."),
    "togli": N_("Fatto: non aspetta più, e non riceve altre mail."),
    "approva": N_("Approvata: qui sotto c’è il file da pubblicare."),
    "scarta": N_("Cancellata: di quelle parole non resta niente."),
    "collega": N_("Collegato."),
    "scollega": N_("Scollegato: il permesso è tolto."),
    "scollega-qui": N_("Scollegato qui. Togli il permesso anche dalla pagina del tuo account, fra le app collegate."),
}


class ListPages:
    """List pages of the agenda; the methods block, and raise Unavailable."""

    def __init__(
        self,
        queries: AgendaQueries,
        store: Store,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
        mail: Callable[[], MailState],
        testimonials: Callable[[], int],
    ) -> None:
        self._queries = queries
        self._store = store
        self._outbox = Outbox(store.engine)
        self._bounces = Bounces(store.engine)
        self._clock = clock
        self._views = Views(office)
        self._render = render
        self._mail = mail
        self._testimonials = testimonials  # how many wait for her

    def home(self, session: str, done: str, differing: int, silent: int, incomplete: int, unwritten: int) -> Response:
        """What waits for an answer, what comes, and what went wrong with mail and calendars.

        So many bookings are `differing` in her own calendar and `unwritten` there, so many calendars are `silent`, or
        `incomplete`.
        """
        return self._page(
            "agenda/index.html",
            session,
            waiting=self._views.requests(self._queries.waiting()),
            days=self._days(self._queries.upcoming(self._clock())),
            differing=differing,
            silent=silent,
            incomplete=incomplete,
            unwritten=unwritten,
            bounced=self._came_back(),
            dead=self._dead(),
            testimonials=self._testimonials(),
            done=said(done),
            trouble=mail_trouble(self._mail(), self._views.zone),
            old_zones=_old_zones(self._clock()),
        )

    def past(self, session: str, before: str) -> Response:
        """What is over or called off."""
        page = self._queries.past(self._clock(), before or None)
        return self._page(
            "agenda/past.html", session, days=self._days(page.bookings), older=page.older, later=bool(before)
        )

    def messages(self, session: str, before: str) -> Response:
        """What came through the contact form, and whether it reached the owner's mailbox."""
        page = self._queries.messages(before or None)
        mails = self._queries.mails([message.id for message in page.messages])
        told = [
            (
                message,
                self._views.moment(message.created_at),
                self._views.mails(mail for mail in mails if mail.about == message.id),
            )
            for message in page.messages
        ]
        return self._page("agenda/messages.html", session, messages=told, older=page.older, later=bool(before))

    def blocks(
        self, session: str, done: str = "", fields: Fields | None = None, errors: Iterable[FieldError] = ()
    ) -> Response:
        """The time kept free, with the bookings that fall inside it, and the form for more."""
        blocks = [
            (
                block,
                stretch(block.start, block.end, self._views.where.zone_at(block.start)),
                self._days(self._queries.inside(Interval(block.start, block.end))),
            )
            for block in self._queries.blocks(self._clock())
        ]
        errors = list(errors)
        return self._page(
            "agenda/blocks.html",
            session,
            422 if errors else 200,
            blocks=blocks,
            values=fields or {},
            errors=errors,
            idempotency_key=(fields or {}).get("idempotency_key") or secrets.token_urlsafe(16),
            done=said(done),
        )

    def block(self, session: str, fields: Fields) -> Response:
        """Keep time free; the same form sent twice keeps it once."""
        try:
            kept = read_stretch(fields, self._views.where)
            reason = read_word("reason", fields.get("reason"))
        except InvalidRequest as invalid:
            return self.blocks(session, fields=fields, errors=invalid.errors)
        block_time(self._store, kept, reason, self._clock(), fields.get("idempotency_key", ""))
        return see(f"{BLOCKS}?fatto=blocca")

    def unblock(self, block_id: str) -> Response:
        """Give time back."""
        self._store.unblock(block_id)
        return see(f"{BLOCKS}?fatto=sblocca")

    def send_again(self) -> Response:
        """Queue again the mails that were given up."""
        self._outbox.revive(self._clock())
        return see(f"{HOME}?fatto=rispedisci")

    def let_go(self) -> Response:
        """List no more the mails that were given up."""
        self._outbox.let_go()
        return see(f"{HOME}?fatto=lascia")

    def seen(self, fields: Fields) -> Response:
        """List a mail that came back no more."""
        self._bounces.seen(fields.get("mail", ""), self._clock())
        return see(f"{HOME}?fatto=lascia")

    def _days(self, bookings: Sequence[Booking]) -> list[Day]:
        return self._views.days(bookings, self._queries.groups.groups_of(bookings))

    def _came_back(self) -> list[BouncedView]:
        return [
            self._views.bounced(mail, self._queries.booking(mail.about) if mail.kind.endswith("-visitor") else None)
            for mail in self._queries.to_look_at(self._clock())
        ]

    def _dead(self) -> list[tuple[str | None, Any]]:
        dead = self._queries.undeliverable()
        return [(self._about(mail), view) for mail, view in zip(dead, self._views.mails(dead), strict=True)]

    def _about(self, mail: MailStatus) -> str | None:
        booking = self._queries.booking(mail.about)
        return self._views.line(booking).address if booking else None

    def _page(self, template: str, session: str, status: int = 200, **context: object) -> Response:
        return page_of(self._render(template, form_key=form_key(session), **context), status)


def _old_zones(now: datetime) -> str | None:
    """The version of the time zone database in use, where it is too old."""
    data = in_use()
    return (data.version or _("di versione sconosciuta")) if data.is_old(now.date()) else None


def said(done: str) -> str | None:
    """What was just done, in words; None for what nobody does."""
    return _(_DONE[done]) if done in _DONE else None


def block_time(store: Store, kept: Interval, reason: str | None, now: datetime, key: str = "") -> Block:
    """Block a stretch of time; the same `key` blocks the same stretch once, and another one too."""
    asked = f"block {key} {kept.start.isoformat()} {kept.end.isoformat()}"
    name = hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:32] if key else new_id(now)
    block = Block(id=name, start=kept.start, end=kept.end, reason=reason, created_at=now)
    with suppress(IntegrityError):  # this very form was sent before
        store.block(block)
    return block
