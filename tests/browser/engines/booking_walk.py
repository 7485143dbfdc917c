"""A booking as visitors make it: from the home page to its end, with mistakes, and Back at each step."""

from __future__ import annotations

import httpx

from plugins.content.office_reader import read_office
from tests.browser.engines.walker import Walker, button, css, link
from tests.building import CONTENT

ARTICLE = "/blog/chi-e-un-assistente-virtuale/"
OFFICE = read_office(CONTENT)
SERVICE = next(one for one in OFFICE.catalogue.services if one.slug == "cosa-delegare")
FIRST_TALK = OFFICE.availability.first_talk()
NAME = "Zoë D’Angelo"
TIMES = f"/appuntamenti/orari?meeting={SERVICE.meeting}&service={SERVICE.slug}"
ALERT = css("[role=alert]")
CONFIRM = button("Conferma")
FIRST_HOUR = css(".soonest-day a")


def books_moves_and_cancels(walker: Walker, email: str) -> None:
    """Home, article, service, times; details, their check, the appointment; moved, and cancelled."""
    walker.open("/")
    walker.follow(css(f'main a[href="{ARTICLE}"]'))
    walker.follow(css(f'main a[href="/{SERVICE.address}"]'))
    assert SERVICE.title in walker.text("h1")
    walker.follow(css(f'main a[href*="service={SERVICE.slug}"]'))
    continues_without_a_time(walker)
    chooses_a_time(walker)
    errs_and_goes_back(walker, email)
    walker.follow(CONFIRM)
    appointment = confirmed(walker)
    walker.back()
    walker.until(f"Boolean({CONFIRM})")
    walker.follow(CONFIRM)
    assert confirmed(walker) == appointment
    walker.follow(link("Sposta"))
    walker.choose("start", walker.values("start")[1])
    walker.follow(button("Sposta"))
    walker.until_told("spostato", "main h1")
    walker.follow(link("Annulla"))
    walker.follow(button("Annulla"))
    walker.until("document.querySelector('main').innerText.toLowerCase().includes('annullato')")


def continues_without_a_time(walker: Walker) -> None:
    """Nothing leads on before a time is chosen; by an address alone it is said, and the times are still there."""
    assert not walker.engine.evaluate(f"Boolean({button('Continua')})")
    walker.open(TIMES.replace("/orari", "/dettagli"))
    walker.until(f"Boolean({ALERT})")
    assert walker.values("start")
    walker.fits()


def chooses_a_time(walker: Walker, number: int = 0) -> str:
    """Choose a time, which leads to the details; the time."""
    start = walker.values("start")[number]
    walker.fits()
    walker.follow(css(f'main button[name="start"][value="{start}"]'))
    return start


def errs_and_goes_back(walker: Walker, email: str) -> None:
    """A mistake in the details, mended where its link leads; from the check Back to them, and on again."""
    walker.fill(name=NAME, email="non è un indirizzo")
    walker.follow(button("Continua"))
    walker.until(f"Boolean({ALERT})")
    assert walker.title().startswith("Errore: ")
    assert walker.held("name") == [NAME]
    walker.fits()
    walker.click(css("[role=alert] a"))
    walker.until("location.hash === '#campo-email' && document.activeElement.name === 'email'")
    for _ in range(2):
        walker.fill(email=email)
        walker.follow(button("Continua"))
        walker.until(f"Boolean({CONFIRM})")
        assert email in walker.text()
        walker.fits()
        walker.back()
        # The mended form, and not what was typed first: to WebKit an address and a place in it are one page.
        walker.until("document.title.startsWith('Errore: ')")
        assert walker.held("name", "email") == [NAME, email]
    walker.fill(email=email)
    walker.follow(button("Continua"))


def takes_the_first_hour(walker: Walker) -> str:
    """The page to begin at: its first hour is one tap, and without scripts the button for all of them leads to one."""
    walker.open("/")
    walker.follow(link("Prenota"))
    if not walker.scripts:
        walker.follow(button("Tutti gli orari"))
        return chooses_a_time(walker)
    walker.until(f"Boolean({FIRST_HOUR})")
    walker.fits()
    walker.follow(FIRST_HOUR)
    return str(walker.engine.evaluate("new URLSearchParams(location.search).get('start')"))


def loses_the_time(walker: Walker, email: str) -> None:
    """Another visitor takes the time that is being confirmed: near ones are offered, and nothing is typed again."""
    assert FIRST_TALK
    start = takes_the_first_hour(walker)
    walker.fill(name=NAME, email=email)
    walker.follow(button("Continua"))
    walker.until(f"Boolean({CONFIRM})")
    taken = {"meeting": FIRST_TALK.slug, "start": start, "name": "Ada", "email": f"prima-{email}"}
    assert httpx.post(f"{walker.site}/api/bookings", json=taken).status_code == 201
    walker.follow(CONFIRM)
    walker.until(f"Boolean({ALERT})")
    walker.fits()
    near = walker.values("start")
    assert near
    assert start not in near
    chooses_a_time(walker)
    walker.until(f"Boolean({CONFIRM}) || Boolean(document.querySelector('main [name=email]'))")
    if not walker.engine.evaluate(f"Boolean({CONFIRM})"):
        assert walker.held("name", "email") == [NAME, email]
        walker.follow(button("Continua"))
    walker.follow(CONFIRM)
    confirmed(walker)


def confirmed(walker: Walker) -> str:
    """The path of the appointment that has been made."""
    walker.until(f"Boolean({link('Sposta')})")
    assert walker.path().startswith("/appuntamenti/")
    walker.fits()
    return walker.path()
