"""The front desk: what a booking or a message means, from its fields to what is kept and mailed.

The JSON API and the pages both come here, so that they can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from plugins.booking.idempotency import Answer, Attempt
from plugins.booking.ids import new_id
from plugins.booking.mime import address_of, compose
from plugins.booking.outbox import Envelope
from plugins.booking.settings import Settings
from plugins.booking.store import SlotTaken, Store
from plugins.booking.tokens import Tokens
from plugins.content.office import Office
from plugins.domain.availability import Meeting
from plugins.domain.bookings import Booking, Message, Status
from plugins.domain.catalogue import Service
from plugins.domain.invitations import Invitation
from plugins.domain.messages import Links, Mail, booking_mails, calendar_entry, message_mails
from plugins.domain.requests import (
    BookingRequest,
    FieldError,
    InvalidRequest,
    UnknownMeeting,
    read_booking,
    read_message,
)
from plugins.domain.slots import Slot, judge, nearest, offered, window
from plugins.domain.wall_clock import Interval

_DAY = timedelta(days=1)
_NEW_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Appointment:
    """A booking with what it refers to, as the content is now."""

    booking: Booking
    meeting: Meeting
    service: Service | None
    just_made: bool


class Desk:
    """Answers for the owner; `office` gives her content as it is now, `wake` tells of new mail."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        tokens: Tokens,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._tokens = tokens
        self._office = office
        self._clock = clock
        self._wake = wake

    def meeting(self, slug: str) -> Meeting:
        """Find a kind of meeting; raises UnknownMeeting."""
        found = self._office().availability.meeting(slug)
        if found is None:
            raise UnknownMeeting(slug)
        return found

    def slots(self, meeting: Meeting, first: date, last: date) -> tuple[Slot, ...]:
        """Return the free slots of the owner's days from first to last, both included."""
        availability, now = self._office().availability, self._clock()
        first, last = max(first, self.today()), min(last, self.last_day())
        if first > last:
            return ()
        # A day wider on both sides than any zone's idea of these days.
        around = Interval(_midnight(first) - _DAY, _midnight(last) + 2 * _DAY)
        return offered(meeting, first, last, availability, self._store.occupied(around), now)

    def today(self) -> date:
        """Return the owner's present day."""
        return self._office().availability.local_day(self._clock())

    def last_day(self) -> date:
        """Return the last of the owner's days that can be booked at present."""
        availability = self._office().availability
        return availability.local_day(self._clock() + availability.horizon)

    def read_booking(self, fields: Mapping[str, object]) -> BookingRequest:
        """Parse the fields of a booking; raises InvalidRequest, UnknownMeeting."""
        office = self._office()
        request = read_booking(fields, office.availability, office.catalogue)
        if not ordinary(request.start):
            raise InvalidRequest((FieldError(field="start", message="Scegli un giorno e un orario dall’elenco."),))
        return request

    def check_free(self, meeting: Meeting, start: datetime) -> None:
        """Raise SlotTaken where a slot could not be booked now; a booking is judged again as it is kept."""
        availability, now = self._office().availability, self._clock()
        occupied = self._store.occupied(window(availability, now))
        if refusals := judge(meeting, start, availability, occupied, now):
            raise SlotTaken(refusals, nearest(meeting, start, availability, occupied, now))

    def book(self, request: BookingRequest, made: Attempt | None) -> Answer:
        """Keep a booking with its mails and return the API's answer.

        Raises SlotTaken, KeyReused, Unavailable.
        """
        office, now = self._office(), self._clock()
        meeting = self.meeting(request.meeting)
        booking = Booking(
            id=new_id(now),
            status=Status.CONFIRMED if meeting.confirmation == "automatic" else Status.PENDING,
            end=request.start + timedelta(minutes=meeting.minutes),
            created_at=now,
            sequence=0,
            **request.model_dump(),
        )
        envelopes = self._envelopes(self._booking_mails(office, booking, meeting), office, now)
        answer = self.answer(booking)
        answer = self._store.book(booking, meeting, office.availability, envelopes, answer, made, now)
        self._wake()
        return answer

    def leave_message(self, fields: Mapping[str, object], made: Attempt | None) -> Answer:
        """Keep a message with its mail; raises InvalidRequest, KeyReused, Unavailable."""
        office, now = self._office(), self._clock()
        request = read_message(fields, office.catalogue)
        message = Message(id=new_id(now), created_at=now, **request.model_dump())
        service = office.catalogue.service(message.service) if message.service else None
        zone = office.availability.timezone
        mails = message_mails(message, service, office.identity, zone, self._owner(office))
        envelopes = self._envelopes(mails, office, now)
        answer = self._store.keep_message(message, envelopes, {"id": message.id}, made, now)
        self._wake()
        return answer

    def appointment(self, token: str) -> Appointment | None:
        """Find what a token was made for."""
        booking_id = self._tokens.read(token)
        booking = self._store.booking(booking_id) if booking_id else None
        if booking is None:
            return None
        office = self._office()
        service = office.catalogue.service(booking.service) if booking.service else None
        meeting = office.availability.meeting(booking.meeting) or _no_longer_held(booking)
        return Appointment(booking, meeting, service, self._clock() - booking.created_at < _NEW_FOR)

    def invitation(self, found: Appointment) -> Invitation:
        """Return an appointment as a calendar entry to download."""
        office = self._office()
        return calendar_entry(
            found.booking,
            found.meeting,
            found.service,
            office.identity,
            office.availability.timezone,
            self._links(found.booking.id),
            address_of(self._sender(office)),
        )

    def answer(self, booking: Booking) -> Answer:
        """Tell a booking as the API does, its times in the owner's zone."""
        zone = self._office().availability.timezone
        links = self._links(booking.id)
        return {
            "id": booking.id,
            "status": booking.status.value,
            "meeting": booking.meeting,
            "start": booking.start.astimezone(zone).isoformat(),
            "end": booking.end.astimezone(zone).isoformat(),
            "manage_url": links.manage,
            "calendar_url": links.calendar,
        }

    def token(self, booking_id: str) -> str:
        """Return the token that manages a booking."""
        return self._tokens.sign(booking_id)

    def _links(self, booking_id: str) -> Links:
        site = self._settings.site_url
        manage = f"{site}/appuntamenti/{self._tokens.sign(booking_id)}/"
        return Links(manage=manage, calendar=f"{manage}invito.ics", site=f"{site}/")

    def _booking_mails(self, office: Office, booking: Booking, meeting: Meeting) -> tuple[Mail, ...]:
        return booking_mails(
            booking,
            meeting,
            office.catalogue.service(booking.service) if booking.service else None,
            office.identity,
            office.availability.timezone,
            self._links(booking.id),
            self._owner(office),
            address_of(self._sender(office)),
        )

    def _envelopes(self, mails: Sequence[Mail], office: Office, now: datetime) -> list[Envelope]:
        sender, host = self._sender(office), urlsplit(self._settings.site_url).hostname
        envelopes = []
        for mail in mails:
            envelope_id = new_id(now)
            message_id = f"<{envelope_id}@{host}>"
            mime = compose(mail, sender, office.identity.brand, message_id, now)
            envelopes.append(
                Envelope(envelope_id, mail.kind, address_of(sender), address_of(mail.to), message_id, mime)
            )
        return envelopes

    def _owner(self, office: Office) -> str:
        return self._settings.owner_email or office.identity.email

    def _sender(self, office: Office) -> str:
        return self._settings.sender or office.identity.email


def ordinary(instant: datetime) -> bool:
    """Say whether an instant is far enough from the ends of the calendar to add a meeting's length to it."""
    return date.min.year < instant.year < date.max.year


def _no_longer_held(booking: Booking) -> Meeting:
    """Stand in for a kind of meeting that has left the content while its bookings remain."""
    minutes = (booking.end - booking.start) // timedelta(minutes=1)
    return Meeting(slug=booking.meeting, title="Appuntamento", minutes=minutes, step=minutes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
