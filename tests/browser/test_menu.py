"""The menu: one row on a phone, whatever is in it, with the button to book in every page's view."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.booking.office import write_content, write_front_matter
from tests.building import build

ITEMS = ("Servizi", "Come lavoro", "Chi sono", "Giornale di bordo", "Contatti", "Dove mi trovi", "Rassegna stampa")
TOPS = "(all) => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().top)))]"
# Chromium moves no row for a stop whose first letters are seen in it.
SEEN = """
(one) => {
  const { left, right, y, height } = one.getBoundingClientRect();
  const seen = (x) => one.contains(document.elementFromPoint(x, y + height / 2));
  return seen(Math.max(left, 0) + 4) || seen(Math.min(right, innerWidth) - 4);
}
"""


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with seven entries in its menu."""
    folder = tmp_path_factory.mktemp("menu")
    content = write_content(folder / "content")
    for number, title in enumerate(ITEMS):
        write_front_matter(content / "pages" / f"voce-{number}.md", {"title": title, "menu": number + 1})
    done = build(content, folder / "output", "pelicanconf.py", "-e", 'SITEURL=""', f'CACHE_PATH="{folder}/cache"')
    assert done.returncode == 0, done.stderr
    return folder / "output"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("width", [320, 360, 480, 768])
def test_menu_of_seven_is_one_row_beside_its_button(browser: Browser, seven: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto((seven / "index.html").as_uri())
    assert len(page.locator(".menu li:not(.menu-book)").evaluate_all(TOPS)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".menu-book a").evaluate(SEEN)
    for item in page.locator(".menu a, .brand").all():
        item.focus()
        assert item.evaluate(SEEN), item.inner_text()
    page.close()


def test_booking_steps_mark_the_button_as_current(browser: Browser, site: str) -> None:
    page = browser.new_page(base_url=site)
    for address, current in (
        ("/prenota/", "page"),
        ("/appuntamenti/orari?meeting=conoscitiva", "true"),
        ("/appuntamenti/fuso?meeting=conoscitiva", "true"),
    ):
        page.goto(address)
        button = page.get_by_role("navigation", name="Principale").get_by_role("link", name="Prenota")
        expect(button).to_have_attribute("aria-current", current)
    page.goto("/")
    assert page.locator(".menu-book [aria-current]").count() == 0
    page.close()
