"""Relay check: tries the relay once, told step by step.

In English, for whoever keeps the server; no mail is sent, and no password or token is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plugins.booking.mail.check_failure import CheckFailure
from plugins.booking.mail.delivery_failure import AccountNotConnected, RelayUnavailable
from plugins.booking.mail.oauth_login import account_of, with_token
from plugins.booking.mail.smtp_check import try_smtp
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.operator_words import how_to_mend, not_connected
from plugins.booking.server_urls import Relay


def check_relay(
    relay: Relay,
    own_name: str,
    sender: str,
    recipient: str,
    say: Callable[[str], None],
    tokens: AccessTokens | None = None,
    oauth: Mapping[Provider, ClientSettings] | None = None,
) -> bool:
    """Try the relay once, and say what holds and what to mend; return whether a mail would be taken.

    `tokens` and `oauth` are those of a relay whose login is a connected account's.
    """

    def holds(step: str, seen: str) -> None:
        say(f"ok   {step}: {_plain(seen)}")

    try:
        if relay.token:
            assert tokens
            _has_token(relay.token, tokens, holds)
        if relay.kind == "smtp":
            try_smtp(relay, own_name, sender, recipient, holds, tokens)
        else:
            from plugins.booking.mail.https_check import try_https

            try_https(relay, sender, holds, tokens, oauth or {})
    except CheckFailure as failure:
        say(f"NO   {failure.step}: {_plain(failure.seen)}")
        say(f"     {failure.mend}")
        return False
    say(f"The relay {what_holds(relay)}. Nothing was sent.")
    return True


def what_holds(relay: Relay) -> str:
    """What a relay that was tried does, as the end of a sentence: over HTTPS nobody is told whom it delivers to."""
    if relay.kind == "smtp":
        return "takes mail to the owner"
    return "takes mail of this sender; whether it reaches the owner shows with the first one"


def _has_token(provider: Provider, tokens: AccessTokens, holds: Callable[[str, str], None]) -> None:
    try:
        with_token(tokens, provider, lambda _token: None)
        holds("token", f"{provider} gives one for {account_of(tokens, provider)}")
    except AccountNotConnected as error:
        seen = not_connected(provider, ["mail"], error.why)
        raise CheckFailure("token", seen, how_to_mend(provider, error.why)) from None
    except RelayUnavailable as error:
        mend = "try again in a few minutes, and see whether this machine reaches the provider"
        raise CheckFailure("token", str(error), mend) from None


def _plain(words: str) -> str:
    """What a relay says, as a terminal may show it."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
