"""Drawings in real browsers: numbers large enough to read on a telephone, that lead to their items and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

# A digit is two thirds as high as its type is large.
DIGIT = 14 * 0.66
HEIGHTS = "notes => notes.map(note => note.querySelector('path').getBoundingClientRect().height)"
TARGETS = (
    "notes => notes.map(note => { const box = note.getBoundingClientRect(); return Math.min(box.width, box.height) })"
)


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_numbers_of_a_drawing_can_be_read_and_touched(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/chi-sono/")
    notes = page.locator(".drawing-note")
    expect(notes).to_have_count(8)
    assert min(notes.evaluate_all(HEIGHTS)) >= (DIGIT if width > 320 else DIGIT * 0.85)
    assert min(notes.evaluate_all(TARGETS)) >= 32
    page.close()


def test_a_number_leads_to_its_item_and_back_by_keys(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    page.goto(f"{site}/chi-sono/")
    page.get_by_role("link", name="3. Le due tazze").focus()
    page.keyboard.press("Enter")
    item = page.locator("#nota-3")
    expect(item).to_be_in_viewport()
    page.keyboard.press("Tab")
    back = item.get_by_role("link", name="Il numero 3 nel disegno")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#segno-3")).to_be_in_viewport()
    assert page.url.endswith("#segno-3")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_is_in_the_colours_of_its_page(browser: Browser, site: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site}/chi-sono/")
    paper = "element => getComputedStyle(element).fill"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator(".drawing > rect").first.evaluate(paper) == ground
    page.close()
