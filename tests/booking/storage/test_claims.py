"""What is read around a start is all that its judgement depends on, and nothing of the rest of the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from plugins.booking.storage.booking_rows import add
from plugins.booking.storage.claims import occupied
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.schema import blocks, bookings
from plugins.content.office_reader import read_office
from plugins.domain.availability import Availability, Meeting
from plugins.domain.bookings import Booking, Status
from plugins.domain.clock_ranges import WEEKDAYS
from plugins.domain.slots import claim, judge, reach
from plugins.domain.wall_clock import Interval
from tests.booking.office import NOW, write_content
from tests.soak import soak_count

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LENGTHS, BUFFERS = st.sampled_from([30, 24 * 60]), st.sampled_from([0, 24 * 60])
# Around the night in March when clocks are set forward, in Rome.
STARTS = st.integers(-60, 60).map(lambda hours: datetime.fromisoformat("2027-03-28T01:00Z") + hours * 60 * MINUTE)
SHORT = Meeting(slug="conoscitiva", title="x", minutes=30, step=30, per_day=1)
LONG = Meeting(slug="conoscitiva", title="x", minutes=24 * 60, step=30, before=24 * 60, after=24 * 60)
MIDNIGHT = datetime.fromisoformat("2027-03-28T00:00+01:00")
MEETINGS = st.builds(
    Meeting,
    slug=st.just("conoscitiva"), title=st.just("x"), minutes=LENGTHS, step=LENGTHS,
    before=BUFFERS, after=BUFFERS, per_day=st.sampled_from([None, 1, 2, 3]),
)  # fmt: skip


@pytest.fixture
def availability(tmp_path: Path) -> Availability:
    always = {day: ["00:00-24:00"] for day in WEEKDAYS}
    return read_office(write_content(tmp_path / "always", hours=always, horizon="365d")).availability


@settings(
    max_examples=soak_count(100, 3_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kept=st.lists(st.tuples(MEETINGS, STARTS, st.sampled_from(Status)), max_size=8),
    held=st.lists(st.tuples(STARTS, st.integers(1, 900)), max_size=2),
    meeting=MEETINGS,
    start=STARTS,
)
@example(
    kept=[(LONG, MIDNIGHT - 47 * 60 * MINUTE, Status.CONFIRMED)],
    held=[],
    meeting=SHORT.model_copy(update={"per_day": None}),
    start=MIDNIGHT,
)
@example(kept=[(SHORT, MIDNIGHT, Status.CONFIRMED)], held=[], meeting=SHORT, start=MIDNIGHT + 22 * 60 * MINUTE)
def test_bookings_loaded_around_a_start_suffice_to_judge_it(
    engine: Engine,
    availability: Availability,
    kept: list[tuple[Meeting, datetime, Status]],
    held: list[tuple[datetime, int]],
    meeting: Meeting,
    start: datetime,
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        for kind, at, status in kept:
            booking = Booking(
                id=new_id(NOW), meeting=kind.slug, status=status, start=at, end=at + kind.minutes * MINUTE,
                name="Ada", email="ada@example.com", created_at=NOW, updated_at=NOW,
            )  # fmt: skip
            add(connection, booking, claim(kind, at))
        for at, minutes in held:
            row = {"id": new_id(NOW), "start": at, "end": at + minutes * MINUTE, "created_at": NOW}
            connection.execute(blocks.insert(), row)
        around = occupied(connection, reach(meeting, start, availability), NOW)
        all_there_is = occupied(connection, Interval(start - 60 * DAY, start + 60 * DAY), NOW)
        assert judge(meeting, start, availability, around, NOW) == judge(
            meeting, start, availability, all_there_is, NOW
        )
        assert around.overlaps(claim(meeting, start)) == all_there_is.overlaps(claim(meeting, start))
        transaction.rollback()
    with engine.connect() as connection:
        assert connection.execute(bookings.select()).first() is None
