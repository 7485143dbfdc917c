"""Every page in every engine: opened twice in one profile, and as visitors have set their browsers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from plugins.content.colours.contrast import contrast
from tests.browser.engines.booking_walk import ARTICLE, SERVICE, TIMES
from tests.browser.engines.conftest import ENGINES, Opened
from tests.browser.engines.engine import Settings
from tests.browser.engines.walker import Walker, css
from tests.browser.test_every_page import addresses
from tests.browser.visitors import FOCUS_IS_SEEN
from tests.soak import soak_count

# What a page looks like, and what of it works.
_LOOK = """{
  paper: getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).color,
  rules: [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
  fonts: [...document.fonts].filter((one) => one.status === "loaded").length,
  pictures: [...document.images].filter((one) => one.complete && one.naturalWidth).length,
  broken: [...document.images].filter((one) => one.complete && !one.naturalWidth).map((one) => one.src),
  lost: [...document.querySelectorAll("[name=idempotency_key]")].filter((one) => !one.value).length,
  height: Math.round(document.documentElement.scrollHeight / 20),
}"""
_SETTLED = "document.readyState === 'complete' && [...document.fonts].every((one) => one.status !== 'loading')"
PAGES = ["/", ARTICLE, f"/{SERVICE.address}", "/prenota/", "/contatti/", "/chi-sono/", "/cerca/", TIMES]
SETTINGS = {
    "dark": Settings(dark=True),
    "contrast": Settings(contrast=True),
    "forced colours": Settings(forced_colours=True),
    "reduced motion": Settings(reduced_motion=True),
    "large text": Settings(large_text=True),
    "large text, wide": Settings(large_text=True, width=1280, height=900),
}
# In text twice as large, half as much fits: what is shown is what a window half as wide shows.
USUAL = {"large text, wide": Settings(width=640, height=450)}
# WebKit has neither forced colours nor a size of text of the visitor's own: the whole page is enlarged there.
LACKING = {("webkit", name) for name in ("forced colours", "large text", "large text, wide")}
EVERY = [(engine, name) for engine in ENGINES for name in SETTINGS if (engine, name) not in LACKING]
FEW = [("firefox", "forced colours"), ("webkit", "dark")]
_QUERIES = {
    "dark": "(prefers-color-scheme: dark)",
    "contrast": "(prefers-contrast: more)",
    "forced colours": "(forced-colors: active)",
    "reduced motion": "(prefers-reduced-motion: reduce)",
}
_MOTIONS = """document.getAnimations().length + [...document.querySelectorAll('*')]
  .filter((one) => parseFloat(getComputedStyle(one).transitionDuration)).length"""
_COLOURS = """((paper, ink) => [paper, ink].map((one) => one.match(/[\\d.]+/g).slice(0, 3).map(Number)))(
  [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor)
    .find((one) => one !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)",
  getComputedStyle(document.body).color)"""
_STOPS = 12


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES if soak_count(0, 1) else ["firefox"])
def test_every_page_is_the_same_the_second_time(opened: Opened, site: str, output: Path, engine: str) -> None:
    walker = Walker(opened(engine, Settings()), site)
    chosen = [*addresses(output)[:: soak_count(12, 1)], "/contatti/"]
    first = {address: look(walker, address) for address in chosen}
    again = {address: look(walker, address) for address in chosen}
    assert again == first
    assert [address for address, seen in first.items() if seen["broken"] or seen["lost"]] == []
    walker.open("/prenota/")
    walker.open("/contatti/")
    walker.engine.reload()
    walker.fill(name="Zoë", email="zoe@esempio.test", message="Ciao")
    walker.follow(css("main form button"))
    walker.until("location.pathname === '/grazie/'")


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize(("engine", "name"), EVERY if soak_count(0, 1) else FEW)
def test_pages_lose_nothing_as_visitors_set_them(opened: Opened, site: str, engine: str, name: str) -> None:
    plain = USUAL.get(name, Settings())
    walker, usual = Walker(opened(engine, SETTINGS[name]), site), Walker(opened(engine, plain), site)
    for address in PAGES[: soak_count(3, len(PAGES))]:
        walker.open(address)
        usual.open(address)
        assert name not in _QUERIES or walker.engine.evaluate(f"matchMedia('{_QUERIES[name]}').matches")
        for one in (walker, usual):
            one.until(_SETTLED)
            one.until("!document.querySelector('.soonest-asked')")
        assert Counter(walker.text("body").split()) == Counter(usual.text("body").split())
        walker.fits()
        check_focus(walker)
        if name != "forced colours":  # which are the visitor's own
            check_colours(walker, dark=name == "dark")
        assert name != "reduced motion" or walker.engine.evaluate(_MOTIONS) == 0


def look(walker: Walker, address: str) -> dict[str, object]:
    """What there is to see of a page, once all of it is there."""
    walker.open(address)
    walker.until(_SETTLED)
    walker.until("[...document.querySelectorAll('[name=idempotency_key]')].every((one) => one.value)")
    walker.fits()
    seen: dict[str, object] = walker.engine.evaluate(_LOOK)
    return seen


def check_colours(walker: Walker, dark: bool) -> None:
    """The page is as dark as it was asked to be, and can be read."""
    paper, ink = walker.engine.evaluate(_COLOURS)
    assert contrast(*("#" + bytes(map(round, one)).hex() for one in (paper, ink))) >= 7
    assert (sum(paper) < sum(ink)) == dark


def check_focus(walker: Walker) -> None:
    """Whoever goes by keyboard sees where she is; the first link is seen by being there at all."""
    for _ in range(_STOPS):
        walker.engine.press("Tab")
        walker.until(f"document.activeElement.matches('.skip') || ({FOCUS_IS_SEEN})(document.activeElement)")
