"""The composition root: everything the endpoint is made of, put together in one function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI

from plugins.booking import problems
from plugins.booking.agenda.wiring import add_agenda
from plugins.booking.api import api_routes
from plugins.booking.body_limit import BodyLimit
from plugins.booking.calendars.feed import Feed, feed_routes
from plugins.booking.calendars.sources import Sources
from plugins.booking.calendars.trust import TrustedOffice
from plugins.booking.composition import staff_of
from plugins.booking.form_guard import FormGuard
from plugins.booking.gates import OriginGate, RateGate
from plugins.booking.head import HeadAsGet
from plugins.booking.headers import SecurityHeaders
from plugins.booking.health import health_routes
from plugins.booking.manage import manage_routes
from plugins.booking.metrics import Measured, Requests
from plugins.booking.monitoring import metrics_routes
from plugins.booking.outbox import Outbox
from plugins.booking.packing import Packed
from plugins.booking.pages import page_routes
from plugins.booking.pulse import Pulse
from plugins.booking.rendering import Renderer
from plugins.booking.settings import Settings
from plugins.booking.site_files import site_files
from plugins.booking.store import Store
from plugins.booking.told_again import SlotsToldAgain
from plugins.booking.walk import Walk
from plugins.content.front_office import Office
from plugins.domain.language import _

if TYPE_CHECKING:
    from plugins.booking.mailbox import Mailbox


def create_app(
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    outbox: Outbox,
    office: Callable[[], Office],
    wake: Callable[[], None] = lambda: None,
    mailbox: Mailbox | None = None,
) -> FastAPI:
    """Build the endpoint. `clock` gives aware instants in UTC; `office` the content as it is now.

    `wake` tells the delivery that mail was queued; `mailbox`, in development, gets its pages at /posta/.
    Opens no file and no connection before the first request.
    """
    render = Renderer(office, settings.dev, mark=settings.site_dir / "live-reload.txt" if settings.dev else None)
    # Whoever promises time asks this one: while a calendar cannot be believed, every meeting waits for the owner.
    office = trusted = TrustedOffice(office, Sources(store.engine), clock)
    staff = staff_of(settings, store, clock, office, wake)
    desk, changes = staff.desk, staff.changes
    guard = FormGuard(staff.tokens, clock)
    origin, rate = OriginGate(settings.allowed_origins, settings.dev), RateGate(settings.rate_limit)

    app = FastAPI(
        title=_("Appuntamenti e messaggi"),
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.router.redirect_slashes = False  # an address of the API is the one that is written down
    app.add_middleware(Packed)
    app.add_middleware(SlotsToldAgain, pulse=Pulse(store.engine), office=office, clock=clock)
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, page_policy=render.policy)
    requests = Requests()
    app.add_middleware(Measured, requests=requests)
    problems.install(app, render.problem, render.policy)
    app.include_router(health_routes(settings, store, outbox, trusted, clock))
    app.include_router(metrics_routes(settings.metrics_token, outbox, requests, clock))
    app.include_router(api_routes(desk, changes, office, [origin, rate]))
    app.include_router(page_routes(desk, Walk(desk, office, render, guard), render, guard, origin, rate.wait))
    app.include_router(manage_routes(desk, changes, render, [origin, rate]))
    app.include_router(feed_routes(Feed(store.engine, staff.tokens, staff.correspondent, office, clock)))
    add_agenda(app, store, staff, trusted, clock, wake, render, origin, rate, settings)
    if mailbox:
        app.include_router(mailbox.routes(render))
    if settings.dev:
        app.router.routes.append(site_files(settings.site_dir))
    return app
