"""A crowd on four processes for the seats of a few times, and for other meetings at those times: nobody sits twice."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import make_url, select

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings, claims, holds, outbox, seats
from tests.booking.crowd import Request, ask_at_once
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.processes import free_starts, serving_forked
from tests.soak import soak_count

PROCESSES, SEATS = 4, 7
CROWD = soak_count(30, 500)
TIMES = soak_count(2, 12)  # for which far more ask than there are seats
MEETINGS = [
    TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "step": 60, "after": 15, "seats": SEATS},
    TALK | {"minutes": 20, "step": 20},
    CALL | {"confirmation": "automatic"},
]


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_a_crowd_for_one_group_fills_its_seats_exactly(database_url: str, tmp_path: Path) -> None:
    content = write_content(tmp_path / "office", meetings=MEETINGS)
    chance = Random(database_url.split(":")[0])
    with ExitStack() as stack:
        variables = {
            "BOOKING_DATABASE_URL": database_url,
            "BOOKING_CONTENT": str(content),
            "BOOKING_RATE_LIMIT": "off",
            "BOOKING_SITE_URL": "http://127.0.0.1:8000",
        }
        running = [stack.enter_context(serving_forked(**variables)) for _ in range(PROCESSES)]
        addresses = [process.address for process in running]
        groups = free_starts(addresses[0], "corso")[1::2][:TIMES]
        alone = free_starts(addresses[0], "conoscitiva")[: 12 * TIMES]
        # One in ten asks for another meeting, at a time that may be in the way of a group.
        wishes = [
            asked(meeting="conoscitiva", start=chance.choice(alone), email=f"sola{number}@example.com")
            if number % 10 == 0
            else asked(meeting="corso", start=chance.choice(groups), email=f"ada{number}@example.com")
            for number in range(CROWD)
        ]
        requests = [Request(chance.choice(addresses), "/api/bookings", json.dumps(wish)) for wish in wishes]
        answers = ask_at_once(requests)
    assert {answer.status for answer in answers} == {201, 409}, Counter(one.status for one in answers)
    engine = open_engine(make_url(database_url))
    with engine.begin() as connection:
        kept = connection.execute(select(bookings)).all()
        sitting = {row.booking_id: row for row in connection.execute(select(seats))}
        held = {row.id: row for row in connection.execute(select(holds))}
        cells = connection.execute(select(claims)).all()
        mails = Counter(row.kind for row in connection.execute(select(outbox)))
    engine.dispose()
    told = Counter(answer.status for answer in answers)
    assert (len(kept), mails) == (told[201], {"booked-owner": told[201], "booked-visitor": told[201]})
    assert set(sitting) == {row.id for row in kept if row.meeting == "corso"}
    numbers = Counter(row.hold_id for row in sitting.values())
    for one, number in numbers.items():
        assert sorted(row.number for row in sitting.values() if row.hold_id == one) == list(range(number))
    assert set(numbers) == set(held)
    # Each time of a group was either lost to another meeting, or filled by those who asked for it.
    asking = Counter(datetime.fromisoformat(str(wish["start"])) for wish in wishes if wish["meeting"] == "corso")
    full = [one for one in held.values() if numbers[one.id] == SEATS]
    assert full
    assert {one.id: numbers[one.id] for one in held.values()} == {
        one.id: min(SEATS, asking[one.start]) for one in held.values()
    }
    owners = {row.id: sitting[row.id].hold_id if row.id in sitting else row.id for row in kept}
    times = sorted({(row.busy_from, row.busy_until, owners[row.id]) for row in kept})
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    assert {(row.booking_id or row.hold_id) for row in cells} == {name for _, _, name in times}
