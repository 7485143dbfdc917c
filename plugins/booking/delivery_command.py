"""Delivery command: `deliver` sends the mail without answering requests, once or until it is asked to end."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from plugins.booking.backups.database_lock import serving_from
from plugins.booking.jobs.bounce_job import bounce_workers, imap_poller
from plugins.booking.jobs.worker import Stopped, Worker
from plugins.booking.mail.mime import address_of
from plugins.booking.mail.relay_check import check_relay
from plugins.booking.server import (
    LIFECYCLE_EVERY_SECONDS,
    WAITING_EVERY_SECONDS,
    account_worker,
    calendars_of,
    delivery_of,
    heartbeat_worker,
    lifecycle_job_of,
    mail_workers,
    waiting_job_of,
    warn_of_missing_key,
)
from plugins.booking.service.content_reload import readable
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.content.timezone_data import log_zones
from plugins.domain.language import _

_LOOK_EVERY_SECONDS = 1.0
_log = logging.getLogger(__name__)


def deliver(
    asked: argparse.Namespace,
    settings: Settings,
    clock: Callable[[], datetime],
    is_replaced: Callable[[], bool] = lambda: False,
) -> int:
    """Run the command and return its exit code; it ends by itself once other code is to run in its place."""
    if settings.relay is None:
        words = _("Manca BOOKING_SMTP_URL: per esempio smtp+starttls://utente:password@mail.example.it:587")
        print(words, file=sys.stderr)
        return 2
    if asked.check:
        return _check(settings, clock)
    with serving_from(settings.database_url):
        return _deliver(asked.once, settings, clock, is_replaced)


def _deliver(once: bool, settings: Settings, clock: Callable[[], datetime], is_replaced: Callable[[], bool]) -> int:
    engine = open_engine(settings.database_url)
    migrate(engine)
    log_zones(clock().date())
    warn_of_missing_key(settings)
    # Mail that waits does not need the content; what time brings and other calendars do.
    office = readable(settings.content)
    lifecycle = lifecycle_job_of(settings, engine, office, clock) if office else None
    calendars = calendars_of(settings, engine, office, clock) if office else None
    waiting = waiting_job_of(settings, engine, office, clock) if office else None
    if once:
        if lifecycle:
            lifecycle.make()
        if waiting:
            waiting.make()
        if office and (poller := imap_poller(settings, engine, office, clock)):
            poller.poll()
        delivery = delivery_of(settings, engine, clock)
        assert delivery
        delivery.deliver_due()
        if calendars:
            calendars.do()
        return 0
    worker, *others = mail_workers(settings, engine, clock)
    others += [Worker(lifecycle.make, LIFECYCLE_EVERY_SECONDS, "rounds")] if lifecycle else []
    others += [Worker(waiting.make, WAITING_EVERY_SECONDS, "waiting list")] if waiting else []
    others += [Worker(calendars.do, name="calendars")] if calendars else []
    others += [account_worker(settings, engine, office, clock)] if office else []
    others += bounce_workers(settings, engine, office, clock) if office else []
    # Without content there is nothing to trust calendars for, and what time brings is not done: no heartbeat.
    others += [heartbeat_worker(settings, engine, office, clock)] if office else []

    def stop(*_: object) -> None:
        for one in (worker, *others):
            one.ask_to_stop()

    def look(_stopped: Stopped) -> None:
        if is_replaced():
            _log.warning("other code is installed by now: ending, to be started with it")
            stop()

    others.append(Worker(look, _LOOK_EVERY_SECONDS, "code"))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    for one in others:
        one.start()
    worker.run()
    for one in others:
        one.stop()
    return 0


def _check(settings: Settings, clock: Callable[[], datetime]) -> int:
    relay = settings.relay
    assert relay
    office = readable(settings.content)
    own = office().identity.email if office else ""
    sender, owner = settings.sender or own, settings.owner_email or own
    if not sender or not owner:
        print("The content cannot be read: set BOOKING_SENDER and BOOKING_OWNER_EMAIL for this check.", file=sys.stderr)
        return 2
    own_name = urlsplit(settings.site_url).hostname or "localhost"
    tokens = None
    if relay.token:
        engine = open_engine(settings.database_url)
        migrate(engine)
        tokens = accounts_of(settings, engine, clock)
    taken = check_relay(relay, own_name, address_of(sender), address_of(owner), print, tokens, settings.oauth)
    return 0 if taken else 1
