"""Background job of calendars: bookings are written to the owner's own, then all are polled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.http_client import Ask, ask
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.calendars.poller import CalendarPoller
from plugins.booking.calendars.sources import Sources
from plugins.booking.calendars.writer import CalendarWriter
from plugins.booking.oauth.access_token import AccessTokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.content.office import Office


class CalendarWork:
    """Background job of calendars: writes first, and then reads: what was just booked is not missed there."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        correspondent: MailComposer,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        asking: Ask = ask,
        tokens: AccessTokens | None = None,
    ) -> None:
        entries, sources, known = SyncState(engine), Sources(engine), settings.credentials
        office = CalendarAddresses(office, known)
        connections = CalendarConnections(
            asking, clock, known, tokens or accounts_of(settings, engine, clock), settings.oauth
        )
        failed = FailedWrites(engine)
        self._writer = CalendarWriter(entries, failed, correspondent, office, clock, connections, sources)
        self._refresher = CalendarPoller(
            sources,
            entries,
            office,
            clock,
            connections,
            failed,
            lambda: correspondent.installation,
            settings.owner_email,
        )

    def do(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Do all that is due, until `stop`; return how much was done. Raises Unavailable."""
        return self._writer.write_due(stop) + self._refresher.refresh_due(stop)
