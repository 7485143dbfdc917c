"""Health check: the answer of /health, for a monitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from plugins import __version__
from plugins.booking.calendars.entries.failed_writes import WriteFigures
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.installation import revision
from plugins.booking.jobs.daily import last_daily_check
from plugins.booking.mail.mail_health import MailState, mail_state, trouble_of
from plugins.booking.settings import Settings
from plugins.booking.smtp_replies import first_word
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable, last_write_failed
from plugins.booking.storage.outbox import Figures, Outbox
from plugins.booking.web.metrics_route import may_measure
from plugins.content.timezone_data import ZoneData, in_use

_LATE_SECONDS = 900
# The pages of a site that is hosted elsewhere ask whether somebody is there.
_NO_STORE = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}


def health_routes(
    settings: Settings,
    store: Store,
    outbox: Outbox,
    calendars: CalendarFallback,
    writes: Callable[[], WriteFigures],
    clock: Callable[[], datetime],
) -> APIRouter:
    """Return the route of /health: 200 and how outbox and calendars stand, 503 where the database does not answer.

    Where it could not be written to, it is tried again, until it can.
    """
    router, stands = APIRouter(), mail_state(settings.relay, outbox)

    @router.get("/health", summary="How the endpoint is")
    def health(request: Request) -> JSONResponse:
        state: dict[str, Any] = {"status": "ok", "database": "ok", "engine": store.label}
        try:
            now = clock()
            figures, others = outbox.figures(now), calendars.figures()
            unread, written = calendars.unread(), writes()
            last, reconciled = outbox.last_accepted(), last_daily_check(store.engine)
            state |= {"mail": _mail(settings, figures, outbox.last_failure(), stands()), "outbox": asdict(figures)}
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
        state["calendars"] = asdict(others)
        state["calendar_writes"] = asdict(written)
        if may_measure(request, settings.metrics_token):
            # What is installed is nobody else's to know.
            state["version"] = __version__
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


def _mail(settings: Settings, figures: Figures, failure: str | None, stands: MailState) -> str:
    """How mail stands, in words; never those of the relay, which often name a recipient."""
    if settings.relay is None:
        return "not configured: set BOOKING_SMTP_URL; mail waits in the outbox"
    if trouble := trouble_of(stands):
        return trouble
    if figures.oldest_seconds > _LATE_SECONDS:
        why = f", the last failure was {first_word(failure)}" if failure else "; does a worker run?"
        return f"late: {figures.pending} mails wait, the oldest for {figures.oldest_seconds} seconds{why}"
    if figures.dead:
        return f"given up: {figures.dead} mails could not be delivered; the agenda names them"
    return "ok"
