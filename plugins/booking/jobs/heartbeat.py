"""Heartbeat: notes once a minute that a worker runs, and calls a monitor's address while all is well.

What is not well is told by silence (a dead man's switch), so that it is heard too where the whole machine is gone.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.mail.mail_health import mail_state, standstill_of
from plugins.booking.oauth.account_state import trouble_of_accounts
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.server_urls import Relay
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import keys

EVERY = timedelta(minutes=1)
CALL_SECONDS = 5.0
_NAME = "heartbeat"
_log = logging.getLogger(__name__)


class NotHeard(Exception):
    """The monitor did not take a call; says why, without its address."""


def worker_seen(engine: Engine) -> datetime | None:
    """When a worker last noted that it runs, None where none ever has; raises Unavailable."""
    noted = _noted(engine)
    return datetime.fromisoformat(noted) if noted else None


def _noted(engine: Engine) -> str | None:
    with reachable(), engine.begin() as connection:
        found: str | None = connection.execute(select(keys.c.value).where(keys.c.name == _NAME)).scalar_one_or_none()
    return found


def standstill(
    relay: Relay | None,
    outbox: Outbox,
    calendars: CalendarFallback,
    clock: Callable[[], datetime],
    accounts: ConnectedAccounts,
) -> Callable[[], str | None]:
    """Return what says why not all is well, None where it is; it raises Unavailable."""
    stands = mail_state(relay, outbox, accounts)

    def wrong() -> str | None:
        if mail := standstill_of(relay, outbox.figures(clock()), outbox.last_failure(), stands()):
            return f"mail is {mail}"
        if dead := trouble_of_accounts(accounts.states()):
            return dead
        return f"calendars not to be trusted: {untrusted}" if (untrusted := calendars.figures().untrusted) else None

    return wrong


class Heartbeat:
    """Heartbeat: of several processes on one database, one beats each minute.

    Noting it is a write: where the database takes none, nothing is called.
    """

    def __init__(
        self,
        engine: Engine,
        wrong: Callable[[], str | None],
        url: str | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._wrong = wrong
        self._url = url
        self._clock = clock
        self._told: str | None = None

    def beat(self, _stop: Callable[[], bool] = lambda: False) -> bool:
        """Beat if it is time to, and return whether the monitor was called; raises Unavailable."""
        if not self._take(self._clock()):
            return False
        wrong = self._wrong()
        if not self._url:
            return False
        if wrong:
            self._tell(f"the monitor is not called: {wrong}")
            return False
        try:
            call(self._url)
        except NotHeard as error:
            self._tell(f"the monitor at BOOKING_HEARTBEAT_URL did not take a call: {error}")
        else:
            self._told = None
        return True

    def _take(self, now: datetime) -> bool:
        """Note that a worker runs; False where one has, not a minute ago."""
        noted = _noted(self._engine)
        # A clock that was put back is no reason to be silent until it has caught up.
        if noted and timedelta(0) <= now - datetime.fromisoformat(noted) < EVERY:
            return False
        try:
            with reachable(), self._writer.begin() as connection:
                if noted is None:
                    connection.execute(insert(keys).values(name=_NAME, value=now.isoformat()))
                    return True
                mine = update(keys).where(keys.c.name == _NAME, keys.c.value == noted)
                return connection.execute(mine.values(value=now.isoformat())).rowcount == 1
        except IntegrityError:
            return False  # another process was quicker

    def _tell(self, words: str) -> None:
        # Once, and not each minute.
        if words != self._told:
            _log.warning("%s", words)
        self._told = words


def call(url: str, seconds: float = CALL_SECONDS) -> None:
    """Call an address (GET), following no redirect and reading no body; raises NotHeard."""
    import httpx  # four megabytes, for those who name an address

    try:
        status = asyncio.run(_status(url, seconds))
    except TimeoutError:
        raise NotHeard(f"no answer within {seconds:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise NotHeard(type(error).__name__) from None
    if not 200 <= status < 300:
        raise NotHeard(f"it answers {status}")


async def _status(url: str, seconds: float) -> int:
    import httpx

    async with asyncio.timeout(seconds):
        async with (
            httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False, timeout=seconds) as client,
            client.stream("GET", url, headers={"User-Agent": "Maglia"}) as answer,
        ):
            return answer.status_code
