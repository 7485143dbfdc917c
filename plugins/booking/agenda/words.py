"""Words of the agenda, on its pages and in a terminal alike."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from plugins.booking.agenda.bounce_words import came_back
from plugins.booking.agenda.day_schedule import Kind, Stretch
from plugins.booking.agenda.queries import HistoryEntry, MailStatus
from plugins.booking.backups.restore import HELD
from plugins.booking.calendars.ics.unread import Reason
from plugins.booking.mail.mail_health import MailState
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.account_words import why_mail_waits
from plugins.booking.storage.mail_quota import WITHHELD
from plugins.booking.storage.outbox import UNWRITTEN
from plugins.booking.storage.outdated_mails import OUTDATED
from plugins.content.templates.formats import clock, long_day_year
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Status
from plugins.domain.language import N_, _, ngettext
from plugins.domain.wall_clock import Interval

STATUSES = {
    Status.PENDING: N_("da confermare"),
    Status.CONFIRMED: N_("confermato"),
    Status.DECLINED: N_("rifiutato"),
    Status.EXPIRED: N_("scaduto"),
    Status.CANCELLED: N_("annullato"),
    Status.DONE: N_("concluso"),
    Status.NO_SHOW: N_("mancato"),
}
_EVENTS = {
    Event.BOOKED: N_("prenotato"),
    Event.APPROVED: N_("confermato"),
    Event.DECLINED: N_("rifiutato"),
    Event.EXPIRED: N_("scaduto senza risposta"),
    Event.RESCHEDULED: N_("spostato"),
    Event.CANCELLED: N_("annullato"),
    Event.DONE: N_("concluso"),
    Event.NO_SHOW: N_("segnato come mancato"),
    Event.CORRECTED: N_("indirizzo corretto"),
}
# Those that are somebody's doing.
_DONE_BY = {
    (Event.BOOKED, Actor.VISITOR): N_("prenotato da %(name)s"),
    (Event.BOOKED, Actor.OWNER): N_("prenotato da te"),
    (Event.APPROVED, Actor.OWNER): N_("confermato da te"),
    (Event.DECLINED, Actor.OWNER): N_("rifiutato da te"),
    (Event.RESCHEDULED, Actor.VISITOR): N_("spostato da %(name)s"),
    (Event.RESCHEDULED, Actor.OWNER): N_("spostato da te"),
    (Event.CANCELLED, Actor.VISITOR): N_("annullato da %(name)s"),
    (Event.CANCELLED, Actor.OWNER): N_("annullato da te"),
    (Event.NO_SHOW, Actor.OWNER): N_("segnato come mancato da te"),
    (Event.CORRECTED, Actor.OWNER): N_("indirizzo corretto da te"),
}
# Why an event of another calendar could not be read.
UNREAD = {
    Reason.START: N_("non si legge quando comincia"),
    Reason.END: N_("non si legge quando finisce: tiene occupata un’ora"),
    Reason.BACKWARDS: N_("finisce prima di cominciare"),
    Reason.ZONE: N_("il suo fuso orario non si conosce: è letto sul tuo orologio"),
    Reason.RULE: N_("non si legge come si ripete"),
    Reason.DATES: N_("non si legge una delle date in cui si ripete"),
    Reason.TOO_MUCH: N_("si ripete troppo spesso per calcolarlo tutto"),
    Reason.PERIOD: N_("non si legge uno dei periodi occupati"),
    Reason.BROKEN: N_("il calendario è scritto male: manca la fine di un impegno"),
}
_STRETCHES = {
    Kind.BOOKING: N_("appuntamento"),
    Kind.MARGIN: N_("margine"),
    Kind.BLOCK: N_("bloccato"),
    Kind.BUSY: N_("nel tuo calendario"),
    Kind.OFFER: N_("tenuto per chi aspetta"),
    Kind.FREE: N_("libero"),
    Kind.NOW: N_("adesso"),
}
_KINDS = {
    "booked": N_("prenotazione"),
    "approved": N_("conferma"),
    "declined": N_("rifiuto"),
    "expired": N_("scadenza"),
    "rescheduled": N_("spostamento"),
    "cancelled": N_("annullamento"),
    "corrected": N_("di nuovo, all’indirizzo giusto"),
    "reminder": N_("promemoria"),
    "follow-up": N_("dopo l’incontro"),
    "testimonial": N_("parole di un cliente"),
    "word": N_("messaggio al gruppo"),
    "waiting-asked": N_("conferma per la lista d’attesa"),
    "waiting-offer": N_("orario che si è liberato"),
    "bounced": N_("notizia di una mail tornata indietro"),
    "reply": N_("risposta a un invito"),
    "message": N_("messaggio"),
    "sign-in": N_("collegamento per l’agenda"),
    "digest": N_("notizie della posta"),
    "account-dead": N_("un account non è più collegato"),
    "mail-stopped": N_("la posta è ferma"),
    "account-ending": N_("un collegamento sta per scadere"),
}


def day_address(day: date) -> str:
    """Where the hours of a day are shown."""
    return f"/agenda/giorno/?giorno={day.isoformat()}"


def month_address(day: date) -> str:
    """Where the days of its month are shown."""
    return f"/agenda/mese/?mese={day:%Y-%m}"


def day_and_hour(instant: datetime, zone: ZoneInfo) -> str:
    """`martedì 12 gennaio 2027, 10:00`, on the owner's clock."""
    return _("%(day)s, %(time)s", day=long_day_year(instant.astimezone(zone)), time=clock(instant, zone))


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
            return _("%(day)s, tutto il giorno", day=long_day_year(first))
        return _("da %(first)s a %(last)s, giorni interi", first=long_day_year(first), last=long_day_year(final))
    if first.date() == last.date():
        return f"{long_day_year(first)}, {hours(start, end, zone)}"
    return _("da %(start)s a %(end)s", start=day_and_hour(start, zone), end=day_and_hour(end, zone))


def hours_in(interval: Interval, whole: Interval, zone: ZoneInfo) -> str:
    """`10:00–10:30`, `fino alle 10:00`, `dalle 22:00` or `tutto il giorno`, as seen from within one day."""
    start, end = _time_of_day(interval.start, zone), _time_of_day(interval.end, zone)
    match interval.start < whole.start, interval.end >= whole.end:
        case False, False:
            return start if interval.start == interval.end else f"{start}–{end}"
        case True, False:
            return _("fino alle %(time)s", time=end)
        case _, True if interval.start <= whole.start:
            return _("tutto il giorno")
    return _("dalle %(time)s", time=start)


def _time_of_day(instant: datetime, zone: ZoneInfo) -> str:
    said = clock(instant, zone)
    # Where clocks are set back an hour comes twice.
    return _("%(time)s (bis)", time=said) if instant.astimezone(zone).fold else said


def stretch_words(stretch: Stretch) -> str:
    """What a stretch of a day is, where it is no booking."""
    what = _(_STRETCHES[stretch.kind])
    if stretch.words:
        what = _("%(what)s: %(words)s", what=what, words=stretch.words)
    if stretch.others:
        return ngettext("%(what)s e %(number)s altro", "%(what)s e altri %(number)s", stretch.others, what=what)
    return what


def happened(one: HistoryEntry, zone: ZoneInfo, who: str) -> str:
    """What happened, and who did it: the owner, or `who` booked."""
    words = _(_DONE_BY.get((one.event, one.actor), _EVENTS[one.event]), name=who)
    if one.event is not Event.RESCHEDULED:
        return words
    return _("%(happened)s: prima era %(when)s", happened=words, when=day_and_hour(one.start, zone))


def what(mail: MailStatus) -> str:
    """What a mail is for."""
    event = mail.kind.rpartition("-")[0].removesuffix("-series")
    return _(_KINDS.get(mail.kind) or _KINDS.get(event, mail.kind))


def mail_trouble(state: MailState, zone: ZoneInfo) -> str | None:
    """What keeps mail from going out and somebody has to mend; None where nothing does."""
    if state.login and state.login.disconnected:
        return why_mail_waits(state.login.why, cast(Provider, state.login.provider))
    if state.login and state.login.provider:
        return _(
            "Il server di posta non accetta l’account %(provider)s (%(why)s). Chi cura il server guardi che "
            "BOOKING_SMTP_URL nomini quell’account, e che possa spedire. Niente va perso: si riprova da soli dalle "
            "%(time)s.",
            provider=state.login.provider.capitalize(),
            why=state.login.why,
            time=clock(state.login.next_try, zone),
        )
    if state.login and state.login.why.startswith("HTTP"):
        return _(
            "Il server di posta non accetta il token (%(why)s). Chi cura il server lo corregga in BOOKING_SMTP_URL e "
            "riavvii. Niente va perso: si riprova da soli dalle %(time)s.",
            why=state.login.why,
            time=clock(state.login.next_try, zone),
        )
    if state.login:
        return _(
            "Il server di posta non accetta il nome utente o la password (%(why)s). Chi cura il server li corregga in "
            "BOOKING_SMTP_URL e riavvii. Niente va perso: si riprova da soli dalle %(time)s.",
            why=state.login.why,
            time=clock(state.login.next_try, zone),
        )
    if state.refusals.number:
        return _(
            "Il server di posta rifiuta delle mail (%(why)s): in attesa sono %(number)s, e si riprova per cinque "
            "giorni. Chi cura il server guardi che cosa permette, e BOOKING_SMTP_URL, BOOKING_SENDER e "
            "BOOKING_OWNER_EMAIL.",
            why=state.refusals.why,
            number=state.refusals.number,
        )
    if state.unwritten:
        return _(
            "Delle mail non si sono potute scrivere (%(number)s). Chi cura il server guardi BOOKING_SENDER e "
            "BOOKING_OWNER_EMAIL, e chi scrive l’indirizzo in identity.yaml: quando sono a posto si scrivono da sole.",
            number=state.unwritten,
        )
    return None


def delivery(mail: MailStatus, zone: ZoneInfo) -> str:
    """How far a mail has come, and no more than is known of it."""
    if mail.bounced_at:
        return came_back(mail.bounce or "", day_and_hour(mail.bounced_at, zone))
    if mail.state == "sent":
        if mail.settled_at is None:
            return _("preso in consegna dal server di posta")
        return _("preso in consegna dal server di posta, %(when)s", when=day_and_hour(mail.settled_at, zone))
    if mail.state == "dead" and (mail.error or "").startswith(UNWRITTEN):
        return _("non si è potuta scrivere; si riprova da sola quando le impostazioni cambiano")
    if mail.state == "dead" and mail.error == HELD:
        return _("trattenuta: aspettava nella copia ripristinata, e forse era già partita")
    if mail.state in {"dead", "let go"}:
        return _("non consegnabile: %(why)s", why=mail.error or _("il server di posta non dice perché"))
    if mail.state == WITHHELD:
        return _("non spedito: a questo indirizzo ne erano già partiti tre in un giorno")
    if mail.state == OUTDATED:
        return _("non spedito: quando toccava a lui non era più attuale")
    if mail.error:
        return _("in attesa: %(why)s. Si riprova dalle %(time)s", why=mail.error, time=clock(mail.next_at, zone))
    return _("in attesa")
