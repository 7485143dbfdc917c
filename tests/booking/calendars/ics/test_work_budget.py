"""How much the rules of a calendar may take: the cheap ones are worked out, of the others it is told."""

from __future__ import annotations

import pytest

from plugins.booking.calendars.ics.ics_reader import Reading
from tests.booking.calendars.texts import NINE, event, halves, reading, told

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
