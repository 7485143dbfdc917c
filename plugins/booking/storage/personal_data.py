"""Personal data: export and erasure of all that is kept about one person (GDPR).

Articles 15, 17 and 20.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Table, delete, func, or_, select

from plugins.booking.storage.booking_rows import read_answers
from plugins.booking.storage.engine import Unavailable, outside_transactions, queue_for_writing, reachable, writing
from plugins.booking.storage.holds import drop_empty_groups
from plugins.booking.storage.schema import (
    bookings,
    entries,
    history,
    idempotency,
    invitation_replies,
    messages,
    outbox,
    testimonials,
    waiting,
    waiting_told,
)
from plugins.booking.storage.waiting import drop_waiting
from plugins.content.mail_addresses import forms_of
from plugins.domain.agreed_meeting import read_agreed

_INTERNAL = {"mime", "lease"}


@dataclass(frozen=True)
class Erased:
    """How many of each were deleted; `elsewhere` counts the events that still stand in the owner's own calendar."""

    bookings: int
    messages: int
    mails: int
    elsewhere: int


def export(engine: Engine, email: str) -> dict[str, list[dict[str, Any]]]:
    """Gather bookings, their history, messages and the record of mails of an address, whatever its capitals.

    Instants are RFC 3339 in UTC. Raises Unavailable.
    """
    forms = forms_of(email)
    with reachable(), engine.begin() as connection:

        def rows(table: Table, *where: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - conditions of SQLAlchemy
            return [_plain(row) for row in connection.execute(select(table).where(*where))]

        own = func.lower(bookings.c.email).in_(forms)
        written = func.lower(messages.c.email).in_(forms)
        waits = func.lower(waiting.c.email).in_(forms)
        about = or_(
            outbox.c.about.in_(select(bookings.c.id).where(own)),
            # Of several dates at once: about the first of a series, which may be gone.
            outbox.c.about.in_(select(bookings.c.series_id).where(own)),
            outbox.c.about.in_(select(messages.c.id).where(written)),
            outbox.c.about.in_(select(waiting.c.id).where(waits)),
            func.lower(outbox.c.recipient).in_(forms),
        )
        return {
            "bookings": [_with_types(row) for row in rows(bookings, own)],
            "history": rows(history, history.c.booking_id.in_(select(bookings.c.id).where(own))),
            "replies": rows(invitation_replies, invitation_replies.c.booking_id.in_(select(bookings.c.id).where(own))),
            "testimonials": rows(testimonials, testimonials.c.booking_id.in_(select(bookings.c.id).where(own))),
            "messages": rows(messages, written),
            "waiting": rows(waiting, waits),
            "waiting_told": rows(waiting_told, waiting_told.c.waiting_id.in_(select(waiting.c.id).where(waits))),
            "mails": rows(outbox, about),
        }


def _with_types(booking: dict[str, Any]) -> dict[str, Any]:
    """A booking with its answers by the types of their questions: numbers, `true`, lists of what was chosen."""
    agreed = read_agreed(booking["agreed"]) if booking["agreed"] else None
    if agreed is None or all(question.type in ("text", "long") for question in agreed.questions):
        return booking
    return booking | {"answers": json.dumps(read_answers(booking["answers"], agreed), ensure_ascii=False)}


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._mapping.items()
        if name not in _INTERNAL
    }


def erase(engine: Engine, email: str) -> Erased:
    """Delete all that is kept about an address, and its bytes from the database's files too.

    What is still to come is given up with it, without a mail: its time is free again. On PostgreSQL the bytes may
    outlive it in the server's own log of writes until that is recycled. Raises Unavailable.
    """
    forms = forms_of(email)
    with reachable(), writing(engine).begin() as connection:
        queue_for_writing(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        booked = select(bookings.c.id).where(func.lower(bookings.c.email).in_(forms))
        written = select(messages.c.id).where(func.lower(messages.c.email).in_(forms))
        waits = list(connection.execute(select(waiting.c.id).where(func.lower(waiting.c.email).in_(forms))).scalars())
        names = [*connection.execute(booked).scalars(), *connection.execute(written).scalars(), *waits]
        elsewhere = connection.execute(
            select(func.count())
            .select_from(entries)
            .where(entries.c.booking_id.in_(names), entries.c.revision.is_not(None))
        ).scalar_one()
        # The mails about several dates are about the first of a series, which may be gone.
        series = select(bookings.c.series_id).where(bookings.c.id.in_(names), bookings.c.series_id.is_not(None))
        about = {*names, *connection.execute(series).scalars()}
        mails = connection.execute(
            delete(outbox).where(or_(outbox.c.about.in_(about), func.lower(outbox.c.recipient).in_(forms)))
        ).rowcount
        for name in about:
            connection.execute(delete(idempotency).where(idempotency.c.answer.contains(name)))
        # Its claims, its seat, its history, its replies, its words and its entry go with a booking.
        gone = connection.execute(delete(bookings).where(bookings.c.id.in_(names))).rowcount
        drop_empty_groups(connection)
        words = connection.execute(delete(messages).where(messages.c.id.in_(names))).rowcount
        drop_waiting(connection, waits)
    _overwrite(engine)
    return Erased(bookings=gone, messages=words, mails=mails, elsewhere=elsewhere)


def _overwrite(engine: Engine) -> None:
    """Leave no deleted row behind in free pages, nor in SQLite's log beside the database; raises Unavailable."""
    with outside_transactions(engine) as execute:
        if engine.dialect.name == "sqlite":
            execute("VACUUM")
            (busy, *_) = execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise Unavailable("its log is being read; the rows are gone, ask again for their bytes")
        else:
            told = (history, invitation_replies, testimonials, outbox, idempotency)
            kept = (bookings, messages, *told, waiting, waiting_told)
            for table in kept:
                execute(f"VACUUM FULL {table.name}")
