"""Stays: whose day an instant is, and what can be booked while she lives by another clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from plugins.domain.availability import Availability
from plugins.domain.busy_time import Occupied
from plugins.domain.open_hours import open_hours
from plugins.domain.slots import judge, offered
from tests.booking import naive
from tests.soak import soak_count

FIVE, DAY = timedelta(minutes=5), timedelta(days=1)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
ZONES = (
    "Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Europe/Rome",
)  # fmt: skip
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALL = {"slug": "call", "title": "Call", "minutes": 30, "step": 30}
VISIT = {**CALL, "slug": "visit", "where": "in_person"}
NEW_YORK = {"from": "2027-03-02", "to": "2027-03-03", "timezone": "America/New_York"}


def written(**changes: object) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "timezone": "Europe/Rome",
        "hours": {day: ["09:00-10:00"] for day in WEEK},
        "notice": "0h",
        "horizon": "60d",
        "meetings": [CALL],
    }
    return rules | changes


def told(rules: dict[str, Any], first: date, last: date, zone: str = "Europe/Rome", slug: str = "call") -> list[str]:
    availability = Availability.model_validate(rules)
    meeting = availability.meeting(slug)
    assert meeting is not None
    now = datetime(first.year, first.month, first.day, tzinfo=UTC) - 5 * DAY
    slots = offered(meeting, first, last, availability, Occupied(), now)
    return [f"{slot.start.astimezone(ZoneInfo(zone)):%d %H:%M}" for slot in slots]


def test_on_a_stay_hours_are_of_the_clock_there() -> None:
    rules = written(stays=[NEW_YORK])
    assert told(rules, date(2027, 3, 1), date(2027, 3, 1)) == ["01 09:00", "01 09:30"]
    assert told(rules, date(2027, 3, 2), date(2027, 3, 2)) == ["02 15:00", "02 15:30"]
    assert told(rules, date(2027, 3, 2), date(2027, 3, 3), "America/New_York") == [
        "02 09:00", "02 09:30", "03 09:00", "03 09:30",
    ]  # fmt: skip
    assert told(rules, date(2027, 3, 4), date(2027, 3, 4)) == ["04 09:00", "04 09:30"]


def test_hours_of_a_stay_replace_the_week() -> None:
    rules = written(stays=[NEW_YORK | {"hours": {"tuesday": ["20:00-21:00"]}}])
    assert told(rules, date(2027, 3, 1), date(2027, 3, 4)) == [
        "01 09:00", "01 09:30", "03 02:00", "03 02:30", "04 09:00", "04 09:30",
    ]  # fmt: skip


def test_late_hours_there_belong_to_the_date_there() -> None:
    late = written(hours={day: ["20:00-21:00"] for day in WEEK}, stays=[NEW_YORK])
    availability = Availability.model_validate(late)
    night = datetime(2027, 3, 4, 1, tzinfo=UTC)  # eight in the evening of the third in New York, two at night in Rome
    assert availability.local_day(night) == date(2027, 3, 3)
    assert told(late, date(2027, 3, 3), date(2027, 3, 3)) == ["04 02:00", "04 02:30"]
    assert told(late, date(2027, 3, 4), date(2027, 3, 4)) == ["04 20:00", "04 20:30"]


def test_the_cap_counts_by_the_day_of_a_stay() -> None:
    rules = written(hours={day: ["18:00-24:00"] for day in WEEK}, stays=[NEW_YORK], meetings=[CALL | {"per_day": 1}])
    availability = Availability.model_validate(rules)
    booked = datetime(2027, 3, 4, 1, tzinfo=UTC)
    occupied = Occupied(starts=[("call", booked)])
    now = booked - 5 * DAY
    assert judge(availability.meetings[0], booked + 2 * timedelta(hours=1), availability, occupied, now)
    fourth = datetime(2027, 3, 4, 18, tzinfo=UTC)
    assert judge(availability.meetings[0], fourth, availability, occupied, now) == ()


@pytest.mark.parametrize(
    ("stay", "starts"),
    [
        ({}, ["01 09:00", "04 09:00"]),
        ({"hours": {day: ["09:00-10:00"] for day in WEEK}}, ["01 09:00", "04 09:00"]),
        ({"hours": {"tuesday": ["09:00-10:00 loft"]}}, ["01 09:00", "02 15:00", "04 09:00"]),
    ],
)
def test_on_a_stay_nobody_comes_to_a_place_unnamed(stay: dict[str, Any], starts: list[str]) -> None:
    for home in ("09:00-10:00", "09:00-10:00 studio"):
        rules = written(
            hours={day: [home] for day in WEEK}, stays=[NEW_YORK | stay], meetings=[VISIT | {"step": 60}, CALL]
        )
        assert told(rules, date(2027, 3, 1), date(2027, 3, 4), slug="visit") == starts
        assert len(told(rules, date(2027, 3, 1), date(2027, 3, 4))) >= 6


def test_a_place_at_home_is_not_visited_on_a_stay() -> None:
    stay = NEW_YORK | {"hours": {day: ["09:00-10:00 loft"] for day in WEEK}}
    rules = written(stays=[stay], meetings=[VISIT | {"place": "studio"}])
    assert told(rules, date(2027, 3, 2), date(2027, 3, 3), slug="visit") == []


def test_hours_of_its_own_count_within_those_of_a_stay() -> None:
    own = CALL | {"hours": {day: ["09:00-09:30", "12:00-13:00"] for day in WEEK}}
    rules = written(stays=[NEW_YORK | {"hours": {"tuesday": ["09:00-12:30"]}}], meetings=[own])
    assert told(rules, date(2027, 3, 2), date(2027, 3, 3), "America/New_York") == ["02 09:00", "02 12:00"]
    rules = written(stays=[NEW_YORK], meetings=[own])
    assert told(rules, date(2027, 3, 2), date(2027, 3, 2), "America/New_York") == ["02 09:00", "02 12:00", "02 12:30"]


def test_closures_and_openings_are_of_the_date_there() -> None:
    rules = written(
        stays=[NEW_YORK],
        closures=[{"from": "2027-03-02", "to": "2027-03-02"}],
        openings=[{"date": "2027-03-03", "hours": ["23:00-23:30"]}],
    )
    assert told(rules, date(2027, 3, 2), date(2027, 3, 3), "America/New_York") == ["03 23:00"]


@pytest.mark.parametrize(
    ("stays", "words"),
    [
        ([NEW_YORK, NEW_YORK | {"from": "2027-03-03", "to": "2027-03-09"}], "from: 2027-03-04"),
        ([NEW_YORK | {"from": "2027-03-04"}], "finisce prima"),
        ([NEW_YORK | {"timezone": "Nova York"}], "fuso orario"),
        ([NEW_YORK | {"hours": {"monday": ["9-10"]}}], "non si leggono"),
    ],
)
def test_stays_that_cannot_be_are_refused(stays: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Availability.model_validate(written(stays=stays))


def test_stays_may_be_written_in_any_order() -> None:
    later = NEW_YORK | {"from": "2027-03-04", "to": "2027-03-05", "timezone": "Asia/Tokyo"}
    one, other = (Availability.model_validate(written(stays=stays)) for stays in ([NEW_YORK, later], [later, NEW_YORK]))
    assert one == other
    assert hash(one.where) == hash(other.where)


@st.composite
def random_stays(draw: st.DrawFn, around: date) -> list[dict[str, Any]]:
    found, day = [], around - draw(st.integers(0, 3)) * DAY
    for _number in range(draw(st.integers(1, 2))):
        last = day + draw(st.integers(0, 2)) * DAY
        stay: dict[str, Any] = {"from": str(day), "to": str(last), "timezone": draw(st.sampled_from(ZONES))}
        if draw(st.booleans()):
            stay["hours"] = draw(random_week())
        found.append(stay)
        day = last + draw(st.integers(1, 2)) * DAY
    return found


@st.composite
def random_week(draw: st.DrawFn) -> dict[str, list[str]]:
    """Ranges that touch or not, and may pass midnight, each with a place or none."""
    week = {}
    for day in draw(st.sets(st.sampled_from(WEEK), min_size=3)):
        marks = sorted(draw(st.lists(st.integers(0, 23), min_size=2, max_size=4, unique=True)))
        pairs = list(pairwise(marks))[:: draw(st.integers(1, 2))]
        if draw(st.booleans()):
            pairs[-1] = (max(pairs[-1][0], 14), draw(st.integers(0, 2)))
        places = st.sampled_from(["", "", " studio", " loft"])
        week[day] = [f"{first:02}:00-{last:02}:00{draw(places)}" for first, last in pairs]
    return week


@st.composite
def random_rules(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    around = draw(st.sampled_from([SPRING, AUTUMN, date(2027, 11, 7)]) | st.dates(date(2027, 1, 9), date(2027, 12, 20)))
    kind: dict[str, Any] = {
        "slug": "call", "title": "Call", "minutes": 5 * draw(st.integers(1, 40)), "step": 5 * draw(st.integers(1, 24)),
        "per_day": draw(st.integers(1, 3)),
    }  # fmt: skip
    if draw(st.booleans()):
        kind |= {"where": "in_person"} | draw(st.sampled_from([{}, {"place": "studio"}]))
    if draw(st.integers(0, 3)) == 0:
        kind["hours"] = draw(random_week())
    rules = written(hours=draw(random_week()), stays=draw(random_stays(around)), meetings=[kind], horizon="30d")
    if draw(st.integers(0, 3)) == 0:
        rules["openings"] = [{"date": str(around), "hours": ["10:00-12:00 loft", "21:00-01:00"]}]
    if draw(st.integers(0, 3)) == 0:
        rules["closures"] = [{"from": str(around + DAY), "to": str(around + DAY)}]
    return rules, around


def instants(first: date, last: date) -> Iterator[datetime]:
    instant = datetime(first.year, first.month, first.day, tzinfo=UTC)
    while instant.date() <= last:
        yield instant
        instant += FIVE


DATELINE = written(
    hours={day: ["00:00-24:00"] for day in WEEK},
    stays=[
        {"from": "2027-03-27", "to": "2027-03-27", "timezone": "Pacific/Pago_Pago"},
        {"from": "2027-03-28", "to": "2027-03-28", "timezone": "Pacific/Kiritimati"},
    ],
)


@settings(max_examples=soak_count(5, 1_000), deadline=None)
@given(drawn=random_rules())
@example(drawn=(DATELINE, SPRING))
def test_every_instant_belongs_to_one_day_in_order(drawn: tuple[dict[str, Any], date]) -> None:
    rules, around = drawn
    availability = Availability.model_validate(rules)
    days = [availability.local_day(one) for one in instants(around - 6 * DAY, around + 8 * DAY)]
    assert days == sorted(days)
    times = {day: availability.time_of(day) for day in set(days)}
    for one, day in zip(instants(around - 6 * DAY, around + 8 * DAY), days, strict=True):
        time = times[day]
        assert time.start <= one < time.end
        assert day == naive.day_of(rules, one)


@settings(max_examples=soak_count(4, 1_000), deadline=None)
@given(drawn=random_rules(), booked=st.lists(st.integers(0, 7 * 288), max_size=4))
@example(drawn=(DATELINE, SPRING), booked=[])
def test_offered_is_bookable_on_stays_and_each_time_once(drawn: tuple[dict[str, Any], date], booked: list[int]) -> None:
    rules, around = drawn
    availability = Availability.model_validate(rules)
    (meeting,) = availability.meetings
    first, last = around - 5 * DAY, around + 7 * DAY
    ticks = list(instants(first + DAY, last - 2 * DAY))
    now = ticks[0] - 3 * DAY
    starts = [("call", ticks[min(one, len(ticks) - 1)]) for one in booked]
    occupied = Occupied(starts=starts)
    slots = [one.start for one in offered(meeting, first, last, availability, occupied, now)]
    days = [first + number * DAY for number in range((last - first).days + 1)]
    assert slots == sorted(set(slots))
    assert slots == [one.start for day in days for one in offered(meeting, day, day, availability, occupied, now)]
    free = set(slots)
    for number, tick in enumerate(ticks):
        assert (tick in free) == (judge(meeting, tick, availability, occupied, now) == ()), tick
        if number % 11 == 0 or {tick, tick + FIVE} & free:
            assert (tick in free) == naive.may_start(rules, "call", tick, now, (), starts), tick
        if tick in free:
            open_then = open_hours(availability.local_day(tick), availability)
            assert any(one.start <= tick < one.end for one in open_then)
