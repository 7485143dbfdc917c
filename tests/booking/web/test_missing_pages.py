"""The endpoint of a site of two pages leads to none of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, write_content

_LINK = re.compile(r"""\s(?:href|src|action)=["'](/[^"'?#]*)""")
ABSENT = ("blog", "cerca", "contatti", "grazie", "prenota", "privacy", "servizi")


@contextmanager
def two_pages(folder: Path, **availability: Any) -> Iterator[Endpoint]:  # noqa: ANN401 - any rule
    content = write_content(folder / "office", **availability)
    for slug in ABSENT:
        (content / "pages" / f"{slug}.md").unlink()
    with endpoint(content, f"sqlite:///{folder}/booking.db") as desk:
        yield desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    with two_pages(tmp_path) as desk:
        yield desk


def led_to(answer: httpx.Response) -> set[str]:
    return {link.split("/")[1] for link in _LINK.findall(answer.text)} & {*ABSENT, "feed.xml"}


PATHS = ("/appuntamenti/", "/appuntamenti/orari", "/appuntamenti/dettagli")


def test_a_booking_begins_at_the_first_talk(tmp_path: Path) -> None:
    with two_pages(tmp_path, first_meeting="telefonata") as desk:
        answers = [desk.http.get(path) for path in PATHS]
    assert {answer.headers["location"] for answer in answers} == {"/appuntamenti/orari?meeting=telefonata"}


def test_a_booking_without_a_first_talk_asks_which(desk: Endpoint) -> None:
    for answer in (desk.http.get(path) for path in PATHS):
        assert (answer.status_code, led_to(answer)) == (200, set())
        assert all(f'value="{slug}"' in answer.text for slug in ("conoscitiva", "telefonata"))


def test_no_page_of_a_booking_leads_to_a_missing_one(desk: Endpoint) -> None:
    asked = {"meeting": "conoscitiva", "start": FREE, "name": "Ada", "email": "ada@example.com"}
    answers = [
        desk.http.get("/appuntamenti/orari?meeting=conoscitiva"),
        desk.http.get("/appuntamenti/orari?meeting=conoscitiva&from=2027-03-01"),
        desk.http.get("/appuntamenti/dettagli", params=asked),
        desk.http.post("/appuntamenti/controlla", data=asked),
        desk.http.get("/appuntamenti/nessuno/"),
        desk.http.post("/messaggi/", data={"name": "Ada"}),
    ]
    manage = desk.http.post("/appuntamenti/", data=asked).headers["location"]
    answers.append(desk.http.get(manage))
    desk.http.post(f"{manage}annulla", data={"reason": ""})
    answers.append(desk.http.get(manage))
    assert "Prenota un altro orario" in answers[-1].text
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404, 422, 200, 200]
    assert [led_to(answer) for answer in answers] == [set()] * len(answers)


def test_a_message_is_acknowledged_without_a_thanks_page(desk: Endpoint) -> None:
    sent = desk.http.post("/messaggi/", data={"name": "Ada", "email": "ada@example.com", "message": "Ciao"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/messaggi/inviato")
    page = desk.http.get("/messaggi/inviato")
    assert (page.status_code, "Messaggio ricevuto" in page.text, led_to(page)) == (200, True, set())
    assert desk.http.get("/messaggi/").headers["location"] == "/"
