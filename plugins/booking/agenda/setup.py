"""Setup of the agenda: its parts put together and mounted on the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from starlette.responses import Response

from plugins.booking.agenda.account_routes import account_routes
from plugins.booking.agenda.accounts_page import AccountsPage
from plugins.booking.agenda.app_manifest import manifest
from plugins.booking.agenda.booking_page import BookingPage
from plugins.booking.agenda.calendar_feed import Feed
from plugins.booking.agenda.calendars_page import CalendarsPage
from plugins.booking.agenda.day_page import DayPage
from plugins.booking.agenda.explain_page import ExplainPage
from plugins.booking.agenda.group_move_page import GroupMovePage
from plugins.booking.agenda.group_page import GroupPage
from plugins.booking.agenda.list_pages import ListPages
from plugins.booking.agenda.month_page import MonthPage
from plugins.booking.agenda.owner_booking import OwnerBookingPage
from plugins.booking.agenda.pending_consents import PendingConsents
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.routes import Check, agenda_routes
from plugins.booking.agenda.session_check import SessionCheck, SignedOut
from plugins.booking.agenda.sign_in import LINK_LASTS, SignIn
from plugins.booking.agenda.sign_in_pages import sign_in_routes, signed_out
from plugins.booking.agenda.testimonials_page import TestimonialsPage
from plugins.booking.agenda.waiting_page import WaitingPage
from plugins.booking.calendars.entries.conflicts import ConflictFinder
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources
from plugins.booking.mail.mail_health import is_stuck, mail_state
from plugins.booking.oauth.token_cipher import TokenCipher
from plugins.booking.service.group_letter import GroupLetter
from plugins.booking.service.group_move import GroupMove
from plugins.booking.service.services import Services, accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.outbox import Envelope, Outbox
from plugins.booking.storage.waiting import WaitingStore
from plugins.booking.web.middleware.path_prefix import Places
from plugins.booking.web.page_router import add_routes
from plugins.booking.web.rendering import Renderer


def add_agenda(
    app: FastAPI,
    store: Store,
    services: Services,
    office: CalendarFallback,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Renderer,
    origin: Check,
    rate: Check,
    settings: Settings,
) -> None:
    """Add the pages under /agenda/."""
    sign_in, queries = SignIn(store.engine), AgendaQueries(store.engine)
    session_check = SessionCheck(sign_in, clock, secure=settings.site_url.startswith("https:"))
    accounts = accounts_of(settings, store.engine, clock)
    mail = mail_state(settings.relay, Outbox(store.engine), accounts)
    lists = ListPages(queries, store, office, clock, render, mail, services.testimonials.waiting)
    failed = FailedWrites(store.engine)
    booking_page = BookingPage(
        queries, services.booking_service, services.changes, services.mail_composer, failed, office, clock, render
    )
    calendars_page = CalendarsPage(
        ConflictFinder(SyncState(store.engine), services.changes, clock),
        Sources(store.engine),
        failed,
        clock,
        Feed(store.engine, services.tokens, services.mail_composer, office, clock),
        office,
        settings.site_url,
        render,
    )
    accounts_page = AccountsPage(
        settings,
        accounts,
        PendingConsents(
            store.engine, TokenCipher(settings.secret_key, settings.secret_key_old, "oauth-consents"), clock
        ),
        calendars_page,
        office,
        clock,
        render,
    )

    def write(token: str, code: str) -> Envelope:
        return services.mail_composer.sign_in(token, code, LINK_LASTS, clock())

    def mail_is_stuck() -> bool:
        return is_stuck(settings.relay, mail())

    pages = Places.of(settings.site_url, settings.pages_url).pages

    @app.get("/agenda/manifest.webmanifest", include_in_schema=False)
    def app_manifest() -> Response:
        return manifest(office(), pages)

    app.add_exception_handler(SignedOut, signed_out)
    add_routes(
        app,
        sign_in_routes(
            sign_in, session_check, lists, calendars_page, write, clock, wake, render, [origin, rate], mail_is_stuck
        ),
    )
    add_routes(app, account_routes(accounts_page, session_check, origin))
    by_hand, explain_page = (
        OwnerBookingPage(services.booking_service, office, render),
        ExplainPage(services.booking_service, office, render),
    )
    day_page = DayPage(queries, store, calendars_page, office, clock, render)
    month_page = MonthPage(queries, store, office, clock, render)
    letter = GroupLetter(store, services.mail_composer, clock, wake)
    group_page = GroupPage(queries.groups, services.changes, letter, office, clock, render)
    group_move = GroupMove(store, services.booking_service, services.mail_composer, office, clock, wake)
    add_routes(
        app,
        agenda_routes(
            lists,
            booking_page,
            by_hand,
            explain_page,
            calendars_page,
            day_page,
            month_page,
            group_page,
            GroupMovePage(queries.groups, group_move, services.booking_service, office, clock, render),
            WaitingPage(WaitingStore(store.engine), office, clock, render, wake),
            TestimonialsPage(services.testimonials, office, render),
            session_check,
            origin,
        ),
    )
