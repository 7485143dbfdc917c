"""The endpoint is gone, or says nothing: what was typed stays, and there is another way, in every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booking.processes import Process, eventually
from tests.browser.engines.booking_walk import CONFIRM, NAME, TIMES, chooses_a_time
from tests.browser.engines.conftest import ENGINES, Opened
from tests.browser.engines.cut_line import Line, State, line
from tests.browser.engines.engine import Settings
from tests.browser.engines.other_walks import WORDS
from tests.browser.engines.walker import Walker, button, field
from tests.building import CONTENT
from tests.soak import soak_count

EVERY: list[tuple[str, State]] = [
    (engine, state) for engine in ENGINES for state in ("closed", "bad gateway", "hanging")
]
WITH_SCRIPTS = EVERY if soak_count(0, 1) else [("firefox", "closed"), ("webkit", "hanging")]
# Without scripts a browser waits for as long as it likes.
WITHOUT = [way for way in EVERY if way[1] != "hanging"] if soak_count(0, 1) else [("webkit", "bad gateway")]
EMAIL = "zoe@esempio.test"
WORKING = "document.querySelector('main form [aria-disabled=true]')?.innerText === 'Un momento…'"
NOTICE = "document.querySelector('[data-unreachable]')?.checkVisibility() ?? false"


@pytest.fixture(scope="module")
def cut(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line to a site and its endpoint."""
    database = tmp_path_factory.mktemp("cut") / "booking.db"
    with line() as made:
        process = Process(
            {
                "BOOKING_DEV": "1",
                "BOOKING_DATABASE_URL": f"sqlite:///{database}",
                "BOOKING_SITE_DIR": str(output),
                "BOOKING_CONTENT": str(CONTENT),
                "BOOKING_RATE_LIMIT": "off",
                "BOOKING_SITE_URL": made.address,
            }
        )
        made.site = process.address
        yield made
        process.stop()


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize(("engine", "state"), WITH_SCRIPTS)
def test_typed_words_stay_and_a_notice_comes(opened: Opened, cut: Line, engine: str, state: State) -> None:
    cut.become("through")
    walker = Walker(opened(engine, Settings()), cut.address)
    in_details(walker)
    cut.become(state)
    walker.click(button("Continua"))
    if state == "hanging":
        # At once, and not when it has given up.
        walker.until(WORKING)
    walker.until(NOTICE)
    assert not walker.engine.evaluate(WORKING)
    walker.fits()
    assert walker.held("name", "email") == [NAME, EMAIL]
    assert EMAIL in walker.engine.evaluate("decodeURIComponent(document.querySelector('[data-unreachable] a').href)")
    cut.become("through")
    walker.follow(button("Continua"))
    walker.until(f"Boolean({CONFIRM})")

    walker.open("/contatti/")
    walker.fill(name=NAME, email=EMAIL, message=WORDS)
    cut.become(state)
    walker.click(button("Invia"))
    walker.until(NOTICE)
    assert walker.held("name", "email", "message") == [NAME, EMAIL, WORDS]
    cut.become("through")
    walker.follow(button("Invia"))
    walker.until("location.pathname === '/grazie/'")


@pytest.mark.soak
@pytest.mark.parametrize(("engine", "state"), WITHOUT)
def test_back_finds_typed_words_without_scripts(opened: Opened, cut: Line, engine: str, state: State) -> None:
    cut.become("through")
    walker = Walker(opened(engine, Settings(scripts=False)), cut.address, scripts=False)
    in_details(walker)
    cut.become(state)
    walker.click(button("Continua"))
    eventually(lambda: cut.turned_away > 0)
    walker.until_lost()
    cut.become("through")
    walker.engine.back()
    walker.until(f"Boolean({field('email')})")
    assert walker.held("name", "email") == [NAME, EMAIL]
    walker.follow(button("Continua"))
    walker.until(f"Boolean({CONFIRM})")


def in_details(walker: Walker) -> None:
    """Come to the details of a booking, and fill them in."""
    walker.open(TIMES)
    chooses_a_time(walker)
    walker.fill(name=NAME, email=EMAIL)
