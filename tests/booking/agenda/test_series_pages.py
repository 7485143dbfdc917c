"""A series in the agenda: asked, answered and changed as one, its dates shown beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import bookings
from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.page import Page
from tests.booking.web.test_series_api import AUTUMN, FIRST


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    talk = {"repeat": {}, "confirmation": "manual"}
    content = write_content(tmp_path / "office", talk, horizon="90d")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as running:
        sign_in(running)
        yield running


def ask(desk: Endpoint) -> list[str]:
    made = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat={"count": 4}))
    return [f"/agenda/appuntamenti/{one['id']}/" for one in made.json()["series"]]


def states(desk: Endpoint) -> list[str]:
    with desk.engine.begin() as connection:
        return list(connection.execute(select(bookings.c.status).order_by(bookings.c.start)).scalars())


def test_a_request_for_several_dates_is_answered_once(desk: Endpoint) -> None:
    pages = ask(desk)
    home = Page(desk.http.get("/agenda/"))
    assert "Da confermare: 1" in home.words
    assert "Con altre 3 date" in home.words
    assert home.form(f"{pages[0]}conferma").send(desk.http).status_code == 303
    assert states(desk) == ["confirmed"] * 4


def test_a_date_shows_the_others_and_the_mails_of_all(desk: Endpoint) -> None:
    pages = ask(desk)
    third = Page(desk.http.get(pages[2]))
    assert "È una di 4 date" in third.words
    assert {pages[0], pages[1], pages[3]} <= set(third.links)
    assert "La tua risposta vale per tutte le date che aspettano." in third.words
    assert "ada@example.com" in third.words
    assert "non sono state conservate" not in third.words


def test_mails_of_a_series_are_shown_without_its_first_date(desk: Endpoint) -> None:
    pages = ask(desk)
    Page(desk.http.get("/agenda/")).form(f"{pages[0]}conferma").send(desk.http)
    with desk.engine.begin() as connection:
        first = bookings.c.id == pages[0].split("/")[3]
        connection.execute(update(bookings).where(first).values(status="done"))
    assert purge(desk.engine, timedelta(days=7), datetime(2027, 10, 20, 12, 0, tzinfo=UTC)).bookings == 1
    third = Page(desk.http.get(pages[2]))
    assert "È una di 3 date" in third.words
    assert "non sono state conservate" not in third.words


def test_the_owner_calls_off_a_date_and_the_following(desk: Endpoint) -> None:
    pages = ask(desk)
    Page(desk.http.get("/agenda/")).form(f"{pages[0]}conferma").send(desk.http)
    form = Page(desk.http.get(pages[2])).form(f"{pages[2]}annulla")
    assert form.choices["scope"] == ["one", "following", "all"]
    assert form.send(desk.http, scope="following").status_code == 303
    assert states(desk) == ["confirmed", "confirmed", "cancelled", "cancelled"]


def test_the_owner_moves_all_dates_or_hears_which_cannot(desk: Endpoint) -> None:
    pages = ask(desk)
    Page(desk.http.get("/agenda/")).form(f"{pages[0]}conferma").send(desk.http)
    taken = asked(start="2027-11-02T11:00:00+01:00", email="ugo@example.com")
    assert desk.http.post("/api/bookings", json=taken).status_code == 201
    form = Page(desk.http.get(f"{pages[0]}sposta")).form(f"{pages[0]}sposta")
    refused = form.send(desk.http, scope="all", day="2027-10-12", time="11:00")
    assert refused.status_code == 409
    assert "martedì 2 novembre, 11:00: Questo orario è appena stato preso." in Page(refused).words
    assert form.send(desk.http, scope="all", day="2027-10-12", time="12:00").status_code == 303
