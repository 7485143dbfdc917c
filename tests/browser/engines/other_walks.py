"""What else visitors do: write a message, search, look from another zone; and the owner in her agenda."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.booking.processes import eventually
from tests.browser.engines.booking_walk import ALERT, NAME, TIMES
from tests.browser.engines.walker import Walker, button, css, link
from tests.browser.states import AGENDA
from tests.browser.test_agenda import booked, links

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
    """A word is searched by typing; without scripts everything is listed."""
    walker.open("/")
    walker.follow(link("Cerca"))
    if walker.scripts:
        walker.engine.type(css("main input[type=search]"), "preventivi")
        walker.follow(css('[data-found] a[href*="preventivi"]'))
    else:
        walker.follow(css('main .finds a[href*="preventivi"]'))
    assert "preventivi" in walker.path()


def sees_her_own_hours(walker: Walker, elsewhere: bool) -> None:
    """The hour where the visitor is stands beside the owner's, where it is another."""
    walker.open(TIMES)
    walker.until("document.readyState === 'complete'")
    if elsewhere:
        walker.until_told("da te")
    assert ("da te" in walker.text("main form")) is elsewhere
    walker.fits()


def uses_the_agenda(walker: Walker, email: str) -> None:
    """The owner comes in by mail, sees every page, and moves an appointment."""
    site = walker.site
    number = booked(site, "conoscitiva", email)
    before = len(links(site))
    walker.open("/agenda/")
    walker.follow(button("Mandami"))
    eventually(lambda: len(links(site)) > before)
    walker.open(urlsplit(links(site)[0]).path)
    walker.follow(button("Entra"))
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
