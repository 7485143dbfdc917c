"""Bounce job: the worker that reads the mailbox of reports, where there is one, and how that mailbox stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from plugins.booking.jobs.worker import Worker
from plugins.booking.mail.bounces.imap_poller import ImapPoller
from plugins.booking.service.incoming_mail import IncomingMail
from plugins.booking.service.services import accounts_of, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.bounce_mailbox import BounceMailbox
from plugins.booking.storage.bounces import Bounces
from plugins.content.office import Office

_EVERY_SECONDS = 20.0


def incoming_mail(
    settings: Settings,
    engine: Engine,
    office: Callable[[], Office],
    clock: Callable[[], datetime],
    wake: Callable[[], None] = lambda: None,
) -> IncomingMail:
    """Return what takes in reports and replies, from whichever way they come."""
    return IncomingMail(engine, services_of(settings, Store(engine), clock, office).mail_composer, clock, wake)


def imap_poller(
    settings: Settings,
    engine: Engine,
    office: Callable[[], Office],
    clock: Callable[[], datetime],
    wake: Callable[[], None] = lambda: None,
) -> ImapPoller | None:
    """Return what reads the mailbox, None where none is configured."""
    if settings.imap is None:
        return None
    take = incoming_mail(settings, engine, office, clock, wake).take
    kept = BounceMailbox(engine, settings.imap.digest)
    return ImapPoller(settings.imap, kept, take, clock, accounts_of(settings, engine, clock))


def bounce_workers(
    settings: Settings,
    engine: Engine,
    office: Callable[[], Office],
    clock: Callable[[], datetime],
    wake: Callable[[], None] = lambda: None,
) -> list[Worker]:
    """Return the worker that reads the mailbox; none where none is configured."""
    poller = imap_poller(settings, engine, office, clock, wake)
    return [Worker(poller.poll, _EVERY_SECONDS, "bounces")] if poller else []


def bounce_state(settings: Settings, engine: Engine, now: datetime) -> dict[str, Any]:
    """How many mails came back, and how the mailbox of reports stands, for /health; raises Unavailable."""
    figures = Bounces(engine).figures(now)
    read = BounceMailbox(engine, settings.imap.digest).state() if settings.imap else None
    if read is None:
        mailbox = "not configured"
    elif read.error:
        mailbox = f"not read: {read.error}; see BOOKING_IMAP_URL"
    else:
        mailbox = "ok" if read.read_at else "not read yet"
    return {
        "bounced": figures.bounced,
        "to_look_at": figures.to_look_at,
        "mailbox": mailbox,
        "last_read": read.read_at.isoformat() if read and read.read_at else None,
    }
