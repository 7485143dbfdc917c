"""What the mails say."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from plugins.domain.availability import Meeting
from plugins.domain.bookings import Booking, Message, Status
from plugins.domain.catalogue import Service
from plugins.domain.identity import Identity
from plugins.domain.invitations import Invitation
from plugins.domain.italian import moment
from plugins.domain.letters import Letter
from plugins.domain.value import Value

PLACES = {"video": "in video", "phone": "al telefono", "in_person": "di persona"}
_CALENDAR_STATUS = {
    Status.PENDING: "TENTATIVE",
    Status.DECLINED: "CANCELLED",
    Status.EXPIRED: "CANCELLED",
    Status.CANCELLED: "CANCELLED",
}
_NO_MORE = "questo appuntamento non è più in programma."
_STANDING = {
    Status.PENDING: "ho ricevuto la tua richiesta: è in attesa di conferma, e ti scrivo io per confermarla.",
    Status.DECLINED: _NO_MORE,
    Status.EXPIRED: _NO_MORE,
    Status.CANCELLED: _NO_MORE,
}


class Mail(Value):
    """A mail to be sent, before it becomes MIME."""

    kind: str
    to: str
    reply_to: str | None = None
    subject: str
    plain: str
    html: str
    invitation: Invitation | None = None


class Links(Value):
    """The absolute addresses a mail points to."""

    manage: str
    calendar: str
    site: str


def _signature(identity: Identity, site: str) -> tuple[str, ...]:
    return (identity.name, identity.brand, site, f"P.IVA {identity.vat_number}", identity.legal)


def _mail(
    kind: str,
    to: str,
    reply_to: str | None,
    subject: str,
    letter: Letter,
    invitation: Invitation | None = None,
) -> Mail:
    return Mail(
        kind=kind, to=to, reply_to=reply_to, subject=subject,
        plain=letter.plain(), html=letter.html(), invitation=invitation,
    )  # fmt: skip


def _given(facts: list[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in facts if value)


def booking_mails(
    booking: Booking,
    meeting: Meeting,
    service: Service | None,
    identity: Identity,
    zone: ZoneInfo,
    links: Links,
    owner_email: str,
    sender: str,
) -> tuple[Mail, Mail]:
    """The owner's mail with all that was typed, then the visitor's, which repeats nothing she typed.

    What a stranger typed never reaches the address she typed: else the form would be a relay for spam.
    """
    confirmed = booking.status is Status.CONFIRMED
    when, place = moment(booking.start, zone), PLACES[meeting.where]
    questions = {question.key: question.label for question in meeting.questions}
    owner = Letter(
        opening=(
            "Hai un nuovo appuntamento." if confirmed else "Hai una nuova richiesta di appuntamento, da confermare.",
        ),
        facts=_given(
            [
                ("Incontro", f"{meeting.title}, {meeting.minutes} minuti, {place}"),
                ("Quando", when),
                ("Nome", booking.name),
                ("Email", booking.email),
                ("Telefono", booking.phone),
                ("Servizio", service.title if service else None),
                *((questions.get(key, key), answer) for key, answer in booking.answers.items()),
                ("Messaggio", booking.message),
            ]
        ),
        links=(("L’appuntamento", links.manage),),
        closing=("Se rispondi a questa mail, scrivi a chi ha prenotato.",),
        signature=_signature(identity, links.site),
    )
    visitor = _to_visitor(booking, meeting, service, identity, zone, links)

    def invitation(method: str, attendee: str | None, summary: str, description: str) -> Invitation:
        return _invitation(booking, meeting, identity, links, sender, method, attendee, summary, description)

    return (
        _mail(
            "booking-owner", owner_email, booking.email, f"Appuntamento: {booking.name}, {when}", owner,
            invitation("PUBLISH", None, f"{meeting.title} con {booking.name}", owner.plain()) if confirmed else None,
        ),
        _mail(
            "booking-visitor", booking.email, identity.email,
            f"{'Confermato' if confirmed else 'Richiesta ricevuta'}: {meeting.title}, {when}", visitor,
            invitation("REQUEST", booking.email, f"{meeting.title} con {identity.name}", visitor.plain())
            if confirmed else None,
        ),
    )  # fmt: skip


def calendar_entry(
    booking: Booking,
    meeting: Meeting,
    service: Service | None,
    identity: Identity,
    zone: ZoneInfo,
    links: Links,
    sender: str,
) -> Invitation:
    """The visitor's appointment as a calendar file to download: a publication, which asks for no reply."""
    words = _to_visitor(booking, meeting, service, identity, zone, links).plain()
    waiting = "Da confermare: " if booking.status is Status.PENDING else ""
    summary = f"{waiting}{meeting.title} con {identity.name}"
    return _invitation(booking, meeting, identity, links, sender, "PUBLISH", None, summary, words)


def _place(meeting: Meeting, identity: Identity) -> str:
    """Where to go, with the address where one has to go somewhere."""
    place = PLACES[meeting.where]
    return f"{place}, {identity.address}" if meeting.where == "in_person" else place


def _to_visitor(
    booking: Booking, meeting: Meeting, service: Service | None, identity: Identity, zone: ZoneInfo, links: Links
) -> Letter:
    calendar = (("Aggiungilo al calendario", links.calendar),) if booking.status is Status.CONFIRMED else ()
    return Letter(
        opening=("Ciao,", _STANDING.get(booking.status, "il tuo appuntamento è confermato.")),
        facts=_given(
            [
                ("Che cosa", f"{meeting.title} con {identity.name}, {meeting.minutes} minuti"),
                ("Quando", moment(booking.start, zone)),
                ("Dove", _place(meeting, identity)),
                ("Servizio", service.title if service else None),
            ]
        ),
        links=(("Il tuo appuntamento", links.manage), *calendar),
        closing=("Se devi spostarlo o non puoi esserci, rispondi a questa mail.",),
        signature=_signature(identity, links.site),
    )


def _invitation(
    booking: Booking,
    meeting: Meeting,
    identity: Identity,
    links: Links,
    sender: str,
    method: str,
    attendee: str | None,
    summary: str,
    description: str,
) -> Invitation:
    place = _place(meeting, identity)
    return Invitation.model_validate(
        {
            "uid": f"{booking.id}@{links.site.split('//')[-1].split('/')[0].split(':')[0]}",
            "sequence": booking.sequence, "method": method,
            "status": _CALENDAR_STATUS.get(booking.status, "CONFIRMED"),
            "start": booking.start, "end": booking.end, "summary": summary, "description": description,
            "location": place[:1].upper() + place[1:], "organizer_name": identity.name, "organizer_email": sender,
            "attendee_email": attendee, "stamp": booking.created_at,
        }
    )  # fmt: skip


def message_mails(
    message: Message, service: Service | None, identity: Identity, zone: ZoneInfo, owner_email: str
) -> tuple[Mail, ...]:
    """The mail that brings a message to the owner, who answers its writer by answering the mail."""
    letter = Letter(
        opening=(message.message,),
        facts=_given(
            [
                ("Nome", message.name),
                ("Email", message.email),
                ("Oggetto", message.subject),
                ("Servizio", service.title if service else None),
                ("Arrivato", moment(message.created_at, zone)),
            ]
        ),
        signature=(identity.brand, identity.legal),
    )
    subject = f"Messaggio dal sito: {message.subject or message.name}"
    return (_mail("message-owner", owner_email, message.email, subject, letter),)
