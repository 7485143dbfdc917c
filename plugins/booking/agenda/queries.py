"""Read-only queries of the agenda: bookings, messages, blocks and the mails about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, and_, or_, select

from plugins.booking.storage.booking_rows import booking_of
from plugins.booking.storage.bounces import BouncedMail, Bounces
from plugins.booking.storage.engine import reachable
from plugins.booking.storage.group_queries import GroupQueries, with_group
from plugins.booking.storage.ids import is_id
from plugins.booking.storage.invitation_replies import KeptReply, replies_to
from plugins.booking.storage.schema import OPEN, blocks, bookings, history, messages, outbox
from plugins.content.mail_addresses import forms_of
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Block, Booking, Message, Status
from plugins.domain.wall_clock import Interval

A_PAGE = 25
_MOST = 500
_OPEN = (Status.PENDING.value, Status.CONFIRMED.value)
_FREE_AGAIN = tuple(status.value for status in Status if not status.holds_time)
# Longer than any meeting with its buffers.
_MARGIN = timedelta(days=4)


@dataclass(frozen=True)
class MailStatus:
    """Status of a mail in the outbox, without its words."""

    kind: str
    recipient: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    settled_at: datetime | None
    error: str | None
    about: str
    bounced_at: datetime | None = None
    bounce: str | None = None


@dataclass(frozen=True)
class HistoryEntry:
    """History entry: a change of a booking; `start` is when it was to be before."""

    at: datetime
    event: Event
    actor: Actor
    start: datetime
    word: str | None


@dataclass(frozen=True)
class PastBookings:
    """Page of past bookings, the latest first; `older` names the page after it."""

    bookings: list[Booking]
    older: str | None


@dataclass(frozen=True)
class MessagesPage:
    """Page of contact messages, the latest first; `older` names the page after it."""

    messages: list[Message]
    older: str | None


class AgendaQueries:
    """Read-only queries of the agenda; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.groups = GroupQueries(engine)
        self._bounces = Bounces(engine)

    def waiting(self) -> list[Booking]:
        """The requests that wait for the owner, the first to begin first."""
        asked = select(bookings).where(OPEN, bookings.c.status == Status.PENDING.value)
        return self._bookings(asked.order_by(bookings.c.start).limit(_MOST))

    def upcoming(self, now: datetime) -> list[Booking]:
        """The confirmed bookings that are not over."""
        query = select(bookings).where(OPEN, bookings.c.status == Status.CONFIRMED.value, bookings.c.end > now)
        return self._bookings(query.order_by(bookings.c.start).limit(_MOST))

    def past(self, now: datetime, before: str | None = None) -> PastBookings:
        """All other bookings, over or called off; `before` is what the page before named `older`."""
        query = select(bookings).where(
            or_(
                bookings.c.status.not_in(_OPEN),
                and_(bookings.c.status == Status.CONFIRMED.value, bookings.c.end <= now),
            )
        )
        last = self.booking(before) if before and is_id(before) else None
        if last:
            edge = select(bookings.c.busy_from).where(bookings.c.id == last.id).scalar_subquery()
            earlier = or_(bookings.c.busy_from < edge, bookings.c.id < last.id)
            query = query.where(bookings.c.busy_from <= edge, earlier)
        found = self._bookings(query.order_by(bookings.c.busy_from.desc(), bookings.c.id.desc()).limit(A_PAGE + 1))
        return PastBookings(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)

    def booking(self, booking_id: str) -> Booking | None:
        """Find a booking by its id."""
        return next(iter(self._bookings(select(bookings).where(bookings.c.id == booking_id))), None)

    def inside(self, interval: Interval) -> list[Booking]:
        """The bookings that hold time within an interval, in order of time."""
        return self._bookings(_inside(interval))

    def inside_with_groups(self, interval: Interval) -> tuple[list[Booking], dict[str, str]]:
        """The same, with the group of each that has a seat in one, by its id; in one query."""
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(with_group(_inside(interval))).all()
        return [booking_of(row) for row in rows], {row.id: row.group_id for row in rows if row.group_id}

    def starts(self, interval: Interval) -> list[tuple[datetime, Status]]:
        """When the bookings that hold time begin, of those that begin within an interval, and how they stand."""
        query = select(bookings.c.start, bookings.c.status).where(
            bookings.c.busy_from >= interval.start - _MARGIN,
            bookings.c.busy_from < interval.end + _MARGIN,
            bookings.c.start >= interval.start,
            bookings.c.start < interval.end,
            bookings.c.status.not_in(_FREE_AGAIN),
        )
        with reachable(), self._engine.begin() as connection:
            return [(row.start, Status(row.status)) for row in connection.execute(query)]

    def history(self, booking_id: str) -> list[HistoryEntry]:
        """What happened to a booking, from the beginning."""
        query = select(history).where(history.c.booking_id == booking_id).order_by(history.c.at, history.c.id)
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [HistoryEntry(row.at, Event(row.event), Actor(row.actor), row.start, row.word) for row in rows]

    def mails(self, about: Sequence[str]) -> list[MailStatus]:
        """The mails about some bookings or messages, in the order they were written."""
        return self._posted(select(outbox).where(outbox.c.about.in_(about)).order_by(outbox.c.created_at, outbox.c.id))

    def undeliverable(self) -> list[MailStatus]:
        """The mails that were given up, the latest first."""
        dead = select(outbox).where(outbox.c.state == "dead")
        return self._posted(dead.order_by(outbox.c.created_at.desc(), outbox.c.id).limit(A_PAGE))

    def to_look_at(self, now: datetime) -> list[BouncedMail]:
        """The mails that came back and that the owner has not seen to, the last of each booking."""
        latest: dict[str, BouncedMail] = {}
        for mail in self._bounces.to_look_at(now):
            latest.setdefault(mail.about if mail.kind.endswith("-visitor") else mail.id, mail)
        return list(latest.values())

    def bounced(self, booking: Booking) -> BouncedMail | None:
        """The last mail that came back from the address a booking has now."""
        mail = self._bounces.latest_of(booking.id)
        return mail if mail and mail.recipient.lower() in forms_of(booking.email) else None

    def replies(self, booking_id: str) -> list[KeptReply]:
        """What was answered to the invitations of a booking."""
        return replies_to(self._engine, booking_id)

    def messages(self, before: str | None = None) -> MessagesPage:
        """The messages; `before` is what the page before named `older`."""
        query = select(messages).order_by(messages.c.id.desc()).limit(A_PAGE + 1)
        if before and is_id(before):
            query = query.where(messages.c.id < before)
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        found = [Message.model_validate(dict(row._mapping)) for row in rows]
        return MessagesPage(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)

    def blocks(self, now: datetime) -> list[Block]:
        """The time the owner keeps for herself, as far as it is not over."""
        query = select(blocks).where(blocks.c.end > now).order_by(blocks.c.start).limit(_MOST)
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        return [Block.model_validate(dict(row._mapping)) for row in rows]

    def ids_like(self, short: str) -> list[str]:
        """The ids of the bookings and blocks that begin or end so, at most a few; `short` is hexadecimal."""
        found: list[str] = []
        with reachable(), self._engine.begin() as connection:
            for column in (bookings.c.id, blocks.c.id):
                like = or_(column.like(f"{short}%"), column.like(f"%{short}"))
                found += connection.execute(select(column).where(like).limit(3)).scalars()
        return found

    def _bookings(self, query: Select[tuple[object, ...]]) -> list[Booking]:
        with reachable(), self._engine.begin() as connection:
            return [booking_of(row) for row in connection.execute(query)]

    def _posted(self, query: Select[tuple[object, ...]]) -> list[MailStatus]:
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(query).all()
        names = MailStatus.__dataclass_fields__
        return [MailStatus(**{name: row._mapping[name] for name in names}) for row in rows]


def _inside(interval: Interval) -> Select[tuple[object, ...]]:
    query = select(bookings).where(
        bookings.c.busy_from >= interval.start - _MARGIN,
        bookings.c.busy_from < interval.end + _MARGIN,
        bookings.c.start < interval.end,
        bookings.c.end > interval.start,
        bookings.c.status.not_in(_FREE_AGAIN),
    )
    return query.order_by(bookings.c.start).limit(_MOST)
