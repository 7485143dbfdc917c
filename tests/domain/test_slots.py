"""Offered = bookable, and each rule on its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.domain.availability import Availability
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.clock_ranges import ClockRange
from plugins.domain.open_hours import allowed_starts, open_hours
from plugins.domain.slots import (
    Refusal,
    Rule,
    Slot,
    cells,
    claim,
    judge,
    nearest,
    offered,
    reach,
    window,
)
from plugins.domain.special_days import Opening
from plugins.domain.wall_clock import Interval

ROME = ZoneInfo("Europe/Rome")
CALL = {"slug": "call", "title": "Call", "minutes": 30}
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


@pytest.mark.parametrize(("seconds", "rules"), [(0, set()), (1, {Rule.HORIZON})])
def test_the_last_instant_of_the_horizon_can_be_booked(seconds: int, rules: set[Rule]) -> None:
    now = rome(MONDAY, 9) - timedelta(days=60, seconds=seconds)
    assert rules_against(rome(MONDAY, 9), now=now) == rules


def test_every_broken_rule_is_told_the_hours_first() -> None:
    rules = availability()
    occupied = Occupied(
        [Taken(claim(rules.meetings[0], rome(MONDAY, 9)), Holder.BOOKING)],
        starts=[("call", rome(MONDAY, hour)) for hour in (10, 11, 12)],
    )
    start = rome(MONDAY, 9, 5)
    found = judge(rules.meetings[0], start, rules, occupied, start)
    assert [refusal.rule for refusal in found] == [Rule.HOURS, Rule.NOTICE, Rule.PER_DAY, Rule.TAKEN]
    assert all(refusal.detail.startswith("Quest") or refusal.detail.startswith("Quel") for refusal in found)


@pytest.mark.parametrize(("booked", "refused"), [(2, False), (3, True), (4, True)])
def test_the_cap_is_reached_by_as_many_as_it_says(booked: int, refused: bool) -> None:
    occupied = Occupied(starts=[("call", rome(MONDAY, 10))] * booked)
    assert (Rule.PER_DAY in rules_against(rome(MONDAY, 9), occupied=occupied)) is refused


def test_other_meetings_and_other_days_leave_the_cap_alone() -> None:
    others = [("visit", rome(MONDAY, 10))] * 3 + [("call", rome(MONDAY - timedelta(days=1), 10))] * 3
    assert rules_against(rome(MONDAY, 9), occupied=Occupied(starts=others)) == set()


def test_a_meeting_without_a_cap_has_none() -> None:
    rules = availability(meetings=[CALL])
    occupied = Occupied(starts=[("call", rome(MONDAY, 10))] * 50)
    assert judge(rules.meetings[0], rome(MONDAY, 9), rules, occupied, LONG_BEFORE) == ()


@pytest.mark.parametrize(
    ("minutes", "step", "hours", "clocks"),
    [
        (30, 30, ["09:00-10:30"], ["09:00", "09:30", "10:00"]),
        (30, 20, ["09:00-10:05"], ["09:00", "09:20"]),
        (5, 5, ["09:00-09:15"], ["09:00", "09:05", "09:10"]),
        (5, 15, ["09:00-09:20"], ["09:00", "09:15"]),
        (60, 30, ["09:00-09:55"], []),
        (60, 60, ["09:00-10:00", "10:00-11:00"], ["09:00", "10:00"]),
        (60, 30, ["09:00-10:00", "10:00-11:00"], ["09:00", "09:30", "10:00"]),
        (90, 90, ["09:00-11:00", "11:00-13:00"], ["09:00", "10:30", "11:00"]),
        (90, 90, ["09:00-11:00", "11:05-13:00"], ["09:00", "11:05"]),
        (30, 30, ["14:10-15:10", "09:00-09:30"], ["09:00", "14:10", "14:40"]),
        (30, 30, ["23:00-24:00"], ["23:00", "23:30"]),
        (1440, 5, ["00:00-24:00"], ["00:00"]),
    ],
)
def test_starts_lie_a_step_apart_wholly_inside_their_range(
    minutes: int, step: int, hours: list[str], clocks: list[str]
) -> None:
    rules = availability(hours={"monday": hours}, meetings=[{**CALL, "minutes": minutes, "step": step}])
    found = allowed_starts(rules.meetings[0], MONDAY, rules)
    assert [f"{start.astimezone(ROME):%H:%M}" for start in found] == clocks
    assert all(start.tzinfo is UTC for start in found)


@pytest.mark.parametrize(
    ("hours", "clocks"),
    [
        # Twice from two to three: a meeting may begin in the first of them alone, and fits only what is one stretch.
        (["01:00-02:30"], ["01:00", "01:30", "02:00"]),
        (["02:00-02:30"], ["02:00"]),
        (["02:30-04:00"], ["02:30", "03:00", "03:30"]),
    ],
)
def test_an_hour_that_comes_twice_is_offered_the_first_time(hours: list[str], clocks: list[str]) -> None:
    day = date(2027, 10, 31)
    rules = availability(hours={"sunday": hours}, meetings=[CALL])
    found = allowed_starts(rules.meetings[0], day, rules)
    assert [f"{start.astimezone(ROME):%H:%M}" for start in found] == clocks
    assert all(start.astimezone(ROME).fold == 0 for start in found)


@pytest.mark.parametrize(
    ("busy", "refused"),
    [((-20, -10), False), ((-10, -9), True), ((-30, 120), True), ((44, 45), True), ((45, 60), False), ((0, 1), True)],
)
def test_the_margins_must_be_free_before_and_after(busy: tuple[int, int], refused: bool) -> None:
    rules = availability(meetings=[{**CALL, "before": 10, "after": 15}])
    nine = rome(MONDAY, 9)
    start, end = (nine + timedelta(minutes=minutes) for minutes in busy)
    occupied = Occupied([Taken(Interval(start.astimezone(UTC), end.astimezone(UTC)), Holder.BUSY)])
    found = judge(rules.meetings[0], nine, rules, occupied, LONG_BEFORE)
    assert [refusal.rule for refusal in found] == ([Rule.TAKEN] if refused else [])


def test_a_claim_is_the_meeting_with_its_margins() -> None:
    meeting = availability(meetings=[{**CALL, "before": 10, "after": 15}]).meetings[0]
    nine = datetime(2027, 1, 11, 8, tzinfo=UTC)
    taken = claim(meeting, rome(MONDAY, 9))
    assert taken == Interval(nine - timedelta(minutes=10), nine + timedelta(minutes=45))
    assert taken.start.tzinfo is taken.end.tzinfo is UTC


def test_the_reach_is_the_claim_or_the_longest_day() -> None:
    rules = availability()
    plain = availability(meetings=[{**CALL, "before": 10, "after": 15}]).meetings[0]
    start = rome(date(2027, 10, 31), 0).astimezone(UTC)
    assert reach(plain, start, rules) == claim(plain, start)
    capped = availability(meetings=[{**CALL, "per_day": 1}]).meetings[0]
    midnight = rome(date(2027, 11, 1), 0).astimezone(UTC)
    assert reach(capped, start, rules) == Interval(start, midnight)
    assert reach(capped, midnight - timedelta(minutes=30), rules) == Interval(start, midnight)
    assert reach(capped, midnight, rules).start == midnight
    long = availability(meetings=[{**CALL, "minutes": 1440, "before": 1440, "after": 1440, "per_day": 1}]).meetings[0]
    assert reach(long, start, rules) == Interval(start - timedelta(hours=24), start + timedelta(hours=48))


def test_the_window_holds_the_longest_claim_and_capped_days() -> None:
    longest = {**CALL, "minutes": 1440, "before": 1440, "after": 1440}
    rules = availability(meetings=[longest])
    held = window(rules, LONG_BEFORE)
    assert held.end == claim(rules.meetings[0], LONG_BEFORE + rules.horizon).end
    assert held.start == LONG_BEFORE - timedelta(days=2)


def test_only_the_days_asked_for_are_offered() -> None:
    rules = availability(hours={day: ["09:00-10:00"] for day in ("monday", "tuesday", "wednesday")}, meetings=[CALL])
    days = [MONDAY + timedelta(days=offset) for offset in range(-7, 3)]
    for first, last in ((days[7], days[7]), (days[7], days[8]), (days[8], days[9])):
        found = offered(rules.meetings[0], first, last, rules, Occupied(), LONG_BEFORE - timedelta(days=7))
        asked = [day for day in days if first <= day <= last]
        assert found == tuple(
            Slot("call", start, start + timedelta(minutes=30))
            for day in asked
            for start in (rome(day, 9).astimezone(UTC), rome(day, 9, 30).astimezone(UTC))
        )
    assert offered(rules.meetings[0], days[9], days[8], rules, Occupied(), LONG_BEFORE) == ()


@pytest.mark.parametrize(
    ("now", "clocks"),
    [
        (rome(date(2027, 1, 10), 9, 30), ["09:30"]),  # a day of notice, to the second
        (rome(date(2027, 1, 10), 9, 31), []),
        (rome(date(2027, 1, 1), 9), ["09:00"]),  # ten days of horizon
        (rome(date(2027, 1, 1), 8, 59), []),
        (rome(date(2027, 1, 5), 0), ["09:00", "09:30"]),
    ],
)
def test_only_what_notice_and_horizon_leave_is_offered(now: datetime, clocks: list[str]) -> None:
    rules = availability(hours={"monday": ["09:00-10:00"]}, horizon="10d", meetings=[CALL])
    found = offered(rules.meetings[0], MONDAY - timedelta(days=30), MONDAY + timedelta(days=30), rules, Occupied(), now)
    assert [f"{slot.start.astimezone(ROME):%H:%M}" for slot in found if rules.local_day(slot.start) == MONDAY] == clocks


def test_a_slot_is_a_value() -> None:
    slot = Slot("call", LONG_BEFORE, LONG_BEFORE)
    with pytest.raises(AttributeError):
        slot.meeting = "visit"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Refusal(Rule.HOURS, "…").detail = ""  # type: ignore[misc]


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
    ("asked", "count", "clocks"),
    [
        ((10, 0), 1, ["10:00"]),
        ((10, 10), 2, ["10:00", "10:30"]),
        ((10, 15), 1, ["10:00"]),  # as near as half past ten, and earlier
        ((8, 0), 3, ["09:00", "09:30", "10:00"]),
        ((23, 0), 2, ["12:00", "12:30"]),
        ((10, 30), 100, ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]),
        ((10, 0), 0, []),
    ],
)
def test_the_nearest_are_counted_and_in_order_of_time(asked: tuple[int, int], count: int, clocks: list[str]) -> None:
    rules = availability(horizon="8d", hours={"monday": ["09:00-13:00"]}, meetings=[CALL])
    found = nearest(
        rules.meetings[0], rome(MONDAY, *asked), rules, Occupied(), rome(MONDAY, 0) - timedelta(days=2), count
    )
    assert [f"{slot.start.astimezone(ROME):%H:%M}" for slot in found] == clocks


def test_the_nearest_come_from_all_of_notice_and_horizon() -> None:
    rules = availability(hours={"monday": ["09:00-09:30"]}, meetings=[CALL])
    mondays = [rome(MONDAY + timedelta(days=7 * week), 9) for week in range(8)]
    found = nearest(rules.meetings[0], mondays[7], rules, Occupied(), LONG_BEFORE)
    assert [slot.start for slot in found] == mondays[5:]
    found = nearest(rules.meetings[0], mondays[0], rules, Occupied(), LONG_BEFORE)
    assert [slot.start for slot in found] == mondays[:3]


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


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [(0, 600, 2), (60, 360, 2), (299, 300, 1), (299, 301, 2), (300, 300, 0), (299.5, 300.5, 2), (300, 600.25, 2)],
)
def test_an_interval_takes_every_cell_it_touches(start: float, end: float, count: int) -> None:
    nine = datetime(2027, 1, 11, 8, tzinfo=UTC)
    first = int(nine.timestamp()) // 300 + int(start // 300)
    found = cells(Interval(nine + timedelta(seconds=start), nine + timedelta(seconds=end)))
    assert list(found) == list(range(first, first + count))


def test_open_hours_are_those_of_meetings_of_any_kind_joined() -> None:
    evening = {"slug": "sera", "title": "Sera", "minutes": 30, "hours": {"monday": ["12:00-14:00", "18:00-19:00"]}}
    closed = {**CALL, "slug": "ferma", "closures": [{"from": "2027-01-11", "to": "2027-01-11"}]}
    rules = availability(meetings=[CALL, evening, closed])
    told = open_hours(MONDAY, rules)
    assert [(one.start, one.end) for one in told] == [
        (rome(MONDAY, 9), rome(MONDAY, 14)),
        (rome(MONDAY, 18), rome(MONDAY, 19)),
    ]
    assert open_hours(MONDAY + timedelta(days=1), rules) == ()


def test_all_that_is_offered_lies_within_open_hours() -> None:
    rules = availability()
    for day in (MONDAY, date(2027, 3, 28), date(2027, 10, 31)):
        inside = open_hours(day, rules)
        for start in allowed_starts(rules.meetings[0], day, rules):
            assert any(one.start <= start and start + timedelta(minutes=30) <= one.end for one in inside)
