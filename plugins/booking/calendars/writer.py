"""Calendar writer: puts bookings into the owner's own calendar (CalDAV), with retries.

An entry is marked only when it was written there.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import Leased, SyncState
from plugins.booking.calendars.entries.write_refusal import Refusal, refusal_of
from plugins.booking.calendars.sources import Source, Sources, sources_of
from plugins.booking.mail.delivery import wait_at_least, wait_before
from plugins.booking.mail.texts.booking_mails import own_entry
from plugins.booking.mail.texts.group_entry import group_entry
from plugins.booking.service.mail_composer import MailComposer
from plugins.content.office import Office

_LONGEST_WAIT = timedelta(minutes=10)
_REFUSED_WAIT = timedelta(minutes=10)  # at first: somebody has to mend something before it can go better
_log = logging.getLogger(__name__)


class CalendarWriter:
    """Calendar writer: brings it up to date; any number may run at once, in any number of processes."""

    def __init__(
        self,
        entries: SyncState,
        failed: FailedWrites,
        correspondent: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        connections: CalendarConnections,
        sources: Sources,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._entries = entries
        self._failed = failed
        self._correspondent = correspondent
        self._office = office
        self._clock = clock
        self._connections = connections
        self._sources = sources
        self._chance = chance

    def write_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Write and remove all that is due, until `stop`; return how many were. Raises Unavailable."""
        own = next((one for one in sources_of(self._office().availability).values() if one.is_own), None)
        if own is None:
            return 0
        self._correspondent.prepare()
        done = 0
        while not stop() and (leased := self._entries.lease(own.key, self._clock())):
            done += self._write(own, leased)
        return done

    def _write(self, own: Source, leased: Leased) -> bool:
        if until := self._sources.waits(own.key, self._clock()):
            self._entries.later(leased, until, "its server has said how long to wait", None)
            return False
        try:
            self._put(own, leased)
        except Unanswered as error:
            refusal, now = refusal_of(error), self._clock()
            _log.warning("booking %s is not in the calendar yet: %s", leased.booking.id, error)
            wait = max(self._wait(leased, refusal), error.wait or timedelta())
            self._entries.later(leased, now + wait, str(error), refusal)
            if error.wait:
                self._sources.failed(own.key, error.stored_at(now))
            return False
        if leased.had_failed:
            # What was in the way of this one was in the way of others.
            self._failed.retry(own.key, self._clock())
        return True

    def _put(self, own: Source, leased: Leased) -> None:
        booking = leased.booking
        store = self._connections.entries(own)
        if leased.is_removal:
            store.remove(leased, f"{booking.id}@{self._correspondent.installation}")
            self._entries.removed(leased)
            return
        occasion, people = self._correspondent.occasion(booking), self._entries.groups.mates(booking)
        entry = group_entry(people, occasion) if people else own_entry(booking, occasion)
        written = store.write(leased, entry.model_copy(update={"sequence": leased.sequence}), self._clock())
        if written.guests:
            _log.info("booking %s: its entry has guests of the owner's, whom her server may tell", booking.id)
        self._entries.settled(leased, self._clock(), written)

    def _wait(self, leased: Leased, refusal: Refusal | None) -> timedelta:
        if refusal is None:
            return min(_LONGEST_WAIT, wait_before(leased.attempts, self._chance))
        return wait_at_least(_REFUSED_WAIT, 2.0 ** min(leased.attempts - 1, 10), self._chance)
