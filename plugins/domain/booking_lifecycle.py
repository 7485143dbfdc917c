"""Booking lifecycle: which change of status is allowed when, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from plugins.domain.availability import Availability, Meeting
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import _

# How long before its start the visitor of a video meeting has its room, where that is not known from the beginning.
_ROOM_AHEAD = timedelta(minutes=30)


class Event(StrEnum):
    """Event of the history: what happened to a booking."""

    BOOKED = "booked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    DONE = "done"
    NO_SHOW = "no_show"
    CORRECTED = "corrected"


class Actor(StrEnum):
    """Actor: who made a change."""

    VISITOR = "visitor"
    OWNER = "owner"
    TIME = "time"


class ChangeRefused(Exception):
    """A change that the state of the booking, or the policy, does not allow; in Italian."""


def change_until(booking: Booking, availability: Availability) -> datetime:
    """The last instant at which a visitor may move or cancel a booking."""
    return booking.start - availability.change_notice


def expires_at(booking: Booking, availability: Availability) -> datetime:
    """When a request that nobody has answered gives its time back: at its start at the latest."""
    return min(booking.updated_at + availability.pending_expiry, booking.start)


def reminded_at(booking: Booking, availability: Availability) -> datetime | None:
    """When both are reminded of a meeting; None where nobody is, or its last change was told later than that."""
    if availability.reminder is None or booking.status is not Status.CONFIRMED:
        return None
    due = booking.start - availability.reminder
    return due if booking.updated_at <= due else None


def room_due(booking: Booking) -> datetime:
    """When the visitor has to have the room of a video meeting: at its start where there is no time for more."""
    due = booking.start - _ROOM_AHEAD
    return due if booking.updated_at + _ROOM_AHEAD <= due else booking.start


def approve(booking: Booking, now: datetime, seen: datetime | None = None) -> Booking:
    """The booking confirmed by the owner; raises ChangeRefused, also where the start she has `seen` is another."""
    _must_wait(booking, _("Solo una richiesta in attesa si può confermare."), seen)
    if booking.start <= now:
        raise ChangeRefused(_("L’orario di questa richiesta è già passato."))
    return _told(booking, now, status=Status.CONFIRMED)


def decline(booking: Booking, now: datetime, seen: datetime | None = None) -> Booking:
    """The request turned down by the owner; raises ChangeRefused, also where the start she has `seen` is another."""
    _must_wait(booking, _("Solo una richiesta in attesa si può rifiutare."), seen)
    return _told(booking, now, status=Status.DECLINED)


def expire(booking: Booking, availability: Availability, now: datetime, with_due: bool = False) -> Booking:
    """The request that nobody answered in time, or that waits `with_due`, one that is due; raises ChangeRefused."""
    _must_wait(booking, _("Solo una richiesta in attesa si può far scadere."))
    if not with_due and now < expires_at(booking, availability):
        raise ChangeRefused(_("Questa richiesta non è ancora scaduta."))
    return _told(booking, now, status=Status.EXPIRED)


def reschedule(
    booking: Booking, start: datetime, meeting: Meeting, availability: Availability, actor: Actor, now: datetime
) -> Booking:
    """The same booking at another time, aware, which the rules must still allow; raises ChangeRefused.

    Where the owner confirms a meeting by hand, a visitor's new time waits for her again.
    """
    _may_change(
        booking,
        availability,
        actor,
        now,
        _("Questo appuntamento non si può più spostare."),
        _("Questo appuntamento è già cominciato: non si può più spostare."),
        _("Ormai è troppo tardi per spostare l’appuntamento da qui."),
    )
    start = start.astimezone(UTC)
    if start == booking.start:
        raise ChangeRefused(_("L’appuntamento è già a quest’ora."))
    asks = actor is Actor.VISITOR and meeting.confirmation == "manual"
    status = (
        Status.PENDING if asks or (booking.status is Status.PENDING and actor is Actor.VISITOR) else Status.CONFIRMED
    )
    return _told(booking, now, status=status, start=start, end=start + timedelta(minutes=meeting.minutes))


def cancel(booking: Booking, availability: Availability, actor: Actor, now: datetime) -> Booking:
    """The booking called off; raises ChangeRefused."""
    _may_change(
        booking,
        availability,
        actor,
        now,
        _("Questo appuntamento non si può più annullare."),
        _("Questo appuntamento è già cominciato: non si può più annullare."),
        _("Ormai è troppo tardi per annullare l’appuntamento da qui."),
    )
    return _told(booking, now, status=Status.CANCELLED)


def finish(booking: Booking, now: datetime) -> Booking:
    """The booking whose time is over; raises ChangeRefused."""
    _must_be(booking, {Status.CONFIRMED}, _("Solo un appuntamento confermato si può concludere."))
    if now < booking.end:
        raise ChangeRefused(_("Questo appuntamento non è ancora finito."))
    return booking.model_copy(update={"status": Status.DONE})


def miss(booking: Booking, now: datetime) -> Booking:
    """The booking to which the visitor did not come; raises ChangeRefused."""
    _must_be(booking, {Status.CONFIRMED, Status.DONE}, _("Solo un appuntamento confermato può risultare mancato."))
    if now < booking.start:
        raise ChangeRefused(_("Questo appuntamento deve ancora cominciare."))
    return booking.model_copy(update={"status": Status.NO_SHOW})


def correct(booking: Booking, email: str, now: datetime) -> Booking:
    """The booking with a mistyped address put right; raises ChangeRefused."""
    _must_be(booking, {Status.PENDING, Status.CONFIRMED}, _("Questo appuntamento non è più in programma."))
    return _told(booking, now, email=email)


def _may_change(
    booking: Booking, availability: Availability, actor: Actor, now: datetime, closed: str, begun: str, late: str
) -> None:
    _must_be(booking, {Status.PENDING, Status.CONFIRMED}, closed)
    if booking.start <= now:
        raise ChangeRefused(begun)
    if actor is Actor.VISITOR and now > change_until(booking, availability):
        raise ChangeRefused(late)


def _must_be(booking: Booking, states: set[Status], words: str) -> None:
    if booking.status not in states:
        raise ChangeRefused(words)


def _must_wait(booking: Booking, words: str, seen: datetime | None = None) -> None:
    _must_be(booking, {Status.PENDING}, words)
    if seen is not None and seen != booking.start:
        raise ChangeRefused(
            _("Intanto chi ha prenotato ha chiesto un altro orario. Guarda quello di adesso, e rispondi.")
        )


def _told(booking: Booking, now: datetime, **changed: object) -> Booking:
    """A change that invitations tell of: each carries a revision of its own."""
    invited = booking.invited or changed.get("status", booking.status) is Status.CONFIRMED
    revision = {"sequence": booking.sequence + 1, "updated_at": now, "invited": invited}
    return booking.model_copy(update=changed | revision)
