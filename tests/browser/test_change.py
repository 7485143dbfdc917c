"""The visitor moves her appointment and then cancels it, as she would: from the mail, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.processes import eventually
from tests.browser.test_walk import mails_to


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site,
        java_script_enabled=request.param,
        viewport={"width": 360, "height": 800},
        timezone_id="Pacific/Auckland",
    )
    yield context.new_page()
    context.close()


def booked(site: str, visitor: str) -> str:
    """Book the last free time, which no other test is after, and return the address that manages it."""
    slots = httpx.get(f"{site}/api/slots", params={"meeting": "conoscitiva"}, timeout=30).json()["slots"]
    fields = {"meeting": "conoscitiva", "start": slots[-1]["start"], "name": "Zoë", "email": visitor}
    answer = httpx.post(f"{site}/api/bookings", json=fields, timeout=30)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["manage_url"])


def calendar(mail: EmailMessage) -> str:
    return next(str(part.get_content()) for part in mail.walk() if part.get_content_type() == "text/calendar")


@pytest.mark.some_cases(1)
def test_a_visitor_moves_her_appointment_and_then_cancels_it(
    page: Page, site: str, request: pytest.FixtureRequest
) -> None:
    visitor = f"sposta-{len(request.node.name)}@esempio.test"
    booked(site, visitor)
    eventually(lambda: len(mails_to(site, visitor)) == 1)
    body = mails_to(site, visitor)[0].get_body(("plain",))
    assert body
    found = re.search(r"http\S+/appuntamenti/\S+/", str(body.get_content()))
    assert found
    page.goto(found[0])

    page.get_by_role("link", name="Sposta").click()
    choice = page.locator('main input[name="start"]').first
    value = choice.get_attribute("value") or ""
    choice.check()
    page.get_by_role("button", name="Sposta qui").click()
    expect(page.locator("h1")).to_have_text("Fatto, l’appuntamento è spostato")
    shown = page.locator("main time").first.get_attribute("datetime") or ""
    assert datetime.fromisoformat(shown) == datetime.fromisoformat(value)
    eventually(lambda: len(mails_to(site, visitor)) == 2)

    page.get_by_role("link", name="Annulla l’appuntamento").click()
    page.get_by_label("Vuoi dire perché?").fill("Un imprevisto")
    page.get_by_role("button", name="Annulla l’appuntamento").click()
    expect(page.locator("h1")).to_have_text("Fatto, l’appuntamento è annullato")
    assert page.get_by_role("link", name="Sposta").count() == 0
    eventually(lambda: len(mails_to(site, visitor)) == 3)

    words = sorted(calendar(mail) for mail in mails_to(site, visitor))
    assert sorted(re.findall(r"SEQUENCE:(\d)", "".join(words))) == ["0", "1", "2"]
    assert sorted(re.findall(r"METHOD:(\w+)", "".join(words))) == ["CANCEL", "REQUEST", "REQUEST"]
    assert len(set(re.findall(r"UID:(\S+)", "".join(words).replace("\r\n ", "")))) == 1


def test_the_browsers_own_zone_goes_along_where_scripts_run(page: Page, request: pytest.FixtureRequest) -> None:
    page.goto("/appuntamenti/orari?meeting=conoscitiva")
    field = page.locator("form.times-form input[name=timezone]")
    expected = "Pacific/Auckland" if "with JavaScript" in request.node.name else ""
    expect(field).to_have_value(expected)
    page.get_by_role("link", name="Sei all’estero? Vedi anche la tua ora").click()
    where = page.get_by_label("Dove ti trovi")
    expect(where).to_have_value(expected)
    where.select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Mostra la mia ora").click()
    expect(field).to_have_value("Asia/Kathmandu")
    expect(page.locator(".time-next").first).to_contain_text("da te")


def test_slots_of_an_opened_day_show_the_visitors_own_time(page: Page, request: pytest.FixtureRequest) -> None:
    page.goto("/appuntamenti/orari?meeting=conoscitiva")
    day = page.locator(f".days details:nth-of-type({page.locator('.days details').count()})")
    times = day.locator("button time").count()
    assert times
    said = times if "with JavaScript" in request.node.name else 0
    expect(day.locator(".own-zone")).to_have_count(0)
    for _ in range(3):  # opened, closed, opened again
        day.locator("summary").click()
        expect(day.locator(".own-zone")).to_have_count(said)
