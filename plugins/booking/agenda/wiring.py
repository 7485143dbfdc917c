"""The agenda put together, for the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from plugins.booking.agenda.admission import LINK_LASTS, Admission
from plugins.booking.agenda.by_hand import ByHand
from plugins.booking.agenda.gate import Gate, SignedOut
from plugins.booking.agenda.ledger import Ledger
from plugins.booking.agenda.lists import Lists
from plugins.booking.agenda.routes import Check, agenda_routes, sign_in_routes, signed_out
from plugins.booking.agenda.sheet import Sheet
from plugins.booking.agenda.why import Why
from plugins.booking.composition import Staff
from plugins.booking.outbox import Envelope
from plugins.booking.store import Store
from plugins.content.office import Office


def add_agenda(
    app: FastAPI,
    store: Store,
    staff: Staff,
    office: Callable[[], Office],
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    render: Callable[..., str],
    origin: Check,
    rate: Check,
    secure: bool,
) -> None:
    """Add the pages under /agenda/; `secure` where the site is reached by https."""
    admission, ledger = Admission(store.engine), Ledger(store.engine)
    gate = Gate(admission, clock, secure)
    lists = Lists(ledger, store, office, clock, render)
    sheet = Sheet(ledger, staff.desk, staff.changes, staff.correspondent, office, clock, render)

    def write(token: str) -> Envelope:
        return staff.correspondent.sign_in(token, LINK_LASTS, clock())

    app.add_exception_handler(SignedOut, signed_out)
    app.include_router(sign_in_routes(admission, gate, lists, write, clock, wake, render, [origin, rate]))
    by_hand, why = ByHand(staff.desk, office, render), Why(staff.desk, office, render)
    app.include_router(agenda_routes(lists, sheet, by_hand, why, gate, origin))
