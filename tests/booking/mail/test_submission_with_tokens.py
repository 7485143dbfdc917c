"""A real submission server, which asks the provider about each token: mail passes while the account is connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import RelayUnavailable, TokenRefused
from plugins.booking.mail.mail_health import mail_state, trouble_of
from plugins.booking.mail.relay_check import check_relay
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.server_urls import Relay
from plugins.booking.storage.outbox import Outbox
from tests.booking.account_tokens import AccountTokens
from tests.booking.dovecot import submission
from tests.booking.mail.test_mail_faults import own as own  # a database of SQLite
from tests.booking.mail.test_mail_faults import queue, states
from tests.booking.mail.test_tls import ENVELOPE
from tests.booking.oauth.accounts import connect
from tests.booking.oauth.provider import ACCOUNT, RunningProvider, client_of, running_provider
from tests.booking.office import Clock
from tests.booking.sink import Sink, sinking

MECHANISMS = ["xoauth2", "xoauth2 oauthbearer"]


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The server behind it, where mail arrives at last."""
    with sinking() as one:
        yield one


@pytest.fixture(scope="module", params=MECHANISMS)
def relay(request: pytest.FixtureRequest, provider: RunningProvider, sink: Sink) -> Iterator[Relay]:
    server = client_of("submission-server", "word")
    provider.tell("put_client", client=server | {"token_endpoint_auth_method": "client_secret_basic"})
    asking = provider.address.replace("//", "//submission-server:word@")
    with submission(f"{asking}/oauth/introspect", sink.relay.port, request.param) as running:
        yield running


def send(relay: Relay, tokens: AccessTokens) -> None:
    SmtpSender(relay, "localhost", tokens=tokens)(ENVELOPE, lambda: None)


def test_mail_passes_with_a_token_the_provider_knows(
    relay: Relay, provider: RunningProvider, sink: Sink, own: Engine
) -> None:
    accounts = connect(provider, own, Clock(), "google", ["mail"])
    before = len(sink.taken)
    send(relay, accounts)
    send(replace(relay, user=ACCOUNT), accounts)
    assert [one.subject for one in sink.taken[before:]] == ["Hello", "Hello"]


def test_token_the_provider_does_not_know_is_replaced_once(
    relay: Relay, provider: RunningProvider, sink: Sink, own: Engine
) -> None:
    accounts = connect(provider, own, Clock(), "google", ["mail"])
    before = len(sink.taken)
    tokens = AccountTokens("made-up", accounts.token("google", "mail"))
    send(replace(relay, user=ACCOUNT), tokens)
    assert tokens.taken_back == ["made-up"]
    assert len(sink.taken) == before + 1
    with pytest.raises(TokenRefused) as refused:
        send(replace(relay, user=ACCOUNT), AccountTokens("made-up", "made-up-too"))
    assert refused.value.why == "535 5.7.8"


def test_user_who_is_not_the_account_is_refused(relay: Relay, provider: RunningProvider, own: Engine) -> None:
    accounts = connect(provider, own, Clock(), "google", ["mail"])
    with pytest.raises(TokenRefused):
        send(replace(relay, user="somebody@example.org"), accounts)


def test_server_that_cannot_ask_the_provider_takes_no_token_back(sink: Sink) -> None:
    tokens = AccountTokens("word")
    with (
        submission("http://127.0.0.1:1/introspect", sink.relay.port) as relay,
        pytest.raises(RelayUnavailable, match=r"454 4\.7\.0") as failed,
    ):
        send(relay, tokens)
    assert not isinstance(failed.value, TokenRefused)
    assert tokens.taken_back == []


def test_revoked_account_is_told_and_catches_up_once_connected(
    relay: Relay, provider: RunningProvider, sink: Sink, own: Engine
) -> None:
    clock = Clock()
    accounts = connect(provider, own, clock, "google", ["mail"])
    outbox = Outbox(own)
    sending = Delivery(outbox, SmtpSender(relay, "localhost", tokens=accounts), clock)
    queue(own, "booked-owner")
    assert sending.deliver_due() == 1
    provider.tell("revoke")
    queued = [queue(own, "booked-owner"), queue(own, "booked-visitor")]
    before = len(sink.taken)
    assert sending.deliver_due() == 0
    told = str(trouble_of(mail_state(relay, outbox)()))
    assert told.startswith("google is not connected for mail (invalid_grant): connect it, in the agenda")
    assert states(own) == {"sent": 1, "pending": 2}
    connect(provider, own, clock, "google", ["mail"])
    clock.now += timedelta(minutes=1)
    assert sending.deliver_due() == 2
    assert [one.message_id for one in sink.taken[before:]] == [one.message_id for one in queued]
    assert trouble_of(mail_state(relay, outbox)()) is None


def test_check_passes_where_the_account_is_connected(
    relay: Relay, provider: RunningProvider, sink: Sink, own: Engine
) -> None:
    accounts = connect(provider, own, Clock(), "google", ["mail"])
    said: list[str] = []
    oauth: dict[Provider, ClientSettings] = provider.clients
    before = sink.begun
    assert check_relay(relay, "localhost", ACCOUNT, "lei@example.org", said.append, accounts, oauth), said
    assert f"ok   token: google gives one for {ACCOUNT}" in said
    assert sink.begun == before
