"""Pasted numbers and addresses with accents, from forms and programs to mails, agenda and erasure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from plugins.booking.agenda.time_input import read_moment
from plugins.booking.storage.personal_data import Erased, erase, export
from plugins.booking.storage.schema import bookings, outbox
from plugins.domain.stays import Whereabouts
from tests.booking.endpoint import Endpoint
from tests.booking.mail.test_mails import deliver, part_of
from tests.booking.office import asked
from tests.booking.page import Page

MARKED = "\u202a+39\u00a0333 1234567\u202c"
TYPED = {"name": "Ada", "email": "Ada <ada@caffè.it>", "message": "Ciao"}


def test_program_may_send_what_was_pasted(desk: Endpoint) -> None:
    body = asked(phone=MARKED, email="mailto:ada@caffè.it", name="\u2068Ada\u00a0Rossi\u2069")
    assert desk.http.post("/api/bookings", json=body).status_code == 201
    with desk.engine.begin() as connection:
        row = connection.execute(select(bookings)).one()
    assert (row.phone, row.email, row.name) == ("+39 333 1234567", "ada@caffè.it", "Ada Rossi")


def test_page_takes_what_was_pasted(desk: Endpoint) -> None:
    fields = {key: str(value) for key, value in asked(phone=MARKED, email=" ada@caffè.it\t").items()}
    answer = desk.http.post("/appuntamenti/", data=fields, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert "ada@caffè.it" in desk.http.get(answer.headers["location"]).text


@pytest.mark.parametrize("sent", ["ada@università.it", "ada@xn--universit-y1a.it"])
def test_accented_domain_is_shown_as_typed_whatever_browsers_send(desk: Endpoint, sent: str) -> None:
    # Firefox and WebKit send what was typed, Chromium its A-labels.
    fields = {key: str(value) for key, value in asked(email=sent).items()}
    check = Page(desk.http.post("/appuntamenti/controlla", data=fields))
    assert "ada@università.it" in check.words
    answer = check.form("/appuntamenti/").send(desk.http)
    assert "ada@università.it" in Page(desk.http.get(answer.headers["location"])).words
    with desk.engine.begin() as connection:
        recipients = set(connection.execute(select(outbox.c.recipient)).scalars())
    assert "ada@xn--universit-y1a.it" in recipients


@pytest.mark.parametrize("path", ["/api/bookings", "/api/messages", "/appuntamenti/controlla", "/messaggi/"])
def test_accented_letters_before_the_sign_are_refused_by_name(desk: Endpoint, path: str) -> None:
    fields = asked(email="zoè@esempio.it", message="Ciao")
    sent = {"json": fields} if path.startswith("/api") else {"data": fields}
    answer = desk.http.post(path, **sent)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Prima della chiocciola ci sono lettere accentate" in answer.text


def test_mail_to_an_accented_domain_goes_to_its_a_label(desk: Endpoint) -> None:
    desk.http.post("/api/bookings", json=asked(email="ada@caffè.it"))
    with desk.engine.begin() as connection:
        recipients = set(connection.execute(select(outbox.c.recipient)).scalars())
    assert recipients == {"bice@example.org", "ada@xn--caff-8oa.it"}
    owners, visitors = deliver(desk).taken
    assert visitors["To"] == "ada@xn--caff-8oa.it"
    assert owners["Reply-To"].addresses[0].addr_spec == "ada@xn--caff-8oa.it"
    assert "ada@caffè.it" in part_of(owners, "text/plain").get_content()
    calendar = part_of(visitors, "text/calendar").get_content()
    assert "mailto:ada@xn--caff-8oa.it" in calendar.replace("\r\n ", "").replace("\n ", "")


def test_message_from_an_accented_domain_is_taken(desk: Endpoint) -> None:
    assert desk.http.post("/api/messages", json=TYPED).status_code == 201
    assert desk.http.post("/messaggi/", data=TYPED, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "asked_for", ["ada@caffè.it", "ADA@xn--caff-8oa.it", "\u2068ada@caffè.it\u2069", "mailto:ada@caffè.it"]
)
def test_erasure_finds_an_address_however_it_is_written(desk: Endpoint, asked_for: str) -> None:
    desk.http.post("/api/bookings", json=asked(email="ada@caffè.it"))
    desk.http.post("/api/bookings", json=asked(email="ada@xn--caff-8oa.it", start="2027-01-12T11:00:00+01:00"))
    desk.http.post("/api/messages", json=TYPED)
    found = export(desk.engine, asked_for)
    assert [len(found[name]) for name in ("bookings", "messages", "mails")] == [2, 1, 5]
    assert erase(desk.engine, asked_for) == Erased(bookings=2, messages=1, mails=5, elsewhere=0)


def test_limit_counts_an_address_however_it_is_written(desk: Endpoint) -> None:
    for hour, email in enumerate(["ada@caffè.it", "ada@xn--caff-8oa.it", "ada@CAFFÈ.it", "ADA@caffè.it"]):
        start = f"2027-01-12T{9 + hour:02}:00:00+01:00"
        assert desk.http.post("/api/bookings", json=asked(email=email, start=start)).status_code == 201
    with desk.engine.begin() as connection:
        states = select(outbox.c.state).where(outbox.c.kind == "booked-visitor").order_by(outbox.c.id)
        assert list(connection.execute(states).scalars()).count("withheld") == 1


@pytest.mark.parametrize(
    ("day", "clock"), [("２０２７-０１-１２", "０９：３０"), ("\u200e2027‑01‑12\u200e", "\u00a009:30\t")]
)
def test_owner_may_paste_day_and_hour(day: str, clock: str) -> None:
    read = read_moment({"day": day, "time": clock}, "day", "time", Whereabouts(ZoneInfo("Europe/Rome")))
    assert read == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
