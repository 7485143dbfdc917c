"""Daily job: queues missing mails again and sends the owner a report (digest) of failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, func, insert, select

from plugins.booking.jobs.mail_repair import MailRepair, subjects_of_unwritten
from plugins.booking.mail.texts.digest import digest_mail
from plugins.booking.service.services import Services
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.outbox import enqueue
from plugins.booking.storage.schema import bookings, daily, outbox
from plugins.content.office import Office
from plugins.content.templates.formats import moment
from plugins.domain.language import _

ABOUT = "digest"
FROM_HOUR = 7  # on the owner's clock: she reads it in the morning
LONG_WAIT = timedelta(hours=4)
_KEPT = timedelta(days=30)
_MOST_LINES = 20


@dataclass(frozen=True)
class DailyCheck:
    """Result of the daily check: what lacked its mails, and how many of those mails were queued again."""

    day: str
    unmailed: int
    queued_again: int


def last_daily_check(engine: Engine) -> DailyCheck | None:
    """Return how the last day's look ended; raises Unavailable."""
    last = select(daily).order_by(daily.c.day.desc()).limit(1)
    with reachable(), engine.begin() as connection:
        row = connection.execute(last).one_or_none()
    return None if row is None else DailyCheck(row.day, row.unmailed, row.queued_again)


class DailyReport:
    """Daily report: checked and sent once a day, by whichever process is the first."""

    def __init__(self, engine: Engine, services: Services, office: Callable[[], Office]) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._services = services
        self._office = office
        self._mail_repair = MailRepair(services, office)
        self._repaired_with: Office | None = None
        self._done_on: date | None = None

    def look(self, now: datetime) -> int:
        """Do it where the day's time has come, and return how many mails were queued. Raises Unavailable."""
        return self._look(now) + self._mend(now)

    def _look(self, now: datetime) -> int:
        local = now.astimezone(self._office().availability.timezone)
        if local.hour < FROM_HOUR or self._done_on == local.date():
            return 0
        self._services.mail_composer.prepare()
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            day = local.date().isoformat()
            before = connection.execute(select(func.max(daily.c.day), func.max(daily.c.at))).one()
            queued = 0
            if before[0] is None or before[0] < day:
                self._repaired_with = self._office()
                result = self._mail_repair.requeue(connection, now)
                told, queued = result.lines, result.queued
                connection.execute(insert(daily).values(day=day, at=now, unmailed=len(told), queued_again=queued))
                connection.execute(delete(daily).where(daily.c.at < now - _KEPT))
                queued += self._tell(connection, told, before[1], now)
        self._done_on = local.date()
        return queued

    def _mend(self, now: datetime) -> int:
        """Write again what could not be written, at the start and whenever the content is another."""
        office = self._office()
        if office is self._repaired_with:
            return 0
        queued = 0
        with reachable(), self._engine.begin() as reader:
            about = subjects_of_unwritten(reader)  # the common case costs no writer's lock
        if about:
            self._services.mail_composer.prepare()
            with reachable(), self._writer.begin() as connection:
                queue_for_writing(connection)
                queued = self._mail_repair.requeue(connection, now, subjects_of_unwritten(connection)).queued
        self._repaired_with = office
        return queued

    def _tell(self, connection: Connection, unmailed: list[str], since: datetime | None, now: datetime) -> int:
        """Queue the digest, where there is something to say."""
        write = self._services.mail_composer
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
        # One that cannot be written would tell of itself alone.
        written = [one for one in write.envelopes([mail], now) if one.problem is None]
        enqueue(connection, ABOUT, written, now)
        return len(written)

    @property
    def _zone(self) -> ZoneInfo:
        return self._office().availability.timezone
