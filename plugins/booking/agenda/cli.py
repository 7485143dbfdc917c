"""Terminal commands of the agenda: what each does, and what it prints."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from datetime import datetime

from plugins.booking.agenda.bounce_words import came_back
from plugins.booking.agenda.list_items import Line, Views
from plugins.booking.agenda.list_pages import block_time
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.sign_in import SignIn
from plugins.booking.agenda.time_input import read_moment, read_stretch
from plugins.booking.agenda.words import delivery, mail_trouble, stretch, what
from plugins.booking.mail.mail_health import MailState
from plugins.booking.service.services import Services
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.idempotency import Answer
from plugins.booking.storage.outbox import Outbox
from plugins.content.language_names import further_language_name
from plugins.content.mail_addresses import visitor_address
from plugins.content.office import Office
from plugins.content.templates.answer_words import answers_in_words
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Block, Booking
from plugins.domain.language import _
from plugins.domain.requests import InvalidRequest, UnknownMeeting, read_email, read_word
from plugins.domain.wall_clock import Interval

_WALL = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::00)?))?", re.ASCII)
_SHORT = re.compile("[0-9a-f]{4,32}")
_SHOWN = 8


class Refused(Exception):
    """User error of a terminal command: it cannot be done, or was asked wrongly, in words for the owner."""


class AgendaCommands:
    """Terminal commands of the agenda: does one and prints the result; raises Refused, Unavailable."""

    def __init__(
        self,
        store: Store,
        services: Services,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        say: Callable[[str], None] = print,
        mail: Callable[[], MailState] | None = None,
    ) -> None:
        self._store = store
        self._queries = AgendaQueries(store.engine)
        self._services = services
        self._office = office
        self._clock = clock
        self._views = Views(office)
        self._say = say
        self._mail = mail

    def run(self, asked: argparse.Namespace) -> int:
        """Do what was asked and return the exit code: 0 done, 1 it could not be, 2 it was asked wrongly."""
        try:
            self._do(asked)
        except InvalidRequest as invalid:
            return _sorry(" ".join(error.message for error in invalid.errors), 2)
        except UnknownMeeting as unknown:
            known = ", ".join(meeting.slug for meeting in self._office().availability.meetings)
            return _sorry(_("L’incontro «%(meeting)s» non c’è. Scegli fra %(names)s.", meeting=unknown, names=known), 2)
        except Refused as refused:
            return _sorry(str(refused), 2)
        except ChangeRefused as refused:
            return _sorry(str(refused))
        except SlotTaken as taken:
            return _sorry(self._taken(taken))
        return 0

    def _do(self, asked: argparse.Namespace) -> None:
        changes = self._services.changes
        match asked.action:
            case None | "list":
                self._list()
            case "show":
                self._show(self._booking(asked.id))
            case "approve":
                self._changed(_("Confermato"), changes.approve(self._id(asked.id), _word(asked.word)))
            case "decline":
                self._changed(_("Rifiutato"), changes.decline(self._id(asked.id), _word(asked.word)))
            case "cancel":
                self._changed(_("Annullato"), changes.cancel(self._id(asked.id), Actor.OWNER, _word(asked.reason)))
            case "move":
                start, booking_id = self._start(asked.start), self._id(asked.id)
                moved = changes.reschedule(booking_id, start, Actor.OWNER, _word(asked.word), asked.any_notice)
                self._changed(_("Spostato"), moved)
            case "no-show":
                self._changed(_("Segnato come mancato"), changes.miss(self._id(asked.id)))
            case "correct":
                email = read_email(asked.email, visitor_address)
                self._changed(_("Indirizzo corretto"), changes.correct(self._id(asked.id), email))
            case "block":
                self._block(getattr(asked, "from"), asked.to, asked.reason)
            case "unblock":
                if not self._store.unblock(self._id(asked.id)):
                    raise Refused(_("Con quel codice non c’è tempo bloccato."))
                self._say(_("Sbloccato."))
            case "book":
                self._book(asked)
            case "resend":
                again = Outbox(self._store.engine).revive(self._clock())
                self._say(_("Mail rimesse in coda: %(number)s", number=again))
            case "link":
                self._say(self._services.mail_composer.sign_in_link(SignIn(self._store.engine).link(self._clock())))

    def _list(self) -> None:
        now, zone = self._clock(), self._views.zone
        waiting, upcoming = self._queries.waiting(), self._queries.upcoming(now)
        blocks, dead = self._queries.blocks(now), self._queries.undeliverable()
        self._section(_("Da confermare"), [_row(line) for line in self._views.lines(waiting)])
        self._section(_("In programma"), [_row(line) for line in self._views.lines(upcoming)])
        self._section(
            _("Tempo bloccato"),
            [f"{b.id[-_SHOWN:]}  {self._stretch(b)}{f'  {b.reason}' if b.reason else ''}" for b in blocks],
        )
        if self._mail and (trouble := mail_trouble(self._mail(), zone)):
            self._say(trouble)
        if bounced := self._queries.to_look_at(now):
            rows = [f"{one.recipient}: {came_back(one.bounce, self._views.moment(one.bounced_at))}" for one in bounced]
            self._section(_("Mail tornate indietro"), rows)
        if dead:
            self._section(_("Mail non consegnabili"), [_mail(what(m), m.recipient, delivery(m, zone)) for m in dead])

    def _section(self, title: str, rows: list[str]) -> None:
        self._say(f"{title}: {len(rows) or _('niente')}")
        for row in rows:
            self._say(f"  {row}")

    def _show(self, booking: Booking) -> None:
        line = self._views.line(booking)
        occasion = self._services.mail_composer.occasion(booking)
        self._say(_row(line, status=True))
        for label, value in (
            (_("Email"), booking.email),
            (_("Telefono"), booking.phone),
            (_("Lingua"), further_language_name(booking.language)),
            (_("Dove"), occasion.place()),
            *answers_in_words(booking.answers, occasion.meeting.questions, by_key=True),
            (_("Messaggio"), booking.message),
        ):
            if value:
                self._say(f"  {label}: {value}")
        for mail in self._views.mails(self._queries.mails([booking.id])):
            self._say(f"  {_('Mail')}: {_mail(mail.what, mail.recipient, mail.delivery)}")
        replies = self._queries.replies(booking.id)
        for told in self._views.history(self._queries.history(booking.id), booking, replies):
            word = " " + _("«%(word)s»", word=told.word) if told.word else ""
            self._say(f"  {told.when}: {told.what}{word}")

    def _block(self, first: str, last: str, reason: str | None) -> None:
        (from_day, from_time), (to_day, to_time) = _wall(first), _wall(last)
        fields = {"from_day": from_day, "from_time": from_time, "to_day": to_day, "to_time": to_time}
        kept = read_stretch(fields, self._views.where)
        block = block_time(self._store, kept, _word(reason), self._clock())
        self._say(f"{_('Bloccato')}: {self._stretch(kept)}  ({block.id[-_SHOWN:]})")
        inside = self._queries.inside(kept)
        if inside:
            self._section(
                _("Attenzione, dentro restano in programma"), [_row(line) for line in self._views.lines(inside)]
            )

    def _stretch(self, kept: Block | Interval) -> str:
        return stretch(kept.start, kept.end, self._views.where.zone_at(kept.start))

    def _book(self, asked: argparse.Namespace) -> None:
        fields = {
            "meeting": asked.meeting,
            "start": self._start(asked.start).isoformat(),
            "name": asked.name,
            "email": asked.email,
            "phone": asked.phone,
        }
        request = self._services.booking_service.read_booking({name: value for name, value in fields.items() if value})
        self._changed(
            _("Prenotato e confermato"), self._services.booking_service.book_for(request, None, asked.any_notice)
        )

    def _changed(self, done: str, answer: Answer | None) -> None:
        if answer is None:
            raise Refused(_("Con quel codice non c’è nessun appuntamento."))
        self._say(f"{done}: {_row(self._views.line(self._booking(answer['id'])))}")

    def _id(self, short: str) -> str:
        if not _SHORT.fullmatch(short):
            raise Refused(_("Un codice è fatto di almeno quattro cifre o lettere da a ad f, come nell’elenco."))
        found = self._queries.ids_like(short)
        if not found:
            raise Refused(_("Con il codice %(code)s non c’è niente.", code=short))
        if len(found) > 1:
            raise Refused(_("Il codice %(code)s va bene per più di uno: scrivine qualche cifra in più.", code=short))
        return found[0]

    def _booking(self, short: str) -> Booking:
        booking = self._queries.booking(self._id(short))
        if booking is None:
            raise Refused(_("Con quel codice non c’è nessun appuntamento."))
        return booking

    def _start(self, text: str) -> datetime:
        day, clock = _wall(text, whole=True)
        if day:
            return read_moment({"day": day, "time": clock}, "day", "time", self._views.where)
        return self._services.booking_service.read_start(text)

    def _taken(self, taken: SlotTaken) -> str:
        why = " ".join(refusal.detail for refusal in taken.refusals) or _(
            "Quest’orario è stato preso in questo momento."
        )
        near = "; ".join(self._views.moment(slot.start) for slot in taken.nearest)
        return f"{why} {_('I più vicini: %(times)s.', times=near)}" if near else why


def _mail(what: str, recipient: str, delivery: str) -> str:
    return _("%(what)s a %(recipient)s: %(delivery)s", what=what, recipient=recipient, delivery=delivery)


def _row(line: Line, status: bool = False) -> str:
    words = f"{line.booking.id[-_SHOWN:]}  {line.when}  {line.booking.name}, {line.meeting.title}"
    return f"{words}, {line.status}" if status else words


def _wall(text: str, whole: bool = False) -> tuple[str, str]:
    """Part a day from its hour; an instant with an offset, where `whole` allows one, gives neither."""
    found = _WALL.fullmatch(text.strip())
    return (found[1], found[2] or "") if found else ("", "") if whole else (text, "")


def _word(text: str | None) -> str | None:
    return read_word("word", text)


def _sorry(words: str, code: int = 1) -> int:
    print(words, file=sys.stderr)
    return code
