"""The pages of the sample in English, checked as those in Italian are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lighthouse import CATEGORIES, audit
from tests.browser.published import published_site
from tests.browser.test_every_page import addresses, faults, faults_here, nu
from tests.building import OWN_CONTENT
from tests.soak import soak_count

pytestmark = [pytest.mark.sample_content, pytest.mark.soak]

ENDPOINT = [
    "/en/appuntamenti/orari?meeting=conoscitiva",
    "/en/appuntamenti/orari?meeting=non-esiste",
    "/en/appuntamenti/nessuno/",
]
EVERY = soak_count(9, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("english")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The public site in both languages with its endpoint."""
    with published_site(folder, OWN_CONTENT) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Page:
    return browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce").new_page()


def test_axe_finds_nothing_on_the_english_pages(page: Page, folder: Path) -> None:
    pages = [one for one in addresses(folder / "output") if one.startswith("/en/")]
    assert len(pages) > 30
    tried = [*pages[::EVERY], *ENDPOINT[: soak_count(1, 9)]]
    assert [fault for address in tried for fault in faults(page, address)] == []


def test_nu_finds_nothing_on_the_english_pages(site: str, folder: Path, tmp_path: Path) -> None:
    assert nu(folder / "output" / "en") == []
    for number, address in enumerate(ENDPOINT):
        (tmp_path / f"{number}.html").write_bytes(httpx.get(site + address).content)
    assert nu(tmp_path) == []


def test_axe_finds_nothing_on_the_english_booking_steps(page: Page, site: str) -> None:
    slots = httpx.get(f"{site}/api/slots", params={"meeting": "conoscitiva"}).json()["slots"]
    page.goto(f"/en/appuntamenti/dettagli?meeting=conoscitiva&start={slots[-1]['start'].replace('+', '%2B')}")
    found = faults_here(page)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    found += faults_here(page)
    page.get_by_label("First and last name").fill("Ada")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Step 4"))
    found += faults_here(page)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/en/appuntamenti/*/")
    assert found + faults_here(page) == []


@pytest.mark.some_cases(0)
def test_lighthouse_gives_full_marks_to_the_english_pages(site: str, folder: Path) -> None:
    pages = [one for one in addresses(folder / "output") if one.startswith("/en/") and not one.endswith("404.html")]
    told = {address: audit(site + address) for address in pages[:: soak_count(50, 3)]}
    assert {
        address: one.faults for address, one in told.items() if {one.scores[each] for each in CATEGORIES[1:]} != {100}
    } == {}
