"""A video room of its own has a long address, and a visitor may type long words: no page is wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, asked, write_content

LONG = "https://example.com/" + "parolalunga" * 12
QUESTIONS = [{"key": "sito", "label": "Il tuo sito?"}]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    talk = {"room": "https://meet.example/{room}", "questions": QUESTIONS}
    with endpoint(write_content(tmp_path / "office", talk), f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


@pytest.fixture
def phone(browser: Browser, desk: Endpoint) -> Iterator[Page]:
    sign_in(desk)
    context = browser.new_context(base_url=str(desk.http.base_url), viewport={"width": 360, "height": 740})
    for cookie in desk.http.cookies.jar:
        context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": str(desk.http.base_url)}])
    yield context.new_page()
    context.close()


def sideways(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_long_rooms_and_answers_fit_a_phone(phone: Page, desk: Endpoint) -> None:
    phone.goto(f"/appuntamenti/dettagli?meeting=conoscitiva&start={FREE.replace('+', '%2B')}")
    phone.get_by_label("Nome e cognome").fill("Ada Rossi")
    phone.get_by_label("Email").fill("ada@example.com")
    phone.get_by_label("Il tuo sito?").fill(LONG)
    phone.get_by_role("button", name="Continua").click()
    expect(phone.locator("main")).to_contain_text(LONG)
    assert sideways(phone) == 0
    made = desk.http.post("/api/bookings", json=asked(answers={"sito": LONG})).json()
    for page in (made["manage_url"], f"/agenda/appuntamenti/{made['id']}/", "/agenda/"):
        phone.goto(page)
        assert phone.locator("h1").count() == 1
        assert sideways(phone) == 0, page
