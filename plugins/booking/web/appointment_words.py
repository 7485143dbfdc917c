"""Words of the appointment's page: its heading, who knows of it, and its own address as a QR code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.next_steps import next_steps
from plugins.booking.storage.booking_rows import LastChange
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _

# For so long a page tells of a change as of one's own that has just been made.
_NEW_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Standing:
    """Standing of an appointment: a heading that is understood alone, and what it means for the reader."""

    heading: str
    lead: str
    is_ahead: bool


def standing(booking: Booking, occasion: BookingContext, changed: LastChange | None, now: datetime) -> Standing:
    """Say how an appointment stands, to the visitor; what she has just done is said to be done."""
    name, status = occasion.identity.name, booking.status
    by_her = changed is not None and changed.actor is Actor.VISITOR
    done = changed.event if changed and by_her and now - changed.at < _NEW_FOR else None
    if status is Status.PENDING:
        return _pending(booking, occasion, done, now)
    if status is Status.CONFIRMED and now < booking.end:
        return _confirmed(booking, name, changed, done, now)
    heading, lead = {
        Status.DECLINED: (
            _("La tua richiesta non è stata accettata"),
            _(
                "%(name)s non può tenere l’appuntamento che hai chiesto. Se vuoi, scegli un altro orario.",
                name=name,
            ),
        ),
        Status.EXPIRED: (
            _("La tua richiesta è scaduta senza risposta"),
            _("%(name)s non ha fatto in tempo a rispondere. Se vuoi, scegli un altro orario.", name=name),
        ),
        Status.CANCELLED: (
            (
                _("Fatto, l’appuntamento è annullato")
                if done is Event.CANCELLED
                else _("Questo appuntamento è annullato"),
                _(
                    "%(name)s lo sa, e l’orario è di nuovo libero. Non c’è niente da pagare né altro da fare.",
                    name=name,
                ),
            )
            if by_her
            else (
                _("%(name)s ha annullato questo appuntamento", name=name),
                _("Non c’è niente da pagare. Se vuoi, scegli un altro orario."),
            )
        ),
        Status.NO_SHOW: (
            _("Questo appuntamento è passato"),
            _("Non vi siete trovati. Se vuoi, scegli un altro orario."),
        ),
    }.get(status, (_("Questo appuntamento è passato"), _("Se c’è altro da dire, scegli un altro orario.")))
    return Standing(heading, lead, is_ahead=False)


def _pending(booking: Booking, occasion: BookingContext, done: Event | None, now: datetime) -> Standing:
    name, by = occasion.identity.name, next_steps(booking, occasion, now).answer_by
    lead = _(
        "%(name)s ha la tua richiesta e ti risponde entro le %(when)s. Fino ad allora l’orario è tenuto per te.",
        name=name,
        when=by,
    )
    if done is Event.RESCHEDULED:
        return Standing(_("Nuovo orario chiesto, manca la conferma"), lead, is_ahead=True)
    if done is Event.BOOKED:
        return Standing(_("Richiesta inviata, manca la conferma"), lead, is_ahead=True)
    return Standing(_("La tua richiesta aspetta la conferma"), lead, is_ahead=True)


def _confirmed(booking: Booking, name: str, changed: LastChange | None, done: Event | None, now: datetime) -> Standing:
    lead = _("%(name)s lo sa: è già nella sua agenda.", name=name)
    moved = changed is not None and changed.event is Event.RESCHEDULED
    if booking.start <= now:
        heading = _("Il tuo appuntamento è adesso")
    elif done is Event.BOOKED:
        heading = _("Fatto, l’appuntamento è confermato")
    elif done is Event.RESCHEDULED:
        heading = _("Fatto, l’appuntamento è spostato")
    elif moved and changed is not None and changed.actor is Actor.OWNER:
        heading = _("%(name)s ha spostato il tuo appuntamento", name=name)
    else:
        heading = _("Il tuo appuntamento è confermato")
    return Standing(heading, lead, is_ahead=True)


def qr_code(address: str) -> str:
    """Draw an address as a QR code (SVG), for whoever has it on paper."""
    return segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="paper-code", lineclass=None
    )
