"""Who waits for a meeting of several people is held one seat, on each engine, and the others stay free."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.outdated_mails import WAITING_OFFER
from plugins.booking.storage.personal_data import erase
from plugins.booking.storage.schema import claims, holds, seats, waiting
from tests.booking.office import CALL, TALK
from tests.booking.tables import count
from tests.booking.waiting_scene import HALF_PAST, NINE, Scene, scene

HOUR = timedelta(hours=1)
COURSE = TALK | {"seats": 3}
WAITS: dict[str, Any] = {"waiting_hold": "4h"}
MORNING = {"tuesday": ["09:00-09:30"]}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with scene(tmp_path, database_url, hours=MORNING, meetings=[COURSE, CALL]) as opened:
        yield opened


@pytest.fixture
def full(office: Scene) -> tuple[Scene, list[str]]:
    """The office, all three seats of its only time taken."""
    return office, [office.book(NINE) for _ in range(3)]


def left(office: Scene) -> list[int | None]:
    service, day = office.services.booking_service, NINE.date()
    return [slot.left for slot in service.slots(service.meeting("conoscitiva"), day, day)]


def test_seat_given_back_is_held_for_the_first(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada, bea = office.wait("ada"), office.wait("bea")
    assert office.job.make() == 0
    office.cancel(booked[0])
    assert left(office) == [1]
    assert office.job.make() == 1
    assert (office.held(ada), office.held(bea)) == (NINE, None)
    assert left(office) == []
    with pytest.raises(SlotTaken):
        office.book(NINE)
    assert len(office.mails(WAITING_OFFER)) == 1
    made = office.take(ada)
    assert (made["status"], made["start"]) == ("confirmed", NINE.isoformat())
    assert count(office.engine, seats) == 3
    assert count(office.engine, holds) == 1


def test_each_seat_is_held_for_another(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada, bea, cleo = office.wait("ada"), office.wait("bea"), office.wait("cleo")
    office.cancel(booked[0])
    office.cancel(booked[1])
    assert office.job.make() == 2
    assert [office.held(one) for one in (ada, bea, cleo)] == [NINE, NINE, None]
    office.take(bea)
    assert office.held(ada) == NINE
    office.take(ada)
    assert left(office) == []


def test_seats_that_are_not_held_stay_free(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada = office.wait("ada")
    for one in booked:
        office.cancel(one)
    assert office.job.make() == 1
    # Nobody sits there: the time is kept for her seat, and two more may have it.
    assert left(office) == [2]
    office.book(NINE)
    office.book(NINE)
    with pytest.raises(SlotTaken):
        office.book(NINE)
    assert office.take(ada)["start"] == NINE.isoformat()
    assert count(office.engine, seats) == 3


def test_seat_alone_is_taken_and_its_time_claimed_once(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada = office.wait("ada")
    for one in booked:
        office.cancel(one)
    office.job.make()
    office.take(ada)
    assert (count(office.engine, holds), count(office.engine, seats), count(office.engine, claims)) == (1, 1, 6)


def test_seat_that_was_not_taken_goes_to_the_next(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada, bea = office.wait("ada"), office.wait("bea")
    office.cancel(booked[0])
    office.job.make()
    office.deliver()
    office.clock.now += 4 * HOUR
    # By the clock alone, whether or not a worker runs.
    assert left(office) == [1]
    office.job.make()
    assert (office.held(ada), office.held(bea)) == (None, NINE)
    office.services.waiting_list.decline(bea, NINE)
    assert left(office) == [1]
    office.book(NINE)
    assert left(office) == []


def test_time_of_a_held_seat_is_free_once_that_ends(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    office.wait("ada")
    for one in booked:
        office.cancel(one)
    office.job.make()
    office.deliver()
    office.clock.now += 5 * HOUR
    # Another kind of meeting may have it, though nothing has swept the seat yet.
    booked_call = office.book(NINE, meeting="telefonata", phone="333 1234567")
    assert booked_call
    assert (count(office.engine, holds), count(office.engine, seats)) == (0, 0)


def test_leaving_the_list_gives_the_seat_back(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada, bea = office.wait("ada"), office.wait("bea")
    office.cancel(booked[0])
    office.job.make()
    office.services.waiting_list.leave(ada)
    assert left(office) == [1]
    office.job.make()
    assert office.held(bea) == NINE
    erase(office.engine, "bea@example.com")
    assert left(office) == [1]
    assert count(office.engine, waiting) == 0


def test_database_refuses_one_seat_more_than_there_are(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    office.wait("ada")
    office.cancel(booked[0])
    office.job.make()
    with office.engine.begin() as connection:
        group, number = connection.execute(
            select(seats.c.hold_id, seats.c.number).where(seats.c.offer_id.is_not(None))
        ).one()
    for values in (
        {"number": number, "booking_id": booked[0]},
        {"number": 3, "booking_id": booked[0]},
        {"number": number},
    ):
        with pytest.raises(IntegrityError), office.engine.begin() as connection:
            connection.execute(insert(seats).values({"hold_id": group, "seats": 3} | values))
    with office.engine.begin() as connection:
        connection.execute(delete(holds).where(holds.c.kind == "seat"))
    assert count(office.engine, seats) == 2


def test_many_at_once_take_no_seat_that_is_held(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada = office.wait("ada")
    for one in booked:
        office.cancel(one)
    office.job.make()

    def try_to_book(_number: int) -> bool:
        try:
            office.book(NINE)
        except SlotTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(try_to_book, range(12))) == 2
    office.take(ada)
    assert count(office.engine, seats) == 3
    assert HALF_PAST not in office.starts()


def test_seat_held_before_its_kind_lost_seats_is_taken(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada = office.wait("ada")
    for one in booked:
        office.cancel(one)
    office.job.make()
    office.write(**WAITS, hours=MORNING, meetings=[TALK, CALL])
    assert office.starts() == []
    assert office.take(ada)["start"] == NINE.isoformat()
    assert (count(office.engine, holds), count(office.engine, seats), count(office.engine, claims)) == (0, 0, 6)


def test_time_held_before_the_kind_had_seats_begins_a_group(office: Scene) -> None:
    office.write(**WAITS, hours=MORNING, meetings=[TALK, CALL])
    booked = office.book(NINE)
    ada = office.wait("ada")
    office.cancel(booked)
    office.job.make()
    office.write(**WAITS, hours=MORNING, meetings=[COURSE, CALL])
    assert office.starts() == []
    assert office.take(ada)["start"] == NINE.isoformat()
    assert left(office) == [2]


def test_seat_that_there_is_no_longer_is_not_taken(full: tuple[Scene, list[str]]) -> None:
    office, booked = full
    ada, bea = office.wait("ada"), office.wait("bea")
    office.cancel(booked[0])
    office.job.make()
    # As of hours that are closed meanwhile: what the owner says now counts, and nobody sits on a seat too many.
    office.write(**WAITS, hours=MORNING, meetings=[COURSE | {"seats": 2}, CALL])
    with pytest.raises(SlotTaken):
        office.take(ada)
    office.services.waiting_list.decline(ada, NINE)
    assert (office.job.make(), office.held(bea)) == (0, None)
    assert count(office.engine, seats) == 2
