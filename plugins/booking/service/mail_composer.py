"""Mail composer: turns bookings and messages into mails for the outbox, and into API answers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from plugins.booking.mail.mime import address_of, compose
from plugins.booking.mail.texts.booking_context import BookingContext
from plugins.booking.mail.texts.booking_mails import FOLLOW_UP, follow_up, mails_about, reminders, word_mail
from plugins.booking.mail.texts.bounce_mails import bounced_mail, reply_mail
from plugins.booking.mail.texts.contact_mails import Mail, marked, message_mails
from plugins.booking.mail.texts.series_mails import SeriesChange, series_mails_about
from plugins.booking.mail.texts.sign_in_mail import sign_in_mail
from plugins.booking.service.appointment import whereabouts
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.site_languages import SiteLanguages
from plugins.booking.service.visitor_links import VisitorLinks
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import Answer
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.invitation_replies import KeptReply
from plugins.booking.storage.missing_mails import kinds_of
from plugins.booking.storage.outbox import Envelope
from plugins.content.office import Office
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Message, meeting_of
from plugins.domain.follow_up import FollowUp, follow_up_of

_log = logging.getLogger(__name__)
_OWNERS, _VISITORS = "-owner", "-visitor"  # how the kinds of mails end


class MailComposer:
    """Mail composer: writes in the owner's name, with her content as it is now."""

    def __init__(self, settings: Settings, store: Store, tokens: Tokens, office: Callable[[], Office]) -> None:
        self._settings = settings
        self._tokens = tokens
        self._office = office
        self.languages, self.links = SiteLanguages(office), VisitorLinks(settings, tokens, office)
        self._installation = cache(lambda: store.secret("installation", lambda: _installation(settings)))

    @property
    def owner_email(self) -> str:
        """Where submissions go."""
        return self._settings.owner_email or self._office().identity.email

    @property
    def installation(self) -> str:
        """What ends the UIDs of this installation's events: no other one has it, and it never changes."""
        return self._installation()

    def prepare(self) -> None:
        """Read what the database keeps for writing, before a transaction of one's own begins."""
        self._tokens.sign("")
        self._installation()

    def occasion(self, booking: Booking) -> BookingContext:
        """Gather what mails and calendars need to know of a booking."""
        office = self._office()
        return BookingContext(
            meeting=meeting_of(booking, office.availability, office.identity),
            service=office.catalogue.service(booking.service) if booking.service else None,
            identity=office.identity,
            availability=office.availability,
            links=self.links.about(booking),
            owner_email=self.owner_email,
            sender=self._own_address(),
            installation=self.installation,
        )

    def envelopes(self, mails: Iterable[Mail], now: datetime) -> list[Envelope]:
        """Write mails out, each with the Message-ID it keeps over all attempts; one that cannot be has a `problem`."""
        return [self._envelope(mail, now) for mail in mails]

    def about_booking(
        self,
        event: Event,
        booking: Booking,
        actor: Actor,
        now: datetime,
        word: str | None = None,
        before: datetime | None = None,
        spam_status: str | None = None,
    ) -> list[Envelope]:
        """Write what a change of a booking says to both; see `mails_about`. Raises Unavailable alone."""

        def tell() -> Iterable[Mail]:
            mails = mails_about(event, booking, self.occasion(booking), actor, word, before)
            return marked(mails, spam_status)

        return self._written(tell, kinds_of(event), booking, now)

    def about_series(self, change: SeriesChange, now: datetime, spam_status: str | None = None) -> list[Envelope]:
        """Write what a change of several dates of a series says to both, once. Raises Unavailable alone."""

        def tell() -> Iterable[Mail]:
            return marked(series_mails_about(change, self.occasion(change.first)), spam_status)

        return self._written(tell, kinds_of(change.event, in_series=True), change.first, now)

    def about_reminder(self, booking: Booking, now: datetime) -> list[Envelope]:
        """Write what reminds both of a meeting. Raises Unavailable alone."""
        kinds = ("reminder-owner", "reminder-visitor")
        return self._written(lambda: reminders(booking, self.occasion(booking), now), kinds, booking, now)

    def about_follow_up(self, booking: Booking, found: FollowUp, now: datetime) -> list[Envelope]:
        """Write what the owner says to the visitor after a meeting. Raises Unavailable alone."""

        def tell() -> Iterable[Mail]:
            there = follow_up_of(booking, self._office().availability) or found  # in her language
            link = self.links.testimonial(booking.id) if found.asks_testimonial else None
            return (follow_up(booking, self.occasion(booking), there.text, link),)

        return self._written(tell, (FOLLOW_UP,), booking, now)

    def about_word(self, booking: Booking, word: str, now: datetime) -> Envelope:
        """Write what the owner has to say to all of a group, to one of them; with a `problem` where it cannot be."""
        with self.languages.speaking(booking.language):
            return self._envelope(word_mail(booking, self.occasion(booking), word), now)

    def about_bounce(self, booking: Booking, status: str, now: datetime) -> list[Envelope]:
        """Write what tells the owner that a mail of a booking came back; nothing where it cannot be written."""
        return self.if_written(lambda: bounced_mail(booking, self.occasion(booking), status), now)

    def about_reply(self, booking: Booking, reply: KeptReply) -> list[Envelope]:
        """Write what tells the owner how an invitation was answered; nothing where it cannot be written."""
        said = (reply.answer, reply.comment, reply.proposed)
        return self.if_written(lambda: reply_mail(booking, self.occasion(booking), *said), reply.at)

    def answer(self, booking: Booking) -> Answer:
        """Tell a booking as the API does, in its own language and its times in the owner's zone."""
        with self.languages.speaking(booking.language):
            zone = self._office().availability.timezone
            links = self.links.about(booking)
            return {
                "id": booking.id,
                "status": booking.status.value,
                "meeting": booking.meeting,
                "start": booking.start.astimezone(zone).isoformat(),
                "end": booking.end.astimezone(zone).isoformat(),
                "manage_url": links.manage,
                "calendar_url": links.calendar,
                **whereabouts(booking, self._office()),
                **self.languages.told(booking.language),
            }

    def about_message(self, message: Message, now: datetime, spam_status: str | None = None) -> list[Envelope]:
        """Write the mail that brings a message to the owner, marked where it is suspect."""

        def tell() -> Iterable[Mail]:
            office = self._office()
            service = office.catalogue.service(message.service) if message.service else None
            zone = office.availability.timezone
            return marked(message_mails(message, service, office.identity, zone, self.owner_email), spam_status)

        return self._written(tell, ("message-owner",), message, now)

    def sign_in(self, token: str, code: str, lasts: timedelta, now: datetime) -> Envelope:
        """Write the mail with a link into the agenda and a code, good as long as `lasts`."""
        mail = sign_in_mail(self.sign_in_link(token), code, lasts, self._office().identity, self.owner_email)
        return self.envelopes([mail], now)[0]

    def agenda(self) -> str:
        """Return the address of the agenda."""
        return f"{self._settings.site_url}/agenda/"

    def sign_in_link(self, token: str) -> str:
        """Return the address that opens the agenda with a token."""
        return f"{self._settings.site_url}/agenda/entra/{token}/"

    def _written(
        self, tell: Callable[[], Iterable[Mail]], kinds: Iterable[str], visitor: Booking | Message, now: datetime
    ) -> list[Envelope]:
        """Write mails out, each in its reader's language, the owner's first.

        Where it fails to tell even what they say, each of these kinds has a `problem`: what somebody asks for is kept
        whatever becomes of its mails.
        """

        def told(code: str | None, readers: tuple[str, ...]) -> list[Envelope]:
            with self.languages.speaking(code):
                try:
                    return self.envelopes([one for one in tell() if one.kind.endswith(readers)], now)
                except Unavailable:
                    raise
                except Exception as error:
                    to = {_VISITORS: visitor.email, _OWNERS: self.owner_email}
                    return [
                        self._unwritten(kind, to[end], error, now)
                        for kind in kinds
                        for end in readers
                        if kind.endswith(end)
                    ]

        if visitor.language is None:
            return told(None, (_OWNERS, _VISITORS))
        return told(None, (_OWNERS,)) + told(visitor.language, (_VISITORS,))

    def if_written(self, tell: Callable[[], Mail], now: datetime) -> list[Envelope]:
        """Write a mail that the agenda tells in any case, and whose absence nobody has to mend."""
        try:
            with self.languages.speaking(None):
                written = self._envelope(tell(), now)
        except Unavailable:
            raise
        except Exception as error:
            _log.exception("a mail to the owner cannot be written; the agenda tells it", exc_info=error)
            return []
        return [] if written.problem else [written]

    def _envelope(self, mail: Mail, now: datetime) -> Envelope:
        envelope_id = new_id(now)
        message_id = self._message_id(envelope_id)
        try:
            sender, recipient = self._sender(), address_of(mail.to)
            mime = compose(mail, sender, self._office().identity.brand, message_id, now)
            return Envelope(envelope_id, mail.kind, address_of(sender), recipient, message_id, mime)
        except Exception as error:
            return self._unwritten(mail.kind, mail.to, error, now)

    def _unwritten(self, kind: str, to: str, error: Exception, now: datetime) -> Envelope:
        _log.exception("a mail (%s) cannot be written; what it is about is kept", kind, exc_info=error)
        envelope_id = new_id(now)
        return Envelope(envelope_id, kind, "", to, self._message_id(envelope_id), b"", type(error).__name__)

    def _message_id(self, envelope_id: str) -> str:
        return f"<{envelope_id}@{urlsplit(self._settings.site_url).hostname}>"

    def _sender(self) -> str:
        return self._settings.sender or self._office().identity.email

    def _own_address(self) -> str:
        try:
            return address_of(self._sender())
        except ValueError:
            return ""  # pages are drawn of an occasion too


def _installation(settings: Settings) -> str:
    return f"{secrets.token_hex(6)}.{urlsplit(settings.site_url).hostname}"
