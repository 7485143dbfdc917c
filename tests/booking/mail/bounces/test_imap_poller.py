"""A real IMAP server's mailbox is looked through for reports, once each, and is left as it was."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.mail.bounces.bounded_parser import MOST_BYTES
from plugins.booking.mail.bounces.imap_poller import ImapPoller
from plugins.booking.storage.bounce_mailbox import BounceMailbox
from plugins.booking.storage.engine import Unavailable
from tests.booking.account_tokens import AccountTokens
from tests.booking.dovecot_imap import USER, ImapServer, imap_server
from tests.booking.mail.bounces.reports import exim, in_words, qmail, reply, report
from tests.booking.mail.test_tls import certificate as certificate
from tests.booking.office import Clock
from tests.booking.scripted_imap import drip, scripted_imap

ORDINARY = b"From: Ada <ada@example.com>\nTo: bice@example.org\nSubject: Ciao\n\nCiao, a domani.\n"
ABSENCE = b"From: Ada <ada@example.com>\nAuto-Submitted: auto-replied\nSubject: Sono via\n\nTorno presto.\n"


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


class Reader:
    """A poller, with what it has taken."""

    def __init__(
        self,
        engine: Engine,
        mailbox: ImapMailbox,
        tokens: AccountTokens | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.taken: list[bytes] = []
        # The server dates what arrives by its own clock, and lets nothing arrive later.
        self.clock = Clock(datetime.now(UTC))
        self.kept = BounceMailbox(engine, mailbox.digest)
        self.poller = ImapPoller(mailbox, self.kept, self.take, self.clock, tokens, context)
        self.fails = False
        self.chokes_on = b"\0"

    def take(self, raw: bytes) -> object:
        if self.fails:
            raise Unavailable("away")
        if self.chokes_on in raw:
            raise TypeError("odd")
        self.taken.append(raw)
        return "bounce"

    def poll(self) -> int:
        self.clock.now += timedelta(minutes=2)
        return self.poller.poll()

    @property
    def error(self) -> str | None:
        return self.kept.state().error


def test_reports_and_replies_are_taken_once_and_the_rest_not(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(ORDINARY, report(), ABSENCE, exim(), qmail(), in_words(), reply("a@b"), ORDINARY)
    assert reader.poll() == 5
    assert [b"Final-Recipient" in raw for raw in reader.taken] == [True, True, False, False, False]
    assert reader.poll() == 0
    server.append(ORDINARY, report(status="5.2.2"))
    assert reader.poll() == 1
    assert b"5.2.2" in reader.taken[-1]
    assert reader.kept.state().read_at == reader.clock.now
    assert not any(b"Seen" in one or b"Deleted" in one for one in server.flags())
    assert len(server.flags()) == 10


def test_mail_that_could_not_be_taken_is_read_again(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(report())
    reader.fails = True
    with pytest.raises(Unavailable):
        reader.poll()
    reader.fails = False
    # Its turn lasts until it can only have ended.
    assert reader.poll() == 0
    reader.clock.now += timedelta(minutes=5)
    assert reader.poll() == 1


def test_another_numbering_of_the_server_is_noticed(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(report(), ORDINARY)
    assert reader.poll() == 1
    server.count_anew()
    assert reader.poll() == 1
    assert reader.poll() == 0


def test_only_one_process_reads_at_a_time(engine: Engine, server: ImapServer) -> None:
    server.append(report())
    one, other = Reader(engine, server.mailbox), Reader(engine, server.mailbox)
    assert one.poll() + other.poll() == 1
    assert len(one.taken + other.taken) == 1


def test_a_large_mail_is_read_at_its_beginning_alone(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(report().replace(b"Ciao\n", b"Ciao\n" * 200_000))
    assert reader.poll() == 1
    assert len(reader.taken[0]) == MOST_BYTES


def test_of_a_full_mailbox_only_new_mails_are_asked_about(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    client = server.client()
    status, _ = client.append("INBOX", "", '"01-Jan-2020 00:00:00 +0000"', report().replace(b"\n", b"\r\n"))
    assert status == "OK"
    client.logout()
    server.append(*[ORDINARY] * 250, report())
    assert reader.poll() == 1
    assert reader.poll() == 0


def test_wrong_password_is_tried_again_after_long_pauses(
    engine: Engine, server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    reader = Reader(engine, replace(server.mailbox, password="altra-parola"))
    tries = 0
    with caplog.at_level(logging.WARNING):
        for _ in range(36):
            reader.clock.now += timedelta(minutes=8)
            before = len(caplog.records)
            reader.poll()
            tries += len(caplog.records) > before
    assert tries <= 6
    assert reader.error == "login refused"
    assert "altra-parola" not in caplog.text
    assert USER not in caplog.text


def test_account_is_read_with_its_token(engine: Engine, server: ImapServer) -> None:
    server.tokens.add("buono")
    server.append(report())
    mailbox = replace(server.mailbox, user=None, password=None, token="google")
    tokens = AccountTokens("scaduto", "buono")
    reader = Reader(engine, mailbox, tokens)
    assert reader.poll() == 0
    assert reader.error == "token refused"
    assert tokens.taken_back == ["scaduto"]
    assert reader.poll() == 1
    assert reader.error is None


def test_account_that_is_not_connected_is_told(engine: Engine, server: ImapServer) -> None:
    mailbox = replace(server.mailbox, user=None, password=None, token="microsoft")
    reader = Reader(engine, mailbox, AccountTokens())
    reader.poll()
    assert reader.error == "microsoft is not connected for mail (invalid_grant)"


def test_server_by_tls_has_to_be_who_it_says(engine: Engine, certificate: Path) -> None:
    with imap_server(certificate) as server:
        server.append(report())
        mailbox = replace(server.mailbox, host="localhost", port=server.tls_port, tls=True)
        distrusting = Reader(engine, mailbox)
        distrusting.poll()
        assert distrusting.error == "its certificate is not trusted"
        trusting = Reader(engine, mailbox, context=ssl.create_default_context(cafile=certificate))
        trusting.clock.now += timedelta(minutes=5)
        assert trusting.poll() == 1
        assert trusting.error is None


def test_missing_folder_is_told(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, replace(server.mailbox, folder="Non \"c'è".replace("è", "e")))
    reader.poll()
    assert reader.error == "there is no such folder"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"* OK\r\n",
        b"* BYE\r\n",
        b"* OK " + b"x" * 2_000_000 + b"\r\n",
        b"\x00\xff" * 500,
    ],
)
def test_what_is_no_imap_server_is_told(engine: Engine, said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def answer() -> None:
            line, _ = opened.accept()
            with line:
                line.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        reader = Reader(engine, ImapMailbox("127.0.0.1", opened.getsockname()[1], False, "a", "b"))
        reader.poll()
    assert str(reader.error).startswith("no conversation")


def test_mail_of_a_thousand_parts_hinders_no_other(engine: Engine, server: ImapServer) -> None:
    part = b'--c\nContent-Type: text/plain; name="' + b"n" * 900 + b'"\n\nx\n'
    parts = b"From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=c\n\n" + part * 1_200 + b"--c--\n"
    reader = Reader(engine, server.mailbox)
    server.append(parts, report(), parts)
    assert reader.poll() == 1
    assert reader.error is None


def test_a_mail_that_was_taken_is_not_taken_again(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(report(), report(status="5.2.2"), report(status="5.4.4"))
    reader.chokes_on = b"5.2.2"
    assert reader.poll() == 0
    reader.chokes_on = b"\0"
    assert reader.poll() == 2
    assert [b"Status: 5.1.1" in raw for raw in reader.taken] == [True, False, False]


def test_mail_that_ends_each_turn_is_told_then_left(engine: Engine, server: ImapServer) -> None:
    reader = Reader(engine, server.mailbox)
    server.append(report(status="5.2.2"), report())
    reader.chokes_on = b"5.2.2"
    reader.poll()
    assert reader.error == "a mail was not taken in (TypeError)"
    for _ in range(12):
        reader.clock.now += timedelta(minutes=14)
        reader.poll()
    assert [b"5.1.1" in raw for raw in reader.taken] == [True]
    assert reader.error is None


def test_mail_that_the_server_refuses_is_left_at_last(engine: Engine) -> None:
    with scripted_imap({b"FETCH 7 (BODY": b"NO [SERVERBUG] broken\r\n"}) as mailbox:
        reader = Reader(engine, mailbox)
        reader.poll()
        assert reader.error == "it does not show its mails"
        for _ in range(12):
            reader.clock.now += timedelta(minutes=14)
            reader.poll()
        assert len(reader.taken) == 1
        assert reader.error is None


def test_very_many_new_mails_are_counted(engine: Engine) -> None:
    lines = b"".join(b"* %d FETCH (UID %d)\r\n" % (one, one + 1_000_000) for one in range(1, 130_001))
    with scripted_imap({b"FETCH 8:* (UID)": lines + b"OK done\r\n"}) as mailbox:
        reader = Reader(engine, mailbox)
        assert reader.poll() == 2
        reader.poll()
        assert reader.error is None
        place = reader.kept.take_turn(reader.clock.now + timedelta(minutes=2))
        assert place
        assert place.uid == 1_005_000


@pytest.mark.parametrize(
    "script",
    [
        {b"EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY " + b"9" * 5_000 + b"] x\r\nOK [READ-ONLY] done\r\n"},
        {b"EXAMINE": b"* " + b"9" * 5_000 + b" EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nOK [READ-ONLY] done\r\n"},
        {b"SEARCH": b"* SEARCH 9223372036854775808\r\nOK done\r\n"},
        {b"SEARCH": b"* SEARCH " + b"9" * 5_000 + b"\r\nOK done\r\n"},
        {b"SEARCH": b"* SEARCH " + b"1 " * 130_000 + b"\r\nOK done\r\n"},
        {b"FETCH 6,7": b"* 1 FETCH (BODY[] {" + b"9" * 12 + b"}\r\nOK done\r\n"},
        {b"FETCH 6,7": b"* 1 FETCH (BODY[] {" + b"9" * 5_000 + b"}\r\nOK done\r\n"},
    ],
)
def test_numbers_that_imap_does_not_have_are_told(engine: Engine, script: dict[bytes, bytes]) -> None:
    with scripted_imap(script) as mailbox:
        reader = Reader(engine, mailbox)
        assert reader.poll() == 0
        assert reader.error


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("when", [b"", b"CAPABILITY", b"LOGIN", b"SEARCH", b"LOGOUT"])
def test_server_that_drips_is_hung_up_on(engine: Engine, when: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.booking.mail.bounces.imap_connection._WHOLE_SECONDS", 1.0)
    with scripted_imap({when: drip}) as mailbox:
        reader = Reader(engine, mailbox)
        began = time.monotonic()
        reader.poll()
        assert time.monotonic() - began < 15  # it drips for twenty seconds
        assert bool(reader.error) == (when != b"LOGOUT")


def test_handshake_that_drips_is_hung_up_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.booking.mail.bounces.imap_connection._WHOLE_SECONDS", 1.0)
    with scripted_imap({b"": drip}) as mailbox:
        reader = Reader(engine, replace(mailbox, tls=True))
        began = time.monotonic()
        reader.poll()
        assert time.monotonic() - began < 15  # it drips for twenty seconds
        assert reader.error
