"""Mail repair: queues missing or unwritable mails again, where they are still true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from plugins.booking.mail.texts.series_mails import SeriesChange
from plugins.booking.service.services import Services
from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.mail_quota import enqueue_for
from plugins.booking.storage.missing_mails import ChangeWithoutMails, changes_without_mails, messages_without_mails
from plugins.booking.storage.outbox import UNWRITTEN_MAILS, Envelope
from plugins.booking.storage.schema import bookings, outbox
from plugins.booking.storage.series_store import bookings_of
from plugins.content.office import Office
from plugins.content.templates.formats import moment
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Status
from plugins.domain.language import _


@dataclass
class RepairResult:
    """Result of a repair, in words by booking and message, and how many mails were queued."""

    lines: list[str] = field(default_factory=list)
    queued: int = 0


def subjects_of_unwritten(connection: Connection) -> set[str]:
    """Name the bookings and messages of which a mail could not be written."""
    return set(connection.execute(select(outbox.c.about).where(*UNWRITTEN_MAILS)).scalars())


class MailRepair:
    """Mail repair: writes what was not written before; every method is given its caller's transaction."""

    def __init__(self, services: Services, office: Callable[[], Office]) -> None:
        self._write = services.mail_composer
        self._office = office

    def requeue(self, connection: Connection, now: datetime, only: Collection[str] | None = None) -> RepairResult:
        """Queue what may still be sent; of `only` these bookings and messages, or of all."""
        result = RepairResult()
        for change in changes_without_mails(connection, now):
            if only is None or change.about in only:
                self._requeue_change(connection, change, now, result)
        zone = self._office().availability.timezone
        for message in messages_without_mails(connection, now):
            if only is None or message.id in only:
                again = self._write.about_message(message, now)
                written = self._queue(connection, message.id, again, Actor.VISITOR, now, result)
                when = moment(message.created_at, zone)
                result.lines.append(
                    _("messaggio di %(when)s: rimessa in coda", when=when)
                    if written
                    else _("messaggio di %(when)s: non si può ancora scrivere", when=when)
                )
        self._requeue_reminders(connection, now, result)
        self._let_go_of_links(connection, now)
        return result

    def _requeue_change(
        self, connection: Connection, change: ChangeWithoutMails, now: datetime, result: RepairResult
    ) -> None:
        booking = change.booking
        when = moment(booking.start, self._office().availability.timezone)
        # Of a meeting that is past, or has changed since, an old mail would tell something that is no longer so.
        if not change.last or booking.start <= now:
            if not change.last:
                # What has happened since is told instead.
                let_go = update(outbox).where(*UNWRITTEN_MAILS, outbox.c.about == change.about)
                connection.execute(let_go.where(outbox.c.kind.in_(change.kinds)).values(state="let go"))
            result.lines.append(_("appuntamento di %(when)s: da guardare a mano", when=when))
            return
        mails = (
            self._about_series(connection, change, now)
            if change.series
            else self._write.about_booking(
                change.event, booking, change.actor, now, word=change.word, before=change.before
            )
        )
        again = [one for one in mails if one.kind in change.kinds]
        result.lines.append(
            _("appuntamento di %(when)s: rimessa in coda", when=when)
            if self._queue(connection, change.about, again, change.actor, now, result)
            else _("appuntamento di %(when)s: non si può ancora scrivere", when=when)
        )

    def _about_series(self, connection: Connection, change: ChangeWithoutMails, now: datetime) -> list[Envelope]:
        whole, starts = bookings_of(connection, change.about), change.series or {}
        changed = [one for one in whole if one.id in starts and one.start > now]
        before = starts if change.event is Event.RESCHEDULED else None
        return self._write.about_series(
            SeriesChange(change.event, changed, whole, change.actor, change.word, before), now
        )

    def _requeue_reminders(self, connection: Connection, now: datetime, result: RepairResult) -> None:
        """Those that could not be written, of meetings to come: of one that is lost nobody knows."""
        lost = select(outbox.c.about, outbox.c.kind).where(*UNWRITTEN_MAILS, outbox.c.kind.like("reminder-%"))
        kinds: dict[str, set[str]] = {}
        for about, kind in connection.execute(lost):
            kinds.setdefault(about, set()).add(kind)
        for about, missing in kinds.items():
            query = select(bookings).where(bookings.c.id == about, bookings.c.start > now)
            row = connection.execute(query.where(bookings.c.status == Status.CONFIRMED.value)).one_or_none()
            if row is not None:
                again = [one for one in self._write.about_reminder(booking_of(row), now) if one.kind in missing]
                self._queue(connection, about, again, Actor.TIME, now, result)

    def _let_go_of_links(self, connection: Connection, now: datetime) -> None:
        """A link into the agenda is asked for again; that one can be written by now is all there is to learn of it."""
        links = (*UNWRITTEN_MAILS, outbox.c.kind == "sign-in")
        if connection.execute(select(outbox.c.id).where(*links).limit(1)).first() is None:
            return
        if self._write.sign_in("", "", timedelta(), now).problem is None:
            connection.execute(update(outbox).where(*links).values(state="let go"))

    def _queue(
        self,
        connection: Connection,
        about: str,
        envelopes: Iterable[Envelope],
        actor: Actor,
        now: datetime,
        result: RepairResult,
    ) -> bool:
        """Queue those that are written now, in place of what could not be; say whether that are all."""
        envelopes = list(envelopes)
        written = [one for one in envelopes if one.problem is None]
        kinds = [one.kind for one in written]
        connection.execute(delete(outbox).where(*UNWRITTEN_MAILS, outbox.c.about == about, outbox.c.kind.in_(kinds)))
        enqueue_for(connection, about, written, actor, now)
        result.queued += len(written)
        return len(written) == len(envelopes)
