"""Calendar connections: where each calendar is asked, with which login, and how bookings are written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from plugins.booking.calendars.address_settings import Variables, variable_of
from plugins.booking.calendars.client.calendar_check import CalendarCheck
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.collection_sync import CollectionSync
from plugins.booking.calendars.client.discovery import Found, discover
from plugins.booking.calendars.client.http_client import Ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.token_login import not_connected, token_login
from plugins.booking.calendars.entries.caldav_entries import CalDavEntries
from plugins.booking.calendars.entries.calendar_objects import CalendarObjects
from plugins.booking.calendars.entries.entry_store import EntryStore
from plugins.booking.calendars.graph.graph_account import GraphAccount
from plugins.booking.calendars.sources import Source, key_of
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.providers import addresses_of
from plugins.domain.calendar_id import PRIMARY
from plugins.domain.wall_clock import Interval


@dataclass(frozen=True)
class Place:
    """A calendar as it is asked over HTTP."""

    address: str
    login: Login | None


class CalendarConnections:
    """Connections to calendars, by their sources; the methods raise Unanswered where a login or address is missing."""

    def __init__(
        self,
        ask: Ask,
        clock: Callable[[], datetime],
        credentials: Variables,
        tokens: AccessTokens | None,
        clients: Mapping[Provider, ClientSettings],
    ) -> None:
        self.ask = ask
        self.check = CalendarCheck(ask, clock)
        self._sync = CollectionSync(ask)
        self._clock = clock
        self._credentials = credentials
        self._tokens = tokens
        self._clients = clients

    def place(self, source: Source) -> Place:
        """Return where a file or collection is asked."""
        if source.provider == "google":
            return self._google(source.calendar_id)
        if variable := variable_of(source.address):
            words = f"the environment has no {variable}; set it like {variable}=https://calendar.example/private.ics"
            raise Unanswered(words, Reason.ADDRESS_MISSING, variable=variable)
        return Place(source.address, login_of(source.credentials, self._credentials))

    def events(self, source: Source, place: Place, asked: Interval) -> list[bytes]:
        """Return the events of a collection in an interval."""
        if source.provider == "google":
            # What stands at an address of that shape is a calendar, or nothing.
            return self._sync.events(place.address, place.login, asked, self._clock())
        return self.check.events(place.address, place.login, asked)

    def entries(self, source: Source) -> EntryStore:
        """Return the bookings in the owner's calendar."""
        if source.provider == "microsoft":
            return self.microsoft().entries(source.calendar_id)
        place = self.place(source)
        if source.provider == "google":
            # Looked for by a UID it gives the whole calendar.
            objects = CalendarObjects(place.address, place.login, self.ask, can_search=False)
            return CalDavEntries(objects, lambda: None, is_named_by_uid=True)
        objects = CalendarObjects(place.address, place.login, self.ask)
        return CalDavEntries(objects, lambda: self.check.require(place.address, place.login))

    def account(self, source: Source) -> str:
        """Return whose a calendar is, as a digest; nothing where it is no account's, or none is connected."""
        if source.provider is None:
            return ""
        try:
            return key_of(token_login(source.provider, self._tokens).user.lower())
        except Unanswered:
            return ""

    def forget(self) -> None:
        """Forget what was read of calendars that may have left the content."""
        self._sync = CollectionSync(self.ask)

    def microsoft(self) -> GraphAccount:
        """Return the connected Microsoft account."""
        login = token_login("microsoft", self._tokens)
        client = self._clients.get("microsoft")
        folder = addresses_of("microsoft", client).graph if client else None
        if folder is None:
            raise not_connected("microsoft", "no_client_id")
        return GraphAccount(folder, login, self.ask, self._clock)

    def google_calendars(self) -> tuple[Found, ...]:
        """List the calendars of the connected Google account that it shows to programs."""
        folder, login = self._account()
        return discover(f"{folder}{quote(login.user, safe='@')}/user", login, self.ask)

    def _google(self, calendar: str) -> Place:
        folder, login = self._account()
        named = login.user if calendar == PRIMARY else calendar
        return Place(f"{folder}{quote(named, safe='@')}/events/", login)

    def _account(self) -> tuple[str, Login]:
        login = token_login("google", self._tokens)
        client = self._clients.get("google")
        folder = addresses_of("google", client).caldav if client else None
        if folder is None:
            raise not_connected("google", "no_client_id")
        return folder, login


def login_of(variable: str | None, credentials: Variables) -> Login | None:
    """Read the login that a variable of the environment holds; raises Unanswered where it holds none."""
    if variable is None:
        return None
    user, colon, password = (credentials(variable) or "").partition(":")
    if not user or not colon:
        words = f"the environment has no {variable}; set it like {variable}=user:password"
        raise Unanswered(words, Reason.LOGIN_MISSING, variable=variable)
    return Login(user, password)
