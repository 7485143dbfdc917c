"""All that the site is for, done in every way people use it: by keyboard, on small screens, without this or that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from plugins.content.office_reader import read_office
from tests.browser.conftest import served
from tests.browser.visitors import KeyboardVisitor, Visitor
from tests.building import CONTENT
from tests.soak import soak_count

ARTICLE = "/blog/chi-e-un-assistente-virtuale/"
SERVICE = read_office(CONTENT).catalogue.services[0]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
SMALL: ViewportSize = {"width": 320, "height": 640}
WAYS: dict[str, dict[str, Any]] = {
    "no JavaScript": {"viewport": SMALL, "java_script_enabled": False},
    "keyboard alone": {"viewport": DESKTOP},
    "320 px": {"viewport": SMALL, "has_touch": True},
    # A window of 1280 by 900 pixels, each point of the page drawn four times as wide and high.
    "400% zoom": {"viewport": {"width": 320, "height": 225}, "device_scale_factor": 4},
    "reduced motion": {"viewport": DESKTOP, "reduced_motion": "reduce"},
    "forced colours": {"viewport": DESKTOP, "forced_colors": "active"},
}
TRIED = list(WAYS)[: soak_count(2, len(WAYS))]
MOTIONS = "document.getAnimations().length + [...document.querySelectorAll('*')]"
MOTIONS += ".filter((one) => parseFloat(getComputedStyle(one).transitionDuration)).length"


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own, whose times nobody else takes."""
    with served(output, tmp_path_factory.mktemp("ways")) as address:
        yield address


@pytest.fixture(params=TRIED)
def visitor(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visitor]:
    context = browser.new_context(base_url=site, locale="it-IT", timezone_id="Europe/Rome", **WAYS[request.param])
    kind = KeyboardVisitor if request.param == "keyboard alone" else Visitor
    yield kind(context.new_page())
    context.close()


def way(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["visitor"])


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_every_kind_of_visitor_reads_books_moves_and_cancels(visitor: Visitor, request: pytest.FixtureRequest) -> None:
    page = visitor.page
    page.goto(ARTICLE)
    visitor.follow(page.locator(".toc a").last)
    expect(page.locator("main h2:target")).to_be_in_viewport()

    visitor.follow("Servizi")
    visitor.follow(page.locator("main").get_by_role("link", name=SERVICE.title, exact=True))
    expect(page.locator("h1")).to_have_text(SERVICE.title)
    if way(request) == "reduced motion":
        assert page.evaluate(MOTIONS) == 0
    visitor.follow("Scegli giorno e ora")

    visitor.press(page.locator('main button[name="start"]').first)
    visitor.type("Nome e cognome", "Zoë D’Angelo")
    visitor.type("Email", "sbagliata")
    visitor.press("Continua")
    # Led to what is wrong, from where a link leads to the field.
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.follow(page.get_by_role("alert").get_by_role("link"))
    expect(page.get_by_label("Email")).to_be_focused()
    visitor.type("Email", "zoe@esempio.test")
    visitor.press("Continua")
    visitor.press("Conferma l’appuntamento")
    expect(page).to_have_url(re.compile(r"/appuntamenti/[\w.~-]+/$"))

    visitor.follow("Sposta")
    radio = page.locator('main input[name="start"]').nth(1)
    before = page.locator(f'label[for="{radio.get_attribute("id")}"]').evaluate("(one) => getComputedStyle(one).border")
    visitor.choose(radio)
    after = page.locator(f'label[for="{radio.get_attribute("id")}"]').evaluate("(one) => getComputedStyle(one).border")
    assert before != after
    visitor.press("Sposta qui")
    expect(page.locator("h1")).to_have_text("Fatto, l’appuntamento è spostato")
    visitor.follow("Annulla l’appuntamento")
    visitor.type("Vuoi dire perché?", "Un imprevisto")
    visitor.press("Annulla l’appuntamento")
    expect(page.locator("h1")).to_have_text("Fatto, l’appuntamento è annullato")


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_something_is_searched_and_a_message_written(visitor: Visitor, request: pytest.FixtureRequest) -> None:
    page = visitor.page
    page.goto("/")
    visitor.follow("Cerca")
    if way(request) == "no JavaScript":
        visitor.follow(page.locator("main").get_by_role("link", name=SERVICE.title, exact=True))
    else:
        visitor.type("Parola da cercare", SERVICE.title)
        visitor.follow(page.locator("[data-found] a").first)
    expect(page.locator("h1")).to_have_text(SERVICE.title)

    visitor.follow("Contatti")
    visitor.type("Il tuo nome", "Nicolò")
    visitor.type("La tua email", "nicolo@esempio.test")
    visitor.type("Il messaggio", "Buongiorno!")
    visitor.press("Invia il messaggio")
    expect(page).to_have_url(re.compile("/grazie/$"))


def to_an_hour_by_the_menu(visitor: Visitor) -> None:
    visitor.follow("Prenota")
    visitor.follow(visitor.page.locator(".soonest-day a").first)


def to_an_hour_by_the_button_below(visitor: Visitor) -> None:
    visitor.follow("Scegli giorno e ora")
    hour = visitor.page.locator('main button[name="start"], .soonest-day a').first
    hour.wait_for()
    visitor.press(hour)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("place", "to_an_hour"),
    [
        ("/", to_an_hour_by_the_menu),
        ("/", to_an_hour_by_the_button_below),
        (ARTICLE, to_an_hour_by_the_menu),
        (ARTICLE, to_an_hour_by_the_button_below),
    ],
)
def test_an_hour_is_booked_in_four_taps_and_two_fields(
    browser: Browser, site: str, place: str, to_an_hour: Callable[[Visitor], None]
) -> None:
    context = browser.new_context(base_url=site, viewport=SMALL)
    visitor = Visitor(context.new_page())
    page = visitor.page
    page.goto(place)
    to_an_hour(visitor)
    # What the form asks for, and nothing that it does not.
    asked = [one for one in page.locator("main .field").all() if "(facoltativo)" not in one.inner_text()]
    for label, words in [("Nome e cognome", "Ada"), ("Email", "ada@esempio.test")]:
        visitor.type(label, words)
    assert len(asked) == len(visitor.typed)
    visitor.press("Continua")
    visitor.press("Conferma l’appuntamento")
    expect(page.locator("h1")).to_contain_text("Fatto")
    # Two of the clicks only put the pointer into the fields.
    assert (visitor.clicks - len(visitor.typed), len(visitor.typed)) == (4, 2)
    context.close()
