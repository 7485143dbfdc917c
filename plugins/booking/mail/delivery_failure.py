"""Delivery failures: the ways in which a relay does not take a mail, each with a wait of its own."""

from __future__ import annotations

from datetime import timedelta

from plugins.booking.oauth.access_token import Provider


class Refused(Exception):
    """Permanent failure: the relay will never take this mail for this recipient (a 5xx reply about it)."""


class SenderRejected(Exception):
    """Permanent failure of our own: the relay takes no such mail from us, whoever it is for (a 5xx reply)."""


class Deferred(Exception):
    """Temporary failure: the relay did not take this mail now; it may later."""


class ConnectionClosing(Deferred):
    """For now the relay takes no other mail either (421; RFC 5321, 3.8; HTTP's 429, 503); it may say for how long."""

    def __init__(self, words: str, asked: timedelta = timedelta(0)) -> None:
        super().__init__(words)
        self.asked = asked


class OutcomeUnknown(Exception):
    """Unknown outcome: the whole mail was sent and nothing understood came back."""


class UnsendableMail(Exception):
    """Unsendable mail: no relay can take it as it is: an address beyond ASCII, a signature that fails."""


class RelayUnavailable(Exception):
    """No connection: no relay, no verified TLS, or no login; it would take no other mail either."""


class Banned(RelayUnavailable):
    """Banned: a 5xx reply before any mail; who has been banned should not insist."""


class LoginRefused(RelayUnavailable):
    """Authentication failure; of the relay's reply, which may repeat the password, `why` is the code.

    Of a login by an account's token, `provider` is whose.
    """

    provider: Provider | None = None

    def __init__(self, why: str) -> None:
        super().__init__(f"SMTPAuthenticationError: {why}")
        self.why = why


class TokenRefused(LoginRefused):
    """The relay refuses tokens of a connected account, the newest one too."""

    def __init__(self, why: str, provider: Provider) -> None:
        super().__init__(why)
        self.provider = provider


class AccountNotConnected(TokenRefused):
    """There is no token until the account is connected again; `why` is the provider's code."""
