"""Token login of a calendar (RFC 6750): the access token of an account that its owner has connected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.oauth.access_token import AccessTokens, Provider, TokenDead, TokenUnavailable
from plugins.booking.oauth.operator_words import not_connected as told_to_operators

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class TokenLogin(Login):
    """Login of a connected account: `user` is its address, and its password a token that each request asks for."""

    password: str = field(default="", repr=False)
    provider: Provider = "google"
    tokens: AccessTokens | None = field(default=None, repr=False, compare=False)

    def asked(self, send: Callable[[str], _Answer], is_refused: Callable[[_Answer], bool]) -> _Answer:
        """Send with a token, and once more with a new one where the first is refused; raises Unanswered."""
        if self.tokens is None:
            raise not_connected(self.provider, "none")
        with _told():
            token = self.tokens.token(self.provider, "calendar")
        answer = send(token)
        if not is_refused(answer):
            return answer
        with _told():
            self.tokens.refused(self.provider, "calendar", token)
            token = self.tokens.token(self.provider, "calendar")
        return send(token)


def token_login(provider: Provider, tokens: AccessTokens | None) -> TokenLogin:
    """Return the login of a connected account; raises Unanswered where none is."""
    if tokens is None:
        raise not_connected(provider, "none")
    with _told():
        return TokenLogin(tokens.account(provider, "calendar"), provider=provider, tokens=tokens)


def not_connected(provider: Provider, why: str) -> Unanswered:
    """Say that an account has to be connected, by the provider's code."""
    return Unanswered(told_to_operators(provider, ["calendar"], why), Reason.NOT_CONNECTED, provider=provider, why=why)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TokenDead as dead:
        raise not_connected(dead.provider, dead.why) from None
    except TokenUnavailable:
        raise Unanswered("its provider gives no access token for now", Reason.NO_TOKEN_NOW) from None
