"""Booking mails: which mail each change of a booking sends to owner and visitor.

What a stranger typed never reaches the address she typed: else the form would be a relay for spam.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext, invitation, short_moment, thread_of
from plugins.booking.mail.texts.booking_paragraphs import owner_letter, room_to_send, visitor_letter
from plugins.booking.mail.texts.contact_mails import Mail, mail
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.booking.mail.texts.next_steps import next_steps
from plugins.booking.mail.texts.series_invitation import of_series
from plugins.content.templates.formats import day_and_time
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.language import N_, _

AGAIN = N_("Se vuoi, scegli un altro orario dal sito.")
_STANDING = {
    Status.PENDING: N_(
        "ho ricevuto la tua richiesta: è in attesa di conferma, e ti rispondo entro le %(when)s."
        " Fino ad allora l’orario è tuo."
    ),
    Status.CONFIRMED: N_("il tuo appuntamento è confermato."),
    Status.DONE: N_("il nostro appuntamento si è tenuto."),
}
NOT_BY_THE_CALENDAR = N_("Se il tuo calendario ti chiede di accettare: rifiutare lì non annulla l’appuntamento.")
LONGEST_NAME = 40
# The kind of what follows a meeting.
FOLLOW_UP = "follow-up-visitor"
_NO_MORE = N_("questo appuntamento non è più in programma.")


def mails_about(
    event: Event,
    booking: Booking,
    occasion: BookingContext,
    actor: Actor,
    word: str | None = None,
    before: datetime | None = None,
) -> tuple[Mail, ...]:
    """The mails that a change brings, the owner's first; `before` is the start that a booking was moved from.

    `word` is what the one who made the change says to the other.
    """
    mails = [
        _to_owner(event, booking, occasion, actor, word, before),
        _to_visitor(event, booking, occasion, actor, word, before),
    ]
    return tuple(one for one in mails if one)


def reminders(booking: Booking, occasion: BookingContext, now: datetime) -> tuple[Mail, ...]:
    """The mails that remind both of a meeting, sent `now`; the calendars know of it already."""
    owner = owner_letter(_("Ti ricordo questo appuntamento."), booking, occasion)
    visitor = visitor_letter(_("ti ricordo il nostro appuntamento."), booking, occasion, now=now)
    return (
        owner_mail("reminder-owner", _("Promemoria"), booking, occasion, owner),
        _visitor_mail("reminder-visitor", _("Promemoria"), booking, occasion, visitor),
    )


def follow_up(booking: Booking, occasion: BookingContext, text: str, testimonial: str | None = None) -> Mail:
    """What the owner writes after a meeting, in her own words; `testimonial` is where a few may be left for her."""
    what = _("Non ci siamo trovati") if booking.status is Status.NO_SHOW else _("Grazie")
    paragraphs = tuple(one.strip() for one in text.split("\n\n"))
    links = ((_("Prenota un altro orario"), occasion.links.again),)
    asked = _("Se ti va, lasciami due parole su com’è andata: le leggo io, e vanno sul sito solo se dici di sì.")
    letter = MailBody(
        (_("Ciao,"), *paragraphs, *((asked,) if testimonial else ())),
        links=((_("Lascia due parole"), testimonial), *links) if testimonial else links,
        signature=occasion.signature,
    )
    return _visitor_mail(FOLLOW_UP, what, booking, occasion, letter)


def word_mail(booking: Booking, occasion: BookingContext, word: str) -> Mail:
    """What the owner has to say to all who come to a meeting, to one of them; it names nobody else."""
    letter = visitor_letter(_("ti scrivo per il nostro appuntamento."), booking, occasion, word)
    return _visitor_mail("word-visitor", _("Messaggio"), booking, occasion, letter)


def calendar_entry(booking: Booking, occasion: BookingContext) -> Invitation:
    """The visitor's appointment as a calendar file to download: a publication, which asks for no reply."""
    words = visitor_letter(_standing(booking, occasion) or _(_NO_MORE), booking, occasion).plain()
    entry = invitation(booking, occasion, None, summary_for(booking, occasion), words)
    # A file that is opened by hand publishes, even what is called off: nobody is asked to answer it.
    return entry.model_copy(update={"method": "PUBLISH", "location": _location(occasion)})


def own_entry(booking: Booking, occasion: BookingContext) -> Invitation:
    """The appointment as it stands in the owner's own calendar: with all that was typed, and nobody to be asked."""
    letter = owner_letter(_("Un appuntamento preso dal sito."), booking, occasion)
    # In a calendar there is no mail to answer.
    words = replace(letter, closing=room_to_send(booking, occasion, by_reply=False)).plain()
    entry = invitation(booking, occasion, None, summary_with(occasion, booking.name), words)
    return entry.model_copy(update={"method": None})


def _standing(booking: Booking, occasion: BookingContext) -> str:
    by = next_steps(booking, occasion, booking.updated_at).answer_by
    said = _STANDING.get(booking.status, "")
    return _(said, when=by) if by else _(said)


def _location(occasion: BookingContext) -> str:
    place = occasion.place() or ""
    return place[:1].upper() + place[1:]


def summary_for(booking: Booking, occasion: BookingContext) -> str:
    """What the visitor's calendar calls it."""
    said = summary_with(occasion, occasion.identity.name)
    return _("Da confermare: %(meeting)s", meeting=said) if booking.status is Status.PENDING else said


def summary_with(occasion: BookingContext, name: str) -> str:
    """What a calendar calls a meeting with somebody."""
    return _("%(meeting)s con %(name)s", meeting=occasion.meeting.title, name=name)


def owner_mail(
    kind: str, what: str, booking: Booking, occasion: BookingContext, letter: MailBody, event: Invitation | None = None
) -> Mail:
    """A mail of the owner's, whose list of mails has the same sender for all: the visitor's name comes first."""
    name = booking.name if len(booking.name) <= LONGEST_NAME else f"{booking.name[: LONGEST_NAME - 1].rstrip()}…"
    when = day_and_time(booking.start, occasion.zone)
    subject = _("%(what)s: %(name)s, %(when)s", what=what, name=name, when=when)
    return mail(
        kind, occasion.owner_email, booking.email, subject, letter, event, booking.name,
        thread_of(booking, occasion, "owner"),
    )  # fmt: skip


def _visitor_mail(
    kind: str, what: str, booking: Booking, occasion: BookingContext, letter: MailBody, event: Invitation | None = None
) -> Mail:
    """A mail of the visitor's: of a long subject a list of mails, or a telephone, shows the day and the hour."""
    when = short_moment(booking, occasion)
    subject = _("%(what)s: %(when)s, %(meeting)s", what=what, when=when, meeting=occasion.meeting.title)
    return mail(
        kind, booking.email, occasion.identity.email, subject, letter, event,
        thread=thread_of(booking, occasion, "visitor"),
    )  # fmt: skip


def _to_owner(
    event: Event, booking: Booking, occasion: BookingContext, actor: Actor, word: str | None, before: datetime | None
) -> Mail | None:
    waiting, shared = booking.status is Status.PENDING, bool(occasion.meeting.seats)
    subject, opening = {
        Event.BOOKED: (
            (_("Richiesta"), _("Hai una nuova richiesta di appuntamento, da confermare."))
            if waiting
            else (_("Appuntamento"), _("Hai un nuovo appuntamento."))
        ),
        Event.APPROVED: (_("Confermato"), _("Hai confermato questo appuntamento.")),
        Event.EXPIRED: (
            _("Scaduta"),
            _("Una richiesta è scaduta senza risposta: il suo posto è di nuovo libero.")
            if shared
            else _("Una richiesta è scaduta senza risposta: l’orario è di nuovo libero."),
        ),
        Event.RESCHEDULED: (
            (_("Spostato"), _("Hai spostato questo appuntamento."))
            if actor is Actor.OWNER
            else (_("Da riconfermare"), _("Chi ha prenotato chiede di spostare l’appuntamento: sta a te confermarlo."))
            if waiting
            else (_("Spostato"), _("Chi ha prenotato ha spostato l’appuntamento."))
        ),
        Event.CANCELLED: (
            (_("Annullato"), _("Hai annullato questo appuntamento."))
            if actor is Actor.OWNER
            else (_("Annullato"), _("Chi ha prenotato ha annullato l’appuntamento: il suo posto è di nuovo libero."))
            if shared
            else (_("Annullato"), _("Chi ha prenotato ha annullato l’appuntamento: l’orario è di nuovo libero."))
        ),
    }.get(event, ("", ""))
    if not subject:
        return None
    letter = owner_letter(opening, booking, occasion, word, before)
    summary = summary_with(occasion, booking.name)
    # The meeting of a group is one event of hers, which no single booking of it makes or takes away.
    entry = invitation(booking, occasion, None, summary, letter.plain()) if booking.invited and not shared else None
    return owner_mail(f"{event.value}-owner", subject, booking, occasion, letter, entry)


def _to_visitor(
    event: Event, booking: Booking, occasion: BookingContext, actor: Actor, word: str | None, before: datetime | None
) -> Mail | None:
    waiting = booking.status is Status.PENDING
    again = (_(AGAIN),)
    standing = _standing(booking, occasion)
    subject, opening, closing = {
        Event.BOOKED: (_("Richiesta ricevuta") if waiting else _("Confermato"), standing, ()),
        Event.CORRECTED: (_("Richiesta ricevuta") if waiting else _("Confermato"), standing, ()),
        Event.APPROVED: (_("Confermato"), _(_STANDING[Status.CONFIRMED]), ()),
        Event.DECLINED: (_("Non confermato"), _("non riesco a tenere l’appuntamento che hai chiesto."), again),
        Event.EXPIRED: (_("Scaduta"), _("la tua richiesta è scaduta prima che potessi rispondere: scusami."), again),
        Event.RESCHEDULED: (
            (
                _("Richiesta ricevuta"),
                _(
                    "ho ricevuto la tua richiesta di spostare l’appuntamento, e ti rispondo entro le %(when)s."
                    " Fino ad allora il nuovo orario è tuo.",
                    when=next_steps(booking, occasion, booking.updated_at).answer_by,
                ),
                (),
            )
            if waiting
            else (_("Spostato"), _("il tuo appuntamento è spostato, come hai chiesto."), ())
            if actor is Actor.VISITOR
            else (_("Spostato"), _("devo spostare il nostro appuntamento: qui sotto c’è il nuovo orario."), ())
        ),
        Event.CANCELLED: (
            (_("Annullato"), _("il tuo appuntamento è annullato, come hai chiesto. Non mi devi niente."), again)
            if actor is Actor.VISITOR
            else (_("Annullato"), _("devo annullare il nostro appuntamento. Non mi devi niente."), again)
        ),
    }.get(event, ("", "", ()))
    if not subject:
        return None
    # The owner's own words may be told; the visitor's never come back to an address she typed.
    said = word if actor is Actor.OWNER else None
    # A time that the owner chose is put to the visitor, who chose any other herself.
    hers = not (actor is Actor.OWNER and event in {Event.BOOKED, Event.RESCHEDULED})
    note = () if hers or not booking.invited else (_(NOT_BY_THE_CALENDAR),)
    letter = visitor_letter(opening, booking, occasion, said, before, closing, note)
    summary, words = summary_for(booking, occasion), letter.plain()
    entry = None
    if booking.invited:
        entry = of_series(invitation(booking, occasion, booking.email, summary, words, hers), booking, occasion)
    return _visitor_mail(f"{event.value}-visitor", subject, booking, occasion, letter, entry)
