"""Booking store: saves bookings and messages, each in one transaction with its mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from plugins.booking.storage.booking_rows import (
    Changed,
    LastChange,
    add,
    booking_of,
    newest_revision,
    note,
    replace,
    series_of,
)
from plugins.booking.storage.claims import forget_past_claims, occupied
from plugins.booking.storage.engine import label, queue_for_writing, reachable, writing
from plugins.booking.storage.group_seats import (
    group_has_changed,
    keep_booked_time,
    release_booked_time,
    time_to_keep,
)
from plugins.booking.storage.idempotency import Answer, Attempt, remember, replay
from plugins.booking.storage.mail_quota import enqueue_for, last_mail
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.outdated_mails import outdate, readers_of
from plugins.booking.storage.schema import blocks, bookings, history, keys, messages
from plugins.domain.availability import Availability, Meeting
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Block, Booking, Message
from plugins.domain.busy_time import Occupied
from plugins.domain.slots import Refusal, Slot, claim, judge, nearest, reach, window
from plugins.domain.wall_clock import Interval

# What a booking does first in its transaction: it gives back the time that is held for whoever books.
Taking = Callable[[Connection], None]


class SlotTaken(Exception):
    """Conflict: the slot cannot be had; the nearest free ones instead."""

    def __init__(self, refusals: tuple[Refusal, ...], free: tuple[Slot, ...] = ()) -> None:
        super().__init__("slot taken")
        self.refusals = refusals
        self.nearest = free


class Store:
    """Booking store; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    @property
    def engine(self) -> Engine:
        """The database itself, for what is no booking and no message."""
        return self._engine

    @property
    def label(self) -> str:
        """Which engine keeps it all, for /health."""
        return label(self._engine)

    def book(
        self,
        booking: Booking,
        meeting: Meeting,
        availability: Availability,
        envelopes: Sequence[Envelope],
        answer: Answer,
        made: Attempt | None,
        now: datetime,
        actor: Actor = Actor.VISITOR,
        taking: Taking | None = None,
    ) -> Answer:
        """Keep a booking, its claim on time, its mails and its answer in one transaction; return the answer.

        Whoever takes what was held for her came by a mail: her address is her own, and its mails are not counted.
        An attempt already answered gets that answer and has no other effect. Raises SlotTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            if taking:
                taking(connection)
            around = occupied(connection, reach(meeting, booking.start, availability), now)
            refusals = judge(meeting, booking.start, availability, around, now)
            if not refusals:
                forget_past_claims(connection, now)
                busy = time_to_keep(connection, booking, claim(meeting, booking.start), meeting.seats, now)
                add(connection, booking, busy)
                if keep_booked_time(connection, booking, busy, meeting.seats, now):
                    note(connection, Changed(booking, Event.BOOKED, actor), booking.start, now)
                    if taking:
                        enqueue(connection, booking.id, envelopes, now)
                    else:
                        enqueue_for(connection, booking.id, envelopes, actor, now)
                    if made:
                        remember(connection, made, answer, now)
                    return answer
            connection.rollback()
        # Looked for only now, when nobody waits for our place in the database any more.
        free = nearest(meeting, booking.start, availability, self.occupied(window(availability, now), now), now)
        raise SlotTaken(refusals, tuple(slot for slot in free if slot.start != booking.start))

    def change(
        self,
        booking_id: str,
        decide: Callable[[Booking, Callable[[Interval], Occupied]], Changed],
        answer: Callable[[Booking], Answer],
        made: Attempt | None,
        now: datetime,
    ) -> Answer | None:
        """Change a booking as `decide` says, with its time, its history and its mails, in one transaction.

        `decide` sees the booking as no other change can touch it, and the time that others occupy; what it raises
        leaves all as it was. Returns None where there is no such booking. Raises SlotTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
            if row is None:
                return None
            before = newest_revision(connection, booking_of(row))
            changed = decide(before, lambda interval: occupied(connection, interval, now, booking_id))
            after = changed.booking
            if changed.claim or not after.status.holds_time:
                release_booked_time(connection, booking_id, now)
            else:
                group_has_changed(connection, booking_id, now)
            if changed.claim is None:
                replace(connection, after, before, None)
            else:
                busy = time_to_keep(connection, after, changed.claim, changed.seats, now)
                replace(connection, after, before, busy)
                if not keep_booked_time(connection, after, busy, changed.seats, now):
                    raise SlotTaken(())
            note(connection, changed, before.start, now)
            lost = outdate(connection, booking_id, readers_of(changed.event), now)
            enqueue_for(connection, booking_id, changed.envelopes, changed.actor, now, in_place_of=lost)
            told = answer(after)
            if made:
                remember(connection, made, told, now)
            return told

    def earlier(self, made: Attempt) -> Answer | None:
        """Find what an attempt was answered before; None where it was not. Raises KeyReused."""
        with reachable(), self._engine.begin() as connection:
            return replay(connection, made)

    def keep_message(
        self,
        message: Message,
        envelopes: Sequence[Envelope],
        answer: Answer,
        made: Attempt | None,
        now: datetime,
    ) -> Answer:
        """Keep a message, its mails and its answer in one transaction, as `book` does; raises KeyReused."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            connection.execute(insert(messages).values(message.model_dump()))
            enqueue(connection, message.id, envelopes, now)
            if made:
                remember(connection, made, answer, now)
            return answer

    def block(self, block: Block) -> None:
        """Keep time for the owner herself; what is booked in it already stays booked."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            connection.execute(insert(blocks).values(block.model_dump()))

    def unblock(self, block_id: str) -> bool:
        """Give a block's time back; False where there is no such block."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            return connection.execute(blocks.delete().where(blocks.c.id == block_id)).rowcount == 1

    def occupied(self, interval: Interval, now: datetime, but: str | Sequence[str] | None = None) -> Occupied:
        """Read what is taken around an interval: one query, whose cost the history does not change.

        The time of the booking `but`, or of several, counts as free.
        """
        with reachable(), self._engine.begin() as connection:
            return occupied(connection, interval, now, but)

    def speak(self, booking_id: str, language: str | None) -> None:
        """Note the language of a visitor, for all dates of a series: her mails are in it from now on."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            same = or_(bookings.c.id == booking_id, bookings.c.series_id == series_of(connection, booking_id))
            connection.execute(update(bookings).where(same).values(language=language))

    def booking(self, booking_id: str) -> Booking | None:
        """Find a booking by its id."""
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
        return None if row is None else booking_of(row)

    def last_word(self, booking_id: str) -> str | None:
        """Find what the owner said with the last change of a booking, corrections of its address aside."""
        changes = (history.c.booking_id == booking_id, history.c.event != Event.CORRECTED.value)
        last = select(history).where(*changes).order_by(history.c.at.desc(), history.c.id.desc()).limit(1)
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(last).one_or_none()
        return row.word if row and row.actor == Actor.OWNER.value else None

    def last_change(self, booking_id: str) -> LastChange | None:
        """Find what last happened to a booking, and what has become of the visitor's mail about it."""
        changes = select(history).where(history.c.booking_id == booking_id)
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(changes.order_by(history.c.at.desc(), history.c.id.desc()).limit(1)).one_or_none()
            mail = last_mail(connection, booking_id)
            if row and mail is None and row.in_series:
                mail = last_mail(connection, series_of(connection, booking_id))
        return LastChange(Event(row.event), Actor(row.actor), row.at, mail) if row else None

    def write_nothing(self) -> None:
        """Commit a change that changes nothing, to learn whether the database takes any."""
        with reachable(), self._writer.begin() as connection:
            connection.execute(insert(keys).values(name="probe", value=""))
            connection.execute(keys.delete().where(keys.c.name == "probe"))

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """Return a secret made once: of several processes that make it at once, all get the first one's."""
        upsert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        with reachable(), self._writer.begin() as connection:
            connection.execute(upsert(keys).values(name=name, value=make()).on_conflict_do_nothing())
            value: str = connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one()
        return value
