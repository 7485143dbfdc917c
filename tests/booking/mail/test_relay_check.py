"""`deliver --check` tries the relay once, sends nothing, and says what holds and what to mend."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from plugins.booking.mail.relay_check import check_relay
from plugins.booking.server_urls import Relay, Security
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
