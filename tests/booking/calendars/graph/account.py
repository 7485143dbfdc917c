"""A connected Microsoft account of the tests: its tokens, and its calendars at the stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.booking.calendars.graph.graph_account import GraphAccount
from plugins.booking.calendars.graph.graph_busy import reading_of
from plugins.booking.calendars.graph.view_cache import ViewCache
from plugins.booking.calendars.ics.ics_reader import Reading, window
from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use
from plugins.domain.calendar_id import PRIMARY
from plugins.domain.wall_clock import Interval
from tests.booking.calendars.graph.mailbox import Json
from tests.booking.calendars.graph.standin import BASE

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2027, 3, 6, 8, tzinfo=UTC)
ALL = window(NOW, timedelta(days=60))
MINE = "abc.example.org"


@dataclass
class FakeTokens:
    """Tokens of one account, each good until it is refused; None where there are no more."""

    left: list[str] = field(default_factory=lambda: ["token-1", "token-2"])
    is_away: bool = False
    refusals: list[str] = field(default_factory=list)

    def token(self, provider: Provider, use: Use) -> str:
        """The token in use."""
        if self.is_away:
            raise TokenUnavailable
        if not self.left:
            raise TokenDead(provider, use, "invalid_grant")
        return self.left[0]

    def refused(self, provider: Provider, use: Use, token: str) -> None:
        """Go on to the next."""
        self.refusals.append(token)
        if self.left and self.left[0] == token:
            self.left.pop(0)

    def account(self, provider: Provider, use: Use) -> str:
        """Its address."""
        if not self.left:
            raise TokenDead(provider, use, "invalid_grant")
        return "bice@example.org"


class Reader:
    """Reads a calendar of the stand-in again and again, as one process does."""

    def __init__(self, ask: Ask, tokens: FakeTokens | None = None, tentative_is_free: bool = False) -> None:
        self.tokens = tokens or FakeTokens()
        self.now = NOW
        self._ask = ask
        self._views = ViewCache()
        self._tentative_is_free = tentative_is_free

    @property
    def account(self) -> GraphAccount:
        login = TokenLogin("bice@example.org", provider="microsoft", tokens=self.tokens)
        return GraphAccount(BASE, login, self._ask, lambda: self.now)

    def read(self, calendar: str = PRIMARY, asked: Interval = ALL) -> Reading:
        """Read it, an event that lasts all day on the clock of Rome."""

        def parse(events: list[Mapping[str, object]], interval: Interval) -> Reading:
            return reading_of(events, interval, ROME, MINE, self._tentative_is_free)

        return self.account.read(self._views, calendar, "", asked, self.now, parse)


def reading(*events: Json, tentative_is_free: bool = False) -> Reading:
    """What events come to."""
    return reading_of(events, ALL, ROME, MINE, tentative_is_free)
