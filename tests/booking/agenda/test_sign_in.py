"""Who gets into the agenda, and who does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.storage.schema import passes
from tests.booking.agenda.owner import book, link, links, mails, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.page import Page
from tests.booking.tables import count

PAGES = ["/agenda/passati/", "/agenda/messaggi/", "/agenda/bloccato/", "/agenda/nuovo/"]


def test_a_stranger_finds_one_button_and_no_field(desk: Endpoint) -> None:
    page = read(desk, "/agenda/")
    (form,) = page.forms
    assert (form.method, form.action, form.fields) == ("post", "/agenda/entra", {})
    assert "Mandami il collegamento" in page.words


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_without_a_session(desk: Endpoint, path: str) -> None:
    answer = desk.http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/agenda/")
    desk.http.cookies.set("agenda", "indovinato", path="/agenda/")
    assert desk.http.get(path).status_code == 303


def test_nothing_is_done_without_a_session(desk: Endpoint) -> None:
    booking = book(desk, meeting="telefonata", phone="333 1234567")
    answer = desk.http.post(f"/agenda/appuntamenti/{booking}/conferma", data={"key": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/agenda/")
    assert desk.store.booking(booking).status == "pending"  # type: ignore[union-attr]


def test_the_link_goes_to_the_owner_alone(desk: Endpoint) -> None:
    link(desk)
    (mail,) = mails(desk, to="bice@example.org")
    assert mail.startswith("Il collegamento per la tua agenda\n")
    assert "15 minuti" in mail


def test_looking_at_a_link_uses_nothing_up_and_entering_does(desk: Endpoint) -> None:
    way = link(desk)
    for _ in range(3):
        assert "Entra nell’agenda" in Page(desk.http.get(way)).words
    assert desk.http.post(way).headers["location"] == "/agenda/"
    assert "In programma" in read(desk, "/agenda/").words
    desk.http.cookies.clear()
    again = desk.http.post(way)
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)
    assert "non vale più" in Page(again).words
    assert desk.http.get(way).status_code == 410


def test_sign_in_link_used_concurrently_admits_only_one(desk: Endpoint) -> None:
    way = link(desk)

    def enter(_: int) -> int:
        with httpx.Client(base_url=desk.http.base_url, timeout=30) as browser:
            return browser.post(way).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(enter, range(8)))
    assert codes == [303] + [410] * 7


def test_a_link_is_good_for_fifteen_minutes(desk: Endpoint) -> None:
    way = link(desk)
    desk.clock.now += timedelta(minutes=15)
    assert desk.http.get(way).status_code == 410
    assert desk.http.post(way).status_code == 410


def test_a_session_lasts_thirty_days_or_until_she_leaves(desk: Endpoint) -> None:
    sign_in(desk)
    desk.clock.now += timedelta(days=30) - timedelta(seconds=1)
    page = read(desk, "/agenda/passati/")
    session = desk.http.cookies["agenda"]
    desk.clock.now += timedelta(seconds=1)
    assert desk.http.get("/agenda/passati/").status_code == 303
    desk.clock.now -= timedelta(days=1)
    assert page.form("/agenda/esci").send(desk.http).headers["location"] == "/agenda/"
    assert "agenda" not in desk.http.cookies
    desk.http.cookies.set("agenda", session, path="/agenda/")
    assert desk.http.get("/agenda/passati/").status_code == 303


def test_the_tables_keep_no_token_that_opens_anything(desk: Endpoint) -> None:
    sign_in(desk)
    way = link(desk)
    secret = [desk.http.cookies["agenda"], way.split("/")[-2]]
    with desk.engine.begin() as connection:
        kept = str(connection.execute(select(passes)).all())
    assert count(desk.engine, passes) == 2
    assert not [token for token in secret if token in kept]


def test_an_hour_has_five_links_whoever_asks(desk: Endpoint) -> None:
    def ask(_: int) -> int:
        with httpx.Client(base_url=desk.http.base_url, timeout=30) as stranger:
            return stranger.post("/agenda/entra").status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(ask, range(8)))
    assert codes == [303] * 5 + [429] * 3
    assert len(links(desk)) == 5
    desk.clock.now += timedelta(hours=1)
    assert ask(0) == 303


def test_sign_in_cookie_is_httponly_and_limited_to_the_agenda(desk: Endpoint) -> None:
    cookie = desk.http.post(link(desk)).headers["set-cookie"].lower()
    for part in ("path=/agenda/", "httponly", "samesite=lax", f"max-age={30 * 24 * 3600}"):
        assert part in cookie
    assert "secure" not in cookie


def test_on_https_the_cookie_never_leaves_it(content: Path, tmp_path: Path) -> None:
    public = {"BOOKING_SITE_URL": "https://studio.example", "BOOKING_SECRET_KEY": "x" * 32}
    with endpoint(content, f"sqlite:///{tmp_path}/b.db", None, **public) as desk:
        cookie = desk.http.post(link(desk)).headers["set-cookie"].lower()
    assert "; secure" in cookie


def test_no_page_is_kept_found_or_told_to_others(hers: Endpoint) -> None:
    way = urlsplit(link(hers)).path
    for path in ("/agenda/", *PAGES, way):
        headers = hers.http.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_form_without_the_key_of_its_session_does_nothing(hers: Endpoint) -> None:
    booking = book(hers, meeting="telefonata", phone="333 1234567")
    address = f"/agenda/appuntamenti/{booking}/conferma"
    key = read(hers, "/agenda/").form(address).fields["key"]
    other = read(hers, "/agenda/").form("/agenda/esci").fields["key"]
    assert key == other
    for wrong in ({"word": "x"}, {"key": ""}, {"key": key[:-1]}, {"key": "è" * 64}):
        answer = hers.http.post(address, data=wrong)
        assert answer.status_code == 403
        assert "Riapri l’agenda" in answer.text
    assert hers.store.booking(booking).status == "pending"  # type: ignore[union-attr]
    # The key of another session is none.
    hers.http.cookies.clear()
    sign_in(hers)
    assert hers.http.post(address, data={"key": key}).status_code == 403


def test_a_post_from_another_site_is_refused_whatever_it_carries(hers: Endpoint) -> None:
    fields = read(hers, "/agenda/bloccato/").form("/agenda/bloccato/").fields
    answer = hers.http.post("/agenda/bloccato/", data=fields, headers={"Origin": "https://male.test"})
    assert answer.status_code == 403
    assert hers.http.post("/agenda/entra", headers={"Origin": "https://male.test"}).status_code == 403
