"""Calendar writer: puts bookings into the owner's own calendar (CalDAV), with retries.

An entry is marked only when it was written there.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from plugins.booking.calendars.calendar_reader import login_of
from plugins.booking.calendars.client.calendar_check import CalendarCheck
from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.entries.calendar_objects import CalendarObjects
from plugins.booking.calendars.entries.entry_writes import remove_entry, write_entry
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import Leased, SyncState
from plugins.booking.calendars.entries.write_refusal import Refusal, refusal_of
from plugins.booking.calendars.sources import key_of
from plugins.booking.mail.delivery import wait_at_least, wait_before
from plugins.booking.mail.texts.booking_mails import own_entry
from plugins.booking.service.mail_composer import MailComposer
from plugins.content.office import Office
from plugins.domain.calendar_settings import OwnCalendar

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
        ask: Ask,
        credentials: Callable[[str], str | None],
        check: CalendarCheck,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._entries = entries
        self._failed = failed
        self._correspondent = correspondent
        self._office = office
        self._clock = clock
        self._ask = ask
        self._credentials = credentials
        self._check = check
        self._chance = chance

    def write_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Write and remove all that is due, until `stop`; return how many were. Raises Unavailable."""
        own = self._office().availability.calendar
        if own is None:
            return 0
        self._correspondent.prepare()
        done = 0
        while not stop() and (leased := self._entries.lease(key_of(own.address), self._clock())):
            done += self._write(own, leased)
        return done

    def _write(self, own: OwnCalendar, leased: Leased) -> bool:
        try:
            self._put(own, leased)
        except Unanswered as error:
            refusal = refusal_of(error)
            _log.warning("booking %s is not in the calendar yet: %s", leased.booking.id, error)
            self._entries.later(leased, self._clock() + self._wait(leased, refusal), str(error), refusal)
            return False
        if leased.had_failed:
            # What was in the way of this one was in the way of others.
            self._failed.retry(key_of(own.address), self._clock())
        return True

    def _put(self, own: OwnCalendar, leased: Leased) -> None:
        booking = leased.booking
        login = login_of(own.credentials, self._credentials)
        # A server may make a new calendar of what is put where there is none.
        self._check.require(own.address, login)
        objects = CalendarObjects(own.address, login, self._ask)
        if leased.is_removal:
            uid = f"{booking.id}@{self._correspondent.installation}"
            remove_entry(objects, booking.id, uid, leased.is_suspect)
            self._entries.removed(leased)
            return
        entry = own_entry(booking, self._correspondent.occasion(booking))
        entry = entry.model_copy(update={"sequence": leased.sequence})
        written = write_entry(
            objects, booking.id, entry, leased.written, self._clock(), leased.is_new, leased.is_suspect
        )
        if written.guests:
            _log.info("booking %s: its entry has guests of the owner's, whom her server may tell", booking.id)
        self._entries.settled(leased, self._clock(), written)

    def _wait(self, leased: Leased, refusal: Refusal | None) -> timedelta:
        if refusal is None:
            return min(_LONGEST_WAIT, wait_before(leased.attempts, self._chance))
        return wait_at_least(_REFUSED_WAIT, 2.0 ** min(leased.attempts - 1, 10), self._chance)
