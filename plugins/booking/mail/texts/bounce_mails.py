"""Bounce mails: what tells the owner at once that a mail came back, or what was answered to an invitation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.booking_mails import owner_mail
from plugins.booking.mail.texts.booking_paragraphs import owner_letter
from plugins.booking.mail.texts.contact_mails import Mail
from plugins.content.templates.formats import moment
from plugins.domain.bookings import Booking
from plugins.domain.language import N_, _

# By subject and detail of the status (RFC 3463), or by the subject alone.
_REASONS = {
    "1.8": N_("il suo server di posta non accetta mail da qui"),
    "1.7": N_("il suo server di posta non accetta mail da qui"),
    "1": N_("questo indirizzo non esiste"),
    "2.1": N_("la sua casella è chiusa"),
    "2.2": N_("la sua casella è piena"),
    "4": N_("il suo server di posta non risponde"),
    "7": N_("il suo server di posta non accetta mail da qui"),
}
_SENT_BACK = N_("il suo server di posta l’ha rimandata")
ANSWERS = {
    "accepted": N_("ha accettato l’invito"),
    "declined": N_("ha rifiutato l’invito"),
    "tentative": N_("ha risposto «forse» all’invito"),
    "counter": N_("ha proposto un altro orario"),
}
_SUBJECTS = {
    "declined": N_("Invito rifiutato"),
    "tentative": N_("Risposto «forse»"),
    "counter": N_("Proposto un altro orario"),
}


def why_bounced(status: str) -> str:
    """Why a mail came back, in words, by the status that begins what is kept of the report."""
    _class, _dot, code = status.partition(" ")[0].partition(".")
    return _(_REASONS.get(code) or _REASONS.get(code.partition(".")[0], _SENT_BACK))


def bounced_mail(booking: Booking, occasion: BookingContext, status: str) -> Mail:
    """The mail to the owner that one to the visitor has come back; answering it would be no use."""
    opening = _("Una mail di questo appuntamento è tornata indietro: %(why)s.", why=why_bounced(status))
    reach = (
        _("Puoi sentire chi ha prenotato al telefono.")
        if booking.phone
        else _("Un telefono non l’ha lasciato: forse l’indirizzo è solo scritto male.")
    )
    closing = (reach, _("Dalla pagina in agenda si corregge l’indirizzo, e la mail parte di nuovo."))
    letter = replace(owner_letter(opening, booking, occasion), closing=closing, linked=())
    told = owner_mail("bounced-owner", _("Mail tornata indietro"), booking, occasion, letter)
    return told.model_copy(update={"reply_to": None, "reply_to_name": ""})


def reply_mail(
    booking: Booking, occasion: BookingContext, answer: str, comment: str | None, proposed: datetime | None
) -> Mail:
    """The mail to the owner that an invitation was declined, or not accepted as it is; nothing has changed by it."""
    opening = _(
        "Dal suo calendario %(name)s %(answer)s. Qui non è cambiato niente: l’appuntamento resta in programma finché "
        "non lo sposti o lo annulli, dalla sua pagina in agenda.",
        name=booking.name,
        answer=_(ANSWERS[answer]),
    )
    letter = owner_letter(opening, booking, occasion, comment)
    if proposed:
        facts = ((_("Orario proposto"), moment(proposed, occasion.zone)), *letter.facts)
        letter = replace(letter, facts=facts)
    return owner_mail("reply-owner", _(_SUBJECTS[answer]), booking, occasion, letter)
