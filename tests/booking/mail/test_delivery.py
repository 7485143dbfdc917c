"""From the outbox to a real SMTP server."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Engine, select
from sqlalchemy.engine import Row

from plugins.booking.jobs.worker import Worker
from plugins.booking.mail.delivery import FEWEST_ATTEMPTS, GIVEN_UP_AFTER, Delivery, wait_before
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Relay
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outbox import LEASE, Envelope, Figures, Outbox, enqueue
from plugins.booking.storage.schema import outbox as table
from tests.booking.endpoint import Endpoint
from tests.booking.office import NOW, Clock, asked
from tests.booking.processes import eventually
from tests.booking.smtp import smtp_server

SECOND = timedelta(seconds=1)


def queue(engine: Engine, subject: str = "Hello", now: Clock | None = None, kind: str = "kind") -> Envelope:
    """Put a mail in the outbox."""
    identity = new_id(NOW)
    mime = f"Subject: {subject}\r\nMessage-ID: <{identity}@x>\r\n\r\nWords.\r\n".encode()
    envelope = Envelope(identity, kind, "a@example.org", "b@example.com", f"<{identity}@x>", mime)
    with engine.begin() as connection:
        enqueue(connection, "about", [envelope], now() if now else NOW)
    return envelope


def delivery(engine: Engine, relay: Relay, clock: Clock) -> Delivery:
    return Delivery(Outbox(engine), SmtpSender(relay, "localhost"), clock, chance=lambda: 1.0)


def row_of(engine: Engine, envelope: Envelope) -> Row[Any]:
    with engine.begin() as connection:
        return connection.execute(select(table).where(table.c.id == envelope.id)).one()


def test_a_mail_is_marked_when_the_relay_has_taken_it(engine: Engine) -> None:
    envelope, clock = queue(engine), Clock()
    with smtp_server() as server:
        assert delivery(engine, server.relay, clock).deliver_due() == 1
        assert delivery(engine, server.relay, clock).deliver_due() == 0
    assert [mail["Message-ID"] for mail in server.taken] == [envelope.message_id]
    row = row_of(engine, envelope)
    assert (row.state, row.mime, row.attempts) == ("sent", b"", 1)


def test_unreachable_relay_is_retried_with_backoff_and_spends_no_attempt(engine: Engine) -> None:
    envelope, clock = queue(engine), Clock()
    sending = delivery(engine, Relay("127.0.0.1", 1, "none"), clock)
    for pause in (4, 8, 16, 32, 60, 60):
        assert sending.deliver_due() == 0
        row = row_of(engine, envelope)
        assert (row.attempts, row.next_at, row.error.split(":")[0]) == (0, clock.now, "ConnectionRefusedError")
        clock.now += (pause - 1) * SECOND
        sending.deliver_due()
        assert row_of(engine, envelope).next_at == row.next_at
        clock.now += SECOND
    with smtp_server() as server:
        assert delivery(engine, server.relay, clock).deliver_due() == 1
    assert [mail["Message-ID"] for mail in server.taken] == [envelope.message_id]


def test_deferred_mail_is_retried_with_backoff_and_the_same_id(engine: Engine) -> None:
    envelope, clock = queue(engine), Clock()
    with smtp_server() as server:
        server.replies = ["451 Try later"] * 4
        sending = delivery(engine, server.relay, clock)
        waits = []
        for _ in range(4):
            assert sending.deliver_due() == 0
            waits.append(row_of(engine, envelope).next_at - clock.now)
            clock.now += waits[-1]
        assert waits == [4 * SECOND, 8 * SECOND, 16 * SECOND, 32 * SECOND]
        assert sending.deliver_due() == 1
    assert [mail["Message-ID"] for mail in server.taken] == [envelope.message_id]


def test_a_mail_put_off_is_not_tried_before_its_time(engine: Engine) -> None:
    queue(engine)
    clock = Clock()
    with smtp_server() as server:
        server.replies = ["451 Try later"]
        sending = delivery(engine, server.relay, clock)
        assert [sending.deliver_due(), sending.deliver_due()] == [0, 0]
        clock.now += 4 * SECOND
        assert sending.deliver_due() == 1


def test_the_wait_never_grows_past_four_hours() -> None:
    assert wait_before(1, lambda: 1.0) == 4 * SECOND
    assert wait_before(5, lambda: 0.5) == 32 * SECOND
    assert wait_before(1000, lambda: 1.0) == timedelta(hours=4)
    assert wait_before(3, lambda: 0.0) == timedelta()


def test_refused_mail_is_dead_at_once_and_blocks_no_others(engine: Engine) -> None:
    refused, taken = queue(engine), queue(engine)
    with smtp_server() as server:
        server.replies = ["550 No such mailbox"]
        assert delivery(engine, server.relay, Clock()).deliver_due() == 1
    assert (row_of(engine, refused).state, row_of(engine, taken).state) == ("dead", "sent")
    assert row_of(engine, refused).error == "550 No such mailbox"
    assert row_of(engine, refused).mime == refused.mime
    assert Outbox(engine).figures(NOW) == Figures(pending=0, oldest_seconds=0, dead=1)


def test_a_mail_is_given_up_after_five_days(engine: Engine) -> None:
    envelope, clock = queue(engine), Clock(NOW + GIVEN_UP_AFTER)
    delivery(engine, Relay("127.0.0.1", 1, "none"), clock).deliver_due()
    assert row_of(engine, envelope).state == "dead"


def test_overdue_owner_mail_gets_several_attempts_before_it_is_dead(
    engine: Engine,
) -> None:
    envelope, clock = queue(engine, kind="message-owner"), Clock(NOW + GIVEN_UP_AFTER)
    with smtp_server() as server:
        for attempt in range(1, FEWEST_ATTEMPTS + 1):
            server.replies = ["451 Greylisted"]
            delivery(engine, server.relay, clock).deliver_due()
            assert row_of(engine, envelope).attempts == attempt
            assert row_of(engine, envelope).state == ("pending" if attempt < FEWEST_ATTEMPTS else "dead")
            clock.now += timedelta(hours=5)


def test_any_2xx_reply_of_the_relay_counts_as_accepted(engine: Engine) -> None:
    envelope = queue(engine)
    with smtp_server() as server:
        server.replies = ["251 Fine"]
        delivery(engine, server.relay, Clock()).deliver_due()
    assert row_of(engine, envelope).state == "sent"


def test_a_leased_mail_is_nobody_elses_until_the_lease_ends(engine: Engine) -> None:
    queue(engine)
    outbox = Outbox(engine)
    assert outbox.lease(NOW) is not None
    assert outbox.lease(NOW + LEASE - SECOND) is None
    assert outbox.lease(NOW + LEASE) is not None


def test_who_lost_its_lease_has_no_say(engine: Engine) -> None:
    envelope = queue(engine)
    outbox = Outbox(engine)
    slow = outbox.lease(NOW)
    quick = outbox.lease(NOW + LEASE)
    assert slow
    assert quick
    outbox.later(slow, NOW + 2 * LEASE, "too late")
    outbox.renew(slow, NOW + 2 * LEASE)
    assert row_of(engine, envelope).lease == quick.lease
    assert row_of(engine, envelope).next_at == NOW + 2 * LEASE


def test_accepted_mail_is_marked_sent_even_after_its_lease_expired(engine: Engine) -> None:
    envelope = queue(engine)
    outbox = Outbox(engine)
    slow = outbox.lease(NOW)
    assert slow
    assert outbox.lease(NOW + LEASE)
    outbox.sent(slow, NOW + LEASE)
    assert row_of(engine, envelope).state == "sent"
    assert outbox.lease(NOW + 3 * LEASE) is None


def test_a_lease_that_is_renewed_does_not_end(engine: Engine) -> None:
    queue(engine)
    outbox = Outbox(engine)
    held = outbox.lease(NOW)
    assert held
    outbox.renew(held, NOW + LEASE / 2)
    assert outbox.lease(NOW + LEASE) is None
    assert outbox.lease(NOW + 2 * LEASE) is not None


def test_workers_at_once_send_each_mail_once(engine: Engine) -> None:
    queued = {queue(engine).message_id for _ in range(20)}
    with smtp_server() as server:
        threads = [threading.Thread(target=delivery(engine, server.relay, Clock()).deliver_due) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(str(mail["Message-ID"]) for mail in server.taken) == sorted(queued)


def test_a_worker_sends_when_woken_and_ends_when_asked(engine: Engine) -> None:
    with smtp_server() as server:
        worker = Worker(delivery(engine, server.relay, Clock()).deliver_due, pause_seconds=3600)
        worker.start()
        queue(engine)
        worker.wake()
        eventually(lambda: len(server.taken) == 1)
        worker.stop()
        queue(engine)
        worker.wake()
    assert len(server.taken) == 1


def test_the_oldest_waiting_mail_tells_its_age(engine: Engine) -> None:
    queue(engine)
    assert Outbox(engine).figures(NOW + 90 * SECOND) == Figures(pending=1, oldest_seconds=90, dead=0)


def test_while_the_relay_is_down_the_visitor_still_succeeds(desk: Endpoint) -> None:
    assert desk.http.post("/api/bookings", json=asked()).status_code == 201
    assert delivery(desk.engine, Relay("127.0.0.1", 1, "none"), desk.clock).deliver_due() == 0
    told: dict[str, Any] = desk.http.get("/health").json()
    assert told["outbox"] == {"pending": 2, "oldest_seconds": 0, "dead": 0}


def test_the_mails_of_a_refused_booking_do_not_exist(desk: Endpoint) -> None:
    answers: list[httpx.Response] = [desk.http.post("/api/bookings", json=asked()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    with smtp_server() as server:
        assert delivery(desk.engine, server.relay, desk.clock).deliver_due() == 2
    assert len(server.taken) == 2
