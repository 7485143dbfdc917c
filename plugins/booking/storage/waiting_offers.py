"""Waiting offers: time that came free is held for the next who waits, and given back when that ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from plugins.booking.storage.claims import occupied
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.group_seats import keep_offered_seat
from plugins.booking.storage.holds import Hold, HoldKind, drop_empty_groups, drop_hold, keep_hold
from plugins.booking.storage.ids import first_id, new_id
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.outdated_mails import WAITING_ASKED, WAITING_OFFER, outdate
from plugins.booking.storage.schema import holds, outbox, waiting, waiting_told
from plugins.booking.storage.waiting import UNCONFIRMED_FOR, drop_waiting, is_live, waiting_of
from plugins.domain.availability import Meeting
from plugins.domain.busy_time import Occupied
from plugins.domain.slots import claim
from plugins.domain.waiting_list import Offer, Told, Waiting
from plugins.domain.wall_clock import Interval

MOST_LISTED = 1_000  # looked at in one round, those who wait longest
_AHEAD = timedelta(minutes=1)  # a hold is lengthened before it ends
_MAILS_KEPT = timedelta(days=1)  # of who waits no more: as long as they count for the quota
_MAILS_LOOKED_AT = timedelta(days=90)  # longer than anybody waits, and no worker runs


@dataclass(frozen=True)
class WaitingState:
    """All that decides who is told next."""

    listed: list[Waiting]
    told: list[Told]
    holding: frozenset[str]


Decide = Callable[[WaitingState, Callable[[Interval], Occupied]], Offer | None]


class WaitingOffers:
    """Waiting offers; each method is one transaction at most, and raises Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def look(self, decide: Decide, now: datetime) -> Offer | None:
        """Ask who would be told next, without a writer's lock."""
        with reachable(), self._engine.begin() as connection:
            return _decided(connection, decide, now)

    def make(
        self,
        decide: Decide,
        meeting: Callable[[Offer], Meeting],
        write: Callable[[Offer], list[Envelope]],
        now: datetime,
    ) -> Offer | None:
        """Hold a time for the next who waits, and tell her; None where nobody is to be told.

        Of a `meeting` with seats it is one of them. Time, hold and mail are there together or not at all.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            offer = _decided(connection, decide, now)
            if offer is None:
                return None
            who, slot = offer.waiting.id, offer.slot
            mails = write(offer)
            kind = meeting(offer)
            hold = Hold(
                new_id(now),
                HoldKind.SEAT if kind.seats else HoldKind.OFFER,
                slot.meeting,
                slot.start,
                slot.end,
                claim(kind, slot.start),
                expires_at=offer.until,
            )
            if any(mail.problem for mail in mails) or not _kept(connection, hold, kind.seats, now):
                connection.rollback()
                return None
            connection.execute(update(waiting).where(waiting.c.id == who).values(hold_id=hold.id))
            told = {"waiting_id": who, "start": slot.start, "end": slot.end, "at": now}
            connection.execute(insert(waiting_told).values(told))
            outdate(connection, who, ("visitor",), now)
            enqueue(connection, who, mails, now)
            return offer

    def end(self, lengthened: Callable[[str, datetime], datetime | None], now: datetime) -> int:
        """End the holds whose time is over, and those of whom no mail reaches; return how many ended.

        One whose mail is still to be sent is `lengthened`, where its meeting and start allow it.
        """
        query = select(waiting.c.id.label("who"), holds).join(holds, holds.c.id == waiting.c.hold_id)
        with reachable(), self._engine.begin() as reader:
            held = [row for row in reader.execute(query) if _to_end(reader, row, now)]
        if not held:
            return 0
        ended = 0
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            for row in connection.execute(query.where(holds.c.id.in_([row.id for row in held]))).all():
                ended += _ended(connection, row, lengthened(row.meeting, row.start), now)
        return ended

    def forget(self, today: date, now: datetime) -> int:
        """Delete who never confirmed, and whose days are over; return how many."""
        over = select(waiting.c.id).where(
            (waiting.c.last < today.isoformat())
            | (waiting.c.confirmed_at.is_(None) & (waiting.c.created_at <= now - UNCONFIRMED_FOR))
        )
        with reachable(), self._engine.begin() as reader:
            if reader.execute(over.limit(1)).first() is None:
                return 0
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            _overwriting(connection)
            return drop_waiting(connection, connection.execute(over.limit(500)).scalars())

    def forget_mails(self, now: datetime) -> None:
        """Delete the record of the mails to who waits no more."""
        mails = (
            # An id begins with its moment: the primary key finds those of late without the rest.
            outbox.c.id >= first_id(now - _MAILS_LOOKED_AT),
            outbox.c.id < first_id(now - _MAILS_KEPT),
            outbox.c.kind.in_([WAITING_ASKED, WAITING_OFFER]),
            outbox.c.state != "pending",
            outbox.c.about.not_in(select(waiting.c.id)),
        )
        with reachable(), self._engine.begin() as reader:
            if reader.execute(select(outbox.c.id).where(*mails).limit(1)).first() is None:
                return
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            _overwriting(connection)
            connection.execute(delete(outbox).where(*mails))


def _kept(connection: Connection, hold: Hold, seats: int | None, now: datetime) -> bool:
    return keep_offered_seat(connection, hold, seats, now) if seats else keep_hold(connection, hold, now)


def _overwriting(connection: Connection) -> None:
    """Leave no byte of what is deleted in a page of SQLite's."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _decided(connection: Connection, decide: Decide, now: datetime) -> Offer | None:
    query = select(waiting).where(waiting.c.confirmed_at.is_not(None))
    rows = connection.execute(query.order_by(waiting.c.confirmed_at, waiting.c.id).limit(MOST_LISTED)).all()
    if not rows:
        return None
    told = select(waiting.c.email, waiting_told).join(waiting, waiting.c.id == waiting_told.c.waiting_id)
    state = WaitingState(
        [waiting_of(row) for row in rows],
        [Told(row.email.lower(), row.start, row.end, row.at) for row in connection.execute(told)],
        frozenset(
            email.lower() for email in connection.execute(select(waiting.c.email).join(holds, is_live(now))).scalars()
        ),
    )
    return decide(state, lambda interval: occupied(connection, interval, now))


def _mail(connection: Connection, who: str) -> Row[Any, Any] | None:
    last = select(outbox.c.state, outbox.c.bounced_at).where(outbox.c.about == who, outbox.c.kind == WAITING_OFFER)
    last = last.order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(1)
    row: Row[Any, Any] | None = connection.execute(last).one_or_none()
    return row


def _to_end(connection: Connection, row: Row[Any], now: datetime) -> bool:
    return bool(row.expires_at <= now + _AHEAD) or _is_lost(_mail(connection, row.who))


def _is_lost(mail: Row[Any, Any] | None) -> bool:
    """Whether the mail that told of a time has reached nobody, and will not."""
    return mail is not None and (mail.bounced_at is not None or mail.state in {"dead", "let go"})


def _ended(connection: Connection, row: Row[Any], longer: datetime | None, now: datetime) -> bool:
    mail = _mail(connection, row.who)
    if _is_lost(mail):
        drop_waiting(connection, [row.who])
        return True
    unsent = mail is not None and mail.state == "pending"
    if unsent and longer is not None and longer > max(row.expires_at, now):
        connection.execute(update(holds).where(holds.c.id == row.id).values(expires_at=longer))
        return False
    if row.expires_at > now:
        return False
    drop_hold(connection, row.id)
    drop_empty_groups(connection)
    if unsent:
        # She has not heard of it, and may be told of it another time.
        outdate(connection, row.who, ("visitor",), now)
        own = (waiting_told.c.waiting_id == row.who, waiting_told.c.start == row.start)
        connection.execute(delete(waiting_told).where(*own))
    return True
