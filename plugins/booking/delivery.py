"""Sends what the outbox holds: to the relay, again and again with patience, and marked only when it was accepted."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from plugins.booking.engine import Unavailable
from plugins.booking.outbox import LEASE, Envelope, Leased, Outbox, Urgency, urgency_of
from plugins.booking.smtp import Absent, Deferred, Refused

GIVEN_UP_AFTER = timedelta(days=5)
FEWEST_ATTEMPTS = 12  # that a mail to the owner has had by then, however long it could not be tried at all
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=4)
_LONGEST_PAUSE = timedelta(minutes=1)
_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Whatever hands an envelope over: calls `accepted` once it is, else raises Refused, Deferred or Absent."""

    def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
        """Hand one envelope over."""


def wait_before(attempts: int, chance: Callable[[], float], longest: timedelta = _LONGEST_WAIT) -> timedelta:
    """How long to wait after so many attempts: anywhere up to a ceiling that doubles (full jitter)."""
    ceiling = min(longest, _FIRST_WAIT * 2 ** min(attempts, 20))
    return timedelta(seconds=ceiling.total_seconds() * chance())


class Delivery:
    """Works the outbox off with a sender; any number of these may run at once, in any number of processes.

    A recipient who is not taken is tried again later and later, for five days, without touching any other mail; one who
    is refused for good is given up, but for the owner, whose mailbox is known to be there. While there is no relay at
    all nothing is spent: the most urgent mail asks for it again and again, and when it is back all that waited goes out
    in order of urgency.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        upto: Urgency = Urgency.DIGEST,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._chance = chance
        self._upto = upto
        self._absences = 0
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._unmarked: list[tuple[Leased, datetime]] = []

    def deliver_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Try every mail that is due once, until `stop`; return how many were sent. Raises Unavailable."""
        sent = 0
        self._mark()
        while not stop() and self._clock() >= self._not_before:
            leased = self._outbox.lease(self._clock(), self._upto)
            if leased is None:
                break
            sent += self._deliver(leased)
        return sent

    def _deliver(self, leased: Leased) -> bool:
        envelope = leased.envelope

        def accepted() -> None:
            self._unmarked.append((leased, self._clock()))
            self._mark()

        try:
            with self._held(leased):
                self._sender(envelope, accepted)
        except Refused as error:
            self._absences = 0
            if urgency_of(envelope.kind) is Urgency.OWNER:
                # Her own mailbox is there: it is full, or the relay not yet set up for it.
                self._put_off(leased, error)
                return False
            _log.error("mail %s (%s) refused for good: %s", envelope.id, envelope.kind, first_word(str(error)))
            self._outbox.dead(leased, self._clock(), str(error))
            return False
        except Deferred as error:
            self._absences = 0
            self._put_off(leased, error)
            return False
        except Absent as error:
            self._wait_for_a_relay(leased, error)
            return False
        self._absences = 0
        _log.info("mail %s (%s) accepted by the relay", envelope.id, envelope.kind)
        return True

    def _mark(self) -> None:
        # What was accepted while the database did not answer is marked before anything else is sent.
        while self._unmarked:
            self._outbox.sent(*self._unmarked[0])
            self._unmarked.pop(0)

    def _put_off(self, leased: Leased, error: Exception) -> None:
        if not self._given_up(leased, error):
            again = self._clock() + wait_before(leased.attempts, self._chance)
            _log.warning("mail %s (%s) put off: %s", leased.envelope.id, leased.envelope.kind, first_word(str(error)))
            self._outbox.later(leased, again, str(error))

    def _wait_for_a_relay(self, leased: Leased, error: Exception) -> None:
        self._absences += 1
        pause = wait_before(self._absences, self._chance, _LONGEST_PAUSE)
        self._not_before = self._clock() + pause
        _log.warning("there is no relay: %s", first_word(str(error)))
        if not self._given_up(leased, error):
            self._outbox.untried(leased, self._clock(), str(error))

    def _given_up(self, leased: Leased, error: Exception) -> bool:
        now, envelope = self._clock(), leased.envelope
        if now - leased.created_at < GIVEN_UP_AFTER:
            return False
        if urgency_of(envelope.kind) is Urgency.OWNER and leased.attempts < FEWEST_ATTEMPTS:
            return False  # it has waited for a relay, or in a copy that was put back
        _log.error("mail %s (%s) given up after %d attempts", envelope.id, envelope.kind, leased.attempts)
        self._outbox.dead(leased, now, str(error))
        return True

    @contextmanager
    def _held(self, leased: Leased) -> Iterator[None]:
        """Renew the lease as long as the conversation lasts: a slow relay's mail is nobody else's."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(LEASE.total_seconds() / 3):
                try:
                    self._outbox.renew(leased, self._clock())
                except Unavailable:
                    _log.warning("the lease of mail %s cannot be renewed", leased.envelope.id)

        holding = threading.Thread(target=renew, name="lease", daemon=True)
        holding.start()
        try:
            yield
        finally:
            done.set()
            holding.join()


def first_word(error: str) -> str:
    """The code or the kind of a failure: a relay's reply often quotes the recipient, who is nobody else's to know."""
    return error.split(" ", 1)[0].rstrip(":")
