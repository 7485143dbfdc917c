"""Sends what the outbox holds: to the relay, again and again with patience, and only then marked."""

from __future__ import annotations

import logging
import random
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from plugins.booking.outbox import Envelope, Leased, Outbox
from plugins.booking.settings import Relay

GIVEN_UP_AFTER = timedelta(days=5)
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=4)
_TIMEOUT_SECONDS = 15.0  # for each step of a conversation; well within a lease
_log = logging.getLogger(__name__)


class Refused(Exception):
    """The relay will never take this mail for this recipient (a 5xx reply)."""


class Deferred(Exception):
    """The relay did not take the mail now; it may later."""


class Sender(Protocol):
    """Whatever hands an envelope over: returns once it was accepted, else raises Refused or Deferred."""

    def __call__(self, envelope: Envelope) -> None:
        """Hand one envelope over."""


class SmtpSender:
    """Hands envelopes to an SMTP relay (RFC 5321), over verified TLS where its address says so."""

    def __init__(self, relay: Relay, own_name: str) -> None:
        self._relay = relay
        self._own_name = own_name

    def __call__(self, envelope: Envelope) -> None:
        """Send one envelope in a conversation of its own."""
        try:
            with self._connect() as smtp:
                smtp.sendmail(envelope.sender, [envelope.recipient], envelope.mime)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[envelope.recipient]
            raise _verdict(code, words) from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            # Connection, TLS, login, our own address refused: the owner's to mend, not this recipient's.
            raise Deferred(f"{type(error).__name__}: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host,
                relay.port,
                local_hostname=self._own_name,
                timeout=_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, local_hostname=self._own_name, timeout=_TIMEOUT_SECONDS)
        try:
            if relay.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if relay.user and relay.password is not None:
                smtp.login(relay.user, relay.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _verdict(code: int, words: bytes | str) -> Refused | Deferred:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return (Refused if code >= 500 else Deferred)(f"{code} {text}")


def wait_before(attempts: int, chance: Callable[[], float]) -> timedelta:
    """How long to wait after so many attempts: anywhere up to a ceiling that doubles (full jitter)."""
    ceiling = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts, 20))
    return timedelta(seconds=ceiling.total_seconds() * chance())


class Delivery:
    """Works the outbox off with a sender; any number of these may run at once, in any number of processes."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._chance = chance

    def deliver_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Try every mail that is due once, until `stop`; return how many were sent. Raises Unavailable."""
        sent = 0
        while not stop() and (leased := self._outbox.lease(self._clock())):
            sent += self._deliver(leased)
        return sent

    def _deliver(self, leased: Leased) -> bool:
        envelope = leased.envelope
        try:
            self._sender(envelope)
        except Refused as error:
            _log.error("mail %s (%s) refused for good: %s", envelope.id, envelope.kind, _first_word(error))
            self._outbox.dead(leased, self._clock(), str(error))
            return False
        except Deferred as error:
            now = self._clock()
            if now - leased.created_at >= GIVEN_UP_AFTER:
                _log.error("mail %s (%s) given up after %d attempts", envelope.id, envelope.kind, leased.attempts)
                self._outbox.dead(leased, now, str(error))
            else:
                again = now + wait_before(leased.attempts, self._chance)
                _log.warning("mail %s (%s) put off: %s", envelope.id, envelope.kind, _first_word(error))
                self._outbox.later(leased, again, str(error))
            return False
        self._outbox.sent(leased, self._clock())
        return True


def _first_word(error: Exception) -> str:
    # A relay's reply often quotes the recipient; the code or the kind of failure is enough for a log.
    return str(error).split(" ", 1)[0].rstrip(":")
