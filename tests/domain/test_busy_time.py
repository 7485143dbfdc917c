"""What is taken, by whom, and how many meetings a day has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.wall_clock import Interval
from tests.domain.office import AVAILABILITY

NINE = datetime(2027, 1, 11, 8, tzinfo=UTC)


def interval(start: int, end: int) -> Interval:
    """From one minute after nine to another."""
    return Interval(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def taken(*pairs: tuple[int, int]) -> list[Taken]:
    return [Taken(interval(*pair), Holder.BOOKING) for pair in pairs]


@pytest.mark.parametrize(
    ("asked", "overlaps"),
    [
        ((0, 10), False),
        ((0, 11), True),
        ((10, 20), True),
        ((12, 13), True),
        ((20, 30), False),
        ((19, 30), True),
        ((20, 31), True),
        ((39, 41), True),
        ((50, 60), False),
        ((0, 100), True),
    ],
)
def test_an_interval_overlaps_where_it_shares_an_instant(asked: tuple[int, int], overlaps: bool) -> None:
    assert Occupied(taken((30, 40), (10, 20), (40, 50))).overlaps(interval(*asked)) is overlaps


def test_nothing_overlaps_where_nothing_is_taken() -> None:
    assert not Occupied().overlaps(interval(0, 1000))


@pytest.mark.parametrize("minute", range(0, 130, 5))
def test_intervals_inside_and_across_others_are_taken_as_one(minute: int) -> None:
    # A long one with short ones inside it, first and last; between them two by themselves.
    occupied = Occupied(taken((0, 40), (5, 10), (20, 30), (50, 60), (70, 80), (90, 120), (95, 100)))
    free = {40, 45, 60, 65, 80, 85, 120, 125}
    assert occupied.overlaps(interval(minute, minute + 5)) is (minute not in free)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=6),
    st.integers(0, 50),
    st.integers(1, 12),
)
def test_overlaps_and_holders_agree_with_each_interval_by_itself(
    pairs: list[tuple[int, int]], start: int, length: int
) -> None:
    occupied, asked = Occupied(taken(*((at, at + long) for at, long in pairs))), interval(start, start + length)
    sharing = [(at, at + long) for at, long in sorted(pairs) if at < start + length and start < at + long]
    assert [one.interval for one in occupied.holders(asked)] == [interval(*pair) for pair in sharing]
    assert occupied.overlaps(asked) is bool(sharing)


def test_holders_are_told_in_order_of_time_each_once() -> None:
    busy = Taken(interval(5, 15), Holder.BUSY, "Dentista")
    first, last = taken((0, 10), (20, 30))
    occupied = Occupied([last, busy, first])
    assert occupied.holders(interval(0, 30)) == (first, busy, last)
    assert occupied.holders(interval(10, 20)) == (busy,)
    assert occupied.holders(interval(15, 20)) == ()


def test_meetings_are_counted_by_kind_and_by_the_owners_day() -> None:
    late = datetime(2027, 1, 11, 23, 30, tzinfo=UTC)  # of Tuesday in Rome
    occupied = Occupied(
        starts=iter([("conoscitiva", NINE), ("conoscitiva", late), ("telefonata", NINE), ("telefonata", NINE)])
    )
    call, phone = AVAILABILITY.meetings
    counted = [
        [occupied.count(meeting, date(2027, 1, day), AVAILABILITY) for day in (10, 11, 12)] for meeting in (call, phone)
    ]
    assert counted == [[0, 1, 1], [0, 2, 0]]


def test_each_time_zone_counts_its_own_days() -> None:
    late = datetime(2027, 1, 11, 23, 30, tzinfo=UTC)
    occupied, call = Occupied(starts=[("conoscitiva", late)]), AVAILABILITY.meetings[0]
    london = AVAILABILITY.model_copy(update={"timezone": ZoneInfo("Europe/London")})
    assert [occupied.count(call, date(2027, 1, 11), rules) for rules in (AVAILABILITY, london)] == [0, 1]


@pytest.mark.parametrize(
    ("asked", "free"),
    [
        ((0, 60), [(0, 10), (20, 30), (50, 60)]),
        ((10, 50), [(20, 30)]),
        ((12, 18), []),
        ((15, 25), [(20, 25)]),
        ((20, 30), [(20, 30)]),
        ((50, 60), [(50, 60)]),
    ],
)
def test_gaps_are_what_nothing_keeps(asked: tuple[int, int], free: list[tuple[int, int]]) -> None:
    occupied = Occupied(taken((30, 40), (10, 20), (40, 50)))
    assert occupied.gaps(interval(*asked)) == tuple(interval(*one) for one in free)
    assert Occupied().gaps(interval(*asked)) == (interval(*asked),)
