"""The agenda on the owner's phone: one row below the thumb, nothing hidden by it, an app, entered by a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.booking.processes import eventually, serving_forked
from tests.browser.conftest import CHROMIUM
from tests.browser.published import handing_out, published_site
from tests.browser.states import of_the_owner
from tests.browser.test_agenda import codes
from tests.building import CONTENT, build

PHONES = [(320, 568), (320, 640), (360, 740), (390, 844)]
# Whatever a finger is to hit, links within a text aside (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, nav a, nav button, nav summary')]
  .filter(one => one.checkVisibility() && !one.closest('p:not(.action, .agenda-back), dd, .visually-hidden'))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
  .map(([one, box]) => `${one.textContent.trim()} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
# Each thing that takes the focus is brought into view by it, and not below a bar.
HIDDEN = """() => [...document.querySelectorAll('main a, main button, main summary, main input, main textarea')]
  .filter(one => one.checkVisibility() && !one.closest('.visually-hidden') && one.type !== 'hidden')
  .filter(one => {
    one.focus()
    one.scrollIntoView({block: 'nearest'})
    const box = (one.labels?.[0] ?? one).getBoundingClientRect()
    const there = document.elementFromPoint(box.left + box.width / 2, box.bottom - 4)
    return there?.closest('.agenda-tabs, .agenda-bar') && !one.closest('.agenda-tabs, .agenda-bar')
  }).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 740}, locale="it-IT", reduced_motion="reduce"
    )
    yield made
    made.close()


def test_phone_shows_one_row_of_menu_that_hides_nothing(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    faults: list[Any] = []
    for name, go in of_the_owner(site):
        go(page)
        for width, height in PHONES:
            page.set_viewport_size({"width": width, "height": height})
            where = f"{name} at {width}×{height}"
            tops = page.locator(".agenda-tabs > ul > li").evaluate_all(
                "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
            )
            faults += [(where, "rows", tops)] if len(set(tops)) > 1 else []
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            faults += [(where, "wider", wide)] if wide > 0 else []
            faults += [(where, "small", one) for one in page.evaluate(SMALL)]
            faults += [(where, "hidden", one) for one in page.evaluate(HIDDEN)]
    assert faults == []


def test_actions_of_a_booking_lie_at_the_bottom_apart(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    ways = dict(of_the_owner(site))
    for name in ("agenda-fuori", "agenda", "agenda-appuntamento"):
        ways[name](page)
    bar = page.locator(".agenda-bar")
    box = bar.bounding_box()
    assert box
    assert round(box["y"] + box["height"]) == 740
    names = [one.partition(" ")[0] for one in bar.locator(".button").all_text_contents()]
    assert (names[0], names[-1], len(names) >= 3) == ("Sposta", "Annulla…", True)
    bar.get_by_role("link", name="Annulla…").click()
    expect(page.get_by_role("button", name="Annulla l’appuntamento")).to_be_in_viewport()


def test_list_lines_stand_in_the_same_columns(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    ways = dict(of_the_owner(site))
    for name in ("agenda-fuori", "agenda"):
        ways[name](page)
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for part in ("agenda-hours", "agenda-who", "agenda-what"):
            lefts = page.locator(f".agenda-day .{part}").evaluate_all(
                "all => all.map(one => Math.round(one.getBoundingClientRect().left))"
            )
            assert len(set(lefts)) == 1, (width, part, lefts)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_installed_app_is_entered_by_the_mailed_code(browser: Browser, site: str, scripts: bool) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=scripts, viewport={"width": 360, "height": 640})
    page = context.new_page()
    before = len(codes(site))
    page.goto("/agenda/")
    page.get_by_role("button", name="Mandami il collegamento").click()
    eventually(lambda: len(codes(site)) > before)
    code = codes(site)[0]
    # The app was closed meanwhile, and begins at its first page.
    page.goto("/agenda/")
    field = page.get_by_label("Il codice che è nella mail")
    assert field.get_attribute("autocomplete") == "one-time-code"
    field.fill("1234")
    page.get_by_role("button", name="Entra con il codice").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    field.fill(code)
    page.get_by_role("button", name="Entra con il codice").click()
    expect(page.locator("h1")).to_have_text("La tua agenda")
    context.close()


@contextmanager
def installable(browser: Browser, profile: Path) -> Iterator[Callable[[str], tuple[list[Any], str]]]:
    """What tells of an address what keeps Chromium from installing it, and the manifest that it has read.

    With a profile that is kept: in a private window nothing can be installed.
    """
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path="/usr/bin/chromium", args=CHROMIUM
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Page.enable")

    def told(address: str) -> tuple[list[Any], str]:
        page.goto(address)
        read = session.send("Page.getAppManifest")
        assert read["errors"] == []
        return session.send("Page.getInstallabilityErrors")["installabilityErrors"], str(read["url"])

    yield told
    context.close()


def test_chromium_finds_nothing_against_installing_the_agenda(browser: Browser, site: str, tmp_path: Path) -> None:
    with installable(browser, tmp_path) as told:
        assert told(f"{site}/agenda/") == ([], f"{site}/agenda/manifest.webmanifest")
        # The site's own stays what it was: a page in the browser.
        assert told(f"{site}/")[1] == f"{site}/manifest.webmanifest"


@pytest.mark.some_cases(0)
def test_agenda_installs_below_a_path_and_beside_a_site_elsewhere(browser: Browser, tmp_path: Path) -> None:
    with (
        published_site(tmp_path / "below", below="/sito/nuovo") as site,
        installable(browser, tmp_path / "one") as told,
    ):
        assert told(f"{site}/agenda/") == ([], f"{site}/agenda/manifest.webmanifest")
    with handing_out(tmp_path / "output") as pages, installable(browser, tmp_path / "two") as told:
        build(CONTENT, tmp_path / "output", "publishconf.py", "-e", f'SITEURL="{pages}"').check_returncode()
        own = {"BOOKING_CONTENT": str(CONTENT), "BOOKING_PAGES_URL": pages}
        with serving_forked(**own, BOOKING_DATABASE_URL=f"sqlite:///{tmp_path}/b.db") as endpoint:
            at = endpoint.address
            assert told(f"{at}/agenda/") == ([], f"{at}/agenda/manifest.webmanifest")
