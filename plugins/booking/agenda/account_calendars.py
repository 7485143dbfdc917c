"""Command line of an account's calendars: lists those of a connected account, with the lines to write."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine

from plugins.booking.agenda.calendar_words import told
from plugins.booking.agenda.calendars_cli import list_calendars
from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask, ask
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.operator_words import client_id_of, connect_commands
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings, variables_of
from plugins.booking.storage.engine import opened_engine
from plugins.booking.storage.migrate import migrate
from plugins.domain.calendar_id import PRIMARY
from plugins.domain.language import _, ngettext

# How a server answers that does not list what it has.
_UNLISTED = {Reason.FORBIDDEN, Reason.NOT_THERE, Reason.STATUS, Reason.NOT_CALDAV, Reason.NO_CALENDAR}


@dataclass(frozen=True)
class AccountCalendar:
    """A calendar of an account; `is_writable` is None where its server does not say."""

    id: str
    name: str
    is_writable: bool | None


def run_calendars(asked: argparse.Namespace, environment: Mapping[str, str], clock: Callable[[], datetime]) -> int:
    """Run the command `calendars`, of an account by its provider's name or of an address."""
    if asked.address not in {"google", "microsoft"}:
        return list_calendars(asked.address, asked.login, variables_of(environment))
    settings = Settings.from_environment(environment)
    with opened_engine(settings.database_url) as engine:
        migrate(engine)
        return list_account_calendars(asked.address, settings, engine, clock)


def list_account_calendars(
    provider: Provider, settings: Settings, engine: Engine, clock: Callable[[], datetime], asking: Ask = ask
) -> int:
    """Print the calendars of a connected account, and return the exit code: 1 where none is found."""
    accounts = accounts_of(settings, engine, clock)
    connections = CalendarConnections(asking, clock, lambda name: None, accounts, settings.oauth)
    try:
        found = _microsoft(connections) if provider == "microsoft" else _google(connections)
    except Unanswered as error:
        why = told(error.stored)
        if error.reason is Reason.NOT_CONNECTED:
            why = _not_connected(provider, str(error.values.get("why", "none")))
        print(_("Di questo account non si trova nessun calendario: %(why)s", why=why), file=sys.stderr)
        return 1
    print(ngettext("Trovato un calendario:", "Trovati %(number)s calendari:", len(found)))
    for one in found:
        print(f"  {one.name}" + ("" if one.is_writable is not False else f" — {_('si può solo leggere')}"))
    print("\n" + _("In availability.yaml, quelli che occupano il tuo tempo:") + "\n\nbusy:")
    for one in found:
        print(f'  - {{{provider}: "{one.id}"}}')
    print("\n" + _("E uno in cui si scrivono gli appuntamenti:") + "\n")
    for one in found:
        if one.is_writable is not False:
            print(f'calendar: {{{provider}: "{one.id}"}}')
    return 0


def _not_connected(provider: Provider, why: str) -> str:
    """Say in a terminal, where there is no page to connect from, what to do."""
    if why == "no_client_id":
        name = client_id_of(provider)
        return _("sul server manca %(name)s: vedi %(guide)s", name=name, guide=f"docs/{provider}.md")
    here, on_server = connect_commands(provider)
    return _(
        "l’account non è collegato, o non lo è più: collegalo con `%(here)s`, su un server con `%(on_server)s`",
        here=here,
        on_server=on_server,
    )


def _google(connections: CalendarConnections) -> list[AccountCalendar]:
    try:
        found = connections.google_calendars()
    except Unanswered as error:
        if error.reason not in _UNLISTED:
            raise
        note = _("Google non ne elenca altri: l’ID di ognuno sta nelle sue impostazioni, sotto «Integra calendario».")
        print(note, file=sys.stderr)
        return [AccountCalendar(PRIMARY, _("il calendario principale"), None)]
    return [
        AccountCalendar(unquote(urlsplit(one.address).path.rstrip("/").split("/")[-2]), one.name, one.is_writable)
        for one in found
    ]


def _microsoft(connections: CalendarConnections) -> list[AccountCalendar]:
    return [
        AccountCalendar(PRIMARY if one.is_primary else one.id, one.name, one.is_writable)
        for one in connections.microsoft().calendars()
    ]
