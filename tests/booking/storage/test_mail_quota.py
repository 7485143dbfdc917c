"""Nobody's mailbox can be filled through the forms: three mails a day to an address that the owner does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from plugins.booking.server import lifecycle_job_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.mail_quota import MOST
from plugins.booking.storage.schema import outbox
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content

STARTS = [f"2027-01-{day}T{hour:02}:{minute:02}:00+01:00" for day in (12, 13) for hour in (9, 11) for minute in (0, 30)]
VICTIM = "vittima@example.com"


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    with endpoint(write_content(tmp_path / "office"), database_url) as running:
        yield running


def book(desk: Endpoint, start: str, email: str = VICTIM) -> dict[str, str]:
    answer = desk.http.post("/api/bookings", json=asked(start=start, email=email))
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told


def mails(desk: Endpoint, recipient: str) -> list[str]:
    """The state of each mail to an address."""
    with desk.engine.begin() as connection:
        query = select(outbox.c.state).where(outbox.c.recipient == recipient).order_by(outbox.c.created_at)
        return list(connection.execute(query).scalars())


def deliver(desk: Endpoint) -> None:
    """Have the relay take what waits."""
    while leased := desk.outbox.lease(desk.clock()):
        desk.outbox.sent(leased, desk.clock())


def test_fourth_daily_mail_to_a_strangers_address_is_withheld(
    desk: Endpoint,
) -> None:
    for start in STARTS[:5]:
        desk.clock.now += timedelta(minutes=1)
        book(desk, start)
    assert mails(desk, VICTIM) == ["pending"] * MOST + ["withheld"] * 2
    assert len(mails(desk, "bice@example.org")) == 5


def test_another_way_of_writing_the_same_address_does_not_help(desk: Endpoint) -> None:
    for start, email in zip(STARTS, [VICTIM, VICTIM.upper(), VICTIM.title(), "vittima@EXAMPLE.com"], strict=False):
        book(desk, start, email)
    assert mails(desk, "vittima@EXAMPLE.com") == ["withheld"]


def test_the_day_after_mails_go_out_again(desk: Endpoint) -> None:
    for start in STARTS[4:8]:
        book(desk, start)
    desk.clock.now += timedelta(hours=20)
    book(desk, "2027-01-14T09:00:00+01:00")
    desk.clock.now += timedelta(hours=4)
    book(desk, "2027-01-14T10:00:00+01:00")
    assert mails(desk, VICTIM)[-2:] == ["withheld", "pending"]


def test_moving_and_cancelling_count_and_are_done_all_the_same(desk: Endpoint) -> None:
    token = book(desk, STARTS[0])["manage_url"].rstrip("/").rpartition("/")[2]
    move_and_cancel(desk, token, deliver)
    assert mails(desk, VICTIM) == ["sent"] * MOST + ["withheld"] * 2


def test_mails_overtaken_before_they_were_sent_do_not_count(desk: Endpoint) -> None:
    token = book(desk, STARTS[0])["manage_url"].rstrip("/").rpartition("/")[2]
    move_and_cancel(desk, token, lambda _: None)
    assert mails(desk, VICTIM) == ["outdated"] * 4 + ["pending"]


def test_mail_in_the_place_of_an_unsent_one_always_goes(desk: Endpoint) -> None:
    token = book(desk, STARTS[0])["manage_url"].rstrip("/").rpartition("/")[2]
    with desk.engine.begin() as connection:
        connection.execute(update(outbox).values(next_at=desk.clock.now + timedelta(hours=1)))
    waiting = asked(meeting="telefonata", phone="333 1234567", start="2027-01-14T09:00:00+01:00", email=VICTIM)
    declined = desk.http.post("/api/bookings", json=waiting).json()["id"]
    book(desk, STARTS[1])
    deliver(desk)
    sign_in(desk)
    path = f"/agenda/appuntamenti/{declined}/"
    form = read(desk, path).form(f"{path}conferma")
    form.target = f"{path}rifiuta"
    assert form.send(desk.http).status_code == 303
    deliver(desk)
    desk.clock.now += timedelta(minutes=1)
    assert desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": STARTS[4]}).status_code == 200
    assert sorted(mails(desk, VICTIM)) == ["outdated", "pending", "sent", "sent", "sent"]
    deliver(desk)
    desk.clock.now += timedelta(minutes=1)
    assert desk.http.post(f"/api/bookings/{token}/cancel", json={}).status_code == 200
    assert mails(desk, VICTIM).count("withheld") == 1


def move_and_cancel(desk: Endpoint, token: str, between: Callable[[Endpoint], None]) -> None:
    for start in STARTS[4:7]:
        between(desk)
        desk.clock.now += timedelta(minutes=1)
        assert desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": start}).json()["start"] == start
    between(desk)
    desk.clock.now += timedelta(minutes=1)
    assert desk.http.post(f"/api/bookings/{token}/cancel", json={}).json()["status"] == "cancelled"


def test_the_page_of_the_appointment_says_that_no_mail_comes(desk: Endpoint) -> None:
    pages = [desk.http.get(book(desk, start)["manage_url"]).text for start in STARTS[:4]]
    assert ["sono già partite tre mail" in page for page in pages] == [False, False, False, True]
    assert "in viaggio" in pages[0]
    assert "in viaggio" not in pages[3]


def test_who_was_dealt_with_by_the_owner_gets_every_mail(desk: Endpoint) -> None:
    waiting = asked(meeting="telefonata", phone="333 1234567", start="2027-01-14T09:00:00+01:00", email=VICTIM)
    booking = desk.http.post("/api/bookings", json=waiting).json()["id"]
    deliver(desk)
    sign_in(desk)
    path = f"/agenda/appuntamenti/{booking}/"
    press(desk, read(desk, path), f"{path}conferma")
    for start in STARTS[:4]:
        book(desk, start)
    assert mails(desk, VICTIM) == ["sent"] + ["pending"] * 5


def test_a_request_that_the_owner_turned_down_vouches_for_nobody(desk: Endpoint) -> None:
    waiting = asked(meeting="telefonata", phone="333 1234567", start="2027-01-14T09:00:00+01:00", email=VICTIM)
    booking = desk.http.post("/api/bookings", json=waiting).json()["id"]
    deliver(desk)
    sign_in(desk)
    path = f"/agenda/appuntamenti/{booking}/"
    form = read(desk, path).form(f"{path}conferma")
    form.target = f"{path}rifiuta"
    assert form.send(desk.http).status_code == 303
    for start in STARTS[:4]:
        book(desk, start)
    # The request, its refusal, one booking; then it is enough.
    assert mails(desk, VICTIM).count("sent") + mails(desk, VICTIM).count("pending") == MOST
    assert mails(desk, VICTIM).count("withheld") == 3


def test_visitor_without_request_mail_gets_no_expiry_mail(desk: Endpoint) -> None:
    for hour in range(9, 13):
        start = f"2027-01-14T{hour:02}:00:00+01:00"
        waiting = asked(meeting="telefonata", phone="333 1234567", start=start, email=VICTIM)
        assert desk.http.post("/api/bookings", json=waiting).status_code == 201
    deliver(desk)
    desk.clock.now += timedelta(days=10)
    lifecycle_job_of(desk.settings, desk.engine, ContentReloader(desk.content), desk.clock).make()
    assert mails(desk, VICTIM).count("sent") == mails(desk, VICTIM).count("pending") == MOST
    assert mails(desk, VICTIM).count("withheld") == 2


def test_agenda_tells_which_mail_the_quota_withheld(desk: Endpoint) -> None:
    booking = [book(desk, start)["id"] for start in STARTS[:4]][-1]
    sign_in(desk)
    page = desk.http.get(f"/agenda/appuntamenti/{booking}/").text
    assert "a questo indirizzo ne erano già partiti tre in un giorno" in page


def test_a_crowd_at_once_does_not_get_past_the_limit(desk: Endpoint) -> None:
    threads = [threading.Thread(target=book, args=(desk, start)) for start in STARTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mails(desk, VICTIM)) == ["pending"] * MOST + ["withheld"] * (len(STARTS) - MOST)


def test_the_history_does_not_change_what_counting_costs(desk: Endpoint) -> None:
    if desk.engine.dialect.name == "postgresql":
        settings, plan_of = "SET enable_seqscan = off", "EXPLAIN "
    else:
        settings, plan_of = "SELECT 1", "EXPLAIN QUERY PLAN "
    with desk.engine.begin() as connection:
        connection.exec_driver_sql(settings)
        for query, index in (
            ("SELECT count(*) FROM outbox WHERE lower(recipient) = 'a' AND created_at > 1", "outbox_recipient"),
            ("SELECT id FROM bookings WHERE lower(email) = 'a'", "bookings_email"),
        ):
            assert index in " ".join(str(row) for row in connection.exec_driver_sql(plan_of + query))
