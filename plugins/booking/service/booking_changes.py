"""Booking changes: reschedule, cancel, approve, decline, expire, each in one transaction.

The rules again, the row, its time and its mails, whoever makes the change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from plugins.booking.service.agreement import moved_agreement
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.room_names import RoomNames
from plugins.booking.service.series_changes import TOGETHER, Change, Scope, SeriesChanges
from plugins.booking.storage.booking_rows import Changed
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.idempotency import Answer, Attempt
from plugins.content.office import Office
from plugins.domain import booking_lifecycle
from plugins.domain.agreed_meeting import room_link, to_move_by, with_timetable
from plugins.domain.availability import Availability, Meeting
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking
from plugins.domain.busy_time import Occupied
from plugins.domain.slots import claim, judge, nearest, reach, window
from plugins.domain.wall_clock import Interval

Around = Callable[[Interval], Occupied]


class BookingChanges:
    """Booking changes by id; each method returns the API's answer, or None where there is no such booking.

    They raise ChangeRefused where the booking's state or the policy forbids the change, KeyReused, Unavailable.
    """

    def __init__(
        self,
        store: Store,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._rooms = RoomNames(store)
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake
        self._series = SeriesChanges(store, mail_composer, office, clock, wake)

    def reschedule(
        self,
        booking_id: str,
        start: datetime,
        actor: Actor,
        word: str | None = None,
        any_notice: bool = False,
        made: Attempt | None = None,
        scope: Scope = Scope.ONE,
        new_room: bool = False,
    ) -> Answer | None:
        """Move a booking to another start; its own present time counts as free. Raises SlotTaken.

        More of its series, where the `scope` is wider, move with it. With `new_room` one that has a video room of its
        own gets another.
        """
        self._rooms.prepare()
        now, availability = self._clock(), self._office().availability
        rules = availability.without_notice() if any_notice else availability
        if scope is not Scope.ONE and (series := self._series.series_of(booking_id)):
            return self._series.reschedule(series, booking_id, start, scope, actor, word, rules, made, new_room)

        def decide(booking: Booking, around: Around) -> Changed:
            meeting = to_move_by(self._mail_composer.occasion(booking).meeting, rules)
            after = booking_lifecycle.reschedule(booking, start, meeting, availability, actor, now)
            if refusals := judge(meeting, start, rules, around(reach(meeting, start, rules)), now):
                raise SlotTaken(refusals)
            after = self._in_its_room(self._at_its_place(after, meeting, start, rules), new_room)
            told = self._told(Event.RESCHEDULED, after, actor, now, word, booking.start)
            return replace(told, claim=claim(meeting, start), seats=meeting.seats)

        try:
            return self._change(booking_id, decide, made, now)
        except SlotTaken as taken:
            booking = self._store.booking(booking_id)
            if booking is None:
                return None
            meeting = with_timetable(self._mail_composer.occasion(booking).meeting, rules)
            occupied = self._store.occupied(window(rules, now), now, booking_id)
            free = nearest(meeting, start, rules, occupied, now, 4)
            others = [slot for slot in free if slot.start not in {start, booking.start}]
            raise SlotTaken(taken.refusals, tuple(others[:3])) from None

    def _in_its_room(self, booking: Booking, new_room: bool) -> Booking:
        """A booking that moves, in another video room where that is asked for, or in that of its new group."""
        agreed = booking.agreed
        if agreed is None or not (agreed.seats or new_room):
            return booking
        link = room_link(agreed, self._rooms.new(agreed, booking.start)) or agreed.link
        return booking.model_copy(update={"agreed": agreed.model_copy(update={"link": link})})

    def _at_its_place(self, after: Booking, meeting: Meeting, start: datetime, rules: Availability) -> Booking:
        """A moved booking with the place where she is then, which the hours of another time may say."""
        if after.agreed is None:
            return after
        agreed = moved_agreement(self._office, after.agreed, meeting, start, rules)
        return after.model_copy(update={"agreed": agreed})

    def cancel(
        self,
        booking_id: str,
        actor: Actor,
        word: str | None = None,
        made: Attempt | None = None,
        scope: Scope = Scope.ONE,
    ) -> Answer | None:
        """Call a booking off, or as much of its series as the `scope` says; its time is free again."""
        now = self._clock()
        if scope is not Scope.ONE and (series := self._series.series_of(booking_id)):
            return self._series.cancel(series, booking_id, scope, actor, word, made)

        def decide(booking: Booking, around: Around) -> Changed:
            after = booking_lifecycle.cancel(booking, self._office().availability, actor, now)
            return self._told(Event.CANCELLED, after, actor, now, word)

        return self._change(booking_id, decide, made, now)

    def speak(self, booking_id: str, code: str) -> str | None:
        """Write to a visitor in another language from now on; return its prefix, None where the site has it not."""
        known = self._mail_composer.languages.known(code)
        if known is None:
            return None
        language = known.code if known.code in self.languages else None
        self._store.speak(booking_id, language)
        return f"{language}/" if language else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that the site has besides its own."""
        return tuple(self._mail_composer.languages.further())

    def approve(self, booking_id: str, word: str | None = None, seen: datetime | None = None) -> Answer | None:
        """Confirm a request that waits, at the start she has `seen`; its time is kept for it already."""
        return self._by_owner(
            booking_id,
            Event.APPROVED,
            lambda booking, now: booking_lifecycle.approve(booking, now, seen),
            word,
            booking_lifecycle.approve,
        )

    def decline(self, booking_id: str, word: str | None = None, seen: datetime | None = None) -> Answer | None:
        """Turn a request down, at the start she has `seen`; its time is free again."""
        return self._by_owner(
            booking_id,
            Event.DECLINED,
            lambda booking, now: booking_lifecycle.decline(booking, now, seen),
            word,
            booking_lifecycle.decline,
        )

    def miss(self, booking_id: str) -> Answer | None:
        """Note that the visitor did not come."""
        return self._by_owner(booking_id, Event.NO_SHOW, booking_lifecycle.miss)

    def correct(self, booking_id: str, email: str) -> Answer | None:
        """Put a mistyped address right and send its mail again, to the right one, with what the owner said in it."""
        word = self._store.last_word(booking_id)
        return self._by_owner(
            booking_id, Event.CORRECTED, lambda booking, now: booking_lifecycle.correct(booking, email, now), word
        )

    def expire(self, booking_id: str) -> Answer | None:
        """End a request that nobody answered in time."""
        availability = self._office().availability
        return self._by(
            Actor.TIME,
            booking_id,
            Event.EXPIRED,
            lambda booking, now: booking_lifecycle.expire(booking, availability, now),
            others=lambda booking, now: booking_lifecycle.expire(booking, availability, now, with_due=True),
        )

    def finish(self, booking_id: str) -> Answer | None:
        """Note that a meeting is over."""
        return self._by(Actor.TIME, booking_id, Event.DONE, booking_lifecycle.finish)

    def _by_owner(
        self, booking_id: str, event: Event, change: Change, word: str | None = None, others: Change | None = None
    ) -> Answer | None:
        return self._by(Actor.OWNER, booking_id, event, change, word, others)

    def _by(
        self,
        actor: Actor,
        booking_id: str,
        event: Event,
        change: Change,
        word: str | None = None,
        others: Change | None = None,
    ) -> Answer | None:
        now = self._clock()
        if event in TOGETHER and (series := self._series.series_of(booking_id)):
            return self._series.answer(series, booking_id, event, change, others or change, actor, word)

        def decide(booking: Booking, around: Around) -> Changed:
            return self._told(event, change(booking, now), actor, now, word)

        return self._change(booking_id, decide, None, now)

    def _told(
        self,
        event: Event,
        after: Booking,
        actor: Actor,
        now: datetime,
        word: str | None = None,
        before: datetime | None = None,
    ) -> Changed:
        mails = self._mail_composer.about_booking(event, after, actor, now, word, before)
        return Changed(after, event, actor, word, envelopes=mails)

    def _change(
        self,
        booking_id: str,
        decide: Callable[[Booking, Around], Changed],
        made: Attempt | None,
        now: datetime,
    ) -> Answer | None:
        self._mail_composer.prepare()
        answer = self._store.change(booking_id, decide, self._mail_composer.answer, made, now)
        self._wake()
        return answer
