"""Server process: HTTP, mail delivery, background jobs, graceful shutdown; in development the mailbox too."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from plugins.booking.app import create_app
from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources
from plugins.booking.jobs.account_watch import AccountWatch
from plugins.booking.jobs.bounce_job import bounce_workers
from plugins.booking.jobs.heartbeat import Heartbeat, standstill
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.jobs.worker import Worker
from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.senders import sender_of
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import accounts_of, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Outbox, Urgency
from plugins.booking.web.middleware.connection_limits import BoundedProtocol
from plugins.content.office import Office
from plugins.content.timezone_data import log_zones

_DRAIN_SECONDS = 20
_ANSWER_SECONDS = 0.02  # for an answer to be on its way before its mails are
_LOOK_EVERY_SECONDS = 1.0  # for other code to be run
_PATIENCE_SECONDS = 2  # with a database that does not answer, before answering without
LIFECYCLE_EVERY_SECONDS = 20.0
WAITING_EVERY_SECONDS = 5.0
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def listen(host: str, port: int) -> socket.socket:
    """Open the port that `serve` answers at, 0 for a free one; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        # Whoever comes from here on waits for the server instead of being turned away.
        opened.listen(1024)
    except OSError:
        opened.close()
        raise
    return opened


def delivery_of(settings: Settings, engine: Engine, clock: Clock, upto: Urgency = Urgency.DIGEST) -> Delivery | None:
    """Return the delivery to the configured relay, or None where there is none."""
    if settings.relay is None:
        return None
    own_name = urlsplit(settings.site_url).hostname or "localhost"
    accounts = accounts_of(settings, engine, clock)
    sender = sender_of(settings.relay, own_name, settings.dkim, accounts, settings.oauth)
    return Delivery(Outbox(engine), sender, clock, upto=upto)


def mail_workers(settings: Settings, engine: Engine, clock: Clock) -> list[Worker]:
    """Return what delivers all along: one for all mail, one for the owner's alone, which so waits for no visitor's."""
    lanes = {"delivery": Urgency.DIGEST, "owner's delivery": Urgency.OWNER}
    deliveries = {name: delivery_of(settings, engine, clock, upto) for name, upto in lanes.items()}
    return [Worker(delivery.deliver_due, name=name) for name, delivery in deliveries.items() if delivery]


def lifecycle_job_of(
    settings: Settings,
    engine: Engine,
    office: Callable[[], Office],
    clock: Clock,
    wake: Callable[[], None] = lambda: None,
) -> LifecycleJob:
    """Return the lifecycle job: what time itself brings."""
    return LifecycleJob(engine, services_of(settings, Store(engine), clock, office, wake), office, clock, wake)


def waiting_job_of(
    settings: Settings,
    engine: Engine,
    office: Callable[[], Office],
    clock: Clock,
    wake: Callable[[], None] = lambda: None,
) -> WaitingJob:
    """Return the job of the waiting list; while a calendar cannot be believed, what it offers waits for the owner."""
    trusted = CalendarFallback(CalendarAddresses(office, settings.credentials), Sources(engine), clock)
    return WaitingJob(services_of(settings, Store(engine), clock, trusted, wake).waiting_list)


def calendars_of(settings: Settings, engine: Engine, office: Callable[[], Office], clock: Clock) -> CalendarWork:
    """Return the work on other calendars."""
    mail_composer = services_of(settings, Store(engine), clock, office).mail_composer
    return CalendarWork(settings, engine, mail_composer, office, clock, tokens=accounts_of(settings, engine, clock))


def account_worker(settings: Settings, engine: Engine, office: Callable[[], Office], clock: Clock) -> Worker:
    """Return the worker that keeps accounts connected, and tells of those that are not."""
    composer = services_of(settings, Store(engine), clock, office).mail_composer
    watch = AccountWatch(settings, accounts_of(settings, engine, clock), composer, office, clock)
    return Worker(watch.look, LIFECYCLE_EVERY_SECONDS, "accounts")


def heartbeat_worker(settings: Settings, engine: Engine, office: Callable[[], Office], clock: Clock) -> Worker:
    """Return the worker that notes that workers run, and calls the monitor."""
    calendars = CalendarFallback(CalendarAddresses(office, settings.credentials), Sources(engine), clock)
    accounts = accounts_of(settings, engine, clock)
    wrong = standstill(settings.relay, Outbox(engine), calendars, clock, accounts)
    beat = Heartbeat(engine, wrong, settings.heartbeat_url, clock).beat
    return Worker(beat, LIFECYCLE_EVERY_SECONDS, "heartbeat")


def warn_of_missing_key(settings: Settings) -> None:
    """Say at the start that no account can be connected, where one is named and nothing could keep its tokens."""
    if settings.secret_key is None and (settings.oauth or settings.mail_accounts):
        named = " and ".join(sorted({*settings.oauth, *settings.mail_accounts}))
        _log.warning("no account of %s can be connected: %s", named, SecretKeyMissing())


async def serve(
    settings: Settings,
    engine: Engine,
    office: ContentReloader,
    clock: Clock,
    opened: socket.socket,
    greet: Callable[[bool], None],
    is_replaced: Callable[[], bool] = lambda: False,
) -> None:
    """Answer at an open port until SIGTERM, Ctrl-C or other code in its place, then finish what is in hand.

    A database that does not answer yet is waited for, with 503s meanwhile. `greet` is called when the
    endpoint is ready, and told whether there is a mailbox.
    """
    log_zones(clock().date())
    warn_of_missing_key(settings)
    mailbox = None
    if settings.dev and settings.relay is None:
        from plugins.booking.web.dev_mailbox import Mailbox  # with the SMTP server of development alone

        mailbox = Mailbox()
    if mailbox:
        settings = replace(settings, relay=await mailbox.start())
    mail = mail_workers(settings, engine, clock) if settings.worker else []

    loop = asyncio.get_running_loop()

    def wake() -> None:
        # Whoever booked waits for her answer, and delivery would compete for the interpreter with it.
        loop.call_soon_threadsafe(loop.call_later, _ANSWER_SECONDS, _wake, woken)

    store = Store(engine)
    waiting = Worker(waiting_job_of(settings, engine, office, clock, wake).make, WAITING_EVERY_SECONDS, "waiting list")
    # What was just cancelled is offered to who waits before anybody else looks for it.
    woken = [*mail, waiting] if settings.worker else []
    lifecycle = Worker(lifecycle_job_of(settings, engine, office, clock, wake).make, LIFECYCLE_EVERY_SECONDS, "rounds")
    calendars = Worker(calendars_of(settings, engine, office, clock).do, name="calendars")
    beating = heartbeat_worker(settings, engine, office, clock)
    watching = account_worker(settings, engine, office, clock)
    bounces = bounce_workers(settings, engine, office, clock, wake)
    workers = [*woken, lifecycle, calendars, watching, beating, *bounces] if settings.worker else []
    app = create_app(settings, store, clock, Outbox(engine), office, wake, mailbox)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            log_config=None,
            access_log=False,  # an address can hold a token
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )
    _end_in_order(server)
    # What signs tokens is made now where it is not configured: no page that is only looked at may write it.
    ready = services_of(settings, store, clock, office).mail_composer.prepare
    preparing = asyncio.create_task(_prepare(engine, ready, [one.start for one in workers]))
    await asyncio.wait([preparing], timeout=_PATIENCE_SECONDS)
    if preparing.done():
        preparing.result()
    greet(mailbox is not None)
    looking = asyncio.create_task(_end_when(is_replaced, server))
    try:
        await server.serve(sockets=[opened])
    finally:
        preparing.cancel()
        looking.cancel()
        for one in workers:
            one.ask_to_stop()
        for one in workers:
            await run_in_threadpool(one.stop)
        if mailbox:
            await mailbox.stop()
        engine.dispose()


def _wake(workers: Iterable[Worker]) -> None:
    for one in workers:
        one.wake()


def _end_in_order(server: uvicorn.Server) -> None:
    # The server has handlers of its own while it serves, and raises the signal again when it is done: it then
    # finds these, and the process ends as one that did what it was asked.
    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


async def _end_when(is_replaced: Callable[[], bool], server: uvicorn.Server) -> None:
    while not is_replaced():
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    _log.warning("other code is installed by now: ending, to be started with it")
    server.should_exit = True


async def _prepare(engine: Engine, ready: Callable[[], None], begin: Iterable[Callable[[], None]]) -> None:
    """Bring the database to the present schema, as soon as it answers, make it ready, and begin what needs it."""
    while True:
        try:
            await run_in_threadpool(migrate, engine)
            await run_in_threadpool(ready)
        except Unavailable as error:
            _log.warning("the database does not answer yet: %s", type(error.__cause__).__name__)
            await asyncio.sleep(1)
        else:
            for one in begin:
                one()
            return
