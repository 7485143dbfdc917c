"""Access tokens of an account as a test says: the first is given until it is refused, then the next, then none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use
from plugins.booking.oauth.token_cipher import TokenCipher
from plugins.booking.oauth.token_store import AccessToken, Grant, Secret, TokenStore


class AccountTokens:
    """Tokens of one account, connected for mail; `away` is a provider that does not answer."""

    def __init__(self, *tokens: str, why: str = "invalid_grant") -> None:
        self.left = list(tokens)
        self.why = why
        self.away = False
        self.given: list[str] = []
        self.taken_back: list[str] = []

    def token(self, provider: Provider, use: Use) -> str:
        if self.away:
            raise TokenUnavailable("ConnectTimeout")
        if not self.left:
            raise TokenDead(provider, use, self.why)
        self.given.append(self.left[0])
        return self.left[0]

    def refused(self, provider: Provider, use: Use, token: str) -> None:
        self.taken_back.append(token)
        if self.left and self.left[0] == token:
            self.left.pop(0)

    def account(self, provider: Provider, use: Use) -> str:
        if not self.left:
            raise TokenDead(provider, use, self.why)
        return "bice@example.org"


def keep_account(engine: Engine, key: str, provider: Provider, token: str, now: datetime) -> None:
    """Keep an account that is connected for mail in a database, its access token good for days."""
    access = AccessToken(token, now + timedelta(days=3))
    secret = Secret("refresh", {"mail": access})
    grant = Grant("", provider, frozenset({"mail"}), "bice@example.org", (), now, now, secret)
    TokenStore(engine, TokenCipher(key, None)).connect(grant, now)
