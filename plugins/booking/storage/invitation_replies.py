"""Invitation replies as they are kept: what calendar programs answered for the visitor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select

from plugins.booking.storage.engine import reachable
from plugins.booking.storage.schema import invitation_replies

# Of one booking: whoever is invited could fill the database with them.
MOST = 20
_FARTHEST = timedelta(days=3_660)  # of what is proposed: years that calendars end with are on no clock here


@dataclass(frozen=True)
class KeptReply:
    """A reply: to which revision of the booking, and what it says."""

    at: datetime
    answer: str
    sequence: int
    comment: str | None = None
    proposed: datetime | None = None


def sensible_start(proposed: datetime | None, at: datetime) -> datetime | None:
    """Return a start that is proposed; None where it lies years away from when that was done."""
    return proposed if proposed and abs(proposed - at) < _FARTHEST else None


def keep_reply(connection: Connection, booking_id: str, reply: KeptReply, stamp: str) -> bool:
    """Keep a reply; False where it is known, says what the one before said, or there are too many.

    `stamp` tells apart what is said again from what comes twice.
    """
    said = "\n".join(map(str, (booking_id, reply.answer, reply.sequence, reply.comment, reply.proposed, stamp)))
    name = hashlib.sha256(said.encode()).hexdigest()[:32]
    kept = select(invitation_replies).where(invitation_replies.c.booking_id == booking_id)
    number = connection.execute(select(func.count()).select_from(kept.subquery())).scalar_one()
    known = connection.execute(kept.where(invitation_replies.c.id == name)).first()
    latest = kept.order_by(invitation_replies.c.at.desc(), invitation_replies.c.id.desc()).limit(1)
    before = connection.execute(latest).one_or_none()
    if known or number >= MOST or (before and replace(_kept(before), at=reply.at) == reply):
        return False
    row = {"id": name, "booking_id": booking_id, **vars(reply)}
    connection.execute(insert(invitation_replies).values(row))
    return True


def replies_to(engine: Engine, booking_id: str) -> list[KeptReply]:
    """The replies about a booking, from the first; raises Unavailable."""
    query = select(invitation_replies).where(invitation_replies.c.booking_id == booking_id)
    with reachable(), engine.begin() as connection:
        return [_kept(row) for row in connection.execute(query.order_by(invitation_replies.c.at))]


def _kept(row: Row[Any]) -> KeptReply:
    return KeptReply(row.at, row.answer, row.sequence, row.comment, sensible_start(row.proposed, row.at))
