"""Connected accounts: access tokens for mail and calendars, refreshed by one process at a time, and what is dead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use
from plugins.booking.oauth.account_state import AccountState, missing_account, states_of
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.operator_words import CLIENT_FAULTS, how_to_mend, not_connected
from plugins.booking.oauth.provider_http import DEADLINE_SECONDS, LONGEST_WAIT_SECONDS, ProviderBusy
from plugins.booking.oauth.providers import lacks_mail_scope, scopes_of_use
from plugins.booking.oauth.token_requests import ProviderRefusal, TokenAnswer, TokenRequests
from plugins.booking.oauth.token_store import AccessToken, Grant, Secret, TokenStore
from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.ids import new_id

MARGIN = timedelta(minutes=1)
# How long before its end a token is renewed by the job, so that nobody who needs one waits for it.
EARLY = timedelta(minutes=10)
AT_LEAST_EVERY = timedelta(hours=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=30)
_CLIENT_PAUSE = timedelta(minutes=10)
# Whatever is put off for longer was so by a clock that was ahead.
_LONGEST_WAIT = max(_LONGEST_PAUSE, _CLIENT_PAUSE, timedelta(seconds=LONGEST_WAIT_SECONDS)) + MARGIN
_PATIENCE_SECONDS, _LOOK_SECONDS = 30.0, 0.05
_SAVE_TRIES, _SAVE_PAUSE_SECONDS = 5, 0.3
_log = logging.getLogger(__name__)
# What a provider gave and a database has not taken: the tokens before are worth nothing any more.
_unsaved: WeakKeyDictionary[Engine, dict[str, Grant]] = WeakKeyDictionary()


class ConnectedAccounts:
    """Access tokens of the connected accounts; see `AccessTokens` for what callers may expect."""

    def __init__(
        self,
        store: TokenStore,
        clients: Mapping[Provider, ClientSettings],
        clock: Callable[[], datetime],
        needed_for_mail: Collection[Provider] = (),
    ) -> None:
        self.store = store
        self._clients = clients
        self._clock = clock
        self._needed_for_mail = needed_for_mail
        self.deadline = DEADLINE_SECONDS
        self._unsaved = _unsaved.setdefault(store.engine, {})

    def token(self, provider: Provider, use: Use) -> str:
        """Return a token that is good for a minute at least; raises TokenDead, TokenUnavailable, Unavailable."""
        return self._renewed(provider, use, MARGIN)

    def refused(self, provider: Provider, use: Use, token: str) -> None:
        """Note that a server refused a token: the next one asked for is a new one."""
        self.store.drop_access(provider, use, token, self._clock(), MARGIN)

    def account(self, provider: Provider, use: Use) -> str:
        """Return the address of the connected account; raises TokenDead."""
        return self._found(provider, use).account

    def states(self) -> tuple[AccountState, ...]:
        """Return how each consent stands, and each that mail needs and is not there; raises Unavailable."""
        now = self._clock()
        found = [one for grant in self.store.all() for one in states_of(grant, now, self._clients.get(grant.provider))]
        connected = {one.provider for one in found if "mail" in one.uses}
        missing = sorted(set(self._needed_for_mail) - connected)
        return (*found, *(missing_account(provider, provider in self._clients) for provider in missing))

    def renew_early(self) -> None:
        """Renew what ends soon or was not renewed for an hour, so that what is dead is known. Raises Unavailable."""
        for grant in self.store.all():
            now = self._clock()
            for use in sorted(grant.uses):
                access = grant.secret.access.get(use) if grant.secret else None
                is_old = now - grant.refreshed_at >= AT_LEAST_EVERY
                is_new = not is_old and not _is_ahead(grant, now)
                if access and access.ends_at - now > EARLY and is_new and grant.id not in self._unsaved:
                    continue
                with suppress(TokenDead, TokenUnavailable):  # the store says so
                    self._renewed(grant.provider, use, EARLY, than=grant.refreshed_at if is_old else None)

    def _renewed(self, provider: Provider, use: Use, margin: timedelta, than: datetime | None = None) -> str:
        """Return an access token that lasts longer than a margin, and is newer `than` an instant."""
        name, patience = new_id(self._clock()), time.monotonic() + _PATIENCE_SECONDS
        while True:
            grant = self._found(provider, use)
            if held := self._unsaved.get(grant.id):
                grant = self._saved(held, grant)
            if access := self._good(grant, use, margin, than):
                return access
            self._may_ask(grant, use)
            if leased := self.store.lease(grant.id, name, self._clock()):
                # Another may have been quicker: its tokens are read together with the turn.
                if access := self._good(leased, use, margin, than):
                    self.store.release(grant.id, name)
                    return access
                return self._refresh(leased, use, name)
            if time.monotonic() > patience:
                raise TokenUnavailable("another process is renewing the token and does not end")
            time.sleep(_LOOK_SECONDS)

    def _found(self, provider: Provider, use: Use) -> Grant:
        grant = self.store.find(provider, use)
        client = self._clients.get(provider)
        if grant is None:
            raise TokenDead(provider, use, "none" if client else "no_client_id")
        if use == "mail" and client and lacks_mail_scope(provider, grant.scopes, client):
            raise TokenDead(provider, use, "scopes_missing")
        return grant

    def _good(self, grant: Grant, use: Use, margin: timedelta, than: datetime | None) -> str | None:
        if grant.died_at or grant.secret is None or (than and grant.refreshed_at <= than):
            return None
        access, now = grant.secret.access.get(use), self._clock()
        if access is None or _is_ahead(grant, now):
            return None
        # A life shorter than twice the margin is half used before it is renewed.
        short = (access.ends_at - grant.refreshed_at) / 2
        return access.value if access.ends_at - now > min(margin, short) else None

    def _may_ask(self, grant: Grant, use: Use) -> None:
        """Raise TokenDead or TokenUnavailable where the provider is not to be asked now."""
        now = self._clock()
        waits = grant.next_at is not None and now < grant.next_at <= now + _LONGEST_WAIT
        if grant.secret is None:
            raise TokenDead(grant.provider, use, "secret_key_changed")
        if grant.provider not in self._clients:
            raise TokenDead(grant.provider, use, "no_client_id")
        if grant.died_at and (waits or grant.why not in CLIENT_FAULTS):
            raise TokenDead(grant.provider, use, grant.why or "none")
        if waits:
            raise TokenUnavailable(f"{grant.provider} gave no token, and is asked again at {grant.next_at}")

    def _refresh(self, grant: Grant, use: Use, name: str) -> str:
        assert grant.secret
        client, asked_at = self._clients[grant.provider], self._clock()
        # Google's tokens are for all that was consented to; Microsoft's are for one resource each.
        scopes = scopes_of_use(grant.provider, use, client) if grant.provider == "microsoft" else ()
        try:
            answer = TokenRequests(grant.provider, client, self.deadline).refresh(grant.secret.refresh, scopes)
        except ProviderRefusal as refusal:
            waits = asked_at + _CLIENT_PAUSE if refusal.code in CLIENT_FAULTS else None
            died_at = grant.died_at or asked_at
            self.store.note(replace(grant, died_at=died_at, why=refusal.code, next_at=waits), name)
            words = not_connected(grant.provider, grant.uses, refusal.code)
            _log.error("%s: %s", words, how_to_mend(grant.provider, refusal.code))
            raise TokenDead(grant.provider, use, refusal.code) from None
        except ProviderBusy as busy:
            pause = min(_FIRST_PAUSE * 2 ** min(grant.attempts, 10), _LONGEST_PAUSE)
            pause = max(pause, timedelta(seconds=busy.wait or 0))
            self.store.note(replace(grant, attempts=grant.attempts + 1, next_at=asked_at + pause), name)
            raise
        renewed = after(grant, answer, use, asked_at)
        self._save(renewed)
        return answer.access

    def _save(self, renewed: Grant) -> None:
        # From the provider's answer to the commit a crash would cost the account: nothing else is done meanwhile.
        for left in reversed(range(_SAVE_TRIES)):
            try:
                self.store.renew(renewed)
            except Unavailable:
                self._unsaved[renewed.id] = renewed
                if left:
                    time.sleep(_SAVE_PAUSE_SECONDS)
            else:
                self._unsaved.pop(renewed.id, None)
                return
        _log.error("new tokens of %s could not be kept in the database; they are kept in memory", renewed.provider)

    def _saved(self, held: Grant, kept: Grant) -> Grant:
        """Keep what could not be kept before, and return how the consent then stands."""
        if kept.generation != held.generation - 1:
            self._unsaved.pop(held.id, None)  # another has newer ones
            return kept
        try:
            self.store.renew(held)
        except Unavailable:
            return held
        self._unsaved.pop(held.id, None)
        return held


def _is_ahead(grant: Grant, now: datetime) -> bool:
    """Whether a clock that was ahead has dated its tokens: how long they last is not known."""
    return grant.refreshed_at - now > MARGIN


def after(grant: Grant, answer: TokenAnswer, use: Use, asked_at: datetime) -> Grant:
    """Return a consent with what the provider gave; a refresh token that it did not give anew stays."""
    new = AccessToken(answer.access, asked_at + timedelta(seconds=answer.lasts))
    uses = (use,) if grant.provider == "microsoft" else tuple(grant.uses)
    before = grant.secret.access if grant.secret else {}
    access = {**{key: one for key, one in before.items() if key in grant.uses}, **dict.fromkeys(uses, new)}
    refresh = answer.refresh or (grant.secret.refresh if grant.secret else "")
    ends = answer.refresh_lasts
    return replace(
        grant,
        secret=Secret(refresh, access),
        generation=grant.generation + 1,
        refreshed_at=asked_at,
        ends_at=asked_at + timedelta(seconds=ends) if ends else grant.ends_at,
        died_at=None,
        why=None,
        attempts=0,
        next_at=None,
    )
