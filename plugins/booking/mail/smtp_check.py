"""SMTP check: one conversation with the relay, up to the recipient and no further."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable

from plugins.booking.mail.check_failure import CERTIFICATE, CheckFailure, how_to_reach
from plugins.booking.mail.delivery_failure import LoginRefused, RelayUnavailable, TokenRefused
from plugins.booking.mail.oauth_login import account_of, log_in_with_token, with_token
from plugins.booking.mail.smtp import connect, hang_up, take_leave
from plugins.booking.mail.smtp_login import log_in
from plugins.booking.oauth.access_token import AccessTokens, Provider
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
_LOGIN = (
    "put user and password in BOOKING_SMTP_URL right, signs such as @ : / % written as %40 %3A %2F %25; some providers"
    " want a password made for programs; each wrong try counts for whoever bans addresses"
)
_TOKEN = (
    "see that BOOKING_SMTP_URL names the connected account or none, and that it may send by SMTP: docs/google.md,"
    " docs/microsoft.md"
)
_SENDER = "set BOOKING_SENDER, or email in identity.yaml, to an address that this login may send from"
_RECIPIENT = "set BOOKING_OWNER_EMAIL, or email in identity.yaml, to her mailbox; see what the relay allows this login"


def try_smtp(
    relay: Relay,
    own_name: str,
    sender: str,
    recipient: str,
    holds: Callable[[str, str], None],
    tokens: AccessTokens | None,
) -> None:
    """Tell each step that holds; raises CheckFailure at the first that does not."""
    smtp = _connected(relay, own_name)
    watch = threading.Timer(SECONDS, hang_up, [smtp])
    watch.daemon = True
    watch.start()
    try:
        holds("connection", f"{relay.beside_setting(f'{relay.host}:{relay.port}')} answers")
        if relay.security == "tls":
            holds("TLS", _cipher(smtp))
        _greeted(smtp, relay, holds)
        _logged_in(smtp, relay, holds, tokens)
        for step, mend, command in (
            (f"MAIL <{sender}>", _SENDER, lambda: smtp.mail(sender)),
            (f"RCPT <{recipient}>", _RECIPIENT, lambda: smtp.rcpt(recipient)),
        ):
            code, words = _try(step, mend, command)
            if not 200 <= code < 300:
                later = "; it may take it later: try again in a few minutes" if code < 500 else ""
                raise CheckFailure(step, told(code, words), mend + later)
            holds(step, told(code, words))
        _try("RSET", _HOST, smtp.rset)
    finally:
        take_leave(smtp)
        watch.cancel()
        smtp.close()


def _connected(relay: Relay, own_name: str) -> smtplib.SMTP:
    where = relay.beside_setting(f"{relay.host}:{relay.port}")
    try:
        return connect(relay, own_name)
    except ssl.SSLCertVerificationError as error:
        raise CheckFailure("TLS", error.verify_message, CERTIFICATE) from None
    except ssl.SSLError as error:
        raise CheckFailure("TLS", error.reason or str(error), _SECURITY[relay.security]) from None
    except socket.gaierror:
        seen = f"no machine is called {relay.beside_setting(relay.host)}"
        raise CheckFailure("connection", seen, how_to_reach(relay, _HOST)) from None
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        mend = "it greets with a refusal: see whether it has banned this machine"
        raise CheckFailure("connection", told(error.smtp_code, words), mend) from None
    except (OSError, smtplib.SMTPException) as error:
        mend = how_to_reach(relay, f"{_HOST}; {_SECURITY[relay.security]}")
        raise CheckFailure("connection", f"nobody talks at {where} ({error or type(error).__name__})", mend) from None


def _greeted(smtp: smtplib.SMTP, relay: Relay, holds: Callable[[str, str], None]) -> None:
    _try("EHLO", _HOST, smtp.ehlo_or_helo_if_needed)
    if relay.security == "starttls":
        try:
            code, words = smtp.starttls(context=ssl.create_default_context())
        except smtplib.SMTPNotSupportedError:
            raise CheckFailure("STARTTLS", "the relay does not offer it", _SECURITY["starttls"]) from None
        except ssl.SSLCertVerificationError as error:
            raise CheckFailure("TLS", error.verify_message, CERTIFICATE) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise CheckFailure("STARTTLS", str(error), _SECURITY["starttls"]) from None
        if code != 220:
            raise CheckFailure("STARTTLS", told(code, words), _SECURITY["starttls"])
        holds("TLS", _cipher(smtp))
        _try("EHLO", _HOST, smtp.ehlo_or_helo_if_needed)
    holds("EHLO", " ".join(sorted(smtp.esmtp_features)).upper() or "no extensions")


def _logged_in(
    smtp: smtplib.SMTP, relay: Relay, holds: Callable[[str, str], None], tokens: AccessTokens | None
) -> None:
    if relay.token:
        assert tokens
        _logged_in_with_token(smtp, relay, relay.token, tokens)
        holds("login", f"taken, with a token of {relay.token}")
        return
    if not relay.user or relay.password is None:
        holds("login", "none, for BOOKING_SMTP_URL names no user with a password")
        return
    try:
        log_in(smtp, relay.user, relay.password, relay.security != "none")
    except LoginRefused as error:
        raise CheckFailure("login", f"refused ({error.why})", _LOGIN) from None
    except smtplib.SMTPNotSupportedError:
        offered = smtp.esmtp_features.get("auth", "").strip() or "none"
        mend = "offered are PLAIN, LOGIN and CRAM-MD5 by this program; many relays offer a login by TLS alone"
        raise CheckFailure("login", f"no known way to log in is offered; there are: {offered}", mend) from None
    holds("login", "taken")


def _logged_in_with_token(smtp: smtplib.SMTP, relay: Relay, provider: Provider, tokens: AccessTokens) -> None:
    user = relay.user or account_of(tokens, provider)
    try:
        with_token(tokens, provider, lambda token: log_in_with_token(smtp, relay, user, token))
    except TokenRefused as error:
        raise CheckFailure("login", f"the token of {provider} is refused ({error.why})", _TOKEN) from None
    except RelayUnavailable as error:
        raise CheckFailure("login", f"not taken for now ({error})", "try again in a few minutes") from None
    except smtplib.SMTPNotSupportedError:
        offered = smtp.esmtp_features.get("auth", "").strip() or "none"
        mend = "offered are OAUTHBEARER and XOAUTH2 by this program; see that host and port are those of the provider"
        raise CheckFailure("login", f"no login with a token is offered; there are: {offered}", mend) from None


def _try(step: str, mend: str, command: Callable[[], tuple[int, bytes] | None]) -> tuple[int, bytes]:
    try:
        return command() or (250, b"")
    except (OSError, smtplib.SMTPException) as error:
        raise CheckFailure(step, f"the conversation broke off ({error or type(error).__name__})", mend) from None


def _cipher(smtp: smtplib.SMTP) -> str:
    assert isinstance(smtp.sock, ssl.SSLSocket)
    return f"{smtp.sock.version()}, with a certificate that is good for this name"
