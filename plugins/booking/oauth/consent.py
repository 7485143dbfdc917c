"""Consent: asks the owner's provider to let the endpoint in, and keeps what she allowed, or forgets it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.connected_accounts import after
from plugins.booking.oauth.provider_http import ProviderBusy
from plugins.booking.oauth.providers import plain_scope, scopes_of_use, scopes_to_ask
from plugins.booking.oauth.token_requests import ProviderRefusal, TokenAnswer, TokenRequests
from plugins.booking.oauth.token_store import Grant, Secret, TokenStore

# Google gives a refresh token only to who asks so, and each time only to who asks for consent anew.
_EXTRAS: dict[Provider, dict[str, str]] = {
    "google": {"access_type": "offline", "prompt": "consent"},
    "microsoft": {"prompt": "select_account"},
}
_ADDRESS_CLAIMS: dict[Provider, tuple[str, ...]] = {
    "google": ("email",),
    # By which Microsoft's servers of mail know the mailbox; what `email` says may be another of its addresses.
    "microsoft": ("preferred_username", "email"),
}


class ConsentFailed(Exception):
    """Nothing was connected; `why` is the provider's code or one of ours."""

    def __init__(self, why: str, scopes: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.scopes = why, scopes


@dataclass(frozen=True)
class PendingConsent:
    """A consent that was asked for: what has to come back, and what only the asker knows."""

    provider: Provider
    uses: frozenset[Use]
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    address: str = field(repr=False)


class Consents:
    """Consents with one provider; every method raises ConsentFailed, TokenUnavailable, Unavailable."""

    def __init__(
        self, store: TokenStore, provider: Provider, client: ClientSettings, clock: Callable[[], datetime]
    ) -> None:
        self.provider, self.client = provider, client
        self._store = store
        self._clock = clock
        self.requests = TokenRequests(provider, client)

    def check_key(self) -> None:
        """Raise SecretKeyMissing before anything is asked that could not be kept."""
        self._store.check_key()

    def begin(self, uses: Collection[Use], redirect: str) -> PendingConsent:
        """Return the address at which she consents, and what to keep until she comes back; raises SecretKeyMissing."""
        self.check_key()
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        scopes = scopes_to_ask(self.provider, uses, self.client)
        address = self.requests.authorization_address(redirect, scopes, state, verifier, **_EXTRAS[self.provider])
        return PendingConsent(self.provider, frozenset(uses), redirect, state, verifier, address)

    def finish(self, pending: PendingConsent, query: Mapping[str, str]) -> Grant:
        """Connect with what came back to the redirect address; what was kept is used up by it."""
        if not secrets.compare_digest(query.get("state", "").encode(), pending.state.encode()):
            raise ConsentFailed("wrong_state")
        if "error" in query:
            # What is no word of the specifications is not shown: it could be anything.
            raise ConsentFailed(query["error"] if re.fullmatch(r"[a-z_]{1,40}", query["error"]) else "refused")
        first = min(pending.uses)
        scopes = scopes_of_use(self.provider, first, self.client) if self.provider == "microsoft" else ()
        asked_at = self._clock()
        try:
            answer = self.requests.exchange(query.get("code", ""), pending.redirect, pending.verifier, scopes)
        except ProviderRefusal as refusal:
            raise ConsentFailed(refusal.code) from None
        return self.connect(pending.uses, answer, asked_at)

    def connect(self, uses: Collection[Use], answer: TokenAnswer, asked_at: datetime) -> Grant:
        """Keep what the provider gave, once it is all that was asked for."""
        if answer.refresh is None:
            raise ConsentFailed("no_refresh_token")
        grant = Grant(
            "", self.provider, frozenset(uses), self._account(answer), answer.scopes or (), asked_at, asked_at,
            Secret(answer.refresh, {}), generation=-1,
        )  # fmt: skip
        first, *others = sorted(uses)
        wanted = uses if self.provider == "google" else (first,)
        self._check(wanted, answer)
        grant = after(grant, answer, first, asked_at)
        for use in others if self.provider == "microsoft" else ():
            # A token of Microsoft's is for one resource: whether she allowed the next one too is known by asking.
            assert grant.secret
            try:
                another = self.requests.refresh(grant.secret.refresh, scopes_of_use("microsoft", use, self.client))
            except ProviderRefusal:
                raise ConsentFailed("scopes_missing", scopes_of_use("microsoft", use, self.client)) from None
            self._check((use,), another)
            scopes = dict.fromkeys((*grant.scopes, *(another.scopes or ())))
            grant = replace(after(grant, another, use, asked_at), scopes=tuple(scopes))
        self._forget(self._store.connect(grant, asked_at))
        return grant

    def connected(self, uses: Collection[Use]) -> bool:
        """Say whether any of some uses is connected."""
        return any(self._store.find(self.provider, use) for use in uses)

    def disconnect(self, uses: Collection[Use]) -> bool:
        """Forget the consent for some uses, and take it back at the provider where that is possible."""
        return self._forget(self._store.disconnect(self.provider, uses))

    def _forget(self, gone: Collection[Grant]) -> bool:
        """Take back what nothing else needs; False where the owner has to do it at the provider."""
        left = {grant.account for grant in self._store.all() if grant.provider == self.provider}
        done = True
        for grant in gone:
            # Who takes one token back at Google takes back all of that account's.
            if grant.account in left or grant.secret is None:
                continue
            try:
                done = self.requests.revoke(grant.secret.refresh) and done
            except (ProviderRefusal, ProviderBusy):
                done = False
        return done

    def _check(self, uses: Collection[Use], answer: TokenAnswer) -> None:
        """Raise ConsentFailed where she took away a tick: no scope in the answer means all of them (RFC 6749, 5.1)."""
        if answer.scopes is None:
            return
        wanted = [scope for use in sorted(uses) for scope in scopes_of_use(self.provider, use, self.client)]
        given = {plain_scope(scope) for scope in answer.scopes}
        if missing := tuple(scope for scope in wanted if plain_scope(scope) not in given):
            raise ConsentFailed("scopes_missing", missing)

    def _account(self, answer: TokenAnswer) -> str:
        names = _ADDRESS_CLAIMS[self.provider]
        claims = answer.claims
        if not any(claims.get(name) for name in names):
            try:
                claims = self.requests.userinfo(answer.access)
            except ProviderRefusal:
                claims = {}
        found = next((one for name in names if isinstance(one := claims.get(name), str) and one), "")
        if "@" not in found or not found.isprintable() or " " in found:
            raise ConsentFailed("no_account")
        return found
