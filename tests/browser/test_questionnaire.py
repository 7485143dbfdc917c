"""A questionnaire with branches in a real browser, with scripts and without, on a phone and on a desk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.booking.processes import free_starts, serving_forked
from tests.browser.states import of_a_questionnaire
from tests.browser.test_every_page import nu
from tests.browser.test_every_state import checked
from tests.building import CONTENT, edit

MEETING = "conoscitiva"
ASKED = """\
      - {key: azienda, label: "Hai un’azienda?", type: yes_no, required: true}
      - {key: settore, label: "Che azienda è?", type: choice, options: [Bottega, Studio], when: {azienda: true},
         required: true, help: "Quella che ti dà più da fare."}
      - {key: persone, label: "In quanti siete?", type: number, min: 1, when: {azienda: true}}
      - {key: vetrina, label: "Da quando hai la vetrina?", type: date, when: {settore: Bottega}}
      - {key: temi, label: "Di che cosa parliamo?", type: choices, options: [Posta, Conti, Sito]}
      - {key: storia, label: "Racconta", type: long}
"""


@pytest.fixture(scope="module")
def site(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample site, whose first meeting asks questions of all types."""
    folder = tmp_path_factory.mktemp("questionnaire")
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    edit(
        content / "availability.yaml", '      - {key: attivita, label: "Di cosa ti occupi?", required: false}\n', ASKED
    )
    edit(content / "availability.yaml", "per_day: 3", "per_day: 30")
    own = {"BOOKING_DEV": "1", "BOOKING_RATE_LIMIT": "off", "BOOKING_CONTENT": str(content)}
    database = f"sqlite:///{folder}/booking.db"
    with serving_forked(**own, BOOKING_DATABASE_URL=database, BOOKING_SITE_DIR=str(output)) as process:
        yield process.address


@pytest.fixture(
    params=[(True, 360), (True, 1280), (False, 360), (False, 1280)], ids=lambda one: f"js={one[0]}-{one[1]}px"
)
def visit(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[tuple[Page, bool]]:
    javascript, width = request.param
    context = browser.new_context(
        base_url=site, java_script_enabled=javascript, viewport={"width": width, "height": 800}, locale="it-IT"
    )
    yield context.new_page(), javascript
    context.close()


def begin(page: Page, site: str) -> None:
    page.goto(f"/appuntamenti/dettagli?meeting={MEETING}&start={free_starts(site)[0].replace('+', '%2B')}")
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill("zoe@esempio.test")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continua").click()


@pytest.mark.some_cases(1)
def test_a_branch_is_asked_and_booked(visit: tuple[Page, bool], site: str) -> None:
    page, scripts = visit
    begin(page, site)
    page.get_by_label("Conti").check()
    page.get_by_label("Sito").check()
    expect(page.get_by_text("Che azienda è?")).to_be_hidden()
    page.get_by_label("Sì", exact=True).check()
    if not scripts:
        go_on(page)
        expect(page).to_have_title(re.compile("ancora qualche domanda"))
    page.get_by_label("Bottega").check()
    page.get_by_label("In quanti siete?").fill("molti")
    if scripts:
        page.get_by_label("Da quando hai la vetrina?").fill("2027-02-01")
    go_on(page)

    # A mistake is told at its field, the summary leads there, and nothing is lost.
    expect(page).to_have_title(re.compile("^Errore: "))
    expect(page.get_by_label("Bottega")).to_be_checked()
    page.get_by_role("link", name="In quanti siete?").click()
    expect(page.get_by_label("In quanti siete?")).to_have_value("molti")
    page.get_by_label("In quanti siete?").fill("2,5")
    go_on(page)
    if not scripts:
        expect(page.get_by_label("Da quando hai la vetrina?")).to_be_visible()
        page.get_by_label("Da quando hai la vetrina?").fill("2027-02-01")
        go_on(page)
    summary = page.locator("dl.summary").last
    for said in ("Bottega", "2,5", "1 febbraio 2027", "Conti, Sito"):
        expect(summary).to_contain_text(said)

    # Back finds the step before as it was left.
    page.go_back()
    expect(page.get_by_label("Da quando hai la vetrina?")).to_have_value("2027-02-01")
    page.go_forward()
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    expect(page.locator("h1")).to_contain_text("confermato")


@pytest.mark.some_cases(1)
def test_the_other_branch_asks_nothing_more(visit: tuple[Page, bool], site: str) -> None:
    page, scripts = visit
    begin(page, site)
    page.get_by_label("Sì", exact=True).check()
    if scripts:
        page.get_by_label("Bottega").check()
        expect(page.get_by_label("Da quando hai la vetrina?")).to_be_visible()
    page.get_by_label("No", exact=True).check()
    expect(page.get_by_label("Da quando hai la vetrina?")).to_be_hidden()
    go_on(page)
    expect(page).to_have_title(re.compile("Passo 4 di 4"))
    expect(page.locator("main")).not_to_contain_text("Bottega")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.some_cases(0)
def test_axe_and_nu_find_no_faults_in_questionnaires(browser: Browser, site: str, tmp_path: Path) -> None:
    found = []
    for _name, go in of_a_questionnaire(site):
        context = browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
        found += checked(context.new_page(), go, tmp_path)
        context.close()
    assert found == []
    assert nu(tmp_path) == []
