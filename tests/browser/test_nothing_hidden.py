"""Whatever has the focus, or was chosen, can be seen: no bar lies over it, on any page and in any state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import states
from tests.browser.conftest import served
from tests.browser.lighthouse import page_types
from tests.soak import soak_count

# A phone, the smallest, a window of 1280 by 900 pixels at 400 %, a desktop.
SIZES: list[ViewportSize] = [
    {"width": 320, "height": 568},
    {"width": 360, "height": 640},
    {"width": 320, "height": 225},
    {"width": 768, "height": 600},
    {"width": 1280, "height": 900},
]
# What is put in front of the rest by its position, and would move with the window: a bar.
BARS = """
() => [...document.body.querySelectorAll("*")].filter((one) => {
  const { position, bottom } = getComputedStyle(one);
  return position === "fixed" || (position === "sticky" && bottom !== "auto");
}).map((one) => one.className || one.localName)
"""
ON_TOP = """
(one) => {
  const { x, y, height } = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(x + 8, y + height / 2));
}
"""
STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=alert]"
# Each stop is given the focus, which moves the window as the Tab key does, and its middle is looked at.
HIDDEN = """
(stops) => [...document.querySelectorAll(stops)].flatMap((one) => {
  if (!one.checkVisibility({ visibilityProperty: true }) || (one.tabIndex < 0 && one.role !== "alert")) return [];
  one.focus();
  if (document.activeElement !== one) return [];
  const place = one.type === "radio" ? one.parentElement : one;
  const { left, right, top, bottom } = place.getClientRects()[0];
  const middle = (least, most, size) => (Math.max(least, 0) + Math.min(most, size)) / 2;
  const seen = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
  return place.contains(seen) ? [] : [`${one.outerHTML.slice(0, 90)} below ${seen?.outerHTML.slice(0, 60)}`];
})
"""


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, for a state is that somebody else was quicker."""
    with served(output, tmp_path_factory.mktemp("hidden")) as address:
        yield address


def hidden(page: Page) -> list[str]:
    """What is hidden on a page as it is, at every size."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += [f"{page.url} at {size['width']}x{size['height']}: {one}" for one in page.evaluate(BARS)]
        found += [f"{page.url} at {size['width']}x{size['height']}: {one}" for one in page.evaluate(HIDDEN, STOPS)]
    return found


def opened(browser: Browser, site: str) -> Page:
    return browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce", locale="it-IT").new_page()


def of_types(site: str) -> Iterator[tuple[str, Callable[[Page], object]]]:
    for name, address in page_types(site).items():
        yield name, lambda page, address=address: page.goto(address)  # type: ignore[misc]


@pytest.mark.soak
def test_nothing_lies_over_what_has_the_focus(browser: Browser, site: str) -> None:
    # Those first that had a bar once, or have an alert that takes the focus.
    ways = dict([*states.of_visitors(site), *of_types(site)])
    first = ["prenota-orario-preso", "appuntamento-sposta", "booking, day and time", "booking", "prenota-errore"]
    found = []
    for name in [*first, *(one for one in ways if one not in first)][: soak_count(5, 100)]:
        page = opened(browser, site)
        ways[name](page)
        found += hidden(page)
        page.context.close()
    assert found == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size['width']}x{size['height']}")
def test_a_chosen_time_is_seen_and_the_button_after_it(browser: Browser, site: str, size: ViewportSize) -> None:
    page = opened(browser, site)
    page.set_viewport_size(size)
    dict(states.of_visitors(site))["appuntamento-sposta"](page)
    assert page.get_by_role("button", name="Sposta qui").count() == 0
    page.locator("main summary").last.click()
    start = 'input[name="start"]'
    for radio in (page.locator(f"main {start}").nth(2), page.locator(f"main details[open] {start}").last):
        radio.check()
        card = radio.locator("xpath=..")
        assert card.evaluate(ON_TOP)
        above, below = card.bounding_box(), page.get_by_role("button", name="Sposta qui").bounding_box()
        assert above
        assert below
        assert below["y"] >= above["y"] + above["height"]
    page.context.close()
