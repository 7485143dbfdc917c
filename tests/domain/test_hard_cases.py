"""Cases that calendars are known to get wrong, each told by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.domain.availability import Availability
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.slots import Rule, judge, offered
from plugins.domain.wall_clock import Interval

DAY = timedelta(days=1)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
SATURDAY = date(2027, 1, 16)
EVERY_MORNING = {
    day: ["09:00-13:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


def availability(meeting: dict[str, object] | None = None, **changes: object) -> Availability:
    call = {"slug": "call", "title": "Call", "minutes": 30, "step": 30} | (meeting or {})
    rules = {"timezone": "Europe/Rome", "hours": EVERY_MORNING, "notice": "0h", "horizon": "60d", "meetings": [call]}
    return Availability.model_validate(rules | changes)


def starts(
    rules: Availability, day: date, occupied: Occupied | None = None, now: datetime | None = None
) -> list[datetime]:
    """The starts offered on a day, as the owner's clock reads them; seen from the noon two days before."""
    now = now or datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - 2 * DAY
    slots = offered(rules.meetings[0], day, day, rules, occupied or Occupied(), now)
    return [slot.start.astimezone(rules.timezone) for slot in slots]


def clocks(found: list[datetime]) -> list[str]:
    return [f"{one:%H:%M}" for one in found]


@pytest.mark.parametrize(("change", "before", "after"), [(SPRING, 8, 7), (AUTUMN, 7, 8)])
def test_nine_is_nine_on_both_sides_of_a_clock_change(change: date, before: int, after: int) -> None:
    rules = availability()
    for day, hour in ((change - DAY, before), (change, after), (change + DAY, after)):
        first = starts(rules, day)[0]
        assert f"{first:%H:%M}" == "09:00"
        assert first.astimezone(UTC).hour == hour


@pytest.mark.parametrize(("change", "first"), [(SPRING, "10:30"), (AUTUMN, "09:00")])
def test_notice_is_time_that_passes_also_over_a_clock_change(change: date, first: str) -> None:
    rules = availability(notice="24h")
    # Half past nine of the day before: a day of the clock later, but 23 or 25 hours.
    now = datetime(change.year, change.month, change.day, 9, 30, tzinfo=ZoneInfo("Europe/Rome")) - DAY
    now = now.astimezone(UTC)
    assert clocks(starts(rules, change, now=now))[0] == first
    earliest = now + DAY
    if change == SPRING:
        assert judge(rules.meetings[0], earliest, rules, Occupied(), now) == ()
    late = judge(rules.meetings[0], earliest, rules, Occupied(), now + timedelta(seconds=1))
    assert Rule.NOTICE in {refusal.rule for refusal in late}


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Pacific/Auckland"])
def test_an_opening_on_a_saturday_near_midnight_is_the_saturdays(zone: str) -> None:
    rules = availability(
        {"per_day": 2}, timezone=zone, hours={}, openings=[{"date": str(SATURDAY), "hours": ["22:30-24:00"]}]
    )
    found = starts(rules, SATURDAY)
    assert clocks(found) == ["22:30", "23:00", "23:30"]
    assert starts(rules, SATURDAY - DAY) == starts(rules, SATURDAY + DAY) == []
    booked = Occupied(starts=[("call", start.astimezone(UTC)) for start in found[:2]])
    assert starts(rules, SATURDAY, booked) == []


def test_a_long_meeting_takes_every_start_that_it_covers() -> None:
    rules = availability({"minutes": 60, "step": 15})
    ten = datetime(2027, 1, 16, 9, tzinfo=UTC)
    assert clocks(starts(rules, SATURDAY))[-1] == "12:00"
    booked = Occupied([Taken(Interval(ten, ten + timedelta(hours=1)), Holder.BOOKING)])
    assert clocks(starts(rules, SATURDAY, booked)) == ["09:00", "11:00", "11:15", "11:30", "11:45", "12:00"]


def test_a_busy_event_inside_a_longer_slot_takes_it() -> None:
    rules = availability({"minutes": 120, "step": 60})
    event = datetime(2027, 1, 16, 9, 50, 30, tzinfo=UTC)
    busy = Occupied([Taken(Interval(event, event + timedelta(seconds=1)), Holder.BUSY)])
    assert clocks(starts(rules, SATURDAY)) == ["09:00", "10:00", "11:00"]
    assert clocks(starts(rules, SATURDAY, busy)) == ["11:00"]


def test_the_cap_near_midnight_counts_the_owners_day() -> None:
    rules = availability({"per_day": 1}, hours={day: ["00:00-24:00"] for day in EVERY_MORNING})
    half_past_midnight = datetime(2027, 1, 15, 23, 30, tzinfo=UTC)  # of Saturday in Rome, still Friday in UTC
    booked = Occupied(starts=[("call", half_past_midnight)])
    assert starts(rules, SATURDAY, booked) == []
    assert len(starts(rules, SATURDAY - DAY, booked)) == 48
