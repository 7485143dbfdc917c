"""The steps of a series in HTML, walked as a browser without JavaScript walks them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from plugins.booking.storage.schema import bookings, outbox
from tests.booking.database import out_of_reach
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.page import Page
from tests.booking.tables import count
from tests.booking.web.test_series_api import AUTUMN

TIMES, DATES, DETAILS, CHECK, BOOK = (
    f"/appuntamenti/{step}" for step in ("orari", "date", "dettagli", "controlla", "")
)
TEN = "2027-10-12T08:00:00Z"
ADA = {"name": "Ada Rossi", "email": "ada@example.com"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", {"repeat": {"most": 8}}, horizon="90d")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as running:
        yield running


def dates_page(desk: Endpoint, count: str = "6") -> Page:
    times = Page(desk.http.get(TIMES, params={"meeting": "conoscitiva"}))
    first = Page(times.form(DATES).send(desk.http, start=TEN))
    return Page(first.form(DATES).send(desk.http, repeat__count=count))


def booked(desk: Endpoint, answer: httpx.Response) -> list[str]:
    token = answer.headers["location"].rstrip("/").rpartition("/")[2]
    return [one["start"][:16] for one in desk.http.get(f"/api/bookings/{token}").json()["series"]]


def confirm(desk: Endpoint, details: httpx.Response) -> httpx.Response:
    check = Page(Page(details).form(CHECK).send(desk.http, **ADA))
    return check.form(BOOK).send(desk.http)


def test_series_is_walked_to_its_page_with_one_date_dropped(desk: Endpoint) -> None:
    dates = dates_page(desk)
    assert "Passo 2 di 4: le tue date" in dates.title
    assert dates.form(DETAILS).choices["repeat.date.2027-10-26"][:2] == ["", "skip"]
    details = dates.form(DETAILS).send(desk.http, **{"repeat.date.2027-10-26": "skip"})
    assert "martedì 2 novembre" in Page(details).words
    assert "martedì 26 ottobre" not in Page(details).words
    done = confirm(desk, details)
    assert booked(desk, done) == [f"2027-{day}T10:00" for day in ("10-12", "10-19", "11-02", "11-09", "11-16")]
    words = Page(desk.http.get(done.headers["location"])).words
    assert all(f"martedì {day}" in words for day in ("12 ottobre", "2 novembre", "16 novembre"))
    assert count(desk.engine, outbox) == 2


def test_a_visitor_may_take_the_first_date_alone(desk: Endpoint) -> None:
    times = Page(desk.http.get(TIMES, params={"meeting": "conoscitiva"}))
    once = Page(times.form(DATES).send(desk.http, start=TEN)).form(DETAILS).send(desk.http)
    assert confirm(desk, once).status_code == 303
    assert count(desk.engine, bookings) == 1


def test_a_date_that_is_taken_says_why(desk: Endpoint) -> None:
    taken = {"start": "2027-11-02T10:00:00+01:00", "email": "ugo@example.com"}
    assert desk.http.post("/api/bookings", json=asked(**taken)).status_code == 201
    dates = dates_page(desk)
    field = "repeat.date.2027-11-02"
    assert "Questo orario è appena stato preso." in dates.words
    assert field not in dates.form(DETAILS).fields
    still = dates.form(DETAILS).send(desk.http)
    assert (still.status_code, "Errore: Passo 2 di 4" in Page(still).title) == (409, True)
    again = Page(still).form(DETAILS)
    other = again.choices[field][1]
    assert other == "2027-11-02T08:30:00Z"
    details = again.send(desk.http, **{field: other})
    assert details.status_code == 200
    done = confirm(desk, details)
    assert "2027-11-02T09:30" in booked(desk, done)


def test_what_was_typed_survives_a_date_lost_meanwhile(desk: Endpoint) -> None:
    check = Page(Page(dates_page(desk).form(DETAILS).send(desk.http)).form(CHECK).send(desk.http, **ADA))
    taken = {"start": "2027-10-19T10:00:00+02:00", "email": "ugo@example.com"}
    assert desk.http.post("/api/bookings", json=asked(**taken)).status_code == 201
    lost = check.form(BOOK).send(desk.http)
    assert lost.status_code == 409
    assert count(desk.engine, bookings) == 1
    details = Page(lost).form(DETAILS).send(desk.http, **{"repeat.date.2027-10-19": "skip"})
    assert Page(details).form(CHECK).fields["name"] == "Ada Rossi"
    assert len(booked(desk, confirm(desk, details))) == 5


def test_a_series_pressed_twice_is_booked_once(desk: Endpoint) -> None:
    check = Page(Page(dates_page(desk).form(DETAILS).send(desk.http)).form(CHECK).send(desk.http, **ADA))
    first, again = check.form(BOOK).send(desk.http), check.form(BOOK).send(desk.http)
    assert first.headers["location"] == again.headers["location"]
    assert count(desk.engine, bookings) == 6


def test_a_forged_number_of_dates_is_told_on_the_page(desk: Endpoint) -> None:
    wrong = dates_page(desk, "700")
    assert wrong.title.startswith("Errore: ")
    assert "Si può ripetere da 2 a 8 volte." in wrong.words


def test_another_first_time_forgets_choices_of_single_dates(desk: Endpoint) -> None:
    details = Page(dates_page(desk).form(DETAILS).send(desk.http, **{"repeat.date.2027-10-26": "skip"}))
    form = details.form(CHECK)
    times = Page(desk.http.post(TIMES, data=form.fields | {"name": "Ada"}))
    kept = times.form(DATES).fields
    assert (kept["repeat.count"], kept["name"]) == ("6", "Ada")
    assert not [name for name in kept if name.startswith("repeat.date.")]


def test_an_hour_that_the_clocks_skip_has_to_be_moved(tmp_path: Path) -> None:
    nights = {"monday": [], "sunday": ["01:00-04:00"]}
    content = write_content(tmp_path / "office", {"repeat": {}}, hours={"sunday": nights["sunday"]}, horizon="90d")
    # Rome's clocks go forward on 28 March 2027, from two to three.
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN.replace(month=3))) as desk:
        repeat = {"every": 1, "count": 3}
        body = asked(start="2027-03-21T02:00:00+01:00", repeat=repeat)
        refused = desk.http.post("/api/bookings", json=body)
        (gap,) = [one for one in refused.json()["dates"] if not one["free"]]
        assert (gap["date"], gap["start"]) == ("2027-03-28", None)
        assert gap["detail"] == "Quel giorno si cambia l’ora, e quest’ora non c’è."
        moved = repeat | {"moved": {"2027-03-28": gap["nearest"][0]["start"]}}
        made = desk.http.post("/api/bookings", json=body | {"repeat": moved})
        assert [one["start"] for one in made.json()["series"]][::2] == [
            "2027-03-21T02:00:00+01:00", "2027-04-04T02:00:00+02:00",
        ]  # fmt: skip


def test_a_silent_database_is_told_with_all_that_was_typed(desk: Endpoint) -> None:
    check = Page(Page(dates_page(desk).form(DETAILS).send(desk.http)).form(CHECK).send(desk.http, **ADA))
    with out_of_reach(desk.engine):
        silent = check.form(BOOK).send(desk.http)
    assert silent.status_code == 503
    assert Page(silent).form(BOOK).fields["repeat.count"] == "6"


def test_hostile_fields_of_a_series_are_answered_in_words(desk: Endpoint) -> None:
    odd = ("0", "-1", "1e3", "²", "6\0", "9" * 4000, "skip", "ieri", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z")
    names = ("count", "every", "until", "unit", "skip", "moved", "date.2027-10-19", "date.niente", "date.", "")
    about = {"meeting": "conoscitiva", "start": TEN, "repeat.count": "3"} | ADA
    for name in names:
        for value in odd:
            for step in (DATES, DETAILS, CHECK, BOOK):
                answer = desk.http.post(step, data=about | {f"repeat.{name}": value})
                assert answer.status_code in {200, 303, 409, 422}, (step, name, value)


@pytest.mark.parametrize("step", [DATES, DETAILS, CHECK, BOOK])
def test_a_series_no_longer_allowed_is_asked_for_anew(desk: Endpoint, step: str) -> None:
    single = {"meeting": "telefonata", "start": TEN, "phone": "333 1234567", **ADA}
    answer = desk.http.post(step, data={**single, "repeat.count": "6"})
    assert answer.status_code == 422
    again = Page(answer)
    assert "Questo appuntamento non si può ripetere" in again.words
    assert "Passo 2 di 4" in again.title
    # One date is chosen instead, and what was typed is still there.
    check = Page(Page(again.form(DETAILS).send(desk.http, start=TEN)).form(CHECK).send(desk.http))
    assert "Ada Rossi" in check.words
    assert check.form(BOOK).send(desk.http).status_code == 303
