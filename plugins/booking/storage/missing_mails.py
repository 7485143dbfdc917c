"""Missing mails: finds bookings and messages that nobody was notified of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.ids import first_id
from plugins.booking.storage.outbox import UNWRITTEN
from plugins.booking.storage.outdated_mails import SERIES
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


def kinds_of(event: Event, in_series: bool = False) -> tuple[str, ...]:
    """The mails that an event brings, or one that happened to several dates of a series at once."""
    what = f"{event.value}{SERIES}" if in_series else event.value
    return tuple(f"{what}-{who}" for who in EXPECTED.get(event, ()))


@dataclass(frozen=True)
class ChangeWithoutMails:
    """Change without its mails of these kinds; `last` where nothing has happened since.

    Of several dates of a series `booking` is the latest of them, and `series` says where each was; those to which
    something has happened since are left out, where that is not so of all.
    """

    booking: Booking
    event: Event
    actor: Actor
    word: str | None
    before: datetime  # when the meeting was to be before the change
    kinds: frozenset[str]
    last: bool
    series: Mapping[str, datetime] | None = None

    @property
    def about(self) -> str:
        """What its mails are about: a booking, of a series its first."""
        return self.booking.series.id if self.series and self.booking.series else self.booking.id


def changes_without_mails(connection: Connection, now: datetime) -> Iterator[ChangeWithoutMails]:
    """Yield the changes of late that lack a mail."""
    since = now - LOOKED_BACK
    late = (history.c.id >= first_id(since), history.c.at >= since)
    happened = connection.execute(select(history).where(*late).order_by(history.c.at, history.c.id)).all()
    acts = _acts(connection, happened)
    told: ColumnElement[bool] = outbox.c.about.in_(select(history.c.booking_id).where(*late))
    if acts:
        told = or_(told, outbox.c.about.in_({series for series, _starts in acts.values()}))
    counted = (
        select(outbox.c.about, outbox.c.kind, func.count())
        .where(told, outbox.c.created_at >= since, _WRITTEN)
        .group_by(outbox.c.about, outbox.c.kind)
    )
    left = Counter({(name, kind): number for name, kind, number in connection.execute(counted)})
    last = {row.booking_id: row for row in happened if Event(row.event) in EXPECTED}
    # The latest takes its mails first: what is missing then is missing of those before it.
    for row in reversed(happened):
        series, starts = acts.get(row.id, (None, None))
        if row.in_series and not starts:
            continue  # told with the first of the dates that it happened to
        about, kinds = series or row.booking_id, set(kinds_of(Event(row.event), bool(starts)))
        missing = {kind for kind in kinds if not left[about, kind]}
        left.subtract((about, kind) for kind in kinds - missing)
        if missing:
            ids = list(starts) if starts else [row.booking_id]
            unchanged = [one for one in ids if (last[one].at, last[one].event) == (row.at, row.event)]
            of_these = select(bookings).where(bookings.c.id.in_(unchanged or ids)).order_by(bookings.c.start.desc())
            yield ChangeWithoutMails(
                booking_of(connection.execute(of_these.limit(1)).one()),
                Event(row.event),
                Actor(row.actor),
                row.word,
                row.start,
                frozenset(missing),
                bool(unchanged) if starts else last[row.booking_id].id == row.id,
                {one: starts[one] for one in unchanged or ids} if starts else None,
            )


def _acts(connection: Connection, happened: Sequence[Row[Any]]) -> dict[str, tuple[str, dict[str, datetime]]]:
    """What happened to several dates of a series at once: by its first row, the series and where each date was."""
    names = {row.booking_id for row in happened if row.in_series}
    if not names:
        return {}
    query = select(bookings.c.id, bookings.c.series_id).where(bookings.c.id.in_(names))
    series: dict[str, str] = {row.id: row.series_id for row in connection.execute(query)}
    first: dict[tuple[str, datetime, str], str] = {}
    acts: dict[str, tuple[str, dict[str, datetime]]] = {}
    for row in happened:
        if row.in_series:
            of = series[row.booking_id]
            name = first.setdefault((of, row.at, row.event), row.id)
            acts.setdefault(name, (of, {}))[1][row.booking_id] = row.start
    return acts


def messages_without_mails(connection: Connection, now: datetime) -> Iterator[Message]:
    """Yield the messages of late that lack their mail."""
    told = select(outbox.c.about).where(outbox.c.about == messages.c.id, _WRITTEN).exists()
    for row in connection.execute(select(messages).where(messages.c.id >= first_id(now - LOOKED_BACK), ~told)):
        yield Message.model_validate(dict(row._mapping))
