"""Composition root: everything the endpoint is made of, put together in one function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI

from plugins.booking.agenda.calendar_feed import Feed, feed_routes
from plugins.booking.agenda.setup import add_agenda
from plugins.booking.calendars.address_settings import CalendarAddresses
from plugins.booking.calendars.entries.failed_writes import FailedWrites, WriteFigures
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources, own_calendar
from plugins.booking.service.services import accounts_of, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.database_version import DatabaseVersion
from plugins.booking.storage.outbox import Outbox
from plugins.booking.web.api import api_routes
from plugins.booking.web.booking_steps import BookingSteps
from plugins.booking.web.form_token import FormTokens
from plugins.booking.web.health import health_routes
from plugins.booking.web.manage_routes import manage_routes
from plugins.booking.web.metrics import MetricsMiddleware, Requests
from plugins.booking.web.metrics_route import metrics_routes
from plugins.booking.web.middleware import problems
from plugins.booking.web.middleware.body_limit import BodyLimit
from plugins.booking.web.middleware.compression import CompressionMiddleware
from plugins.booking.web.middleware.head_requests import HeadRequests
from plugins.booking.web.middleware.origin_check import OriginCheck
from plugins.booking.web.middleware.path_prefix import PathPrefix, Places
from plugins.booking.web.middleware.rate_limit import RateLimitCheck
from plugins.booking.web.middleware.security_headers import SecurityHeaders
from plugins.booking.web.middleware.visitor_language import VisitorLanguage
from plugins.booking.web.page_router import add_routes
from plugins.booking.web.page_routes import page_routes
from plugins.booking.web.question_schemas import describe_questions
from plugins.booking.web.rendering import Renderer
from plugins.booking.web.site_files import site_files
from plugins.booking.web.slots_cache import SlotsCache
from plugins.booking.web.testimonial_pages import TestimonialPages, testimonial_routes
from plugins.booking.web.waiting_pages import WaitingPages
from plugins.booking.web.waiting_routes import waiting_api, waiting_routes
from plugins.content.office import Office
from plugins.domain.language import _

if TYPE_CHECKING:
    from plugins.booking.web.dev_mailbox import Mailbox


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
    places = Places.of(settings.site_url, settings.pages_url)
    elsewhere = bool(places.elsewhere)
    mark = settings.site_dir / "live-reload.txt" if settings.dev else None
    render = Renderer(office, settings.dev, mark=mark, places=places)
    # Whoever promises time asks this one: while a calendar cannot be believed, every meeting waits for the owner.
    office = CalendarAddresses(office, settings.credentials)
    office = trusted = CalendarFallback(office, Sources(store.engine), clock)
    services = services_of(settings, store, clock, office, wake)
    booking_service, changes = services.booking_service, services.changes
    form_tokens = FormTokens(services.tokens, clock)
    origin, rate = OriginCheck(settings.allowed_origins, settings.dev), RateLimitCheck(settings.rate_limit)

    app = FastAPI(
        title=_("Appuntamenti e messaggi"),
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.router.redirect_slashes = False  # an address of the API is the one that is written down
    app.add_middleware(CompressionMiddleware)
    app.add_middleware(SlotsCache, database_version=DatabaseVersion(store.engine), office=office, clock=clock)
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadRequests)
    app.add_middleware(SecurityHeaders, page_policy=render.policy, elsewhere=elsewhere)
    failed = FailedWrites(store.engine)

    def writes() -> WriteFigures:
        return failed.figures(own_calendar(trusted().availability), clock())

    requests = Requests()
    app.add_middleware(MetricsMiddleware, requests=requests)
    app.add_middleware(VisitorLanguage, languages=services.mail_composer.languages, elsewhere=elsewhere)
    app.add_middleware(PathPrefix, places=places)
    problems.install(app, render.problem, render.policy, elsewhere)
    accounts = accounts_of(settings, store.engine, clock)
    add_routes(app, health_routes(settings, store, outbox, trusted, writes, clock, accounts))
    add_routes(app, metrics_routes(settings.metrics_token, outbox, requests, writes, clock, trusted, accounts))
    add_routes(app, api_routes(booking_service, changes, office, [origin, rate]))
    add_routes(app, waiting_api(services.waiting_list, [origin, rate]))
    steps = BookingSteps(booking_service, office, render, form_tokens)
    # Before the pages of one appointment, under whose addresses it lies.
    waiting_pages = WaitingPages(services.waiting_list, booking_service, office, render)
    add_routes(app, waiting_routes(waiting_pages, steps, origin, rate.wait))
    add_routes(app, testimonial_routes(TestimonialPages(services.testimonials, office, render), origin, rate.wait))
    describe_questions(app, office)
    add_routes(
        app,
        page_routes(
            booking_service,
            steps,
            office,
            render,
            form_tokens,
            origin,
            rate.wait,
        ),
    )
    add_routes(app, manage_routes(booking_service, changes, render, [origin, rate]))
    add_routes(app, feed_routes(Feed(store.engine, services.tokens, services.mail_composer, office, clock)))
    add_agenda(app, store, services, trusted, clock, wake, render, origin, rate, settings)
    if mailbox:
        add_routes(app, mailbox.routes(render))
    if settings.dev:
        app.router.routes.append(site_files(settings.site_dir))
    return app
