"""Bounce mailbox: how far the mailbox of reports has been read, by whichever process has its turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.engine import reachable, writing
from plugins.booking.storage.schema import bounce_mailboxes

EVERY = timedelta(minutes=1)
LEASE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_REFUSED_PAUSE = timedelta(hours=12)


@dataclass(frozen=True)
class Place:
    """The last mail that was looked at; it means nothing where the server has counted anew (UIDVALIDITY)."""

    uidvalidity: int | None
    uid: int


@dataclass(frozen=True)
class MailboxState:
    """When the mailbox was last read whole, and why not since; None where it was not, or all is well."""

    read_at: datetime | None
    error: str | None


class BounceMailbox:
    """Bounce mailbox by the digest that names it; every method raises Unavailable."""

    def __init__(self, engine: Engine, digest: str) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self._mine = bounce_mailboxes.c.mailbox == digest
        self._digest = digest

    def state(self) -> MailboxState:
        """Tell how it stands."""
        with reachable(), self._engine.begin() as connection:
            row = connection.execute(select(bounce_mailboxes).where(self._mine)).one_or_none()
        return MailboxState(row.read_at, row.error) if row else MailboxState(None, None)

    def take_turn(self, now: datetime) -> Place | None:
        """Take the turn to read it, where it is due; None where it is not, or another process has it."""
        with reachable(), self._engine.begin() as reader:
            row = reader.execute(select(bounce_mailboxes).where(self._mine)).one_or_none()
        # A clock that was put back is no reason to wait until it has caught up.
        if row and now < row.next_at <= now + _LONGEST_REFUSED_PAUSE:
            return None
        try:
            with reachable(), self._writer.begin() as connection:
                if row is None:
                    first = {"mailbox": self._digest, "uid": 0, "failures": 0, "next_at": now + LEASE}
                    connection.execute(insert(bounce_mailboxes).values(first))
                    return Place(None, 0)
                turn = update(bounce_mailboxes).where(self._mine, bounce_mailboxes.c.next_at == row.next_at)
                taken = connection.execute(turn.values(next_at=now + LEASE)).rowcount == 1
        except IntegrityError:
            return None  # another process was quicker
        return Place(row.uidvalidity, row.uid) if taken else None

    def read_to(self, place: Place, now: datetime) -> None:
        """Note how far it has been read, and go on having the turn."""
        self._set(uidvalidity=place.uidvalidity, uid=place.uid, next_at=now + LEASE)

    def done(self, now: datetime) -> None:
        """Note that it has been read whole."""
        self._set(read_at=now, next_at=now + EVERY, failures=0, error=None)

    def failed(self, why: str, now: datetime, is_refused: bool) -> None:
        """Note that it could not be read; what is refused is tried again after long pauses alone."""
        with reachable(), self._writer.begin() as connection:
            kept = select(bounce_mailboxes.c.failures).where(self._mine).with_for_update()
            failures: int = connection.execute(kept).scalar_one() + 1
            first, longest = (15 * EVERY, _LONGEST_REFUSED_PAUSE) if is_refused else (EVERY, _LONGEST_PAUSE)
            pause = min(first * 2 ** min(failures - 1, 12), longest)
            values = {"failures": failures, "error": why[:64], "next_at": now + pause}
            connection.execute(update(bounce_mailboxes).where(self._mine).values(values))

    def _set(self, **values: object) -> None:
        with reachable(), self._writer.begin() as connection:
            connection.execute(update(bounce_mailboxes).where(self._mine).values(values))
