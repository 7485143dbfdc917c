"""What each change of a booking says to the owner and to the visitor.

What a stranger typed never reaches the address she typed: else the form would be a relay for spam.
"""

from __future__ import annotations

from datetime import datetime

from plugins.booking.mails.invitations import Invitation
from plugins.booking.mails.letters import Letter
from plugins.booking.mails.messages import Mail, given, mail
from plugins.booking.mails.occasions import PLACES, Occasion, invitation, own_moment
from plugins.domain.bookings import Booking, Status
from plugins.domain.italian import moment
from plugins.domain.life import Actor, Event, change_until

_AGAIN = "Se vuoi, scegli un altro orario dal sito."
_STANDING = {
    Status.PENDING: "ho ricevuto la tua richiesta: è in attesa di conferma, e ti scrivo io per confermarla.",
    Status.CONFIRMED: "il tuo appuntamento è confermato.",
    Status.DONE: "il nostro appuntamento si è tenuto.",
}
_NO_MORE = "questo appuntamento non è più in programma."


def mails_about(
    event: Event,
    booking: Booking,
    occasion: Occasion,
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


def reminders(booking: Booking, occasion: Occasion) -> tuple[Mail, ...]:
    """The mails that remind both of a meeting; the calendars know of it already."""
    when = moment(booking.start, occasion.zone)
    owner = _owner_letter("Ti ricordo questo appuntamento.", booking, occasion)
    visitor = _visitor_letter("ti ricordo il nostro appuntamento.", booking, occasion)
    subject = f"Promemoria: {occasion.meeting.title}, {when}"
    return (
        mail("reminder-owner", occasion.owner_email, booking.email, f"Promemoria: {booking.name}, {when}", owner),
        mail("reminder-visitor", booking.email, occasion.identity.email, subject, visitor),
    )


def calendar_entry(booking: Booking, occasion: Occasion) -> Invitation:
    """The visitor's appointment as a calendar file to download: a publication, which asks for no reply."""
    words = _visitor_letter(_STANDING.get(booking.status, _NO_MORE), booking, occasion).plain()
    entry = invitation(booking, occasion, None, _summary(booking, occasion), words)
    # A file that is opened by hand publishes, even what is called off: nobody is asked to answer it.
    return entry.model_copy(update={"method": "PUBLISH", "location": _location(occasion)})


def own_entry(booking: Booking, occasion: Occasion) -> Invitation:
    """The appointment as it stands in the owner's own calendar: with all that was typed, and nobody to be asked."""
    words = _owner_letter("Un appuntamento preso dal sito.", booking, occasion).plain()
    entry = invitation(booking, occasion, None, f"{occasion.meeting.title} con {booking.name}", words)
    return entry.model_copy(update={"method": None})


def _location(occasion: Occasion) -> str:
    place = occasion.place()
    return place[:1].upper() + place[1:]


def _summary(booking: Booking, occasion: Occasion) -> str:
    waiting = "Da confermare: " if booking.status is Status.PENDING else ""
    return f"{waiting}{occasion.meeting.title} con {occasion.identity.name}"


def _to_owner(
    event: Event, booking: Booking, occasion: Occasion, actor: Actor, word: str | None, before: datetime | None
) -> Mail | None:
    waiting = booking.status is Status.PENDING
    subject, opening = {
        Event.BOOKED: (
            ("Richiesta", "Hai una nuova richiesta di appuntamento, da confermare.")
            if waiting
            else ("Appuntamento", "Hai un nuovo appuntamento.")
        ),
        Event.APPROVED: ("Confermato", "Hai confermato questo appuntamento."),
        Event.EXPIRED: ("Scaduta", "Una richiesta è scaduta senza risposta: l’orario è di nuovo libero."),
        Event.RESCHEDULED: (
            ("Spostato", "Hai spostato questo appuntamento.")
            if actor is Actor.OWNER
            else ("Da riconfermare", "Chi ha prenotato chiede di spostare l’appuntamento: sta a te confermarlo.")
            if waiting
            else ("Spostato", "Chi ha prenotato ha spostato l’appuntamento.")
        ),
        Event.CANCELLED: (
            ("Annullato", "Hai annullato questo appuntamento.")
            if actor is Actor.OWNER
            else ("Annullato", "Chi ha prenotato ha annullato l’appuntamento: l’orario è di nuovo libero.")
        ),
    }.get(event, ("", ""))
    if not subject:
        return None
    letter = _owner_letter(opening, booking, occasion, word, before)
    summary = f"{occasion.meeting.title} con {booking.name}"
    return mail(
        f"{event.value}-owner", occasion.owner_email, booking.email,
        f"{subject}: {booking.name}, {moment(booking.start, occasion.zone)}", letter,
        invitation(booking, occasion, None, summary, letter.plain()) if booking.invited else None,
    )  # fmt: skip


def _to_visitor(
    event: Event, booking: Booking, occasion: Occasion, actor: Actor, word: str | None, before: datetime | None
) -> Mail | None:
    waiting = booking.status is Status.PENDING
    again = (_AGAIN,)
    subject, opening, closing = {
        Event.BOOKED: ("Richiesta ricevuta" if waiting else "Confermato", _STANDING.get(booking.status, ""), ()),
        Event.CORRECTED: ("Richiesta ricevuta" if waiting else "Confermato", _STANDING.get(booking.status, ""), ()),
        Event.APPROVED: ("Confermato", _STANDING[Status.CONFIRMED], ()),
        Event.DECLINED: ("Non confermato", "non riesco a tenere l’appuntamento che hai chiesto.", again),
        Event.EXPIRED: ("Scaduta", "la tua richiesta è scaduta prima che potessi rispondere: scusami.", again),
        Event.RESCHEDULED: (
            (
                "Richiesta ricevuta",
                "ho ricevuto la tua richiesta di spostare l’appuntamento, e ti scrivo io per confermarla.",
                (),
            )
            if waiting
            else ("Spostato", "il tuo appuntamento è spostato, come hai chiesto.", ())
            if actor is Actor.VISITOR
            else ("Spostato", "devo spostare il nostro appuntamento: qui sotto c’è il nuovo orario.", ())
        ),
        Event.CANCELLED: (
            ("Annullato", "il tuo appuntamento è annullato, come hai chiesto.", again)
            if actor is Actor.VISITOR
            else ("Annullato", "devo annullare il nostro appuntamento.", again)
        ),
    }.get(event, ("", "", ()))
    if not subject:
        return None
    # The owner's own words may be told; the visitor's never come back to an address she typed.
    said = word if actor is Actor.OWNER else None
    letter = _visitor_letter(opening, booking, occasion, said, before, closing)
    return mail(
        f"{event.value}-visitor", booking.email, occasion.identity.email,
        f"{subject}: {occasion.meeting.title}, {moment(booking.start, occasion.zone)}", letter,
        invitation(booking, occasion, booking.email, _summary(booking, occasion), letter.plain())
        if booking.invited else None,
    )  # fmt: skip


def _owner_letter(
    opening: str, booking: Booking, occasion: Occasion, word: str | None = None, before: datetime | None = None
) -> Letter:
    meeting = occasion.meeting
    questions = {question.key: question.label for question in meeting.questions}
    return Letter(
        opening=(opening,),
        facts=given(
            ("Incontro", f"{meeting.title}, {meeting.minutes} minuti, {PLACES[meeting.where]}"),
            ("Quando", moment(booking.start, occasion.zone)),
            ("Da chi prenota", own_moment(booking, occasion)),
            ("Prima era", moment(before, occasion.zone) if before else None),
            ("Motivo", word),
            ("Nome", booking.name),
            ("Email", booking.email),
            ("Telefono", booking.phone),
            ("Servizio", occasion.service.title if occasion.service else None),
            *((questions.get(key, key), answer) for key, answer in booking.answers.items()),
            ("Messaggio", booking.message),
        ),
        links=(("In agenda", occasion.links.agenda),),
        closing=("Se rispondi a questa mail, scrivi a chi ha prenotato.",),
        signature=occasion.signature,
    )


def _visitor_letter(
    opening: str,
    booking: Booking,
    occasion: Occasion,
    word: str | None = None,
    before: datetime | None = None,
    closing: tuple[str, ...] = (),
) -> Letter:
    meeting, links = occasion.meeting, occasion.links
    calendar = (("Aggiungilo al calendario", links.calendar),) if booking.status is Status.CONFIRMED else ()
    return Letter(
        opening=("Ciao,", opening, *((word,) if word else ())),
        facts=given(
            ("Che cosa", f"{meeting.title} con {occasion.identity.name}, {meeting.minutes} minuti"),
            ("Quando", moment(booking.start, occasion.zone)),
            ("Da te", own_moment(booking, occasion)),
            ("Prima era", moment(before, occasion.zone) if before else None),
            ("Dove", occasion.place()),
            ("Servizio", occasion.service.title if occasion.service else None),
        ),
        links=(("Il tuo appuntamento", links.manage), *calendar)
        if booking.status.holds_time
        else (("Il sito", links.site),),
        closing=closing or _policy(booking, occasion),
        signature=occasion.signature,
    )


def _policy(booking: Booking, occasion: Occasion) -> tuple[str, ...]:
    """How long the visitor may still change her mind, as the page of the appointment says it too."""
    if not booking.status.is_open:
        return ()
    until = moment(change_until(booking, occasion.availability), occasion.zone)
    limit = f"fino a {until}" if occasion.availability.change_notice else "fino all’inizio"
    return (f"Puoi spostarlo o annullarlo dalla sua pagina, {limit}. Oppure rispondi a questa mail.",)
