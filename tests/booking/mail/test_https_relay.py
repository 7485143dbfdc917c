"""Mail goes out over HTTPS with the very bytes that were composed, and answers are judged as SMTP's are."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from plugins.booking.mail import https_post
from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import (
    AccountNotConnected,
    ConnectionClosing,
    Deferred,
    LoginRefused,
    OutcomeUnknown,
    Refused,
    RelayUnavailable,
    SenderRejected,
    TokenRefused,
    UnsendableMail,
)
from plugins.booking.mail.https_post import HttpsAddress
from plugins.booking.mail.https_relay import HttpsSender, address_of_relay, prove_recipient
from plugins.booking.mail.mail_health import mail_state, standstill_of
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.server_urls import Kind, Relay, relay_of
from plugins.booking.storage.outbox import Envelope, Outbox
from plugins.booking.storage.schema import outbox as table
from tests.booking.account_tokens import AccountTokens
from tests.booking.https_sink import HttpsSink, https_sinking
from tests.booking.mail.test_mail_faults import own as own  # a database of SQLite
from tests.booking.mail.test_mail_faults import queue, states
from tests.booking.office import Clock

KINDS: list[Kind] = ["gmail", "graph", "post"]
MIME = (
    b"From: A <a@example.org>\r\nTo: =?utf-8?q?B=C3=A8?= <b@example.com>\r\nSubject: Hello\r\nMessage-ID: <1@x>\r\n\r\n"
    b".Words\r\n..\r\n\xc3\xa8 \x00\r\n"
)
ENVELOPE = Envelope("1", "booked-visitor", "a@example.org", "b@example.com", "<1@x>", MIME)
every_kind = pytest.mark.parametrize("kind", KINDS)


def sender(sink: HttpsSink, kind: Kind, tokens: AccountTokens | None = None) -> HttpsSender:
    return HttpsSender(sink.relay(kind), sink.address(kind), tokens or AccountTokens("word"))


def send(sink: HttpsSink, kind: Kind, tokens: AccountTokens | None = None) -> list[str]:
    accepted: list[str] = []
    sender(sink, kind, tokens)(ENVELOPE, lambda: accepted.append("accepted"))
    return accepted


@every_kind
def test_very_bytes_arrive_and_are_accepted_once(kind: Kind) -> None:
    with https_sinking() as sink:
        assert send(sink, kind) == ["accepted"]
    assert [one.raw for one in sink.taken] == [MIME]
    (heard,) = sink.heard
    assert heard.headers["authorization"] == "Bearer word"
    assert heard.headers.get("idempotency-key") == ('"<1@x>"' if kind == "post" else None)


@every_kind
@pytest.mark.parametrize(
    ("status", "says", "failure", "words"),
    [
        ("429", {}, ConnectionClosing, "HTTP-429-later"),
        ("503", {"detail": "down"}, ConnectionClosing, "HTTP-503-later down"),
        ("500", {"error": {"code": 500, "errors": [{"reason": "backendError"}]}}, Deferred, "HTTP-500-later backendE"),
        ("408", "<html>", Deferred, "HTTP-408-later <html>"),
        ("403", {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}, ConnectionClosing, "HTTP-403-later user"),
        (
            "403",
            {"error": {"code": "ErrorSendAsDenied", "message": "No."}},
            SenderRejected,
            "HTTP-403 ErrorSendAs",
        ),
        (
            "403",
            {"error": {"errors": [{"reason": "insufficientPermissions"}]}},
            SenderRejected,
            "HTTP-403 insuff",
        ),
        ("404", None, SenderRejected, "HTTP-404"),
        ("302", None, SenderRejected, "HTTP-302"),
        ("413", None, SenderRejected, "HTTP-413"),
        ("400", {"error": {"code": 400, "message": "Precondition check failed."}}, SenderRejected, "HTTP-400 Precond"),
        ("400", {"error": {"code": 400, "message": "Invalid To header"}}, Refused, "HTTP-400 Invalid To header"),
        ("400", {"error": {"code": "ErrorInvalidRecipients", "message": "b"}}, Refused, "HTTP-400 ErrorInvalidRec"),
        ("422", {"title": "No such mailbox"}, Refused, "HTTP-422 No such mailbox"),
        ("502", None, OutcomeUnknown, "HTTP-502-unknown"),
        ("504", [[]], OutcomeUnknown, "HTTP-504-unknown"),
        ("400", '{"error": {"code": 5, "errors": [3], "message": 7}}', SenderRejected, "HTTP-400"),
        ("400", "[" * 100_000, SenderRejected, "HTTP-400 [[["),
    ],
)
def test_answer_that_accepts_nothing_is_judged(
    kind: Kind, status: str, says: object, failure: type[Exception], words: str
) -> None:
    with https_sinking() as sink:
        sink.mood, sink.says = (lambda recipient: status), ({"Location": "/elsewhere"}, says)
        with pytest.raises(failure, match=f"^{re.escape(words)}") as raised:
            send(sink, kind)
    assert type(raised.value) is failure
    assert len(str(raised.value)) < 300
    assert len(sink.heard) == 1


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 30 Nov 2026 10:01:00 GMT", "Date": "Mon, 30 Nov 2026 10:00:00 GMT"}, 60),
        ({"Retry-After": "Mon, 30 Nov 2026 10:01:00 GMT", "Date": "Mon, 30 Nov 2026 10:02:00 GMT"}, 0),
        ({"Retry-After": "Mon, 30 Nov 2026 10:01:00 GMT"}, 0),
        ({"Retry-After": "soon", "Date": "now"}, 0),
        ({"Retry-After": "-5"}, 0),
    ],
)
def test_time_that_a_relay_asks_for_is_read(headers: dict[str, str], asked: int) -> None:
    with https_sinking() as sink:
        sink.mood, sink.says = (lambda recipient: "429"), (headers, None)
        with pytest.raises(ConnectionClosing) as raised:
            send(sink, "graph")
    assert raised.value.asked == timedelta(seconds=asked)


@pytest.mark.parametrize(
    ("words", "date", "asked"),
    [
        ("User-rate limit exceeded.  Retry after 2026-11-30T10:15:00.123Z", "Mon, 30 Nov 2026 10:00:00 GMT", 900.123),
        ("User-rate limit exceeded.  Retry after 2026-11-30T10:15:00Z", "", 0),
        ("Retry after 2026-99-30T10:15:00Z", "Mon, 30 Nov 2026 10:00:00 GMT", 0),
    ],
)
def test_time_that_gmail_asks_for_in_words_is_read(words: str, date: str, asked: float) -> None:
    with https_sinking() as sink:
        error = {"error": {"code": 403, "message": words, "errors": [{"reason": "userRateLimitExceeded"}]}}
        sink.mood, sink.says = (lambda recipient: "403"), ({"Date": date} if date else {}, error)
        with pytest.raises(ConnectionClosing) as raised:
            send(sink, "gmail")
    assert raised.value.asked == timedelta(seconds=asked)


@every_kind
def test_answer_cut_after_acceptance_is_an_unknown_outcome(kind: Kind) -> None:
    with https_sinking() as sink:
        for mood in ("keep", "drop"):
            sink.mood = lambda recipient, mood=mood: mood  # type: ignore[misc]
            with pytest.raises(OutcomeUnknown):
                send(sink, kind)
        # Its status has come: that is the answer.
        sink.mood = lambda recipient: "cut"
        assert send(sink, kind) == ["accepted"]


def test_relay_that_is_not_there_is_a_missing_relay() -> None:
    with https_sinking() as sink:
        pass
    with pytest.raises(RelayUnavailable, match="ConnectionRefusedError"):
        send(sink, "post")


def test_line_lost_before_the_whole_mail_puts_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    large = replace(ENVELOPE, mime=MIME + b"x" * 30_000_000)
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def leave() -> None:
            line, _ = opened.accept()
            line.recv(1000)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.close()

        thread = threading.Thread(target=leave)
        thread.start()
        relay = Relay("127.0.0.1", opened.getsockname()[1], "none", None, "word", kind="post", path="/")
        with pytest.raises(Deferred):
            HttpsSender(relay, address_of_relay(relay, {}))(large, lambda: None)
        thread.join()


def test_answer_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_post, "CONVERSATION_SECONDS", 0.3)
    with https_sinking() as sink:
        sink.mood = lambda recipient: 3.0
        with pytest.raises(OutcomeUnknown):
            send(sink, "post")


@pytest.mark.parametrize(("status", "taken"), [("202 Accepted", True), ("503 Busy", False)])
def test_words_of_an_answer_are_not_waited_for(monkeypatch: pytest.MonkeyPatch, status: str, taken: bool) -> None:
    monkeypatch.setattr(https_post, "WORDS_SECONDS", 0.2)
    left, accepted = list[bytes](), list[str]()
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def talk() -> None:
            line, _ = opened.accept()
            with line, suppress(OSError):
                line.settimeout(20)
                while not (piece := line.recv(100_000)).endswith(ENVELOPE.mime[-8:]):
                    assert piece
                line.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 100\r\n\r\nword".encode())
                left.append(line.recv(1))

        thread = threading.Thread(target=talk)
        thread.start()
        relay = Relay("127.0.0.1", opened.getsockname()[1], "none", None, "word", kind="post", path="/")
        with nullcontext() if taken else pytest.raises(Deferred):
            HttpsSender(relay, address_of_relay(relay, {}))(ENVELOPE, lambda: accepted.append("accepted"))
        thread.join()
    assert (left, accepted) == ([b""], ["accepted"] if taken else [])


def test_answer_of_any_length_is_read_in_part() -> None:
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def talk() -> None:
            line, _ = opened.accept()
            with line, suppress(OSError):
                line.recv(100_000)
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                for _ in range(10_000):
                    line.sendall(b"x" * 10_000)

        thread = threading.Thread(target=talk)
        thread.start()
        relay = Relay("127.0.0.1", opened.getsockname()[1], "none", None, "word", kind="post", path="/")
        HttpsSender(relay, address_of_relay(relay, {}))(ENVELOPE, lambda: None)
        thread.join()


@pytest.mark.parametrize("kind", ["gmail", "graph"])
def test_refused_token_is_replaced_once_by_a_new_one(kind: Kind) -> None:
    tokens = AccountTokens("old", "word")
    with https_sinking() as sink:
        assert send(sink, kind, tokens) == ["accepted"]
        assert tokens.taken_back == ["old"]
        tokens = AccountTokens("old", "older", "word")
        with pytest.raises(TokenRefused) as refused:
            send(sink, kind, tokens)
    assert (refused.value.why, tokens.taken_back) == ("HTTP-401", ["old", "older"])
    assert len(sink.taken) == 1
    with pytest.raises(AccountNotConnected):
        send(sink, kind, AccountTokens())


def test_token_of_the_address_is_tried_once() -> None:
    with https_sinking(token="other") as sink, pytest.raises(LoginRefused) as refused:
        HttpsSender(replace(sink.relay("post"), password="wrong"), sink.address("post"))(ENVELOPE, lambda: None)
    assert refused.value.why == "HTTP-401"
    assert len(sink.heard) == 1


@pytest.mark.parametrize(
    "headers",
    [
        b"To: c@example.com",
        b"To: b@example.com, c@example.com",
        b"To: b@example.com\r\nTo: c@example.com",
        b"To: b@example.com\r\nBcc: c@example.com",
        b"To: b@example.com\r\nCc: b@example.com",
        b"To: b@example.com\r\nresent-bcc: c@example.com",
        b'To: "b@example.com, c@example.com"',
        b"Subject: nobody",
    ],
)
def test_mail_whose_headers_name_others_is_not_sent(headers: bytes) -> None:
    other = replace(ENVELOPE, mime=headers + b"\r\n\r\nWords\r\n")
    with https_sinking() as sink, pytest.raises(UnsendableMail):
        sender(sink, "gmail")(other, lambda: None)
    assert sink.heard == []


def test_header_that_names_the_recipient_alone_is_proven() -> None:
    for to in (b"b@example.com", b'"x, c@example.com" <b@example.com>', b"=?utf-8?q?x=2C_c=40d=2Ee?= <b@example.com>"):
        prove_recipient(replace(ENVELOPE, mime=b"To: " + to + b"\r\n\r\nTo: c@example.com\r\n"))


@pytest.mark.parametrize(
    ("written", "oauth", "address"),
    [
        ("google+https://", None, "https://gmail.googleapis.com/gmail/v1/users/me/messages/send"),
        ("microsoft+https://", None, "https://graph.microsoft.com/v1.0/me/sendMail"),
        ("google+https://", "http://127.0.0.1:8", "http://127.0.0.1:8/gmail/v1/users/me/messages/send"),
        ("microsoft+https://", "https://graph.example/x", "https://graph.example/x/graph/v1.0/me/sendMail"),
    ],
)
def test_mail_is_posted_where_the_provider_takes_it(written: str, oauth: str | None, address: str) -> None:
    relay = relay_of(written)
    assert relay is not None
    assert relay.token is not None
    clients = {relay.token: ClientSettings("id", base_url=oauth)} if oauth else {}
    assert address_of_relay(relay, clients) == HttpsAddress.of(address)


def to(engine: Engine, sending: Callable[..., None], clock: Clock, **more: object) -> Delivery:
    return Delivery(Outbox(engine), sending, clock, **more)  # type: ignore[arg-type]


def test_no_mail_is_tried_before_the_time_asked_for(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-owner"), queue(own, "booked-visitor")
    with https_sinking() as sink:
        sink.mood, sink.says = (lambda recipient: "429"), ({"Retry-After": "1200"}, None)
        sending = to(own, sender(sink, "graph"), clock, chance=lambda: 0.0)
        for _ in range(20):
            sending.deliver_due()
            clock.now += timedelta(minutes=1)
        assert len(sink.heard) == 1
        sink.mood = lambda recipient: "take"
        clock.now += timedelta(minutes=1)
        assert sending.deliver_due() == 2
        sink.mood, sink.says = (lambda recipient: "503"), ({"Retry-After": "864000"}, None)
        queue(own, "booked-owner", clock.now)
        for _ in range(10):
            sending.deliver_due()
            clock.now += timedelta(minutes=61)
        assert len(sink.heard) == 3 + 10
    assert states(own) == {"sent": 2, "pending": 1}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("403", "refused (HTTP-403): the relay refuses 1 mails, which are kept; see what"),
        ("503", None),
        ("401", "login refused (HTTP-401): the relay does not take the token of BOOKING_SMTP_URL; put it right and"),
    ],
)
def test_refusal_over_https_is_told_as_one_over_smtp(own: Engine, status: str, told: str | None) -> None:
    clock = Clock()
    queue(own, "booked-owner")
    with https_sinking() as sink:
        sink.mood = lambda recipient: status
        relay = sink.relay("post")
        assert to(own, sender(sink, "post"), clock).deliver_due() == 0
        outbox = Outbox(own)
        said = standstill_of(relay, outbox.figures(clock()), outbox.last_failure(), mail_state(relay, outbox)())
        if told is None:
            assert said is None
        else:
            assert str(said).startswith(told)
    assert states(own) == {"pending": 1}


def test_wrong_token_of_an_address_is_tried_ever_more_seldom(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-owner")
    with https_sinking() as sink:
        relay = replace(sink.relay("post"), password="wrong")
        sending = to(own, HttpsSender(relay, sink.address("post")), clock)
        for _ in range(60):
            sending.deliver_due()
            clock.now += timedelta(minutes=1)
        assert len(sink.heard) == 3
        # Another one is another login.
        assert to(own, sender(sink, "post"), clock).deliver_due() == 1
    with own.begin() as connection:
        assert connection.execute(select(table.c.state)).scalar_one() == "sent"


_HINT = "HTTP/1.1 103 Early Hints\r\n\r\n"


@pytest.mark.parametrize("interim", ["103 Early Hints", "102 Processing", "100 Continue", "199 x"])
@pytest.mark.parametrize(("final", "accepted"), [("200 OK", True), ("503 Down", False)])
def test_answer_is_the_one_after_the_interim_ones(interim: str, final: str, accepted: bool) -> None:
    with answering_with(f"HTTP/1.1 {interim}\r\nLink: </x>\r\n\r\n" * 3 + f"HTTP/1.1 {final}\r\n\r\n") as relay:
        sending = HttpsSender(relay, address_of_relay(relay, {}))
        if accepted:
            sending(ENVELOPE, lambda: None)
        else:
            with pytest.raises(ConnectionClosing, match="HTTP-503-later"):
                sending(ENVELOPE, lambda: None)


@pytest.mark.parametrize(
    "answer",
    [
        "HTTP/1.1 103 x\r\n\r\n" * 1000,
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 103 x\r\n\r\n",
        "HTTP/1.1 700 x\r\n\r\n",
        "ok\r\n",
        "",
    ],
)
def test_answer_that_is_none_leaves_the_outcome_unknown(answer: str) -> None:
    with answering_with(answer) as relay, pytest.raises(OutcomeUnknown):
        HttpsSender(relay, address_of_relay(relay, {}))(ENVELOPE, lambda: None)


@contextmanager
def answering_with(words: str) -> Iterator[Relay]:
    """A relay that answers one mail in these words, and leaves."""
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def talk() -> None:
            line, _ = opened.accept()
            with line, line.makefile("rb") as heard, suppress(OSError):
                while heard.readline().strip():
                    pass
                heard.read(len(MIME))
                line.sendall(words.encode())

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield Relay("127.0.0.1", opened.getsockname()[1], "none", None, "word", kind="post", path="/")
    thread.join()
