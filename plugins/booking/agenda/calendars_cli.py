"""Command line of calendars: lists those found from an address, with the lines to write in `availability.yaml`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from plugins.booking.agenda.calendar_words import told
from plugins.booking.calendars.address_settings import Variables
from plugins.booking.calendars.calendar_connections import login_of
from plugins.booking.calendars.client.body_formats import calendar_text
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.discovery import Found, discover
from plugins.booking.calendars.client.http_client import Ask, Question, ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.unexpected_status import unexpected
from plugins.domain.calendar_address import private_address
from plugins.domain.language import _, ngettext

_VARIABLE = "CALENDARIO_PRIVATO"
_LOGIN = {Reason.LOGIN_REFUSED, Reason.LOGIN_UNKNOWN, Reason.LOGIN_MISSING}


def list_calendars(address: str, variable: str | None, variables: Variables) -> int:
    """Print the calendars found from an address, and return the exit code: 1 for none, 2 for a wrong address."""
    try:
        for line in calendar_lines(address, variable, variables):
            print(line)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except Unanswered as error:
        why = told(error.stored)
        print(_("Da questo indirizzo non si trova nessun calendario: %(why)s", why=why), file=sys.stderr)
        return 1
    return 0


def calendar_lines(address: str, variable: str | None, variables: Variables, asking: Ask = ask) -> Iterator[str]:
    """Yield what to print of the calendars at an address; raises Unanswered, and ValueError of the address itself."""
    place = private_address(address)
    login = login_of(variable, variables)
    try:
        found = discover(place, login, asking)
    except Unanswered as error:
        if error.reason in _LOGIN or not _is_file(place, login, asking):
            raise
        yield _("Questo indirizzo è un file iCalendar. In availability.yaml:")
        yield ""
        yield "busy:"
        yield f"  - {_line('ics', f'{{env: {_VARIABLE}}}', variable)}"
        yield ""
        yield _(
            "E l’indirizzo nella variabile %(name)s del server: chi lo conosce legge il calendario.", name=_VARIABLE
        )
        return
    yield ngettext("Trovato un calendario:", "Trovati %(number)s calendari:", len(found))
    for one in found:
        yield f"  {one.name} — {_how(one)}"
        yield f"    {one.address}"
    yield ""
    yield _("In availability.yaml, quelli che occupano il tuo tempo:")
    yield ""
    yield "busy:"
    yield from (f"  - {_line('caldav', one.address, variable)}" for one in found)
    writable = [one for one in found if one.is_writable is not False]
    if variable and writable:
        yield ""
        yield _("E uno in cui si scrivono gli appuntamenti:")
        yield ""
        yield from (f"calendar: {_line('caldav', one.address, variable)}" for one in writable)


def _how(one: Found) -> str:
    if one.is_writable is None:
        return _("il server non dice se ci si può scrivere")
    return _("ci si può scrivere") if one.is_writable else _("si può solo leggere")


def _line(key: str, value: str, variable: str | None) -> str:
    login = f", credentials: {variable}" if variable else ""
    return f"{{{key}: {_quoted(value)}{login}}}"


def _quoted(value: str) -> str:
    """Write a value as YAML reads it within braces."""
    return value if value.startswith("{") or not set(value) & set(",[]{}#'\"&*!|>%@`") else f'"{value}"'


def _is_file(address: str, login: Login | None, asking: Ask) -> bool:
    try:
        reply = asking(Question("GET", address, login))
        if reply.status != 200:
            raise unexpected(reply, login)
        return b"BEGIN:VCALENDAR" in calendar_text(reply).upper()
    except Unanswered:
        return False
