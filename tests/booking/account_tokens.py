"""Access tokens of an account as a test says: the first is given until it is refused, then the next, then none."""

from __future__ import annotations

from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use


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
