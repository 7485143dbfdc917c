"""Each answer to a form has an address of its own, on every page with a form."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from plugins.booking.web.answer_addresses import with_answer_addresses
from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked
from tests.booking.page import Page

START = "2027-01-12T09:00:00Z"
BOOKING = {"meeting": "conoscitiva", "start": START, "name": "Ada", "email": "ada@example.com"}
WRONG = BOOKING | {"email": "ada"}


def targets(answer: httpx.Response) -> list[str]:
    return [form.target for form in Page(answer).forms if form.method == "post"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/appuntamenti/controlla", WRONG),
        ("/appuntamenti/controlla", BOOKING),
        ("/appuntamenti/controlla", BOOKING | {"start": ""}),
        ("/appuntamenti/dettagli", BOOKING),
        ("/appuntamenti/dettagli", BOOKING | {"meeting": "niente"}),
        ("/appuntamenti/orari", BOOKING),
        ("/appuntamenti/", WRONG),
        ("/messaggi/", {"name": "Ada"}),
        ("TOKENannulla", {"reason": "x" * 1001}),
        ("TOKENsposta", {"start": ""}),
    ],
)
def test_no_form_of_an_answer_posts_to_its_address(desk: Endpoint, path: str, fields: dict[str, str]) -> None:
    manage = desk.http.post("/api/bookings", json=asked()).json()["manage_url"]
    address = path.replace("TOKEN", httpx.URL(manage).path)
    seen = {address}
    for _turn in range(3):
        answer = desk.http.post(address, data=fields)
        sent = targets(answer)
        assert sent
        assert not seen & set(sent)
        address = sent[0]
        seen.add(address)


def test_forms_of_the_agenda_have_addresses_of_their_own(desk: Endpoint) -> None:
    sign_in(desk)
    for path in ("/agenda/", "/agenda/bloccato/", "/agenda/nuovo/?meeting=conoscitiva"):
        first, second = (targets(desk.http.get(path)) for _again in range(2))
        assert first
        assert not set(first) & set(second)


def test_an_answer_asked_for_again_leads_to_the_begin(desk: Endpoint) -> None:
    for step in ("", "orari", "date", "dettagli", "controlla", "fuso"):
        led = desk.http.get(f"/appuntamenti/{step}?answer=abc")
        assert (led.status_code, led.headers["location"]) == (303, "/prenota/"), step
    assert desk.http.get("/messaggi/?answer=abc").headers["location"] == "/contatti/"


def test_below_a_path_answers_have_addresses_of_their_own(content: Path, tmp_path: Path) -> None:
    database, address = f"sqlite:///{tmp_path}/booking.db", "http://127.0.0.1:8000/sotto"
    with endpoint(content, database, BOOKING_SITE_URL=address) as desk:
        (target,) = targets(desk.http.post("/messaggi/", data={"name": "Ada"}))
    assert target.startswith("/sotto/messaggi/?answer=")


def test_only_what_is_posted_gets_an_address_of_its_own() -> None:
    page = '<form method="get" action="/a"></form><form class="x" method="post" action="/b"><button formaction="/c">'
    made = with_answer_addresses(page + "</form>")
    assert 'method="get" action="/a">' in made
    assert made.count("?answer=") == 2
