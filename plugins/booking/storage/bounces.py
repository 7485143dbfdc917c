"""Bounced mails: which mails of the outbox have come back, and who has seen to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, func, or_, select, update

from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.schema import bookings, outbox
from plugins.content.mail_addresses import forms_of

_MOST = 100


@dataclass(frozen=True)
class SentMail:
    """A mail of ours that a report may be about, and whether one has said already that it came back."""

    id: str
    about: str
    kind: str
    recipient: str
    has_bounced: bool

    @property
    def is_to_visitor(self) -> bool:
        """Whether the one who booked was to have it."""
        return self.kind.endswith("-visitor")


@dataclass(frozen=True)
class BounceFigures:
    """How many mails that are kept have come back, and of how many the owner has still to see to it."""

    bounced: int
    to_look_at: int


@dataclass(frozen=True)
class BouncedMail:
    """A mail that came back; `about` is its booking, if it has one."""

    id: str
    about: str
    kind: str
    recipient: str
    bounced_at: datetime
    bounce: str


def sent_mail(connection: Connection, message_ids: Iterable[str]) -> SentMail | None:
    """Find the mail that has one of these Message-IDs, of which each holds the id of its row."""
    for message_id in message_ids:
        known = (outbox.c.id == message_id[1:33], outbox.c.message_id == message_id)
        if row := connection.execute(select(outbox).where(*known)).one_or_none():
            return SentMail(row.id, row.about, row.kind, row.recipient, row.bounced_at is not None)
    return None


def mark_bounced(connection: Connection, mail_id: str, reason: str, now: datetime) -> bool:
    """Note that a mail came back; False where that was known."""
    first = update(outbox).where(outbox.c.id == mail_id, outbox.c.bounced_at.is_(None))
    return connection.execute(first.values(bounced_at=now, bounce=reason)).rowcount == 1


class Bounces:
    """Bounced mails, as the agenda and the monitor see them; every method raises Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def to_look_at(self, now: datetime) -> list[BouncedMail]:
        """Those that the owner has not seen to, the latest first: of bookings to come, whose address is still the one
        that it went to, and those that were for herself.
        """
        query = (
            select(outbox, bookings.c.email, bookings.c.start)
            .outerjoin(bookings, bookings.c.id == outbox.c.about)
            .where(outbox.c.bounced_at.is_not(None), outbox.c.bounce_seen_at.is_(None))
            .where(or_(outbox.c.kind.not_like("%-visitor"), and_(bookings.c.id.is_not(None), bookings.c.start > now)))
            .order_by(outbox.c.bounced_at.desc(), outbox.c.id)
            .limit(_MOST)
        )
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [
            BouncedMail(row.id, row.about, row.kind, row.recipient, row.bounced_at, row.bounce or "")
            for row in rows
            if not row.kind.endswith("-visitor") or row.recipient.lower() in forms_of(row.email)
        ]

    def figures(self, now: datetime) -> BounceFigures:
        """Count them."""
        kept = select(func.count()).select_from(outbox).where(outbox.c.bounced_at.is_not(None))
        with reachable(), self._engine.begin() as connection:
            bounced = connection.execute(kept).scalar_one()
        return BounceFigures(bounced, len(self.to_look_at(now)) if bounced else 0)

    def latest_of(self, about: str) -> BouncedMail | None:
        """The last mail to the visitor that came back, of those about a booking."""
        hers = (outbox.c.about == about, outbox.c.bounced_at.is_not(None), outbox.c.kind.like("%-visitor"))
        query = select(outbox).where(*hers).order_by(outbox.c.bounced_at.desc(), outbox.c.id.desc()).limit(1)
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return BouncedMail(row.id, row.about, row.kind, row.recipient, row.bounced_at, row.bounce or "")

    def seen(self, mail_id: str, now: datetime) -> None:
        """Note that the owner has seen to a mail that came back, and to all that came back about the same booking."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            same = outbox.alias()
            about = select(same.c.about).where(same.c.id == mail_id).scalar_subquery()
            back = (outbox.c.about == about, outbox.c.bounced_at.is_not(None), outbox.c.bounce_seen_at.is_(None))
            connection.execute(update(outbox).where(*back).values(bounce_seen_at=now))
