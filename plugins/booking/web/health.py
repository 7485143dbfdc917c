"""Health check: the answer of /health, for a monitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from plugins import __version__
from plugins.booking.calendars.entries.failed_writes import WriteFigures
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.installation import revision
from plugins.booking.jobs.bounce_job import bounce_state
from plugins.booking.jobs.daily import last_daily_check
from plugins.booking.jobs.heartbeat import worker_seen
from plugins.booking.mail.mail_health import mail_state, standstill_of
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable, last_write_failed
from plugins.booking.storage.outbox import Outbox
from plugins.booking.web.metrics_route import may_measure
from plugins.content.timezone_data import ZoneData, in_use

# Where this process's code is, as it was when the process started: an installation's link leads elsewhere later.
_CODE = Path(__file__).resolve().parents[3]
# The pages of a site that is hosted elsewhere ask whether somebody is there.
_NO_STORE = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}


def health_routes(
    settings: Settings,
    store: Store,
    outbox: Outbox,
    calendars: CalendarFallback,
    writes: Callable[[], WriteFigures],
    clock: Callable[[], datetime],
    accounts: ConnectedAccounts,
) -> APIRouter:
    """Return the route of /health: 200 and how outbox and calendars stand, 503 where the database does not answer.

    Where it could not be written to, it is tried again, until it can.
    """
    router, stands = APIRouter(), mail_state(settings.relay, outbox, accounts)

    @router.get("/health", summary="How the endpoint is")
    def health(request: Request) -> JSONResponse:
        state: dict[str, Any] = {"status": "ok", "database": "ok", "engine": store.label}
        try:
            now = clock()
            figures, others = outbox.figures(now), calendars.figures()
            unread, written = calendars.unread(), writes()
            last, reconciled = outbox.last_accepted(), last_daily_check(store.engine)
            waits = standstill_of(settings.relay, figures, outbox.last_failure(), stands())
            state |= {"mail": waits or _given_up(figures.dead) or "ok", "outbox": asdict(figures)}
            came_back = bounce_state(settings, store.engine, now)
            seen, connected = worker_seen(store.engine), accounts.states()
            if last_write_failed(store.engine):
                state |= {"database": "read-only"}
                store.write_nothing()
                state |= {"database": "ok"}
        except Unavailable:
            database = "read-only" if state["database"] == "read-only" else "unavailable"
            down = {"status": "unavailable", "database": database, "engine": store.label}
            return JSONResponse(down, 503, _NO_STORE | {"Retry-After": "5"})
        state["delivery"] = {
            "last_accepted": last.isoformat() if last else None,
            "reconciliation": asdict(reconciled) if reconciled else None,
        }
        state["worker"] = {"last_seen": seen.isoformat() if seen else None}
        state["calendars"] = asdict(others)
        state["calendar_writes"] = asdict(written)
        state["bounces"] = came_back
        # Whose they are is nobody else's to know.
        state["accounts"] = [
            {"provider": one.provider, "uses": sorted(one.uses), "state": one.condition, "why": one.why}
            for one in connected
        ]
        if may_measure(request, settings.metrics_token):
            # What is installed is nobody else's to know.
            state["version"] = __version__
            state["code"] = str(_CODE)
            if installed := revision():
                state["revision"] = installed
            # Whose events these are is nobody else's to know either.
            state["unread_events"] = [
                {"calendar": key[:8], "event": one.words, "reason": str(one.reason)} for key, one in unread
            ]
            state["time_zones"] = _zones(in_use(), now.date())
        return JSONResponse(state, headers=_NO_STORE)

    return router


def _zones(data: ZoneData, today: date) -> str:
    return f"{data}, over a year old: install a newer tzdata, by `make setup`" if data.is_old(today) else str(data)


def _given_up(dead: int) -> str | None:
    return f"given up: {dead} mails could not be delivered; the agenda names them" if dead else None
