"""From the home page to a booked hour, as a visitor does it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from plugins.content.office_reader import read_office
from tests.booking.processes import eventually
from tests.building import CONTENT

SERVICE = read_office(CONTENT).catalogue.service("cosa-delegare")
POST = "/blog/chi-e-un-assistente-virtuale/"


@pytest.fixture(
    params=[(True, 360), (True, 1280), (False, 360), (False, 1280)], ids=lambda one: f"js={one[0]}-{one[1]}px"
)
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    javascript, width = request.param
    context = browser.new_context(
        base_url=site,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        timezone_id="Europe/Rome",
        locale="it-IT",
    )
    yield context.new_page()
    context.close()


def mails_to(site: str, address: str) -> list[EmailMessage]:
    """The mails the mailbox received for an address, as they came."""
    listed = httpx.get(f"{site}/posta/").text
    found = []
    for number in re.findall(r'href="/posta/(\d+)/"', listed):
        raw = httpx.get(f"{site}/posta/{number}/messaggio.eml").content
        message = message_from_bytes(raw, policy=policy.default)
        if address in str(message["To"]):
            found.append(message)
    return found


@pytest.mark.some_cases(2)
def test_visitor_books_an_hour_starting_from_the_home_page(
    page: Page, site: str, request: pytest.FixtureRequest
) -> None:
    assert SERVICE is not None
    visitor = f"{re.sub(r'[^a-z0-9]', '', request.node.name.lower())}@esempio.test"[-60:]

    page.goto("/")
    page.locator(f'main a[href="{POST}"]').first.click()
    expect(page).to_have_url(re.compile(f"{POST}$"))
    page.locator(f'main a[href="/{SERVICE.address}"]').first.click()
    expect(page.locator("h1")).to_have_text(SERVICE.title)
    page.locator(f'main a[href*="service={SERVICE.slug}"]').first.click()

    expect(page.locator("main")).to_contain_text(SERVICE.title)
    choice = page.locator('main button[name="start"]').first
    value = choice.get_attribute("value") or ""
    choice.click()

    # A mistake first: it is told at its field, and nothing typed is lost.
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill("non è un indirizzo")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Nome e cognome")).to_have_value("Zoë D’Angelo")
    page.get_by_label("Email").fill(visitor)
    page.get_by_role("button", name="Continua").click()

    expect(page.locator("main")).to_contain_text(visitor)
    page.get_by_role("button", name="Conferma l’appuntamento").click()

    expect(page).to_have_url(re.compile(r"/appuntamenti/[\w.~-]+/"))
    expect(page.locator("main")).to_contain_text("ora italiana")
    start = datetime.fromisoformat(value).astimezone(UTC)

    eventually(lambda: len(mails_to(site, visitor)) == 1)
    to_visitor = mails_to(site, visitor)[0]
    owner = read_office(CONTENT).identity.email
    eventually(lambda: any(mail["Reply-To"] and visitor in mail["Reply-To"] for mail in mails_to(site, owner)))
    check_invitation(to_visitor, visitor, start)

    taken = page.context.new_page()
    taken.goto(f"/appuntamenti/orari?meeting={SERVICE.meeting}")
    assert taken.locator(f'[value="{value}"]').count() == 0
    slots = httpx.get(f"{site}/api/slots", params={"meeting": SERVICE.meeting}).json()["slots"]
    assert start not in [datetime.fromisoformat(slot["start"]).astimezone(UTC) for slot in slots]


def check_invitation(mail: EmailMessage, attendee: str, start: datetime) -> None:
    """The invitation is one, and icalendar and ical.js read the same in it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    text = part.get_content()
    assert part.get_param("method") == "REQUEST"
    # Its properties are of many types; what they hold is what is checked.
    calendar: Any = Calendar.from_ical(text)
    event = next(iter(calendar.walk("VEVENT")))
    assert calendar["METHOD"] == "REQUEST"
    assert event["DTSTART"].dt.astimezone(UTC) == start
    assert str(event["ATTENDEE"]).lower() == f"mailto:{attendee}"
    done = subprocess.run(
        ["node", "read_invitation.mjs"],
        input=text,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
        check=True,
    )
    read = json.loads(done.stdout)
    assert read["uid"] == str(event["UID"])
    assert datetime.fromisoformat(read["start"]) == start
    assert datetime.fromisoformat(read["end"]) == event["DTEND"].dt
    assert read["organizer"] == str(event["ORGANIZER"])
    assert read["attendees"] == [str(event["ATTENDEE"])]


@pytest.mark.some_cases(1)
def test_a_visitor_writes_a_message(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    words = f"Vorrei sapere di più. {request.node.name}"
    page.goto("/contatti/")
    page.get_by_label("Nome").first.fill("Nicolò D'Angelo")
    page.get_by_label("Email").fill("non va")
    page.get_by_label("Messaggio", exact=False).first.fill(words)
    page.locator("main form button").first.click()
    expect(page).to_have_title(re.compile("^Errore: "))
    assert words in page.content()
    page.get_by_label("Email").fill("nicolo@esempio.test")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/grazie/$"))
    owner = read_office(CONTENT).identity.email

    def arrived() -> bool:
        return any(words in mail.get_body(("plain",)).get_content() for mail in mails_to(site, owner))  # type: ignore[union-attr]

    eventually(arrived)
