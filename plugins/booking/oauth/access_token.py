"""Access token interface: what mail and calendars ask for before each request to an account."""

from __future__ import annotations

from typing import Literal, Protocol

Provider = Literal["google", "microsoft"]
# What a connection may do; each is asked for and connected by itself.
Use = Literal["mail", "calendar"]


class TokenUnavailable(Exception):
    """No access token for now: the provider cannot be reached, or says that it is too much; later there may be."""


class TokenDead(Exception):
    """No access token until the account is connected again; `why` is the provider's code (RFC 6749, 5.2), or `none`."""

    def __init__(self, provider: Provider, use: Use, why: str) -> None:
        super().__init__(f"{provider} is not connected for {use} ({why})")
        self.provider, self.use, self.why = provider, use, why


class AccessTokens(Protocol):
    """Access tokens of connected accounts; every method raises Unavailable where the database does not answer."""

    def token(self, provider: Provider, use: Use) -> str:
        """Return a token that is good for a minute at least; raises TokenDead, TokenUnavailable."""

    def refused(self, provider: Provider, use: Use, token: str) -> None:
        """Note that a server refused a token (401): the next one asked for is a new one, or TokenDead."""

    def account(self, provider: Provider, use: Use) -> str:
        """Return the address of the connected account; raises TokenDead."""
