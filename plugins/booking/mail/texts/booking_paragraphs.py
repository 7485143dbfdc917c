"""Paragraphs of the mails about a booking, with its details."""

from __future__ import annotations

from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext, own_moment
from plugins.booking.mail.texts.contact_mails import given
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.booking.mail.texts.next_steps import NextSteps, next_steps
from plugins.content.language_names import further_language_name
from plugins.content.templates.answer_words import answers_in_words, chosen_in_words
from plugins.content.templates.formats import moment, time_and_day
from plugins.domain.booking_lifecycle import room_due
from plugins.domain.bookings import Booking, Status, answers_of
from plugins.domain.language import _


def owner_letter(
    opening: str, booking: Booking, occasion: BookingContext, word: str | None = None, before: datetime | None = None
) -> MailBody:
    """To the owner, with all that was typed."""
    meeting = occasion.meeting
    return MailBody(
        opening=(opening,),
        facts=given(
            (
                _("Incontro"),
                _what(occasion),
            ),
            (_("Persone"), _in_group(occasion)),
            (_("Quando"), moment(booking.start, occasion.zone)),
            (_("Da chi prenota"), own_moment(booking, occasion)),
            (_("Prima era"), moment(before, occasion.zone) if before else None),
            (_("Motivo"), word),
            (_("Nome"), booking.name),
            (_("Email"), booking.email),
            (_("Telefono"), booking.phone),
            (_("Lingua"), further_language_name(booking.language)),
            (_("Prezzo"), meeting.price),
            (_("Servizio"), occasion.service.title if occasion.service else None),
            *answers_in_words(answers_of(booking), meeting.questions),
            (_("Messaggio"), booking.message),
        ),
        links=((_("In agenda"), occasion.links.agenda),),
        closing=(*room_to_send(booking, occasion), _("Se rispondi a questa mail, scrivi a chi ha prenotato.")),
        signature=occasion.signature,
        linked=(booking.email,),
    )


def visitor_letter(
    opening: str,
    booking: Booking,
    occasion: BookingContext,
    word: str | None = None,
    before: datetime | None = None,
    closing: tuple[str, ...] = (),
    note: tuple[str, ...] = (),
    now: datetime | None = None,
) -> MailBody:
    """To the visitor, with no words that she typed: the address may be somebody else\'s.

    It is told `now`, or when the booking last changed.
    """
    meeting, links = occasion.meeting, occasion.links
    calendar = ((_("Aggiungilo al calendario"), links.calendar),) if booking.status is Status.CONFIRMED else ()
    steps = next_steps(booking, occasion, now or booking.updated_at)
    return MailBody(
        opening=(_("Ciao,"), opening, *((word,) if word else ())),
        facts=given(
            (
                _("Che cosa"),
                _(
                    "%(meeting)s con %(name)s, %(minutes)s minuti",
                    meeting=meeting.title,
                    name=occasion.identity.name,
                    minutes=meeting.minutes,
                ),
            ),
            (_("Persone"), _in_group(occasion)),
            (_("Quando"), moment(booking.start, occasion.zone)),
            (_("Da te"), own_moment(booking, occasion)),
            (_("Prima era"), moment(before, occasion.zone) if before else None),
            (_("Dove"), occasion.place()),
            (_("Come arrivare"), occasion.meeting.how_to_get_there if occasion.manner() else None),
            (_("Servizio"), occasion.service.title if occasion.service else None),
            *chosen_in_words(answers_of(booking), meeting.questions),
        ),
        links=((_("Il tuo appuntamento"), links.manage), *calendar)
        if booking.status.holds_time
        else ((_("Prenota un altro orario"), links.again),),
        closing=(closing or (*_to_come(booking, occasion, steps), *_policy(booking, occasion, steps))) + note,
        signature=occasion.signature,
        linked=(occasion.place_link,) if occasion.place_link else (),
    )


def _in_group(occasion: BookingContext) -> str | None:
    """How many may come, and never who they are."""
    seats = occasion.meeting.seats
    return _("in gruppo, fino a %(seats)s", seats=seats) if seats else None


def _what(occasion: BookingContext) -> str:
    meeting, place = occasion.meeting, occasion.manner()
    if place is None:
        return _("%(meeting)s, %(minutes)s minuti", meeting=meeting.title, minutes=meeting.minutes)
    return _("%(meeting)s, %(minutes)s minuti, %(place)s", meeting=meeting.title, minutes=meeting.minutes, place=place)


def room_to_send(booking: Booking, occasion: BookingContext, by_reply: bool = True) -> tuple[str, ...]:
    """What the owner has to do, as the visitor was told that she does it; `by_reply` where it stands in a mail."""
    steps = next_steps(booking, occasion, booking.updated_at)
    if not steps.room_by:
        return ()
    due = time_and_day(room_due(booking), occasion.zone)
    if not by_reply:
        return (
            _(
                "Per questo video non c’è ancora un collegamento: mandalo tu entro le %(when)s, per mail a chi ha"
                " prenotato.",
                when=due,
            ),
        )
    return (
        _(
            "Per questo video non c’è ancora un collegamento: mandalo tu entro le %(when)s, rispondendo a questa mail."
            " Se in identity.yaml scrivi la tua stanza alla voce «video», lo dicono da sole la pagina e le mail.",
            when=due,
        ),
    )


def _to_come(booking: Booking, occasion: BookingContext, steps: NextSteps) -> tuple[str, ...]:
    """What happens until the meeting, as the page of the appointment says it too."""
    said = []
    if steps.room_by:
        said.append(
            _("Il collegamento per il video te lo scrivo in un’altra mail, entro le %(when)s.", when=steps.room_by)
        )
    elif booking.status is Status.CONFIRMED and occasion.meeting.where == "phone" and occasion.manner():
        said.append(
            _("All’ora fissata ti chiamo io, al numero che hai lasciato.")
            if booking.phone
            else _("All’ora fissata ti chiamo io.")
        )
    if steps.reminder_at:
        said.append(_("Un promemoria ti arriva per mail alle %(when)s.", when=steps.reminder_at))
    return tuple(said)


def _policy(booking: Booking, occasion: BookingContext, steps: NextSteps) -> tuple[str, ...]:
    """How long the visitor may still change her mind, as the page of the appointment says it too."""
    if not booking.status.is_open:
        return ()
    if not steps.can_change:
        return (_("Se devi spostarlo o annullarlo, rispondi a questa mail."),)
    if steps.change_until is None:
        return (_("Puoi spostarlo o annullarlo dalla sua pagina, fino all’inizio. Oppure rispondi a questa mail."),)
    return (
        _(
            "Puoi spostarlo o annullarlo dalla sua pagina, fino alle %(until)s. Oppure rispondi a questa mail.",
            until=steps.change_until,
        ),
    )
