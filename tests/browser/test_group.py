"""A group of three from three browsers; the fourth is told, keeps what she typed, and comes when one has gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.booking.office import TALK, write_content
from tests.booking.processes import free_starts, serving_forked
from tests.browser.states import of_a_group
from tests.browser.test_agenda import OWNER
from tests.browser.test_every_page import faults, faults_here, nu

COURSE = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "seats": 3, "questions": []}
NAMES = ("Adelaide", "Beatrice", "Cleofe", "Dorotea")
TIMES = "/appuntamenti/orari?meeting=corso"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_content(
        tmp_path_factory.mktemp("corso") / "content", meetings=[COURSE, TALK, TALK | {"slug": "telefonata"}]
    )


@pytest.fixture
def address(office: Path, tmp_path: Path) -> Iterator[str]:
    variables = {"BOOKING_CONTENT": str(office), "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db"}
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_RATE_LIMIT="off",
        BOOKING_SITE_DIR=str(tmp_path),
        BOOKING_OWNER_EMAIL=OWNER,
        **variables,
    ) as process:
        yield process.address


@pytest.fixture(
    params=[(True, 360), (True, 1280), (False, 360), (False, 1280)], ids=lambda one: f"js={one[0]}-{one[1]}px"
)
def browsers(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[list[Page]]:
    """A browser of her own for each."""
    javascript, width = request.param
    contexts: list[BrowserContext] = [
        browser.new_context(
            base_url=address,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            timezone_id="Europe/Rome",
            locale="it-IT",
        )
        for _ in NAMES
    ]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


@pytest.mark.some_cases(1)
def test_three_browsers_share_a_time_and_the_fourth_waits(browsers: list[Page]) -> None:
    for page, name in zip(browsers, NAMES, strict=True):
        page.goto(TIMES)
        first = page.locator('main button[name="start"]').first
        expect(first).to_contain_text("3 posti")
        first.click()
        expect(page.locator("main")).to_contain_text("in gruppo, fino a 3")
        page.get_by_label("Nome e cognome").fill(name)
        page.get_by_label("Email").fill(f"{name.lower()}@esempio.test")
        page.get_by_role("button", name="Continua").click()
    *three, late = browsers
    for page in three:
        page.get_by_role("button", name="Conferma l’appuntamento").click()
        expect(page).to_have_url(re.compile(r"/appuntamenti/[\w.~-]+/$"))
        others = [name for name in NAMES if f"{name.lower()}@" not in page.content()]
        assert len(others) == 3
        assert not [name for name in others if name in page.content()]

    late.get_by_role("button", name="Conferma l’appuntamento").click()
    expect(late.locator("main")).to_contain_text("Quell’orario non è più libero")
    expect(late.locator("main")).to_contain_text("Quello che hai scritto è rimasto")

    ada = three[0]
    ada.get_by_role("link", name="Annulla l’appuntamento").click()
    ada.get_by_role("button", name=re.compile("^Annulla")).click()
    expect(ada.locator("h1")).to_contain_text("nnullato")

    late.goto(TIMES)
    first = late.locator('main button[name="start"]').first
    expect(first).to_contain_text("1 posto")
    first.click()
    late.get_by_label("Nome e cognome").fill("Dorotea")
    late.get_by_label("Email").fill("dorotea@esempio.test")
    late.get_by_role("button", name="Continua").click()
    late.get_by_role("button", name="Conferma l’appuntamento").click()
    expect(late).to_have_url(re.compile(r"/appuntamenti/[\w.~-]+/$"))


def test_axe_finds_no_faults_in_times_with_seats(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, bypass_csp=True, reduced_motion="reduce")
    assert faults(context.new_page(), TIMES) == []
    context.close()


@pytest.mark.some_cases(0)
def test_axe_and_nu_find_no_faults_in_the_owners_states(browser: Browser, address: str, tmp_path: Path) -> None:
    start = free_starts(address, "corso")[0]
    for name in NAMES[:3]:
        fields = {"meeting": "corso", "start": start, "name": name, "email": f"{name.lower()}@esempio.test"}
        assert httpx.post(f"{address}/api/bookings", json=fields).status_code == 201
    context = browser.new_context(base_url=address, bypass_csp=True, reduced_motion="reduce")
    page, found, folder = context.new_page(), list[object](), tmp_path / "pages"
    folder.mkdir()
    for name, go in of_a_group(address):
        go(page)
        (folder / f"{name}.html").write_text(
            page.content() if "errore" in name else context.request.get(page.url).text()
        )
        found.extend(faults_here(page))
    context.close()
    assert len(list(folder.iterdir())) == 4
    assert found == []
    assert nu(folder) == []
