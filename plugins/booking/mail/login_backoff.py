"""Login backoff: after a refused login at the relay, long pauses shared by all lanes and processes.

Relays ban an address, and providers lock an account, after a handful of wrong passwords: what is known of a login is
kept in the database, so that neither lanes nor processes nor restarts add up to more.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.mail.delivery_failure import AccountNotConnected, LoginRefused
from plugins.booking.server_urls import Relay
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.schema import keys

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=4)
# Nobody is asked where no token is; and one that is refused locks no account, while its owner mends it elsewhere.
_TO_CONNECT_PAUSE = timedelta(minutes=1)
# How long whoever tries keeps the others waiting: for a connection, its greetings and a login.
_TURN = timedelta(minutes=2)


@dataclass(frozen=True)
class LoginState:
    """State of a login: `proven` once taken, else how often it was refused; nobody tries before `next_at`."""

    proven: bool = False
    refused: int = 0
    next_at: float = 0.0  # seconds since the epoch
    why: str = ""  # the code alone
    provider: str = ""  # whose token is the login
    disconnected: bool = False  # there is no token until that account is connected again

    @property
    def next_try(self) -> datetime:
        """The instant of the next try."""
        return datetime.fromtimestamp(self.next_at, UTC)

    @property
    def tried_at(self) -> datetime:
        """The instant of the try that found its account not connected."""
        return self.next_try - _TO_CONNECT_PAUSE

    def waits(self, now: datetime) -> bool:
        """Say whether it is put off, and not by a clock that was ahead."""
        return now.timestamp() < self.next_at <= (now + _LONGEST_PAUSE + _TURN).timestamp()


def login_name(relay: Relay | None) -> str | None:
    """Name a login, None where there is none: another password is another login, and is tried at once.

    Of the password the name has too little to guess it by.
    """
    if relay is None:
        return None
    known = f"{relay.host} {relay.port} {relay.user}"
    if relay.token:
        return f"login {hashlib.sha256(f'{known} {relay.kind}'.encode()).hexdigest()[:16]} {relay.token}"
    if relay.password is None or (relay.kind == "smtp" and not relay.user):
        return None
    secret = hashlib.sha256(f"{known} {relay.password}".encode()).hexdigest()[:4]
    return f"login {hashlib.sha256(known.encode()).hexdigest()[:16]} {secret}"


class LoginBackoff:
    """Lock and backoff of logins: whose turn it is to try one; every method raises Unavailable."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._name = name

    def state(self) -> LoginState:
        """Return how it stands."""
        return _state(self._read())

    def waits(self, now: datetime) -> bool:
        """Say whether nobody may try it now."""
        state = self.state()
        return not state.proven and state.waits(now)

    def take(self, now: datetime) -> bool:
        """Say whether it may be tried now; where it is not proven, nobody else tries it meanwhile."""
        kept = self._read()
        state = _state(kept)
        if state.proven:
            return True
        turn = replace(state, next_at=(now + _TURN).timestamp())
        return not state.waits(now) and self._write(kept, turn)

    def proven(self) -> None:
        """Let everybody try it from now on: it was taken."""
        self._write(self._read(), LoginState(proven=True))

    def untried(self, now: datetime) -> None:
        """Give the turn back: it did not come to a login."""
        kept = self._read()
        state = _state(kept)
        if not state.proven:
            self._write(kept, replace(state, next_at=now.timestamp()))

    def refused(self, now: datetime, error: LoginRefused) -> LoginState:
        """Note a refusal, and return how it stands: of several at once that have just failed, one counts."""
        disconnected = isinstance(error, AccountNotConnected)
        kept = self._read()
        state = _state(kept)
        pause = min(_FIRST_PAUSE * 2 ** min(state.refused, 10), _LONGEST_PAUSE)
        if error.provider:
            pause = _TO_CONNECT_PAUSE if disconnected else _FIRST_PAUSE
        if state.proven or not state.waits(now + _TURN):
            self._write(
                kept,
                LoginState(
                    refused=state.refused + 1,
                    next_at=(now + pause).timestamp(),
                    why=error.why,
                    provider=error.provider or "",
                    disconnected=disconnected,
                ),
            )
        return self.state()

    def _read(self) -> str | None:
        with reachable(), self._engine.begin() as connection:
            value: str | None = connection.execute(
                select(keys.c.value).where(keys.c.name == self._name)
            ).scalar_one_or_none()
        return value

    def _write(self, kept: str | None, state: LoginState) -> bool:
        """Keep a state in place of what was read; False where somebody else was quicker."""
        # What is as always is left out: code of before knows of a password's state alone.
        value = json.dumps({name: value for name, value in asdict(state).items() if value})
        try:
            with reachable(), self._writer.begin() as connection:
                if kept is None:
                    connection.execute(insert(keys).values(name=self._name, value=value))
                    return True
                own = update(keys).where(keys.c.name == self._name, keys.c.value == kept)
                return connection.execute(own.values(value=value)).rowcount == 1
        except IntegrityError:
            return False


def _state(kept: str | None) -> LoginState:
    return LoginState(**json.loads(kept)) if kept else LoginState()
