"""Series changes: several dates of a series moved, called off or answered at once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from plugins.booking.mail.texts.series_mails import SeriesChange
from plugins.booking.service.agreement import moved_agreement
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.room_names import RoomNames
from plugins.booking.storage.booking_rows import Changed
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.idempotency import Answer, Attempt
from plugins.booking.storage.series_store import Around, SeriesChanged, SeriesStore, SeriesTaken
from plugins.content.office import Office
from plugins.domain import booking_lifecycle
from plugins.domain.agreed_meeting import room_link, to_move_by
from plugins.domain.availability import Availability
from plugins.domain.booking_lifecycle import Actor, ChangeRefused, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.series import SeriesDate, judge_dates, series_reach
from plugins.domain.slots import claim
from plugins.domain.wall_clock import wall_instant

Change = Callable[[Booking, datetime], Booking]
Free = Callable[[Sequence[str]], Around]


class Scope(StrEnum):
    """How much of a series is meant: one date, that one and those after it, or all that are to come."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


# What is answered of one date is answered of all that wait with it: they were asked together.
TOGETHER = {Event.APPROVED, Event.DECLINED, Event.EXPIRED, Event.CORRECTED}


class SeriesChanges:
    """Series changes by the id of one of its bookings; each returns the API's answer, None where there is no series."""

    def __init__(
        self,
        store: Store,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._series = SeriesStore(store.engine)
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake
        self._rooms = RoomNames(store)

    def series_of(self, booking_id: str) -> str | None:
        """Find the series that a booking is of; None where it is of none."""
        booking = self._store.booking(booking_id)
        return booking.series.id if booking and booking.series else None

    def answer(
        self, series_id: str, booking_id: str, event: Event, change: Change, others: Change, actor: Actor,
        word: str | None,
    ) -> Answer | None:  # fmt: skip
        """Answer one date with `change`, and with `others` each that waits with it. Raises ChangeRefused."""
        states = {Status.PENDING, Status.CONFIRMED} if event is Event.CORRECTED else {Status.PENDING}

        def pick(booking: Booking, chosen: Booking) -> bool:
            return booking.status in states

        return self._change(series_id, booking_id, event, change, others, pick, actor, word, None)

    def cancel(
        self, series_id: str, booking_id: str, scope: Scope, actor: Actor, word: str | None, made: Attempt | None
    ) -> Answer | None:
        """Call off a date and those of the scope that can still be. Raises ChangeRefused, KeyReused."""
        availability = self._office().availability

        def change(booking: Booking, now: datetime) -> Booking:
            return booking_lifecycle.cancel(booking, availability, actor, now)

        return self._change(
            series_id, booking_id, Event.CANCELLED, change, change, _within(scope), actor, word, made
        )  # fmt: skip

    def reschedule(
        self,
        series_id: str,
        booking_id: str,
        start: datetime,
        scope: Scope,
        actor: Actor,
        word: str | None,
        rules: Availability,
        made: Attempt | None,
        new_room: bool = False,
    ) -> Answer | None:
        """Move a date to a start, and those of the scope by as much on the clock, each judged. Raises SeriesTaken.

        With `new_room` those that move share another video room from then on.
        """
        now, zone, availability = self._clock(), rules.timezone, self._office().availability

        def decide(whole: list[Booking], free: Free) -> SeriesChanged:
            chosen = next(one for one in whole if one.id == booking_id)
            meeting = to_move_by(self._mail_composer.occasion(chosen).meeting, rules)
            booking_lifecycle.reschedule(chosen, start, meeting, availability, actor, now)
            by = _wall(start, rules) - _wall(chosen.start, rules)
            group = [one for one in whole if _within(scope)(one, chosen) and one.status.is_open and one.start > now]
            dates, moved, room = [], [], None
            for one in group:
                wall = _wall(one.start, rules) + by
                at = start if one is chosen else wall_instant(wall.date(), wall.hour * 60 + wall.minute, zone)
                try:
                    after = booking_lifecycle.reschedule(one, at or one.start + by, meeting, availability, actor, now)
                except ChangeRefused:
                    continue  # one that comes before the chosen, and is too near to be changed
                if after.agreed is not None:
                    agreed = moved_agreement(self._office, after.agreed, meeting, after.start, rules)
                    if agreed.seats or new_room:
                        if agreed.seats or room is None:
                            room = self._rooms.new(agreed, after.start)
                        link = room_link(agreed, room) or agreed.link
                        agreed = agreed.model_copy(update={"link": link})
                    after = after.model_copy(update={"agreed": agreed})
                moved.append((one, after))
                dates.append(SeriesDate(one.series.number if one.series else 0, wall.date(), at, is_moved=True))
            others = free([one.id for one, _after in moved])(series_reach(meeting, dates, rules, now))
            judged = judge_dates(meeting, dates, rules, others, now)
            if any(one.refusals for one in judged):
                raise SeriesTaken(judged)
            several, before = len(moved) > 1, {one.id: one.start for one, _after in moved}
            changes = [
                Changed(
                    after, Event.RESCHEDULED, actor, word, claim(meeting, after.start), meeting.seats, in_series=several
                )
                for _one, after in moved
            ]
            return self._told(whole, chosen, changes, now, before)

        return self._kept(series_id, decide, made, now)

    def _change(
        self,
        series_id: str,
        booking_id: str,
        event: Event,
        change: Change,
        others: Change,
        pick: Callable[[Booking, Booking], bool],
        actor: Actor,
        word: str | None,
        made: Attempt | None,
    ) -> Answer | None:
        now = self._clock()

        def decide(whole: list[Booking], free: Free) -> SeriesChanged:
            chosen = next(one for one in whole if one.id == booking_id)
            after = [change(chosen, now)]
            for one in whole:
                if one is not chosen and one.status.is_open and pick(one, chosen):
                    try:
                        after.append(others(one, now))
                    except ChangeRefused:
                        continue  # past, or too near to be changed
            several = len(after) > 1
            return self._told(
                whole, chosen, [Changed(one, event, actor, word, in_series=several) for one in after], now
            )  # fmt: skip

        return self._kept(series_id, decide, made, now)

    def _told(
        self,
        whole: list[Booking],
        chosen: Booking,
        changes: list[Changed],
        now: datetime,
        before: dict[str, datetime] | None = None,
    ) -> SeriesChanged:
        changes.sort(key=lambda one: one.booking.id != chosen.id)  # the one that was asked about is answered
        first, after = changes[0], {one.booking.id: one.booking for one in changes}
        if len(changes) == 1:
            was = (before or {}).get(chosen.id)
            mails = self._mail_composer.about_booking(first.event, first.booking, first.actor, now, first.word, was)
            return SeriesChanged(changes, mails)
        as_now = [after.get(one.id, one) for one in whole]
        changed = [one.booking for one in changes]
        return SeriesChanged(
            changes,
            self._mail_composer.about_series(
                SeriesChange(first.event, changed, as_now, first.actor, first.word, before), now
            ),
        )

    def _kept(
        self,
        series_id: str,
        decide: Callable[[list[Booking], Free], SeriesChanged],
        made: Attempt | None,
        now: datetime,
    ) -> Answer | None:
        self._mail_composer.prepare()
        self._rooms.prepare()
        answer = self._series.change(series_id, decide, self._mail_composer.answer, made, now)
        self._wake()
        return answer


def _within(scope: Scope) -> Callable[[Booking, Booking], bool]:
    if scope is Scope.ALL:
        return lambda booking, chosen: True
    if scope is Scope.FOLLOWING:
        return lambda booking, chosen: booking.start >= chosen.start
    return lambda booking, chosen: booking.id == chosen.id


def _wall(instant: datetime, rules: Availability) -> datetime:
    return instant.astimezone(rules.timezone).replace(tzinfo=None)
