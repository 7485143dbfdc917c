"""The owner's agenda on her phone: in by mail, then all she does there; and every page of it, checked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from plugins.content.office_reader import read_office
from tests.booking.processes import eventually, serving_forked
from tests.browser.test_every_page import faults_here, nu
from tests.browser.test_walk import mails_to
from tests.building import CONTENT
from tests.soak import soak_count

OWNER = read_office(CONTENT).identity.email


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An office of its own, where phone calls wait for the owner's word."""
    place = tmp_path_factory.mktemp("agenda")
    content = Path(shutil.copytree(CONTENT, place / "content"))
    rules = content / "availability.yaml"
    calls, others = rules.read_text(encoding="utf-8").split("slug: telefonata")[::-1]
    calls = re.sub("confirmation: automatic", "confirmation: manual", calls, count=1)
    rules.write_text(f"{others}slug: telefonata{calls}", encoding="utf-8")
    with serving_forked(
        BOOKING_DEV="1",
        BOOKING_DATABASE_URL=f"sqlite:///{place}/booking.db",
        BOOKING_SITE_DIR=str(output),
        BOOKING_CONTENT=str(content),
        BOOKING_RATE_LIMIT="off",
    ) as process:
        yield process.address


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=site,
        java_script_enabled=request.param,
        viewport={"width": 360, "height": 740},
        timezone_id="Europe/Rome",
        locale="it-IT",
    )
    yield made
    made.close()


def sign_in(page: Page, site: str) -> None:
    """Ask for the link, read it in the mail, and press its one button."""
    ask_to_come_in(page, site)
    come_in(page, site)


def ask_to_come_in(page: Page, site: str) -> None:
    """Ask for the link, and wait for its mail."""
    before = len(links(site))
    page.goto("/agenda/")
    page.get_by_role("button", name="Mandami il collegamento").click()
    expect(page.locator("h1")).to_have_text("Guarda nella posta")
    eventually(lambda: len(links(site)) > before)


def come_in(page: Page, site: str) -> None:
    """Open the latest link, and press its one button."""
    page.goto(links(site)[0])
    page.get_by_role("button", name="Entra nell’agenda").click()
    expect(page.locator("h1")).to_have_text("La tua agenda")


def more(page: Page, name: str) -> None:
    """Follow a link of those that the menu keeps for later."""
    page.locator("summary", has_text="Altro").click()
    page.get_by_role("link", name=name).click()


def links(site: str) -> list[str]:
    """The links mailed so far, the latest first."""
    return _mailed(site, r"/agenda/entra/[\w-]+/")


def codes(site: str) -> list[str]:
    """The codes mailed so far, the latest first."""
    return _mailed(site, r"(?<=nessuno: )\d{4} \d{4}")


def _mailed(site: str, wanted: str) -> list[str]:
    texts = [mail.get_body(("plain",)).get_content() for mail in mails_to(site, OWNER)]  # type: ignore[union-attr]
    return [found[0] for text in texts if (found := re.search(wanted, text))]


def booked(site: str, meeting: str, email: str) -> str:
    """Book the last free time as a visitor; returns the booking's id."""
    slots = httpx.get(f"{site}/api/slots", params={"meeting": meeting}).json()["slots"]
    fields = {"meeting": meeting, "start": slots[-1]["start"], "name": email, "email": email, "phone": "333 1234567"}
    answer = httpx.post(f"{site}/api/bookings", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def subjects(site: str, address: str) -> list[str]:
    return [str(mail["Subject"]).partition(":")[0] for mail in mails_to(site, address)]


@pytest.mark.some_cases(1)
def test_she_answers_moves_calls_off_blocks_and_books(
    context: BrowserContext, site: str, request: pytest.FixtureRequest
) -> None:
    who = "senza" if "without" in request.node.name else "con"
    asks, comes, client = (f"{name}-{who}@esempio.test" for name in ("chiede", "viene", "cliente"))
    booked(site, "telefonata", asks)
    visit = booked(site, "conoscitiva", comes)
    page = context.new_page()
    sign_in(page, site)

    # A request, answered with a word.
    page.get_by_label(f"Una parola per {asks}").fill("Ci sentiamo!")
    page.locator("li", has=page.get_by_role("heading", name=asks)).get_by_role("button", name="Conferma").click()
    expect(page.get_by_role("status")).to_contain_text("Confermato")
    eventually(lambda: "Confermato" in subjects(site, asks))

    # A booking, moved to the first time offered.
    page.goto(f"/agenda/appuntamenti/{visit}/")
    page.get_by_role("link", name="Sposta a un altro orario").click()
    choice = page.locator('input[name="start"]').first
    value = choice.get_attribute("value") or ""
    choice.check()
    page.get_by_label("Il motivo").fill("Treno in ritardo.")
    page.get_by_role("button", name="Sposta l’appuntamento").click()
    expect(page.get_by_role("status")).to_contain_text("Spostato")
    hour = datetime.fromisoformat(value).astimezone(read_office(CONTENT).availability.timezone)
    expect(page.locator("main")).to_contain_text(f"{hour:%H:%M}–")
    eventually(lambda: "Spostato" in subjects(site, comes))

    # A mistyped address, told at its field and put right; then the booking is called off.
    page.get_by_text("L’indirizzo è sbagliato?").click()
    page.get_by_label("Indirizzo giusto").fill("non va")
    page.get_by_role("button", name="Correggi e manda di nuovo").click()
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Indirizzo giusto")).to_have_value("non va")
    page.get_by_label("Indirizzo giusto").fill(f"giusta-{comes}")
    page.get_by_role("button", name="Correggi e manda di nuovo").click()
    expect(page.get_by_role("status")).to_contain_text("Indirizzo corretto")
    page.get_by_label("Il motivo").fill("Ho la febbre.")
    page.get_by_role("button", name="Annulla l’appuntamento").click()
    expect(page.get_by_role("status")).to_contain_text("Annullato")
    eventually(lambda: "Annullato" in subjects(site, f"giusta-{comes}"))

    # A client who called, booked by hand at a time that is typed.
    more(page, "Prenota tu")
    page.get_by_role("link", name="Chiacchierata").click()
    page.get_by_label("Giorno", exact=True).fill(f"{hour:%Y-%m-%d}")
    page.get_by_label("Ora", exact=True).fill(f"{hour:%H:%M}")
    page.get_by_label("Nome e cognome").fill("Ugo")
    page.get_by_role("button", name="Prenota", exact=True).click()
    expect(page).to_have_title(re.compile("^Errore: "))
    page.get_by_label("Email").fill(client)
    page.get_by_role("button", name="Prenota", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Prenotato")
    eventually(lambda: "Confermato" in subjects(site, client))

    # That day kept free, with a warning of what is in it; and given back.
    more(page, "Tempo bloccato")
    page.get_by_label("Dal giorno").fill(f"{hour:%Y-%m-%d}")
    page.get_by_role("button", name="Blocca", exact=True).click()
    expect(page.locator("main")).to_contain_text("tutto il giorno")
    expect(page.locator("main")).to_contain_text("Ugo")
    page.get_by_role("button", name="Sblocca").click()
    expect(page.get_by_role("status")).to_contain_text("Sbloccato")

    page.locator("summary", has_text="Altro").click()
    page.get_by_role("button", name="Esci").click()
    expect(page.get_by_role("button", name="Mandami il collegamento")).to_be_visible()


@pytest.mark.soak
def test_the_checkers_find_nothing_on_any_page_of_the_agenda(browser: Browser, site: str, tmp_path: Path) -> None:
    waits, comes = booked(site, "telefonata", "attende@esempio.test"), booked(site, "conoscitiva", "c@esempio.test")
    message = {"name": "Zoë", "email": "zoe@esempio.test", "message": "Ciao"}
    assert httpx.post(f"{site}/api/messages", json=message).status_code == 201
    context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/agenda/")
    found = faults_here(page)
    before = len(links(site))
    page.get_by_role("button", name="Mandami").click()
    found += faults_here(page)
    eventually(lambda: len(links(site)) > before)
    page.goto("/agenda/entra/niente/")
    found += faults_here(page)
    page.goto(links(site)[0])
    found += faults_here(page)
    page.get_by_role("button", name="Entra").click()
    page.goto("/agenda/bloccato/")
    page.get_by_role("button", name="Blocca", exact=True).click()
    assert page.title().startswith("Errore: ")
    found += faults_here(page)
    page.get_by_label("Dal giorno").fill("2030-01-07")
    page.get_by_role("button", name="Blocca", exact=True).click()
    addresses = [
        "/agenda/", "/agenda/giorno/", "/agenda/mese/", "/agenda/giorno/?giorno=2027-03-28",
        "/agenda/passati/", "/agenda/messaggi/", "/agenda/bloccato/", "/agenda/nuovo/",
        "/agenda/calendari/", "/agenda/nuovo/?meeting=conoscitiva", f"/agenda/appuntamenti/{waits}/",
        f"/agenda/appuntamenti/{comes}/", f"/agenda/appuntamenti/{comes}/sposta",
        "/agenda/spiega?meeting=conoscitiva&start=2030-01-07T09:00:00Z",
    ]  # fmt: skip
    for number, address in enumerate(addresses):
        page.goto(address)
        (tmp_path / f"{number}.html").write_bytes(context.request.get(address).body())
        if soak_count(0, 1):
            found += faults_here(page)
        page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += faults_here(page)
    for address in addresses[-2:-1] + addresses[9:10]:
        page.goto(address)
        page.locator("main form button.button").last.click()
        assert page.title().startswith("Errore: ")
        found += faults_here(page)
    context.close()
    assert found == []
    assert nu(tmp_path) == []
