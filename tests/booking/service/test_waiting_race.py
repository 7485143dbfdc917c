"""A held time that ends at this moment, taken twice by who waits and booked by others at once: one of them has it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.schema import bookings, claims, holds
from plugins.booking.storage.waiting import OfferGone, Standing
from plugins.domain.slots import cells, claim
from tests.booking.office import Clock
from tests.booking.tables import count
from tests.booking.waiting_scene import NINE, Scene, scene
from tests.soak import soak_count

ROUNDS = soak_count(3, 40)


class AroundTheEnd(Clock):
    """A clock of many processes, which do not agree whether a hold is over."""

    def __init__(self, end: datetime, chance: Random) -> None:
        super().__init__(end)
        self.chance = chance

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=self.chance.choice([-1, 1]))


@pytest.mark.soak
def test_a_time_whose_hold_ends_is_given_once_at_most(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, won = Random(4), 0
    with scene(tmp_path, database_url, horizon="90d") as here:
        for number in range(ROUNDS):
            booked = here.book(NINE)
            who = here.wait(f"person{number}")
            here.cancel(booked)
            while here.job.make():
                continue
            found = here.standing(who)
            assert found.held
            assert found.held_until
            before = here.clock.now
            clock = AroundTheEnd(found.held_until, chance)
            for part in (here.services.waiting_list, here.services.booking_service):
                monkeypatch.setattr(part, "_clock", clock)
            with ThreadPoolExecutor(5) as pool:
                acts: list[Callable[[], object]] = [
                    *[lambda found=found: take(here, found)] * 2,
                    *[lambda: here.book(NINE)] * 2,
                    here.services.waiting_list.end_holds,
                ]
                chance.shuffle(acts)
                list(pool.map(tried, acts))
            monkeypatch.undo()
            here.clock.now = before
            for winner in winners(here):
                won += 1
                here.cancel(winner)
            here.services.waiting_list.leave(who)
            assert count(here.engine, holds) == count(here.engine, claims) == 0
    # Where those who take it find it over, and the others find it held, nobody has it.
    assert won


def take(here: Scene, found: Standing) -> object:
    assert found.held
    listed = here.services.waiting_list
    return listed.take(found.waiting, listed.read_taking(found.waiting, found.held.start, {}), None)


def tried(act: Callable[[], object]) -> None:
    with suppress(SlotTaken, OfferGone):
        act()


def winners(here: Scene) -> list[str]:
    """The booking that has the time, if any: its cells are that booking's, or still those of the hold."""
    meeting = here.services.booking_service.meeting("conoscitiva")
    with here.engine.begin() as connection:
        won = list(connection.execute(select(bookings.c.id).where(bookings.c.status == "confirmed")).scalars())
        kept = [(row.cell, row.booking_id) for row in connection.execute(select(claims))]
        held = connection.execute(select(holds)).all()
    assert len(won) + len(held) <= 1
    assert sorted(kept) == [(cell, won[0] if won else None) for cell in cells(claim(meeting, NINE)) if won or held]
    return won
