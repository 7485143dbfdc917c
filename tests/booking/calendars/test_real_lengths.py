"""Days, ends and lengths as the programs of the real world write them."""

from __future__ import annotations

import pytest

from tests.booking.calendars.texts import NINE, at, busy, event, halves, reading, told


@pytest.mark.parametrize(
    "end", ["DTEND;TZID=Europe/Rome:2027-03-08T23:00:00", "DTEND:", "DURATION:1H", "DTEND:x\nDURATION:"]
)
@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY;COUNT=2"])
def test_an_unreadable_end_keeps_an_hour_and_is_told(end: str, rule: str) -> None:
    found = reading(event(f"DTSTART;TZID=Europe/Rome:20270308T220000\n{end}{rule}"))
    assert told(found)[0] == "03-08 22:00-23:00"
    assert [one.reason for one in found.unread] == ["end"]


def test_an_end_given_twice_is_the_later_one() -> None:
    assert busy(event(f"{NINE}\nDTEND;TZID=Europe/Rome:20270308T093000")) == halves(8)
    assert busy(event(f"{NINE}\nDTEND;TZID=Europe/Rome:20270308T100000")) == ["03-08 09:00-10:00"]


@pytest.mark.parametrize("end", ["", "\nDTEND;TZID=Europe/Rome;VALUE=DATE:20270308", "\nDTEND;VALUE=DATE:20270309"])
@pytest.mark.parametrize("name", ["Europe/Rome", "Asia/Tokyo", "Chissà"])
def test_a_day_with_a_zone_is_that_day(end: str, name: str) -> None:
    assert busy(event(f"DTSTART;TZID={name};VALUE=DATE:20270308{end}")) == ["03-08 00:00/03-09 00:00"]
    assert busy(event(f"DTSTART;TZID={name}:20270308{end}\nRRULE:FREQ=WEEKLY;COUNT=2")) == [
        "03-08 00:00/03-09 00:00",
        "03-15 00:00/03-16 00:00",
    ]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ("DTSTART;VALUE=DATE:20270308\nDTEND;TZID=Europe/Rome:20270310T120000", "03-08 00:00/03-10 12:00"),
        ("DTSTART;VALUE=DATE:20270308\nDURATION:PT36H", "03-08 00:00/03-09 12:00"),
        ("DTSTART;TZID=Europe/Rome:20270327T200000\nDURATION:PT12H", "03-27 20:00/03-28 09:00"),
        ("DTSTART;TZID=Europe/Rome:20270327T200000\nDURATION:P1D", "03-27 20:00/03-28 20:00"),
        ("DTSTART;TZID=Europe/Rome:20270308T090000\nDTEND:20270308T100000", "03-08 09:00-10:00"),
        ("DTSTART;TZID=Europe/Rome:20270308T090000\nDTEND;VALUE=DATE:20270308", "03-08 09:00/03-09 00:00"),
        ("DTSTART;TZID=Europe/Rome:20270308T090000\nDTEND;TZID=America/New_York:20270308T050000", "03-08 09:00-11:00"),
    ],
)
def test_length_is_what_start_and_end_say_together(lines: str, kept: str) -> None:
    assert busy(event(lines)) == [kept]


def test_series_ending_before_it_begins_is_told() -> None:
    found = reading(event(f"{at(8, '10:00', '09:00')}\nRRULE:FREQ=DAILY;COUNT=2"))
    assert told(found) == []
    assert [one.reason for one in found.unread] == ["backwards"]


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART;VALUE=DATE:20270308T120000",
        "DTSTART;VALUE=DATE:20270308T120000\nDTEND;VALUE=DATE:20270308T120000",
        "DTSTART;VALUE=DATE:20270308T120000\nDURATION:PT0S",
        "DTSTART;VALUE=DATE:20270307T230000Z",
        "DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20270308T120000",
        "DTSTART:20270308T000000\nDTEND:20270308T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ],
)
def test_a_time_called_a_day_without_length_is_that_day(lines: str) -> None:
    assert busy(event(lines)) == ["03-08 00:00/03-09 00:00"]
    assert busy(event(f"{lines}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20270309")) == [
        "03-08 00:00/03-09 00:00",
        "03-10 00:00/03-11 00:00",
    ]


def test_series_of_very_long_events_keeps_its_first() -> None:
    typed = "DTSTART:20100308T090000Z\nDTEND:22070308T100000Z\nRRULE:FREQ=YEARLY;COUNT=1"
    assert busy(event(typed)) == ["03-04 01:00/07-06 02:00"]


@pytest.mark.parametrize("both", ["DTEND:20270308T080000Z\nDURATION:PT30M", "DTEND:20270308T083000Z\nDURATION:P0D"])
def test_longer_of_end_and_length_counts(both: str) -> None:
    assert busy(event(f"DTSTART:20270308T080000Z\n{both}")) == halves(8)
