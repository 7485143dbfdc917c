"""How the endpoint is: what a monitor asks, and what it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import JSONResponse

from plugins.booking.calendars.trust import TrustedOffice
from plugins.booking.engine import Unavailable
from plugins.booking.outbox import Outbox
from plugins.booking.settings import Settings
from plugins.booking.store import Store

_NO_STORE = {"Cache-Control": "no-store"}


def health_routes(
    settings: Settings, store: Store, outbox: Outbox, calendars: TrustedOffice, clock: Callable[[], datetime]
) -> APIRouter:
    """Return the route of /health: 200 and how outbox and calendars stand, 503 where the database does not answer."""
    router = APIRouter()
    mail = "ok" if settings.relay else "not configured: set BOOKING_SMTP_URL; mail waits in the outbox"

    @router.get("/health", summary="How the endpoint is")
    def health() -> JSONResponse:
        try:
            figures, others = outbox.figures(clock()), calendars.figures()
        except Unavailable:
            down = {"status": "unavailable", "database": "unavailable", "engine": store.label, "mail": mail}
            return JSONResponse(down, 503, _NO_STORE | {"Retry-After": "5"})
        state = {"status": "ok", "database": "ok", "engine": store.label, "mail": mail}
        return JSONResponse(state | {"outbox": asdict(figures), "calendars": asdict(others)}, headers=_NO_STORE)

    return router
