"""What else visitors do: write a message, search, look from another zone; and the owner in her agenda."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.booking.processes import eventually
from tests.browser.engines.booking_walk import ALERT, NAME, TIMES
from tests.browser.engines.walker import Walker, button, css, link
from tests.browser.states import AGENDA
from tests.browser.test_agenda import booked, codes, links

SEARCH = css("main input[type=search]")
BY_CODE = button("Entra con il codice")
WORDS = "Vorrei sapere di più."


def writes_a_message(walker: Walker) -> None:
    """A message with a mistake, mended and sent; Back finds what was written."""
    walker.open("/contatti/")
    walker.fill(name=NAME, email="non va", message=WORDS)
    walker.follow(button("Invia"))
    walker.until(f"Boolean({ALERT})")
    assert walker.title().startswith("Errore: ")
    assert walker.held("name", "message") == [NAME, WORDS]
    walker.back()
    assert walker.held("name", "message") == [NAME, WORDS]
    walker.fill(email="non va ancora")
    walker.follow(button("Invia"))
    walker.until(f"Boolean({ALERT})")
    walker.fill(email="zoe@esempio.test")
    walker.follow(button("Invia"))
    walker.until("location.pathname === '/grazie/'")
    walker.back()
    assert walker.held("name", "message") == [NAME, WORDS]


def searches(walker: Walker) -> None:
    """A word is searched by typing, with an elided article as without; without scripts everything is listed."""
    walker.open("/")
    walker.follow(link("Cerca"))
    if walker.scripts:
        alone = finds(walker, "agenda")
        assert alone
        for words in ("l’agenda", "dell’agenda", "l'agenda"):
            assert finds(walker, words) == alone
        walker.engine.type(SEARCH, "preventivi")
        walker.follow(css('[data-found] a[href*="preventivi"]'))
    else:
        walker.follow(css('main .finds a[href*="preventivi"]'))
    assert "preventivi" in walker.path()


def finds(walker: Walker, words: str) -> list[str]:
    """The addresses that are found for some words, on a page that has found nothing yet."""
    walker.open("/cerca/")
    walker.until(f"Boolean({SEARCH})")
    walker.engine.type(SEARCH, words)
    walker.until("Boolean(document.querySelector('[data-count]')?.innerText)")
    return list(walker.engine.evaluate("[...document.querySelectorAll('[data-found] a')].map((one) => one.pathname)"))


def sees_her_own_hours(walker: Walker, elsewhere: bool) -> None:
    """The hour where the visitor is stands beside the owner's, where it is another."""
    walker.open(TIMES)
    walker.until("document.readyState === 'complete'")
    if elsewhere:
        walker.until_told("da te")
    assert ("da te" in walker.text("main form")) is elsewhere
    walker.fits()


def uses_the_agenda(walker: Walker, email: str) -> None:
    """The owner comes in by the mailed link, and again by the code, sees every page, and moves an appointment."""
    site = walker.site
    number = booked(site, "conoscitiva", email)
    asks_to_come_in(walker)
    walker.open(urlsplit(links(site)[0]).path)
    walker.follow(button("Entra"))
    walker.click(css(".agenda-tabs summary"))
    walker.follow(button("Esci"))
    asks_to_come_in(walker)
    comes_in_by_code(walker)
    for page in AGENDA:
        walker.open(f"/agenda/{page}")
        assert walker.text("main h1")
        walker.fits()
    walker.open(f"/agenda/appuntamenti/{number}/")
    walker.follow(link("Sposta", "main"))
    walker.choose("start", walker.values("start")[0])
    walker.follow(button("Sposta"))
    walker.until_told("Spostato", "[role=status]")
    walker.fits()


def asks_to_come_in(walker: Walker) -> None:
    """Ask for the mail that opens the agenda, and wait for it."""
    before = len(links(walker.site))
    walker.open("/agenda/")
    walker.follow(button("Mandami"))
    eventually(lambda: len(links(walker.site)) > before)


def comes_in_by_code(walker: Walker) -> None:
    """Type the code of the last mail, wrongly at first; on the page that asks for it nothing is out of view."""
    walker.fits()
    walker.fill(code="1234")
    walker.follow(BY_CODE)
    walker.until(f"Boolean({ALERT})")
    assert walker.title().startswith("Errore: ")
    walker.fits()
    walker.fill(code=codes(walker.site)[0])
    walker.follow(BY_CODE)
    walker.until_told("La tua agenda", "main h1")
