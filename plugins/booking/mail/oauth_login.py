"""SMTP login with an access token: OAUTHBEARER (RFC 7628), or XOAUTH2 as Google and Microsoft had it before."""

from __future__ import annotations

import smtplib
from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from plugins.booking.mail.delivery_failure import AccountNotConnected, LoginRefused, RelayUnavailable, TokenRefused
from plugins.booking.oauth.access_token import AccessTokens, Provider, TokenDead, TokenUnavailable
from plugins.booking.redaction import hold_back_token
from plugins.booking.server_urls import Relay
from plugins.booking.smtp_replies import brief

Value = TypeVar("Value")

_GO_ON, _ALREADY = 334, 503


def with_token(tokens: AccessTokens, provider: Provider, attempt: Callable[[str], Value]) -> Value:
    """Attempt something with the account's access token, and once more with a new one where it was refused.

    Raises TokenRefused, AccountNotConnected, RelayUnavailable, and what `attempt` raises.
    """
    token = _token(tokens, provider)
    try:
        return attempt(token)
    except LoginRefused:
        tokens.refused(provider, "mail", token)
    newer = _token(tokens, provider)
    try:
        return attempt(newer)
    except LoginRefused as error:
        tokens.refused(provider, "mail", newer)
        raise TokenRefused(error.why, provider) from None


def account_of(tokens: AccessTokens, provider: Provider) -> str:
    """Return the address of the connected account; raises AccountNotConnected."""
    try:
        return tokens.account(provider, "mail")
    except TokenDead as error:
        raise AccountNotConnected(error.why, provider) from None


def log_in_with_token(smtp: smtplib.SMTP, relay: Relay, user: str, token: str) -> None:
    """Log in by OAUTHBEARER where it is offered, else by XOAUTH2.

    Raises LoginRefused, RelayUnavailable where it is refused for now alone, SMTPNotSupportedError.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "OAUTHBEARER" in offered:
        name = user.replace("=", "=3D").replace(",", "=2C")
        pairs = f"host={relay.host}\x01port={relay.port}\x01auth=Bearer {token}\x01\x01"
        # The server tells in its challenge what it missed, and waits for a word that ends the exchange.
        mechanism, first, goodbye = "OAUTHBEARER", f"n,a={name},\x01{pairs}", "\x01"
    elif "XOAUTH2" in offered:
        mechanism, first, goodbye = "XOAUTH2", f"user={user}\x01auth=Bearer {token}\x01\x01", ""
    else:
        raise smtplib.SMTPNotSupportedError("no login with a token is offered that is known here")
    try:
        code, words = smtp.docmd("AUTH", f"{mechanism} {_coded(first)}")
        if code == _GO_ON:
            code, words = smtp.docmd(_coded(goodbye))
    except (OSError, smtplib.SMTPException) as error:
        # The token is no password that somebody locks an account for.
        raise RelayUnavailable(f"{type(error).__name__}: at the login") from None
    if 400 <= code < 500:
        raise RelayUnavailable(brief(code, words))
    if not (200 <= code < 300 or code == _ALREADY):
        raise LoginRefused(brief(code, words))


def _token(tokens: AccessTokens, provider: Provider) -> str:
    try:
        return hold_back_token(tokens.token(provider, "mail"))
    except TokenDead as error:
        raise AccountNotConnected(error.why, provider) from None
    except TokenUnavailable as error:
        raise RelayUnavailable(f"TokenUnavailable: {provider} gives no token for now ({error})") from None


def _coded(words: str) -> str:
    return b64encode(words.encode()).decode()
