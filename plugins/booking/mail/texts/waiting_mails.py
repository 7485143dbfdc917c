"""Waiting mails: is the address hers, and what is held for her; nothing that she typed is in them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from plugins.booking.mail.texts.booking_context import PLACES
from plugins.booking.mail.texts.contact_mails import Mail, given, mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.content.office import Office
from plugins.content.templates.formats import day_and_time, day_year, moment, time_and_day
from plugins.domain.agreed_meeting import agreed_as
from plugins.domain.availability import Meeting
from plugins.domain.language import _
from plugins.domain.open_hours import place_at
from plugins.domain.waiting_list import Offer, Waiting
from plugins.domain.wall_clock import clocks_agree


def asked_mail(kind: str, waiting: Waiting, meeting: Meeting, office: Office, link: str, site: str) -> Mail:
    """The mail by which only the owner of an address can let it wait."""
    letter = MailBody(
        opening=(
            _("Ciao,"),
            _("qualcuno, spero tu, ha scritto questo indirizzo per sapere se si libera un posto."),
        ),
        facts=(_what(meeting, office), (_("In che giorni"), days(waiting))),
        links=((_("Sì, avvisami"), link),),
        closing=(
            _("Finché non lo confermi dalla pagina qui sopra non sei in lista, e non ti scrivo altro."),
            _("Se non sei tu, non fare niente: fra due giorni cancello tutto."),
        ),
        signature=_signature(office, site),
    )
    subject = _("Vuoi che ti avvisi? %(meeting)s", meeting=meeting.title)
    return mail(kind, waiting.email, office.identity.email, subject, letter)


def offer_mail(kind: str, offer: Offer, meeting: Meeting, office: Office, link: str, site: str) -> Mail:
    """The mail that tells of a time, and until when it is held."""
    zone, own = office.availability.timezone, _own_zone(offer.waiting.timezone)
    start = offer.slot.start
    differs = own is not None and not clocks_agree(start, own, zone)
    until = time_and_day(offer.until, zone)
    if differs and own:
        until = _("%(until)s; da te %(own)s", until=until, own=time_and_day(offer.until, own))
    letter = MailBody(
        opening=(
            _("Ciao,"),
            _("si è liberato un posto nei giorni che mi hai detto, e adesso lo tengo per te."),
        ),
        facts=given(
            _what(meeting, office),
            (_("Quando"), moment(start, zone)),
            (_("Da te"), moment(start, own) if differs and own else None),
            (_("Dove"), _place(offer, meeting, office)),
            (_("Lo tengo fino a"), until),
        ),
        links=((_("Prendilo, o lascialo"), link),),
        closing=(
            *((_("Quando lo prendi mi arriva la richiesta, e la confermo io."),) if _asks(meeting) else ()),
            _("Se non ti va bene, dalla stessa pagina lo lasci a chi viene dopo di te, o esci dalla lista."),
        ),
        signature=_signature(office, site),
    )
    when = day_and_time(start, zone)
    return mail(kind, offer.waiting.email, office.identity.email, _("Posto libero: %(when)s", when=when), letter)


def days(waiting: Waiting) -> str:
    """The days in which somebody waits, in words."""
    if waiting.first == waiting.last:
        return day_year(waiting.first)
    return _("dal %(first)s al %(last)s", first=day_year(waiting.first), last=day_year(waiting.last))


def _what(meeting: Meeting, office: Office) -> tuple[str, str]:
    return _("Che cosa"), _(
        "%(meeting)s con %(name)s, %(minutes)s minuti",
        meeting=meeting.title,
        name=office.identity.name,
        minutes=meeting.minutes,
    )


def _place(offer: Offer, meeting: Meeting, office: Office) -> str:
    """How it is held, and where she has to be."""
    place = place_at(meeting, offer.slot.start, office.availability)
    address = agreed_as(meeting, office.identity, place).address if meeting.where == "in_person" else None
    return f"{_(PLACES[meeting.where])}, {address}" if address else _(PLACES[meeting.where])


def _asks(meeting: Meeting) -> bool:
    return meeting.confirmation == "manual"


def _own_zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):
        return None  # another database of zones knew it when she asked


def _signature(office: Office, site: str) -> tuple[str | None, ...]:
    who = office.identity
    return (who.name, who.brand, site, who.vat_line, who.legal)
