"""A meeting of several people is moved while a seat of it is held, and while others book and cancel, on each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.service.group_move import GroupMove, GroupRefused
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.idempotency import attempt_of_form
from plugins.booking.storage.schema import bookings, claims, holds, seats
from plugins.booking.storage.waiting import OfferGone
from plugins.domain.booking_lifecycle import ChangeRefused
from tests.booking.office import CALL, TALK
from tests.booking.tables import count
from tests.booking.waiting_scene import NINE, Scene, scene

COURSE = TALK | {"seats": 3, "minutes": 60, "step": 30}
LATER, APART, LAST = (NINE + timedelta(minutes=minutes) for minutes in (30, 90, 150))
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with scene(tmp_path, database_url, hours={"tuesday": ["09:00-13:00"]}, meetings=[COURSE, CALL]) as opened:
        yield opened


@pytest.fixture
def group(office: Scene) -> list[str]:
    """Three who share the time at nine."""
    return [office.book(NINE) for _ in range(3)]


def group_of(office: Scene, booking: str) -> str:
    with office.engine.begin() as connection:
        return str(connection.execute(select(seats.c.hold_id).where(seats.c.booking_id == booking)).scalar_one())


def move(office: Scene, group_id: str, start: datetime, key: str = "a key of a form") -> str | None:
    services = office.services
    mover = GroupMove(
        office.store, services.booking_service, services.mail_composer, office.readers[-1], office.clock, lambda: None
    )
    made = attempt_of_form("sposta-gruppo", key, {"group": group_id, "start": start.isoformat()})
    assert made
    return mover.move(group_id, start, None, False, made)


def sitting(office: Scene) -> list[tuple[datetime, int]]:
    """Each group's start and how many sit there, who all have that start themselves."""
    query = select(holds.c.start, bookings.c.start).select_from(
        seats.join(holds, holds.c.id == seats.c.hold_id).join(bookings, bookings.c.id == seats.c.booking_id)
    )
    with office.engine.begin() as connection:
        rows = connection.execute(query).all()
    assert all(held == booked for held, booked in rows)
    found = [start for start, _ in rows]
    return [(start, found.count(start)) for start in sorted(set(found))]


def test_held_seat_stays_where_it_was_offered(office: Scene, group: list[str]) -> None:
    ada = office.wait("ada")
    office.cancel(group[0])
    assert office.job.make() == 1
    assert move(office, group_of(office, group[1]), APART)
    assert (office.held(ada), sitting(office)) == (NINE, [(APART, 2)])
    office.take(ada)
    assert sitting(office) == [(NINE, 1), (APART, 2)]
    assert (count(office.engine, holds), count(office.engine, seats)) == (2, 3)


def test_held_seat_keeps_its_time_from_a_move(office: Scene, group: list[str]) -> None:
    ada = office.wait("ada")
    office.cancel(group[0])
    office.job.make()
    office.deliver()
    with pytest.raises(GroupRefused):
        move(office, group_of(office, group[1]), LATER)
    assert (office.held(ada), sitting(office)) == (NINE, [(NINE, 2)])
    office.clock.now += 5 * HOUR
    # By the clock alone: nothing has swept it.
    assert move(office, group_of(office, group[1]), LATER)
    assert sitting(office) == [(LATER, 2)]
    assert (count(office.engine, holds), count(office.engine, seats)) == (1, 2)


def test_seat_held_in_a_group_called_off_can_be_taken(office: Scene, group: list[str]) -> None:
    ada = office.wait("ada")
    for one in group:
        office.cancel(one)
        office.job.make()
    assert office.take(ada)["status"] == "confirmed"
    assert (sitting(office), count(office.engine, holds)) == ([(NINE, 1)], 1)


def test_group_joins_a_time_of_which_a_seat_is_held(office: Scene, group: list[str]) -> None:
    others = [office.book(LAST) for _ in range(3)]
    ada = office.wait("ada")
    for one in others:
        office.cancel(one)
        office.job.make()
    assert office.held(ada) == LAST
    with pytest.raises(GroupRefused):  # three do not fit beside the one it is held for
        move(office, group_of(office, group[0]), LAST)
    office.cancel(group[0])
    assert move(office, group_of(office, group[1]), LAST)
    office.take(ada)
    assert sitting(office) == [(LAST, 3)]


def at_once(*steps: Callable[[], object]) -> list[object]:
    """What each step gave, or the refusal it met; anything else is raised."""

    def tried(step: Callable[[], object]) -> object:
        try:
            return step()
        except (ChangeRefused, GroupRefused, OfferGone, SlotTaken) as refused:
            return refused

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(tried, steps))


def test_two_moves_at_once_leave_one_group(office: Scene, group: list[str]) -> None:
    moved = group_of(office, group[0])
    answers = at_once(*[lambda one=one: move(office, moved, one, f"key {one}") for one in (LATER, APART, LAST)])
    assert len([one for one in answers if isinstance(one, str)]) == 1
    ((_start, people),) = sitting(office)
    assert (people, count(office.engine, holds)) == (3, 1)


def test_people_who_cancel_and_book_while_a_group_moves(office: Scene, group: list[str]) -> None:
    moved = group_of(office, group[0])
    at_once(
        lambda: office.cancel(group[0]),
        lambda: move(office, moved, APART),
        lambda: office.cancel(group[1]),
        *[lambda: office.book(APART) for _ in range(4)],
        lambda: office.book(NINE),
    )
    found = sitting(office)
    assert all(people <= 3 for _start, people in found)
    assert count(office.engine, holds) == len(found)
    # An hour, in cells of five minutes.
    assert count(office.engine, claims) == 12 * len(found)


def test_held_seat_is_taken_while_its_group_moves(office: Scene, group: list[str]) -> None:
    ada = office.wait("ada")
    office.cancel(group[0])
    office.job.make()
    moved = group_of(office, group[1])
    taken, _moved = at_once(lambda: office.take(ada), lambda: move(office, moved, LATER))
    assert isinstance(taken, dict)
    assert sum(people for _start, people in sitting(office)) == 3
    assert count(office.engine, holds) == 1
