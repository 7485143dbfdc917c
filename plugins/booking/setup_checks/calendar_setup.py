"""Checks of other calendars: each is read once, as the poller reads it, and nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.calendar_reader import CalendarReader
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.ics.ics_reader import NotACalendar
from plugins.booking.calendars.sources import Source, sources_of
from plugins.booking.oauth.operator_words import how_to_mend
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.database_checks import NO_GOOD_TOKEN, RENEWS_TOKENS, looking_engine
from plugins.booking.storage.engine import Unavailable
from plugins.content.findings import Check, Finding
from plugins.content.office import Office

_SECONDS = 45.0
_CLOCK_SECONDS = 60
_MEND = {
    Reason.NO_SCOPE: "connect it again, and leave the box of calendars ticked on the page of consent",
    Reason.SWITCHED_OFF: "enable the CalDAV API in the Google Cloud project of the client id; see docs/google.md",
    Reason.LOGIN_MISSING: "set that variable for the endpoint and the worker alike",
    Reason.ADDRESS_MISSING: "set that variable for the endpoint and the worker alike",
    Reason.LOGIN_REFUSED: "put the variable's user:password right; many providers want a password made for programs",
    Reason.LOGIN_WANTED: "name a login by credentials: in availability.yaml",
    Reason.LOGIN_UNKNOWN: "write google: or microsoft: and connect the account, or use its secret iCal address (ics:)",
    Reason.NOT_THERE: "the owner copies its address anew from her calendar's settings",
    Reason.UNKNOWN_HOST: "put its address in availability.yaml right, or see whether this machine resolves names",
    Reason.CERTIFICATE: "renew its certificate; for an authority of your own set SSL_CERT_FILE",
}
_OTHERWISE = "see its server; meanwhile every meeting waits for the owner. The agenda's page of calendars says more"


def calendar_checks(settings: Settings, office: Callable[[], Office], clock: Callable[[], datetime]) -> list[Check]:
    """Return a check for each calendar that the content names, by its number and host: an address can be a secret."""
    sources = sources_of(office().availability).values()
    if not sources:
        return [Check("calendars", lambda: [Finding("calendars", "ok", "none is named")])]
    names = {f"calendar {number}": source for number, source in enumerate(sources, 1)}
    looks = {name: partial(_look, name, source, settings, office, clock) for name, source in names.items()}
    return [Check(name, look, _SECONDS) for name, look in looks.items()]


def _look(
    name: str, source: Source, settings: Settings, office: Callable[[], Office], clock: Callable[[], datetime]
) -> Iterator[Finding]:
    apart: list[float] = []

    def asking(question: Question) -> Reply:
        reply = ask(question)
        if told := reply.headers.get("date"):
            apart.append(abs((clock() - parsedate_to_datetime(told)).total_seconds()))
        return reply

    host = source.provider or urlsplit(source.address).hostname or source.address
    engine = looking_engine(settings.database_url) if source.provider else None
    accounts = accounts_of(settings, engine, clock) if engine else None
    connections = CalendarConnections(asking, clock, settings.credentials, accounts, settings.oauth)
    reader = CalendarReader(office, connections, lambda: "", settings.owner_email)
    try:
        found = reader.read(source, office().availability, clock())
    except Unavailable:
        yield Finding(name, "skipped", f"{host}: {NO_GOOD_TOKEN}", RENEWS_TOKENS)
        return
    except (Unanswered, NotACalendar) as error:
        reason = error.reason if isinstance(error, Unanswered) else Reason.NOT_ICALENDAR
        why = str(error.values.get("why", "none")) if isinstance(error, Unanswered) else ""
        mend = _MEND.get(reason, _OTHERWISE)
        if source.provider and reason is Reason.NOT_CONNECTED:
            why = why if source.provider in settings.oauth else "no_client_id"
            mend = how_to_mend(source.provider, why)
        elif source.provider and reason is Reason.NOT_THERE:
            mend = f"python -m plugins.booking calendars {source.provider} prints the ids that there are"
        yield Finding(name, "fault", f"{host}: {error}", mend)
        return
    finally:
        if engine:
            engine.dispose()
    if found.unread:
        mend = "the agenda's page of calendars names them; until then every meeting waits for the owner"
        yield Finding(name, "warning", f"{host}: {len(found.unread)} events cannot be read", mend)
    else:
        yield Finding(name, "ok", f"{host} is read")
    if apart and min(apart) > _CLOCK_SECONDS:
        mend = "let this machine keep its time by NTP: timedatectl set-ntp true"
        yield Finding("clock", "fault", f"{min(apart):.0f} seconds apart from that of {host}", mend)
