"""Series store: saves and changes the bookings of a series, all of them in one transaction or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from plugins.booking.storage.booking_rows import Changed, add, booking_of, note, replace
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.claims import forget_past_claims, occupied
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.group_seats import keep_booked_time, release_booked_time, time_to_keep
from plugins.booking.storage.idempotency import Answer, Attempt, remember, replay
from plugins.booking.storage.mail_quota import enqueue_for
from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.outdated_mails import outdate, outdate_series, readers_of
from plugins.booking.storage.schema import bookings
from plugins.domain.availability import Availability, Meeting
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking
from plugins.domain.busy_time import Occupied
from plugins.domain.series import SeriesDate, judge_dates, series_reach
from plugins.domain.slots import Refusal, claim
from plugins.domain.wall_clock import Interval

Around = Callable[[Interval], Occupied]


class SeriesTaken(SlotTaken):
    """Conflict: some dates of a series cannot be had; `dates` are all of them, each with what stands against it."""

    def __init__(self, dates: tuple[SeriesDate, ...]) -> None:
        refusals: dict[Refusal, None] = {refusal: None for one in dates for refusal in one.refusals}
        super().__init__(tuple(refusals))
        self.dates = dates


@dataclass(frozen=True)
class SeriesChanged:
    """Result of a change of several bookings of a series, with the mails that tell of them together."""

    changes: Sequence[Changed]
    envelopes: Sequence[Envelope] = ()


class SeriesStore:
    """Series store; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def book(
        self,
        booked: Sequence[Booking],
        meeting: Meeting,
        dates: tuple[SeriesDate, ...],
        availability: Availability,
        envelopes: Sequence[Envelope],
        answer: Answer,
        made: Attempt | None,
        now: datetime,
        actor: Actor = Actor.VISITOR,
    ) -> Answer:
        """Keep a booking for each date that is not dropped, as `Store.book` keeps one.

        An attempt already answered gets that answer and has no other effect. Raises SeriesTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            around = occupied(connection, series_reach(meeting, dates, availability, now), now)
            judged = judge_dates(meeting, dates, availability, around, now)
            if any(one.refusals for one in judged):
                connection.rollback()
                raise SeriesTaken(judged)
            forget_past_claims(connection, now)
            for booking in booked:
                busy = time_to_keep(connection, booking, claim(meeting, booking.start), meeting.seats, now)
                add(connection, booking, busy)
                if not keep_booked_time(connection, booking, busy, meeting.seats, now):
                    connection.rollback()
                    raise SeriesTaken(judged)
                note(connection, Changed(booking, Event.BOOKED, actor, in_series=True), booking.start, now)
            enqueue_for(connection, booked[0].id, envelopes, actor, now)
            if made:
                remember(connection, made, answer, now)
            return answer

    def bookings(self, series_id: str) -> list[Booking]:
        """Find the bookings of a series, by the order of its rule."""
        with reachable(), self._engine.begin() as connection:
            return bookings_of(connection, series_id)

    def change(
        self,
        series_id: str,
        decide: Callable[[list[Booking], Callable[[Sequence[str]], Around]], SeriesChanged],
        answer: Callable[[Booking], Answer],
        made: Attempt | None,
        now: datetime,
    ) -> Answer | None:
        """Change bookings of a series as `decide` says, in one transaction, as `Store.change` changes one.

        `decide` sees them all, and is given what others than those it names occupy. Returns the first that was
        changed, or None where there is no such series. Raises SlotTaken, KeyReused.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if made and (earlier := replay(connection, made)) is not None:
                return earlier
            before = {one.id: one for one in bookings_of(connection, series_id)}
            newest = max((one.sequence for one in before.values()), default=0)
            before = {name: one.model_copy(update={"sequence": newest}) for name, one in before.items()}
            if not before:
                return None
            changed = decide(
                list(before.values()), lambda but: lambda interval: occupied(connection, interval, now, but)
            )
            keep_changes(connection, before, changed.changes, now)
            event, actor = changed.changes[0].event, changed.changes[0].actor
            lost: set[str] = set()
            for one in changed.changes:
                lost |= outdate(connection, one.booking.id, readers_of(event), now)
            several = len(changed.changes) > 1
            if several:
                names = [one.booking.id for one in changed.changes]
                lost |= outdate_series(connection, series_id, names, readers_of(event), now)
            about = series_id if several else changed.changes[0].booking.id
            enqueue_for(connection, about, changed.envelopes, actor, now, in_place_of=lost)
            told = answer(changed.changes[0].booking)
            if made:
                remember(connection, made, told, now)
            return told


def bookings_of(connection: Connection, series_id: str) -> list[Booking]:
    """Read the bookings of a series, by the order of its rule."""
    query = select(bookings).where(bookings.c.series_id == series_id).order_by(bookings.c.series_number)
    return [booking_of(row) for row in connection.execute(query)]


def keep_changes(connection: Connection, before: dict[str, Booking], changes: Sequence[Changed], now: datetime) -> None:
    """Write several changes within one transaction; raises SlotTaken where the time of one is another's."""
    # All that moves gives its time back first: one may come where another was.
    for one in changes:
        if one.claim or not one.booking.status.holds_time:
            release_booked_time(connection, one.booking.id, now)
    for one in changes:
        if one.claim is None:
            replace(connection, one.booking, before[one.booking.id], None)
        else:
            busy = time_to_keep(connection, one.booking, one.claim, one.seats, now)
            replace(connection, one.booking, before[one.booking.id], busy)
            if not keep_booked_time(connection, one.booking, busy, one.seats, now):
                raise SlotTaken(())
        note(connection, one, before[one.booking.id].start, now)
