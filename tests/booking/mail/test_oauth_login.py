"""A relay is logged in at with the access token of a connected account, and tells when it is not taken."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import AccountNotConnected, RelayUnavailable, TokenRefused
from plugins.booking.mail.login_backoff import login_name
from plugins.booking.mail.mail_health import mail_state, standstill_of
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Relay
from plugins.booking.storage.outbox import Outbox, Urgency
from plugins.booking.storage.schema import keys
from plugins.booking.storage.schema import outbox as table
from tests.booking.account_tokens import AccountTokens
from tests.booking.mail.test_mail_faults import own as own  # a database of SQLite
from tests.booking.mail.test_mail_faults import queue, states
from tests.booking.mail.test_tls import ENVELOPE
from tests.booking.office import Clock
from tests.booking.raw_relay import RawRelay, raw_relay

MISSED = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}').decode()
MINUTE = timedelta(minutes=1)


def with_account(raw: RawRelay, user: str | None = None) -> Relay:
    return replace(raw.relay, token="google", user=user)


def send(relay: Relay, tokens: AccountTokens) -> None:
    SmtpSender(relay, "localhost", tokens=tokens)(ENVELOPE, lambda: None)


def words_of_login(raw: RawRelay) -> list[tuple[str, bytes]]:
    """The mechanism and the words of each login."""
    said = [line.split() for lines in raw.heard for line in lines if line.startswith("AUTH")]
    return [(mechanism, base64.b64decode(words)) for _, mechanism, words in said]


@pytest.mark.parametrize(
    ("offers", "mechanism", "words"),
    [
        ("XOAUTH2 PLAIN", "XOAUTH2", "user={user}\x01auth=Bearer word\x01\x01"),
        (
            "plain xoauth2 oauthbearer",
            "OAUTHBEARER",
            "n,a={user},\x01host=127.0.0.1\x01port={port}\x01auth=Bearer word",
        ),
    ],
)
def test_better_token_mechanism_offered_is_used(offers: str, mechanism: str, words: str) -> None:
    with raw_relay(offers) as raw:
        send(with_account(raw, "a@example.org"), AccountTokens("word"))
        send(with_account(raw), AccountTokens("word"))
    port = raw.relay.port
    for (used, said), user in zip(words_of_login(raw), ("a@example.org", "bice@example.org"), strict=True):
        assert used == mechanism
        assert said.decode().startswith(words.format(user=user, port=port))
        assert said.endswith(b"\x01\x01")
    assert raw.count("DATA") == 2


def test_user_with_signs_is_written_as_gs2_wants() -> None:
    with raw_relay("OAUTHBEARER") as raw:
        send(with_account(raw, "a=b,c@example.org"), AccountTokens("word"))
    assert words_of_login(raw)[0][1].startswith(b"n,a=a=3Db=2Cc@example.org,\x01")


@pytest.mark.parametrize(("offers", "goodbye"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
def test_challenge_of_a_refusal_is_answered(offers: str, goodbye: str) -> None:
    tokens = AccountTokens("old", "new")
    with raw_relay(offers, AUTH="535 5.7.8 no") as raw:
        raw.challenge = MISSED
        with pytest.raises(TokenRefused) as refused:
            send(with_account(raw), tokens)
    assert refused.value.why == "535 5.7.8"
    assert [line for lines in raw.heard for line in lines if line.startswith("?")] == [f"? {goodbye}"] * 2
    assert tokens.taken_back == ["old", "new"]


def test_refused_token_is_replaced_once_in_another_conversation() -> None:
    tokens = AccountTokens("old", "new", "never")
    with raw_relay("XOAUTH2", AUTH="535 5.7.8 no") as raw:
        with pytest.raises(TokenRefused):
            send(with_account(raw), tokens)
        assert [words.split(b"Bearer ")[1] for _, words in words_of_login(raw)] == [b"old\x01\x01", b"new\x01\x01"]
        assert len(raw.heard) == 2
        raw.replies["AUTH"] = "235 welcome"
        send(with_account(raw), tokens)
    assert tokens.given == ["old", "new", "never"]
    assert raw.count("DATA") == 1


@pytest.mark.parametrize(
    ("replies", "offers"),
    [
        ({"AUTH": "454 4.7.0 not with word"}, "XOAUTH2"),
        ({"AUTH": "drop"}, "OAUTHBEARER"),
        ({}, "PLAIN LOGIN"),
    ],
)
def test_login_that_fails_for_now_takes_no_token_back(replies: dict[str, str], offers: str) -> None:
    tokens = AccountTokens("word")
    with raw_relay(offers, **replies) as raw, pytest.raises(RelayUnavailable) as failed:
        send(with_account(raw), tokens)
    assert not isinstance(failed.value, TokenRefused)
    assert "word" not in str(failed.value)
    assert tokens.taken_back == []


def test_silent_provider_is_a_missing_relay() -> None:
    tokens = AccountTokens("word")
    tokens.away = True
    with raw_relay("XOAUTH2") as raw, pytest.raises(RelayUnavailable, match="google gives no token for now") as failed:
        send(with_account(raw), tokens)
    assert not isinstance(failed.value, AccountNotConnected)
    assert raw.heard == []


def lanes(engine: Engine, relay: Relay, tokens: AccountTokens, clock: Clock) -> list[Delivery]:
    sender = SmtpSender(relay, "localhost", tokens=tokens)
    return [Delivery(Outbox(engine), sender, clock, upto=upto) for upto in (Urgency.DIGEST, Urgency.OWNER)]


def trouble(engine: Engine, relay: Relay, clock: Clock) -> str | None:
    outbox = Outbox(engine)
    return standstill_of(relay, outbox.figures(clock()), outbox.last_failure(), mail_state(relay, outbox)())


def test_dead_token_is_told_at_once_and_mail_waits(own: Engine) -> None:
    clock, tokens = Clock(), AccountTokens()
    queue(own, "booked-owner"), queue(own, "booked-visitor")
    with raw_relay("XOAUTH2") as raw:
        relay = with_account(raw)
        working = lanes(own, relay, tokens, clock)
        for _ in range(30):
            assert [one.deliver_due() for one in working] == [0, 0]
            told = str(trouble(own, relay, clock))
            assert told.startswith("google is not connected for mail (invalid_grant): connect it, in the agenda or")
            clock.now += MINUTE / 3
        assert raw.heard == []
        with own.begin() as connection:
            assert set(connection.execute(select(table.c.attempts)).scalars()) == {0}
        # Connected again: all goes out within a minute, and nothing is told any more.
        tokens.left.append("new")
        clock.now += MINUTE
        assert sum(one.deliver_due() for one in working) == 2
    assert states(own) == {"sent": 2}
    assert trouble(own, relay, clock) is None


def test_refused_tokens_are_told_and_tried_every_ten_minutes(own: Engine) -> None:
    clock, tokens = Clock(), AccountTokens(*(f"token{number}" for number in range(100)))
    queue(own, "booked-owner")
    with raw_relay("XOAUTH2", AUTH="535 5.7.139 switched off") as raw:
        relay = with_account(raw)
        working = lanes(own, relay, tokens, clock)
        for _ in range(3 * 61):
            for one in working:
                one.deliver_due()
            clock.now += MINUTE / 3
        assert raw.count("AUTH") == 2 * 7
        assert "login refused (535 5.7.139): the relay does not take the token of the google account" in str(
            trouble(own, relay, clock)
        )
    assert states(own) == {"pending": 1}


def test_state_of_a_token_login_names_no_token(own: Engine) -> None:
    queue(own, "booked-owner")
    with raw_relay("XOAUTH2", AUTH="535 5.7.8 dG9rZW4tb25l") as raw:
        relay = with_account(raw, "bice@example.org")
        lanes(own, relay, AccountTokens("token-one", "token-two"), Clock())[0].deliver_due()
    with own.begin() as connection:
        (kept,) = connection.execute(select(keys.c.value).where(keys.c.name == login_name(relay))).scalars()
        error = connection.execute(select(table.c.error)).scalar_one()
    assert "token-" not in kept + error
    assert "dG9r" not in kept + error
