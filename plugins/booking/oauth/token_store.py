"""Token store: the consents of connected accounts, tokens encrypted, one refresher at a time by a lease."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.token_cipher import SecretKeyMissing, TokenCipher, Unreadable
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.token_schema import oauth_tokens

# Longer than a request to the provider and the saving of its answer may take.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class AccessToken:
    """An access token and when it ends."""

    value: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True)
class Secret:
    """The tokens of a consent: the refresh token, and an access token by use."""

    refresh: str = field(repr=False)
    access: Mapping[Use, AccessToken]


@dataclass(frozen=True)
class Grant:
    """A consent that the owner gave to a provider; `secret` is None where the secret key is another by now."""

    id: str
    provider: Provider
    uses: frozenset[Use]
    account: str
    scopes: tuple[str, ...]
    connected_at: datetime
    refreshed_at: datetime
    secret: Secret | None = field(default=None, repr=False)
    generation: int = 0
    ends_at: datetime | None = None
    died_at: datetime | None = None
    why: str | None = None
    attempts: int = 0
    next_at: datetime | None = None
    told: str | None = None
    told_at: datetime | None = None


class TokenStore:
    """Token store: every method raises Unavailable; those that write tokens SecretKeyMissing."""

    def __init__(self, engine: Engine, cipher: TokenCipher) -> None:
        self.engine = engine
        self._writer = writing(engine)
        self._cipher = cipher

    def check_key(self) -> None:
        """Raise SecretKeyMissing where no token could be kept."""
        if not self._cipher.is_ready:
            raise SecretKeyMissing

    def all(self) -> tuple[Grant, ...]:
        """Return all consents, the oldest first."""
        with reachable(), self.engine.begin() as connection:
            rows = connection.execute(select(oauth_tokens).order_by(oauth_tokens.c.id)).all()
        return tuple(self._grant(row) for row in rows)

    def find(self, provider: Provider, use: Use) -> Grant | None:
        """Return the consent for a use."""
        return next((one for one in self.all() if one.provider == provider and use in one.uses), None)

    def connect(self, grant: Grant, now: datetime) -> tuple[Grant, ...]:
        """Keep a new consent in place of those for the same uses, and return the ones that so have none left."""
        assert grant.secret
        sealed = self._sealed(name := new_id(now), grant.secret)
        values = self._values(grant) | {"id": name, "secret": sealed}
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            gone = self._take_uses(connection, grant.provider, grant.uses)
            connection.execute(insert(oauth_tokens).values(values))
        return gone

    def disconnect(self, provider: Provider, uses: Collection[Use]) -> tuple[Grant, ...]:
        """Forget the consents for some uses, and return those that have no use left."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            return self._take_uses(connection, provider, uses)

    def lease(self, grant_id: str, name: str, now: datetime) -> Grant | None:
        """Take the turn to refresh, and return the consent as it is then; None where another has it, or it is gone."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            row = connection.execute(select(oauth_tokens).where(oauth_tokens.c.id == grant_id)).one_or_none()
            # One that ends beyond a whole lease is of a clock that was put back since.
            if row is None or (row.lease and now < row.lease_until <= now + LEASE):
                return None
            taken = update(oauth_tokens).where(oauth_tokens.c.id == grant_id)
            connection.execute(taken.values(lease=name, lease_until=now + LEASE))
        return self._grant(row)

    def release(self, grant_id: str, name: str) -> None:
        """Give the turn back."""
        with reachable(), self._writer.begin() as connection:
            mine = update(oauth_tokens).where(oauth_tokens.c.id == grant_id, oauth_tokens.c.lease == name)
            connection.execute(mine.values(lease=None, lease_until=None))

    def renew(self, grant: Grant) -> bool:
        """Put new tokens in the place of those of the generation before, and end the turn; False where they are gone.

        The generation decides, not the lease: a turn that took too long must not throw away the only good token.
        """
        assert grant.secret
        values = self._values(grant) | {"secret": self._sealed(grant.id, grant.secret)}
        before = (oauth_tokens.c.id == grant.id, oauth_tokens.c.generation == grant.generation - 1)
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            # What another process told or took away meanwhile stays.
            values = {key: value for key, value in values.items() if key not in {"uses", "told", "told_at"}}
            done = connection.execute(update(oauth_tokens).where(*before).values(**values, lease=None))
        return done.rowcount == 1

    def note(self, grant: Grant, name: str | None = None) -> None:
        """Keep that a consent is dead, or has to wait, and end the turn of a name."""
        mine = update(oauth_tokens).where(oauth_tokens.c.id == grant.id, oauth_tokens.c.generation == grant.generation)
        kept = ("died_at", "why", "attempts", "next_at")
        values = {key: value for key, value in self._values(grant).items() if key in kept}
        if name:
            mine, values = mine.where(oauth_tokens.c.lease == name), values | {"lease": None}
        with reachable(), self._writer.begin() as connection:
            connection.execute(mine.values(values))

    def tell(
        self, grant: Grant, told: str | None, now: datetime, also: Callable[[Connection], None] = lambda _: None
    ) -> bool:
        """Note what the owner is told of a consent, and do `also` in the same transaction; False where another did."""
        seen = oauth_tokens.c.told_at == grant.told_at if grant.told_at else oauth_tokens.c.told_at.is_(None)
        mine = update(oauth_tokens).where(oauth_tokens.c.id == grant.id, seen)
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            if connection.execute(mine.values(told=told, told_at=now)).rowcount != 1:
                return False
            also(connection)
        return True

    def drop_access(self, provider: Provider, use: Use, token: str, now: datetime, pause: timedelta) -> None:
        """Forget an access token that a server refused, unless it is another by now.

        The second that is refused within a pause is followed by one: the provider is not asked again and again.
        """
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            for row in connection.execute(select(oauth_tokens).where(oauth_tokens.c.provider == provider)).all():
                grant = self._grant(row)
                if use not in grant.uses or grant.secret is None:
                    continue
                left = {key: one for key, one in grant.secret.access.items() if one.value != token}
                if len(left) < len(grant.secret.access):
                    again = row.refused_at is not None and timedelta(0) <= now - row.refused_at < pause
                    values = {"secret": self._sealed(grant.id, replace(grant.secret, access=left)), "refused_at": now}
                    values |= {"next_at": now + pause} if again else {}
                    connection.execute(update(oauth_tokens).where(oauth_tokens.c.id == grant.id).values(values))

    def rewrite(self) -> None:
        """Encrypt anew what was encrypted under the old secret key."""
        with reachable(), self.engine.begin() as connection:
            rows = connection.execute(select(oauth_tokens)).all()
        if not any(self._is_old(row) for row in rows):
            return
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            for row in connection.execute(select(oauth_tokens)).all():
                if self._is_old(row):
                    sealed = self._cipher.encrypt(self._cipher.decrypt(row.secret, row.id)[0], row.id)
                    connection.execute(update(oauth_tokens).where(oauth_tokens.c.id == row.id).values(secret=sealed))

    def _is_old(self, row: Row[Any]) -> bool:
        try:
            return self._cipher.decrypt(row.secret, row.id)[1]
        except Unreadable:
            return False

    def _take_uses(self, connection: Connection, provider: Provider, uses: Collection[Use]) -> tuple[Grant, ...]:
        gone = []
        for row in connection.execute(select(oauth_tokens).where(oauth_tokens.c.provider == provider)).all():
            grant = self._grant(row)
            mine, left = oauth_tokens.c.id == grant.id, grant.uses - set(uses)
            if left:
                connection.execute(update(oauth_tokens).where(mine).values(uses=" ".join(sorted(left))))
            else:
                connection.execute(delete(oauth_tokens).where(mine))
                gone.append(grant)
        return tuple(gone)

    def _sealed(self, grant_id: str, secret: Secret) -> bytes:
        access = {use: [one.value, one.ends_at.isoformat()] for use, one in secret.access.items()}
        return self._cipher.encrypt(json.dumps({"refresh": secret.refresh, "access": access}).encode(), grant_id)

    def _secret(self, row: Row[Any]) -> Secret | None:
        try:
            plain, _ = self._cipher.decrypt(row.secret, row.id)
        except Unreadable:
            return None
        kept = json.loads(plain)
        access = {
            cast(Use, use): AccessToken(value, datetime.fromisoformat(ends))
            for use, (value, ends) in kept["access"].items()
        }
        return Secret(kept["refresh"], access)

    def _grant(self, row: Row[Any]) -> Grant:
        uses = frozenset(cast(Use, use) for use in row.uses.split())
        return Grant(
            row.id, cast(Provider, row.provider), uses, row.account, tuple(row.scopes.split()), row.connected_at,
            row.refreshed_at, self._secret(row), row.generation, row.ends_at, row.died_at, row.why, row.attempts,
            row.next_at, row.told, row.told_at,
        )  # fmt: skip

    @staticmethod
    def _values(grant: Grant) -> dict[str, Any]:
        return {
            "provider": grant.provider, "uses": " ".join(sorted(grant.uses)), "account": grant.account,
            "scopes": " ".join(grant.scopes), "generation": grant.generation, "connected_at": grant.connected_at,
            "refreshed_at": grant.refreshed_at, "ends_at": grant.ends_at, "died_at": grant.died_at, "why": grant.why,
            "attempts": grant.attempts, "next_at": grant.next_at, "told": grant.told, "told_at": grant.told_at,
        }  # fmt: skip
