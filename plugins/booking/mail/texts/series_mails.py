"""Series mails: what a change of several dates at once sends to owner and visitor, one mail to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plugins.booking.mail.texts.booking_context import (
    BookingContext,
    invitation,
    own_moment,
    own_zone_of,
    short_moment,
    thread_of,
)
from plugins.booking.mail.texts.booking_mails import AGAIN, LONGEST_NAME, NOT_BY_THE_CALENDAR, summary_for, summary_with
from plugins.booking.mail.texts.booking_paragraphs import owner_letter, visitor_letter
from plugins.booking.mail.texts.contact_mails import Mail, mail
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.booking.mail.texts.next_steps import next_steps
from plugins.booking.mail.texts.series_invitation import series_invitation
from plugins.content.templates.formats import clock, day_and_time, moment
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status, meeting_of
from plugins.domain.language import _


@dataclass(frozen=True)
class SeriesChange:
    """What happened to some dates of a series: those dates as they are now, the whole series, and who did it.

    `before` are the starts that dates were moved from, by their ids; `word` is what the one says to the other.
    """

    event: Event
    changed: Sequence[Booking]
    whole: Sequence[Booking]
    actor: Actor
    word: str | None = None
    before: Mapping[str, datetime] | None = None

    @property
    def first(self) -> Booking:
        """The first of the dates it happened to."""
        return min(self.changed, key=lambda one: one.start)

    @property
    def waits(self) -> bool:
        """Whether the owner is asked to confirm."""
        return self.first.status is Status.PENDING


def series_mails_about(change: SeriesChange, occasion: BookingContext) -> tuple[Mail, ...]:
    """The mails that a change of several dates brings, the owner's first."""
    mails = (_to_owner(change, occasion), _to_visitor(change, occasion))
    return tuple(one for one in mails if one)


def series_entry(whole: Sequence[Booking], occasion: BookingContext) -> Invitation:
    """A series as a calendar file to download: a publication, which asks for no reply."""
    held = [one for one in whole if one.status.holds_time] or list(whole)
    first = min(held, key=lambda one: one.start)
    opening, closing = _("i tuoi appuntamenti sono confermati."), _to_come(first, occasion)
    if first.status is Status.PENDING:
        opening = _("queste date aspettano la mia conferma.")
    elif not first.status.holds_time:
        opening, closing = _("questi appuntamenti non sono più in programma."), (_(AGAIN),)
    letter = visitor_letter(opening, first, occasion, closing=closing)
    words = _dates(letter, held, occasion)
    unnumbered = [one.model_copy(update={"phone": None}) for one in whole]  # she knows her own number
    entry = series_invitation(unnumbered, occasion, None, summary_for(first, occasion), words.plain())
    moved = tuple(one.model_copy(update={"method": "PUBLISH"}) for one in entry.moved)
    return entry.model_copy(update={"method": "PUBLISH", "moved": moved})


def _to_owner(change: SeriesChange, occasion: BookingContext) -> Mail | None:
    by_owner, waits, first = change.actor is Actor.OWNER, change.waits, change.first
    subject, opening = {
        Event.BOOKED: (
            (_("Richiesta"), _("Hai una nuova richiesta per più date, da confermare tutte insieme."))
            if waits
            else (_("Appuntamenti"), _("Hai dei nuovi appuntamenti, presi tutti insieme."))
        ),
        Event.APPROVED: (_("Confermati"), _("Hai confermato questi appuntamenti.")),
        Event.EXPIRED: (
            _("Scaduta"),
            _("Una richiesta per più date è scaduta senza risposta: gli orari sono di nuovo liberi."),
        ),
        Event.RESCHEDULED: (
            (_("Spostati"), _("Hai spostato questi appuntamenti."))
            if by_owner
            else (
                _("Da riconfermare"),
                _("Chi ha prenotato chiede di spostare questi appuntamenti: sta a te confermarli."),
            )
            if waits
            else (_("Spostati"), _("Chi ha prenotato ha spostato questi appuntamenti."))
        ),
        Event.CANCELLED: (
            (_("Annullati"), _("Hai annullato questi appuntamenti."))
            if by_owner
            else (
                _("Annullati"),
                _("Chi ha prenotato ha annullato questi appuntamenti: gli orari sono di nuovo liberi."),
            )
        ),
    }.get(change.event, ("", ""))
    if not subject:
        return None
    letter = _dates(owner_letter(opening, first, occasion, change.word), change.changed, occasion, change.before)
    name = first.name if len(first.name) <= LONGEST_NAME else f"{first.name[: LONGEST_NAME - 1].rstrip()}…"
    said = _(
        "%(what)s: %(name)s, %(number)s date da %(when)s",
        what=subject,
        name=name,
        number=len(change.changed),
        when=day_and_time(first.start, occasion.zone),
    )
    # As single events, which stand so in her own calendar: one file may publish many.
    entry = None
    if not occasion.meeting.seats:
        summary, words = summary_with(occasion, first.name), letter.plain()
        invited = sorted((one for one in change.changed if one.invited), key=lambda one: one.start)
        events = tuple(invitation(one, _at(one, occasion), None, summary, words) for one in invited)
        entry = events[0].model_copy(update={"moved": events[1:]}) if events else None
    return mail(
        f"{change.event.value}-series-owner", occasion.owner_email, first.email, said, letter, entry, first.name,
        thread_of(first, occasion, "owner"),
    )  # fmt: skip


def _to_visitor(change: SeriesChange, occasion: BookingContext) -> Mail | None:
    by_owner, waits, first = change.actor is Actor.OWNER, change.waits, change.first
    by, again = next_steps(first, occasion, first.updated_at).answer_by, (_(AGAIN),)
    asked = _(
        "ho ricevuto la tua richiesta per queste date: aspettano la mia conferma, e ti rispondo entro le %(when)s. "
        "Fino ad allora gli orari sono tuoi.",
        when=by,
    )
    agreed = _("i tuoi appuntamenti sono confermati.")
    received, confirmed, moved, gone = _("Richiesta ricevuta"), _("Confermati"), _("Spostati"), _("Annullati")
    subject, opening, closing = {
        Event.BOOKED: (received, asked, ()) if waits else (confirmed, agreed, ()),
        Event.CORRECTED: (received, asked, ()) if waits else (confirmed, agreed, ()),
        Event.APPROVED: (confirmed, agreed, ()),
        Event.DECLINED: (_("Non confermati"), _("non riesco a tenere gli appuntamenti che hai chiesto."), again),
        Event.EXPIRED: (_("Scaduta"), _("la tua richiesta è scaduta prima che potessi rispondere: scusami."), again),
        Event.RESCHEDULED: (
            (received, asked, ())
            if waits
            else (moved, _("devo spostare questi appuntamenti: qui sotto ci sono i nuovi orari."), ())
            if by_owner
            else (moved, _("i tuoi appuntamenti sono spostati, come hai chiesto."), ())
        ),
        Event.CANCELLED: (
            (gone, _("devo annullare questi appuntamenti. Non mi devi niente."), again)
            if by_owner
            else (gone, _("questi appuntamenti sono annullati, come hai chiesto. Non mi devi niente."), again)
        ),
    }.get(change.event, ("", "", ()))
    if not subject:
        return None
    hers = not (by_owner and change.event in {Event.BOOKED, Event.RESCHEDULED})
    note = () if hers or not first.invited else (_(NOT_BY_THE_CALENDAR),)
    word = change.word if by_owner else None
    letter = visitor_letter(opening, first, occasion, word, closing=closing or _to_come(first, occasion), note=note)
    letter = _dates(letter, change.changed, occasion, change.before)
    said = _(
        "%(what)s: %(number)s date da %(when)s, %(meeting)s",
        what=subject,
        number=len(change.changed),
        when=short_moment(first, occasion),
        meeting=occasion.meeting.title,
    )
    entry = None
    if any(one.invited for one in change.changed):
        # Dates that still wait for the owner's answer are in nobody's calendar.
        invited = [one for one in change.whole if one.invited]
        summary = summary_for(first, occasion)
        entry = series_invitation(invited, occasion, first.email, summary, letter.plain(), hers)
    return mail(
        f"{change.event.value}-series-visitor", first.email, occasion.identity.email, said, letter, entry,
        thread=thread_of(first, occasion, "visitor"),
    )  # fmt: skip


def _at(booking: Booking, occasion: BookingContext) -> BookingContext:
    """The context of another date, which may be at another place."""
    return replace(occasion, meeting=meeting_of(booking, occasion.availability, occasion.identity))


def _to_come(booking: Booking, occasion: BookingContext) -> tuple[str, ...]:
    """What follows, said once for all dates."""
    said, confirmed = [], booking.status is Status.CONFIRMED
    if confirmed and occasion.meeting.where == "video" and not occasion.place_link:
        said.append(_("Il collegamento per il video te lo scrivo in un’altra mail, prima di ogni data."))
    elif confirmed and occasion.meeting.where == "phone":
        said.append(_("All’ora fissata ti chiamo io."))
    if confirmed and occasion.availability.reminder:
        said.append(_("Prima di ogni data ti arriva un promemoria per mail."))
    said.append(
        _(
            "Ogni data ha la sua pagina: da lì la sposti o la annulli, da sola, con le seguenti o insieme a tutte. "
            "Oppure rispondi a questa mail."
        )
    )
    return tuple(said)


def _dates(
    letter: MailBody, dates: Sequence[Booking], occasion: BookingContext, before: Mapping[str, datetime] | None = None
) -> MailBody:
    """A letter about a first date made one about all of them, by their order in time, each with its place."""
    when, single = _("Quando"), {_("Da te"), _("Da chi prenota"), _("Prima era")}
    in_order = sorted(dates, key=lambda one: one.start)
    places = [_place(one) for one in in_order]
    differ = len(set(places)) > 1
    said = [_line(one, occasion, before) for one in in_order]
    lines = [f"{line}, {place}" if differ and place else line for line, place in zip(said, places, strict=True)]
    told = {when: "\n".join(lines)} | ({_("Dove"): occasion.manner() or ""} if differ else {})
    facts = tuple((label, told.get(label, value)) for label, value in letter.facts if label not in single)
    links = tuple(place for place in dict.fromkeys(places) if place and "://" in place) if differ else letter.linked
    return replace(letter, facts=facts, linked=links)


def _place(booking: Booking) -> str | None:
    """The video room of a date, or its address."""
    agreed = booking.agreed
    if agreed is None:
        return None
    return agreed.link if agreed.where == "video" else agreed.address


def _line(booking: Booking, occasion: BookingContext, before: Mapping[str, datetime] | None) -> str:
    said = moment(booking.start, occasion.zone)
    own = own_zone_of(booking)
    if own and own_moment(booking, occasion):
        said = _("%(moment)s, da te %(time)s", moment=said, time=clock(booking.start, own))
    was = (before or {}).get(booking.id)
    return _("%(moment)s (prima: %(before)s)", moment=said, before=day_and_time(was, occasion.zone)) if was else said
