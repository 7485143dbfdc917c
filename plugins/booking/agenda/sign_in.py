"""Sign-in to the agenda: one-time links and codes by mail, and the sessions they begin.

Whoever reads the owner's mail may open it. A code is good in the browser alone that asked for it, which a link need not
open: an installed app has cookies of its own. Links, codes and sessions are kept as digests only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.outbox import Envelope, enqueue
from plugins.booking.storage.outdated_mails import LINK_LASTS as LINK_LASTS
from plugins.booking.storage.schema import outbox, passes

SESSION_LASTS = timedelta(days=30)
MOST_LINKS, SPAN = 5, timedelta(hours=1)
CODE_DIGITS, MOST_TRIES = 8, 5
# What the mails with a link are about, in the outbox.
ABOUT = "agenda"
_LINK, _SESSION = "link", "session"


class SignIn:
    """Sign-in: gives out one-time links and the sessions they begin; every method raises Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def ask(self, write: Callable[[str, str], Envelope], now: datetime) -> str | None:
        """Queue a mail with a new link and a code, written by `write`; None where an hour has had its five.

        They are counted in the database: whoever asks, and however many processes answer. Returns what the browser
        that asks has to show with the code.
        """
        token, asker = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        envelope = write(token, code)
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            asked = select(func.count()).where(outbox.c.about == ABOUT, outbox.c.created_at > now - SPAN)
            if connection.execute(asked).scalar_one() >= MOST_LINKS:
                return None
            connection.execute(delete(passes).where(passes.c.expires_at <= now))
            asked_by = {"asker": _digest(asker), "code": _digest(f"{asker} {code}"), "tries": 0}
            _keep(connection, token, _LINK, now + LINK_LASTS, **asked_by)
            enqueue(connection, ABOUT, [envelope], now)
        return asker

    def link(self, now: datetime) -> str:
        """Return the token of a link for whoever already has the machine; no mail is sent."""
        token = secrets.token_urlsafe(32)
        with reachable(), self._writer.begin() as connection:
            _keep(connection, token, _LINK, now + LINK_LASTS)
        return token

    def opens(self, link: str, now: datetime) -> bool:
        """Say whether a link is still good, and leave it so."""
        return self._is(link, _LINK, now)

    def enter(self, link: str, now: datetime) -> str | None:
        """Use a link up and return the session it begins; None where it is used, too old, or none of ours."""
        session = secrets.token_urlsafe(32)
        used = delete(passes).where(passes.c.digest == _digest(link), passes.c.kind == _LINK, passes.c.expires_at > now)
        with reachable(), self._writer.begin() as connection:
            # Of two that delete one row at once, the database lets one succeed.
            if connection.execute(used).rowcount != 1:
                return None
            _keep(connection, session, _SESSION, now + SESSION_LASTS)
        return session

    def tries_left(self, asker: str, now: datetime) -> int:
        """Say how often the browser that asked may still type its code; 0 where there is none to type."""
        found = select(passes.c.tries).where(*_asked_by(asker, now))
        with reachable(), self._engine.begin() as connection:
            tries = connection.execute(found).scalar_one_or_none()
        return 0 if tries is None else max(0, MOST_TRIES - tries)

    def enter_by_code(self, asker: str, code: str, now: datetime) -> str | None:
        """Use a code up, and its link with it, and return the session it begins; None where it is not the right one."""
        session = secrets.token_urlsafe(32)
        mine = _asked_by(asker, now)
        with reachable(), self._writer.begin() as connection:
            # Counted first: of tries that come at once none is free.
            tried = update(passes).where(*mine, passes.c.tries < MOST_TRIES).values(tries=passes.c.tries + 1)
            if connection.execute(tried).rowcount != 1:
                return None
            right = delete(passes).where(*mine, passes.c.code == _digest(f"{asker} {code}"))
            if connection.execute(right).rowcount != 1:
                return None
            _keep(connection, session, _SESSION, now + SESSION_LASTS)
        return session

    def admits(self, session: str, now: datetime) -> bool:
        """Say whether a session is under way."""
        return self._is(session, _SESSION, now)

    def leave(self, session: str) -> None:
        """End a session."""
        with reachable(), self._writer.begin() as connection:
            connection.execute(delete(passes).where(passes.c.digest == _digest(session), passes.c.kind == _SESSION))

    def _is(self, token: str, kind: str, now: datetime) -> bool:
        found = select(passes.c.digest).where(
            passes.c.digest == _digest(token), passes.c.kind == kind, passes.c.expires_at > now
        )
        with reachable(), self._engine.begin() as connection:
            return connection.execute(found).first() is not None


def form_key(session: str) -> str:
    """Return what every form of a session carries, which no other site can know."""
    return hmac.digest(session.encode(), b"agenda form", hashlib.sha256).hex()


def _asked_by(asker: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return passes.c.asker == _digest(asker), passes.c.kind == _LINK, passes.c.expires_at > now


def _keep(connection: Connection, token: str, kind: str, until: datetime, **asked_by: object) -> None:
    connection.execute(insert(passes).values(digest=_digest(token), kind=kind, expires_at=until, **asked_by))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
