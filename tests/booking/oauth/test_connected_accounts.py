"""Accounts stay connected: over expiry, rotation and outages; what is dead is known as such."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable, Use
from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from tests.booking.oauth.accounts import (
    BOTH,
    CALENDAR,
    KEY,
    MAIL,
    REDIRECTS,
    accounts_at,
    connect,
    consents_at,
    store_of,
)
from tests.booking.oauth.provider import ACCOUNT, RunningProvider, client_of, code_in
from tests.booking.office import Clock

HOUR = timedelta(hours=1)
PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")
each = pytest.mark.parametrize("name", PROVIDERS)


@each
def test_a_connected_account_gives_tokens_for_each_use(
    provider: RunningProvider, engine: Engine, name: Provider
) -> None:
    accounts = connect(provider, engine, Clock(), name)
    for use in BOTH:
        assert provider.accepts(accounts.token(name, use))
        assert accounts.account(name, use) == ACCOUNT


@each
def test_tokens_outlive_their_expiry_again_and_again(provider: RunningProvider, engine: Engine, name: Provider) -> None:
    clock = Clock()
    accounts, seen = connect(provider, engine, clock, name), set()
    for _ in range(5):
        clock.now += HOUR
        token = accounts.token(name, "calendar")
        assert provider.accepts(token)
        seen.add(token)
    assert len(seen) == 5
    assert provider.accepts(accounts.token(name, "mail"))


def test_a_good_token_asks_the_provider_nothing(provider: RunningProvider, engine: Engine) -> None:
    accounts = connect(provider, engine, Clock(), "google")
    before = provider.tell("count")["refreshes"]
    assert accounts.token("google", "mail") == accounts.token("google", "calendar") == accounts.token("google", "mail")
    assert provider.tell("count")["refreshes"] == before


def test_what_was_never_connected_is_dead(provider: RunningProvider, engine: Engine) -> None:
    accounts = connect(provider, engine, Clock(), "google", CALENDAR)
    dead: tuple[tuple[Provider, Use], ...] = (("google", "mail"), ("microsoft", "mail"))
    for name, use in dead:
        with pytest.raises(TokenDead) as error:
            accounts.token(name, use)
        assert (error.value.provider, error.value.use, error.value.why) == (name, use, "none")


@each
def test_revoked_consent_is_dead_once_a_token_is_refused(
    provider: RunningProvider, engine: Engine, name: Provider
) -> None:
    accounts = connect(provider, engine, Clock(), name)
    token = accounts.token(name, "calendar")
    provider.tell("revoke")
    assert accounts.token(name, "calendar") == token
    accounts.refused(name, "calendar", token)
    for use in BOTH:
        with pytest.raises(TokenDead) as error:
            accounts_at(provider, engine, Clock()).token(name, use)
        assert error.value.why == "invalid_grant"


@each
def test_connecting_again_mends_what_was_dead(provider: RunningProvider, engine: Engine, name: Provider) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, name)
    provider.tell("revoke")
    accounts.refused(name, "mail", accounts.token(name, "mail"))
    with pytest.raises(TokenDead):
        accounts.token(name, "mail")
    connect(provider, engine, clock, name)
    assert provider.accepts(accounts.token(name, "mail"))
    assert len(accounts.store.all()) == 1


def test_a_refused_token_is_asked_for_once_a_minute(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    before = provider.tell("count")["refreshes"]
    accounts.refused("google", "mail", accounts.token("google", "mail"))
    accounts.refused("google", "mail", accounts.token("google", "mail"))
    with pytest.raises(TokenUnavailable):
        accounts.token("google", "mail")
    assert provider.tell("count")["refreshes"] == before + 1
    clock.now += timedelta(minutes=1)
    assert provider.accepts(accounts.token("google", "mail"))


def test_a_token_refused_late_leaves_its_follower_be(provider: RunningProvider, engine: Engine) -> None:
    accounts = connect(provider, engine, Clock(), "google")
    first = accounts.token("google", "mail")
    accounts.refused("google", "mail", first)
    second = accounts.token("google", "mail")
    accounts.refused("google", "mail", first)
    assert accounts.token("google", "mail") == second


@pytest.mark.parametrize(("breaks", "pause"), [(503, 120), (429, 120), ("cut", 15), (200, 15)])
def test_an_outage_is_waited_for_and_kills_nothing(
    provider: RunningProvider, engine: Engine, breaks: object, pause: int
) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += HOUR
    provider.tell("user", breaks=breaks)
    with pytest.raises(TokenUnavailable):
        accounts.token("google", "calendar")
    before = provider.tell("count")["refreshes"]
    clock.now += timedelta(seconds=pause - 1)
    with pytest.raises(TokenUnavailable):
        accounts.token("google", "calendar")
    assert provider.tell("user", breaks=None)["refreshes"] == before
    assert store_of(engine).all()[0].died_at is None
    if breaks != "cut":  # then the provider has given another refresh token that never arrived
        clock.now += timedelta(seconds=1)
        assert provider.accepts(accounts.token("google", "calendar"))


def test_a_deleted_client_is_dead_and_lives_again_once_mended(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += HOUR
    provider.tell("put_client", client=client_of("google-client", "another-secret-of-this-client"))
    for _ in range(2):
        with pytest.raises(TokenDead) as error:
            accounts.token("google", "mail")
        assert error.value.why == "invalid_client"
    provider.restore()
    clock.now += timedelta(minutes=10)
    assert provider.accepts(accounts.token("google", "mail"))
    assert store_of(engine).all()[0].why is None


def test_without_its_client_id_an_account_is_dead(provider: RunningProvider, engine: Engine) -> None:
    connect(provider, engine, clock := Clock(), "google")
    clock.now += HOUR
    with pytest.raises(TokenDead, match="no_client_id"):
        ConnectedAccounts(store_of(engine), {}, clock).token("google", "mail")


def test_another_secret_key_reads_nothing_and_its_follower_all(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    token = connect(provider, engine, clock, "google").token("google", "mail")
    other = ConnectedAccounts(store_of(engine, "un'altra-chiave-di-prova-ben-diversa"), provider.clients, clock)
    with pytest.raises(TokenDead, match="secret_key_changed"):
        other.token("google", "mail")
    following = store_of(engine, "la-chiave-dopo-quella-di-prima-lunga", old=KEY)
    assert ConnectedAccounts(following, provider.clients, clock).token("google", "mail") == token
    following.rewrite()
    alone = store_of(engine, "la-chiave-dopo-quella-di-prima-lunga")
    assert ConnectedAccounts(alone, provider.clients, clock).token("google", "mail") == token


def test_nothing_is_connected_without_a_secret_key(provider: RunningProvider, engine: Engine) -> None:
    consents = Consents(store_of(engine, None), "google", provider.clients["google"], Clock())
    with pytest.raises(SecretKeyMissing, match="BOOKING_SECRET_KEY"):
        consents.begin(BOTH, REDIRECTS["google"])


@each
def test_a_tick_taken_away_connects_nothing(provider: RunningProvider, engine: Engine, name: Provider) -> None:
    left_out = {
        "google": "https://www.googleapis.com/auth/calendar",
        "microsoft": "https://outlook.office.com/SMTP.Send",
    }[name]
    provider.tell("user", leaves_out=[left_out])
    with pytest.raises(ConsentFailed) as error:
        connect(provider, engine, Clock(), name)
    assert error.value.why == "scopes_missing"
    assert left_out in error.value.scopes
    assert store_of(engine).all() == ()


def test_a_denied_consent_or_a_strange_state_connects_nothing(provider: RunningProvider, engine: Engine) -> None:
    consents = consents_at(provider, engine, Clock(), "google")
    pending = consents.begin(BOTH, REDIRECTS["google"])
    back = code_in(provider.consent(pending.address, pending.redirect))
    with pytest.raises(ConsentFailed, match="wrong_state"):
        consents.finish(pending, back | {"state": "x"})
    with pytest.raises(ConsentFailed, match="invalid_grant"):
        consents.finish(replace(pending, verifier="w" * 64), back)
    provider.tell("user", does="deny")
    with pytest.raises(ConsentFailed, match="access_denied"):
        connect(provider, engine, Clock(), "google")
    assert store_of(engine).all() == ()


def test_disconnecting_takes_back_only_what_nothing_else_needs(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    connect(provider, engine, clock, "google", MAIL)
    accounts = connect(provider, engine, clock, "google", CALENDAR)
    mail, calendar = accounts.token("google", "mail"), accounts.token("google", "calendar")
    consents = consents_at(provider, engine, clock, "google")
    # The two are of one account: at Google, taking one back would take both.
    assert consents.disconnect(MAIL)
    assert provider.accepts(mail)
    assert provider.accepts(calendar)
    assert consents.disconnect(CALENDAR)
    assert not provider.accepts(calendar)
    with pytest.raises(TokenDead):
        accounts.token("google", "calendar")


def test_a_use_connected_anew_leaves_the_other_as_it_was(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    calendar = accounts.token("google", "calendar")
    connect(provider, engine, clock, "google", MAIL)
    assert accounts.token("google", "calendar") == calendar != accounts.token("google", "mail")
    assert sorted(sorted(grant.uses) for grant in accounts.store.all()) == [["calendar"], ["mail"]]


def test_tokens_are_renewed_before_anybody_needs_them(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    before = provider.tell("count")["refreshes"]
    accounts.renew_early()
    assert provider.tell("count")["refreshes"] == before
    clock.now += timedelta(minutes=51)
    accounts.renew_early()
    assert provider.accepts(accounts.token("google", "mail"))
    assert provider.tell("count")["refreshes"] == before + 1


def test_a_consent_taken_back_is_known_within_the_hour(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    provider.tell("revoke")
    clock.now += HOUR
    accounts.renew_early()
    assert store_of(engine).all()[0].why == "invalid_grant"


YEAR = timedelta(days=365)


def test_an_outage_met_in_a_wrong_year_is_over(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += YEAR
    provider.tell("user", breaks=503)
    with pytest.raises(TokenUnavailable):
        accounts.token("google", "mail")
    provider.tell("user", breaks=None)
    clock.now -= YEAR - HOUR
    assert provider.accepts(accounts.token("google", "mail"))


def test_a_token_of_a_wrong_year_is_renewed(provider: RunningProvider, engine: Engine) -> None:
    clock = Clock()
    accounts = connect(provider, engine, clock, "google")
    clock.now += YEAR
    accounts.token("google", "mail")
    clock.now -= YEAR
    before = provider.tell("count")["refreshes"]
    for _ in range(2):
        accounts.renew_early()
    assert provider.tell("count")["refreshes"] == before + 1
