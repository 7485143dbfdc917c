"""Testimonial mail: tells the owner that a client has left a word, which waits for her."""

from __future__ import annotations

from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.booking_mails import owner_mail
from plugins.booking.mail.texts.contact_mails import Mail, given
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.booking.storage.testimonial_store import GIVEN
from plugins.content.language_names import further_language_name
from plugins.content.templates.formats import moment
from plugins.domain.bookings import Booking
from plugins.domain.language import _
from plugins.domain.testimonial_form import GivenTestimonial


def testimonial_mail(booking: Booking, occasion: BookingContext, words: GivenTestimonial, agenda: str) -> Mail:
    """The mail that brings a client's words; `agenda` is where it lies."""
    letter = MailBody(
        opening=(_("Due parole per il tuo sito, da chi hai incontrato:"), words.text),
        facts=given(
            (_("Firma"), words.name),
            (_("Chi è"), words.role),
            (_("Incontro"), occasion.meeting.title),
            (_("Quando"), moment(booking.start, occasion.zone)),
            (_("Chi aveva prenotato"), booking.name),
            (_("Email"), booking.email),
            (_("Lingua"), further_language_name(booking.language)),
        ),
        links=((_("Approva o scarta"), f"{agenda}parole/"),),
        closing=(_("Ha detto di sì alla pubblicazione. Finché non approvi, sul sito non va niente."),),
        signature=(occasion.identity.brand, occasion.identity.legal),
    )
    return owner_mail(GIVEN, _("Due parole per il sito"), booking, occasion, letter)
