"""No page asks for what its own policy forbids, and what runs in a browser runs under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.processes import free_starts
from tests.browser.test_wire import pages

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (one) =>
  window.violations.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sourceFile}:${one.lineNumber}`));
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(WATCH)
    yield opened
    context.close()


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations")
    return found


def test_no_page_of_the_site_breaks_its_policy(page: Page, site: str, output: Path) -> None:
    broken = {}
    addresses = pages(output)
    assert len(addresses) > 45
    for address in addresses:
        answer = page.goto(f"{site}/{address}")
        assert answer
        assert "style-src 'sha256-" in answer.headers["content-security-policy"]
        assert page.locator('meta[http-equiv="Content-Security-Policy"]').count() == 1
        broken[address] = violations(page)
    assert {address: found for address, found in broken.items() if found} == {}


def test_no_page_of_the_endpoint_breaks_its_policy(page: Page, site: str) -> None:
    start = free_starts(site)[0]
    broken = []
    for address in [
        "/appuntamenti/orari?meeting=conoscitiva",
        f"/appuntamenti/dettagli?meeting=conoscitiva&start={start.replace('+', '%2B')}",
        "/appuntamenti/niente/",
        "/agenda/",
        "/posta/",
    ]:
        page.goto(site + address)
        broken += violations(page)
    assert broken == []


def test_styles_speculation_rules_and_search_work_under_the_csp(page: Page, site: str) -> None:
    page.goto(f"{site}/cerca/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert page.evaluate("HTMLScriptElement.supports('speculationrules')")
    page.get_by_role("searchbox").fill("preventivi")
    page.locator("[data-found] li").first.wait_for()
    assert violations(page) == []


def test_injected_script_or_style_is_blocked_by_the_csp(page: Page, site: str) -> None:
    page.goto(f"{site}/contatti/")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.slipped = true";
          const style = document.createElement("style");
          style.textContent = "body{display:none}";
          document.body.append(script, style);
        }"""
    )
    assert page.evaluate("window.slipped") is None
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    assert {found.split()[0] for found in violations(page)} == {"script-src-elem", "style-src-elem"}


def test_the_pages_of_a_booking_keep_to_their_policy(page: Page, site: str) -> None:
    page.goto(f"{site}/appuntamenti/orari?meeting=conoscitiva")
    page.locator("button[name=start]").first.click()
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Errore"))
    assert violations(page) == []
    page.get_by_label("Nome e cognome").fill("Zoë 李 D’Angelo")
    page.get_by_label("Email").fill("zoe@example.com")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Passo 4"))
    assert violations(page) == []
    page.get_by_role("button", name="Conferma").click()
    page.wait_for_url("**/appuntamenti/*/")
    assert violations(page) == []
