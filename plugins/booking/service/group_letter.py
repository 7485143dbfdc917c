"""Group letter: what the owner writes to all people of a group, to each in a mail of her own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.idempotency import Attempt, remember, replay
from plugins.booking.storage.outbox import enqueue
from plugins.domain.bookings import Booking


class LetterUnwritten(Exception):
    """A mail of the letter cannot be written as the settings are; none is sent."""


class GroupLetter:
    """Group letter: all its mails are queued, or none is."""

    def __init__(
        self, store: Store, mail_composer: MailComposer, clock: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        self._writer = writing(store.engine)
        self._mail_composer = mail_composer
        self._clock = clock
        self._wake = wake

    def send(self, people: Sequence[Booking], word: str, made: Attempt) -> None:
        """Queue a mail to each, once for an attempt; raises LetterUnwritten, KeyReused, Unavailable."""
        now = self._clock()
        self._mail_composer.prepare()
        mails = [(one.id, self._mail_composer.about_word(one, word, now)) for one in people]
        if any(envelope.problem for _, envelope in mails):
            raise LetterUnwritten
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if replay(connection, made) is not None:
                return
            for about, envelope in mails:
                enqueue(connection, about, [envelope], now)
            remember(connection, made, {"number": len(mails)}, now)
        self._wake()
