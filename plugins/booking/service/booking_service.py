"""Booking service: free slots, new bookings and contact messages, from fields to database and mails.

The JSON API and the pages both come here, so that they can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from plugins.booking.mail.texts.booking_mails import calendar_entry
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.texts.series_mails import series_entry
from plugins.booking.service.agreement import agreement, with_own_answers
from plugins.booking.service.appointment import Appointment
from plugins.booking.service.explain import Verdict, explain
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.room_names import RoomNames
from plugins.booking.service.series_booking import SeriesBooking
from plugins.booking.service.spam_score import Signal, SpamSignals, spam_signals
from plugins.booking.storage.booking_store import SlotTaken, Store, Taking
from plugins.booking.storage.idempotency import Answer, Attempt
from plugins.booking.storage.ids import new_id
from plugins.content.mail_addresses import visitor_address
from plugins.content.office import Office
from plugins.domain.availability import Availability, Meeting
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Message, Status
from plugins.domain.language import _, further_language
from plugins.domain.questions import written_answers
from plugins.domain.requests import (
    BookingRequest,
    FieldError,
    InvalidRequest,
    UnknownMeeting,
    read_booking,
    read_message,
    read_start,
)
from plugins.domain.slots import Slot, judge, nearest, offered, window
from plugins.domain.wall_clock import Interval

_DAY = timedelta(days=1)
_INNOCENT = SpamSignals()


class BookingService:
    """Booking service: free slots, bookings, messages; `office` gives the content now, `wake` tells of new mail."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._rooms = RoomNames(store)
        self._mail_composer = mail_composer
        self._tokens = tokens
        self._office = office
        self._clock = clock
        self._wake = wake
        self.series = SeriesBooking(store, mail_composer, office, clock, wake)

    def meeting(self, slug: str) -> Meeting:
        """Find a kind of meeting; raises UnknownMeeting."""
        found = self._office().availability.meeting(slug)
        if found is None:
            raise UnknownMeeting(slug)
        return found

    def slots(
        self, meeting: Meeting, first: date, last: date, but: str | Sequence[str] | None = None
    ) -> tuple[Slot, ...]:
        """Return the free slots of the owner's days from first to last, both included.

        The time of the booking `but`, which is to move, or of several, counts as free.
        """
        availability, now = self._office().availability, self._clock()
        first, last = max(first, self.today()), min(last, self.last_day(meeting))
        if first > last:
            return ()
        # Wider on both sides than any zone's idea of these days, and than what a meeting may claim around them.
        around = Interval(_midnight(first) - 2 * _DAY, _midnight(last) + 4 * _DAY)
        return offered(meeting, first, last, availability, self._store.occupied(around, now, but), now)

    def today(self) -> date:
        """Return the owner's present day."""
        return self._office().availability.local_day(self._clock())

    def last_day(self, meeting: Meeting) -> date:
        """Return the last of the owner's days on which a meeting can be booked at present."""
        availability = self._office().availability
        return availability.local_day(self._clock() + availability.horizon_of(meeting))

    def explain(self, meeting: Meeting, start: datetime) -> tuple[Verdict, ...]:
        """Tell the owner, rule by rule, why a start can be booked now or not."""
        availability, now = self._office().availability, self._clock()
        day = timedelta(days=2)
        occupied = self._store.occupied(Interval(start - day, start + day), now)
        return explain(meeting, start, availability, occupied, now)

    def read_booking(self, fields: Mapping[str, object]) -> BookingRequest:
        """Parse the fields of a booking; raises InvalidRequest, UnknownMeeting."""
        office = self._office()
        request = read_booking(fields, office.availability, office.catalogue, visitor_address)
        _must_be_ordinary(request.start)
        return with_own_answers(self._office, request)

    def read_start(self, raw: object) -> datetime:
        """Parse another start for a booking; raises InvalidRequest."""
        start = read_start(raw)
        _must_be_ordinary(start)
        return start

    def check_free(self, meeting: Meeting, start: datetime) -> None:
        """Raise SlotTaken where a slot could not be booked now; a booking is judged again as it is kept."""
        availability, now = self._office().availability, self._clock()
        occupied = self._store.occupied(window(availability, now), now)
        if refusals := judge(meeting, start, availability, occupied, now):
            raise SlotTaken(refusals, nearest(meeting, start, availability, occupied, now))

    def book(
        self,
        request: BookingRequest,
        made: Attempt | None,
        form: Iterable[Signal] = (),
        taking: Taking | None = None,
    ) -> Answer:
        """Keep a booking with its mails and return the API's answer; `form` is what the form told besides.

        `taking` gives back, within it, the time held for whoever books. Raises SlotTaken, KeyReused, Unavailable.
        """
        meeting = self.meeting(request.meeting)
        status = Status.CONFIRMED if meeting.confirmation == "automatic" else Status.PENDING
        words = (request.message, *written_answers(meeting.questions, request.answers))
        weighed = spam_signals(request.name, words, form)
        return self._book(request, meeting, self._office().availability, status, Actor.VISITOR, made, weighed, taking)

    def earlier(self, made: Attempt) -> Answer | None:
        """Find what an attempt was answered before; None where it was not. Raises KeyReused, Unavailable."""
        return self._store.earlier(made)

    def book_for(self, request: BookingRequest, made: Attempt | None, any_notice: bool) -> Answer:
        """Keep a booking that the owner makes for a client, confirmed; `any_notice` lets her book at once.

        Raises SlotTaken, KeyReused, Unavailable.
        """
        availability = self._office().availability
        rules = availability.without_notice() if any_notice else availability
        meeting = rules.meeting(request.meeting) or self.meeting(request.meeting)
        return self._book(request, meeting, rules, Status.CONFIRMED, Actor.OWNER, made)

    def _book(
        self,
        request: BookingRequest,
        meeting: Meeting,
        rules: Availability,
        status: Status,
        actor: Actor,
        made: Attempt | None,
        weighed: SpamSignals = _INNOCENT,
        taking: Taking | None = None,
    ) -> Answer:
        if request.repeat:
            return self.series.book(request, meeting, rules, status, actor, made, weighed)
        now = self._clock()
        booking = Booking(
            id=new_id(now),
            status=status,
            end=request.start + timedelta(minutes=meeting.minutes),
            created_at=now,
            updated_at=now,
            invited=status is Status.CONFIRMED,
            agreed=agreement(self._office, meeting, request.start, rules, self._rooms.new(meeting, request.start)),
            language=further_language(),
            **request.model_dump(exclude={"repeat"}),
        )
        write = self._mail_composer
        mails = write.about_booking(Event.BOOKED, booking, actor, now, spam_status=weighed.status)
        answer = self._store.book(booking, meeting, rules, mails, write.answer(booking), made, now, actor, taking)
        self._wake()
        return answer

    def leave_message(self, fields: Mapping[str, object], made: Attempt | None, form: Iterable[Signal] = ()) -> Answer:
        """Keep a message with its mail; `form` is what the form told. Raises InvalidRequest, KeyReused, Unavailable."""
        now = self._clock()
        request = read_message(fields, self._office().catalogue, visitor_address)
        message = Message(id=new_id(now), created_at=now, language=further_language(), **request.model_dump())
        weighed = spam_signals(f"{message.name} {message.subject or ''}", (message.message,), form)
        envelopes = self._mail_composer.about_message(message, now, weighed.status)
        told = {"id": message.id, **self._mail_composer.languages.told(message.language)}
        answer = self._store.keep_message(message, envelopes, told, made, now)
        self._wake()
        return answer

    def booking_id(self, token: str) -> str | None:
        """Read which booking a token manages."""
        return self._tokens.read(token)

    def appointment(self, token: str) -> Appointment | None:
        """Find what a token was made for."""
        booking_id = self._tokens.read(token)
        booking = self._store.booking(booking_id) if booking_id else None
        if booking is None:
            return None
        changed = self._store.last_change(booking.id)
        series = tuple(self.series.bookings(booking))
        return Appointment(booking, self._mail_composer.occasion(booking), self._clock(), changed, series)

    def invitation(self, found: Appointment) -> Invitation:
        """Return an appointment as a calendar entry to download."""
        if found.series:
            return series_entry(found.series, found.occasion)
        return calendar_entry(found.booking, found.occasion)

    def answer(self, booking: Booking) -> Answer:
        """Tell a booking as the API does."""
        return self._mail_composer.answer(booking)

    def token(self, booking_id: str) -> str:
        """Return the token that manages a booking."""
        return self._tokens.sign(booking_id)


def ordinary(instant: datetime) -> bool:
    """Say whether an instant is far enough from the ends of the calendar to add a meeting's length to it."""
    return date.min.year < instant.year < date.max.year


def _must_be_ordinary(start: datetime) -> None:
    if not ordinary(start):
        raise InvalidRequest((FieldError(field="start", message=_("Scegli un giorno e un orario dall’elenco.")),))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
