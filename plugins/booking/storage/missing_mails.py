"""Missing mails: finds bookings and messages that nobody was notified of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.ids import first_id
from plugins.booking.storage.outbox import UNWRITTEN
from plugins.booking.storage.schema import bookings, history, messages, outbox
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Message

LOOKED_BACK = timedelta(days=7)
_BOTH = ("owner", "visitor")
# Who is written to of each event; of those left out nobody is.
EXPECTED: dict[Event, tuple[str, ...]] = {
    Event.BOOKED: _BOTH,
    Event.APPROVED: _BOTH,
    Event.RESCHEDULED: _BOTH,
    Event.CANCELLED: _BOTH,
    Event.EXPIRED: _BOTH,
    Event.DECLINED: ("visitor",),
    Event.CORRECTED: ("visitor",),
}


# What could not be written is missing.
_WRITTEN = or_(outbox.c.state != "dead", outbox.c.error.is_(None), outbox.c.error.not_like(f"{UNWRITTEN}%"))


def kinds_of(event: Event) -> tuple[str, ...]:
    """The mails that an event brings."""
    return tuple(f"{event.value}-{who}" for who in EXPECTED.get(event, ()))


@dataclass(frozen=True)
class ChangeWithoutMails:
    """Change without its mails of these kinds; `last` where nothing has happened since."""

    booking: Booking
    event: Event
    actor: Actor
    word: str | None
    before: datetime  # when the meeting was to be before the change
    kinds: frozenset[str]
    last: bool


def changes_without_mails(connection: Connection, now: datetime) -> Iterator[ChangeWithoutMails]:
    """Yield the changes of late that lack a mail."""
    since = now - LOOKED_BACK
    late = (history.c.id >= first_id(since), history.c.at >= since)
    happened = connection.execute(select(history).where(*late).order_by(history.c.at, history.c.id)).all()
    about = select(history.c.booking_id).where(*late)
    counted = (
        select(outbox.c.about, outbox.c.kind, func.count())
        .where(outbox.c.about.in_(about), outbox.c.created_at >= since, _WRITTEN)
        .group_by(outbox.c.about, outbox.c.kind)
    )
    left = Counter({(name, kind): number for name, kind, number in connection.execute(counted)})
    last = {row.booking_id: row.id for row in happened if Event(row.event) in EXPECTED}
    # The latest takes its mails first: what is missing then is missing of those before it.
    for row in reversed(happened):
        kinds = set(kinds_of(Event(row.event)))
        missing = {kind for kind in kinds if not left[row.booking_id, kind]}
        left.subtract((row.booking_id, kind) for kind in kinds - missing)
        if missing:
            booking = connection.execute(select(bookings).where(bookings.c.id == row.booking_id)).one()
            yield ChangeWithoutMails(
                booking_of(booking),
                Event(row.event),
                Actor(row.actor),
                row.word,
                row.start,
                frozenset(missing),
                last[row.booking_id] == row.id,
            )


def messages_without_mails(connection: Connection, now: datetime) -> Iterator[Message]:
    """Yield the messages of late that lack their mail."""
    told = select(outbox.c.about).where(outbox.c.about == messages.c.id, _WRITTEN).exists()
    for row in connection.execute(select(messages).where(messages.c.id >= first_id(now - LOOKED_BACK), ~told)):
        yield Message.model_validate(dict(row._mapping))
