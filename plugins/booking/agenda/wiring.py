"""The agenda put together, for the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from plugins.booking.agenda.admission import LINK_LASTS, Admission
from plugins.booking.agenda.beside import Beside
from plugins.booking.agenda.by_hand import ByHand
from plugins.booking.agenda.gate import Gate, SignedOut
from plugins.booking.agenda.ledger import Ledger
from plugins.booking.agenda.lists import Lists
from plugins.booking.agenda.routes import Check, agenda_routes, sign_in_routes, signed_out
from plugins.booking.agenda.sheet import Sheet
from plugins.booking.agenda.why import Why
from plugins.booking.calendars.differences import Differences
from plugins.booking.calendars.entries import Entries
from plugins.booking.calendars.feed import Feed
from plugins.booking.calendars.sources import Sources
from plugins.booking.calendars.trust import TrustedOffice
from plugins.booking.composition import Staff
from plugins.booking.mail_state import mail_state
from plugins.booking.outbox import Envelope, Outbox
from plugins.booking.rendering import Renderer
from plugins.booking.settings import Settings
from plugins.booking.store import Store


def add_agenda(
    app: FastAPI,
    store: Store,
    staff: Staff,
    office: TrustedOffice,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Renderer,
    origin: Check,
    rate: Check,
    settings: Settings,
) -> None:
    """Add the pages under /agenda/."""
    admission, ledger = Admission(store.engine), Ledger(store.engine)
    gate = Gate(admission, clock, secure=settings.site_url.startswith("https:"))
    mail = mail_state(settings.relay, Outbox(store.engine))
    lists = Lists(ledger, store, office, clock, render, mail)
    sheet = Sheet(ledger, staff.desk, staff.changes, staff.correspondent, office, clock, render)
    beside = Beside(
        Differences(Entries(store.engine), staff.changes, clock),
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
    by_hand, why = ByHand(staff.desk, office, render), Why(staff.desk, office, render)
    app.include_router(agenda_routes(lists, sheet, by_hand, why, beside, gate, origin))
