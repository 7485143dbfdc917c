"""Setup of the agenda: its parts put together and mounted on the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from plugins.booking.agenda.booking_page import BookingPage
from plugins.booking.agenda.calendar_feed import Feed
from plugins.booking.agenda.calendars_page import CalendarsPage
from plugins.booking.agenda.explain_page import ExplainPage
from plugins.booking.agenda.list_pages import ListPages
from plugins.booking.agenda.owner_booking import OwnerBookingPage
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.routes import Check, agenda_routes, sign_in_routes, signed_out
from plugins.booking.agenda.session_check import SessionCheck, SignedOut
from plugins.booking.agenda.sign_in import LINK_LASTS, SignIn
from plugins.booking.calendars.conflicts import ConflictFinder
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources
from plugins.booking.calendars.sync_state import SyncState
from plugins.booking.mail.mail_health import mail_state
from plugins.booking.service.services import Services
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.outbox import Envelope, Outbox
from plugins.booking.web.rendering import Renderer


def add_agenda(
    app: FastAPI,
    store: Store,
    staff: Services,
    office: CalendarFallback,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Renderer,
    origin: Check,
    rate: Check,
    settings: Settings,
) -> None:
    """Add the pages under /agenda/."""
    admission, ledger = SignIn(store.engine), AgendaQueries(store.engine)
    gate = SessionCheck(admission, clock, secure=settings.site_url.startswith("https:"))
    mail = mail_state(settings.relay, Outbox(store.engine))
    lists = ListPages(ledger, store, office, clock, render, mail)
    sheet = BookingPage(ledger, staff.desk, staff.changes, staff.correspondent, office, clock, render)
    beside = CalendarsPage(
        ConflictFinder(SyncState(store.engine), staff.changes, clock),
        Sources(store.engine),
        Feed(store.engine, staff.tokens, staff.correspondent, office, clock),
        office,
        settings.site_url,
        render,
    )

    def write(token: str) -> Envelope:
        return staff.correspondent.sign_in(token, LINK_LASTS, clock())

    app.add_exception_handler(SignedOut, signed_out)
    app.include_router(sign_in_routes(admission, gate, lists, beside, write, clock, wake, render, [origin, rate]))
    by_hand, why = OwnerBookingPage(staff.desk, office, render), ExplainPage(staff.desk, office, render)
    app.include_router(agenda_routes(lists, sheet, by_hand, why, beside, gate, origin))
