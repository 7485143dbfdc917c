"""A printed page is one to hand over: its words, whole pictures, the way back, nothing that only a screen can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.processes import free_starts

ARTICLE = "/blog/chi-e-un-assistente-virtuale/"
SERVICE = "/servizi/macro/progetto-imprenditoriale/"
PAGES = ("/", "/servizi/", SERVICE, "/come-lavoro/", "/chi-sono/", "/blog/", ARTICLE, "/contatti/", "/cerca/")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="it-IT", timezone_id="Europe/Rome")
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


def sheets(page: Page) -> int:
    """How many sheets a page takes."""
    return len(re.findall(rb"/Type /Page\b", page.pdf(format="A4")))


@pytest.mark.some_cases(3)
@pytest.mark.parametrize("address", PAGES)
def test_paper_has_no_navigation_and_nothing_to_press(page: Page, address: str) -> None:
    page.goto(address)
    for what in ("nav", ".button", "main form", ".squared"):
        expect(page.locator(f"{what}:visible")).to_have_count(0)
    stuck = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => /sticky|fixed/.test(getComputedStyle(one).position)"
        " && one.getClientRects().length).map(one => one.className)"
    )
    assert stuck == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("address", "most"), [("/", 4), (SERVICE, 4), ("/come-lavoro/", 3), (ARTICLE, 4)])
def test_a_page_takes_few_sheets(page: Page, address: str, most: int) -> None:
    page.goto(address)
    assert sheets(page) <= most


def test_pictures_stay_whole_and_headings_stay_with_their_words(page: Page) -> None:
    page.goto(ARTICLE)
    style = "([what, which]) => [...document.querySelectorAll(what)].map(one => getComputedStyle(one)[which])"
    assert set(page.evaluate(style, ["figure, img", "breakInside"])) == {"avoid"}
    assert set(page.evaluate(style, ["main h2:not(nav *)", "breakAfter"])) == {"avoid"}


def test_ticks_and_crosses_are_signs_of_the_text(page: Page) -> None:
    page.goto(SERVICE)
    sign = "one => [getComputedStyle(one, '::before').content, getComputedStyle(one, '::before').backgroundImage]"
    assert page.locator(".ticks li").first.evaluate(sign) == ['"✓"', "none"]
    assert page.locator(".crosses li").first.evaluate(sign) == ['"×"', "none"]


def test_the_brand_has_its_bands_without_backgrounds(page: Page) -> None:
    page.goto("/")
    drawn = page.locator(".brand-bands").evaluate(
        "one => [getComputedStyle(one).borderTopWidth, getComputedStyle(one).backgroundImage]"
    )
    assert drawn == ["11px", "none"]


def test_questions_are_printed_with_their_answers(page: Page) -> None:
    page.goto(SERVICE)
    heights = page.locator(".faq details > p").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert heights
    assert min(heights) > 0


def test_a_printed_appointment_carries_what_is_needed_to_come_back(page: Page, site: str) -> None:
    fields = {"meeting": "conoscitiva", "start": free_starts(site)[-1], "name": "Zoë", "email": "carta@esempio.test"}
    address = httpx.post(f"{site}/api/bookings", json=fields).json()["manage_url"]
    page.goto(str(httpx.URL(address).path))
    way_back = page.locator(".way-back")
    expect(way_back).to_contain_text(address)
    expect(way_back.locator("svg")).to_be_visible()
    expect(page.locator("main")).to_contain_text("+39 02 0123 4567")
    assert sheets(page) == 1
    page.emulate_media(media="screen")
    expect(way_back).to_be_hidden()
