"""Starts that no page offers, sent all the same, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from plugins.booking.storage.schema import bookings, claims
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.tables import count


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    buffers = {"minutes": 30, "step": 10, "before": 10, "after": 20}
    with endpoint(write_content(tmp_path / "office", talk=buffers), database_url) as running:
        yield running


def ask(desk: Endpoint, **changed: object) -> int:
    return desk.http.post("/api/bookings", json=asked(**changed)).status_code


@pytest.mark.parametrize("clock", ["09:10", "09:20", "10:00", "10:10", "10:20", "10:50"])
def test_a_start_whose_margins_touch_anothers_is_refused(desk: Endpoint, clock: str) -> None:
    # From ten on with its margins: 9:50 to 10:50, and the next may begin ten minutes after.
    assert ask(desk) == 201
    assert ask(desk, start=f"2027-01-12T{clock}:00+01:00") == 409
    assert count(desk.engine, bookings) == 1


@pytest.mark.parametrize("clock", ["09:00", "11:00"])
def test_a_start_whose_margins_end_where_anothers_begin_is_accepted(desk: Endpoint, clock: str) -> None:
    assert ask(desk) == 201
    assert ask(desk, start=f"2027-01-12T{clock}:00+01:00") == 201


def test_another_kind_of_meeting_cannot_slip_into_the_margins(desk: Endpoint) -> None:
    assert ask(desk) == 201
    for clock in ("09:30", "10:30"):
        start = f"2027-01-12T{clock}:00+01:00"
        # Twenty minutes from half past nine end where the margin begins.
        expected = 201 if clock == "09:30" else 409
        assert ask(desk, meeting="telefonata", phone="333 1234567", start=start) == expected


@pytest.mark.parametrize("extra", [{"end": "2027-01-12T12:00:00+01:00"}, {"minutes": 5}, {"after": 0, "before": 0}])
def test_nobody_chooses_how_long_a_meeting_is(desk: Endpoint, extra: dict[str, object]) -> None:
    answer = desk.http.post("/api/bookings", json=asked() | extra)
    assert answer.status_code == 201
    assert answer.json()["end"] == "2027-01-12T10:30:00+01:00"
    assert count(desk.engine, claims) == 12


def test_one_second_inside_the_notice_is_too_late(desk: Endpoint) -> None:
    desk.clock.now += timedelta(seconds=1)
    assert ask(desk, start="2027-01-11T11:00:00+01:00") == 409
    desk.clock.now -= timedelta(seconds=1)
    assert ask(desk, start="2027-01-11T11:00:00+01:00") == 201


@pytest.mark.parametrize("start", ["2027-01-12T10:00:01+01:00", "2027-01-12T10:00:00.000001+01:00"])
def test_a_start_an_instant_off_the_grid_is_refused(desk: Endpoint, start: str) -> None:
    assert ask(desk, start=start) == 409
