"""Pages fade into one another where that is known to hold, and nowhere else."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.engines.conftest import Opened
from tests.browser.engines.engine import Settings
from tests.browser.engines.walker import Walker, link


def test_pages_fade_into_one_another_in_chromium(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.add_init_script("addEventListener('pagereveal', (one) => { window.fades = Boolean(one.viewTransition); })")
    page.goto(f"{site}/contatti/")
    page.get_by_role("link", name="Servizi", exact=True).first.click()
    page.wait_for_url("**/servizi/")
    page.wait_for_function("window.fades !== undefined")
    assert page.evaluate("window.fades") is True
    page.close()


def test_webkit_without_a_compositor_follows_links(opened: Opened, site: str) -> None:
    walker = Walker(opened("webkit", Settings(compositor=False)), site)
    walker.open("/contatti/")
    for words in ("Servizi", "Chi sono"):
        walker.follow(link(words))
        assert walker.text("main h1")
