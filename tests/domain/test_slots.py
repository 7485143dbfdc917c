"""Offered = bookable, and each rule on its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.domain.availability import Availability, ClockRange, Opening
from plugins.domain.occupied import Holder, Occupied, Taken
from plugins.domain.slots import Rule, allowed_starts, cells, claim, judge, nearest, offered
from plugins.domain.wall_clock import Interval

ROME = ZoneInfo("Europe/Rome")
MONDAY = date(2027, 1, 11)
LONG_BEFORE = datetime(2027, 1, 4, 8, tzinfo=UTC)


def availability(**changes: object) -> Availability:
    meeting = {"slug": "call", "title": "Call", "minutes": 30, "step": 30, "after": 15, "per_day": 3}
    rules = {
        "timezone": "Europe/Rome",
        "hours": {"monday": ["09:00-13:00"], "sunday": ["00:00-24:00"]},
        "notice": "24h",
        "horizon": "60d",
        "meetings": [meeting],
    }
    return Availability.model_validate({**rules, **changes})


def rules_against(start: datetime, now: datetime = LONG_BEFORE, occupied: Occupied | None = None) -> set[Rule]:
    rules = availability()
    found = judge(rules.meetings[0], start, rules, occupied or Occupied(), now)
    return {refusal.rule for refusal in found}


def rome(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ROME)


def test_a_slot_inside_the_hours_is_bookable() -> None:
    assert rules_against(rome(MONDAY, 9)) == set()


def test_a_start_off_the_grid_is_refused() -> None:
    assert rules_against(rome(MONDAY, 9, 5)) == {Rule.HOURS}


def test_a_meeting_that_ends_after_the_hours_is_refused() -> None:
    assert rules_against(rome(MONDAY, 13)) == {Rule.HOURS}


def test_a_slot_one_second_inside_the_notice_is_refused() -> None:
    start = rome(MONDAY, 9)
    assert rules_against(start, now=start - timedelta(hours=24)) == set()
    assert rules_against(start, now=start - timedelta(hours=24) + timedelta(seconds=1)) == {Rule.NOTICE}


def test_a_slot_beyond_the_horizon_is_refused() -> None:
    assert rules_against(rome(MONDAY, 9), now=LONG_BEFORE - timedelta(days=60)) == {Rule.HORIZON}


def test_a_slot_inside_the_buffer_of_another_booking_is_refused() -> None:
    meeting = availability().meetings[0]
    occupied = Occupied([Taken(claim(meeting, rome(MONDAY, 9)), Holder.BOOKING)])
    assert rules_against(rome(MONDAY, 9, 30), occupied=occupied) == {Rule.TAKEN}
    assert rules_against(rome(MONDAY, 10), occupied=occupied) == set()


def test_the_daily_cap_counts_by_the_owners_day() -> None:
    occupied = Occupied(starts=[("call", rome(MONDAY, hour)) for hour in (10, 11, 12)])
    assert rules_against(rome(MONDAY, 9), occupied=occupied) == {Rule.PER_DAY}


def test_a_time_that_the_clocks_skip_is_not_offered() -> None:
    day = date(2027, 3, 28)
    rules = availability()
    slots = offered(rules.meetings[0], day, day, rules, Occupied(), datetime(2027, 3, 20, tzinfo=UTC))
    clocks = [f"{slot.start.astimezone(ROME):%H:%M}" for slot in slots]
    assert "01:30" in clocks
    assert "03:00" in clocks
    assert not {"02:00", "02:30"} & set(clocks)
    assert len(clocks) == 46


def test_a_time_that_comes_twice_is_offered_once() -> None:
    day = date(2027, 10, 31)
    rules = availability()
    slots = offered(rules.meetings[0], day, day, rules, Occupied(), datetime(2027, 10, 20, tzinfo=UTC))
    clocks = [f"{slot.start.astimezone(ROME):%H:%M}" for slot in slots]
    assert len(clocks) == len(set(clocks)) == 48


def test_an_opening_wins_over_a_closure() -> None:
    rules = availability(
        closures=[{"from": "2027-01-11", "to": "2027-01-17"}],
        openings=[{"date": "2027-01-16", "hours": ["09:00-10:00"]}],
    )
    slots = offered(rules.meetings[0], MONDAY, date(2027, 1, 17), rules, Occupied(), LONG_BEFORE)
    assert [slot.start for slot in slots] == [rome(date(2027, 1, 16), 9), rome(date(2027, 1, 16), 9, 30)]


def test_the_nearest_three_are_the_closest_in_time() -> None:
    rules = availability()
    meeting = rules.meetings[0]
    occupied = Occupied([Taken(claim(meeting, rome(MONDAY, 10)), Holder.BOOKING)])
    found = nearest(meeting, rome(MONDAY, 10), rules, occupied, LONG_BEFORE)
    assert [slot.start for slot in found] == [rome(MONDAY, 9), rome(MONDAY, 11), rome(MONDAY, 11, 30)]


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": {"monday": (ClockRange(600, 660),)}},
        {"openings": (Opening.model_validate({"date": MONDAY, "hours": ["10:00-11:00"]}),)},
    ],
    ids=["hours", "openings"],
)
def test_starts_once_asked_for_never_stand_for_other_hours(changes: dict[str, object]) -> None:
    before = availability()
    meeting = before.meetings[0]
    assert len(allowed_starts(meeting, MONDAY, before)) == 8
    after = before.model_copy(update=changes)
    assert allowed_starts(meeting, MONDAY, after) == (rome(MONDAY, 10), rome(MONDAY, 10, 30))


def test_starts_once_asked_for_give_way_to_a_national_holiday() -> None:
    before = availability()
    assert allowed_starts(before.meetings[0], MONDAY, before)
    assert allowed_starts(before.meetings[0], MONDAY, before.with_national_holidays({MONDAY})) == ()


@st.composite
def random_availability(draw: st.DrawFn) -> Availability:
    cuts = st.lists(st.integers(0, 288), min_size=2, max_size=4, unique=True).map(sorted)

    def ranges() -> list[str]:
        marks = draw(cuts)
        clock = [f"{mark // 12:02}:{mark % 12 * 5:02}" for mark in marks]
        return [f"{clock[i]}-{clock[i + 1]}" for i in range(0, len(clock) - 1, 2)]

    meeting = {
        "slug": "call", "title": "Call",
        "minutes": 5 * draw(st.integers(1, 24)), "step": 5 * draw(st.integers(1, 24)),
        "before": 5 * draw(st.integers(0, 6)), "after": 5 * draw(st.integers(0, 6)),
        "per_day": draw(st.none() | st.integers(1, 4)),
    }  # fmt: skip
    days = draw(st.sets(st.sampled_from(["monday", "saturday", "sunday"]), min_size=1))
    return availability(
        hours={day: ranges() for day in sorted(days)},
        notice=f"{draw(st.integers(0, 47))}h",
        horizon=f"{draw(st.integers(2, 9))}d",
        meetings=[meeting],
    )


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
ALL_SUNDAY = availability(hours={"sunday": ["00:00-24:00"]}, notice="0h", horizon="9d")


@given(
    rules=random_availability(),
    around=st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    busy=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 40)), max_size=4),
)
@example(rules=ALL_SUNDAY, around=SPRING, busy=[])
@example(rules=ALL_SUNDAY, around=AUTUMN, busy=[(30, 12)])
def test_every_offered_slot_is_bookable_and_no_other_start_is(
    rules: Availability, around: date, busy: list[tuple[int, int]]
) -> None:
    now = datetime(around.year, around.month, around.day, 7, 30, tzinfo=UTC) - timedelta(days=2)
    origin = now.replace(minute=0)
    five = timedelta(minutes=5)
    occupied = Occupied([Taken(Interval(origin + a * five, origin + (a + b) * five), Holder.BUSY) for a, b in busy])
    meeting = rules.meetings[0]
    slots = offered(meeting, around - timedelta(days=1), around + timedelta(days=1), rules, occupied, now)
    starts = {slot.start for slot in slots}
    assert len(starts) == len(slots)
    instant = rome(around, 0).astimezone(UTC)
    stop = rome(around + timedelta(days=1), 0).astimezone(UTC)
    while instant < stop:
        assert (instant in starts) == (judge(meeting, instant, rules, occupied, now) == ())
        instant += five


def test_an_interval_takes_every_cell_it_touches() -> None:
    start = datetime(2027, 1, 11, 8, tzinfo=UTC)
    first = int(start.timestamp()) // 300
    assert list(cells(Interval(start, start + timedelta(minutes=10)))) == [first, first + 1]
    assert list(cells(Interval(start + timedelta(minutes=1), start + timedelta(minutes=6)))) == [first, first + 1]
