"""The main ways through the site, in every engine, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import served
from tests.browser.engines.booking_walk import books_moves_and_cancels, loses_the_time
from tests.browser.engines.conftest import ENGINES, Opened
from tests.browser.engines.engine import Settings
from tests.browser.engines.other_walks import searches, sees_her_own_hours, uses_the_agenda, writes_a_message
from tests.browser.engines.walker import Walker
from tests.soak import soak_count

EVERY = [(engine, scripts) for engine in ENGINES for scripts in (True, False)]
NEW_YORK = "America/New_York"


def ways(*few: tuple[str, bool]) -> pytest.MarkDecorator:
    """The ways to walk: every engine with scripts and without, or a few. Chromium has tests of its own."""
    chosen = EVERY if soak_count(0, 1) else few
    names = [f"{engine}-{'scripts' if scripts else 'none'}" for engine, scripts in chosen]
    return pytest.mark.parametrize("walker", chosen, indirect=True, ids=names)


@pytest.fixture
def walker(request: pytest.FixtureRequest, opened: Opened, site: str) -> Walker:
    engine, scripts = request.param
    return Walker(opened(engine, Settings(scripts=scripts)), site, scripts)


@pytest.mark.soak
@ways(("firefox", True), ("webkit", False))
def test_a_booking_is_made_moved_and_cancelled(walker: Walker) -> None:
    books_moves_and_cancels(walker, "prenota@esempio.test")
    writes_a_message(walker)


@pytest.mark.soak
@ways(("webkit", True))
def test_a_lost_time_costs_nothing_typed(walker: Walker) -> None:
    loses_the_time(walker, "perde@esempio.test")
    searches(walker)


@pytest.mark.soak
@ways(("firefox", False))
def test_the_owner_uses_her_agenda(walker: Walker, output: Path, tmp_path: Path) -> None:
    # An agenda sends five links an hour, and each engine asks for two.
    with served(output, tmp_path) as walker.site:
        uses_the_agenda(walker, "agenda@esempio.test")


@pytest.mark.soak
@pytest.mark.parametrize("zone", ["Europe/Rome", NEW_YORK])
@pytest.mark.parametrize("engine", ENGINES[soak_count(-1, 0) :])
def test_visitors_abroad_see_their_own_hours(opened: Opened, site: str, engine: str, zone: str) -> None:
    sees_her_own_hours(Walker(opened(engine, Settings(zone=zone)), site), zone == NEW_YORK)
