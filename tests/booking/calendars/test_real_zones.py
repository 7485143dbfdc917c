"""Time zones as the programs of the real world write them."""

from __future__ import annotations

import pytest

from plugins.booking.calendars.ics.ics_reader import read
from tests.booking.calendars.texts import ALL, MINE, NINE, ROME, busy, event, halves, reading, told, vcalendar, zone


def test_a_zone_belongs_to_its_own_calendar_object() -> None:
    name = "Customized Time Zone"
    first = vcalendar(zone(name, "-0500"), event(f"DTSTART;TZID={name}:20270308T050000\nDURATION:PT30M", "1"))
    second = vcalendar(zone(name, "+0100"), event(f"DTSTART;TZID={name}:20270309T150000\nDURATION:PT30M", "2"))
    for texts in ([first, second], [second, first], [first + second]):
        found = read(texts, ALL, ROME, MINE)
        assert told(found) == ["03-08 11:00-11:30", "03-09 15:00-15:30"]
        assert found.skipped == ()


@pytest.mark.parametrize(
    ("definition", "start", "kept"),
    [
        (zone("GMT", "+0000", "+0100"), "GMT:20270615T150000", "06-15 16:00-17:00"),
        (zone("EST", "-0500", "-0400"), "EST:20270615T100000", "06-15 16:00-17:00"),
        (zone("W. Europe Standard Time", "+0200"), "W. Europe Standard Time:20270308T100000", "03-08 09:00-10:00"),
        (zone("Europe/Rome", "+0500"), "Europe/Rome:20270308T090000", "03-08 09:00-10:00"),
        ("", "/mozilla.org/20070129_1/Europe/Rome:20270308T090000", "03-08 09:00-10:00"),
        ("", "europe/rome:20270308T090000", "03-08 09:00-10:00"),
        ("", "Pacific Standard Time:20270308T000000", "03-08 09:00-10:00"),
        ("", '"(UTC-05:00) Eastern Time (US & Canada)":20270308T090000', "03-08 15:00-16:00"),
        ("", "(UTC-05:00) Eastern Time (US & Canada):20270308T090000", "03-08 15:00-16:00"),
        ("", '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna":20270615T090000', "06-15 09:00-10:00"),
        ("", "(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London:20270308T090000", "03-08 10:00-11:00"),
        ("", "tzone://Microsoft/Utc:20270308T080000", "03-08 09:00-10:00"),
        ("", "GMT-0500:20270308T090000", "03-08 15:00-16:00"),
        ("", "Europe/Rome:20270308T090000Z", "03-08 10:00-11:00"),
    ],
)
def test_time_zone_name_means_what_programs_mean_by_it(definition: str, start: str, kept: str) -> None:
    assert busy(definition, event(f"DTSTART;TZID={start}\nDURATION:PT1H")) == [kept]


def test_unknown_zone_with_an_offset_is_kept_at_both_readings() -> None:
    found = reading(event('DTSTART;TZID="(UTC-05:00) Atlantide":20270308T090000\nDURATION:PT1H'))
    assert told(found) == ["03-08 09:00-10:00", "03-08 15:00-16:00"]
    assert found.skipped == ("Prova: nobody says what its time zone is; it is kept on the owner's clock",)


@pytest.mark.parametrize("order", ["BYMINUTE=0;BYHOUR={};", "BYHOUR={};BYMINUTE=0;BYSECOND=0;"])
def test_zone_whose_rule_says_its_hour_is_read(order: str) -> None:
    rules = (
        "FREQ=YEARLY;" + order.format(3) + "BYDAY=-1SU;BYMONTH=10",
        "FREQ=YEARLY;" + order.format(2) + "BYDAY=-1SU;BYMONTH=3",
    )
    definition = zone("Notes", "+0100", "+0200", rules)
    assert busy(definition, event("DTSTART;TZID=Notes:20270308T100000\nDURATION:PT1H")) == ["03-08 10:00-11:00"]
    assert busy(definition, event("DTSTART;TZID=Notes:20270615T100000\nDURATION:PT1H")) == ["06-15 10:00-11:00"]


def test_defined_clock_follows_the_database_for_all_of_a_year() -> None:
    definition = zone("Mia", "+0100", "+0200")
    lines = "DTSTART;TZID={}:20260101T003000\nDURATION:PT15M\nRRULE:FREQ=HOURLY"
    assert busy(definition, event(lines.format("Mia"))) == busy(event(lines.format("Europe/Rome")))


def test_floating_times_are_read_in_the_zone_of_their_file() -> None:
    floating = event("DTSTART:20270308T090000\nDURATION:PT1H")
    assert busy("X-WR-TIMEZONE:America/New_York\n", floating) == ["03-08 15:00-16:00"]
    assert busy("X-WR-TIMEZONE:Chissà\n", floating) == ["03-08 09:00-10:00"]


@pytest.mark.parametrize(
    "bad",
    [
        "BEGIN:VTIMEZONE\nTZID:Europe/Rome\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+5328\n"
        "TZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:Europe/Rome \nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:Europe/Rome\nTZID:Roma\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:Mai\nBEGIN:STANDARD\nDTSTART:x\nTZOFFSETTO:y\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n",
        "BEGIN:VTODO\nUID:t\nDTSTART:ieri\nDUE:2027-01-01\nEND:VTODO\n",
        "BEGIN:VJOURNAL\nDTSTART;VALUE=DATE:x\nEND:VJOURNAL\n",
        "X-WR-CALDESC:due\nrighe\n",
    ],
)
def test_a_bad_zone_or_task_refuses_nothing(bad: str) -> None:
    assert busy(bad, event(NINE)) == halves(8)


@pytest.mark.parametrize(
    "line", ["TRIGGER:", "TRIGGER:15", "ACKNOWLEDGED:x", "REPEAT:molte", "DURATION:PT9H\nDTSTART:x"]
)
def test_a_bad_alarm_costs_no_time(line: str) -> None:
    alarm = f"BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\n{line}\nEND:VALARM"
    assert busy(event(f"{alarm}\n{NINE}")) == busy(event(f"{NINE}\n{alarm}")) == halves(8)


@pytest.mark.parametrize("name", ["Pacific Time (US & Canada), Tijuana", r"Pacific Time (US & Canada)\, Tijuana"])
def test_name_with_escapes_is_that_of_its_definition(name: str) -> None:
    definition = zone(r"Pacific Time (US & Canada)\, Tijuana", "-0800")
    assert busy(definition, event(f'DTSTART;TZID="{name}":20270308T090000\nDURATION:PT1H')) == ["03-08 18:00-19:00"]


@pytest.mark.parametrize("name", ["localtime", "Factory"])
def test_file_of_the_database_that_is_no_place_is_told(name: str) -> None:
    found = reading(event(f"DTSTART;TZID={name}:20270308T090000\nDURATION:PT1H"))
    assert told(found) == ["03-08 09:00-10:00"]
    assert [one.reason for one in found.unread] == ["zone"]
