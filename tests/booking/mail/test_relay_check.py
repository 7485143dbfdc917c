"""`deliver --check` tries the relay once, sends nothing, and says what holds and what to mend."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import make_url

from plugins.booking.mail.check_failure import how_to_reach
from plugins.booking.mail.relay_check import check_relay
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.server_urls import Kind, Relay, Security, relay_of
from plugins.booking.storage.engine import open_engine
from tests.booking.account_tokens import AccountTokens, keep_account
from tests.booking.https_sink import KEY, HttpsSink, https_sinking
from tests.booking.mail.test_tls import at, relay
from tests.booking.mail.test_tls import certificate as certificate
from tests.booking.office import write_content
from tests.booking.outgoing import queued
from tests.booking.raw_relay import RawRelay, raw_relay
from tests.booking.smtp import smtp_server
from tests.booking.test_commands import run


def check(to: Relay) -> tuple[bool, list[str]]:
    said: list[str] = []
    return check_relay(to, "localhost", "bice@example.org", "lei@example.org", said.append), said


def failed(to: Relay) -> tuple[str, str]:
    """The line of the step that does not hold, and how to mend it."""
    taken, said = check(to)
    assert not taken
    assert [line for line in said if line.startswith("NO")] == said[-2:-1]
    return said[-2], said[-1]


def test_relay_that_takes_mail_is_told_step_by_step() -> None:
    with raw_relay("PLAIN") as raw:
        taken, said = check(raw.logging_in("word"))
    assert taken
    assert [line.split(":")[0] for line in said[:-1]] == [
        *("ok   connection", "ok   EHLO", "ok   login", "ok   MAIL <bice@example.org>", "ok   RCPT <lei@example.org>")
    ]
    assert said[-1] == "The relay takes mail to the owner. Nothing was sent."
    assert raw.count("DATA") == 0
    assert raw.verbs()[0][-1] == "QUIT"


@pytest.mark.parametrize(
    ("replies", "step", "mend"),
    [
        ({"greeting": "554 you are banned"}, "NO   connection: 554 you are banned", "banned this machine"),
        ({"AUTH": "535 5.7.8 wrong: c2VjcmV0"}, "NO   login: refused (535 5.7.8)", "user and password"),
        ({"MAIL": "553 5.7.1 not your address"}, "NO   MAIL <bice@example.org>: 553", "set BOOKING_SENDER"),
        ({"RCPT": "554 5.7.1 relay access denied"}, "NO   RCPT <lei@example.org>: 554", "BOOKING_OWNER_EMAIL"),
        ({"RCPT": "451 greylisted"}, "NO   RCPT <lei@example.org>: 451", "try again in a few minutes"),
        ({"RCPT": "drop"}, "NO   RCPT <lei@example.org>: the conversation broke off", "BOOKING_OWNER_EMAIL"),
    ],
)
def test_step_that_does_not_hold_is_named_with_its_remedy(replies: dict[str, str], step: str, mend: str) -> None:
    with raw_relay("PLAIN", **replies) as raw:
        seen, remedy = failed(raw.logging_in("secret"))
    assert seen.startswith(step)
    assert mend in remedy
    assert "secret" not in seen + remedy
    assert raw.count("DATA") == 0


def test_wrong_password_is_tried_once() -> None:
    with raw_relay("PLAIN LOGIN CRAM-MD5", AUTH="535 no") as raw:
        failed(raw.logging_in("secret"))
    assert raw.count("AUTH") == 1


def test_login_that_is_not_offered_is_told() -> None:
    with raw_relay("XOAUTH2") as raw:
        seen, _ = failed(raw.logging_in("word"))
    assert seen == "NO   login: no known way to log in is offered; there are: XOAUTH2"


def test_machine_that_nobody_answers_at_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        port = opened.getsockname()[1]
    seen, mend = failed(Relay("127.0.0.1", port, "none"))
    assert seen.startswith(f"NO   connection: nobody talks at 127.0.0.1:{port}")
    assert "BOOKING_SMTP_URL" in mend
    assert "no machine is called nowhere.invalid" in failed(Relay("nowhere.invalid", 25, "none"))[0]


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_a_providers_relay_has_no_host_to_put_right(name: str) -> None:
    by_smtp, by_https, own = relay_of(name), relay_of(f"{name}+https://"), Relay("mail.example", 25, "none")
    assert by_smtp
    assert by_https
    assert f"BOOKING_SMTP_URL={name}+https://" in how_to_reach(by_smtp, "put host and port right")
    assert "BOOKING_SMTP_URL" not in how_to_reach(by_https, "put host and port right")
    assert how_to_reach(own, "put host and port right") == "put host and port right"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_unknown_authority_is_told_with_the_variable_that_names_it(certificate: Path, security: Security) -> None:
    with relay(certificate, security) as sink:
        seen, mend = failed(at(sink, security))
    assert seen.startswith("NO   TLS: self-signed certificate")
    assert "SSL_CERT_FILE" in mend


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_private_authority_that_is_named_holds(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with relay(certificate, security) as sink:
        taken, said = check(at(sink, security))
        name = failed(at(sink, security, host="127.0.0.1"))[0]
    assert taken
    assert any(line.startswith("ok   TLS: TLSv1.") for line in said)
    assert not sink.taken
    assert name.startswith("NO   TLS: IP address mismatch")


def test_tls_at_a_plain_port_says_how_it_is_written() -> None:
    with raw_relay() as raw:
        assert "smtp+starttls://" in failed(Relay(raw.relay.host, raw.relay.port, "tls"))[1]
        assert (
            failed(Relay(raw.relay.host, raw.relay.port, "starttls"))[0] == "NO   STARTTLS: the relay does not offer it"
        )


def test_words_of_a_relay_steer_no_terminal() -> None:
    raw: RawRelay
    with raw_relay(RCPT="554 \x1b[2Jno") as raw:
        assert "\x1b" not in failed(raw.relay)[0]


def test_command_checks_and_leaves_the_outbox_alone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    queued(database)
    content = write_content(tmp_path / "content")
    with smtp_server() as server:
        shared = {"BOOKING_DATABASE_URL": database, "BOOKING_CONTENT": str(content)}
        done = run("deliver", "--check", BOOKING_SMTP_URL=server.url, **shared)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ok   RCPT <bice@example.org>: 250" in done.stdout
        assert not server.taken
    done = run("deliver", "--check", BOOKING_SMTP_URL=server.url, **shared)
    assert done.returncode == 1
    assert "NO   connection" in done.stdout
    both = run("deliver", "--check", "--once", BOOKING_SMTP_URL=server.url, **shared)
    assert both.returncode == 2


def check_posting(sink: HttpsSink, kind: Kind, tokens: AccountTokens | None = None) -> tuple[bool, list[str]]:
    said: list[str] = []
    relay, given = sink.relay(kind), tokens or AccountTokens("word")
    oauth = {name: ClientSettings("id", base_url=f"http://127.0.0.1:{sink.port}") for name in get_args(Provider)}
    return check_relay(relay, "localhost", "bice@example.org", "lei@example.org", said.append, given, oauth), said


@pytest.mark.parametrize("kind", ["gmail", "graph", "post"])
def test_relay_over_https_is_checked_and_sent_nothing(kind: Kind) -> None:
    with https_sinking() as sink:
        taken, said = check_posting(sink, kind)
        assert taken
        assert "ok   login: taken; no mail is answered by HTTP 400, as it should be" in said
        if kind != "post":
            assert said[0].endswith("gives one for bice@example.org")
            assert "ok   sender: bice@example.org is the account" in said
        assert sink.taken == []
        assert "word" not in " ".join(said)


@pytest.mark.parametrize(
    ("kind", "status", "seen", "mend"),
    [
        ("gmail", "401", "NO   login: the token is refused (HTTP-401)", "connect google`"),
        ("graph", "403", "NO   answer: HTTP 403 ErrorAccessDenied Access is denied.", "connect microsoft`"),
        ("post", "401", "NO   login: the token is refused (HTTP-401)", "put the token in BOOKING_SMTP_URL right"),
        ("post", "403", "NO   answer: HTTP 403 ErrorAccessDenied Access is denied.", "what the relay allows"),
        ("post", "404", "NO   answer: HTTP 404", "put the address of the relay"),
        ("post", "302", "NO   answer: HTTP 302", "put the address of the relay"),
        ("post", "200", "NO   answer: HTTP 200", "may be no relay"),
        ("gmail", "503", "NO   answer: HTTP 503", "try again in a few minutes"),
    ],
)
def test_answer_that_lets_nobody_in_is_told(kind: Kind, status: str, seen: str, mend: str) -> None:
    with https_sinking() as sink:
        sink.to_nothing = status
        sink.says = {}, {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
        taken, said = check_posting(sink, kind, AccountTokens("word", "word"))
    assert not taken
    assert said[-2].startswith(seen)
    assert mend in said[-1]


def test_account_that_is_not_connected_is_told_first() -> None:
    with https_sinking() as sink, raw_relay("XOAUTH2") as raw:
        for taken, said in (check_posting(sink, "gmail", AccountTokens()), check_token(raw.relay, AccountTokens())):
            assert not taken
            assert said[0] == "NO   token: google is not connected for mail (invalid_grant)"
            assert "`python -m plugins.booking connect google`" in said[1]
        away = AccountTokens("word")
        away.away = True
        assert check_posting(sink, "gmail", away)[1][0].startswith("NO   token: TokenUnavailable: google gives no")
        assert sink.heard == []
        assert raw.heard == []


def test_sender_that_is_another_than_the_account_is_told() -> None:
    with https_sinking() as sink:
        said: list[str] = []
        oauth: dict[Provider, ClientSettings] = {
            "google": ClientSettings("id", base_url=f"http://127.0.0.1:{sink.port}")
        }
        relay, tokens = sink.relay("gmail"), AccountTokens("word")
        assert check_relay(relay, "localhost", "info@x.example", "l@x.example", said.append, tokens, oauth)
    assert any("Google writes bice@example.org in its place unless" in line for line in said)


def check_token(to: Relay, tokens: AccountTokens) -> tuple[bool, list[str]]:
    said: list[str] = []
    relay = replace(to, token="google")
    return check_relay(relay, "localhost", "bice@example.org", "lei@example.org", said.append, tokens), said


def test_login_with_a_token_is_checked() -> None:
    with raw_relay("XOAUTH2") as raw:
        taken, said = check_token(raw.relay, AccountTokens("word"))
        assert taken
        assert "ok   login: taken, with a token of google" in said
        raw.replies["AUTH"] = "535 5.7.139 switched off"
        taken, said = check_token(raw.relay, AccountTokens("word", "newer"))
        assert not taken
        assert said[-2] == "NO   login: the token of google is refused (535 5.7.139)"
        assert "docs/google.md" in said[-1]
        raw.offers = "PLAIN"
        assert check_token(raw.relay, AccountTokens("word"))[1][-2].startswith("NO   login: no login with a token is")
        assert raw.count("DATA") == 0


@pytest.mark.parametrize("authority", [True, False])
def test_relay_over_https_is_proven_by_its_certificate(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, authority: bool
) -> None:
    if authority:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with https_sinking(certificate=certificate) as sink:
        relay = replace(sink.relay("post"), host="localhost", security="tls")
        said: list[str] = []
        assert check_relay(relay, "localhost", "a@x.example", "b@x.example", said.append) is authority
        if authority:
            assert any(line.startswith("ok   TLS: TLSv1.") for line in said)
            # Nobody was asked about the owner's mailbox.
            assert "whether it reaches the owner shows with the first one" in said[-1]
        else:
            assert said[-2].startswith("NO   TLS: self-signed certificate")
            assert "SSL_CERT_FILE" in said[-1]
            assert sink.heard == []


@pytest.mark.parametrize("kind", ["gmail", "graph", "post"])
def test_command_checks_a_relay_over_https(tmp_path: Path, kind: Kind) -> None:
    database = f"sqlite:///{tmp_path}/booking.db"
    queued(database)
    shared = {"BOOKING_DATABASE_URL": database, "BOOKING_CONTENT": str(write_content(tmp_path / "content"))}
    with https_sinking() as sink:
        if kind != "post":
            done = run("deliver", "--check", **sink.variables(kind), **shared)
            assert done.returncode == 1
            assert "NO   token: " in done.stdout
            engine = open_engine(make_url(database))
            keep_account(engine, KEY, "google" if kind == "gmail" else "microsoft", sink.token, datetime.now(UTC))
            engine.dispose()
        done = run("deliver", "--check", **sink.variables(kind), **shared)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ok   login: taken" in done.stdout
        assert sink.taken == []
        assert run("deliver", "--once", **sink.variables(kind), **shared).returncode == 0
