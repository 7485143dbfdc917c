"""What the page of a day tells: hours taken and free, why there are none, and where in them is now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert

from plugins.booking.agenda.day_schedule import MOST_EVENTS
from plugins.booking.storage.schema import blocks, busy
from tests.booking.agenda.owner import book, press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, write_content

TUESDAY = "/agenda/giorno/?giorno=2027-01-12"


def rows(desk: Endpoint, path: str) -> list[str]:
    """The stretches of a day as they are read, each in one line."""
    text = desk.http.get(path).text
    listed = re.findall(r'<ol class="agenda-lines.*?</ol>', text, re.DOTALL)
    items = re.findall(r"<li.*?</li>", listed[0], re.DOTALL) if listed else []
    return [" ".join(unescape(re.sub("<[^>]*>", " ", one)).split()) for one in items]


def other_calendar(desk: Endpoint, *times: tuple[str, str, str]) -> None:
    """Have another calendar keep time."""
    stored = [
        {"source": "x", "start": datetime.fromisoformat(start), "end": datetime.fromisoformat(end), "words": words}
        for start, end, words in times
    ]
    with desk.engine.begin() as connection:
        connection.execute(insert(busy), stored)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*about: object) -> None:
        if str(about[2]) != "BEGIN":
            seen.append(str(about[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_day_tells_taken_and_free_hours_in_order(content: Path, database_url: str) -> None:
    write_content(content, {"after": 15})
    with endpoint(content, database_url) as desk:
        sign_in(desk)
        book(desk, name="Ada Rossi")
        book(desk, meeting="telefonata", phone="333 1234567", start="2027-01-12T11:00:00+01:00", name="Ugo")
        form = read(desk, "/agenda/bloccato/").form("/agenda/bloccato/")
        typed = {"from_day": "2027-01-12", "from_time": "12:00", "to_day": "2027-01-12", "to_time": "12:30"}
        assert form.send(desk.http, **typed, reason="Dentista").status_code == 303
        other_calendar(desk, ("2027-01-12T08:30:00+00:00", "2027-01-12T08:45:00+00:00", "Yoga"))
        assert rows(desk, TUESDAY) == [
            "09:00–09:30 libero",
            "09:30–09:45 nel tuo calendario: Yoga",
            "09:45–10:00 libero",
            "10:00–10:30 Ada Rossi Chiacchierata conoscitiva confermato",
            "10:30–10:45 margine",
            "10:45–11:00 libero",
            "11:00–11:20 Ugo Telefonata da confermare",
            "11:20–12:00 libero",
            "12:00–12:30 bloccato: Dentista",
            "12:30–13:00 libero",
        ]


def test_the_present_day_says_where_in_it_is_now(hers: Endpoint) -> None:
    hers.clock.now = datetime(2027, 1, 11, 8, 20, tzinfo=UTC)
    assert rows(hers, "/agenda/giorno/") == ["09:20–13:00 libero adesso"]
    assert "Oggi, lunedì 11 gennaio 2027" in read(hers, "/agenda/giorno/").words
    hers.clock.now = datetime(2027, 1, 11, 6, 5, tzinfo=UTC)
    assert rows(hers, "/agenda/giorno/") == ["07:05 adesso", "09:00–13:00 libero"]
    hers.clock.now = datetime(2027, 1, 11, 19, 5, tzinfo=UTC)
    assert rows(hers, "/agenda/giorno/") == ["20:05 adesso"]


def test_a_day_without_anything_says_so_and_why(content: Path, database_url: str) -> None:
    closure = {"from": "2027-01-20", "to": "2027-01-22", "reason": "ferie"}
    write_content(content, closures=[closure], holidays={"country": "IT"})
    with endpoint(content, database_url) as desk:
        sign_in(desk)
        words = read(desk, "/agenda/giorno/?giorno=2027-01-21").words
        assert "Chiuso, dal 20 gennaio 2027 al 22 gennaio 2027 (ferie)." in words
        assert "In questo giorno non c’è niente." in words
        assert "Chiuso, è festa (Natale)." in read(desk, "/agenda/giorno/?giorno=2027-12-25").words
        assert "In questo giorno non c’era niente." in read(desk, "/agenda/giorno/?giorno=2020-01-21").words


def test_time_that_reaches_beyond_a_day_is_told_from_within(hers: Endpoint) -> None:
    other_calendar(hers, ("2027-01-12T11:00:00+00:00", "2027-01-14T09:30:00+00:00", "Fiera"))
    assert rows(hers, TUESDAY)[-1] == "dalle 12:00 nel tuo calendario: Fiera"
    assert rows(hers, "/agenda/giorno/?giorno=2027-01-13") == ["tutto il giorno nel tuo calendario: Fiera"]
    assert rows(hers, "/agenda/giorno/?giorno=2027-01-14")[0] == "fino alle 10:30 nel tuo calendario: Fiera"


@pytest.mark.parametrize(("day", "length"), [("2027-03-28", "23"), ("2027-10-31", "25")])
def test_day_of_a_clock_change_says_how_long_it_lasts(content: Path, database_url: str, day: str, length: str) -> None:
    write_content(content, hours={"sunday": ["00:00-04:00"]}, horizon="365d")
    with endpoint(content, database_url) as desk:
        sign_in(desk)
        assert f"dura {length} ore" in read(desk, f"/agenda/giorno/?giorno={day}").words
        assert rows(desk, f"/agenda/giorno/?giorno={day}") == ["00:00–04:00 libero"]


def test_hour_that_comes_twice_is_told_apart(hers: Endpoint) -> None:
    other_calendar(
        hers,
        ("2027-10-31T00:30:00+00:00", "2027-10-31T00:45:00+00:00", "prima"),
        ("2027-10-31T01:30:00+00:00", "2027-10-31T01:45:00+00:00", "dopo"),
    )
    told = rows(hers, "/agenda/giorno/?giorno=2027-10-31")
    assert told[0] == "02:30–02:45 nel tuo calendario: prima"
    assert told[1] == "02:30 (bis)–02:45 (bis) nel tuo calendario: dopo"


def test_what_the_site_still_offers_is_counted_as_offered(hers: Endpoint) -> None:
    book(hers)
    page = read(hers, TUESDAY)
    for meeting, title in (("conoscitiva", "Chiacchierata conoscitiva"), ("telefonata", "Telefonata")):
        offered = hers.http.get(f"/api/slots?meeting={meeting}&from=2027-01-12&to=2027-01-12").json()["slots"]
        assert f"{len(offered)} orari {title}" in " ".join(page.words.split())
        assert f"/agenda/nuovo/?meeting={meeting}&from=2027-01-12" in page.links


@pytest.mark.parametrize("wanted", ["", "x", "2027-13-01", "0001-01-01", "9999-12-31", "2027-1-2", "%00"])
def test_a_day_that_is_none_is_the_present_one(hers: Endpoint, wanted: str) -> None:
    assert "Oggi, lunedì 11 gennaio 2027" in read(hers, f"/agenda/giorno/?giorno={wanted}").words


def test_full_day_asks_the_database_as_often_as_empty(content: Path, database_url: str) -> None:
    write_content(content, hours={"tuesday": ["00:00-24:00"]})
    with endpoint(content, database_url, Clock()) as desk:
        sign_in(desk)
        with counted(desk.engine) as empty:
            read(desk, TUESDAY)
        start = datetime(2027, 1, 11, 23, tzinfo=UTC)
        for number in range(48):
            book(desk, start=(start + number * timedelta(minutes=30)).isoformat(), email=f"p{number}@example.com")
        moments = [start + timedelta(minutes=number) for number in range(1000)]
        other_calendar(
            desk, *((one.isoformat(), (one + timedelta(minutes=1)).isoformat(), "Impegno " * 9) for one in moments)
        )
        with counted(desk.engine) as full:
            answer = desk.http.get(TUESDAY)
        assert len(full) == len(empty) <= 5  # the accounts besides
        assert len(answer.content) < 100_000
        told = rows(desk, TUESDAY)
        assert sum("Ada Rossi" in one for one in told) == 48
        assert sum("nel tuo calendario" in one for one in told) == MOST_EVENTS
        assert any(f"e altri {1000 - MOST_EVENTS}" in one for one in told)


def test_day_page_leads_to_its_neighbours_and_its_month(hers: Endpoint) -> None:
    links = read(hers, "/agenda/giorno/?giorno=2027-03-01").links
    for address in ("giorno/?giorno=2027-02-28", "giorno/?giorno=2027-03-02", "mese/?mese=2027-03"):
        assert f"/agenda/{address}" in links


def test_agenda_list_leads_to_the_day_of_each_booking(hers: Endpoint) -> None:
    book(hers)
    assert TUESDAY in read(hers, "/agenda/").links
    with hers.engine.begin() as connection:
        assert connection.execute(blocks.select()).first() is None
    press(hers, read(hers, "/agenda/bloccato/"), "/agenda/bloccato/", from_day="2027-01-12")
    assert TUESDAY in read(hers, "/agenda/bloccato/").links
