"""Waiting list in the database: who waits, confirms, leaves, and takes the time that is held for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, insert, select, update

from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.holds import drop_empty_groups
from plugins.booking.storage.idempotency import Answer, Attempt, KeyReused, remember, replay
from plugins.booking.storage.mail_quota import is_enough
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.schema import holds, waiting, waiting_told
from plugins.domain.slots import Slot
from plugins.domain.waiting_list import Waiting

MOST_LISTS = 5  # of one person, confirmed: each is looked at in every round
UNCONFIRMED_FOR = timedelta(days=2)
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyMails(Exception):
    """The address has had its mails of the day: nobody can be asked there whether it is hers."""


class TooManyLists(Exception):
    """The person waits in as many lists as one may."""


class OfferGone(Exception):
    """The time is not held for her, or no longer."""


@dataclass(frozen=True)
class Standing:
    """How somebody waits: `held` is what she may take, until then; `was_told` where there was something before."""

    waiting: Waiting
    held: Slot | None = None
    held_until: datetime | None = None
    was_told: bool = False


def waiting_of(row: Row[Any]) -> Waiting:
    """Read a row of the table."""
    columns = row._mapping
    return Waiting(
        id=columns["id"], meeting=columns["meeting"], name=columns["name"], email=columns["email"],
        first=date.fromisoformat(columns["first"]), last=date.fromisoformat(columns["last"]),
        service=columns["service"], timezone=columns["timezone"], language=columns["language"],
        free=frozenset(_EPOCH + minutes * _MINUTE for minutes in json.loads(columns["free"])),
        created_at=columns["created_at"], confirmed_at=columns["confirmed_at"],
    )  # fmt: skip


def is_live(now: datetime) -> ColumnElement[bool]:
    """Whether the hold of a row of both tables is still somebody's."""
    return and_(holds.c.id == waiting.c.hold_id, holds.c.expires_at > now)


def drop_waiting(connection: Connection, ids: Iterable[str]) -> int:
    """Delete who waits, and give back what is held for them; the record of their mails stays for a day."""
    listed = list(ids)
    _hand_on_what_was_told(connection, listed)
    held = select(waiting.c.hold_id).where(waiting.c.id.in_(listed), waiting.c.hold_id.is_not(None))
    connection.execute(delete(holds).where(holds.c.id.in_(list(connection.execute(held).scalars()))))
    drop_empty_groups(connection)
    return connection.execute(delete(waiting).where(waiting.c.id.in_(listed))).rowcount


def _hand_on_what_was_told(connection: Connection, listed: list[str]) -> None:
    """Let what somebody was told of stay known where she waits in another list too."""
    told = select(waiting.c.email, waiting_told).join(waiting, waiting.c.id == waiting_told.c.waiting_id)
    for row in connection.execute(told.where(waiting.c.id.in_(listed))).all():
        same = select(waiting.c.id).where(func.lower(waiting.c.email) == row.email.lower(), waiting.c.id.not_in(listed))
        other = connection.execute(same.order_by(waiting.c.id).limit(1)).scalar()
        known = select(waiting_told.c.at).where(waiting_told.c.waiting_id == other, waiting_told.c.start == row.start)
        if other is not None and connection.execute(known).first() is None:
            values = {"waiting_id": other, "start": row.start, "end": row.end, "at": row.at}
            connection.execute(insert(waiting_told).values(values))


def take_offer(waiting_id: str, start: datetime, now: datetime) -> Callable[[Connection], None]:
    """Return what frees the time that is held for somebody, who waits no more, within the booking of it.

    Raises OfferGone where it is held for her no longer.
    """

    def take(connection: Connection) -> None:
        held = select(waiting.c.email, waiting.c.meeting).where(
            waiting.c.id == waiting_id, is_live(now), holds.c.start == start
        )
        row = connection.execute(held).one_or_none()
        if row is None:
            raise OfferGone
        # She has what she waited for, in whichever days.
        same = select(waiting.c.id).where(func.lower(waiting.c.email) == row.email.lower())
        drop_waiting(connection, connection.execute(same.where(waiting.c.meeting == row.meeting)).scalars())

    return take


class WaitingStore:
    """Waiting list in the database; every method raises Unavailable where that does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def ask(
        self, listed: Waiting, envelopes: Sequence[Envelope], answer: Answer, made: Attempt | None, now: datetime
    ) -> Answer:
        """Keep who asks to be told, with the mail that asks her to confirm, in one transaction.

        An attempt already answered gets that answer and has no other effect. Raises KeyReused, TooManyMails.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            if is_enough(connection, listed.email, now):
                raise TooManyMails
            values = listed.model_dump() | {
                "first": listed.first.isoformat(),
                "last": listed.last.isoformat(),
                "free": json.dumps(sorted((start - _EPOCH) // _MINUTE for start in listed.free), separators=(",", ":")),
            }
            connection.execute(insert(waiting).values(values))
            enqueue(connection, listed.id, envelopes, now)
            if made:
                remember(connection, made, answer, now)
            return answer

    def standing(self, waiting_id: str, now: datetime) -> Standing | None:
        """Find how somebody waits; None where she does not, or no longer."""
        query = select(waiting, holds.c.start.label("held"), holds.c.end, holds.c.expires_at)
        joined = query.select_from(waiting.outerjoin(holds, is_live(now))).where(waiting.c.id == waiting_id)
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(joined).one_or_none()
            told = select(waiting_told.c.start).where(waiting_told.c.waiting_id == waiting_id).limit(1)
            was_told = connection.execute(told).first() is not None
        if row is None:
            return None
        found = waiting_of(row)
        held = Slot(found.meeting, row.held, row.end) if row.held else None
        return Standing(found, held, row.expires_at, was_told)

    def confirm(self, waiting_id: str, now: datetime) -> None:
        """Let somebody wait from now on, who has the mail that asked her; once is enough. Raises TooManyLists."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            row = connection.execute(select(waiting).where(waiting.c.id == waiting_id)).one_or_none()
            if row is None or row.confirmed_at is not None:
                return
            others = select(func.count()).where(
                func.lower(waiting.c.email) == row.email.lower(), waiting.c.confirmed_at.is_not(None)
            )
            if connection.execute(others).scalar_one() >= MOST_LISTS:
                raise TooManyLists
            connection.execute(update(waiting).where(waiting.c.id == waiting_id).values(confirmed_at=now))

    def leave(self, waiting_id: str) -> None:
        """Forget somebody who waits no more; what was held for her is free."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            drop_waiting(connection, [waiting_id])

    def decline(self, waiting_id: str, start: datetime) -> None:
        """Give back a time that was held for somebody, who goes on waiting for another."""
        held = select(waiting.c.hold_id).where(waiting.c.id == waiting_id)
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            connection.execute(delete(holds).where(holds.c.id.in_(held), holds.c.start == start))
            drop_empty_groups(connection)

    def earlier(self, made: Attempt) -> Answer | None:
        """Find what an attempt was answered before; None where it was not, or said something else."""
        with reachable(), self._engine.begin() as connection:
            try:
                return replay(connection, made)
            except KeyReused:
                return None

    def everybody(self, now: datetime) -> list[Standing]:
        """Who waits, confirmed, in their order, for the owner to see."""
        query = select(waiting, holds.c.start.label("held"), holds.c.end, holds.c.expires_at)
        joined = query.select_from(waiting.outerjoin(holds, is_live(now))).where(waiting.c.confirmed_at.is_not(None))
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(joined.order_by(waiting.c.confirmed_at, waiting.c.id).limit(500)).all()
        return [
            Standing(waiting_of(row), Slot(row.meeting, row.held, row.end) if row.held else None, row.expires_at)
            for row in rows
        ]
