"""States of the site that no address alone leads to, each with the way there, for whoever looks at or checks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
from playwright.sync_api import Page

from tests.booking.processes import free_starts
from tests.browser.test_agenda import ask_to_come_in, booked, come_in, sign_in

MEETING = "conoscitiva"
DETAILS = f"/appuntamenti/dettagli?meeting={MEETING}&service=cosa-delegare"
TIMES = f"/appuntamenti/orari?meeting={MEETING}"
AGENDA = (
    "",
    "giorno/",
    "mese/",
    "passati/",
    "messaggi/",
    "bloccato/",
    "nuovo/",
    f"nuovo/?meeting={MEETING}",
    "calendari/",
)


def of_visitors(site: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """What a visitor may come to see, by name, each from a fresh page."""
    yield "prenota-fuso", lambda page: _open(page, f"{site}/appuntamenti/fuso?meeting={MEETING}")
    yield "prenota-errore", lambda page: _wrong_details(page, site)
    yield "prenota-controlla", lambda page: _checked(page, site)
    yield "prenota-orario-preso", lambda page: _lost(page, site)
    yield "prenota-non-risponde", lambda page: _unanswered(page, site)
    yield "contatti-errore", _wrong_message
    yield "messaggio-inviato", lambda page: _open(page, f"{site}/messaggi/inviato")
    yield "cerca-trovato", lambda page: _searched(page, "preventivi")
    yield "cerca-niente", lambda page: _searched(page, "xyzzy")
    manage = _manage(site)
    yield "appuntamento", lambda page: _open(page, manage)
    yield "appuntamento-sposta", lambda page: _open(page, f"{manage}sposta")
    yield "appuntamento-annulla", lambda page: _open(page, f"{manage}annulla")
    yield "appuntamento-annullato", lambda page: _called_off(page, site)
    yield "appuntamento-spostato", lambda page: _moved(page, site)
    yield "appuntamento-sposta-preso", lambda page: _moved_too_late(page, site)
    yield "prenota-senza-orari", _no_hours
    yield "prenota-orari-altrove", lambda page: _open(page, f"{site}{TIMES}&timezone=America/New_York")
    yield "prenota-senza-scelta", lambda page: _open(page, f"{site}/appuntamenti/dettagli?meeting={MEETING}")
    yield "prenota-tolto", lambda page: _open(page, f"{site}/appuntamenti/orari?meeting=non-esiste")
    yield "appuntamento-non-trovato", lambda page: _open(page, f"{site}/appuntamenti/nessuno/")


def of_a_questionnaire(site: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """The steps of a meeting whose questions branch, on a site that asks those of `test_questionnaire.py`."""
    yield "domande", lambda page: _open(page, _details(site))
    yield "domande-errore", lambda page: _answered(page, site, "zoe chiocciola", ".error-summary")
    yield "domande-ramo", lambda page: _answered(page, site, "zoe@esempio.test", "h1:text('Ancora qualche domanda')")
    yield "domande-ramo-errore", lambda page: _branch_left_out(page, site)
    yield "domande-controllo", lambda page: _branch_answered(page, site)


def of_a_testimonial(site: str, address: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """A word about a meeting at its address, in one page of a browser: from asked for to done with."""
    yield "parole", lambda page: _open(page, f"{site}{address}")
    yield "parole-errore", _words_refused
    yield "parole-date", _words_given
    yield "agenda-parole", lambda page: _words_to_approve(page, site)
    yield "agenda-parole-approvate", _words_approved
    yield "parole-approvate", lambda page: _open(page, f"{site}{address}")


def of_a_testimonial_declined(site: str, address: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """Another word, in a page of a browser in which the owner is signed in: declined, and what its client reads."""
    yield "parole-altre", lambda page: _words_left(page, f"{site}{address}")
    yield "agenda-parole-scartate", lambda page: _words_declined(page, site)
    yield "parole-scartate", lambda page: _open(page, f"{site}{address}")


def _words_left(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Le tue parole").fill("Uffa.")
    _words_given(page)


def _words_declined(page: Page, site: str) -> None:
    page.goto(f"{site}/agenda/parole/")
    page.get_by_role("button", name="Scarta e cancella").click()
    page.wait_for_selector("text=non resta niente")


def _words_refused(page: Page) -> None:
    page.get_by_label("Le tue parole").fill("Le mail le guardavo la sera.")
    page.get_by_role("button", name="Manda").click()
    page.wait_for_selector(".error-summary")


def _words_given(page: Page) -> None:
    page.get_by_label("Sì, queste parole").check()
    page.get_by_role("button", name="Manda").click()
    page.wait_for_selector("[data-state=given]")


def _words_to_approve(page: Page, site: str) -> None:
    sign_in(page, site)
    page.goto(f"{site}/agenda/parole/")


def _words_approved(page: Page) -> None:
    page.get_by_role("button", name="Approva").click()
    page.wait_for_selector("textarea")


def of_a_group(site: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """The owner's pages of a meeting of several people, the only one there is, in one page of a browser."""
    yield "agenda-gruppo", lambda page: _group(page, site)
    yield "agenda-gruppo-sposta", lambda page: page.get_by_role("link", name="Scegli un altro orario").click()
    yield "agenda-gruppo-sposta-errore", _group_not_moved
    yield "agenda-gruppo-spostato", _group_moved


def _group(page: Page, site: str) -> None:
    sign_in(page, site)
    page.goto(page.locator('main a[href*="/agenda/gruppi/"]').first.get_attribute("href") or "")


def _group_not_moved(page: Page) -> None:
    page.get_by_role("button", name="Sposta tutti").click()
    page.wait_for_selector(".error-summary")


def _group_moved(page: Page) -> None:
    page.locator('main input[name="start"]').first.check()
    page.get_by_role("button", name="Sposta tutti").click()
    page.wait_for_selector("text=Spostato per tutti")


def of_the_owner(site: str) -> Iterator[tuple[str, Callable[[Page], None]]]:
    """The pages of the agenda, the first of which is the way in: one page of a browser, signed in as they go."""
    yield "agenda-fuori", lambda page: _open(page, f"{site}/agenda/")
    booking = booked(site, MEETING, "giulia@esempio.test")
    httpx.post(f"{site}/api/messages", json={"name": "Zoë", "email": "zoe@esempio.test", "message": "Buongiorno!"})
    yield "agenda-posta", lambda page: ask_to_come_in(page, site)
    yield "agenda-codice-errato", _wrong_code
    yield "agenda", lambda page: _come_in(page, site)
    for place in AGENDA[1:]:
        name = "agenda-" + place.partition("?")[0].strip("/") + ("-incontro" if "?" in place else "")
        yield name, lambda page, place=place: _open(page, f"{site}/agenda/{place}")  # type: ignore[misc]
    yield "agenda-appuntamento", lambda page: _open(page, f"{site}/agenda/appuntamenti/{booking}/")
    yield "agenda-sposta", lambda page: _open(page, f"{site}/agenda/appuntamenti/{booking}/sposta")
    yield (
        "agenda-spiega",
        lambda page: _open(page, f"{site}/agenda/spiega?meeting={MEETING}&start=2030-01-07T09:00:00Z"),
    )


def _wrong_code(page: Page) -> None:
    page.get_by_label("Il codice che è nella mail").fill("1234")
    page.get_by_role("button", name="Entra con il codice").click()
    page.wait_for_selector(".error-summary")


def _come_in(page: Page, site: str) -> None:
    asked = page.get_by_label("Il codice che è nella mail").count()
    (come_in if asked else sign_in)(page, site)


def _open(page: Page, address: str) -> None:
    page.goto(address)


def _fill(page: Page, site: str, email: str) -> None:
    page.goto(f"{DETAILS}&start={free_starts(site)[0].replace('+', '%2B')}")
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Vuoi anticipare").fill("Ho una bottega di ceramica e troppa posta.")


def _wrong_details(page: Page, site: str) -> None:
    _fill(page, site, "zoe chiocciola esempio")
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector(".error-summary")


def _checked(page: Page, site: str) -> None:
    _fill(page, site, "zoe@esempio.test")
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector(".summary")


def _lost(page: Page, site: str) -> None:
    start = free_starts(site)[0]
    _checked(page, site)
    fields = {"meeting": MEETING, "start": start, "name": "Ada", "email": "ada@esempio.test"}
    assert httpx.post(f"{site}/api/bookings", json=fields).status_code == 201
    page.get_by_role("button", name="Conferma l’appuntamento").click()
    page.wait_for_selector(".alert:not([hidden])")


def _unanswered(page: Page, site: str) -> None:
    _fill(page, site, "zoe@esempio.test")
    page.route("**/health", lambda route: route.abort())
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector("[data-unreachable]:not([hidden])")


def _wrong_message(page: Page) -> None:
    page.goto("/contatti/")
    page.get_by_label("Il messaggio").fill("Buongiorno!")
    page.get_by_role("button", name="Invia il messaggio").click()
    page.wait_for_selector(".error-summary")


def _searched(page: Page, word: str) -> None:
    page.goto(f"/cerca/?q={word}")
    page.wait_for_selector("[data-count]:not(:empty)")


def _manage(site: str) -> str:
    fields = {"meeting": MEETING, "start": free_starts(site)[-1], "name": "Zoë", "email": "zoe@esempio.test"}
    answer = httpx.post(f"{site}/api/bookings", json=fields)
    assert answer.status_code == 201, answer.text
    return str(httpx.URL(answer.json()["manage_url"]).path)


def _called_off(page: Page, site: str) -> None:
    page.goto(f"{_manage(site)}annulla")
    page.get_by_role("button", name="Annulla l’appuntamento").click()
    page.wait_for_selector("[data-state=cancelled]")


def _chosen_to_move(page: Page, site: str) -> str:
    page.goto(f"{_manage(site)}sposta")
    radio = page.locator('main input[name="start"]').first
    radio.check()
    return radio.get_attribute("value") or ""


def _moved(page: Page, site: str) -> None:
    _chosen_to_move(page, site)
    page.get_by_role("button", name="Sposta qui").first.click()
    page.wait_for_url("**/appuntamenti/*/")


def _moved_too_late(page: Page, site: str) -> None:
    fields = {"meeting": MEETING, "start": _chosen_to_move(page, site), "name": "Ada", "email": "ada@esempio.test"}
    assert httpx.post(f"{site}/api/bookings", json=fields).status_code == 201
    page.get_by_role("button", name="Sposta qui").first.click()
    page.wait_for_selector("[role=alert]")


def _no_hours(page: Page) -> None:
    page.route("**/api/slots*", lambda route: route.abort())
    page.goto("/prenota/")
    page.wait_for_selector("main .by-mail")


def _details(site: str) -> str:
    start = free_starts(site)[0].replace("+", "%2B")
    return f"{site}/appuntamenti/dettagli?meeting={MEETING}&start={start}"


def _answered(page: Page, site: str, email: str, then: str) -> None:
    page.goto(_details(site))
    page.get_by_label("Nome e cognome").fill("Zoë D’Angelo")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Sì").check()
    page.get_by_label("Posta").check()
    # As a browser without scripts sends it.
    page.evaluate("document.querySelectorAll('[data-when]').forEach((one) => one.remove())")
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector(then)


def _branch_left_out(page: Page, site: str) -> None:
    _answered(page, site, "zoe@esempio.test", "h1:text('Ancora qualche domanda')")
    page.get_by_label("In quanti siete?").fill("molti")
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector(".error-summary")


def _branch_answered(page: Page, site: str) -> None:
    _answered(page, site, "zoe@esempio.test", "h1:text('Ancora qualche domanda')")
    page.get_by_label("Studio").check()
    page.get_by_role("button", name="Continua").click()
    page.wait_for_selector("dl.summary")
