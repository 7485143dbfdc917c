"""The next free times on a service's page: there when the endpoint answers; nothing moves when it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from plugins.content.office_reader import read_office
from plugins.content.templates.formats import long_day
from tests.building import CONTENT

OFFICE = read_office(CONTENT)
SERVICE = OFFICE.catalogue.services[0]
SHIFTS = """
() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (moved += one.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(moved), 300);
})
"""


@pytest.fixture(params=[320, 360, 1280])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site, viewport={"width": request.param, "height": 900}, timezone_id="America/New_York", locale="en-US"
    )
    # What moves when a typeface comes late is another matter.
    context.route("**/*.woff2", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.some_cases(1)
def test_soonest_slots_link_to_a_booking_with_service_and_slot(page: Page, site: str) -> None:
    page.goto(f"/{SERVICE.address}")
    links = page.locator("[data-soonest] li a")
    expect(links).to_have_count(3)
    slots = httpx.get(f"{site}/api/slots", params={"meeting": SERVICE.meeting}).json()["slots"][:3]
    starts = [datetime.fromisoformat(slot["start"]) for slot in slots]
    hours = [f"{start.astimezone(OFFICE.availability.timezone):%H:%M}" for start in starts]
    assert [link.inner_text().split()[-1] for link in links.all()] == hours
    days = [long_day(start.astimezone(OFFICE.availability.timezone)) for start in starts]
    assert [link.locator("span").inner_text() for link in links.all()] == days
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]

    links.last.click()
    expect(page).to_have_title(re.compile("^Passo 3 di 4"))
    expect(page.locator("main")).to_contain_text(SERVICE.title)
    chosen = page.locator('form input[name="start"]').input_value()
    assert datetime.fromisoformat(chosen) == starts[-1]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("silence", ["refused", "broken", "no free time"])
def test_soonest_slots_fall_back_to_mail_when_endpoint_gives_none(page: Page, silence: str) -> None:
    def answer(route: Route) -> None:
        if silence == "refused":
            route.abort()
        elif silence == "broken":
            route.fulfill(status=503, body="{}")
        else:
            route.fulfill(json={"slots": []})

    page.route("**/api/slots*", answer)
    page.goto(f"/{SERVICE.address}")
    expect(page.locator("[data-soonest] .by-mail")).to_be_visible()
    expect(page.locator("[data-soonest]")).to_contain_text(OFFICE.identity.email)
    expect(page.locator("[data-soonest] h2")).to_be_hidden()
    assert page.evaluate(SHIFTS) == 0


def test_service_page_without_scripts_offers_booking_and_mail(browser: Browser, site: str) -> None:
    page = browser.new_context(base_url=site, java_script_enabled=False).new_page()
    page.goto(f"/{SERVICE.address}")
    expect(page.locator("[data-soonest] .by-mail")).to_be_visible()
    expect(page.locator("[data-soonest] h2")).to_be_hidden()
    page.get_by_role("link", name="Scegli giorno e ora").first.click()
    expect(page).to_have_title(re.compile("^Passo 2 di 4"))
    page.context.close()


@pytest.mark.some_cases(1)
def test_soonest_slots_are_fetched_again_when_returning_to_the_page(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/slots" in request.url else None)
    page.goto(f"/{SERVICE.address}")
    expect(page.locator("[data-soonest] li a")).to_have_count(3)
    page.get_by_role("link", name="Scegli giorno e ora").first.click()
    expect(page).to_have_title(re.compile("^Passo 2 di 4"))
    page.go_back()
    expect(page.locator("[data-soonest] li a")).to_have_count(3)
    assert len(asked) == 2
