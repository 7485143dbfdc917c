"""The owner moves a meeting of several people: all of them in one transaction, or nobody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import claims, holds, outbox, seats
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import book, mails, read, status
from tests.booking.endpoint import Endpoint
from tests.booking.office import CALL, TALK, write_content
from tests.booking.page import Page
from tests.booking.routes import dump
from tests.booking.tables import count

COURSE: dict[str, Any] = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "seats": 4, "questions": []}
NAMES = ("Adelaide", "Beatrice", "Cleofe")
ELEVEN, NOON, HALF_PAST = "2027-01-12T10:00:00Z", "2027-01-12T11:00:00Z", "2027-01-12T09:30:00Z"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content", meetings=[COURSE | {"step": 30}, TALK, CALL])


@pytest.fixture
def people(hers: Endpoint) -> list[str]:
    return [join(hers, name) for name in NAMES]


def join(hers: Endpoint, name: str, **changed: object) -> str:
    return book(hers, **({"meeting": "corso", "name": name, "email": f"{name.lower()}@example.com"} | changed))


@pytest.fixture
def group(hers: Endpoint, people: list[str]) -> str:
    """The address of the group's page."""
    (address,) = {link for link in read(hers, "/agenda/").links if "/agenda/gruppi/" in link}
    return address


def starts(hers: Endpoint, people: list[str]) -> set[str]:
    found = [hers.store.booking(one) for one in people]
    return {f"{one.start:%Y-%m-%dT%H:%M:%SZ}" for one in found if one}


def test_all_move_together_and_each_is_told(hers: Endpoint, people: list[str], group: str) -> None:
    assert f"{group}sposta" in read(hers, group).links
    form = read(hers, f"{group}sposta").form(f"{group}sposta")
    # Half an hour later, where their own time is free for them.
    answer = form.send(hers.http, start=HALF_PAST, word="Arrivo in treno.")
    assert answer.status_code == 303
    page = read(hers, answer.headers["location"])
    assert "Spostato per tutti" in page.words
    assert "3 persone su 4 posti" in page.words
    assert starts(hers, people) == {HALF_PAST}
    assert (count(hers.engine, holds), count(hers.engine, seats), count(hers.engine, claims)) == (1, 3, 12)
    for name in NAMES:
        (mail,) = mails(hers, "rescheduled-visitor", f"{name.lower()}@example.com")
        assert "Arrivo in treno." in mail
        assert not [other for other in NAMES if other != name and other in mail]


def test_the_same_form_sent_twice_moves_once(hers: Endpoint, people: list[str], group: str) -> None:
    form = read(hers, f"{group}sposta").form(f"{group}sposta")
    first = form.send(hers.http, start=NOON)
    before = dump(hers)
    again = form.send(hers.http, start=NOON)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert dump(hers) == before
    other = form.send(hers.http, start=ELEVEN)
    assert other.status_code in {404, 422}
    assert starts(hers, people) == {NOON}


def test_one_who_cannot_follow_keeps_all_where_they_are(hers: Endpoint, people: list[str], group: str) -> None:
    join(hers, "Dorotea", start=ELEVEN)
    join(hers, "Elisa", start=ELEVEN)
    before = dump(hers)
    page = read(hers, f"{group}sposta")
    assert f'value="{ELEVEN}"' not in hers.http.get(f"{group}sposta").text
    answer = page.form(f"{group}sposta").send(hers.http, start=ELEVEN, word="Provo.")
    assert answer.status_code == 409
    told = Page(answer)
    # Whoever booked last: at one and the same instant that is any of them.
    assert len(re.findall(r"(?:Adelaide|Beatrice|Cleofe) non può seguire: A quest’ora i posti", told.words)) == 1
    assert "Provo." in answer.text
    after = dump(hers)
    assert {name: after[name] for name in after if name != "keys"} == {
        name: before[name] for name in before if name != "keys"
    }


def test_a_group_joins_another_that_has_the_seats(hers: Endpoint, people: list[str], group: str) -> None:
    fourth = join(hers, "Dorotea", start=NOON)
    assert read(hers, f"{group}sposta").form(f"{group}sposta").send(hers.http, start=NOON).status_code == 303
    assert starts(hers, [*people, fourth]) == {NOON}
    assert (count(hers.engine, holds), count(hers.engine, seats)) == (1, 4)


def test_a_time_that_is_taken_is_told_once(hers: Endpoint, people: list[str], group: str) -> None:
    book(hers, start=NOON, name="Dorotea")
    answer = read(hers, f"{group}sposta").form(f"{group}sposta").send(hers.http, start=NOON)
    assert answer.status_code == 409
    assert Page(answer).words.count("ma c’è già l’appuntamento di Dorotea, 12:00–12:30.") == 1
    assert "è tenuto per chi aspetta" not in Page(answer).words
    assert starts(hers, people) == {"2027-01-12T09:00:00Z"}


def test_a_seat_held_in_the_way_is_told(hers: Endpoint, people: list[str], content: Path) -> None:
    write_content(content, meetings=[COURSE | {"step": 30, "seats": 3}, TALK, CALL], waiting_hold="4h")
    services = services_of(hers.settings, hers.store, hers.clock, ContentReloader(content))
    listed, day = services.waiting_list, "2027-01-12"
    fields = {"meeting": "corso", "name": "Ida", "email": "ida@example.com", "from": day, "to": day}
    listed.confirm(listed.ask(listed.read(fields), None)["id"])
    services.changes.cancel(people[0], Actor.OWNER)
    assert listed.offer_next()
    (group,) = {link for link in read(hers, "/agenda/").links if "/agenda/gruppi/" in link}
    form = read(hers, f"{group}sposta").form(f"{group}sposta")
    refused = form.send(hers.http, start=HALF_PAST)
    words = Page(refused).words
    assert (refused.status_code, words.count("ma c’è già un gruppo, 10:00–11:00.")) == (409, 1)
    assert (
        words.count("è tenuto per chi aspetta, e con lui l’orario di adesso, fino a lunedì 11 gennaio 2027 alle") == 1
    )
    assert starts(hers, people[1:]) == {"2027-01-12T09:00:00Z"}
    # Where it stands in nobody's way, nothing is said of it.
    assert form.send(hers.http, start=NOON).status_code == 303


def test_fewer_seats_by_now_keep_those_who_sit_together(hers: Endpoint, people: list[str], content: Path) -> None:
    (address,) = {link for link in read(hers, "/agenda/").links if "/agenda/gruppi/" in link}
    write_content(content, meetings=[COURSE | {"step": 30, "seats": 2}, TALK, CALL])
    form = read(hers, f"{address}sposta").form(f"{address}sposta")
    assert form.send(hers.http, start=NOON).status_code == 303
    assert starts(hers, people) == {NOON}


def test_what_has_begun_is_not_moved(hers: Endpoint, people: list[str], group: str) -> None:
    form = read(hers, f"{group}sposta").form(f"{group}sposta")
    hers.clock.now = hers.clock.now.replace(day=12, hour=9, minute=5)
    before = count(hers.engine, outbox)
    assert "già cominciato" in read(hers, f"{group}sposta").words
    assert form.send(hers.http, start=NOON).status_code == 409
    assert (status(hers, people[0]), count(hers.engine, outbox)) == ("confirmed", before)


def test_a_group_that_is_gone_is_not_found(hers: Endpoint, group: str) -> None:
    form = read(hers, f"{group}sposta").form(f"{group}sposta")
    read(hers, group).form(f"{group}annulla").send(hers.http)
    assert form.send(hers.http, start=NOON).status_code == 404
    assert hers.http.get(f"{group}sposta").status_code == 404
