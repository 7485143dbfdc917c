"""A series of six over the October change with one date dropped, in a real browser with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.web.test_series_api import AUTUMN
from tests.browser.test_every_page import faults_here, nu

TEN = "2027-10-12T08:00:00Z"
MOST_TAPS = 9


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    talk = {"repeat": {"weeks": [1, 2], "most": 12}}
    content = write_content(tmp_path / "office", talk, horizon="90d", notice="2d")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as running:
        yield running


@pytest.fixture(
    params=[(True, 360), (True, 1280), (False, 360), (False, 1280)], ids=lambda one: f"js={one[0]}-{one[1]}px"
)
def page(request: pytest.FixtureRequest, browser: Browser, desk: Endpoint) -> Iterator[Page]:
    javascript, width = request.param
    context = browser.new_context(
        base_url=str(desk.http.base_url),
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        timezone_id="Europe/Rome",
        locale="it-IT",
    )
    yield context.new_page()
    context.close()


def sideways(page: Page) -> int:
    """How far a page can be scrolled to the side."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.some_cases(1)
def test_a_visitor_books_a_series_without_one_date(page: Page, desk: Endpoint) -> None:
    # Two taps lead here from the home page: to Prenota, and to the kind of meeting.
    taps = 2
    page.goto("/appuntamenti/orari?meeting=conoscitiva")
    page.locator("summary", has_text="martedì 12 ottobre").click()
    page.locator(f'button[name="start"][value="{TEN}"]').last.click()
    taps += 2
    expect(page.locator("h1")).to_have_text("Una volta o più volte?")
    page.get_by_role("button", name="Vedi le date").click()
    taps += 1
    expect(page.locator("h1")).to_have_text("Le tue date")
    assert page.locator(".series-dates > li").count() == 6
    assert sideways(page) == 0
    page.locator("#campo-repeat-date-2027-10-26-salta").check()
    page.get_by_role("button", name="Continua").click()
    taps += 2
    expect(page.locator(".so-far")).not_to_contain_text("26 ottobre")
    page.get_by_label("Nome e cognome").fill("Ada Rossi")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("button", name="Continua").click()
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    taps += 2
    assert taps <= MOST_TAPS
    expect(page.locator("h1")).to_contain_text("è confermato")
    assert sideways(page) == 0
    listed = [one.strip() for one in page.locator(".series-list > li").all_inner_texts()]
    assert [one.partition(", ")[0] for one in listed] == [
        "martedì 12 ottobre", "martedì 19 ottobre", "martedì 2 novembre", "martedì 9 novembre", "martedì 16 novembre",
    ]  # fmt: skip
    assert all(", 10:00" in one for one in listed)
    # From the page of the fourth, that one and the last are called off.
    page.locator(".series-list a", has_text="9 novembre").click()
    page.get_by_role("link", name="Annulla l’appuntamento").click()
    page.locator("#quali-following").check()
    page.get_by_role("button", name="Annulla l’appuntamento").click()
    expect(page.locator("h1")).to_contain_text("è annullato")
    left = httpx.get(f"{desk.http.base_url}/api/slots?meeting=conoscitiva&from=2027-10-12&to=2027-11-16").json()
    free = {one["start"] for one in left["slots"]}
    assert "2027-11-09T10:00:00+01:00" in free
    assert "2027-11-02T10:00:00+01:00" not in free


@pytest.mark.some_cases(0)
def test_axe_and_nu_find_no_faults_in_series_pages(browser: Browser, desk: Endpoint, tmp_path: Path) -> None:
    taken = asked(start="2027-10-26T10:00:00+02:00", email="ugo@example.com")
    assert desk.http.post("/api/bookings", json=taken).status_code == 201
    made = desk.http.post("/api/bookings", json=asked(start="2027-10-13T11:00:00+02:00", repeat={"count": 4})).json()
    own = made["manage_url"]
    about = f"meeting=conoscitiva&start={TEN}"
    states = {
        "date-quante": f"/appuntamenti/date?{about}",
        "date": f"/appuntamenti/date?{about}&repeat.count=12",
        "date-rifiutate": f"/appuntamenti/dettagli?{about}&repeat.count=6&repeat.date.2027-10-19=skip",
        "date-errore": f"/appuntamenti/date?{about}&repeat.count=99",
        "dettagli": f"/appuntamenti/dettagli?{about}&repeat.count=6&repeat.date.2027-10-26=skip",
        "serie": own,
        "serie-sposta": f"{own}sposta",
        "serie-annulla": f"{own}annulla",
    }
    folder = tmp_path / "pages"
    folder.mkdir()
    context = browser.new_context(
        base_url=str(desk.http.base_url),
        viewport={"width": 360, "height": 800},
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    found: dict[str, object] = {}
    for name, address in states.items():
        answer = page.goto(address)
        assert answer
        (folder / f"{name}.html").write_bytes(answer.body())
        if faults := [*faults_here(page)]:
            found[name] = faults
        if sideways(page):
            found[f"{name} sideways"] = sideways(page)
    context.close()
    assert found == {}
    assert nu(folder) == []
