"""Every state that a visitor may come to see, checked as the pages are; and what the browser's memory keeps of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.booking.processes import serving
from tests.browser.conftest import CHROMIUM
from tests.browser.states import of_visitors
from tests.browser.test_every_page import faults_here
from tests.building import CONTENT
from tests.soak import soak_count


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, for a state may be that somebody else was quicker."""
    own = {"BOOKING_DEV": "1", "BOOKING_RATE_LIMIT": "off", "BOOKING_CONTENT": str(CONTENT)}
    database = tmp_path_factory.mktemp("states") / "booking.db"
    with serving(**own, BOOKING_DATABASE_URL=f"sqlite:///{database}", BOOKING_SITE_DIR=str(output)) as process:
        yield process.address


@pytest.mark.soak
def test_axe_finds_no_faults_in_any_state_a_visitor_sees(browser: Browser, site: str) -> None:
    found = []
    for _name, go in list(of_visitors(site))[: soak_count(4, 100)]:
        context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
        page = context.new_page()
        go(page)
        found += faults_here(page)
        context.close()
    assert found == []


def test_page_left_by_a_link_returns_from_back_forward_cache(browser: Browser, site: str) -> None:
    # Playwright turns that memory off unless told otherwise.
    chromium = browser.browser_type.launch(
        executable_path="/usr/bin/chromium", args=CHROMIUM, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = chromium.new_context(base_url=site).new_page()
    for address in ("/", "/blog/", "/servizi/macro/verifica-costi/", "/contatti/", "/prenota/", "/cerca/"):
        page.goto(address)
        page.evaluate("window.left = true")
        page.goto("/privacy/")
        page.go_back(wait_until="commit")
        expect(page).not_to_have_url(re.compile("/privacy/$"))
        assert page.evaluate("window.left"), f"{address} is loaded again"
    chromium.close()
