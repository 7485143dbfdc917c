"""SMTP client (RFC 5321): hands a mail to the relay and classifies its reply."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from plugins.booking.mail.delivery_failure import (
    Banned,
    ConnectionClosing,
    Deferred,
    OutcomeUnknown,
    Refused,
    RelayUnavailable,
    SenderRejected,
    UnsendableMail,
)
from plugins.booking.mail.dkim import Dkim
from plugins.booking.mail.login_backoff import login_name
from plugins.booking.mail.oauth_login import account_of, log_in_with_token, with_token
from plugins.booking.mail.smtp_login import log_in
from plugins.booking.oauth.access_token import AccessTokens
from plugins.booking.server_urls import Relay
from plugins.booking.smtp_replies import is_about_recipient, told
from plugins.booking.storage.outbox import Envelope

# For the connection and for each command of a conversation.
STEP_SECONDS = 30.0
# For the reply to the whole mail: who gives up too soon sends it twice (RFC 5321, 4.5.3.2.6).
FINAL_SECONDS = 300.0
# For a relay that says a word now and then, and never comes to the end.
CONVERSATION_SECONDS = 600.0
# For the reply to QUIT, of which nothing depends.
LEAVE_SECONDS = 5.0
_CLOSING = 421
_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpSender:
    """SMTP sender: hands envelopes over, by verified TLS where the relay's address says so.

    They are signed where there is a key (RFC 6376), each time anew: what waited is good under a key that changed.
    `login` names what it logs in with, None where it does not; `tokens` are those of a relay with `?token=`.
    """

    def __init__(
        self, relay: Relay, own_name: str, dkim: Dkim | None = None, tokens: AccessTokens | None = None
    ) -> None:
        self._relay = relay
        self._own_name = own_name
        self._dkim = dkim
        self._tokens = tokens
        self.login = login_name(relay)

    def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
        """Send one envelope in a conversation of its own; `accepted` is called as soon as the relay has taken it.

        Raises Refused, SenderRejected, Deferred, OutcomeUnknown, UnsendableMail, RelayUnavailable, Banned,
        LoginRefused, and what `accepted` raises.
        """
        mime = self._as_sent(envelope)
        if self._relay.token is None:
            self._converse(self._log_in, envelope, mime, accepted)
            return
        assert self._tokens
        user = self._relay.user or account_of(self._tokens, self._relay.token)

        def converse(token: str) -> None:
            login = partial(log_in_with_token, relay=self._relay, user=user, token=token)
            self._converse(login, envelope, mime, accepted)

        with_token(self._tokens, self._relay.token, converse)

    def _converse(
        self, login: Callable[[smtplib.SMTP], None], envelope: Envelope, mime: bytes, accepted: Callable[[], None]
    ) -> None:
        with self._talking(login) as smtp:
            _hand_over(smtp, envelope, mime)
            accepted()

    def _as_sent(self, envelope: Envelope) -> bytes:
        try:
            for address in (envelope.sender, envelope.recipient):
                if not re.fullmatch(r"[!-~]+", address):
                    raise UnicodeError("an address is not in ASCII")
            mime = self._dkim.sign(envelope.mime, envelope.sender) if self._dkim else envelope.mime
        except Exception as error:
            # Of any kind: what signs parses the whole mail.
            raise UnsendableMail(type(error).__name__) from error
        return _DOT.sub(b"..", mime if mime.endswith(b"\r\n") else mime + b"\r\n") + b".\r\n"

    @contextmanager
    def _talking(self, login: Callable[[smtplib.SMTP], None]) -> Iterator[smtplib.SMTP]:
        with _absent():
            smtp = connect(self._relay, self._own_name)
        watch = threading.Timer(CONVERSATION_SECONDS, hang_up, [smtp])
        watch.daemon = True
        watch.start()
        try:
            with _absent():
                self._introduce_ourselves(smtp)
                login(smtp)
            yield smtp
        finally:
            take_leave(smtp)
            watch.cancel()
            smtp.close()

    def _introduce_ourselves(self, smtp: smtplib.SMTP) -> None:
        if self._relay.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if self._relay.user and self._relay.password is not None:
            log_in(smtp, self._relay.user, self._relay.password, self._relay.security != "none")


def connect(relay: Relay, own_name: str) -> smtplib.SMTP:
    """Connect to a relay, by verified TLS where it is spoken from the first word; raises OSError, SMTPException."""
    if relay.security == "tls":
        context = ssl.create_default_context()
        return _QuittingSmtpTls(relay.host, relay.port, local_hostname=own_name, timeout=STEP_SECONDS, context=context)
    return _QuittingSmtp(relay.host, relay.port, local_hostname=own_name, timeout=STEP_SECONDS)


class _QuittingSmtp(smtplib.SMTP):
    """SMTP connection that says QUIT to a relay that greets with a refusal too (RFC 5321, 3.1)."""

    def connect(self, *where: Any, **how: Any) -> tuple[int, bytes]:  # noqa: ANN401 - handed on
        """Connect, and return the greeting."""
        code, words = super().connect(*where, **how)
        if code != 220:
            take_leave(self)
        return code, words


class _QuittingSmtpTls(_QuittingSmtp, smtplib.SMTP_SSL):
    """The same, by TLS from the first word."""


@contextmanager
def _absent() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException as error:
        code, words = error.smtp_code, error.smtp_error
        reply = told(code, words if isinstance(words, bytes) else words.encode())
        raise (Banned if code >= 500 else RelayUnavailable)(reply) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise RelayUnavailable(f"{type(error).__name__}: {error}") from error


def _hand_over(smtp: smtplib.SMTP, envelope: Envelope, mime: bytes) -> None:
    try:
        _judge(*smtp.mail(envelope.sender), about_sender=True)
        _judge(*smtp.rcpt(envelope.recipient))
        code, words = smtp.docmd("DATA")
        if code != 354:
            _judge(code, words)
            raise Deferred(told(code, words))
        if smtp.sock:
            smtp.sock.settimeout(FINAL_SECONDS)
        smtp.send(mime)
    except (OSError, smtplib.SMTPException) as error:
        raise Deferred(f"{type(error).__name__}: {error}") from error
    try:
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error
    if not 200 <= code < 600:
        raise OutcomeUnknown(told(code, words))
    _judge(code, words)


def take_leave(smtp: smtplib.SMTP) -> None:
    """Say QUIT where anybody listens (RFC 5321, 4.1.1.10), whatever has been said before."""
    with suppress(OSError, smtplib.SMTPException):
        if smtp.sock:
            smtp.sock.settimeout(LEAVE_SECONDS)
            smtp.quit()


def hang_up(smtp: smtplib.SMTP) -> None:
    """End a conversation at once, whoever waits for its next word."""
    # A socket that is closed goes on waiting for its words; one that is shut down does not.
    with suppress(OSError):
        if smtp.sock:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _judge(code: int, words: bytes, about_sender: bool = False) -> None:
    """Judge a code that may be unknown by its first digit (RFC 5321, 4.3.2)."""
    if 200 <= code < 300:
        return
    if code < 500:
        raise (ConnectionClosing if code == _CLOSING else Deferred)(told(code, words))
    raise (SenderRejected if about_sender or not is_about_recipient(code, words) else Refused)(told(code, words))
