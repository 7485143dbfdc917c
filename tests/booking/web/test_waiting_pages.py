"""The waiting list as a visitor goes it, without scripts: every GET shows, every POST says what it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.schema import bookings, holds, waiting
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.questions import text_of
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.page import Page
from tests.booking.routes import dump
from tests.booking.tables import count

HERE = "/appuntamenti/attesa"
NINE, HALF_PAST = "2027-01-12T09:00:00+01:00", "2027-01-12T09:30:00+01:00"
TYPED = {"from": "2027-01-12", "to": "2027-01-12", "name": "Ada Rossi", "email": "ada@example.com"}
QUESTIONS = {
    "questions": [
        {"key": "prima", "label": "È la prima volta?", "type": "yes_no", "required": True},
        {"key": "come", "label": "Come sei arrivata qui?", "when": {"prima": True}},
    ]
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", hours={"tuesday": ["09:00-10:00"]}, waiting_hold="4h")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


@pytest.fixture
def asking_desk(tmp_path: Path) -> Iterator[Endpoint]:
    """The office whose meeting asks questions."""
    content = write_content(tmp_path / "office", QUESTIONS, hours={"tuesday": ["09:00-10:00"]}, waiting_hold="4h")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


@pytest.fixture
def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def book(desk: Endpoint, start: str, **changed: object) -> str:
    made = desk.http.post("/api/bookings", json=asked(start=start, email="client@example.com", **changed))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def asking(desk: Endpoint, meeting: str = "conoscitiva", **changed: str) -> httpx.Response:
    page = Page(desk.http.get(f"{HERE}?meeting={meeting}"))
    return page.form(HERE).send(desk.http, **(TYPED | changed))


def place(desk: Endpoint, services: Services) -> str:
    """The address of the page of the one who waits."""
    with desk.engine.begin() as connection:
        (who,) = connection.execute(select(waiting.c.id)).scalars()
    return f"{HERE}/{services.waiting_list.token(who)}/"


def held(desk: Endpoint, services: Services, meeting: str = "conoscitiva", **changed: object) -> str:
    """Ask, confirm, and have a time held: the address of the page."""
    booked = book(desk, NINE, **changed)
    book(desk, HALF_PAST, **changed)
    assert asking(desk, meeting).status_code == 303
    address = place(desk, services)
    Page(desk.http.get(address)).form(f"{address}conferma").send(desk.http)
    services.changes.cancel(booked, Actor.OWNER)
    assert WaitingJob(services.waiting_list).make() == 1
    return address


def test_page_of_times_leads_to_the_waiting_list(desk: Endpoint) -> None:
    times = desk.http.get("/appuntamenti/orari?meeting=conoscitiva&service=ricerca")
    assert f'href="{HERE}?meeting=conoscitiva&amp;service=ricerca' in times.text
    book(desk, NINE)
    book(desk, HALF_PAST)
    for day in ("19", "26"):
        for hour in ("09:00", "09:30"):
            book(desk, f"2027-01-{day}T{hour}:00+01:00")
    for hour in ("09:00", "09:30"):
        book(desk, f"2027-02-02T{hour}:00+01:00")
        book(desk, f"2027-02-09T{hour}:00+01:00")
    empty = desk.http.get("/appuntamenti/orari?meeting=conoscitiva")
    assert "In questi giorni non c’è posto" in Page(empty).words
    assert f'href="{HERE}?meeting=conoscitiva"' in empty.text


def test_without_the_key_no_page_speaks_of_it(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        assert "attesa" not in desk.http.get("/appuntamenti/orari?meeting=conoscitiva").text
        assert "waiting" not in desk.http.get("/api/meetings").text
        closed = desk.http.get(f"{HERE}?meeting=conoscitiva")
        assert closed.status_code == 404
        assert "non c’è una lista d’attesa" in Page(closed).words
        assert desk.http.post(HERE, data=TYPED | {"meeting": "conoscitiva"}).status_code == 404


def test_from_empty_to_booked_with_a_post_each(desk: Endpoint, services: Services) -> None:
    booked = book(desk, NINE)
    book(desk, HALF_PAST)
    sent = asking(desk)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{HERE}/inviata")
    assert "Guarda nella posta" in Page(desk.http.get(f"{HERE}/inviata")).words
    address = place(desk, services)
    asks = desk.http.get(address)
    assert asks.headers["cache-control"] == "no-store"
    assert asks.headers["referrer-policy"] == "no-referrer"
    confirmed = Page(asks).form(f"{address}conferma").send(desk.http)
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, address)
    assert "Sei in lista" in Page(desk.http.get(address)).words
    services.changes.cancel(booked, Actor.OWNER)
    WaitingJob(services.waiting_list).make()
    page = Page(desk.http.get(address))
    assert "È tuo fino alle 13:00 di lunedì 11 gennaio" in page.words
    form = page.form(f"{address}prendi")
    taken = form.send(desk.http)
    assert taken.status_code == 303
    assert "09:00–09:30" in Page(desk.http.get(taken.headers["location"])).words
    # A second press of the button.
    again = form.send(desk.http)
    assert (again.status_code, again.headers["location"]) == (303, taken.headers["location"])
    gone = desk.http.get(address)
    assert gone.status_code == 404
    assert "hai già preso un orario" in Page(gone).words
    assert count(desk.engine, holds) == 0


def test_to_look_at_any_page_changes_nothing(desk: Endpoint, services: Services) -> None:
    address = held(desk, services)
    before = dump(desk)
    for path in ("", "conferma", "prendi", "lascia", "esci"):
        assert desk.http.get(f"{address}{path}").status_code in {200, 303}
    assert desk.http.get(address.removesuffix("/")).status_code == 307
    for path in (f"{HERE}/inviata", f"{HERE}/uscita", f"{HERE}/modulo", f"{HERE}/", HERE):
        assert desk.http.get(path).status_code in {200, 303}
    assert dump(desk) == before


def test_all_faults_are_told_and_what_was_typed_stays(desk: Endpoint) -> None:
    wrong = asking(desk, **{"from": "2027-01-20", "to": "2027-01-19", "email": "ada", "name": "Ada <b>"})
    assert wrong.status_code == 422
    page = Page(wrong)
    assert page.title.startswith("Errore: ")
    assert "L’ultimo giorno viene prima del primo" in page.words
    assert 'value="Ada &lt;b&gt;"' in wrong.text
    assert 'value="2027-01-19"' in wrong.text
    assert count(desk.engine, waiting) == 0


def test_typed_details_go_along_from_a_lost_time(desk: Endpoint) -> None:
    book(desk, NINE)
    lost = desk.http.post("/appuntamenti/controlla", data=asked(start=NINE, phone="333 1234567"))
    assert lost.status_code == 409
    form = Page(lost).form(f"{HERE}/modulo").send(desk.http)
    assert 'value="Ada Rossi"' in form.text
    assert 'value="ada@example.com"' in form.text


def test_same_form_sent_twice_asks_once(desk: Endpoint) -> None:
    form = Page(desk.http.get(f"{HERE}?meeting=conoscitiva")).form(HERE)
    for _ in range(2):
        assert form.send(desk.http, **TYPED).status_code == 303
    assert count(desk.engine, waiting) == 1
    other = form.send(desk.http, **(TYPED | {"to": "2027-01-13"}))
    assert other.status_code == 422
    assert "premi di nuovo" in Page(other).words
    assert Page(other).form(HERE).send(desk.http).status_code == 303


def test_what_the_meeting_needs_is_asked_with_the_time(asking_desk: Endpoint) -> None:
    desk = asking_desk
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    address = held(desk, services, answers={"prima": False})
    form = Page(desk.http.get(address)).form(f"{address}prendi")
    missing = form.send(desk.http)
    assert missing.status_code == 422
    assert Page(missing).title.startswith("Errore: ")
    # Without scripts, what follows from an answer is asked on the same page again.
    more = desk.http.post(f"{address}prendi", data={"start": form.fields["start"], "answers.prima": text_of(True)})
    assert more.status_code == 200
    assert "C’è ancora qualcosa da chiederti" in Page(more).words
    answers = {"answers.prima": text_of(True), "answers.come": "Da un’amica"}
    taken = desk.http.post(f"{address}prendi", data=answers | {"start": form.fields["start"]})
    assert taken.status_code == 303
    with desk.engine.begin() as connection:
        kept = connection.execute(select(bookings.c.answers).where(bookings.c.email == "ada@example.com")).scalar()
    assert "Da un’amica" in str(kept)


def test_a_meeting_by_phone_asks_for_the_number(desk: Endpoint, services: Services) -> None:
    booked = book(desk, NINE, meeting="telefonata", phone="333 1234567")
    book(desk, HALF_PAST)
    asking(desk, "telefonata")
    address = place(desk, services)
    Page(desk.http.get(address)).form(f"{address}conferma").send(desk.http)
    services.changes.cancel(booked, Actor.OWNER)
    WaitingJob(services.waiting_list).make()
    page = Page(desk.http.get(address))
    assert "che la conferma" in page.words
    taken = page.form(f"{address}prendi").send(desk.http, phone="333 7654321")
    assert "Richiesta inviata" in Page(desk.http.get(taken.headers["location"])).words


def test_not_wanted_goes_on_and_she_stays_in_the_list(desk: Endpoint, services: Services) -> None:
    address = held(desk, services)
    page = Page(desk.http.get(address))
    start = page.form(f"{address}prendi").fields["start"]
    left = desk.http.post(f"{address}lascia", data={"start": start})
    assert (left.status_code, left.headers["location"]) == (303, address)
    assert count(desk.engine, holds) == 0
    words = Page(desk.http.get(address)).words
    assert "Sei in lista" in words
    assert "è passato a chi viene dopo" in words
    # The page of before, still open in another tab.
    late = desk.http.post(f"{address}prendi", data={"start": start})
    assert late.status_code == 409
    assert "Quell’orario non è più libero" in Page(late).words


def test_one_press_leaves_and_a_second_one_changes_nothing(desk: Endpoint, services: Services) -> None:
    address = held(desk, services)
    form = Page(desk.http.get(address)).form(f"{address}esci")
    for _ in range(2):
        left = form.send(desk.http)
        assert (left.status_code, left.headers["location"]) == (303, f"{HERE}/uscita")
    assert count(desk.engine, waiting) == count(desk.engine, holds) == 0


def test_time_over_while_the_page_was_open_is_told(desk: Endpoint, services: Services) -> None:
    address = held(desk, services)
    form = Page(desk.http.get(address)).form(f"{address}prendi")
    desk.clock.now += timedelta(hours=4)
    late = form.send(desk.http)
    assert late.status_code == 409
    assert "Resti in lista" in Page(late).words


@pytest.mark.parametrize("token", ["x", "0" * 54, "%00", "inviata%2F"])
def test_address_that_nobody_was_given_is_not_found(desk: Endpoint, token: str) -> None:
    for path in ("conferma", "prendi", "lascia"):
        assert desk.http.post(f"{HERE}/{token}/{path}", data={"start": "x"}).status_code == 404
    assert desk.http.post(f"{HERE}/{token}/esci", data={}).status_code in {303, 404}


def test_posts_of_another_site_are_refused(desk: Endpoint, services: Services) -> None:
    address = held(desk, services)
    for path in ("conferma", "prendi", "lascia", "esci"):
        answer = desk.http.post(f"{address}{path}", data={}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
    assert count(desk.engine, holds) == 1


def test_too_many_posts_lose_nothing_that_was_typed(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office", waiting_hold="4h")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", BOOKING_RATE_LIMIT="1/10minutes") as desk:
        asking(desk)
        answer = asking(desk, email="bea@example.com")
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        assert 'value="bea@example.com"' in answer.text


def test_programs_ask_with_the_same_rules(desk: Endpoint) -> None:
    fields = TYPED | {"meeting": "conoscitiva"}
    headers = {"Idempotency-Key": "one"}
    made = desk.http.post("/api/waiting", json=fields, headers=headers)
    assert made.status_code == 201
    told = made.json()
    assert told == {
        "id": told["id"],
        "meeting": "conoscitiva",
        "from": "2027-01-12",
        "to": "2027-01-12",
        "status": "unconfirmed",
    }
    assert desk.http.post("/api/waiting", json=fields, headers=headers).json() == told
    assert desk.http.post("/api/waiting", json=fields | {"to": "x"}, headers={}).status_code == 422
    assert desk.http.post("/api/waiting", json=fields | {"meeting": "altra"}).status_code == 404
    assert desk.http.post("/api/waiting", json=[]).status_code == 422
    assert {one["waiting"] for one in desk.http.get("/api/meetings").json()} == {True}
    for _ in range(2):
        desk.http.post("/api/waiting", json=fields)
    full = desk.http.post("/api/waiting", json=fields)
    assert full.status_code == 422
    assert full.json()["errors"][0]["field"] == "email"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-30", "x", "\u0664"])
def test_any_day_in_the_address_leads_to_the_form(desk: Endpoint, day: str) -> None:
    page = Page(desk.http.get(HERE, params={"meeting": "conoscitiva", "from": day, "timezone": "Mars/Olympus"}))
    form = page.form(HERE)
    assert form.fields["to"] == "2027-02-10"
    assert form.send(desk.http, **(TYPED | {"from": day, "to": day})).status_code == 422


@pytest.mark.parametrize("name", ["meeting", "from", "to", "name", "email", "service", "timezone"])
@pytest.mark.parametrize("value", [None, True, 7, 1.5, [], {}, "\0", "x" * 10_000, "\u202e"])
def test_no_value_of_a_program_is_a_fault_of_ours(desk: Endpoint, name: str, value: object) -> None:
    answer = desk.http.post("/api/waiting", json=TYPED | {"meeting": "conoscitiva", name: value})
    assert answer.status_code in {201, 404, 422}
