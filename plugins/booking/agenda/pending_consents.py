"""Pending consents of the agenda: kept encrypted in the browser that asked, bound to its session, good once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Engine, delete, insert

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.consent import PendingConsent
from plugins.booking.oauth.token_cipher import TokenCipher, Unreadable
from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.schema import passes

LASTS = timedelta(minutes=10)
_KIND, _NAME = "consent", "pending"


class PendingConsents:
    """Pending consents; the methods block, and raise Unavailable."""

    def __init__(self, engine: Engine, cipher: TokenCipher, clock: Callable[[], datetime]) -> None:
        self._writer = writing(engine)
        self._cipher = cipher
        self._clock = clock

    def keep(self, pending: PendingConsent, session: str) -> str:
        """Note that a consent was asked for, and return what the browser keeps meanwhile; raises SecretKeyMissing."""
        kept = [
            pending.provider, sorted(pending.uses), pending.redirect, pending.state, pending.verifier, _digest(session),
        ]  # fmt: skip
        sealed = self._cipher.encrypt(json.dumps(kept).encode(), _NAME)
        now = self._clock()
        row = {"digest": _digest(pending.state), "kind": _KIND, "expires_at": now + LASTS}
        with reachable(), self._writer.begin() as connection:
            connection.execute(delete(passes).where(passes.c.kind == _KIND, passes.c.expires_at <= now))
            connection.execute(insert(passes).values(row))
        return base64.urlsafe_b64encode(sealed).decode()

    def take(self, kept: str, session: str, provider: Provider) -> PendingConsent | None:
        """Use a consent up that was asked for in this session; None where there is none, or no more."""
        try:
            plain, _ = self._cipher.decrypt(base64.urlsafe_b64decode(kept.encode("ascii", "replace")), _NAME)
        except (Unreadable, ValueError):
            return None
        asked, uses, redirect, state, verifier, owner = json.loads(plain)
        if asked != provider or not hmac.compare_digest(owner, _digest(session)):
            return None
        mine = (passes.c.digest == _digest(state), passes.c.kind == _KIND, passes.c.expires_at > self._clock())
        with reachable(), self._writer.begin() as connection:
            # Of two that delete one row at once, the database lets one succeed.
            if connection.execute(delete(passes).where(*mine)).rowcount != 1:
                return None
        return PendingConsent(provider, frozenset(cast(list[Use], uses)), redirect, state, verifier, "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
