"""Calendar sources: the calendars named in the content, and the stored state of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, insert, select, update

from plugins.booking.calendars.client.calendar_error import Reason, read_stored, waits_until
from plugins.booking.calendars.ics.unread import Reason as WhyUnread
from plugins.booking.calendars.ics.unread import Unread
from plugins.booking.storage.engine import queue_for_writing, reachable, writing
from plugins.booking.storage.schema import busy, calendar_sources
from plugins.domain.availability import Availability
from plugins.domain.calendar_id import AccountProvider
from plugins.domain.wall_clock import Interval

_MOST_NAMED = 30  # of the events that could not be read
SOON = timedelta(seconds=10)  # before a calendar is asked again for something else
_ACCOUNT = " account:"
RECONNECTED_WITHIN = timedelta(minutes=1)
_LONGEST_ERROR = 8000


@dataclass(frozen=True)
class Source:
    """Calendar source: whether its events keep time, and whether bookings are written to it."""

    address: str
    is_caldav: bool  # at an address of its own: what an account's provider speaks is `provider`'s business
    credentials: str | None
    blocks: bool
    is_own: bool
    tentative_is_free: bool = False
    provider: AccountProvider | None = None

    @property
    def key(self) -> str:
        """What it is called in the database: the address of a private calendar is a secret."""
        return key_of(self.address)

    @property
    def calendar_id(self) -> str:
        """Which of its provider's calendars it is."""
        return self.address.partition(":")[2]


@dataclass(frozen=True)
class State:
    """State of a calendar when it was last asked; `fetched_at` is None where it never answered.

    Of `skipped` events time may be missing; `unread` names the first of them.
    """

    asked: str
    tried_at: datetime
    fetched_at: datetime | None
    skipped: int
    error: str | None
    unread: tuple[Unread, ...] = ()

    @property
    def question(self) -> str:
        """What was asked of it."""
        return self.asked.partition(_ACCOUNT)[0]

    @property
    def account(self) -> str:
        """Whose it was, by a digest of the account's address; nothing where it is no account's."""
        return self.asked.partition(_ACCOUNT)[2]

    @property
    def is_whole(self) -> bool:
        """Whether no time may be missing in what it last said."""
        return self.skipped == 0

    def trusted(self, now: datetime, trusted_for: timedelta) -> bool:
        """Whether what it last said may still be believed, and is all that there is."""
        return self.is_whole and self.fetched_at is not None and now - self.fetched_at <= trusted_for


def key_of(address: str) -> str:
    """Digest an address; a slash at its end makes no other calendar of it."""
    return hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:32]


def sources_of(availability: Availability) -> dict[str, Source]:
    """Every calendar that has to be read, once each, by its key."""
    found = {
        key_of(one.address): Source(
            one.address,
            one.caldav is not None,
            one.credentials,
            blocks=True,
            is_own=False,
            tentative_is_free=one.tentative == "free",
            provider=one.provider,
        )
        for one in availability.busy
    }
    if own := availability.calendar:
        key = key_of(own.address)
        found[key] = Source(
            own.address,
            own.caldav is not None,
            own.credentials,
            blocks=key in found,
            is_own=True,
            tentative_is_free=key in found and found[key].tentative_is_free,
            provider=own.provider,
        )
    return found


def names_account(availability: Availability, provider: AccountProvider) -> bool:
    """Say whether a calendar of a provider's account is read or written."""
    own = [availability.calendar] if availability.calendar else []
    return any(one.provider == provider for one in (*availability.busy, *own))


def own_calendar(availability: Availability) -> str | None:
    """Return the key of the calendar that bookings are written to, None where there is none."""
    return next((key for key, source in sources_of(availability).items() if source.is_own), None)


class Sources:
    """Stored state of calendars; every method raises Unavailable where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    def states(self) -> dict[str, State]:
        """Return how every calendar stands, by its key."""
        with reachable(), self._engine.begin() as connection:
            rows = connection.execute(select(calendar_sources)).all()
        return {row.source: _state(row) for row in rows}

    def take(self, key: str, asked: str, now: datetime, every: timedelta) -> bool:
        """Take a calendar's turn to be asked, if it is due: of several processes, one gets it."""
        where = calendar_sources.c.source == key
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            row = connection.execute(select(calendar_sources).where(where)).one_or_none()
            if row is None:
                values = {"source": key, "asked": asked, "tried_at": now, "skipped": 0}
                connection.execute(insert(calendar_sources).values(values))
                return True
            if not due(_state(row), asked, now, every):
                return False
            connection.execute(update(calendar_sources).where(where).values(asked=asked, tried_at=now))
            return True

    def answered(
        self,
        key: str,
        kept: Mapping[Interval, str] | None,
        skipped: int,
        now: datetime,
        unread: Sequence[Unread] = (),
    ) -> None:
        """Put what a calendar said in place of all that it said before; None where it keeps no time."""
        rows = [
            {"source": key, "start": time.start, "end": time.end, "words": words}
            for time, words in sorted((kept or {}).items())
        ]
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            connection.execute(delete(busy).where(busy.c.source == key))
            if rows:
                connection.execute(insert(busy), rows)
            values = {
                "fetched_at": now,
                "skipped": skipped,
                "error": None,
                "unread": json.dumps(unread[:_MOST_NAMED]),
            }
            connection.execute(update(calendar_sources).where(calendar_sources.c.source == key).values(values))

    def unchanged(self, key: str, since: datetime, now: datetime) -> bool:
        """Note that a calendar says what it said at an instant; False where another process has read it since."""
        table = calendar_sources
        same = and_(table.c.source == key, table.c.fetched_at == since)
        with reachable(), self._writer.begin() as connection:
            done = connection.execute(update(table).where(same).values(fetched_at=now, error=None))
            return done.rowcount == 1

    def failed(self, key: str, error: str) -> None:
        """Note why a calendar did not answer; what it said before stays."""
        with reachable(), self._writer.begin() as connection:
            connection.execute(
                update(calendar_sources).where(calendar_sources.c.source == key).values(error=error[:_LONGEST_ERROR])
            )

    def waits(self, key: str, now: datetime) -> datetime | None:
        """Return until when a calendar is left alone, as its server has said."""
        query = select(calendar_sources.c.error).where(calendar_sources.c.source == key)
        with reachable(), self._engine.begin() as connection:
            return waits_until(connection.execute(query).scalar(), now)

    def keep_only(self, keys: Collection[str], blocking: Collection[str]) -> None:
        """Forget the calendars that left the content, and the time of those that keep none any more."""
        with reachable(), self._writer.begin() as connection:
            queue_for_writing(connection)
            connection.execute(delete(calendar_sources).where(calendar_sources.c.source.not_in(keys)))
            connection.execute(delete(busy).where(busy.c.source.not_in(blocking)))

    def strangers(self, keys: Collection[str], blocking: Collection[str]) -> bool:
        """Whether there is anything for `keep_only` to forget."""
        with reachable(), self._engine.begin() as connection:
            known = select(calendar_sources.c.source).where(calendar_sources.c.source.not_in(keys)).limit(1)
            kept = select(busy.c.source).where(busy.c.source.not_in(blocking)).limit(1)
            return connection.execute(known).first() is not None or connection.execute(kept).first() is not None


def _state(row: Row[Any]) -> State:
    unread = tuple(Unread(words, WhyUnread(reason)) for words, reason in json.loads(row.unread or "[]"))
    return State(row.asked, row.tried_at, row.fetched_at, row.skipped, row.error, unread)


def asked_of(question: str, account: str) -> str:
    """Put what is asked of a calendar together with whose it is."""
    return f"{question}{_ACCOUNT}{account}" if account else question


def due(state: State, asked: str, now: datetime, every: timedelta) -> bool:
    """Whether a calendar has to be asked again: after a while, or soon where something else is wanted of it.

    One whose server has said how long to wait is left alone; one whose account is not connected is not asked at all,
    but looked after soon: it may be connected by now.
    """
    if waits_until(state.error, now):
        return False
    found = read_stored(state.error) if state.error else None
    if found and found[0] is Reason.NOT_CONNECTED:
        every = min(every, RECONNECTED_WITHIN)
    every = every if state.question == asked.partition(_ACCOUNT)[0] else SOON
    # Other processes' clocks may be ahead of this one's, but not by much.
    return not -every < now - state.tried_at < every
