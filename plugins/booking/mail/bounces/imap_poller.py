"""IMAP poller: looks through the new mails of a mailbox for reports and replies, each minute."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.mail.bounces.imap_client import ImapFolder, MailboxError, opened
from plugins.booking.oauth.access_token import AccessTokens
from plugins.booking.storage.bounce_mailbox import BounceMailbox, Place
from plugins.booking.storage.engine import Unavailable

# Of a mailbox that was never read: what is older than a report takes to come is left alone.
_LOOKED_BACK = timedelta(days=10)
_AT_ONCE = 100
_PATIENCE = timedelta(minutes=15)  # with a mail that ends each turn: servers recover
_MOST = 5_000  # in one turn; the rest has the next one
_log = logging.getLogger(__name__)


class ImapPoller:
    """IMAP poller; `take` is given every mail that may be a report or a reply, once or again after a failure."""

    def __init__(
        self,
        mailbox: ImapMailbox,
        kept: BounceMailbox,
        take: Callable[[bytes], object],
        clock: Callable[[], datetime],
        tokens: AccessTokens | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._kept = kept
        self._take = take
        self._clock = clock
        self._tokens = tokens
        self._context = context
        self._singly = False  # what ended the last turn is found by asking about one mail at a time
        self._stopped_by: tuple[int, datetime] | None = None

    def poll(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Read what is new, where it is this process's turn; return how many mails were ours. Raises Unavailable."""
        place = self._kept.take_turn(self._clock())
        if place is None:
            return 0
        try:
            with opened(self._mailbox, self._tokens, self._context) as folder:
                found = self._read(folder, place, stop)
        except MailboxError as error:
            _log.warning("the mailbox of BOOKING_IMAP_URL is not read: %s", error.why)
            self._kept.failed(error.why, self._clock(), error.is_refused)
            return 0
        except Unavailable:
            raise
        except Exception as error:
            # Of any kind: what ends a turn is told to the monitor, and the next one comes after a pause.
            _log.warning("the mailbox of BOOKING_IMAP_URL is not read: %s", type(error).__name__)
            self._kept.failed(f"a mail was not taken in ({type(error).__name__})", self._clock(), is_refused=False)
            return 0
        self._singly, self._stopped_by = False, None
        self._kept.done(self._clock())
        return found

    def _read(self, folder: ImapFolder, place: Place, stop: Callable[[], bool]) -> int:
        uid = place.uid if place.uidvalidity == folder.uidvalidity else 0
        new = folder.since(uid, (self._clock() - _LOOKED_BACK).date())[:_MOST]
        found = 0
        for batch in self._batches(new):
            if stop():
                break
            try:
                for one in folder.interesting(batch):
                    found += self._take(folder.raw(one)) is not None
                    # Only now: what was read and not taken in, because the process ended, is read again.
                    self._kept.read_to(Place(folder.uidvalidity, one), self._clock())
            except Unavailable:
                raise
            except Exception:
                self._step_over(batch, folder.uidvalidity)
                raise
            self._kept.read_to(Place(folder.uidvalidity, batch[-1]), self._clock())
        return found

    def _batches(self, new: list[int]) -> Iterator[list[int]]:
        alone = _AT_ONCE if self._singly else 0
        yield from ([one] for one in new[:alone])
        yield from (new[first : first + _AT_ONCE] for first in range(alone, len(new), _AT_ONCE))

    def _step_over(self, batch: list[int], uidvalidity: int) -> None:
        """Note what ended the turn: a mail that goes on doing so is left alone, for those behind it to be read."""
        uid, now = batch[0], self._clock()
        self._singly = True
        if len(batch) > 1:
            self._stopped_by = None
        elif self._stopped_by is None or self._stopped_by[0] != uid:
            self._stopped_by = uid, now
        elif now - self._stopped_by[1] >= _PATIENCE:
            _log.warning("a mail of the mailbox of BOOKING_IMAP_URL is left alone: UID %s", uid)
            self._kept.read_to(Place(uidvalidity, uid), now)
