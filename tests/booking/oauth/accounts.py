"""Accounts connected to the provider of the tests, as the commands and the agenda connect them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Engine, select

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.consent import Consents
from plugins.booking.oauth.token_cipher import TokenCipher
from plugins.booking.oauth.token_store import TokenStore
from plugins.booking.storage.schema import entries
from tests.booking.oauth.provider import RunningProvider, code_in

KEY = "una-chiave-di-prova-lunga-abbastanza"
REDIRECTS: dict[Provider, str] = {"google": "http://127.0.0.1:8737/", "microsoft": "http://localhost:8737"}
MAIL: tuple[Use, ...] = ("mail",)
CALENDAR: tuple[Use, ...] = ("calendar",)
BOTH: tuple[Use, ...] = ("calendar", "mail")


def store_of(engine: Engine, key: str | None = KEY, old: str | None = None) -> TokenStore:
    """A store under a secret key."""
    return TokenStore(engine, TokenCipher(key, old))


def accounts_at(running: RunningProvider, engine: Engine, clock: Callable[[], datetime]) -> ConnectedAccounts:
    """The connected accounts of a database, as one more process has them."""
    return ConnectedAccounts(store_of(engine), running.clients, clock)


def consents_at(
    running: RunningProvider, engine: Engine, clock: Callable[[], datetime], provider: Provider
) -> Consents:
    """What connects accounts of a provider."""
    return Consents(store_of(engine), provider, running.clients[provider], clock)


def connect(
    running: RunningProvider,
    engine: Engine,
    clock: Callable[[], datetime],
    provider: Provider,
    uses: Collection[Use] = BOTH,
) -> ConnectedAccounts:
    """Go through a whole consent, and return the connected accounts."""
    consents = consents_at(running, engine, clock, provider)
    pending = consents.begin(uses, REDIRECTS[provider])
    consents.finish(pending, code_in(running.consent(pending.address, pending.redirect)))
    return accounts_at(running, engine, clock)


def fail_unconnected(engine: Engine, booking_id: str, next_at: datetime) -> None:
    """Note that a booking could not be written to a calendar while no account was connected."""
    values = {"booking_id": booking_id, "calendar": "own", "sequence": 0, "attempts": 3, "next_at": next_at}
    with engine.begin() as connection:
        connection.execute(entries.insert().values(**values, error="no account", refusal="not_connected"))


def next_write(engine: Engine) -> datetime:
    """When the one that could not be written is tried again."""
    with engine.begin() as connection:
        found: datetime = connection.execute(select(entries.c.next_at)).scalar_one()
        return found
