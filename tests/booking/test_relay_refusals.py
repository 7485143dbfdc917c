"""A relay that refuses the login, our mail or everybody's: asked seldom, told at once, and left politely."""

from __future__ import annotations

import argparse
import base64
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from plugins.booking.agenda.cli import AgendaCommands
from plugins.booking.mail import delivery as delivering
from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import (
    Deferred,
    LoginRefused,
    OutcomeUnknown,
    Refused,
    RelayUnavailable,
    SenderRejected,
    UnsendableMail,
)
from plugins.booking.mail.login_backoff import LoginBackoff, login_name
from plugins.booking.mail.mail_health import mail_state
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Relay
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.outbox import Envelope, Outbox, Urgency
from plugins.booking.storage.schema import keys
from plugins.booking.storage.schema import outbox as table
from tests.booking.agenda.owner import read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.mail.test_mail_faults import own as own  # a database of SQLite
from tests.booking.mail.test_mail_faults import queue, states
from tests.booking.office import NOW, Clock, asked
from tests.booking.raw_relay import raw_relay

WRONG = "535 5.7.8 Who are you?"
MINUTE = timedelta(minutes=1)
LANES = (Urgency.DIGEST, Urgency.OWNER)


def lanes(engine: Engine, relay: Relay, clock: Clock, processes: int = 2) -> list[Delivery]:
    """What delivers in so many processes."""
    sender = SmtpSender(relay, "localhost")
    return [Delivery(Outbox(engine), sender, clock, upto=upto) for _ in range(processes) for upto in LANES]


def send(relay: Relay, sender: str = "a@example.org") -> None:
    envelope = Envelope("x", "booked-visitor", sender, "b@example.com", "<x@x>", b"Subject: Hello\r\n\r\n.Words\r\n")
    SmtpSender(relay, "localhost")(envelope, lambda: None)


@pytest.mark.some_cases(1)
def test_a_wrong_password_is_tried_three_times_in_an_hour(engine: Engine) -> None:
    clock = Clock()
    queue(engine, "booked-owner"), queue(engine, "booked-visitor")
    with raw_relay("PLAIN LOGIN", AUTH=WRONG) as relay:
        working = lanes(engine, relay.logging_in("wrong"), clock)
        tried = []
        while clock.now < NOW + 60 * MINUTE:
            before = relay.count("AUTH")
            for one in working:
                one.deliver_due()
            tried += [clock.now - NOW] * (relay.count("AUTH") - before)
            clock.now += timedelta(seconds=20)
        assert tried == [timedelta(0), 10 * MINUTE, 30 * MINUTE]
        assert (len(relay.heard), relay.count("AUTH")) == (3, 3)
        while clock.now < NOW + timedelta(days=1):
            for one in working:
                one.deliver_due()
            clock.now += 5 * MINUTE
        assert len(relay.heard) == relay.count("AUTH") <= 11
    assert states(engine) == {"pending": 2}
    with engine.begin() as connection:
        assert set(connection.execute(select(table.c.attempts)).scalars()) == {0}


def test_all_lanes_at_once_try_a_password_once(engine: Engine) -> None:
    for _ in range(4):
        queue(engine, "booked-owner")
    with raw_relay("PLAIN", AUTH=WRONG) as relay:
        working = [threading.Thread(target=one.deliver_due) for one in lanes(engine, relay.logging_in("no"), Clock())]
        for one in working:
            one.start()
        for one in working:
            one.join()
        assert relay.count("AUTH") == 1


def test_changed_relay_password_is_tried_at_once_and_releases_mail(own: Engine) -> None:
    queue(own, "booked-owner"), queue(own, "booked-visitor")
    with raw_relay("PLAIN", AUTH=WRONG) as relay:
        (first, *_) = lanes(own, relay.logging_in("wrong"), Clock())
        assert first.deliver_due() == 0
        # The same again, as a process that was started anew.
        (again, *_) = lanes(own, relay.logging_in("wrong"), Clock())
        assert again.deliver_due() == 0
        relay.replies["AUTH"] = "235 2.7.0 OK"
        right = lanes(own, relay.logging_in("right"), Clock())
        assert [one.deliver_due() for one in right] == [2, 0, 0, 0]
        # Who still has the old one does not make the others wait, nor try again.
        assert again.deliver_due() == 0
    assert relay.count("AUTH") == 3


def test_password_refused_later_pauses_all_delivery_lanes(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-owner")
    with raw_relay("PLAIN") as relay:
        working = lanes(own, relay.logging_in("word"), clock)
        assert working[0].deliver_due() == 1
        relay.replies["AUTH"] = WRONG
        queue(own, "booked-owner"), queue(own, "booked-visitor")
        for one in working * 3:
            assert one.deliver_due() == 0
        assert relay.count("AUTH") == 2


def test_a_turn_that_came_to_no_login_is_given_back(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-owner")
    with raw_relay("PLAIN", greeting="421 busy") as relay:
        first, second, *_ = lanes(own, relay.logging_in("word"), clock)
        assert first.deliver_due() == 0
        relay.replies["greeting"] = "220 raw"
        assert second.deliver_due() == 1


def test_login_turn_of_a_killed_process_expires_within_two_minutes(own: Engine) -> None:
    turns = LoginBackoff(own, "login x")
    assert turns.take(NOW)
    assert not LoginBackoff(own, "login x").take(NOW + MINUTE)
    assert LoginBackoff(own, "login x").take(NOW + 2 * MINUTE)


@pytest.mark.parametrize(
    ("offers", "mechanism"),
    [("LOGIN PLAIN", "PLAIN"), ("LOGIN", "LOGIN"), ("PLAIN CRAM-MD5 LOGIN", "CRAM-MD5"), ("XOAUTH2 login", "LOGIN")],
)
@pytest.mark.parametrize("reply", [WRONG, "235 welcome"])
def test_one_mechanism_is_tried_and_no_other(offers: str, mechanism: str, reply: str) -> None:
    with raw_relay(offers, AUTH=reply) as relay:
        try:
            send(relay.logging_in("word"))
        except LoginRefused:
            assert reply == WRONG
    (conversation,) = relay.heard
    assert [line.split()[1] for line in conversation if line.startswith("AUTH")] == [mechanism]


def test_unsupported_login_mechanism_falls_back_to_the_next_one() -> None:
    with raw_relay("PLAIN LOGIN", AUTH="504 5.5.4 no such mechanism") as relay, pytest.raises(LoginRefused):
        send(relay.logging_in("word"))
    assert [line.split()[1] for line in relay.heard[0] if line.startswith("AUTH")] == ["PLAIN", "LOGIN"]


def test_a_password_beyond_ascii_is_told_in_utf_8() -> None:
    with raw_relay("PLAIN") as relay:
        send(relay.logging_in("perché"))
    (auth,) = (line for line in relay.heard[0] if line.startswith("AUTH"))
    assert base64.b64decode(auth.split()[2]).decode() == "\0user\0perché"


@pytest.mark.parametrize("reply", ["535 no", "534 5.7.9 too weak", "454 4.7.0 too many logins", "421 go away", "drop"])
def test_every_way_of_refusing_a_login_is_one(own: Engine, reply: str) -> None:
    queue(own, "booked-owner")
    clock = Clock()
    with raw_relay("PLAIN", AUTH=reply) as relay:
        (working, *_) = lanes(own, relay.logging_in("wrong"), clock)
        for _ in range(9):
            assert working.deliver_due() == 0
            clock.now += MINUTE
        assert relay.count("AUTH") == 1


def test_nothing_that_could_be_the_password_is_kept(own: Engine, caplog: pytest.LogCaptureFixture) -> None:
    queue(own, "booked-owner")
    with raw_relay("PLAIN", AUTH="535 5.7.8 canary, AHVzZXIAY2FuYXJ5, is wrong") as relay:
        (working, *_) = lanes(own, relay.logging_in("canary"), Clock())
        working.deliver_due()
    with own.begin() as connection:
        kept = [*connection.execute(select(keys)).all(), *connection.execute(select(table.c.error)).all()]
    assert "535 5.7.8" in str(kept)
    for secret in ("canary", "AHVzZXIAY2FuYXJ5"):
        assert secret not in str(kept) + caplog.text
    assert login_name(relay.logging_in("canary")) != login_name(relay.logging_in("other"))


@pytest.mark.some_cases(0)
def test_connection_dropped_after_data_is_retried_after_half_an_hour(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-visitor")
    with raw_relay(end="drop") as relay:
        working = lanes(own, relay.relay, clock)
        tried: list[timedelta] = []
        while clock.now < NOW + timedelta(days=5):
            before = len(relay.heard)
            for one in working:
                one.deliver_due()
            tried += [clock.now - NOW] * (len(relay.heard) - before)
            clock.now += MINUTE
    waits = [after - before for before, after in pairwise(tried)]
    assert min(waits) >= 30 * MINUTE
    assert waits[-1] > 35 * MINUTE
    assert max(waits) <= timedelta(hours=4, minutes=1)
    assert len(tried) < 150


@pytest.mark.parametrize("reply", ["drop", "nonsense", "100 what"])
def test_unintelligible_reply_after_data_leaves_the_outcome_unknown(reply: str) -> None:
    with raw_relay(end=reply) as relay, pytest.raises(OutcomeUnknown):
        send(relay.relay)


def test_silence_after_the_dot_leaves_the_outcome_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.booking.mail.smtp.FINAL_SECONDS", 0.2)
    with raw_relay() as relay:
        relay.silent_at = "end"
        with pytest.raises(OutcomeUnknown):
            send(relay.relay)


def test_connection_dropped_before_data_defers_the_mail() -> None:
    for verb in ("MAIL", "RCPT", "DATA"):
        with raw_relay(**{verb: "drop"}) as relay, pytest.raises(Deferred):
            send(relay.relay)


@pytest.mark.parametrize(
    ("verb", "reply", "kind"),
    [
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "550 No such mailbox", Refused),
        ("RCPT", "550 5.2.1 mailbox disabled", Refused),
        ("RCPT", "552 5.2.2 mailbox full", Refused),
        ("RCPT", "556 5.1.10 null MX", Refused),
        ("RCPT", "550 5.4.1 recipient address rejected", Refused),
        ("end", "550 No such mailbox", Refused),
        ("RCPT", "554 5.7.1 <b@example.com>: Relay access denied", SenderRejected),
        ("RCPT", "550 relay not permitted", SenderRejected),
        ("RCPT", "550 5.7.1 Unable to relay", SenderRejected),
        ("RCPT", "550 5.1.8 <a@example.org>: Sender address rejected: Domain not found", SenderRejected),
        ("RCPT", "553 5.7.1 Sender address rejected: not owned by user", SenderRejected),
        ("RCPT", "550 5.1.0 <a@example.org>: Sender address rejected: User unknown in local table", SenderRejected),
        ("RCPT", "550 5.1.0 <b@example.com>: Recipient address rejected", Refused),
        ("RCPT", "550 5.4.5 Daily user sending limit exceeded", SenderRejected),
        ("RCPT", "550 Your host [192.0.2.1] is on a blocklist", SenderRejected),
        ("RCPT", "550 Access denied - invalid HELO name", SenderRejected),
        ("RCPT", "550-no such user\r\n550 here", Refused),
        ("RCPT", "530 5.7.0 Authentication required", SenderRejected),
        ("RCPT", "530 log in first", SenderRejected),
        ("RCPT", "538 5.7.11 encryption required", SenderRejected),
        ("RCPT", "503 5.5.1 need MAIL", SenderRejected),
        ("MAIL", "552 Message size exceeds maximum permitted", SenderRejected),
        ("MAIL", "550 5.1.1 not you", SenderRejected),
        ("MAIL", "501 5.1.7 bad sender", SenderRejected),
        ("MAIL", "530 5.7.0 Authentication required", SenderRejected),
        ("DATA", "554 5.5.1 no valid recipients", SenderRejected),
        ("end", "554 5.3.4 message too big", SenderRejected),
        ("end", "552 too big", SenderRejected),
        ("end", "554 no", SenderRejected),
        ("end", "554 5.7.1 rejected as spam", SenderRejected),
        ("end", "500 5.6.0 lines too long", SenderRejected),
        ("end", "550 This message was classified as SPAM", SenderRejected),
        ("end", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", SenderRejected),
        ("end", "554 5.2.252 SendAsDenied; a@example.org not allowed to send as b@example.org", SenderRejected),
        ("end", "550 5.1.90 Your message can't be sent: the daily limit of recipients is reached", SenderRejected),
        ("end", "550 5.2.0 mailbox trouble", Refused),
        ("MAIL", "451 4.7.1 later", Deferred),
        ("RCPT", "452 4.5.3 too many", Deferred),
        ("DATA", "451 later", Deferred),
        ("end", "451 4.3.0 later", Deferred),
        ("greeting", "554 5.7.1 no service", RelayUnavailable),
        ("EHLO", "drop", RelayUnavailable),
    ],
)
def test_relay_refusals_are_classified_correctly_and_connections_end_with_quit(
    verb: str, reply: str, kind: type[Exception]
) -> None:
    with raw_relay(**{verb: reply}) as relay, pytest.raises(kind):
        send(relay.relay)
    assert relay.verbs()[0][-1] == "QUIT" or reply == "drop"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "end"])
def test_relay_that_answers_421_is_left_alone_for_minutes(own: Engine, verb: str) -> None:
    clock = Clock()
    for number in range(20):
        queue(own, "booked-visitor", recipient=f"b{number}@example.com")
    with raw_relay(**{verb: "421 4.7.0 too much"}) as relay:
        (working,) = [Delivery(Outbox(own), SmtpSender(relay.relay, "localhost"), clock, lambda: 1.0)]
        while clock.now < NOW + 60 * MINUTE:
            working.deliver_due()
            clock.now += timedelta(seconds=10)
        assert len(relay.heard) <= 20
        # Others are tried too, and all goes out once it is taken.
        tried = {line for lines in relay.heard for line in lines if line.upper().startswith("RCPT")}
        assert verb == "MAIL" or len(tried) > 1
        relay.replies[verb] = {"DATA": "354 go on"}.get(verb, "250 OK")
        while clock.now < NOW + 600 * MINUTE:
            working.deliver_due()
            clock.now += MINUTE
    assert states(own) == {"sent": 20}


@pytest.mark.parametrize("verb", ["greeting", "EHLO"])
def test_a_relay_that_bars_us_is_asked_seldom_and_told(own: Engine, verb: str) -> None:
    clock = Clock()
    queue(own, "booked-owner"), queue(own, "booked-visitor")
    with raw_relay(**{verb: "554 5.7.1 your address is banned", "HELO": "550 no"}) as relay:
        working = lanes(own, relay.relay, clock, processes=1)
        while clock.now < NOW + 60 * MINUTE:
            for one in working:
                one.deliver_due()
            clock.now += MINUTE
        assert len(relay.heard) <= 10
    assert Outbox(own).refusals().number >= 1
    assert states(own) == {"pending": 2}


def test_connection_ends_with_quit_after_success_and_after_refused_login() -> None:
    with raw_relay("PLAIN") as relay:
        send(relay.logging_in("word"))
        relay.replies["AUTH"] = WRONG
        with pytest.raises(LoginRefused):
            send(relay.logging_in("wrong"))
    assert [verbs[-1] for verbs in relay.verbs()] == ["QUIT", "QUIT"]


def test_a_relay_that_never_answers_quit_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.booking.mail.smtp.LEAVE_SECONDS", 0.2)
    with raw_relay(MAIL="550 5.7.1 no") as relay:
        relay.silent_at = "QUIT"
        with pytest.raises(SenderRejected):
            send(relay.relay)


def test_an_address_beyond_ascii_is_shown_to_no_relay() -> None:
    with raw_relay() as relay:
        for sender in ("bicè@example.org", "a@caffè.example", "a@b.example\r\nRCPT TO:<c@d.example>", ""):
            with pytest.raises(UnsendableMail):
                send(relay.relay, sender)
    assert relay.heard == []


@pytest.fixture
def there(content: Path, tmp_path: Path) -> Iterator[tuple[Endpoint, dict[str, str]]]:
    """An endpoint whose relay answers as these replies say, to who logs in with a password."""
    with raw_relay("PLAIN") as relay:
        url = f"smtp://user:word@{relay.relay.host}:{relay.relay.port}"
        with endpoint(content, f"sqlite:///{tmp_path}/x.db", BOOKING_SMTP_URL=url) as desk:
            sign_in(desk)
            yield desk, relay.replies


def deliver(desk: Endpoint) -> None:
    assert desk.settings.relay
    Delivery(desk.outbox, SmtpSender(desk.settings.relay, "localhost"), desk.clock, chance=lambda: 0.0).deliver_due()


def test_refused_relay_login_is_reported_at_once_with_its_remedy(there: tuple[Endpoint, dict[str, str]]) -> None:
    desk, replies = there
    assert desk.http.get("/health").json()["mail"] == "ok"
    replies["AUTH"] = WRONG
    desk.http.post("/api/bookings", json=asked())
    deliver(desk)
    assert desk.http.get("/health").json()["mail"] == (
        "login refused (535 5.7.8): the relay does not take the user name or password of BOOKING_SMTP_URL;"
        " put them right and restart; the next try is at 2027-01-11T08:10:00+00:00"
    )
    words = read(desk, "/agenda/").words
    assert "non accetta il nome utente o la password (535 5.7.8)" in words
    assert "BOOKING_SMTP_URL" in words
    assert "09:10" in words
    said: list[str] = []
    office = ContentReloader(desk.content)
    services = services_of(desk.settings, desk.store, desk.clock, office)
    mail = mail_state(desk.settings.relay, desk.outbox)
    AgendaCommands(desk.store, services, office, desk.clock, said.append, mail).run(argparse.Namespace(action="list"))
    assert any("non accetta il nome utente o la password (535 5.7.8)" in line for line in said)
    replies["AUTH"] = "235 OK"
    desk.clock.now += 10 * MINUTE
    deliver(desk)
    assert desk.http.get("/health").json()["mail"] == "ok"
    assert "BOOKING_SMTP_URL" not in read(desk, "/agenda/").words


def test_a_refusal_of_everybody_is_kept_and_told_at_once(there: tuple[Endpoint, dict[str, str]]) -> None:
    desk, replies = there
    replies["RCPT"] = "554 5.7.1 <ada@example.com>: Relay access denied"
    desk.http.post("/api/bookings", json=asked())
    deliver(desk)
    told = desk.http.get("/health").json()
    assert told["mail"].startswith("refused (554 5.7.1): the relay refuses 3 mails, which are kept;")
    assert "ada" not in str(told)
    assert told["outbox"]["dead"] == 0
    assert "rifiuta delle mail (554 5.7.1): in attesa sono 3" in read(desk, "/agenda/").words
    deliver(desk)
    desk.clock.now += 9 * MINUTE
    deliver(desk)
    assert desk.outbox.figures(desk.clock()).pending == 3
    replies["RCPT"] = "250 OK"
    desk.clock.now += MINUTE
    deliver(desk)
    assert desk.http.get("/health").json()["mail"] == "ok"


def test_refused_mail_is_given_up_after_five_days_and_resendable(own: Engine) -> None:
    clock = Clock()
    queue(own, "booked-visitor")
    with raw_relay(RCPT="554 5.7.1 no") as relay:
        (working, *_) = lanes(own, relay.relay, clock)
        while clock.now < NOW + delivering.GIVEN_UP_AFTER:
            working.deliver_due()
            assert states(own) == {"pending": 1}
            clock.now += 30 * MINUTE
        clock.now += timedelta(hours=4)
        working.deliver_due()
        assert states(own) == {"dead": 1}
        assert len(relay.heard) < 60
        relay.replies["RCPT"] = "250 OK"
        assert Outbox(own).revive(clock.now) == 1
        assert working.deliver_due() == 1
