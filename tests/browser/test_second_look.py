"""Every page, seen again in the same browser: what it has kept of a page must not break it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.booking.processes import eventually
from tests.browser.test_every_page import addresses
from tests.browser.test_policy import WATCH, violations
from tests.publishing.developing import copied, developing
from tests.publishing.writing.test_devserver import seen
from tests.soak import soak_count

# What a page looks like and has loaded, and how little of it came over the wire.
_LOOK = """async () => {
  await document.fonts.ready;
  const [travelled] = performance.getEntriesByType("navigation");
  return {
    kept: travelled.transferSize < travelled.encodedBodySize,
    look: {
      paper: getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).color,
      sheets: document.styleSheets.length,
      rules: [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
      fonts: [...document.fonts].filter((one) => one.status === "loaded").length,
      scripts: performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname)
        .filter((name) => name.endsWith(".js")).sort(),
      pictures: [...document.images].filter((one) => one.complete && one.naturalWidth).length,
    },
  };
}"""


@pytest.fixture(scope="module", params=["serve", "devserver"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as each of the two ways to serve it while writing does."""
    if request.param == "serve":
        yield request.getfixturevalue("site")
        return
    with developing(copied(tmp_path_factory.mktemp("writing"))) as address:
        eventually(lambda: seen(f"{address}/", "<h1"))
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(WATCH)
    yield opened
    context.close()


def follow(page: Page, address: str) -> None:
    """Go to an address of the site as by a link."""
    with page.expect_navigation():
        page.evaluate(
            """(address) => {
              const link = document.createElement("a");
              link.href = address;
              document.body.append(link);
              link.click();
            }""",
            address,
        )


def look(page: Page) -> dict[str, Any]:
    """What there is to see, once all of it is there."""
    page.wait_for_load_state("load")
    told: dict[str, Any] = page.evaluate(_LOOK)
    return told


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_every_page_looks_the_same_when_it_is_seen_again(
    page: Page, place: str, output: Path, request: pytest.FixtureRequest
) -> None:
    broken: dict[str, object] = {}
    # The server to write with hands out the same files in the same way: a part of them at first.
    every = soak_count(5, 1) if "[devserver]" in request.node.name else 1
    chosen = addresses(output)[::every]
    seen_first = {}
    for address in chosen:
        page.goto(place + address)
        seen_first[address] = look(page), violations(page)
    for address in chosen:
        # By a link of another page, the one before.
        follow(page, address)
        first, wrong = seen_first[address]
        by_link, wrong = look(page), wrong + violations(page)
        page.goto(place + address)
        typed, wrong = look(page), wrong + violations(page)
        page.reload()
        reloaded, wrong = look(page), wrong + violations(page)
        assert by_link["kept"], f"{address} was sent whole: nothing is shown by this"
        if wrong or any(later["look"] != first["look"] for later in (by_link, typed, reloaded)):
            broken[address] = wrong, first, by_link, typed, reloaded
        assert first["look"]["sheets"]
        assert first["look"]["fonts"] or address == "/admin/"
    assert broken == {}


@pytest.mark.some_cases(1)
def test_a_form_seen_again_can_be_sent(page: Page, place: str) -> None:
    for _ in range(2):
        page.goto(f"{place}/prenota/")
        follow(page, "/contatti/")
        follow(page, "/")
    follow(page, "/prenota/")
    page.get_by_role("button", name="Tutti gli orari liberi").click()
    page.wait_for_url("**/appuntamenti/orari?**")
    page.goto(f"{place}/contatti/")
    page.get_by_label("Il tuo nome").fill("Zoë 李 D’Angelo")
    page.get_by_label("La tua email").fill("zoe@example.com")
    page.get_by_label("Il messaggio").fill("Ciao")
    page.locator("form[action$='/messaggi/'] button").click()
    page.wait_for_url("**/grazie/")


def test_the_search_seen_again_finds(page: Page, site: str) -> None:
    # While writing there is no index: it takes longer than all the rest.
    page.goto(f"{site}/cerca/")
    for _ in range(2):
        follow(page, "/")
        follow(page, "/cerca/")
    page.get_by_role("searchbox").fill("preventivi")
    page.locator("[data-found] li").first.wait_for()
    assert violations(page) == []
