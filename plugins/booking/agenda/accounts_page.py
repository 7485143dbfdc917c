"""Accounts in the agenda: which are connected, to connect one, to connect it again, to disconnect it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.calendars_page import CALENDARS, CalendarsPage
from plugins.booking.agenda.pending_consents import LASTS, PendingConsents
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.oauth.access_token import Provider, TokenUnavailable, Use
from plugins.booking.oauth.account_state import AccountState
from plugins.booking.oauth.account_words import PROVIDER_NAMES, how_long, uses_in_words, why_dead, why_not_connected
from plugins.booking.oauth.connected_accounts import CLIENT_FAULTS, ConnectedAccounts
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from plugins.booking.settings import Settings
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.rendering import Renderer
from plugins.content.office import Office
from plugins.content.templates.formats import moment
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError

ACCOUNTS = f"{HOME}collegamenti/"
# What the browser keeps while its owner is at the provider's.
COOKIE = "agenda-consent"
_BOTH: tuple[Use, ...] = ("calendar", "mail")
_NO_KEY = N_("sul server manca BOOKING_SECRET_KEY, con cui il permesso si conserva: chi cura il server la metta")
_BUSY = N_("%(provider)s non risponde: riprova fra poco")


@dataclass(frozen=True)
class AccountView:
    """A connected account as the agenda shows it; `button` says what a press does, None where it mends nothing."""

    provider: Provider
    name: str
    uses: str
    uses_in_words: str
    account: str
    words: str
    is_dead: bool
    button: str | None


class AccountsPage:
    """Accounts in the agenda; the methods block, and raise Unavailable."""

    def __init__(
        self,
        settings: Settings,
        accounts: ConnectedAccounts,
        pending: PendingConsents,
        calendars_page: CalendarsPage,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Renderer,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._pending = pending
        self._calendars = calendars_page
        self._office = office
        self._clock = clock
        self._render = render
        # Every page of the agenda tells what is dead, and that of calendars tells them all.
        render.offer(troubled_accounts=self.troubled, connected_accounts=self.connected, offered_accounts=self.offered)

    def connected(self) -> list[AccountView]:
        """How each connected account stands."""
        return [self._view(one) for one in self._accounts.states()]

    def troubled(self) -> list[AccountView]:
        """Those that let nobody in any more, or soon will not, for every page to tell."""
        return [self._view(one) for one in self._accounts.states() if one.condition != "ok"]

    def offered(self) -> list[tuple[Provider, str, str, str]]:
        """What can be connected here besides: the provider, its name, and the uses that it is not connected for."""
        states = self._accounts.states()
        found = []
        for provider in sorted(self._settings.oauth):
            taken = {use for one in states if one.provider == provider for use in one.uses}
            if left := [use for use in _BOTH if use not in taken]:
                found.append((provider, PROVIDER_NAMES[provider], " ".join(left), uses_in_words(left)))
        return found

    def begin(self, session: str, provider: Provider, fields: Mapping[str, str]) -> Response:
        """Lead to the provider, by a page: a form's answer may not lead to another site (CSP, form-action)."""
        uses = [use for use in _BOTH if use in fields.get("uses", "").split()]
        if not uses:
            raise Problem(422)
        try:
            pending = self._consents(provider).begin(uses, self._redirect(provider))
            kept = self._pending.keep(pending, session)
        except SecretKeyMissing:
            return self._sorry(session, _(_NO_KEY))
        page = self._render("agenda/leave.html", address=pending.address, name=PROVIDER_NAMES[provider])
        response = page_of(page)
        self._set(response, kept, int(LASTS.total_seconds()))
        return response

    def back(self, session: str, provider: Provider, query: Mapping[str, str], kept: str) -> Response:
        """Connect with what the provider sent her back with."""
        name = PROVIDER_NAMES[provider]
        pending = self._pending.take(kept, session, provider)
        try:
            if pending is None:
                raise ConsentFailed("wrong_state")
            self._consents(provider).finish(pending, query)
        except ConsentFailed as failed:
            response = self._sorry(session, _("%(name)s: %(why)s", name=name, why=why_not_connected(failed.why)))
        except TokenUnavailable:
            response = self._sorry(session, _(_BUSY, provider=name))
        else:
            self._calendars.retry_unconnected()
            response = see(f"{CALENDARS}?fatto=collega")
        self._set(response, "", 0)
        return response

    def disconnect(self, provider: Provider, fields: Mapping[str, str]) -> Response:
        """Forget an account, and take the consent back where the provider has an address for that."""
        uses = [use for use in _BOTH if use in fields.get("uses", "").split()]
        if provider in self._settings.oauth:
            done = self._consents(provider).disconnect(uses or _BOTH)
        else:
            done = not self._accounts.store.disconnect(provider, uses or _BOTH)
        return see(f"{CALENDARS}?fatto={'scollega' if done else 'scollega-qui'}")

    def _sorry(self, session: str, words: str) -> Response:
        sentence = f"{words[0].upper()}{words[1:]}."
        return self._calendars.show(session, status=409, errors=[FieldError(field="", message=sentence)])

    def _consents(self, provider: Provider) -> Consents:
        client = self._settings.oauth.get(provider)
        if client is None:
            raise Problem(404)
        return Consents(self._accounts.store, provider, client, self._clock)

    def _redirect(self, provider: Provider) -> str:
        return f"{self._settings.site_url}{ACCOUNTS}{provider}/ritorno"

    def _set(self, response: Response, value: str, seconds: int) -> None:
        secure = self._settings.site_url.startswith("https:")
        response.set_cookie(COOKIE, value, max_age=seconds, path=ACCOUNTS, httponly=True, samesite="lax", secure=secure)

    def _view(self, one: AccountState) -> AccountView:
        zone = self._office().availability.timezone
        words, button = _("collegato %(when)s", when=moment(one.connected_at, zone)), None
        if one.condition == "dead":
            words = why_dead(one.why or "none")
            button = None if one.why in {*CLIENT_FAULTS, "no_client_id"} else _("Collega di nuovo")
        elif one.ends_at:
            words = how_long(moment(one.ends_at, zone))
            button = _("Collega di nuovo")
        return AccountView(
            one.provider, PROVIDER_NAMES[one.provider], " ".join(sorted(one.uses)), uses_in_words(one.uses),
            one.account, words, one.condition == "dead", button,
        )  # fmt: skip
