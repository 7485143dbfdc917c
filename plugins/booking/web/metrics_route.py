"""Route of /metrics: who may read the metrics, and their collection."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from plugins.booking.calendars.entries.failed_writes import WriteFigures
from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.jobs.heartbeat import worker_seen
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.storage.bounces import Bounces
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.outbox import Outbox
from plugins.booking.web.metrics import Requests, gauges, process, zones
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.page_router import PageRouter
from plugins.content.timezone_data import in_use
from plugins.domain.language import N_, _

_KIND = "text/plain; version=0.0.4"
_NOT_YOURS = N_("Le misure si leggono dalla macchina stessa, oppure con il loro gettone.")
_FORWARDED = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "cf-connecting-ip",
    "via",
)


def metrics_routes(
    token: str | None,
    outbox: Outbox,
    requests: Requests,
    writes: Callable[[], WriteFigures],
    clock: Callable[[], datetime],
    calendars: CalendarFallback | None = None,
    accounts: ConnectedAccounts | None = None,
) -> PageRouter:
    """Return the route of /metrics, for the machine itself and for who has the token.

    Of a database that does not answer it says so.
    """
    router = PageRouter()

    @router.get("/metrics")
    def metrics(request: Request) -> PlainTextResponse:
        if not may_measure(request, token):
            raise Problem(403, _(_NOT_YOURS))
        now = clock()
        figures = gauges(_figures(outbox, writes, calendars, accounts, now))
        lines = [*requests.lines(), *figures, *zones(in_use(), now.date()), *process()]
        return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-store"}, media_type=_KIND)

    return router


def _figures(
    outbox: Outbox,
    writes: Callable[[], WriteFigures],
    calendars: CalendarFallback | None,
    accounts: ConnectedAccounts | None,
    now: datetime,
) -> dict[str, tuple[float, str]]:
    answers = "Whether the database answers."
    try:
        figures, written = outbox.figures(now), writes()
        bounces = Bounces(outbox.engine).figures(now)
        others, seen = calendars.figures() if calendars else None, worker_seen(outbox.engine)
        dead = sum(one.condition == "dead" for one in accounts.states()) if accounts else 0
    except Unavailable:
        return {"database_up": (0, answers)}
    read = (
        {
            "calendars_untrusted": (
                others.untrusted,
                "Calendars of which time may be missing, or that are silent too long.",
            ),
            "calendars_failing": (others.failing, "Calendars that did not answer when they were last asked."),
            "calendar_events_unread": (others.skipped_events, "Events of calendars that could not be read."),
        }
        if others and others.sources
        else {}
    )
    silence = "Seconds since a worker last noted that it runs."
    worker = {"worker_silent_seconds": ((now - seen).total_seconds(), silence)} if seen else {}
    return {
        "database_up": (1, answers),
        **worker,
        "outbox_pending": (figures.pending, "Mails that wait for the relay."),
        "outbox_oldest_seconds": (figures.oldest_seconds, "Age of the mail that waits longest."),
        "outbox_dead": (figures.dead, "Mails that were given up."),
        "outbox_bounced": (bounces.bounced, "Mails that came back, of those that are kept."),
        "outbox_bounced_unseen": (bounces.to_look_at, "Those of them that the owner has still to see to."),
        "accounts_dead": (dead, "Accounts that let nobody in: no more, or not yet where mail is to go by them."),
        **read,
        "calendar_writes_waiting": (written.waiting, "Bookings whose last write to the owner's calendar failed."),
        "calendar_writes_refused": (
            written.refused,
            "Those that stay so until somebody mends what the agenda says.",
        ),
    }


def may_measure(request: Request, token: str | None) -> bool:
    """Say whether whoever asks is on this machine and no proxy asks for another, or knows the token."""
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if token and hmac.compare_digest(f"Bearer {token}".encode(), given):
        return True
    host = request.client.host if request.client else ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
    return near and not any(name in request.headers for name in _FORWARDED)
