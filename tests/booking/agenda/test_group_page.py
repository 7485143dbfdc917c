"""The owner sees a group as one entry with its people, writes to all of them, and calls it off for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plugins.booking.storage.schema import holds, outbox, seats
from tests.booking.agenda.owner import book, mails, press, read, status
from tests.booking.endpoint import Endpoint
from tests.booking.office import CALL, TALK, write_content
from tests.booking.page import Page
from tests.booking.tables import count

COURSE: dict[str, Any] = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "seats": 5, "questions": []}
NAMES = ("Adelaide", "Beatrice", "Cleofe")
DAY = "/agenda/giorno/?giorno=2027-01-12"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content", meetings=[COURSE, TALK, CALL])


@pytest.fixture
def people(hers: Endpoint) -> list[str]:
    return [book(hers, meeting="corso", name=name, email=f"{name.lower()}@example.com") for name in NAMES]


@pytest.fixture
def group(hers: Endpoint, people: list[str]) -> str:
    """The address of the group's page, as the agenda leads to it."""
    (address,) = {link for link in read(hers, "/agenda/").links if "/agenda/gruppi/" in link}
    return address


def test_a_group_is_one_line_of_the_agenda(hers: Endpoint, group: str) -> None:
    for address in ("/agenda/", DAY):
        page = read(hers, address)
        assert page.words.count("3 persone") == 1
        assert "Adelaide" not in page.words
        assert group in page.links
    assert read(hers, DAY).words.count("10:00–11:00") == 1


def test_its_page_names_all_and_the_seats(hers: Endpoint, people: list[str], group: str) -> None:
    page = read(hers, group)
    assert "3 persone su 5 posti" in page.words
    assert all(name in page.words for name in NAMES)
    assert {f"/agenda/appuntamenti/{one}/" for one in people} <= set(page.links)
    assert group in read(hers, f"/agenda/appuntamenti/{people[0]}/").links


def test_a_word_to_all_reaches_each_alone(hers: Endpoint, group: str) -> None:
    page = press(hers, read(hers, group), f"{group}scrivi", word="Portate un quaderno.")
    assert "una mail per ciascuno" in page.words
    for name in NAMES:
        (mail,) = mails(hers, "word-visitor", f"{name.lower()}@example.com")
        assert "Portate un quaderno." in mail
        assert not [other for other in NAMES if other.lower() in mail.lower().replace(name.lower(), "")]


def test_the_same_form_sent_twice_writes_once(hers: Endpoint, group: str) -> None:
    form = read(hers, group).form(f"{group}scrivi")
    for _ in range(2):
        assert form.send(hers.http, word="Portate un quaderno.").status_code == 303
    assert len(mails(hers, "word-visitor")) == 3
    other = form.send(hers.http, word="E una penna.")
    assert (other.status_code, len(mails(hers, "word-visitor"))) == (422, 3)
    assert "E una penna." in other.text
    assert Page(other).form(f"{group}scrivi").send(hers.http, word="E una penna.").status_code == 303
    assert len(mails(hers, "word-visitor")) == 6


def test_an_empty_word_is_told_and_sends_nothing(hers: Endpoint, group: str) -> None:
    answer = read(hers, group).form(f"{group}scrivi").send(hers.http, word="  ")
    assert answer.status_code == 422
    assert "Scrivi che cosa vuoi dire." in Page(answer).words
    assert not mails(hers, "word-visitor")


def test_it_is_called_off_for_all(hers: Endpoint, people: list[str], group: str) -> None:
    page = press(hers, read(hers, group), f"{group}annulla", reason="Ho la febbre.")
    assert "Annullato per tutti" in page.words
    assert {status(hers, one) for one in people} == {"cancelled"}
    assert len([mail for mail in mails(hers, "cancelled-visitor") if "Ho la febbre." in mail]) == 3
    assert (count(hers.engine, holds), count(hers.engine, seats)) == (0, 0)
    assert hers.http.get(group).status_code == 404


def test_what_has_begun_is_neither_written_to_nor_called_off(hers: Endpoint, people: list[str], group: str) -> None:
    before = count(hers.engine, outbox)
    cancel = read(hers, group).form(f"{group}annulla")
    hers.clock.now = hers.clock.now.replace(day=12, hour=9, minute=5)
    page = read(hers, group)
    assert not [form for form in page.forms if form.action.startswith(group)]
    assert cancel.send(hers.http).status_code == 409
    assert (status(hers, people[0]), count(hers.engine, outbox)) == ("confirmed", before)


def test_the_addresses_of_answers_lead_back(hers: Endpoint, group: str) -> None:
    for action in ("scrivi", "annulla"):
        answer = hers.http.get(f"{group}{action}")
        assert (answer.status_code, answer.headers["location"]) == (303, group)


def test_the_owner_adds_somebody_to_a_group(hers: Endpoint, group: str) -> None:
    page = read(hers, "/agenda/nuovo/?meeting=corso")
    assert "2 posti" in page.words
    form = page.form("/agenda/nuovo/")
    answer = form.send(hers.http, start="2027-01-12T09:00:00Z", name="Dorotea", email="dorotea@example.com")
    assert answer.status_code == 303
    assert "4 persone su 5 posti" in read(hers, group).words
