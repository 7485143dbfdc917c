"""Retention: deletes what is older than the owner promises to keep it (GDPR, 5.1.e)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, and_, delete, or_, select

from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.holds import drop_empty_groups
from plugins.booking.storage.ids import first_id
from plugins.booking.storage.outdated_mails import SERIES
from plugins.booking.storage.schema import blocks, bookings, messages, outbox
from plugins.domain.bookings import Status

_OPEN = [status.value for status in Status if status.is_open]
_AT_ONCE = 500
# What the mails to the owner are about that speak of nobody.
OWN = ("agenda", "digest", "account")


@dataclass(frozen=True)
class Purged:
    """How many of each were deleted."""

    bookings: int
    messages: int


def purge(engine: Engine, kept_for: timedelta, now: datetime) -> Purged:
    """Delete bookings that ended, and messages that came, longer ago than `kept_for`, with all that hangs on them.

    In small transactions, so that nobody waits long for the database. Raises Unavailable.
    """
    before = now - kept_for
    old_bookings = select(bookings.c.id).where(
        # By the indexed start of its time, which comes before its end by less than a day.
        bookings.c.busy_from < before,
        bookings.c.end < before,
        bookings.c.status.not_in(_OPEN),
    )
    # A message's name begins with its moment, so that its primary key finds the old ones.
    old_messages = select(messages.c.id).where(messages.c.id < first_id(before))
    with reachable(), writing(engine).begin() as connection:
        queue_for_writing(connection)
        connection.execute(delete(blocks).where(blocks.c.end < before))
        # Mails about no booking and no message: links into the agenda, digests, alarms.
        own = (outbox.c.about.in_(OWN), outbox.c.created_at < before, outbox.c.state != "pending")
        connection.execute(delete(outbox).where(*own))
    gone = Purged(0, 0)
    while True:
        with reachable(), writing(engine).begin() as connection:
            queue_for_writing(connection)
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            booked = list(connection.execute(old_bookings.limit(_AT_ONCE)).scalars())
            written = list(connection.execute(old_messages.limit(_AT_ONCE)).scalars())
            if not booked and not written:
                return gone
            in_series = select(bookings.c.series_id).where(bookings.c.id.in_(booked), bookings.c.series_id.is_not(None))
            series = set(connection.execute(in_series).scalars())
            # Its claims, its seat, its history and its entry go with a booking.
            connection.execute(delete(bookings).where(bookings.c.id.in_(booked)))
            # The mails about several dates are about the first, and are kept as long as any of them.
            still = select(bookings.c.series_id).where(bookings.c.series_id.in_(series))
            kept = set(connection.execute(still).scalars())
            about = outbox.c.about.in_({*booked, *series, *written} - kept)
            alone = and_(outbox.c.about.in_(kept & {*booked}), outbox.c.kind.not_like(f"%{SERIES}-%"))
            connection.execute(delete(outbox).where(or_(about, alone)))
            drop_empty_groups(connection)
            connection.execute(delete(messages).where(messages.c.id.in_(written)))
        gone = Purged(gone.bookings + len(booked), gone.messages + len(written))
