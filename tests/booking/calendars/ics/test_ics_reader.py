"""What of another calendar keeps the owner's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.booking.calendars.ics.ics_reader import NotACalendar, Own, Reading, read, window
from plugins.domain.wall_clock import Interval

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2027, 1, 11, 8, tzinfo=UTC)
ALL = window(NOW, timedelta(days=60))
MINE = "abc.example.org"


def calendar(*events: str, before: str = "") -> bytes:
    parts = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//\n{before}{parts}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def event(lines: str, uid: str = "a@else.where") -> str:
    return f"UID:{uid}\nDTSTAMP:20200101T000000Z\nSUMMARY:Dentista\n{lines}"


def reading(*lines: str) -> Reading:
    return read([calendar(*(event(one, f"{n}@x") for n, one in enumerate(lines)))], ALL, ROME, MINE)


def busy(*lines: str) -> list[str]:
    found = reading(*lines)
    assert not found.skipped
    return [f"{start:%m-%d %H:%M}/{end:%m-%d %H:%M}" for start, end in sorted(found.busy)]


def test_an_event_keeps_its_time_with_its_words() -> None:
    found = reading("DTSTART:20270112T090000Z\nDTEND:20270112T100000Z")
    nine = datetime(2027, 1, 12, 9, tzinfo=UTC)
    assert dict(found.busy) == {Interval(nine, nine + timedelta(hours=1)): "Dentista"}


def test_a_time_with_a_zone_is_read_in_that_zone() -> None:
    assert busy("DTSTART;TZID=America/New_York:20270112T090000\nDURATION:PT30M") == ["01-12 14:00/01-12 14:30"]
    assert busy("DTSTART;TZID=W. Europe Standard Time:20270112T090000\nDURATION:PT30M") == ["01-12 08:00/01-12 08:30"]


def test_a_floating_time_is_read_on_the_owners_clock() -> None:
    assert busy("DTSTART:20270112T090000\nDTEND:20270112T100000") == ["01-12 08:00/01-12 09:00"]


@pytest.mark.parametrize("end", ["", "\nDTEND;VALUE=DATE:20270113", "\nDTEND;VALUE=DATE:20270112", "\nDURATION:P1D"])
def test_an_all_day_event_keeps_the_whole_local_day(end: str) -> None:
    assert busy(f"DTSTART;VALUE=DATE:20270112{end}") == ["01-11 23:00/01-12 23:00"]


def test_an_event_of_several_days_keeps_each_of_them() -> None:
    lines = "DTSTART;VALUE=DATE:20270112\nDTEND;VALUE=DATE:20270115"
    assert busy(lines) == ["01-11 23:00/01-14 23:00"]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
def test_transparent_and_cancelled_events_keep_nothing(line: str) -> None:
    assert busy(f"DTSTART:20270112T090000Z\nDTEND:20270112T100000Z\n{line}") == []


def test_an_event_without_length_keeps_nothing() -> None:
    assert busy("DTSTART:20270112T090000Z") == []


def test_weekly_event_created_years_ago_keeps_its_wall_time() -> None:
    weekly = "DTSTART;TZID=Europe/Rome:20220704T150000\nDTEND;TZID=Europe/Rome:20220704T160000\nRRULE:FREQ=WEEKLY"
    found = busy(weekly)
    assert (len(found), found[0], found[-1]) == (9, "01-11 14:00/01-11 15:00", "03-08 14:00/03-08 15:00")


def test_dates_are_added_to_a_series_and_taken_from_it() -> None:
    daily = (
        "DTSTART:20270112T090000Z\nDTEND:20270112T100000Z\nRRULE:FREQ=DAILY;COUNT=3\n"
        "EXDATE:20270113T090000Z\nRDATE:20270120T090000Z"
    )
    assert busy(daily) == ["01-12 09:00/01-12 10:00", "01-14 09:00/01-14 10:00", "01-20 09:00/01-20 10:00"]


def test_one_occurrence_is_moved_and_another_called_off() -> None:
    series = event("DTSTART:20270112T090000Z\nDTEND:20270112T100000Z\nRRULE:FREQ=DAILY;COUNT=3")
    moved = event("DTSTART:20270113T150000Z\nDTEND:20270113T160000Z\nRECURRENCE-ID:20270113T090000Z")
    gone = event("DTSTART:20270114T090000Z\nDTEND:20270114T100000Z\nRECURRENCE-ID:20270114T090000Z\nSTATUS:CANCELLED")
    found = read([calendar(series, moved, gone)], ALL, ROME, MINE)
    assert [start.strftime("%d %H") for start, _ in sorted(found.busy)] == ["12 09", "13 15"]


def test_a_weekly_all_day_event_keeps_local_days() -> None:
    days = busy("DTSTART;VALUE=DATE:20220704\nRRULE:FREQ=WEEKLY")
    assert days[0] == "01-10 23:00/01-11 23:00"


def test_only_what_falls_in_the_window_is_kept() -> None:
    lines = ("DTSTART:20260101T090000Z\nDTEND:20260101T100000Z", "DTSTART:20290101T090000Z\nDURATION:PT1H")
    assert busy(*lines) == []
    assert busy("DTSTART:20200101T000000Z\nDTEND:20300101T000000Z") == ["01-09 08:00/03-14 08:00"]


@pytest.mark.parametrize(
    "broken",
    [
        "DTSTART:ieri\nDTEND:20270112T100000Z",
        "DTEND:20270112T100000Z",
        "DTSTART:20270112T100000Z\nDTEND:20270112T090000Z",
        "DTSTART:20270112T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART:20270112T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:20270112T090000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY",
        "DTSTART:20270112T090000Z\nDURATION:PT1H\nRRULE:FREQ=PIPPO",
    ],
)
def test_a_broken_event_is_told_and_the_others_still_count(broken: str) -> None:
    found = reading(broken, "DTSTART:20270112T090000Z\nDTEND:20270112T100000Z")
    assert len(found.busy) == 1
    assert len(found.skipped) == 1
    assert found.skipped[0].startswith("Dentista: ")


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=TH"])
def test_many_recurrence_rules_that_never_occur_are_read_whole(rule: str) -> None:
    never = f"DTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:{rule}"  # a Wednesday
    found = reading(*([never] * 50), "DTSTART:20270112T090000Z\nDTEND:20270112T100000Z")
    assert (len(found.busy), found.skipped) == (1, ())


def test_a_rule_as_old_as_the_calendar_is_worked_out() -> None:
    hours = busy("DTSTART:00020101T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY")
    assert (len(hours), hours[0]) == (64 * 24, "01-09 08:00/01-09 09:00")
    assert busy("DTSTART:20270112T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30") == [
        "01-12 09:00/01-12 10:00"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=-1TH",
        "FREQ=DAILY;BYDAY=MO,WE",
    ],
)
def test_a_calendar_full_of_ordinary_rules_is_read_whole(rule: str) -> None:
    usual = f"DTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:{rule}"
    found = reading(*([usual] * 60))
    assert found.busy
    assert found.skipped == ()


def test_the_bookings_written_there_are_not_busy_time() -> None:
    own = event("DTSTART:20270112T090000Z\nDTEND:20270112T100000Z\nSEQUENCE:3", f"1@{MINE}")
    gone = event("DTSTART:20270112T090000Z\nDTEND:20270112T100000Z\nSTATUS:CANCELLED", f"2@{MINE}")
    found = read([calendar(own, gone)], ALL, ROME, MINE)
    nine = datetime(2027, 1, 12, 9, tzinfo=UTC)
    assert not found.busy
    assert dict(found.own) == {f"1@{MINE}": Own(Interval(nine, nine + timedelta(hours=1)), 3), f"2@{MINE}": Own(None)}


def test_several_texts_are_one_calendar() -> None:
    texts = [calendar(event(f"DTSTART:2027011{n}T090000Z\nDURATION:PT1H", f"{n}@x")) for n in (2, 3)]
    assert len(read(texts, ALL, ROME, MINE).busy) == 2
    assert read([], ALL, ROME, MINE) == Reading({}, {}, ())


@pytest.mark.parametrize("text", [b"<html>Accedi</html>", b"", b"\xff\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(NotACalendar):
        read([text], ALL, ROME, MINE)


def zone(rule: str) -> str:
    change = "DTSTART:1970{}T030000\nTZOFFSETFROM:{}\nTZOFFSETTO:{}\nRRULE:{}\n"
    summer = change.format("0329", "+0500", "+0600", rule.format(month=3))
    winter = change.format("1025", "+0600", "+0500", rule.format(month=10))
    return (
        f"BEGIN:VTIMEZONE\nTZID:Mia\nBEGIN:DAYLIGHT\n{summer}END:DAYLIGHT\n"
        f"BEGIN:STANDARD\n{winter}END:STANDARD\nEND:VTIMEZONE\n"
    )


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;INTERVAL=0", "FREQ=SECONDLY", "FREQ=YEARLY;BYSECOND=1,2,3"])
def test_custom_vtimezone_is_used_unless_its_rule_is_impossible(rule: str) -> None:
    own = event("DTSTART;TZID=Mia:20270112T090000\nDURATION:PT1H")
    with pytest.raises(NotACalendar):
        read([calendar(own, before=zone(rule))], ALL, ROME, MINE)
    good = zone("FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU")
    assert [start.hour for start, _ in read([calendar(own, before=good)], ALL, ROME, MINE).busy] == [4]


def test_signs_that_a_database_refuses_do_not_reach_it() -> None:
    text = calendar(
        event("DTSTART:20270112T090000Z\nDURATION:PT1H").replace("Dentista", "Den\x00ti\u2028sta" + "a" * 900)
    )
    (words,) = read([text], ALL, ROME, MINE).busy.values()
    assert "\x00" not in words
    assert len(words) <= 200


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=8))
def test_no_event_however_odd_is_more_than_skipped(lines: list[str]) -> None:
    odd = "\n".join(line.replace("\r", "").replace("\n", "") for line in lines)
    try:
        found = reading(odd, "DTSTART:20270112T090000Z\nDTEND:20270112T100000Z")
    except NotACalendar:
        return
    assert len(found.busy) <= 1 + len(lines)
