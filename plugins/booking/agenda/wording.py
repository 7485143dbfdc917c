"""The agenda's own words, on the page and in a terminal alike."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from plugins.booking.agenda.ledger import Happening, Posted
from plugins.booking.strangers import WITHHELD
from plugins.domain.bookings import Status
from plugins.domain.italian import clock, long_day_year
from plugins.domain.life import Actor, Event

STATUSES = {
    Status.PENDING: "da confermare",
    Status.CONFIRMED: "confermato",
    Status.DECLINED: "rifiutato",
    Status.EXPIRED: "scaduto",
    Status.CANCELLED: "annullato",
    Status.DONE: "concluso",
    Status.NO_SHOW: "mancato",
}
_EVENTS = {
    Event.BOOKED: "prenotato",
    Event.APPROVED: "confermato",
    Event.DECLINED: "rifiutato",
    Event.EXPIRED: "scaduto senza risposta",
    Event.RESCHEDULED: "spostato",
    Event.CANCELLED: "annullato",
    Event.DONE: "concluso",
    Event.NO_SHOW: "segnato come mancato",
    Event.CORRECTED: "indirizzo corretto",
}
_ACTORS = {Actor.VISITOR: " da chi ha prenotato", Actor.OWNER: " da te", Actor.TIME: ""}
_KINDS = {
    "booked": "prenotazione",
    "approved": "conferma",
    "declined": "rifiuto",
    "expired": "scadenza",
    "rescheduled": "spostamento",
    "cancelled": "annullamento",
    "corrected": "di nuovo, all’indirizzo giusto",
    "reminder": "promemoria",
    "message": "messaggio",
    "sign-in": "collegamento per l’agenda",
    "digest": "notizie della posta",
}


def day_and_hour(instant: datetime, zone: ZoneInfo) -> str:
    """`martedì 12 gennaio 2027, 10:00`, on the owner's clock."""
    return f"{long_day_year(instant.astimezone(zone))}, {clock(instant, zone)}"


def hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`10:00–10:30`, or with its day where the end falls on another."""
    same = start.astimezone(zone).date() == end.astimezone(zone).date()
    return f"{clock(start, zone)}–{clock(end, zone)}" if same else f"{clock(start, zone)} – {day_and_hour(end, zone)}"


def stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`martedì 12 gennaio 2027, tutto il giorno`, or from when to when."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.time() == last.time() == time() and first < last:
        final = last.date() - timedelta(days=1)
        if first.date() == final:
            return f"{long_day_year(first)}, tutto il giorno"
        return f"da {long_day_year(first)} a {long_day_year(final)}, giorni interi"
    if first.date() == last.date():
        return f"{long_day_year(first)}, {hours(start, end, zone)}"
    return f"da {day_and_hour(start, zone)} a {day_and_hour(end, zone)}"


def happened(one: Happening, zone: ZoneInfo) -> str:
    """What happened, and who did it."""
    words = f"{_EVENTS[one.event]}{_ACTORS[one.actor]}"
    return f"{words}: prima era {day_and_hour(one.start, zone)}" if one.event is Event.RESCHEDULED else words


def what(mail: Posted) -> str:
    """What a mail is for."""
    return _KINDS.get(mail.kind) or _KINDS.get(mail.kind.rpartition("-")[0], mail.kind)


def delivery(mail: Posted, zone: ZoneInfo) -> str:
    """How far a mail has come, and no more than is known of it."""
    if mail.state == "sent":
        when = f", {day_and_hour(mail.settled_at, zone)}" if mail.settled_at else ""
        return f"preso in consegna dal server di posta{when}"
    if mail.state in {"dead", "let go"}:
        return f"non consegnabile: {mail.error or 'il server di posta non dice perché'}"
    if mail.state == WITHHELD:
        return "non spedito: a questo indirizzo ne erano già partiti tre in un giorno"
    if mail.error:
        return f"in attesa: {mail.error}. Si riprova dalle {clock(mail.next_at, zone)}"
    return "in attesa"
