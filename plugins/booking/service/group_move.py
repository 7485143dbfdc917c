"""Group move: the owner moves a meeting of several people, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from plugins.booking.service.agreement import moved_agreement
from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.explain import taken_words
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.room_names import RoomNames
from plugins.booking.storage.booking_rows import Changed
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.group_store import Around, GroupStore
from plugins.booking.storage.idempotency import Attempt
from plugins.content.office import Office
from plugins.domain import booking_lifecycle
from plugins.domain.agreed_meeting import AgreedMeeting, room_link, to_move_by
from plugins.domain.availability import Availability
from plugins.domain.booking_lifecycle import Actor, ChangeRefused, Event
from plugins.domain.bookings import Booking
from plugins.domain.slots import Refusal, Slot, claim, judge, reach


class CannotFollow(NamedTuple):
    """Somebody of a group who cannot move with it, and why; `taken` tells what has the time."""

    booking: Booking
    refusals: tuple[Refusal, ...] = ()
    words: str = ""
    taken: str = ""


class GroupRefused(Exception):
    """Conflict: nobody was moved, as some cannot follow, or all of `number`."""

    def __init__(self, who: Sequence[CannotFollow], number: int) -> None:
        super().__init__("group refused")
        self.who = who
        self.is_everybody = len(who) == number


class GroupMove:
    """Group move; its methods raise Unavailable."""

    def __init__(
        self,
        store: Store,
        booking_service: BookingService,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._groups = GroupStore(store.engine)
        self._booking_service = booking_service
        self._rooms = RoomNames(store)
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake

    def meeting(self, people: Sequence[Booking]) -> AgreedMeeting:
        """What the group holds, by the hours that this kind of meeting has now."""
        return self._meeting(people[0], people, self._office().availability)

    def free(self, people: Sequence[Booking], first: date, last: date) -> tuple[Slot, ...]:
        """The times of some days that have a seat for each of them."""
        meeting, ids = self.meeting(people), [one.id for one in people]
        slots = self._booking_service.slots(meeting, first, last, ids)
        return tuple(one for one in slots if (one.left or 0) >= len(people) and one.start != people[0].start)

    def move(self, group_id: str, start: datetime, word: str | None, any_notice: bool, made: Attempt) -> str | None:
        """Move all of a group to a start; returns the group they are in then, None where there is nobody.

        Raises GroupRefused, SlotTaken, KeyReused.
        """
        self._mail_composer.prepare()
        self._rooms.prepare()
        now, availability = self._clock(), self._office().availability
        rules = availability.without_notice() if any_notice else availability

        def decide(people: list[Booking], others: Around) -> list[Changed]:
            refused, changes = list[CannotFollow](), list[Changed]()
            around = others(reach(self._meeting(people[0], people, rules), start, rules))
            for one in people:
                meeting = self._meeting(one, people, rules)
                try:
                    after = booking_lifecycle.reschedule(one, start, meeting, availability, Actor.OWNER, now)
                except ChangeRefused as never:
                    refused.append(CannotFollow(one, words=str(never)))
                    continue
                # Those before her are there already, and she joins them.
                if refusals := judge(meeting, start, rules, around, now):
                    taken = taken_words(meeting, start, availability, around)
                    refused.append(CannotFollow(one, refusals, taken=taken))
                    continue
                around = around.with_booking(meeting, start, claim(meeting, start))
                changes.append(self._changed(one, self._at(after, meeting, rules), meeting, word, now))
            if refused:
                raise GroupRefused(refused, len(people))
            return changes

        moved = self._groups.move(group_id, decide, made, now)
        self._wake()
        return moved

    def _meeting(self, one: Booking, people: Sequence[Booking], rules: Availability) -> AgreedMeeting:
        meeting = to_move_by(self._mail_composer.occasion(one).meeting, rules)
        # Those who sit together stay together, though fewer might book today.
        return meeting.model_copy(update={"seats": max(meeting.seats or 0, len(people), 2)})

    def _at(self, after: Booking, meeting: AgreedMeeting, rules: Availability) -> Booking:
        """A moved booking, at the place where she is then and in the room of its new time."""
        if after.agreed is None:
            return after
        agreed = moved_agreement(self._office, after.agreed, meeting, after.start, rules)
        link = room_link(agreed, self._rooms.new(agreed, after.start)) or agreed.link
        return after.model_copy(update={"agreed": agreed.model_copy(update={"link": link})})

    def _changed(
        self, before: Booking, after: Booking, meeting: AgreedMeeting, word: str | None, now: datetime
    ) -> Changed:
        mails = self._mail_composer.about_booking(Event.RESCHEDULED, after, Actor.OWNER, now, word, before=before.start)
        time = claim(meeting, after.start)
        return Changed(after, Event.RESCHEDULED, Actor.OWNER, word, time, meeting.seats, envelopes=mails)
