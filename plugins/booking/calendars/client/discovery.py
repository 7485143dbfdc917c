"""CalDAV discovery (RFC 6764, RFC 4791 6.2.1): the calendars that can be reached from an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.webdav import Resource, origin_of, properties

WELL_KNOWN = "/.well-known/caldav"
_MOST_QUESTIONS = 8
_MOST_CALENDARS = 50
# After these nothing else at that server can be asked.
_FINAL = {
    *(Reason.SLOW, Reason.CONNECTION, Reason.UNKNOWN_HOST, Reason.CERTIFICATE),
    *(Reason.LOGIN_REFUSED, Reason.LOGIN_WANTED, Reason.LOGIN_UNKNOWN, Reason.LOGIN_MISSING),
}


@dataclass(frozen=True)
class Found:
    """A calendar for events; `is_writable` is None where its server does not say."""

    name: str
    address: str
    is_writable: bool | None


def discover(address: str, login: Login | None, ask: Ask) -> tuple[Found, ...]:
    """List the calendars of who has the login, from any address of hers there; raises Unanswered where none is found.

    A login goes to no other host: where the calendars are on one, the error says which.
    """
    return _Walk(address, login, ask).calendars()


class _Walk:
    """The questions of one discovery, which are few."""

    def __init__(self, address: str, login: Login | None, ask: Ask) -> None:
        self._address = address
        self._login = login
        self._ask = ask
        self._left = _MOST_QUESTIONS
        self._error: Unanswered | None = None

    def calendars(self) -> tuple[Found, ...]:
        here = self._at(self._address)
        homes = self._homes(here) or self._homes(self._at(urljoin(self._address, WELL_KNOWN)))
        below = [one for home in homes for one in self._properties(home, 1)]
        if not (here and here.is_calendar) and not any(one.is_calendar for one in below):
            below += self._properties(self._address, 1)
        found = {
            one.address.rstrip("/"): Found(one.name, one.address, one.is_writable)
            for one in ([here] if here else []) + below
            if one.is_calendar and one.holds_events
        }
        if not found:
            raise self._error or Unanswered("there is no calendar", Reason.NO_CALENDAR, calendars=[])
        return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.address)))[:_MOST_CALENDARS]

    def _homes(self, resource: Resource | None) -> tuple[str, ...]:
        if resource and not resource.homes and resource.principal:
            resource = self._at(resource.principal)
        return resource.homes if resource else ()

    def _at(self, address: str) -> Resource | None:
        return next(iter(self._properties(address, 0)), None)

    def _properties(self, address: str, depth: int) -> list[Resource]:
        """Ask for properties, at the other address of that host where it answers from there; of an error, nothing."""
        try:
            return self._asked(address, depth)
        except Unanswered as error:
            if error.reason in _FINAL:
                raise
            to = str(error.values.get("to", ""))
            if error.reason is Reason.MOVED and origin_of(to) == origin_of(self._address):
                try:
                    return self._asked(to, depth)
                except Unanswered as again:
                    error = again
            # The first tells most: it is of the address that was written.
            self._error = self._error or error
            return []

    def _asked(self, address: str, depth: int) -> list[Resource]:
        if origin_of(address) != origin_of(self._address):
            raise Unanswered("its calendars are on another host", Reason.MOVED, to=_plain(address))
        if self._left == 0:
            raise Unanswered("it leads from one address to another without end", Reason.MOVED_IN_CIRCLES)
        self._left -= 1
        return properties(address, self._login, self._ask, depth)


def _plain(address: str) -> str:
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"[:300]
