"""Series as the programs of the real world write them, rules that cannot be read included."""

from __future__ import annotations

import pytest

from tests.booking.calendars.texts import DAILY, NINE, THREE, at, busy, event, halves, override, reading, told


def test_every_series_and_event_of_one_uid_counts() -> None:
    assert busy(event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=2"), event(at(15, "15:00", "15:30"))) == [
        *halves(8, 9),
        "03-15 15:00-15:30",
    ]
    weekly = "RRULE:FREQ=WEEKLY;COUNT=2"
    assert busy(event(f"{NINE}\n{weekly}"), event(f"{at(9, '15:00', '15:30')}\n{weekly}")) == [
        "03-08 09:00-09:30",
        "03-09 15:00-15:30",
        "03-15 09:00-09:30",
        "03-16 15:00-15:30",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20270310",
        f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=2027-03-10",
        f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20270310T080000Z",
        f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20270310T090000",
        "DTSTART:20270308T090000\nDURATION:PT30M\nRRULE:FREQ=DAILY;UNTIL=20270310T080000Z",
        "DTSTART:20270308T080000Z\nDURATION:PT30M\nRRULE:FREQ=DAILY;UNTIL=20270310",
        "DTSTART;TZID=America/New_York:20270308T030000\nDURATION:PT30M\nRRULE:FREQ=DAILY;UNTIL=20270310T030000",
    ],
)
def test_the_last_occurrence_is_kept_whatever_kind_until_is(lines: str) -> None:
    assert busy(event(lines)) == THREE


def test_places_are_counted_in_the_whole_week() -> None:
    tuesday = f"{at(9, '09:00', '09:30')}\nRRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO,TU;BYSETPOS=1"
    assert busy(event(tuesday)) == halves(9, 15, 22)


def test_until_on_the_first_day_keeps_that_day() -> None:
    assert busy(event(f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20270308")) == halves(8)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270310", 10),
        ("20270310T000000Z", 10),
        ("20270309T230000Z", 10),
        ("20270310T235959Z", 10),
        ("20270310T1200", 10),
    ],
)
def test_series_of_days_ends_on_the_day_of_until(until: str, last: int) -> None:
    days = busy(event(f"DTSTART;VALUE=DATE:20270308\nRRULE:FREQ=DAILY;UNTIL={until}"))
    assert days[-1] == f"03-{last} 00:00/03-{last + 1} 00:00"


@pytest.mark.parametrize(
    "lines",
    [
        f"{DAILY}\nEXDATE:",
        f"{DAILY}\nEXDATE:ieri",
        f"{DAILY}\nSEQUENCE:",
        f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3;X-A=1",
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,TU,WE,",
        f"{NINE}\nRRULE:FREQ=DAILY; COUNT=3",
        f"{NINE}\nRRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=3",
        f"{NINE}\nRRULE:freq=daily;count=3;BYHOUR=",
        f"{NINE}\nRRULE;X-NOTE=SPAZZATURA:FREQ=DAILY;COUNT=3",
        f"{DAILY}\nEXRULE:FREQ=DAILY;COUNT=3",
    ],
)
def test_unreadable_part_of_a_series_is_left_out_alone(lines: str) -> None:
    assert busy(event(lines)) == THREE


def test_an_exception_list_with_a_final_comma_strikes_the_rest() -> None:
    assert busy(event(f"{DAILY}\nEXDATE;TZID=Europe/Rome:20270309T090000,")) == halves(8, 10)


def test_an_occurrence_called_off_without_a_start_is_free_alone() -> None:
    assert busy(event(DAILY), override("20270309T090000", "STATUS:CANCELLED")) == halves(8, 10)
    assert busy(event(DAILY), override("20270309T090000", "SUMMARY:Altro titolo")) == THREE


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=45",
        "RSCALE=HEBREW;FREQ=DAILY",
        "",
    ],
)
def test_an_unreadable_rule_keeps_its_start_and_is_told(rule: str) -> None:
    found = reading(event(f"{NINE}\nRRULE:{rule}"))
    assert told(found)[0] == "03-08 09:00-09:30"
    assert [one.reason for one in found.unread] == ["rule"]


@pytest.mark.parametrize("odd", ["RDATE:ieri", "RDATE;TZID=Europe/Rome:20270309T090000,domani"])
def test_a_date_that_cannot_be_read_is_told(odd: str) -> None:
    found = reading(event(f"{NINE}\n{odd}"))
    assert told(found)[0] == "03-08 09:00-09:30"
    assert [one.reason for one in found.unread] == ["dates"]


def test_dates_added_to_a_series_keep_their_own_length() -> None:
    dates = "RDATE;VALUE=PERIOD:20270309T080000Z/PT3H,20270310T080000Z/20270310T100000Z\nRDATE:20270311T080000Z"
    assert busy(event(f"{NINE}\n{dates}")) == [
        "03-08 09:00-09:30",
        "03-09 09:00-12:00",
        "03-10 09:00-11:00",
        "03-11 09:00-09:30",
    ]


@pytest.mark.parametrize(
    ("period", "kept"),
    [
        ("TZID=Asia/Tokyo:20270310T170000/20270310T100000Z", "03-10 09:00-11:00"),
        ("TZID=America/New_York:20270310T080000/20270310T160000Z", "03-10 14:00-17:00"),
        ("VALUE=PERIOD:20270310T080000Z/PT4H", "03-10 09:00-13:00"),
        ("VALUE=PERIOD:20270101T080000Z/P90D", "03-04 01:00/04-01 10:00"),
    ],
)
def test_added_period_keeps_all_of_its_own_length(period: str, kept: str) -> None:
    assert kept in busy(event(f"{NINE}\nRDATE;{period}"))


@pytest.mark.parametrize("end", ["x", "20270310T070000Z", "-PT1H", ""])
def test_added_period_whose_end_cannot_be_read_is_told(end: str) -> None:
    found = reading(event(f"{NINE}\nRDATE;VALUE=PERIOD:20270310T080000Z/{end}"))
    assert told(found) == halves(8, 10)
    assert [one.reason for one in found.unread] == ["dates"]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYEASTER=0", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "FREQ=DAILY;UNTIL=20270301;UNTIL=20270401"],
)
def test_rule_with_a_part_unknown_or_said_twice_is_told(rule: str) -> None:
    found = reading(event(f"{NINE}\nRRULE:{rule}"))
    assert [one.reason for one in found.unread] == ["rule"]
    assert busy(event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3;COUNT=3")) == THREE
    assert busy(event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3;X-NOTE=1")) == THREE
