"""What the page of a month tells of each day, and where it leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from tests.booking.agenda.owner import book, read, sign_in
from tests.booking.agenda.test_day_page import counted, other_calendar
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content


def cells(desk: Endpoint, path: str) -> dict[str, str]:
    """What each day is read as, by its address."""
    found = re.findall(r'<td><a [^>]*href="([^"]+)"[^>]*>(.*?)</a></td>', desk.http.get(path).text, re.DOTALL)
    return {address: " ".join(unescape(re.sub("<[^>]*>", "", words)).split()) for address, words in found}


def test_each_day_counts_its_bookings_and_requests(hers: Endpoint) -> None:
    book(hers)
    book(hers, start="2027-01-12T11:00:00+01:00")
    book(hers, meeting="telefonata", phone="333 1234567", start="2027-01-12T12:00:00+01:00")
    other_calendar(hers, ("2027-01-13T22:30:00+00:00", "2027-01-14T08:45:00+00:00", "Yoga"))
    told = cells(hers, "/agenda/mese/?mese=2027-01")
    assert len(told) == 31
    day = "/agenda/giorno/?giorno=2027-01-{}".format
    assert told[day("12")] == "12 gennaio 2027 , appuntamenti: 2 , da confermare: 1"
    # The time of other calendars is of every day that it reaches into.
    assert [told[day(one)] for one in ("13", "14")] == [f"{one} gennaio 2027 , altri impegni" for one in (13, 14)]
    assert told[day("15")] == "15 gennaio 2027"
    page = read(hers, "/agenda/mese/?mese=2027-01")
    assert "3 appuntamenti" in page.words
    assert {"/agenda/mese/?mese=2026-12", "/agenda/mese/?mese=2027-02"} <= set(page.links)


def test_closed_days_say_why_and_empty_months_so(content: Path, database_url: str) -> None:
    write_content(content, hours={"monday": ["09:00-13:00"]}, holidays={"country": "IT"})
    with endpoint(content, database_url) as desk:
        sign_in(desk)
        told = cells(desk, "/agenda/mese/?mese=2027-11")
        assert told["/agenda/giorno/?giorno=2027-11-01"] == "1 novembre 2027, chiuso, è festa (Ognissanti)"
        assert "è chiuso" in told["/agenda/giorno/?giorno=2027-11-02"]
        assert told["/agenda/giorno/?giorno=2027-11-08"] == "8 novembre 2027"
        assert "Nessun appuntamento" in read(desk, "/agenda/mese/?mese=2027-11").words


def test_bookings_are_counted_on_the_owners_days(hers: Endpoint) -> None:
    hers.clock.now = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)  # the first of February in Rome
    text = hers.http.get("/agenda/mese/").text
    assert "Febbraio 2027" in text
    assert text.count('aria-current="date"') == 1
    assert re.search(r'giorno=2027-02-01" aria-current="date"', text)


@pytest.mark.parametrize("wanted", ["", "x", "2027-13", "0001-01", "9999-12", "2027"])
def test_a_month_that_is_none_is_the_present_one(hers: Endpoint, wanted: str) -> None:
    assert "Gennaio 2027" in read(hers, f"/agenda/mese/?mese={wanted}").words


def test_month_is_a_table_with_a_header_for_each_weekday(hers: Endpoint) -> None:
    text = hers.http.get("/agenda/mese/?mese=2027-01").text
    heads = re.findall(r'<th scope="col">.*?class="visually-hidden">(.*?)</span>', text)
    assert heads == ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"]
    rows = re.findall(r"<tr>(.*?)</tr>", text.split("<tbody>")[1], re.DOTALL)
    assert {row.count("<td>") for row in rows} == {7}


def test_month_asks_the_database_four_times_whatever_it_holds(hers: Endpoint) -> None:
    for number in range(1, 9):
        book(hers, start=f"2027-01-{12 + number}T09:00:00+01:00", email=f"p{number}@example.com")
    with counted(hers.engine) as asked:
        answer = hers.http.get("/agenda/mese/?mese=2027-01")
    assert len(asked) == 4  # the session, the bookings, what is taken, the accounts
    assert len(answer.content) < 60_000
