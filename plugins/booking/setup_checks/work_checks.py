"""Checks of the work that the database tells about: whether a worker runs, and what mail and calendars wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine

from plugins.booking.jobs.heartbeat import worker_seen
from plugins.booking.mail.mail_health import mail_state, standstill_of
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.operator_words import how_to_mend, not_connected
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.outbox import Outbox
from plugins.content.findings import Finding

# It notes so once a minute, and a machine may be busy.
_SILENT = timedelta(minutes=3)


def work_checks(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Yield how worker and mail stand; raises Unavailable."""
    now = clock()
    yield _worker(worker_seen(engine), now)
    outbox = Outbox(engine)
    figures = outbox.figures(now)
    accounts = accounts_of(settings, engine, clock)
    state = mail_state(settings.relay, outbox, accounts)()
    if settings.relay and (waits := standstill_of(settings.relay, figures, outbox.last_failure(), state)):
        yield Finding("mail", "fault", waits, "see what the check of the relay says, and the agenda")
    elif figures.dead:
        what = f"{figures.dead} mails could not be delivered"
        yield Finding("mail", "warning", what, "the agenda names them: send them again there, or let them go")
    else:
        yield Finding("mail", "ok", f"{figures.pending} wait")
    yield from _accounts(accounts)


def _accounts(accounts: ConnectedAccounts) -> Iterator[Finding]:
    """Yield how each connected account stands, without its name."""
    for one in accounts.states():
        name, uses = f"account of {one.provider}", ", ".join(sorted(one.uses))
        if one.condition == "dead":
            why = one.why or "none"
            yield Finding(name, "fault", not_connected(one.provider, one.uses, why), how_to_mend(one.provider, why))
        elif one.condition == "ending":
            ends = f"{one.ends_at:%Y-%m-%d %H:%M} UTC"
            mend = f"publish the project, as in docs/{one.provider}.md, then connect the account again"
            yield Finding(name, "warning", f"its consent ends at {ends}, for {uses}", mend)
        else:
            yield Finding(name, "ok", f"connected for {uses}")


def _worker(seen: datetime | None, now: datetime) -> Finding:
    mend = "systemctl status maglia-worker; without one remove BOOKING_WORKER=off from the endpoint's settings"
    if seen is None:
        return Finding("worker", "fault", "none has ever run on this database: no mail goes out", mend)
    silent = now - seen
    if silent > _SILENT:
        return Finding("worker", "fault", f"none since {seen.isoformat(timespec='seconds')}: no mail goes out", mend)
    if silent < -_SILENT:
        what = f"last seen at {seen.isoformat(timespec='seconds')}, which is to come"
        return Finding("worker", "warning", what, "a clock was put back: see the check of the clock")
    return Finding("worker", "ok", f"seen {max(silent, timedelta(0)).total_seconds():.0f} seconds ago")
