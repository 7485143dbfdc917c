"""The endpoint does not answer: every page is there all the same, there is another way, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from plugins.content.office_reader import read_office
from tests.booking.processes import Process
from tests.browser.published import handing_out
from tests.browser.test_every_page import addresses
from tests.building import CONTENT

OFFICE = read_office(CONTENT)
OTHER_WAY = f'a[href^="mailto:{OFFICE.identity.email}"]'


TYPED = ("Zoë D’Angelo", "zoe@esempio.test", "Due righe,\nscritte bene & piano.")


@dataclass
class Front:
    """A web server before an endpoint, which answers with its own 502 once that is gone."""

    address: str
    endpoint: Process | None = None


@pytest.fixture(scope="module")
def front(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    database = tmp_path_factory.mktemp("stopped") / "booking.db"
    with handing_out(output, lambda: made.endpoint.address if made.endpoint else None) as address:
        made = Front(address)
        own = {"BOOKING_DATABASE_URL": f"sqlite:///{database}", "BOOKING_CONTENT": str(CONTENT)}
        made.endpoint = Process(own | {"BOOKING_SITE_URL": address})
        yield made
        made.endpoint.stop()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def context(request: pytest.FixtureRequest, browser: Browser, front: Front) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=front.address, java_script_enabled=request.param, locale="it-IT")
    yield made
    made.close()


def scripted(request: pytest.FixtureRequest) -> bool:
    return "with JavaScript" in request.node.name


def other_way(page: Page) -> str:
    """The mail that is offered in the place of what was not taken, as a reader of its address sees it."""
    notice = page.locator("[data-unreachable]")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("In questo momento non risponde nessuno")
    return unquote(notice.locator(OTHER_WAY).get_attribute("href") or "")


def pause_of_a_visitor(page: Page) -> None:
    """Time before a button: Chromium notes for "Back" what a page's fields hold only a second after the last change."""
    page.wait_for_timeout(3000)


@pytest.mark.some_cases(1)
def test_a_booking_that_is_under_way_keeps_what_was_typed(
    context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    page = context.new_page()
    page.goto("/appuntamenti/orari?meeting=conoscitiva&service=cosa-delegare")
    page.locator('main button[name="start"]').first.click()
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill("zoe@esempio.test")
    page.get_by_label("Vuoi anticipare").fill("Due righe,\nscritte bene & piano.")

    pause_of_a_visitor(page)
    # For both ways at once: who is away for the visitor is away.
    context.route("**/*", lambda route: route.abort() if route.request.resource_type != "image" else route.continue_())
    page.get_by_role("button", name="Continua").click()
    if scripted(request):
        mail = other_way(page)
        assert all(words in mail for words in TYPED)
        assert "Quando: " in mail
        expect(page).to_have_title(re.compile("^Passo 3 di 4"))
    else:
        expect(page).to_have_url(re.compile("^chrome-error:"))
        context.unroute("**/*")
        page.go_back()
    expect(page.get_by_label("Nome e cognome")).to_have_value("Zoë D’Angelo")
    expect(page.get_by_label("Vuoi anticipare")).to_have_value("Due righe,\nscritte bene & piano.")

    # It answers again, and the same button goes on.
    context.unroute_all()
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Passo 4 di 4"))

    if scripted(request):
        context.route("**/health", lambda route: route.abort())
        for button in ("Conferma l’appuntamento", "Modifica i tuoi dati"):
            page.get_by_role("button", name=button).click()
            mail = other_way(page)
            # Each once, and what was chosen as well.
            assert [mail.count(words) for words in TYPED] == [1] * len(TYPED)
            assert "Quando: " in mail
            assert "Per parlare di: Decidere che cosa delegare" in mail


@pytest.mark.parametrize("context", [True], indirect=True, ids=["with JavaScript"])
def test_mail_of_a_lost_slot_holds_what_was_typed(context: BrowserContext, front: Front) -> None:
    page = context.new_page()
    page.goto("/contatti/")  # a page of this origin, to post from
    fields = {"meeting": "conoscitiva", "start": "2020-01-07T09:00:00Z", "name": "Zoë", "email": "zoe@esempio.test"}
    page.evaluate(
        """(fields) => {
          const made = (name, its) => Object.assign(document.createElement(name), its);
          const form = made("form", { method: "post", action: "/appuntamenti/controlla" });
          for (const [name, value] of Object.entries(fields))
            form.append(made("input", { type: "hidden", name, value }));
          document.body.append(form);
          form.submit();
        }""",
        fields | {"message": "Due righe,\nscritte bene & piano."},
    )
    expect(page).to_have_title(re.compile("^Errore: Passo 2 di 4"))
    context.route("**/health", lambda route: route.abort())
    page.locator("main .time-button").first.click()
    mail = other_way(page)
    assert all(words in mail for words in ("Zoë", "zoe@esempio.test", "Due righe,\nscritte bene & piano.", ":"))


@pytest.mark.parametrize("context", [True], indirect=True, ids=["with JavaScript"])
def test_long_message_leaves_the_mails_address_short(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/contatti/")
    page.get_by_label("Il tuo nome").fill("Nicolò")
    page.get_by_label("La tua email").fill("nicolo@esempio.test")
    page.get_by_label("Il messaggio").fill("Perché 😀 " * 500)
    context.route("**/health", lambda route: route.abort())
    page.get_by_role("button", name="Invia il messaggio").click()
    mail = other_way(page)
    assert len(page.locator("[data-unreachable]").locator(OTHER_WAY).get_attribute("href") or "") <= 2000
    assert "Nicolò" in mail
    assert "nicolo@esempio.test" in mail
    assert mail.endswith("il resto è sulla pagina)")


@pytest.mark.parametrize("context", [True], indirect=True, ids=["with JavaScript"])
def test_button_says_at_once_that_it_is_working(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/contatti/")
    asked: list[Route] = []
    context.route("**/health", lambda route: asked.append(route))
    button = page.locator("main form .action button")
    words, width = button.inner_text(), button.bounding_box()
    button.click()
    expect(button).to_have_text("Un momento…")
    expect(page.get_by_role("status")).to_have_text("Un momento…")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    page.get_by_label("Il tuo nome").press("Enter")
    page.wait_for_timeout(300)
    assert len(asked) == 1  # pressed again, it does nothing more
    now = button.bounding_box()
    assert width
    assert now
    assert now["width"] >= width["width"]

    asked[0].abort()
    other_way(page)
    expect(button).to_have_text(words)
    expect(page.get_by_role("status")).to_be_empty()
    # Somebody answers, and Back finds the button at rest.
    context.unroute_all()
    button.click()
    expect(page).to_have_title(re.compile("^Errore: "))
    page.go_back()
    expect(button).to_have_text(words)


@pytest.mark.some_cases(1)
def test_every_page_is_there_and_a_message_keeps_its_words(
    context: BrowserContext, output: Path, front: Front, request: pytest.FixtureRequest
) -> None:
    assert front.endpoint
    front.endpoint.stop()
    page = context.new_page()
    for address in addresses(output):
        answer = page.goto(address)
        assert answer
        assert answer.status == 200, address
        assert page.locator("h1").count() == 1 or 'http-equiv="refresh"' in answer.text(), address

    page.goto("/contatti/")
    expect(page.locator("main").locator(OTHER_WAY).last).to_be_visible()
    page.get_by_label("Il tuo nome").fill("Nicolò")
    page.get_by_label("Il messaggio").fill("Prima riga\nseconda riga")
    pause_of_a_visitor(page)
    page.get_by_role("button", name="Invia il messaggio").click()
    if scripted(request):
        assert "Prima riga\nseconda riga" in other_way(page)
        expect(page).to_have_url(re.compile("/contatti/$"))
    else:
        expect(page).to_have_url(re.compile("/messaggi/$"))
        page.go_back()
    expect(page.get_by_label("Il messaggio")).to_have_value("Prima riga\nseconda riga")

    page.goto("/prenota/")
    expect(page.locator("main .by-mail").locator(OTHER_WAY)).to_be_visible()
    for way in ("Tutti gli orari liberi", "Decidere che cosa delegare"):
        page.get_by_role("button", name=way).click()
        if scripted(request):
            assert way in other_way(page)
        else:
            expect(page).to_have_url(re.compile("/appuntamenti/orari"))
            page.go_back()
    expect(page).to_have_url(re.compile("/prenota/$"))
