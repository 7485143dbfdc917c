"""What an availability file may say, and which hours a date has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from plugins.domain.availability import Availability, Meeting, parse_duration
from plugins.domain.clock_ranges import ClockRange, ClockRanges, parse_range
from plugins.domain.questions import Question

MONDAY = date(2027, 1, 11)
CALL = {"slug": "call", "title": "Call", "minutes": 30}


def availability(**changes: object) -> Availability:
    rules = {"timezone": "Europe/Rome", "hours": {"monday": ["09:00-13:00"]}, "notice": "24h", "horizon": "60d"}
    return Availability.model_validate({**rules, "meetings": [CALL], **changes})


def meeting(**changes: object) -> Meeting:
    return Meeting.model_validate({**CALL, **changes})


@pytest.mark.parametrize(
    ("raw", "start", "end"),
    [
        ("09:00-13:00", 540, 780),
        ("00:00-24:00", 0, 1440),
        ("09:05 – 09:10", 545, 550),
        ("23:55-24:00", 1435, 1440),
        ("19:30-23:15", 1170, 1395),
        ("20:00-00:00", 1200, 1440),
        ("00:00-00:00", 0, 1440),
        ("23:55 – 00:00", 1435, 1440),
        ("22:00-02:00", 1320, 1560),
        ("23:55-00:05", 1435, 1445),
        ("20:00-08:00", 1200, 1920),
    ],
)
def test_a_range_is_read_in_minutes_since_midnight(raw: str, start: int, end: int) -> None:
    assert parse_range(raw) == ClockRange(start, end) == parse_range(ClockRange(start, end))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        *((raw, "non si leggono") for raw in ("9-13", "09:00", "24:00-24:00", "09:00-25:00", "09:60-10:00", 900, None)),
        *((raw, "fine viene prima") for raw in ("13:00-09:00", "09:05-09:00", "20:00-08:05", "02:00-01:00")),
        *((raw, "comincia e finisce alla stessa ora") for raw in ("09:00-09:00", "02:00-02:00")),
        *((raw, "di cinque in cinque") for raw in ("09:01-10:00", "09:00-10:04", "09:06-10:08", "09:02-10:02")),
    ],
)
def test_a_range_that_is_none_is_refused_with_its_reason(raw: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_range(raw)


@given(start=st.integers(0, 287), end=st.integers(0, 287))
def test_a_range_of_a_night_passes_midnight(start: int, end: int) -> None:
    raw = "-".join(f"{cell // 12:02}:{cell % 12 * 5:02}" for cell in (start, end))
    if start < end or end == 0 or (start > end and end + 288 - start <= 144):
        read = parse_range(raw)
        assert read == (start * 5, (end or 288) * 5 + (1440 if start > end > 0 else 0), None)
        assert parse_range(str(read)) == read
    else:
        with pytest.raises(ValueError, match="Esempio") as caught:
            parse_range(raw)
        assert ("Scambiali" in str(caught.value)) == (start > end)


def test_hours_may_name_their_place() -> None:
    assert parse_range("09:00-13:00 studio-2") == ClockRange(540, 780, "studio-2")
    assert str(ClockRange(1320, 1560, "casa")) == "22:00-02:00 casa"
    for raw in ("09:00-13:00 Studio", "09:00-13:00studio", "09:00-13:00 a b"):
        with pytest.raises(ValueError, match="non si leggono"):
            parse_range(raw)
    with pytest.raises(ValueError, match="stessa riga"):
        parse_range({"hours": "09:00-13:00", "place": "studio"})


@pytest.mark.parametrize(
    ("raw", "duration"),
    [
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        ("2d", timedelta(hours=48)),
        ("0h", timedelta(0)),
        ("1 m", timedelta(seconds=60)),
        ("731d", timedelta(days=731)),
        (timedelta(days=3), timedelta(days=3)),
    ],
)
def test_a_duration_is_elapsed_time(raw: object, duration: timedelta) -> None:
    assert parse_duration(raw) == duration


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        *((raw, "non si legge") for raw in ("", "24", "h", "-1d", "1w", "1.5h", "123456m", 24, None)),
        *((raw, "al massimo 731 giorni|Al massimo 731 giorni") for raw in ("732d", "17545h", "99999h")),
    ],
)
def test_a_duration_that_is_none_is_refused_with_its_reason(raw: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_duration(raw)


@pytest.mark.parametrize(
    ("raw", "ranges"),
    [
        ("09:00-10:00", ((540, 600),)),
        (["11:00-12:00", "09:00-10:00"], ((540, 600), (660, 720))),
        (["09:00-10:00", "10:00-11:00"], ((540, 600), (600, 660))),
        ((ClockRange(540, 600),), ((540, 600),)),
        ([], ()),
        (None, ()),
    ],
)
def test_the_hours_of_a_day_come_in_order(raw: object, ranges: tuple[tuple[int, int], ...]) -> None:
    assert TypeAdapter(ClockRanges).validate_python(raw) == tuple(ClockRange(*one) for one in ranges)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (["09:00-11:00", "10:55-12:00"], "si sovrappongono"),
        (["09:00-12:00", "10:00-11:00"], "si sovrappongono"),
        (["10:00-11:00", "14:00-15:00", "10:30-11:30"], "si sovrappongono"),
        (["09:00-10:00", "09:00-10:00"], "si sovrappongono"),
        (900, "Scrivi un elenco"),
        ({"from": "09:00"}, "Scrivi un elenco"),
    ],
)
def test_hours_that_overlap_or_are_no_list_are_refused(raw: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(ClockRanges).validate_python(raw)


@pytest.mark.parametrize("zone", ["Europe/Roma", "", "Rome", 1, "../etc/passwd"])
def test_a_time_zone_that_is_none_is_refused(zone: object) -> None:
    with pytest.raises(ValidationError, match="fuso orario non esiste"):
        availability(timezone=zone)


@pytest.mark.parametrize(
    ("field", "lowest", "highest"), [("minutes", 5, 1440), ("step", 5, 1440), ("before", 0, 1440), ("after", 0, 1440)]
)
def test_lengths_go_by_five_minutes_up_to_a_day(field: str, lowest: int, highest: int) -> None:
    for minutes in (lowest, 15, highest):
        assert getattr(meeting(**{"step": 5, field: minutes}), field) == minutes
    for minutes in (lowest - 5, lowest + 1, 7, highest + 5, highest + 60):
        with pytest.raises(ValidationError):
            meeting(**{"step": 5, field: minutes})


def test_a_cap_counts_one_meeting_a_day_at_least() -> None:
    assert meeting(per_day=1).per_day == 1
    for cap in (0, -1):
        with pytest.raises(ValidationError):
            meeting(per_day=cap)


def test_a_meeting_that_says_little_takes_what_is_usual() -> None:
    plain = meeting()
    assert (plain.step, plain.before, plain.after, plain.per_day) == (30, 0, 0, None)
    assert (plain.confirmation, plain.where, plain.link, plain.questions) == ("automatic", "video", None, ())
    assert meeting(step=10).step == 10
    assert not Question(key="a", label="?").required


@pytest.mark.parametrize(
    "raw", [{"slug": "call", "title": "Call", "step": 30}, {"slug": "call", "title": "Call"}, "call"]
)
def test_a_meeting_without_a_length_is_refused(raw: object) -> None:
    with pytest.raises(ValidationError):
        Meeting.model_validate(raw)


@pytest.mark.parametrize(
    ("key", "allowed"), [("a", True), ("a" * 40, True), ("a" * 41, False), ("1a", False), ("A", False), ("a_b-2", True)]
)
def test_the_key_of_a_question_is_a_short_name(key: str, allowed: bool) -> None:
    try:
        Question(key=key, label="?")
    except ValidationError:
        assert not allowed
    else:
        assert allowed


def test_an_availability_that_says_little_takes_what_is_usual() -> None:
    rules = availability()
    assert (rules.change_notice, rules.pending_expiry) == (timedelta(0), timedelta(days=2))
    assert (rules.busy_trusted_for, rules.reminder, rules.retention) == (timedelta(days=1), None, None)
    assert (rules.closures, rules.openings, rules.busy, rules.calendar) == ((), (), (), None)


def test_an_availability_offers_one_meeting_at_least() -> None:
    with pytest.raises(ValidationError, match="meetings"):
        availability(meetings=[])


def test_a_meeting_is_found_by_its_slug() -> None:
    rules = availability(meetings=[CALL, {**CALL, "slug": "visit"}])
    assert [one and one.slug for one in (rules.meeting("call"), rules.meeting("visit"), rules.meeting("?"))] == [
        "call",
        "visit",
        None,
    ]


NINE, TEN = (ClockRange(540, 780),), (ClockRange(600, 660),)


@pytest.mark.parametrize(
    ("changes", "day", "ranges"),
    [
        ({}, MONDAY, NINE),
        ({}, MONDAY + timedelta(days=1), ()),
        ({"holidays": {"also": ["01-11"]}}, MONDAY, ()),
        ({"holidays": {"also": ["01-11"]}}, date(2028, 1, 11), ()),
        ({"holidays": {"also": ["01-12", "11-01"]}}, MONDAY, NINE),
        *(({"closures": [{"from": "2027-01-11", "to": last}]}, MONDAY, ()) for last in ("2027-01-11", "2027-01-12")),
        ({"closures": [{"from": "2027-01-10", "to": "2027-01-11"}]}, MONDAY, ()),
        ({"closures": [{"from": "2027-01-12", "to": "2027-01-17"}]}, MONDAY, NINE),
        ({"closures": [{"from": "2027-01-05", "to": "2027-01-10"}]}, MONDAY, NINE),
        ({"closures": [{"from": "2026-01-01", "to": "2026-01-09"}, {"from": MONDAY, "to": MONDAY}]}, MONDAY, ()),
        ({"openings": [{"date": "2027-01-11", "hours": ["10:00-11:00"]}]}, MONDAY, TEN),
        ({"openings": [{"date": "2027-01-11", "hours": []}]}, MONDAY, ()),
        ({"openings": [{"date": "2027-01-12", "hours": ["10:00-11:00"]}]}, MONDAY, NINE),
        ({"openings": [{"date": "2027-01-12", "hours": ["10:00-11:00"]}]}, MONDAY + timedelta(days=1), TEN),
    ],
)
def test_a_date_has_its_hours_unless_closed_or_opened(
    changes: dict[str, object], day: date, ranges: tuple[ClockRange, ...]
) -> None:
    assert availability(**changes).ranges_on(day) == ranges


@pytest.mark.parametrize("closed", [{"closures": [{"from": "2027-01-11", "to": "2027-01-11"}]}, {"hours": {}}])
def test_an_opening_wins_over_closures_holidays_and_weekly_hours(closed: dict[str, object]) -> None:
    rules = availability(openings=[{"date": "2027-01-11", "hours": ["10:00-11:00"]}], **closed)
    assert rules.with_national_holidays({MONDAY}).ranges_on(MONDAY) == TEN


@pytest.mark.parametrize("day", [date(2027, 1, 9 + offset) for offset in range(7)], ids=lambda day: f"{day:%A}")
def test_each_day_of_the_week_has_its_own_hours(day: date) -> None:
    rules = availability(hours={f"{day:%A}".lower(): ["10:00-11:00"]})
    assert [rules.ranges_on(day + timedelta(days=offset)) for offset in (-1, 0, 1)] == [(), TEN, ()]


def test_national_holidays_close_a_day_beside_the_owners_own() -> None:
    rules = availability(holidays={"country": "IT", "also": ["01-18"]})
    known = rules.with_national_holidays({MONDAY})
    days = [MONDAY + timedelta(days=7 * week) for week in range(3)]
    assert [bool(rules.ranges_on(day)) for day in days] == [True, False, True]
    assert [bool(known.ranges_on(day)) for day in days] == [False, False, True]


def test_national_holidays_are_neither_kept_nor_shown() -> None:
    known = availability().with_national_holidays({MONDAY})
    assert "national" not in known.model_dump()["holidays"]
    assert "national" not in repr(known)


@pytest.mark.parametrize(
    "closure", [{"from": "2027-01-12", "to": "2027-01-11"}, {"from": "2027-02-01", "to": "2027-01-31"}]
)
def test_a_closure_that_ends_before_it_begins_is_refused(closure: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="finisce prima di cominciare"):
        availability(closures=[closure])


@pytest.mark.parametrize("day", ["13-01", "02-30x", "1-1", "00-10", "01-32", "2027-01-01"])
def test_a_yearly_closed_day_is_a_month_and_a_day(day: str) -> None:
    with pytest.raises(ValidationError):
        availability(holidays={"also": [day]})


def test_without_notice_the_other_rules_stand() -> None:
    rules = availability()
    assert rules.without_notice() == rules.model_copy(update={"notice": timedelta(0)})
    assert rules.without_notice().notice == timedelta(0)


def test_the_local_day_is_the_owners() -> None:
    rules = availability()
    assert rules.local_day(datetime(2027, 1, 10, 22, 59, tzinfo=UTC)) == date(2027, 1, 10)
    assert rules.local_day(datetime(2027, 1, 10, 23, tzinfo=UTC)) == MONDAY
