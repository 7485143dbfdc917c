"""The Back button, and the key of a message: what only a browser shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, java_script_enabled=request.param, locale="it-IT")
    yield context.new_page()
    context.close()


def types_a_wrong_address(page: Page) -> None:
    page.goto("/appuntamenti/orari?meeting=conoscitiva")
    # From the end, that no other test takes the same one.
    value = page.locator('main [name="start"]').last.get_attribute("value") or ""
    page.goto(f"/appuntamenti/dettagli?meeting=conoscitiva&start={value}")
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill("non è un indirizzo")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Errore: "))


@pytest.mark.some_cases(1)
def test_back_finds_each_step_as_it_was_left(page: Page) -> None:
    types_a_wrong_address(page)
    page.get_by_label("Email").fill("indietro@esempio.test")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Passo 4 di 4"))

    page.go_back()
    expect(page).to_have_title(re.compile("^Errore: Passo 3 di 4"))
    expect(page.get_by_label("Nome e cognome")).to_have_value("Zoë D’Angelo")
    page.get_by_label("Email").fill("indietro@esempio.test")
    page.get_by_role("button", name="Continua").click()
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    expect(page).to_have_url(re.compile(r"/appuntamenti/[\w.~-]{20,}/"))
    appointment = page.url

    page.go_back()
    expect(page).to_have_title(re.compile("^Passo 4 di 4"))
    expect(page.locator("main")).to_contain_text("Zoë D’Angelo")
    # Confirming again from there is the same appointment.
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    expect(page).to_have_url(appointment)


@pytest.mark.some_cases(1)
def test_back_over_a_followed_error_link_finds_the_mended_form(page: Page) -> None:
    types_a_wrong_address(page)
    page.locator(".error-summary a").click()
    expect(page).to_have_url(re.compile("#campo-email$"))
    wrong = page.url.partition("#")[0]
    page.get_by_label("Email").fill("indietro@esempio.test")
    page.get_by_role("button", name="Continua").click()
    expect(page).to_have_title(re.compile("^Passo 4 di 4"))
    # One address for both is one page to WebKit.
    assert page.url.partition("#")[0] != wrong

    page.go_back()
    expect(page).to_have_title(re.compile("^Errore: Passo 3 di 4"))
    expect(page.get_by_label("Email")).to_have_value("indietro@esempio.test")
    page.go_back()
    expect(page).to_have_url(wrong)
    expect(page.get_by_label("Email")).to_have_value("indietro@esempio.test")


def test_message_form_has_an_idempotency_key_only_with_scripts(browser: Browser, site: str) -> None:
    for scripts, key in ((True, re.compile(r"[0-9a-f-]{36}")), (False, re.compile("^$"))):
        context = browser.new_context(base_url=site, java_script_enabled=scripts)
        page = context.new_page()
        page.goto("/contatti/")
        expect(page.locator('main input[name="idempotency_key"]')).to_have_value(key)
        context.close()
