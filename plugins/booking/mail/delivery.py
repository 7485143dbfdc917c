"""Mail delivery: sends the outbox to the relay, with retries and backoff.

A mail is marked as sent only when the relay accepted it.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from plugins.booking.mail.delivery_failure import (
    Banned,
    ConnectionClosing,
    Deferred,
    LoginRefused,
    OutcomeUnknown,
    Refused,
    RelayUnavailable,
    SenderRejected,
    UnsendableMail,
)
from plugins.booking.mail.login_backoff import LoginBackoff
from plugins.booking.mail.mail_health import login_trouble
from plugins.booking.smtp_replies import brief_of
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.outbox import LEASE, Envelope, Leased, Outbox, Urgency, urgency_of

GIVEN_UP_AFTER = timedelta(days=5)
FEWEST_ATTEMPTS = 12  # that a mail to the owner has had by then, however long it could not be tried at all
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=4)
_LONGEST_PAUSE = timedelta(minutes=1)
# From who says that it is too much for now.
_LONGEST_RESPITE = timedelta(minutes=5)
# From who names a time itself: a day's quota may free some of it before.
_LONGEST_ASKED = timedelta(hours=1)
# Where nobody knows whether the mail was taken (RFC 5321, 4.5.4.1), and where somebody has to mend something first.
_UNKNOWN_WAIT, _REFUSED_WAIT = timedelta(minutes=30), timedelta(minutes=10)
_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Mail sender interface: calls `accepted` once an envelope is handed over, else raises what `smtp` names."""

    login: str | None

    def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
        """Hand one envelope over."""


def wait_before(attempts: int, chance: Callable[[], float], longest: timedelta = _LONGEST_WAIT) -> timedelta:
    """How long to wait after so many attempts: anywhere up to a ceiling that doubles (full jitter)."""
    ceiling = min(longest, _FIRST_WAIT * 2 ** min(attempts, 20))
    return timedelta(seconds=ceiling.total_seconds() * chance())


def wait_at_least(first: timedelta, growth: float, chance: Callable[[], float]) -> timedelta:
    """How long to wait: `growth` times as long as `first`, or down to half of that, and never less than `first`."""
    ceiling = min(_LONGEST_WAIT, first * growth)
    return max(first, ceiling * (1 + chance()) / 2)


def _asked(error: Deferred) -> timedelta:
    return min(error.asked, _LONGEST_ASKED) if isinstance(error, ConnectionClosing) else timedelta(0)


class Delivery:
    """Delivery of the outbox by a sender; any number may run at once, in any number of processes.

    A recipient who is not taken is tried again later and later, for five days, without touching any other mail; one who
    is refused for good is given up, but for the owner, whose mailbox is known to be there. What is refused to everybody
    is kept. While there is no relay at all nothing is spent: the most urgent mail asks for it again and again, and when
    it is back all that waited goes out in order of urgency. A login that is refused is tried by one at a time, with
    long pauses (`LoginBackoff`).
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
        self._login = LoginBackoff(outbox.engine, sender.login) if sender.login else None
        self._absences = 0
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._unmarked: list[tuple[Leased, datetime]] = []

    def deliver_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Try every mail that is due once, until `stop`; return how many were sent. Raises Unavailable."""
        sent = 0
        self._mark()
        while not stop() and self._clock() >= self._not_before:
            if self._login and self._login.waits(self._clock()):
                break
            leased = self._outbox.lease(self._clock(), self._upto)
            if leased is None:
                break
            if self._login and not self._login.take(self._clock()):
                self._outbox.untouched(leased, self._clock())
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
        except LoginRefused as error:
            self._wait_for_a_login(leased, error)
            return False
        except RelayUnavailable as error:
            if self._login:
                self._login.untried(self._clock())
            self._wait_for_a_relay(leased, error)
            return False
        except UnsendableMail as error:
            if self._login:
                self._login.untried(self._clock())
            _log.error("mail %s (%s) cannot be written: %s", envelope.id, envelope.kind, error)
            self._outbox.unwritten(leased, self._clock(), str(error))
            return False
        except (Refused, SenderRejected, OutcomeUnknown, Deferred) as error:
            before = self._absences
            self._has_talked()
            if isinstance(error, ConnectionClosing):
                # This mail waits as any other, so that no single one can hold up the rest.
                self._absences = before + 1
                respite = wait_before(self._absences, self._chance, _LONGEST_RESPITE)
                self._not_before = self._clock() + max(respite, _asked(error))
            self._not_taken(leased, error)
            return False
        self._has_talked()
        _log.info("mail %s (%s) accepted by the relay", envelope.id, envelope.kind)
        return True

    def _has_talked(self) -> None:
        self._absences = 0
        if self._login:
            self._login.proven()

    def _not_taken(self, leased: Leased, error: Exception) -> None:
        envelope = leased.envelope
        # Her own mailbox is there: it is full, or the relay not yet set up for it.
        if isinstance(error, Refused) and urgency_of(envelope.kind) is not Urgency.OWNER:
            _log.error("mail %s (%s) refused for good: %s", envelope.id, envelope.kind, brief_of(str(error)))
            self._outbox.dead(leased, self._clock(), str(error))
        elif not self._given_up(leased, error):
            wait = self._wait_after(error, leased.attempts)
            _log.warning("mail %s (%s) put off: %s", envelope.id, envelope.kind, brief_of(str(error)))
            self._outbox.later(leased, self._clock() + wait, str(error))

    def _wait_after(self, error: Exception, attempts: int) -> timedelta:
        if isinstance(error, Deferred):
            return max(wait_before(attempts, self._chance), _asked(error))
        if isinstance(error, OutcomeUnknown):
            return wait_at_least(_UNKNOWN_WAIT, (attempts + 1) / 2, self._chance)
        return wait_at_least(_REFUSED_WAIT, 2.0 ** min(attempts - 1, 20), self._chance)

    def _mark(self) -> None:
        # What was accepted while the database did not answer is marked before anything else is sent.
        while self._unmarked:
            self._outbox.sent(*self._unmarked[0])
            self._unmarked.pop(0)

    def _wait_for_a_relay(self, leased: Leased, error: Exception) -> None:
        self._absences += 1
        pause = wait_before(self._absences, self._chance, _LONGEST_PAUSE)
        if isinstance(error, Banned):
            pause = wait_at_least(_REFUSED_WAIT, 2.0 ** min(self._absences - 1, 20), self._chance)
        self._not_before = self._clock() + pause
        _log.warning("there is no relay: %s", brief_of(str(error)))
        if not self._given_up(leased, error):
            self._outbox.untried(leased, self._clock(), str(error))

    def _wait_for_a_login(self, leased: Leased, error: LoginRefused) -> None:
        assert self._login
        now = self._clock()
        state = self._login.refused(now, error)
        _log.error("%s", login_trouble(state))
        if not self._given_up(leased, error):
            self._outbox.untried(leased, now, str(error))

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
