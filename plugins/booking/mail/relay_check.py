"""Relay check: one conversation with the relay, up to the recipient and no further, told step by step.

In English, for whoever keeps the server; no mail is sent, and no password is told.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable

from plugins.booking.mail.delivery_failure import LoginRefused
from plugins.booking.mail.smtp import connect, hang_up, take_leave
from plugins.booking.mail.smtp_login import log_in
from plugins.booking.server_urls import Relay
from plugins.booking.smtp_replies import told

SECONDS = 120.0  # for all of it
_HOST = (
    "put host and port in BOOKING_SMTP_URL right; many providers of servers block port 25: 587 and 465 are for senders"
)
_SECURITY = {
    "none": "where the relay speaks TLS from the first word (port 465) write smtps://",
    "starttls": "where the relay speaks TLS from the first word (port 465) write smtps://",
    "tls": "where the relay begins without TLS (ports 587 and 25) write smtp+starttls://",
}
_CERTIFICATE = (
    "name the relay in BOOKING_SMTP_URL as its certificate does; for an authority of your own set SSL_CERT_FILE to its"
    " certificate, for the endpoint and the worker alike"
)
_LOGIN = (
    "put user and password in BOOKING_SMTP_URL right, signs such as @ : / % written as %40 %3A %2F %25; some providers"
    " want a password made for programs; each wrong try counts for whoever bans addresses"
)
_SENDER = "set BOOKING_SENDER, or email in identity.yaml, to an address that this login may send from"
_RECIPIENT = "set BOOKING_OWNER_EMAIL, or email in identity.yaml, to her mailbox; see what the relay allows this login"


class _Stopped(Exception):
    """A step did not hold: what was seen, and how to mend it."""

    def __init__(self, step: str, seen: str, mend: str) -> None:
        super().__init__(step)
        self.step, self.seen, self.mend = step, seen, mend


def check_relay(relay: Relay, own_name: str, sender: str, recipient: str, say: Callable[[str], None]) -> bool:
    """Try the relay once, and say what holds and what to mend; return whether a mail would be taken."""

    def holds(step: str, seen: str) -> None:
        say(f"ok   {step}: {_plain(seen)}")

    try:
        _converse(relay, own_name, sender, recipient, holds)
    except _Stopped as stopped:
        say(f"NO   {stopped.step}: {_plain(stopped.seen)}")
        say(f"     {stopped.mend}")
        return False
    say("The relay takes mail to the owner. Nothing was sent.")
    return True


def _converse(relay: Relay, own_name: str, sender: str, recipient: str, holds: Callable[[str, str], None]) -> None:
    smtp = _connected(relay, own_name)
    watch = threading.Timer(SECONDS, hang_up, [smtp])
    watch.daemon = True
    watch.start()
    try:
        holds("connection", f"{relay.host}:{relay.port} answers")
        if relay.security == "tls":
            holds("TLS", _cipher(smtp))
        _greeted(smtp, relay, holds)
        _logged_in(smtp, relay, holds)
        for step, mend, command in (
            (f"MAIL <{sender}>", _SENDER, lambda: smtp.mail(sender)),
            (f"RCPT <{recipient}>", _RECIPIENT, lambda: smtp.rcpt(recipient)),
        ):
            code, words = _try(step, mend, command)
            if not 200 <= code < 300:
                later = "; it may take it later: try again in a few minutes" if code < 500 else ""
                raise _Stopped(step, told(code, words), mend + later)
            holds(step, told(code, words))
        _try("RSET", _HOST, smtp.rset)
    finally:
        take_leave(smtp)
        watch.cancel()
        smtp.close()


def _connected(relay: Relay, own_name: str) -> smtplib.SMTP:
    where = f"{relay.host}:{relay.port}"
    try:
        return connect(relay, own_name)
    except ssl.SSLCertVerificationError as error:
        raise _Stopped("TLS", error.verify_message, _CERTIFICATE) from None
    except ssl.SSLError as error:
        raise _Stopped("TLS", error.reason or str(error), _SECURITY[relay.security]) from None
    except socket.gaierror:
        raise _Stopped("connection", f"no machine is called {relay.host}", _HOST) from None
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        mend = "it greets with a refusal: see whether it has banned this machine"
        raise _Stopped("connection", told(error.smtp_code, words), mend) from None
    except (OSError, smtplib.SMTPException) as error:
        mend = f"{_HOST}; {_SECURITY[relay.security]}"
        raise _Stopped("connection", f"nobody talks at {where} ({error or type(error).__name__})", mend) from None


def _greeted(smtp: smtplib.SMTP, relay: Relay, holds: Callable[[str, str], None]) -> None:
    _try("EHLO", _HOST, smtp.ehlo_or_helo_if_needed)
    if relay.security == "starttls":
        try:
            code, words = smtp.starttls(context=ssl.create_default_context())
        except smtplib.SMTPNotSupportedError:
            raise _Stopped("STARTTLS", "the relay does not offer it", _SECURITY["starttls"]) from None
        except ssl.SSLCertVerificationError as error:
            raise _Stopped("TLS", error.verify_message, _CERTIFICATE) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _Stopped("STARTTLS", str(error), _SECURITY["starttls"]) from None
        if code != 220:
            raise _Stopped("STARTTLS", told(code, words), _SECURITY["starttls"])
        holds("TLS", _cipher(smtp))
        _try("EHLO", _HOST, smtp.ehlo_or_helo_if_needed)
    holds("EHLO", " ".join(sorted(smtp.esmtp_features)).upper() or "no extensions")


def _logged_in(smtp: smtplib.SMTP, relay: Relay, holds: Callable[[str, str], None]) -> None:
    if not relay.user or relay.password is None:
        holds("login", "none, for BOOKING_SMTP_URL names no user with a password")
        return
    try:
        log_in(smtp, relay.user, relay.password, relay.security != "none")
    except LoginRefused as error:
        raise _Stopped("login", f"refused ({error.why})", _LOGIN) from None
    except smtplib.SMTPNotSupportedError:
        offered = smtp.esmtp_features.get("auth", "").strip() or "none"
        mend = "offered are PLAIN, LOGIN and CRAM-MD5 by this program; many relays offer a login by TLS alone"
        raise _Stopped("login", f"no known way to log in is offered; there are: {offered}", mend) from None
    holds("login", "taken")


def _try(step: str, mend: str, command: Callable[[], tuple[int, bytes] | None]) -> tuple[int, bytes]:
    try:
        return command() or (250, b"")
    except (OSError, smtplib.SMTPException) as error:
        raise _Stopped(step, f"the conversation broke off ({error or type(error).__name__})", mend) from None


def _cipher(smtp: smtplib.SMTP) -> str:
    assert isinstance(smtp.sock, ssl.SSLSocket)
    return f"{smtp.sock.version()}, with a certificate that is good for this name"


def _plain(words: str) -> str:
    """What a relay says, as a terminal may show it."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
