"""Waiting list: who asks to be told of time that comes free, confirms, is offered it, and takes it or leaves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from plugins.booking.mail.texts.waiting_mails import asked_mail, offer_mail
from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.storage.idempotency import Answer, Attempt
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.outdated_mails import WAITING_ASKED, WAITING_OFFER
from plugins.booking.storage.waiting import Standing, TooManyMails, WaitingStore, take_offer
from plugins.booking.storage.waiting_offers import WaitingOffers, WaitingState
from plugins.content.mail_addresses import visitor_address
from plugins.content.office import Office
from plugins.domain.availability import Meeting
from plugins.domain.busy_time import Occupied
from plugins.domain.language import _
from plugins.domain.requests import BookingRequest, FieldError, InvalidRequest, UnknownMeeting
from plugins.domain.slots import Slot, offered, window
from plugins.domain.waiting_list import (
    Offer,
    Waiting,
    WaitingRequest,
    has_waiting_list,
    held_until,
    next_offer,
    read_waiting,
)
from plugins.domain.wall_clock import Interval

_HOUR = timedelta(hours=1)


class NoWaitingList(Exception):
    """Nobody can wait: the owner keeps no list."""


class WaitingList:
    """Waiting list of one store and one content; the methods block, and raise Unavailable."""

    def __init__(
        self,
        store: WaitingStore,
        offers: WaitingOffers,
        booking_service: BookingService,
        tokens: Tokens,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._offers = offers
        self._booking_service = booking_service
        self._tokens = tokens
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake
        self._mails_forgotten: datetime | None = None

    def read(self, fields: Mapping[str, object]) -> WaitingRequest:
        """Parse the fields of the form; raises InvalidRequest, UnknownMeeting, NoWaitingList."""
        office, service = self._office(), self._booking_service
        meeting = fields.get("meeting")
        if isinstance(meeting, str) and office.availability.meeting(meeting):
            self.must_be_open()
        today = service.today()
        return read_waiting(fields, office.availability, office.catalogue, today, service.last_day, visitor_address)

    def must_be_open(self) -> None:
        """Raise NoWaitingList where nobody can wait."""
        if not has_waiting_list(self._office().availability):
            raise NoWaitingList

    def ask(self, request: WaitingRequest, made: Attempt | None) -> Answer:
        """Keep who asks to be told, and have her confirm by mail; raises InvalidRequest, KeyReused."""
        now = self._clock()
        meeting = self._booking_service.meeting(request.meeting)
        self._mail_composer.prepare()
        listed = Waiting(
            id=new_id(now),
            created_at=now,
            free=frozenset(slot.start for slot in self._booking_service.slots(meeting, request.first, request.last)),
            **request.model_dump(),
        )
        links = self._mail_composer.links
        mail = asked_mail(WAITING_ASKED, listed, meeting, self._office(), links.waiting(listed.id), links.site)
        answer = {
            "id": listed.id,
            "meeting": listed.meeting,
            "from": listed.first.isoformat(),
            "to": listed.last.isoformat(),
            "status": "unconfirmed",
            **self._mail_composer.languages.told(listed.language),
        }
        try:
            kept = self._store.ask(listed, self._mail_composer.envelopes([mail], now), answer, made, now)
        except TooManyMails:
            words = _(
                "A questo indirizzo sono già partite le mail di oggi: cerca lì quella da confermare, o riprova domani."
            )
            raise InvalidRequest((FieldError(field="email", message=words),)) from None
        self._wake()
        return kept

    def standing(self, token: str) -> Standing | None:
        """Find how the one stands whom a token was made for."""
        waiting_id = self._tokens.read_waiting(token)
        return self._store.standing(waiting_id, self._clock()) if waiting_id else None

    def token(self, waiting_id: str) -> str:
        """Return the token by which somebody manages her place in the list."""
        return self._tokens.sign_waiting(waiting_id)

    def confirm(self, waiting_id: str) -> None:
        """Let somebody wait from now on; raises TooManyLists."""
        self._store.confirm(waiting_id, self._clock())
        self._wake()

    def leave(self, waiting_id: str) -> None:
        """Forget somebody."""
        self._store.leave(waiting_id)
        self._wake()

    def decline(self, waiting_id: str, start: datetime) -> None:
        """Give a time back that is held for somebody, who goes on waiting."""
        self._store.decline(waiting_id, start)
        self._wake()

    def read_taking(self, listed: Waiting, start: datetime, fields: Mapping[str, object]) -> BookingRequest:
        """Put together the booking of a held time, of what is known and what is asked now; raises InvalidRequest."""
        known = {"meeting": listed.meeting, "start": start.isoformat(), "name": listed.name, "email": listed.email}
        if listed.service and self._office().catalogue.service(listed.service):
            known["service"] = listed.service
        if listed.timezone:
            known["timezone"] = listed.timezone
        asked = {name: fields[name] for name in ("phone", "answers", "message") if name in fields}
        return self._booking_service.read_booking(asked | known)

    def take(self, listed: Waiting, request: BookingRequest, made: Attempt | None) -> Answer:
        """Book the time that is held for somebody, who waits no more; raises OfferGone, SlotTaken, KeyReused."""
        return self._booking_service.book(request, made, taking=take_offer(listed.id, request.start, self._clock()))

    def earlier(self, made: Attempt) -> Answer | None:
        """Find what an attempt was answered before; None where it was not, or said something else."""
        return self._store.earlier(made)

    def offer_next(self) -> Offer | None:
        """Hold the next time that came free for who is next, and tell her; None where nobody is to be told."""
        now, office = self._clock(), self._office()
        if office.availability.waiting_hold is None or self._offers.look(self._decide, now) is None:
            return None
        self._mail_composer.prepare()
        offer = self._offers.make(self._decide, self._kind, self._told, now)
        if offer:
            self._wake()
        return offer

    def end_holds(self) -> int:
        """End the holds whose time is over."""
        return self._offers.end(self._lengthened, self._clock())

    def forget(self) -> None:
        """Delete who never confirmed, whose days are over, and once an hour the record of the mails of who is gone."""
        now = self._clock()
        self._offers.forget(self._booking_service.today(), now)
        if self._mails_forgotten is None or now - self._mails_forgotten >= _HOUR:
            self._offers.forget_mails(now)
            self._mails_forgotten = now

    def _decide(self, state: WaitingState, around: Callable[[Interval], Occupied]) -> Offer | None:
        now, availability = self._clock(), self._office().availability
        occupied = around(window(availability, now))
        first = availability.local_day(now)

        def slots(meeting: Meeting) -> tuple[Slot, ...]:
            if not has_waiting_list(availability):
                return ()
            last = availability.local_day(now + availability.horizon_of(meeting))
            return offered(meeting, first, last, availability, occupied, now)

        return next_offer(state.listed, state.told, state.holding, slots, availability, now)

    def _kind(self, offer: Offer) -> Meeting:
        return self._booking_service.meeting(offer.slot.meeting)

    def _told(self, offer: Offer) -> list[Envelope]:
        with self._mail_composer.languages.speaking(offer.waiting.language):
            meeting, links = self._booking_service.meeting(offer.slot.meeting), self._mail_composer.links
            mail = offer_mail(
                WAITING_OFFER, offer, meeting, self._office(), links.waiting(offer.waiting.id), links.site
            )
            return self._mail_composer.envelopes([mail], self._clock())

    def _lengthened(self, meeting: str, start: datetime) -> datetime | None:
        availability = self._office().availability
        try:
            return held_until(start, self._booking_service.meeting(meeting), availability, self._clock())
        except UnknownMeeting:
            return None
