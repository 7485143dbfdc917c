"""The waiting list in a real browser, from no free time to a booked one, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.office import CALL, TALK, write_content
from tests.booking.processes import eventually, free_starts, serving_forked
from tests.browser.test_every_page import faults_here, nu
from tests.browser.test_walk import mails_to
from tests.browser.visitors import Visitor

TIMES = "/appuntamenti/orari?meeting=conoscitiva"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Full:
    """An office whose every time is taken, and can be given back."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.taken: list[str] = []
        while starts := free_starts(site):  # of several seats one each time
            for start in starts:
                self.take(start)

    def take(self, start: str) -> None:
        """Take a time."""
        fields = {"meeting": "conoscitiva", "start": start, "name": "Ada", "email": "ada@esempio.test"}
        made = httpx.post(f"{self.site}/api/bookings", json=fields)
        assert made.status_code == 201, made.text
        self.taken.append(urlsplit(made.json()["manage_url"]).path.strip("/").rsplit("/", 1)[1])

    def give_back(self) -> None:
        """Give the last time that was taken back."""
        done = httpx.post(f"{self.site}/api/bookings/{self.taken.pop()}/cancel", json={})
        assert done.status_code == 200, done.text


@pytest.fixture(scope="module")
def full(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    with serving_full(output, tmp_path_factory.mktemp("waiting"), {}) as office:
        yield office


@pytest.fixture
def full_groups(output: Path, tmp_path: Path) -> Iterator[Full]:
    """An office whose every time is for two people, and has both."""
    with serving_full(output, tmp_path, {"meetings": [TALK | {"seats": 2}, CALL]}) as office:
        yield office


@contextmanager
def serving_full(output: Path, folder: Path, rules: dict[str, Any]) -> Iterator[Full]:
    hours = {day: ["09:00-09:30"] for day in DAYS}
    content = write_content(folder / "office", hours=hours, horizon="8d", notice="0m", waiting_hold="4h", **rules)
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
        BOOKING_SITE_DIR=str(output),
        BOOKING_CONTENT=str(content),
        BOOKING_RATE_LIMIT="off",
    ) as process:
        yield Full(process.address)


def link_to(site: str, email: str, number: int, link: str = r"/appuntamenti/attesa/[\w-]{40,}/") -> str:
    """The link in the latest mail to an address that has one, once so many have."""

    def links() -> list[str]:
        parts = [mail.get_body(("plain",)) for mail in mails_to(site, email)]
        return [found[0] for part in parts if part and (found := re.findall(link, part.get_content()))]

    eventually(lambda: len(links()) >= number)
    return links()[0]


def wait(page: Page, full: Full, email: str) -> str:
    """Ask to be told and confirm, as a visitor does who finds nothing; returns the address of her page."""
    page.goto(TIMES)
    expect(page.locator("main")).to_contain_text("In questi giorni non c’è posto")
    visitor = Visitor(page)
    visitor.follow("Avvisami se si libera un posto")
    visitor.type("Nome e cognome", "Zoë D’Angelo")
    visitor.type("Email", "non è un indirizzo")
    visitor.press("Avvisami")
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Nome e cognome")).to_have_value("Zoë D’Angelo")
    visitor.type("Email", email)
    visitor.press("Avvisami")
    expect(page.locator("h1")).to_have_text("Guarda nella posta")
    address = link_to(full.site, email, 1)
    page.goto(address)
    visitor.press("Sì, avvisami")
    expect(page.locator("h1")).to_have_text("Sei in lista")
    return address


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("javascript", "width"), [(True, 360), (True, 1280), (False, 360), (False, 1280)], ids=lambda one: str(one)
)
def test_a_visitor_waits_and_takes_what_comes_free(
    browser: Browser, full: Full, javascript: bool, width: int, request: pytest.FixtureRequest
) -> None:
    email = f"{re.sub(r'[^a-z0-9]', '', request.node.name.lower())}@esempio.test"[-50:]
    context = browser.new_context(
        base_url=full.site,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        timezone_id="America/New_York",
        locale="it-IT",
    )
    page = context.new_page()
    address = wait(page, full, email)
    full.give_back()
    assert link_to(full.site, email, 2) == address
    # Nobody else is offered it meanwhile.
    assert free_starts(full.site) == []
    page.goto(address)
    expect(page.locator("h1")).to_have_text("C’è un posto per te")
    expect(page.locator("main")).to_contain_text("ora italiana")
    page.get_by_label("Di cosa ti occupi?").fill("Vendo gomitoli")
    visitor = Visitor(page)
    visitor.press("Prendi questo orario")
    expect(page).to_have_url(re.compile(r"/appuntamenti/[\w-]{40,}/$"))
    expect(page.locator("main")).to_contain_text("confermato")
    full.taken.append(urlsplit(page.url).path.strip("/").rsplit("/", 1)[1])
    context.close()


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("javascript", "width"), [(True, 360), (False, 1280)], ids=lambda one: str(one))
def test_a_visitor_waits_for_a_seat_and_takes_it(
    browser: Browser, full_groups: Full, javascript: bool, width: int
) -> None:
    context = browser.new_context(
        base_url=full_groups.site,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        timezone_id="Europe/Rome",
        locale="it-IT",
    )
    page, email = context.new_page(), "posto@esempio.test"
    address = wait(page, full_groups, email)
    full_groups.give_back()
    assert link_to(full_groups.site, email, 2) == address
    # The one seat that is free is hers.
    assert free_starts(full_groups.site) == []
    page.goto(address)
    expect(page.locator("h1")).to_have_text("C’è un posto per te")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Di cosa ti occupi?").fill("Vendo gomitoli")
    Visitor(page).press("Prendi questo orario")
    expect(page).to_have_url(re.compile(r"/appuntamenti/[\w-]{40,}/$"))
    expect(page.locator("main")).to_contain_text("in gruppo, fino a 2")
    assert free_starts(full_groups.site) == []
    context.close()


@pytest.mark.some_cases(0)
def test_axe_and_nu_find_no_faults_in_the_lists_states(browser: Browser, full: Full, tmp_path: Path) -> None:
    context = browser.new_context(base_url=full.site, bypass_csp=True, reduced_motion="reduce")
    page, found = context.new_page(), list[object]()

    def look() -> None:
        again = context.request.get(page.url)
        (tmp_path / f"{len(list(tmp_path.iterdir()))}.html").write_bytes(again.body())
        found.extend(faults_here(page))

    email = "stati@esempio.test"
    page.goto(TIMES)
    look()
    page.goto(f"/appuntamenti/attesa{TIMES.removeprefix('/appuntamenti/orari')}")
    look()
    page.get_by_role("button", name="Avvisami").click()
    page.wait_for_selector(".error-summary")
    found.extend(faults_here(page))
    page.goto("/appuntamenti/attesa/inviata")
    look()
    fields = {"meeting": "conoscitiva", "from": "2020-01-01", "to": "2020-01-01", "name": "Zoë", "email": email}
    page.goto(f"/appuntamenti/attesa{TIMES.removeprefix('/appuntamenti/orari')}")
    fields |= {name: page.locator(f"[name={name}]").input_value() for name in ("from", "to")}
    assert httpx.post(f"{full.site}/api/waiting", json=fields).status_code == 201
    address = link_to(full.site, email, 1)
    page.goto(address)
    look()
    page.get_by_role("button", name="Sì, avvisami").click()
    page.wait_for_selector("[data-state=waiting]")
    look()
    full.give_back()
    link_to(full.site, email, 2)
    page.goto(address)
    page.wait_for_selector("[data-state=held]")
    look()
    page.goto("/agenda/")
    page.get_by_role("button", name="Mandami il collegamento").click()
    page.goto(link_to(full.site, "bice@example.org", 1, r"/agenda/entra/[\w-]+/"))
    page.get_by_role("button", name="Entra nell’agenda").click()
    page.wait_for_selector(".agenda-tabs")
    page.goto("/agenda/attesa/")
    expect(page.locator("main")).to_contain_text("Adesso ha per sé")
    look()
    page.goto(address)
    page.get_by_role("button", name="Esci dalla lista").click()
    expect(page.locator("h1")).to_have_text("Non sei più in lista")
    look()
    full.take(free_starts(full.site)[0])
    context.close()
    assert found == []
    assert nu(tmp_path) == []
