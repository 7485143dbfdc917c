"""The ends of all years, which programs write for "always" and "never ends"."""

from __future__ import annotations

import pytest

from tests.booking.calendars.texts import NINE, THREE, busy, event, override, zone

FROM_NINE = "DTSTART;TZID=Europe/Rome:20270308T090000"
REST = "03-08 09:00/07-06 02:00"


@pytest.mark.parametrize(
    "end",
    [
        "DTEND;TZID=America/New_York:99991231T235959",
        "DTEND:99991231T240000Z",
        "DURATION:P99999999D",
        "DURATION:PT999999999999999999S",
    ],
)
def test_an_end_past_all_years_keeps_the_rest(end: str) -> None:
    assert busy(event(f"{FROM_NINE}\n{end}")) == [REST]
    assert REST in busy(event(f"{FROM_NINE}\n{end}\nRRULE:FREQ=DAILY;COUNT=2"))


def test_length_past_all_dates_keeps_time_long_after() -> None:
    assert busy(event("DTSTART:20240101T000000Z\nDURATION:P999999999999999999W")) == ["03-04 01:00/07-06 02:00"]


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "99991231T235959"])
def test_rule_until_the_end_of_all_years_goes_on(until: str) -> None:
    assert len(busy(event(f"{NINE}\nRRULE:FREQ=MONTHLY;UNTIL={until}"))) == 4


@pytest.mark.parametrize("far", ["America/New_York:99991231T235959", "Asia/Tokyo:00010101T000000"])
def test_dates_at_the_ends_of_all_years_cost_nothing(far: str) -> None:
    series = event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID={far}\nRDATE;TZID={far}")
    there = f"DTSTART;TZID={far}\nDURATION:PT1H"
    for one in (event(there, "b"), event(f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID={far}\n{there}", "b")):
        assert busy(series, one) == THREE


def test_occurrences_moved_past_all_years_are_gone() -> None:
    moved = (
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20270309T090000\nDTSTART:99980101T000000Z\nDURATION:PT1H"
    )
    assert busy(event(f"{NINE}\nRRULE:FREQ=YEARLY"), event(moved)) == ["03-08 09:00-09:30"]
    later = override("20270309T090000", f"{FROM_NINE}\nDURATION:P9999999D")
    assert busy(event(f"{NINE}\nRRULE:FREQ=DAILY;COUNT=1"), later) == ["03-08 09:00-09:30", REST]


def test_zone_whose_rule_seldom_comes_is_read() -> None:
    rules = ("FREQ=YEARLY;INTERVAL=999999999", "FREQ=YEARLY;INTERVAL=900000")
    mine = zone("Mia", "+0100", "+0100", rules)
    assert busy(mine, event("DTSTART;TZID=Mia:20270308T090000\nDURATION:PT1H")) == ["03-08 09:00-10:00"]
