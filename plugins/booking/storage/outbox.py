"""Outbox: the queue of mails to be sent, in the same database as the bookings.

A mail is leased, sent, and only then marked: a process killed in between loses nothing, because the lease ends and
another one takes the mail up. The price is that a mail may rarely arrive twice, under the same Message-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, Connection, Engine, case, func, insert, not_, or_, select, update

from plugins.booking.smtp_replies import REFUSALS, brief_of
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.outdated_mails import OUTDATED, is_held_back, is_overtaken, let_lapse
from plugins.booking.storage.schema import outbox

LEASE = timedelta(seconds=30)
# How the error of a mail begins that could not be written: it is among the dead, without words, until it can be.
UNWRITTEN = "unwritten"
NOT_BOUNCED: dict[str, None] = dict.fromkeys(("bounced_at", "bounce", "bounce_seen_at"))
UNWRITTEN_MAILS = (outbox.c.state == "dead", outbox.c.error.like(f"{UNWRITTEN}%"))


class Urgency(IntEnum):
    """Priority of due mails: the lowest goes first."""

    OWNER = 0  # what somebody has just asked of her
    VISITOR = 1  # what somebody waits for, after having asked
    REMINDER = 2
    DIGEST = 3


def urgency_of(kind: str) -> Urgency:
    """How urgent a mail of some kind is."""
    what, _, who = kind.rpartition("-")
    if what in {"reminder", "follow-up"}:
        return Urgency.REMINDER
    if kind == "digest":
        return Urgency.DIGEST
    return Urgency.OWNER if who == "owner" or kind == "sign-in" else Urgency.VISITOR


@dataclass(frozen=True)
class Envelope:
    """A mail ready for the relay: the envelope and the complete MIME bytes; or why it cannot be written yet."""

    id: str
    kind: str
    sender: str
    recipient: str
    message_id: str
    mime: bytes
    problem: str | None = None


@dataclass(frozen=True)
class Leased:
    """Lease: an envelope that is ours to send until the lease ends."""

    envelope: Envelope
    lease: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Figures:
    """Metrics of the outbox; `oldest_seconds` is the age of the oldest mail still waiting."""

    pending: int
    oldest_seconds: int
    dead: int


@dataclass(frozen=True)
class Refusals:
    """How many mails are refused and kept, and the code of the first refusal."""

    number: int
    why: str


_ADD = insert(outbox)
# What was overtaken while it was on its way stays so, whatever becomes of it.
_DEAD = case((outbox.c.state == "pending", "dead"), else_=outbox.c.state)


def enqueue(connection: Connection, about: str, envelopes: Iterable[Envelope], now: datetime) -> None:
    """Add envelopes within the caller's transaction: they are sent if, and only if, it commits.

    What could not be written is kept among what was given up, until it can be.
    """
    rows = [
        {
            "id": envelope.id,
            "about": about,
            "kind": envelope.kind,
            "urgency": urgency_of(envelope.kind),
            "sender": envelope.sender,
            "recipient": envelope.recipient,
            "message_id": envelope.message_id,
            "mime": envelope.mime,
            "state": "dead" if envelope.problem else "pending",
            "settled_at": now if envelope.problem else None,
            "error": f"{UNWRITTEN}: {envelope.problem}" if envelope.problem else None,
            "attempts": 0,
            "next_at": now,
            "created_at": now,
        }
        for envelope in envelopes
    ]
    if rows:
        connection.execute(_ADD, rows)


class Outbox:
    """Outbox: the queue of mails, as the delivery sees it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    @property
    def engine(self) -> Engine:
        """The database that it is in."""
        return self._engine

    def lease(self, now: datetime, upto: Urgency = Urgency.DIGEST) -> Leased | None:
        """Take the most urgent mail due, of these the one due longest, or None; the others see it no more.

        It is ours until the lease ends, unless it is renewed. None overtakes another about the same booking.
        """
        due = (
            select(outbox)
            .where(outbox.c.state == "pending", outbox.c.urgency <= upto, outbox.c.next_at <= now)
            .where(not_(is_held_back(now)))
            .order_by(outbox.c.urgency, outbox.c.next_at)
            .limit(1)
        )
        with reachable(), self._engine.begin() as reader:
            if reader.execute(due.with_only_columns(outbox.c.id)).first() is None:
                return None  # the common case costs no writer's lock
        with reachable(), self._writer.begin() as connection:
            claim = due.with_for_update(skip_locked=True)
            while (row := connection.execute(claim).first()) is not None and let_lapse(connection, row, now):
                continue
            if row is None:
                return None
            lease = secrets.token_hex(16)
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(lease=lease, attempts=row.attempts + 1, next_at=now + LEASE)
            )
        envelope = Envelope(row.id, row.kind, row.sender, row.recipient, row.message_id, row.mime)
        return Leased(envelope, lease, row.attempts + 1, row.created_at)

    def renew(self, leased: Leased, now: datetime) -> None:
        """Hold a mail for another lease's time; without effect where it is no longer ours."""
        self._settle(leased, lease=leased.lease, next_at=now + LEASE)

    def sent(self, leased: Leased, now: datetime) -> None:
        """Mark a mail the relay has accepted, whoever holds it by now; its words are not kept."""
        values = {"lease": None, "state": "sent", "settled_at": now, "mime": b"", "error": None}
        with reachable(), self._writer.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.id == leased.envelope.id).values(values))

    def later(self, leased: Leased, at: datetime, error: str) -> None:
        """Give a mail back, to be tried again at an instant."""
        self._settle(leased, next_at=at, error=error)

    def untried(self, leased: Leased, now: datetime, error: str) -> None:
        """Give a mail back as it was, for there was no relay to try it with."""
        self._settle(leased, next_at=now, attempts=leased.attempts - 1, error=error)

    def untouched(self, leased: Leased, now: datetime) -> None:
        """Give a mail back as it was, for it is not our turn to try it."""
        self._settle(leased, next_at=now, attempts=leased.attempts - 1)

    def dead(self, leased: Leased, now: datetime, error: str) -> None:
        """Give a mail up, with the reason; its words stay for whoever looks into it."""
        self._settle(leased, state=_DEAD, settled_at=now, error=error)

    def unwritten(self, leased: Leased, now: datetime, error: str) -> None:
        """Set a mail aside that no relay could be given as it is, until it is written again."""
        self._settle(leased, state=_DEAD, settled_at=now, mime=b"", error=f"{UNWRITTEN}: {error}")

    def revive(self, now: datetime) -> int:
        """Queue again what was given up, has its words and is not overtaken, as if it were new; return how many."""
        self._settle_dead({"state": OUTDATED}, outbox.c.mime != b"", is_overtaken())
        anew = {"state": "pending", "attempts": 0, "next_at": now, "created_at": now, "settled_at": None, "error": None}
        return self._settle_dead(anew | NOT_BOUNCED, outbox.c.mime != b"")

    def let_go(self) -> int:
        """Count no more what was given up; its words are not kept."""
        return self._settle_dead({"state": "let go", "mime": b""})

    def last_accepted(self) -> datetime | None:
        """When the relay last accepted a mail."""
        last = select(func.max(outbox.c.settled_at)).where(outbox.c.state == "sent")
        with reachable(), self._engine.begin() as connection:
            return connection.execute(last).scalar()

    def refusals(self) -> Refusals:
        """What waits though the relay has refused it for good, and the refusal of the most urgent of these."""
        refused = select(outbox.c.error).where(outbox.c.state == "pending", or_(*map(outbox.c.error.like, REFUSALS)))
        with reachable(), self._engine.begin() as connection:
            errors = connection.execute(refused.order_by(outbox.c.urgency, outbox.c.next_at)).scalars().all()
        return Refusals(len(errors), brief_of(str(errors[0])) if errors else "")

    def last_failure(self) -> str | None:
        """Why the most urgent of the mails that were tried and still wait did not go, in the relay's own words."""
        waiting = select(outbox.c.error).where(outbox.c.state == "pending", outbox.c.error.is_not(None))
        with reachable(), self._engine.begin() as connection:
            return connection.execute(waiting.order_by(outbox.c.urgency, outbox.c.next_at).limit(1)).scalar()

    def figures(self, now: datetime) -> Figures:
        """Count what waits and what was given up."""
        pending = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.state == "pending")
        dead = select(func.count()).where(outbox.c.state == "dead")
        with reachable(), self._engine.begin() as connection:
            waiting, oldest = connection.execute(pending).one()
            given_up = connection.execute(dead).scalar_one()
        age = max(0, int((now - oldest).total_seconds())) if oldest else 0
        return Figures(pending=waiting, oldest_seconds=age, dead=given_up)

    def count_unwritten(self) -> int:
        """Count what could not be written, and is written again once it can be."""
        aside = select(func.count()).where(*UNWRITTEN_MAILS)
        with reachable(), self._engine.begin() as connection:
            number: int = connection.execute(aside).scalar_one()
        return number

    def _settle(self, leased: Leased, **values: object) -> None:
        # Guarded by the lease: where it ran out and another process took the mail, that one decides.
        with reachable(), self._writer.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == leased.envelope.id, outbox.c.lease == leased.lease)
                .values({"lease": None} | values)
            )

    def _settle_dead(self, values: dict[str, object], *which: ColumnElement[bool]) -> int:
        with reachable(), self._writer.begin() as connection:
            return connection.execute(update(outbox).where(outbox.c.state == "dead", *which).values(values)).rowcount
