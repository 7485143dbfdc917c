"""How much the rules of a calendar may take: the cheap ones are worked out, of the others it is told."""

from __future__ import annotations

import pytest

from plugins.booking.calendars.ics.ics_reader import NotACalendar, Reading
from tests.booking.calendars.texts import NINE, event, halves, reading, told
from tests.cpu_time import quiet_seconds

WEEKLY = f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=3"
OLD = "DTSTART:20160130T090000Z\nDURATION:PT1H\nRRULE:"


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=30", 9),
        ("FREQ=MONTHLY;BYDAY=5FR", 9),
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", 3),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 19),
        ("FREQ=DAILY;COUNT=5", 860),
        ("FREQ=DAILY;UNTIL=20160301T090000Z", 860),
        ("FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50\nTRANSP:TRANSPARENT", 860),
    ],
)
def test_a_meeting_after_many_other_rules_is_kept(rule: str, count: int) -> None:
    found = reading(*(event(OLD + rule, str(number)) for number in range(count)), event(WEEKLY))
    assert found.skipped == ()
    assert set(halves(8, 15, 22)) <= set(told(found))


def dense(count: int, times: int = 10) -> Reading:
    often = "DTSTART:20160130T090000Z\nDURATION:PT1S\nRRULE:FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(times)))
    return reading(*(event(often, str(number)) for number in range(count)), event(WEEKLY))


def test_cheap_rules_come_first_and_the_rest_is_told() -> None:
    found = dense(40)
    assert {one.reason for one in found.unread} == {"too_much"}
    assert any(words == "Prova" and time.end.minute == 30 for time, words in found.busy.items())


def test_more_times_than_anybody_has_are_merged_not_dropped() -> None:
    found = dense(1, times=8)
    assert found.skipped == ()
    assert len(found.busy) <= 20_000
    assert sum((end - start).total_seconds() for start, end in found.busy) >= 124 * 24 * 480


def numbers(count: int) -> str:
    return ",".join(map(str, range(count)))


EACH_SECOND = f"BYHOUR={numbers(24)};BYMINUTE={numbers(60)};BYSECOND={numbers(60)}"


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:A\n" * 60_000 + "END:B\n" * 60_000 + "END:A\n" * 60_000,
        "BEGIN:A\n" * 40_000 + event("", "x") * 5_000 + "END:A\n" * 40_000,
        event(f"DTSTART;{' ' * 300_000}:20270308T090000Z"),
        event(f"DTSTART;TZID=(UTC) {'(' * 400_000}:20270308T090000"),
        event(f"DTSTART;TZID=(UTC) a{' ' * 400_000}b:20270308T090000"),
        event(f"{NINE}\nSUMMARY:" + "\r" * 400_000),
        *(
            "".join(event(f"DTSTART:20260101T000000Z\nRRULE:FREQ={rule};{EACH_SECOND}", str(n)) for n in range(900))
            for rule in ("DAILY;COUNT=1", "DAILY", "WEEKLY;COUNT=9;BYSETPOS=-1", "HOURLY;INTERVAL=7;COUNT=99999999")
        ),
    ],
    ids=["ends", "events", "spaces", "brackets", "name", "returns", "once", "daily", "weekly", "hourly"],
)
def test_hostile_text_takes_little_time(text: str) -> None:
    assert quiet_seconds(lambda: reading(text)) < 3


def test_zone_with_thousands_of_changes_is_refused() -> None:
    change = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY\nEND:STANDARD\n"
    mine = f"BEGIN:VTIMEZONE\nTZID:Mia\n{change * 2_000}END:VTIMEZONE\n"
    with pytest.raises(NotACalendar):
        reading(mine, event("DTSTART;TZID=Mia:20270308T090000\nDURATION:PT1H"))
    assert reading(mine, event(NINE)).skipped == ()
