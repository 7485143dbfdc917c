"""An English visitor of an Italian site meets no word of Italian, and its owner none of English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.server import lifecycle_job_of, waiting_job_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.personal_data import export
from plugins.booking.storage.schema import bookings, messages
from tests.booking.agenda.owner import read, sign_in
from tests.booking.bilingual import calendar_words, english_in, italian_in, letters, seen_on, write_bilingual
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.page import Page

WHO = {"name": "Ada Quint", "email": "ada@example.com"}
START = "2027-01-12T09:00:00Z"
BOOK = {"meeting": "conoscitiva", "start": START, **WHO, "answers.quanto": "workshop", "service": "ricerca"}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_bilingual(tmp_path / "content")


@pytest.fixture
def desk(content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


class Visitor:
    """Asks as an English visitor does, and reads all that is answered."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(self, status: int, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        """Ask, and see that the answer has a status, no word of Italian, and no way out of the language."""
        answer = self._http.post(path, data=data) if data is not None else self._http.get(path)
        assert answer.status_code == status, (path, answer.text[-2000:])
        if "html" in answer.headers.get("content-type", ""):
            assert italian_in(seen_on(answer.text)) == set(), path
            page = Page(answer)
            own = [form.target for form in page.forms] + page.links
            assert [one for one in own if one.startswith(("/appuntamenti", "/messaggi", "/prenota"))] == []
        return answer

    def book(self, **changed: str) -> str:
        """Book, and return where the appointment's page is."""
        fields = {name: value for name, value in (BOOK | changed).items() if value}
        return self(303, "/en/appuntamenti/", fields).headers["location"]


@pytest.fixture
def visitor(desk: Endpoint) -> Visitor:
    return Visitor(desk.http)


def check_mails(desk: Endpoint, *kinds: str) -> None:
    """See that each mail is in its reader's language, and that those of some kinds are there."""
    written = letters(desk.engine)
    assert set(kinds) <= {one.kind for one in written}
    for one in written:
        assert (english_in if one.is_owners else italian_in)(one.text) == set(), one


def test_she_books_moves_and_cancels(desk: Endpoint, visitor: Visitor) -> None:
    times = "/en/appuntamenti/orari?meeting=conoscitiva"
    for path in (times, f"{times}&service=ricerca&timezone=America/New_York", f"{times}&from=2027-02-05"):
        visitor(200, path)
    visitor(200, "/en/appuntamenti/fuso?meeting=conoscitiva")
    visitor(200, f"/en/appuntamenti/dettagli?meeting=conoscitiva&start={START}")
    visitor(422, "/en/appuntamenti/controlla", {"meeting": "conoscitiva", "start": START, "email": "x"})
    assert "workshop" in visitor(200, "/en/appuntamenti/controlla", BOOK).text
    here = visitor.book()
    assert here.startswith("/en/appuntamenti/")
    visitor(409, "/en/appuntamenti/", BOOK | {"name": "Eva Quint"})
    visitor(404, "/en/appuntamenti/orari?meeting=nothing")
    for place in ("", "sposta", "annulla"):
        visitor(200, here + place)
    assert italian_in(calendar_words(visitor(200, f"{here}invito.ics").content)) == set()
    assert visitor(303, f"{here}sposta", {"start": "2027-01-12T10:00:00Z"}).headers["location"] == here
    visitor(200, here)
    assert visitor(303, f"{here}annulla", {"reason": "xyz"}).headers["location"] == here
    visitor(200, here)
    check_mails(desk, "booked-owner", "booked-visitor", "rescheduled-owner", "cancelled-owner", "cancelled-visitor")


def test_the_owner_is_told_her_language(desk: Endpoint, visitor: Visitor) -> None:
    visitor.book()
    visitor(303, "/en/messaggi/", WHO | {"message": "xyz"})
    owners = [one.text for one in letters(desk.engine) if one.is_owners]
    assert all("Lingua: inglese" in text for text in owners)
    assert any("Dimensione: bottega" in text for text in owners)
    sign_in(desk)
    with desk.engine.begin() as connection:
        booking_id = connection.execute(select(bookings.c.id)).scalar_one()
    for path in ("/agenda/", f"/agenda/appuntamenti/{booking_id}/", "/agenda/messaggi/"):
        answer = desk.http.get(path)
        assert english_in(seen_on(answer.text)) == set(), path
        assert path == "/agenda/" or "inglese" in answer.text
    assert "bottega" in read(desk, f"/agenda/appuntamenti/{booking_id}/").words


def test_she_writes_a_message(desk: Endpoint, visitor: Visitor) -> None:
    visitor(422, "/en/messaggi/", {"email": "x"})
    assert visitor(303, "/en/messaggi/", WHO | {"message": "xyz"}).headers["location"] == "/en/thank-you/"
    assert visitor(303, "/en/messaggi/").headers["location"] == "/en/contact/"
    check_mails(desk, "message-owner")
    with desk.engine.begin() as connection:
        assert connection.execute(select(messages.c.language)).scalar_one() == "en"


def test_the_owners_answer_is_in_her_language(desk: Endpoint, visitor: Visitor) -> None:
    here = visitor.book(meeting="telefonata", phone="333 123456", **{"answers.quanto": ""})
    visitor(200, here)
    key = sign_in(desk).forms[0].fields["key"]
    with desk.engine.begin() as connection:
        booking_id = connection.execute(select(bookings.c.id)).scalar_one()
    one = f"/agenda/appuntamenti/{booking_id}/"
    assert desk.http.post(f"{one}conferma", data={"key": key}).status_code == 303
    moved = {"key": key, "day": "2027-01-13", "time": "10:00"}
    assert desk.http.post(f"{one}sposta", data=moved).status_code == 303
    visitor(200, here)
    assert english_in(seen_on(desk.http.get(one).text)) == set()
    check_mails(desk, "approved-owner", "approved-visitor", "rescheduled-visitor")


def test_what_time_brings_is_in_her_language(desk: Endpoint, content: Path, visitor: Visitor) -> None:
    desk.clock.now -= timedelta(days=2)
    here = visitor.book()
    desk.clock.now += timedelta(days=2, hours=2)
    job = lifecycle_job_of(desk.settings, desk.engine, ContentReloader(content), desk.clock)
    job.make()
    desk.clock.now += timedelta(days=1, hours=4)
    job.make()
    job.make()
    check_mails(desk, "reminder-owner", "reminder-visitor", "follow-up-visitor")
    (told,) = [one.text for one in letters(desk.engine) if one.kind == "follow-up-visitor"]
    assert "Many thanks for your visit." in told
    words = next(line for line in told.split() if "/appuntamenti/parole/" in line)
    path = httpx.URL(words).path
    assert path.startswith("/en/")
    visitor(200, path)
    visitor(422, path, {"text": ""})
    assert visitor(303, path, {"text": "xyz", "name": "Ada Quint", "consent": "1"}).headers["location"] == path
    visitor(200, path)
    visitor(200, here)
    check_mails(desk, "testimonial-owner")


def test_she_waits_for_a_time_that_comes_free(desk: Endpoint, content: Path, visitor: Visitor) -> None:
    taken = [visitor.book(start=f"2027-01-12T{hour}:00Z", email=f"x{hour[:2]}{hour[3:]}@example.com")
             for hour in ("08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30")]  # fmt: skip
    asked = {"meeting": "conoscitiva", "from": "2027-01-12", "to": "2027-01-12", **WHO}
    visitor(200, "/en/appuntamenti/attesa?meeting=conoscitiva")
    visitor(422, "/en/appuntamenti/attesa", {"meeting": "conoscitiva"})
    sent = visitor(303, "/en/appuntamenti/attesa", asked).headers["location"]
    visitor(200, sent)
    place = _link(desk, "attesa")
    visitor(200, place)
    visitor(303, f"{place}conferma", {"x": ""})
    visitor(200, place)
    visitor(303, f"{taken[3]}annulla", {"reason": ""})
    assert waiting_job_of(desk.settings, desk.engine, ContentReloader(content), desk.clock).make() == 1
    visitor(200, place)
    visitor(409, f"{place}prendi", {"start": "2027-01-13T09:30:00Z"})
    here = visitor(303, f"{place}prendi", {"start": "2027-01-12T09:30:00Z"}).headers["location"]
    visitor(200, here)
    visitor(404, place)
    check_mails(desk, "booked-owner", "waiting-asked-visitor", "waiting-offer-visitor")


def _link(desk: Endpoint, part: str) -> str:
    words = " ".join(one.text for one in letters(desk.engine))
    address = next(one for one in words.split() if f"/appuntamenti/{part}/" in one)
    assert "/en/appuntamenti/" in address
    return httpx.URL(address).path


def test_a_series_of_a_group_is_booked_in_her_language(tmp_path: Path) -> None:
    content = write_bilingual(tmp_path / "content", {"repeat": {"weeks": [1], "most": 4}, "seats": 3})
    with endpoint(content, f"sqlite:///{tmp_path}/series.db") as desk:
        visitor = Visitor(desk.http)
        visitor(200, f"/en/appuntamenti/date?meeting=conoscitiva&start={START}&repeat.count=3&repeat.every=1")
        here = visitor.book(**{"repeat.count": "3", "repeat.every": "1"})
        visitor(200, here)
        visitor(409, f"{here}sposta", {"start": "2027-01-12T09:10:00Z", "scope": "all"})
        visitor(303, f"{here}sposta", {"start": "2027-01-12T10:00:00Z", "scope": "all"})
        visitor(200, f"{here}invito.ics")
        visitor(303, f"{here}annulla", {"scope": "all"})
        visitor(200, here)
        check_mails(desk, "booked-series-owner", "booked-series-visitor", "cancelled-series-visitor")


def test_she_changes_her_language_for_page_and_mails(desk: Endpoint, visitor: Visitor) -> None:
    here = visitor.book()
    asked = desk.http.post(f"{here}lingua", data={"language": "it"})
    own = str(httpx.URL(str(asked.url)).join(asked.headers["location"]).path)
    assert own == here.removeprefix("/en")
    assert english_in(seen_on(desk.http.get(own).text)) == set()
    desk.http.post(f"{own}annulla", data={"reason": ""})
    (told,) = [one.text for one in letters(desk.engine) if one.kind == "cancelled-visitor"]
    assert english_in(told) == set()
    back = desk.http.post(f"{own}lingua", data={"language": "en"})
    assert str(httpx.URL(str(back.url)).join(back.headers["location"]).path) == here
    assert desk.http.post(f"{own}lingua", data={"language": "de"}).headers["location"] == own
    with desk.engine.begin() as connection:
        assert connection.execute(select(bookings.c.language)).scalar_one() == "en"


def test_errors_of_any_kind_are_told_in_her_language(
    desk: Endpoint, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor(404, "/en/appuntamenti/xyz/")
    visitor(404, "/en/appuntamenti/xyz/xyz/xyz")
    visitor(400, "/en/messaggi/", {f"a{number}": "" for number in range(200)})

    def broken(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("plugins.booking.web.manage_pages.ManagePages.appointment", broken)
    visitor(500, "/en/appuntamenti/xyz/")


def test_the_api_speaks_what_it_is_asked_for(desk: Endpoint) -> None:
    asked = {"meeting": "conoscitiva", "start": START, **WHO, "answers": {"quanto": "workshop"}}
    for where, headers in (
        ("/en/api/slots", {}),
        ("/api/slots?language=en", {}),
        ("/api/slots", {"Accept-Language": "fr, en-GB;q=0.9, it;q=0.5"}),
    ):
        answer = desk.http.get(where, headers=headers)
        assert (answer.status_code, answer.headers["content-language"]) == (422, "en-GB")
        assert italian_in(str(answer.json()).replace("conoscitiva", "")) == set()
    # A page says its language by its address, whatever its reader prefers.
    from_a_page = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
    assert desk.http.get("/api/slots", headers=from_a_page).headers["content-language"] == "it"
    wrong = desk.http.post("/api/bookings", json=asked | {"language": "en", "email": "x"}).json()
    assert italian_in(str(wrong)) == set()
    made = desk.http.post("/api/bookings", json=asked | {"language": "en"})
    assert (made.status_code, made.json()["language"], made.headers["content-language"]) == (201, "en", "en-GB")
    assert "/en/appuntamenti/" in made.json()["manage_url"]
    token = made.json()["manage_url"].split("/")[-2]
    assert desk.http.get(f"/api/bookings/{token}").json()["language"] == "en"
    own = desk.http.post("/api/bookings", json=asked | {"start": "2027-01-12T10:00:00Z", "answers": {}})
    assert (own.json()["language"], own.headers["content-language"]) == ("it", "it")


def test_free_times_are_told_again_in_the_language_that_asks(desk: Endpoint) -> None:
    path = "/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12"
    said = [desk.http.get(prefix + path).json()["slots"][0]["day"] for prefix in ("", "/en", "", "/en")]
    assert said == ["martedì 12 gennaio", "Tuesday 12 January"] * 2


def test_links_of_a_gone_language_lead_on(desk: Endpoint, visitor: Visitor) -> None:
    here = visitor.book()
    for code in ("de", "it"):
        answer = desk.http.get(here.replace("/en/", f"/{code}/"))
        assert (answer.status_code, answer.headers["location"]) == (307, here.removeprefix("/en"))


def test_mails_of_a_gone_language_are_in_the_sites(
    desk: Endpoint, content: Path, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = visitor.book().removeprefix("/en")
    for file in content.rglob("*.en.md"):
        file.unlink()
    monkeypatch.setattr("plugins.booking.service.content_reload._LOOK_EVERY_SECONDS", 0)
    assert desk.http.post(f"{here}annulla", data={"reason": ""}).status_code == 303
    (told,) = [one.text for one in letters(desk.engine) if one.kind == "cancelled-visitor"]
    assert english_in(told) == set()


def test_her_language_is_told_and_erased_with_her(desk: Endpoint, visitor: Visitor) -> None:
    visitor.book()
    visitor(303, "/en/messaggi/", WHO | {"message": "xyz"})
    asked: dict[str, Any] = {"meeting": "conoscitiva", "from": "2027-01-20", "to": "2027-01-20", **WHO}
    visitor(303, "/en/appuntamenti/attesa", asked)
    told = export(desk.engine, WHO["email"])
    assert [told[kind][0]["language"] for kind in ("bookings", "messages", "waiting")] == ["en"] * 3


def test_the_own_language_is_not_told(desk: Endpoint) -> None:
    desk.http.post("/appuntamenti/", data=BOOK | {"answers.quanto": "bottega"})
    with desk.engine.begin() as connection:
        assert connection.execute(select(bookings.c.language)).scalar_one() is None
    assert all("Lingua" not in one.text and english_in(one.text) == set() for one in letters(desk.engine))
