"""What an EXDATE and a RECURRENCE-ID of the real world strike out, and what not."""

from __future__ import annotations

import pytest

from tests.booking.calendars.texts import DAILY, NINE, THREE, at, busy, event, halves, override, reading, told


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (
            f"{NINE}\nRRULE:FREQ=DAILY;COUNT=4;BYHOUR=9,10\nEXDATE;TZID=Europe/Rome:20270308T100000",
            ["03-08 09:00-09:30", "03-09 09:00-09:30", "03-09 10:00-10:30"],
        ),
        (
            f"{NINE}\nRRULE:FREQ=HOURLY;COUNT=3\nEXDATE:20270308T090000Z",
            ["03-08 09:00-09:30", "03-08 11:00-11:30"],
        ),
        (
            f"{NINE}\nRDATE;TZID=Europe/Rome:20270308T100000,20270308T110000\nEXDATE;TZID=Europe/Rome:20270308T100000",
            ["03-08 09:00-09:30", "03-08 11:00-11:30"],
        ),
        (
            "DTSTART;TZID=America/New_York:20270308T050000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=2;BYHOUR=5,10\n"
            "EXDATE;TZID=America/New_York:20270308T100000",
            ["03-08 11:00-11:30"],
        ),
    ],
)
def test_exception_strikes_its_own_instant_and_no_other(lines: str, kept: list[str]) -> None:
    assert busy(event(lines)) == kept


def test_moved_occurrence_leaves_another_hour_of_its_day() -> None:
    twice = f"{NINE}\nRRULE:FREQ=DAILY;COUNT=2;BYHOUR=9,10"
    assert busy(event(twice), override("20270308T100000", at(8, "16:00", "16:30"))) == [
        "03-08 09:00-09:30",
        "03-08 16:00-16:30",
    ]


@pytest.mark.parametrize(
    ("exception", "kept"),
    [
        ("EXDATE:20270309T080000Z", halves(8, 10)),
        ("EXDATE;TZID=America/New_York:20270309T030000", halves(8, 10)),
        ("EXDATE:20270309T090000", halves(8, 10)),
        ("EXDATE;VALUE=DATE:20270309", halves(8, 10)),
        ("EXDATE:20270309T090000Z", THREE),
    ],
)
def test_exception_of_another_clock_moves_no_series(exception: str, kept: list[str]) -> None:
    floating = "DTSTART:20270308T090000\nDTEND:20270308T093000\nRRULE:FREQ=DAILY;COUNT=3"
    assert busy(event(f"{floating}\n{exception}")) == kept
    assert busy(event(f"{DAILY}\n{exception}")) == kept


def test_series_in_a_zone_nobody_defines_stays_where_it_was() -> None:
    series = "DTSTART;TZID=Chissà:20270308T090000\nDTEND;TZID=Chissà:20270308T093000\nRRULE:FREQ=DAILY;COUNT=3"
    found = reading(event(f"{series}\nEXDATE:20270309T080000Z"))
    assert told(found) == halves(8, 10)
    assert len(found.skipped) == 1


def test_start_of_unknown_zone_is_also_read_by_its_end() -> None:
    lines = "DTSTART;TZID=Chissà:20270308T090000\nDTEND;TZID=America/New_York:20270308T093000"
    found = reading(event(lines))
    assert told(found) == ["03-08 09:00-15:30", "03-08 15:00-15:30"]
    assert len(found.skipped) == 1


@pytest.mark.parametrize("exception", ["EXDATE;TZID=Europe/Rome:20270309T090000", "EXDATE:20270309T080000Z"])
def test_override_of_a_struck_date_is_kept(exception: str) -> None:
    moved = override("20270309T090000", at(9, "15:00", "15:30"))
    assert busy(event(f"{DAILY}\n{exception}"), moved) == [
        "03-08 09:00-09:30",
        "03-09 15:00-15:30",
        "03-10 09:00-09:30",
    ]


def test_all_day_series_is_struck_by_days_and_by_times() -> None:
    days = "DTSTART;VALUE=DATE:20270308\nRRULE:FREQ=DAILY;COUNT=4"
    times = "EXDATE;TZID=Europe/Rome:20270309T000000\nEXDATE:20270309T230000Z"
    assert busy(event(f"{days}\n{times}")) == ["03-08 00:00/03-09 00:00", "03-11 00:00/03-12 00:00"]


def test_highest_sequence_wins_among_overrides_of_one_occurrence() -> None:
    first = override("20270309T090000", f"SEQUENCE:2\n{at(9, '15:00', '15:30')}")
    second = override("20270309T090000", f"SEQUENCE:1\n{at(9, '17:00', '17:30')}")
    for parts in ((first, second), (second, first)):
        assert "03-09 15:00-15:30" in busy(event(DAILY), *parts)
        assert "03-09 17:00-17:30" not in busy(event(DAILY), *parts)


def test_change_of_all_that_follows_moves_them_all() -> None:
    weekly = f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=5"
    later = event(f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20270322T090000\n{at(22, '15:00', '16:00')}")
    assert busy(event(weekly), later) == [
        *halves(8, 15),
        "03-22 15:00-16:00",
        "03-29 15:00-16:00",
        "04-05 15:00-16:00",
    ]


def test_moved_day_strikes_none_of_several_hours_of_it() -> None:
    twice = event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=4;BYHOUR=9,15\nEXDATE;VALUE=DATE:20270309")
    moved = event(f"RECURRENCE-ID;VALUE=DATE:20270308\n{at(8, '18:00', '18:30')}")
    assert busy(twice, moved) == ["03-08 09:00-09:30", "03-08 15:00-15:30", "03-08 18:00-18:30"]
    assert busy(event(DAILY), moved) == ["03-08 18:00-18:30", *halves(9, 10)]


def test_overrides_of_equal_sequence_are_all_kept() -> None:
    both = [override("20270309T090000", at(9, f"{hour}:00", f"{hour}:30")) for hour in (15, 17)]
    assert busy(event(DAILY), *both) == [
        "03-08 09:00-09:30",
        "03-09 15:00-15:30",
        "03-09 17:00-17:30",
        "03-10 09:00-09:30",
    ]


def following(lines: str) -> str:
    return event(f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20270315T090000\n{lines}")


def test_change_of_one_leaves_that_of_all_that_follow() -> None:
    later = following(f"SEQUENCE:1\n{at(15, '15:00', '16:00')}")
    one = override("20270315T090000", f"SEQUENCE:2\n{at(15, '18:00', '19:00')}")
    assert "03-22 15:00-16:00" in busy(event(f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3"), later, one)


def test_change_with_its_own_rule_goes_on_by_it() -> None:
    ended = event(f"{NINE}\nRRULE:FREQ=WEEKLY;UNTIL=20270310T000000Z")
    assert busy(ended, following(f"{at(15, '15:00', '16:00')}\nRRULE:FREQ=WEEKLY;COUNT=2")) == [
        "03-08 09:00-09:30",
        "03-15 15:00-16:00",
        "03-22 15:00-16:00",
    ]


@pytest.mark.parametrize("end", ["DTEND;TZID=Europe/Rome:20270309T120000", "DURATION:PT3H"])
def test_override_with_an_end_and_no_start_is_told(end: str) -> None:
    found = reading(event(DAILY), override("20270309T090000", end))
    assert told(found) == THREE
    assert [one.reason for one in found.unread] == ["start"]
