"""Accounts in the agenda: which are connected, to connect one, to connect it again, to disconnect it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from plugins.booking.agenda.calendars_page import CALENDARS, CalendarsPage
from plugins.booking.agenda.pending_consents import LASTS, PendingConsents
from plugins.booking.agenda.session_check import HOME, page_of, see
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.calendars.sources import names_account
from plugins.booking.oauth.access_token import Provider, TokenUnavailable, Use
from plugins.booking.oauth.account_state import AccountState
from plugins.booking.oauth.account_words import PROVIDER_NAMES, how_long, uses_in_words, why_dead, why_not_connected
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.operator_words import CLIENT_FAULTS
from plugins.booking.oauth.providers import use_of_scope
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
_NEVER = N_("la posta del sito passa da questo account: finché non lo colleghi, le mail restano in attesa")
_ENDS: Mapping[Use, str] = {
    "calendar": N_("I suoi calendari non si leggono e non si scrivono più: gli appuntamenti che ci sono restano lì."),
    "mail": N_("La posta del sito che passa da qui aspetta, finché non colleghi di nuovo un account."),
}
_UNNAMED = N_(
    "In availability.yaml non c’è ancora nessuno dei suoi calendari, e finché non c’è non se ne legge e non se ne "
    "scrive nessuno: chi cura il server trova le righe da mettere con «calendars %(provider)s»."
)
_BUSY = N_("%(provider)s non risponde: riprova fra poco")


@dataclass(frozen=True)
class AccountView:
    """A connected account as the agenda shows it; `button` says what a press does, None where it mends nothing."""

    provider: Provider
    name: str
    uses: str
    uses_in_words: str
    words: str
    heading: str
    button: str | None


@dataclass(frozen=True)
class OfferView:
    """An account that can be connected, and for what: each choice as its uses and their words."""

    provider: Provider
    name: str
    choices: tuple[tuple[str, str], ...]


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
        return [self._view(one) for one in self._accounts.states() if one.connected_at]

    def troubled(self) -> list[AccountView]:
        """Those that let nobody in, or soon will not, for every page to tell."""
        return [self._view(one) for one in self._accounts.states() if one.condition != "ok"]

    def offered(self) -> list[OfferView]:
        """What can be connected here besides; mail alone where the settings have it go by that account."""
        states = [one for one in self._accounts.states() if one.connected_at]
        found = []
        for provider, client in sorted(self._settings.oauth.items()):
            taken = {use for one in states if one.provider == provider for use in one.uses}
            left = [use for use in _BOTH if use not in taken and (use == "calendar" or client.has_mail)]
            choices = [left, *([use] for use in left)] if len(left) > 1 else [left]
            if left:
                shown = tuple((" ".join(uses), uses_in_words(uses)) for uses in choices)
                found.append(OfferView(provider, PROVIDER_NAMES[provider], shown))
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
            client = self._settings.oauth.get(provider)
            lacking = {use for one in failed.scopes if client and (use := use_of_scope(provider, one, client))}
            why = why_not_connected(failed.why, lacking)
            response = self._sorry(session, _("%(name)s: %(why)s", name=name, why=why))
        except TokenUnavailable:
            response = self._sorry(session, _(_BUSY, provider=name))
        else:
            self._calendars.retry_unconnected()
            response = see(f"{CALENDARS}?fatto=collega")
        self._set(response, "", 0)
        return response

    def ask_to_disconnect(self, session: str, provider: Provider, query: Mapping[str, str]) -> Response:
        """Ask once more, and say what ends; where nothing is connected, lead back."""
        uses = query.get("uses", "").split()
        views = [one for one in self.connected() if one.provider == provider and one.uses.split() == uses]
        if not views:
            return see(CALENDARS)
        client = self._settings.oauth.get(provider)
        ends = [_(_ENDS[use]) for use in _BOTH if use in uses and (use == "calendar" or (client and client.has_mail))]
        page = self._render("agenda/disconnect.html", form_key=form_key(session), account=views[0], ends=ends)
        return page_of(page)

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
        name, uses = PROVIDER_NAMES[one.provider], uses_in_words(one.uses)
        button: str | None = _("Collega di nuovo") if one.connected_at else _("Collega")
        words = why_dead(one.why or "none", one.provider)
        if one.why in {*CLIENT_FAULTS, "no_client_id"}:
            button = None
        if one.connected_at is None:
            heading = _("%(name)s non è collegato (%(uses)s)", name=name, uses=uses)
            words = _(_NEVER) if button else words
        elif one.condition == "dead":
            heading = _("%(name)s non è più collegato (%(uses)s)", name=name, uses=uses)
        elif one.ends_at:
            heading = _("Il collegamento con %(name)s sta per scadere (%(uses)s)", name=name, uses=uses)
            words = how_long(moment(one.ends_at, zone))
        else:
            heading, words, button = "", _("collegato %(when)s", when=moment(one.connected_at, zone)), None
            if "calendar" in one.uses and not names_account(self._office().availability, one.provider):
                words += f". {_(_UNNAMED, provider=one.provider)}"
        words = f"{one.account}: {words}" if one.account else f"{words[0].upper()}{words[1:]}"
        return AccountView(one.provider, name, " ".join(sorted(one.uses)), uses, words, heading, button)
