"""Testimonials: what clients write after a meeting, for the owner to approve or decline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from plugins.booking.mail.texts.testimonial_mails import testimonial_mail
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.testimonial_file import TestimonialFile, file_of_words
from plugins.booking.storage.outbox import Envelope
from plugins.booking.storage.testimonial_store import AboutBooking, TestimonialStore
from plugins.content.office import Office
from plugins.content.testimonials_reader import without_marks
from plugins.domain.bookings import Booking
from plugins.domain.language import _
from plugins.domain.requests import FieldError, InvalidRequest
from plugins.domain.testimonial_form import GivenTestimonial, TestimonialRequest, read_testimonial


class Testimonials:
    """Testimonials of one store and one content; the methods block, and raise Unavailable."""

    def __init__(
        self,
        store: TestimonialStore,
        tokens: Tokens,
        mail_composer: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._mail_composer = mail_composer
        self._office = office
        self._clock = clock
        self._wake = wake

    def of_token(self, token: str) -> AboutBooking | None:
        """Find the booking that a token lets be written about, and its words."""
        booking_id = self._tokens.read_testimonial(token)
        return self._store.find(booking_id) if booking_id else None

    def read(self, fields: Mapping[str, object]) -> TestimonialRequest:
        """Read the form; what Markdown would take for a sign is not in the words. Raises InvalidRequest."""
        asked = read_testimonial(fields)
        text = without_marks(asked.text)
        if not text:
            raise InvalidRequest((FieldError(field="text", message=_("Scrivi due parole.")),))
        return asked.model_copy(update={"text": text})

    def give(self, booking_id: str, asked: TestimonialRequest) -> None:
        """Keep the words of a client, and tell the owner; raises NotHeld, AlreadyDecided."""
        composer, now = self._mail_composer, self._clock()
        composer.prepare()

        def write(booking: Booking, given: GivenTestimonial) -> list[Envelope]:
            return composer.if_written(
                lambda: testimonial_mail(booking, composer.occasion(booking), given, composer.agenda()), now
            )

        self._store.give(booking_id, asked, write, now)
        self._wake()

    def withdraw(self, booking_id: str) -> None:
        """Erase words that their client takes back; raises AlreadyDecided."""
        self._store.withdraw(booking_id)

    def everything(self) -> list[AboutBooking]:
        """All words, those that wait for the owner first."""
        return self._store.everything()

    def waiting(self) -> int:
        """How many wait for the owner."""
        return self._store.waiting()

    def approve(self, booking_id: str, seen: datetime) -> bool:
        """Approve the words that the owner has `seen`; False where they are others by now, or gone."""
        return self._store.approve(booking_id, seen, self._clock())

    def close(self, booking_id: str, seen: datetime) -> bool:
        """Erase words that the owner has `seen` and does not want, or no longer needs; False as of `approve`."""
        return self._store.close(booking_id, seen, self._clock())

    def file(self, found: AboutBooking) -> TestimonialFile | None:
        """The file of approved words, for her to commit; None where they still wait."""
        office, given = self._office(), found.given
        if given is None or given.approved_at is None or given.closed_at:
            return None
        service = office.catalogue.service(found.booking.service) if found.booking.service else None
        return file_of_words(given, service.slug if service else None, office.availability.timezone)

    def is_published(self, file: TestimonialFile) -> bool:
        """Whether a file is on the site already."""
        return any(one.slug == file.slug for one in self._office().testimonials)

    def find(self, booking_id: str) -> AboutBooking | None:
        """Find the words about a booking."""
        return self._store.find(booking_id)
