"""Hands mails to an SMTP relay (RFC 5321)."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from plugins.booking.outbox import Envelope
from plugins.booking.settings import Relay
from plugins.booking.signing import Dkim

# For the connection and for each command of a conversation.
STEP_SECONDS = 30.0
# For the reply to the whole mail: who gives up too soon sends it twice (RFC 5321, 4.5.3.2.6).
FINAL_SECONDS = 300.0
# For a relay that says a word now and then, and never comes to the end.
CONVERSATION_SECONDS = 600.0


class Refused(Exception):
    """The relay will never take this mail for this recipient (a 5xx reply)."""


class Deferred(Exception):
    """The relay did not take this mail now; it may later."""


class Absent(Exception):
    """There is no relay to talk to: no connection, no verified TLS, no login. It would take no other mail either."""


class SmtpSender:
    """Hands envelopes over, by TLS verified against the system's authorities where the relay's address says so.

    They are signed where there is a key (RFC 6376), each time anew: what waited is good under a key that changed.
    """

    def __init__(self, relay: Relay, own_name: str, dkim: Dkim | None = None) -> None:
        self._relay = relay
        self._own_name = own_name
        self._dkim = dkim

    def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
        """Send one envelope in a conversation of its own; `accepted` is called as soon as the relay has taken it.

        Raises Refused, Deferred, Absent, and what `accepted` raises.
        """
        with self._talking() as smtp:
            try:
                self._hand_over(smtp, envelope)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                raise Deferred(f"{type(error).__name__}: {error}") from error
            accepted()

    def _hand_over(self, smtp: smtplib.SMTP, envelope: Envelope) -> None:
        code, words = smtp.mail(envelope.sender)
        if not _is_well(code):
            # Our own address is not welcome: the owner's to mend, not this recipient's.
            raise Deferred(_told(code, words))
        code, words = smtp.rcpt(envelope.recipient)
        _judge(code, words)
        if smtp.sock:
            smtp.sock.settimeout(FINAL_SECONDS)
        try:
            code, words = smtp.data(self._dkim.sign(envelope.mime, envelope.sender) if self._dkim else envelope.mime)
        except smtplib.SMTPDataError as error:
            code, words = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        _judge(code, words)

    @contextmanager
    def _talking(self) -> Iterator[smtplib.SMTP]:
        with ExitStack() as ending:
            try:
                smtp = self._call()
                ending.callback(smtp.close)
                watch = threading.Timer(CONVERSATION_SECONDS, _hang_up, [smtp])
                watch.daemon = True
                watch.start()
                ending.callback(watch.cancel)
                self._introduce_ourselves(smtp)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                raise Absent(f"{type(error).__name__}: {error}") from error
            yield smtp
            if smtp.sock:
                smtp.sock.settimeout(STEP_SECONDS)
            # The mail is handed over: how politely the conversation ends is no matter.
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _call(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "tls":
            return smtplib.SMTP_SSL(
                relay.host,
                relay.port,
                local_hostname=self._own_name,
                timeout=STEP_SECONDS,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(relay.host, relay.port, local_hostname=self._own_name, timeout=STEP_SECONDS)

    def _introduce_ourselves(self, smtp: smtplib.SMTP) -> None:
        if self._relay.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if self._relay.user and self._relay.password is not None:
            smtp.login(self._relay.user, self._relay.password)


def _hang_up(smtp: smtplib.SMTP) -> None:
    # A socket that is closed goes on waiting for its words; one that is shut down does not.
    with suppress(OSError):
        if smtp.sock:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _is_well(code: int) -> bool:
    """Judge a code that may be unknown by its first digit (RFC 5321, 4.3.2)."""
    return 200 <= code < 300


def _judge(code: int, words: bytes) -> None:
    if not _is_well(code):
        raise (Refused if code >= 500 else Deferred)(_told(code, words))


def _told(code: int, words: bytes) -> str:
    return f"{code} {words.decode(errors='replace')}"
