"""What is done once a day: the mails that are missing are queued again, and the owner is told what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, func, insert, select

from plugins.booking.composition import Staff
from plugins.booking.engine import queue_for_writing, reachable, writing
from plugins.booking.mails.correspondence import mails_about
from plugins.booking.mails.digest import digest_mail
from plugins.booking.outbox import enqueue
from plugins.booking.reconciliation import untold_changes, untold_messages
from plugins.booking.schema import bookings, daily, outbox
from plugins.content.front_office import Office
from plugins.content.saying import moment
from plugins.domain.language import _

ABOUT = "digest"
FROM_HOUR = 7  # on the owner's clock: she reads it in the morning
LONG_WAIT = timedelta(hours=4)
_KEPT = timedelta(days=30)
_MOST_LINES = 20


@dataclass(frozen=True)
class Reconciled:
    """How a day's look ended: what lacked its mails, and how many of those mails were queued again."""

    day: str
    unmailed: int
    queued_again: int


def last_reconciled(engine: Engine) -> Reconciled | None:
    """Return how the last day's look ended; raises Unavailable."""
    last = select(daily).order_by(daily.c.day.desc()).limit(1)
    with reachable(), engine.begin() as connection:
        row = connection.execute(last).one_or_none()
    return None if row is None else Reconciled(row.day, row.unmailed, row.queued_again)


class Daily:
    """Looks once a day, whichever process is the first to."""

    def __init__(self, engine: Engine, staff: Staff, office: Callable[[], Office]) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._staff = staff
        self._office = office
        self._done_on: date | None = None

    def look(self, now: datetime) -> int:
        """Do it where the day's time has come, and return how many mails were queued. Raises Unavailable."""
        local = now.astimezone(self._office().availability.timezone)
        if local.hour < FROM_HOUR or self._done_on == local.date():
            return 0
        self._staff.correspondent.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            day = local.date().isoformat()
            before = connection.execute(select(func.max(daily.c.day), func.max(daily.c.at))).one()
            queued = 0
            if before[0] is None or before[0] < day:
                told, queued = self._reconcile(connection, now)
                connection.execute(insert(daily).values(day=day, at=now, unmailed=len(told), queued_again=queued))
                connection.execute(delete(daily).where(daily.c.at < now - _KEPT))
                queued += self._tell(connection, told, before[1], now)
        self._done_on = local.date()
        return queued

    def _reconcile(self, connection: Connection, now: datetime) -> tuple[list[str], int]:
        """Queue again what may still be sent, and say of each booking and message what became of it."""
        write, lines, queued = self._staff.correspondent, [], 0
        for untold in untold_changes(connection, now):
            booking, occasion = untold.booking, write.occasion(untold.booking)
            # Of a meeting that is past, or has changed since, an old mail would tell something that is no longer so.
            safe = untold.last and booking.start > now
            if safe:
                mails = mails_about(untold.event, booking, occasion, untold.actor, untold.word, untold.before)
                again = write.envelopes((mail for mail in mails if mail.kind in untold.kinds), now)
                enqueue(connection, booking.id, again, now)
                queued += len(again)
            when = moment(booking.start, occasion.zone)
            lines.append(
                _("appuntamento di %(when)s: rimessa in coda", when=when)
                if safe
                else _("appuntamento di %(when)s: da guardare a mano", when=when)
            )
        for message in untold_messages(connection, now):
            again = write.about_message(message, now)
            enqueue(connection, message.id, again, now)
            queued += len(again)
            lines.append(_("messaggio di %(when)s: rimessa in coda", when=moment(message.created_at, self._zone)))
        return lines, queued

    def _tell(self, connection: Connection, unmailed: list[str], since: datetime | None, now: datetime) -> int:
        """Queue the digest, where there is something to say."""
        write = self._staff.correspondent
        given_up = select(outbox).where(outbox.c.state == "dead", outbox.c.about != ABOUT)
        if since:
            given_up = given_up.where(outbox.c.settled_at > since)
        rows = connection.execute(given_up.order_by(outbox.c.created_at).limit(_MOST_LINES)).all()
        slow = (outbox.c.state == "pending", outbox.c.created_at < now - LONG_WAIT)
        waiting = connection.execute(select(func.count()).where(*slow)).scalar_one()
        # What nobody has tried yet goes out in a moment: the machine was off.
        tried = connection.execute(select(outbox.c.id).where(*slow, outbox.c.error.is_not(None)).limit(1)).first()
        waiting = waiting if tried else 0
        if not (rows or unmailed or waiting):
            return 0
        about = select(bookings.c.id, bookings.c.start).where(bookings.c.id.in_([row.about for row in rows]))
        starts = {row.id: row.start for row in connection.execute(about)}
        dead = [
            _("mail per un appuntamento di %(when)s", when=moment(starts[row.about], self._zone))
            if row.about in starts
            else _("mail di %(when)s", when=moment(row.created_at, self._zone))
            for row in rows
        ]
        links = [(_("La tua agenda"), write.agenda())]
        office = self._office()
        mail = digest_mail(dead, waiting, unmailed[:_MOST_LINES], links, office.identity, write.owner_email)
        enqueue(connection, ABOUT, write.envelopes([mail], now), now)
        return 1

    @property
    def _zone(self) -> ZoneInfo:
        return self._office().availability.timezone
