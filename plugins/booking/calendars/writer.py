"""Calendar writer: puts bookings into the owner's own calendar (CalDAV), with retries.

An entry is marked only when it was written there.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from plugins.booking.calendars.caldav import Collection
from plugins.booking.calendars.calendar_check import CalendarCheck
from plugins.booking.calendars.calendar_error import Unanswered
from plugins.booking.calendars.http_client import Ask
from plugins.booking.calendars.poller import login_of
from plugins.booking.calendars.sources import key_of
from plugins.booking.calendars.sync_state import Leased, SyncState
from plugins.booking.mail.delivery import wait_before
from plugins.booking.mail.ics import ics
from plugins.booking.mail.texts.booking_mails import own_entry
from plugins.booking.service.mail_composer import MailComposer
from plugins.content.office import Office
from plugins.domain.calendar_settings import OwnCalendar

_LONGEST_WAIT = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class CalendarWriter:
    """Calendar writer: brings it up to date; any number may run at once, in any number of processes."""

    def __init__(
        self,
        entries: SyncState,
        correspondent: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        ask: Ask,
        credentials: Callable[[str], str | None],
        check: CalendarCheck,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._entries = entries
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
        booking = leased.booking
        try:
            login = login_of(own.credentials, self._credentials)
            # A server may make a new calendar of what is put where there is none.
            self._check.require(own.address, login)
            collection = Collection(own.address, login, self._ask)
            if leased.is_removal:
                collection.remove(booking.id)
            else:
                entry = own_entry(booking, self._correspondent.occasion(booking))
                collection.write(booking.id, ics(entry.model_copy(update={"sequence": leased.sequence})))
        except Unanswered as error:
            again = self._clock() + min(_LONGEST_WAIT, wait_before(leased.attempts, self._chance))
            _log.warning("booking %s is not in the calendar yet: %s", booking.id, error)
            self._entries.later(leased, again, str(error))
            return False
        self._entries.settled(leased, self._clock())
        return True
