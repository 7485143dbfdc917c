"""Every state that a visitor may come to see, checked as the pages are; and what the browser's memory keeps of one."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.booking.processes import serving_forked
from tests.browser.conftest import CHROMIUM
from tests.browser.states import of_the_owner, of_visitors
from tests.browser.test_every_page import RUN_COLOURS, faults_here, nu
from tests.building import CONTENT
from tests.soak import soak_count

_SCRIPT = re.compile(r'<script(?: type="([^"]+)")?(?: data-[^>]*)?>(.*?)</script>', re.DOTALL)
_RUN = ("", "module", "speculationrules")


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, for a state may be that somebody else was quicker."""
    own = {"BOOKING_DEV": "1", "BOOKING_RATE_LIMIT": "off", "BOOKING_CONTENT": str(CONTENT)}
    database = tmp_path_factory.mktemp("states") / "booking.db"
    with serving_forked(**own, BOOKING_DATABASE_URL=f"sqlite:///{database}", BOOKING_SITE_DIR=str(output)) as process:
        yield process.address


def checked(page: Page, go: Callable[[Page], None], folder: Path) -> list[object]:
    """What axe finds in a state, as every visitor has set her browser; its page is kept for the HTML checker."""
    sent: list[Response] = []
    page.on("response", lambda one: sent.append(one) if is_page(one) else None)
    go(page)
    (folder / f"{len(list(folder.iterdir()))}.html").write_bytes(sent[-1].body())
    found: list[object] = [*faults_here(page)]
    found += [(f"{page.url} policy", one) for one in scripts_against_the_policy(sent[-1])]
    page.emulate_media(color_scheme="light", contrast="more")
    found += [(f"{page.url} contrast", fault) for fault in page.evaluate(RUN_COLOURS)]
    page.emulate_media(contrast="no-preference", forced_colors="active")
    found += [(f"{page.url} forced colours", fault) for fault in page.evaluate(RUN_COLOURS)]
    page.emulate_media(forced_colors="none")
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    width = page.evaluate("document.documentElement.scrollWidth")
    found += [(f"{page.url} large text", f"scrolls sideways: {width} px")] if width > 320 else []
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    session.detach()
    return found


def scripts_against_the_policy(response: Response) -> list[str]:
    """The scripts of a page that its own policy keeps from running, which these contexts go round."""
    policy = response.headers["content-security-policy"]
    return [
        script[:80]
        for kind, script in _SCRIPT.findall(response.text())
        if kind in _RUN and b64encode(sha256(script.encode()).digest()).decode() not in policy
    ]


def is_page(response: Response) -> bool:
    """Whether an answer is a page that is shown, and none that leads to another."""
    return response.request.is_navigation_request() and response.status not in range(300, 400)


def asks_too_often(page: Page) -> None:
    """Have an agenda send its link until it sends no more."""
    page.goto("/agenda/")
    while "abbastanza" not in page.locator("h1").inner_text():
        page.locator("main form button").last.click()
        page.wait_for_load_state()


@pytest.mark.soak
def test_axe_and_nu_find_no_faults_in_visitors_states(browser: Browser, site: str, tmp_path: Path) -> None:
    found = []
    for _name, go in list(of_visitors(site))[: soak_count(4, 100)]:
        context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
        found += checked(context.new_page(), go, tmp_path)
        context.close()
    assert found == []
    assert nu(tmp_path) == []


@pytest.mark.soak
def test_axe_and_nu_find_no_faults_in_agenda_states(browser: Browser, site: str, tmp_path: Path) -> None:
    context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    found = []
    for name, go in list(of_the_owner(site))[: soak_count(4, 100)]:
        found += checked(page, go, tmp_path)
        if name == "agenda":
            page.locator(".agenda-tabs summary").click()
            found += faults_here(page)
    context.clear_cookies()
    found += checked(page, asks_too_often, tmp_path)
    context.close()
    assert found == []
    assert nu(tmp_path) == []


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
