"""The page that begins a booking opens on the next free hours of the first talk, and one tap chooses one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from plugins.content.office_reader import read_office
from tests.booking.processes import free_starts
from tests.browser import states
from tests.browser.conftest import served
from tests.browser.test_soonest import SHIFTS
from tests.building import CONTENT

FIRST = read_office(CONTENT).availability.first_talk()
PHONE: ViewportSize = {"width": 360, "height": 640}
SMALLEST: ViewportSize = {"width": 320, "height": 568}
HOURS = ".soonest-day a"
IN_WINDOW = "(one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, for a state is that somebody else was quicker."""
    with served(output, tmp_path_factory.mktemp("prenota")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport=PHONE, timezone_id="Europe/Rome", locale="it-IT")
    # What moves when a typeface comes late is another matter.
    context.route("**/*.woff2", lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_prenota_offers_the_next_hours_by_day(page: Page, site: str) -> None:
    assert FIRST
    page.goto("/prenota/")
    expect(page.locator(HOURS).first).to_be_visible()
    slots = httpx.get(f"{site}/api/slots", params={"meeting": FIRST.slug}).json()["slots"]
    days = list(dict.fromkeys(slot["day"] for slot in slots))[:3]
    assert page.locator(".soonest-day h3").all_inner_texts() == days
    offered = [f"{slot['time']} di {slot['day']}" for slot in slots]
    shown = [" ".join(str(hour.text_content()).split()) for hour in page.locator(HOURS).all()]
    assert shown[0] == offered[0]
    assert [one for one in offered if one in shown] == shown
    # Four of a day, or all of one that has fewer left.
    assert len(shown) == sum(min(4, [slot["day"] for slot in slots].count(day)) for day in days)
    assert page.evaluate(SHIFTS) == 0


def test_one_tap_on_an_hour_leads_to_the_details(page: Page, site: str) -> None:
    assert FIRST
    start = free_starts(site)[0]
    page.goto("/prenota/")
    page.locator(HOURS).first.click()
    expect(page).to_have_title(re.compile("^Passo 3 di 4"))
    expect(page.locator("main .so-far")).to_contain_text(FIRST.title)
    expect(page.locator("main .so-far time")).to_contain_text(start[11:16])


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("silence", ["refused", "broken", "no free time"])
def test_prenota_without_hours_keeps_two_ways_and_its_place(page: Page, silence: str) -> None:
    def answer(route: Route) -> None:
        if silence == "refused":
            route.abort()
        else:
            route.fulfill(status=503 if silence == "broken" else 200, json={"slots": []})

    page.route("**/api/slots*", answer)
    page.goto("/prenota/")
    expect(page.locator("main .by-mail")).to_be_visible()
    assert page.evaluate(SHIFTS) == 0
    page.get_by_role("button", name="Tutti gli orari liberi").click()
    expect(page).to_have_title(re.compile("^Passo 2 di 4"))


def test_without_scripts_a_button_leads_to_the_times(browser: Browser, site: str) -> None:
    page = browser.new_context(base_url=site, viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/prenota/")
    page.get_by_role("button", name="Tutti gli orari liberi").click()
    expect(page).to_have_title(re.compile("^Passo 2 di 4"))
    page.locator('main button[name="start"]').first.click()
    expect(page).to_have_title(re.compile("^Passo 3 di 4"))
    page.context.close()


def hours_of(page: Page, site: str, state: str) -> Locator:
    """The hours to choose from in a state."""
    if state == "prenota":
        page.goto("/prenota/")
        return page.locator(HOURS)
    if state == "times":
        page.goto("/appuntamenti/orari?meeting=conoscitiva")
    else:
        dict(states.of_visitors(site))["prenota-orario-preso"](page)
    return page.locator('main button[name="start"]')


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("size", [PHONE, SMALLEST], ids=["360x640", "320x568"])
@pytest.mark.parametrize("state", ["prenota", "times", "lost"])
def test_first_hours_stand_in_a_phones_first_view(page: Page, site: str, state: str, size: ViewportSize) -> None:
    page.context.unroute_all()
    page.set_viewport_size(size)
    hours = hours_of(page, site, state)
    expect(hours.first).to_be_visible()
    assert page.evaluate("scrollY") == 0
    assert hours.first.evaluate(IN_WINDOW)
    # On the larger one there is a choice, too.
    assert size == SMALLEST or hours.nth(1).evaluate(IN_WINDOW)


def test_line_for_people_abroad_comes_after_the_hours(page: Page) -> None:
    page.goto("/appuntamenti/orari?meeting=conoscitiva")
    abroad = page.get_by_role("link", name="Sei all’estero? Vedi anche la tua ora").bounding_box()
    last = page.locator(".days details").last.bounding_box()
    assert abroad
    assert last
    assert abroad["y"] > last["y"]
