"""Several people share one time of a meeting with seats: it is held once, and full with the last of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from plugins.domain.agreed_meeting import AgreedMeeting, with_timetable
from plugins.domain.availability import Availability
from plugins.domain.busy_time import Group, Holder, Occupied, Taken
from plugins.domain.slots import Rule, claim, judge, nearest, offered
from plugins.domain.wall_clock import Interval

MONDAY, HOUR, MINUTE = date(2027, 1, 11), timedelta(hours=1), timedelta(minutes=1)
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
TEN = datetime(2027, 1, 11, 9, tzinfo=UTC)
COURSE: dict[str, Any] = {"slug": "corso", "title": "Corso", "minutes": 60, "before": 15, "after": 15, "seats": 3}


def rules(**course: object) -> Availability:
    meetings = [COURSE | course, {"slug": "call", "title": "Chiamata", "minutes": 30, "per_day": 1}]
    return Availability.model_validate(
        {
            "timezone": "Europe/Rome", "hours": {"monday": ["09:00-13:00"]}, "notice": "0m", "horizon": "60d",
            "meetings": meetings,
        }
    )  # fmt: skip


def group(people: int, start: datetime = TEN) -> Group:
    return Group("corso", start, start + HOUR, people, claim(rules().meetings[0], start))


def against(start: datetime, occupied: Occupied, which: int = 0, **course: object) -> list[Rule]:
    availability = rules(**course)
    return [one.rule for one in judge(availability.meetings[which], start, availability, occupied, NOW)]


def left(occupied: Occupied, **course: object) -> dict[int, int | None]:
    """What is left at each hour of Monday that is offered, on the clock of Rome."""
    availability = rules(**course)
    slots = offered(availability.meetings[0], MONDAY, MONDAY, availability, occupied, NOW)
    return {slot.start.hour + 1: slot.left for slot in slots}


def test_a_time_is_offered_with_the_seats_left() -> None:
    assert left(Occupied()) == {9: 3, 10: 3, 11: 3, 12: 3}
    assert left(Occupied(groups=[group(2)])) == {10: 1, 12: 3}


def test_a_meeting_without_seats_tells_of_none_left() -> None:
    assert left(Occupied(), seats=None) == {9: None, 10: None, 11: None, 12: None}


def test_a_full_group_is_refused_and_not_offered() -> None:
    full = Occupied(groups=[group(3)])
    assert against(TEN, full) == [Rule.FULL]
    assert 10 not in left(full)
    near = nearest(rules().meetings[0], TEN, rules(), full, NOW, 1)
    assert [(slot.start, slot.left) for slot in near] == [(TEN + 2 * HOUR, 3)]


def test_fewer_seats_than_people_let_nobody_in() -> None:
    assert against(TEN, Occupied(groups=[group(3)]), seats=2) == [Rule.FULL]


def test_a_group_keeps_its_time_from_all_other_meetings() -> None:
    one = Occupied(groups=[group(1)])
    assert against(TEN, one, which=1) == [Rule.TAKEN]
    assert against(TEN + HOUR, one) == [Rule.TAKEN]
    assert one.overlaps(Interval(TEN - 15 * MINUTE, TEN - 14 * MINUTE))


def test_a_group_counts_once_for_the_cap() -> None:
    availability, two = rules(), Occupied(groups=[group(3), group(2, TEN + 2 * HOUR)])
    assert two.count(availability.meetings[0], MONDAY, availability) == 2


def test_who_joins_a_group_adds_nothing_to_the_cap() -> None:
    one = Occupied(groups=[group(1)])
    assert against(TEN, one, per_day=1) == []
    assert against(TEN + 2 * HOUR, one, per_day=1) == [Rule.PER_DAY]


@pytest.mark.parametrize("holder", [Holder.BLOCK, Holder.BUSY, Holder.OFFER])
def test_what_lies_over_a_group_closes_it(holder: Holder) -> None:
    beside = Taken(Interval(TEN + 30 * MINUTE, TEN + 40 * MINUTE), holder)
    assert against(TEN, Occupied([beside], groups=[group(1)])) == [Rule.TAKEN]


def test_wider_buffers_do_not_close_a_group_beside_bookings() -> None:
    near = Taken(Interval(TEN + 75 * MINUTE, TEN + 2 * HOUR), Holder.BOOKING)
    assert against(TEN, Occupied([near], groups=[group(1)]), after=60) == []


def test_a_group_of_another_length_lets_nobody_in() -> None:
    assert against(TEN, Occupied(groups=[group(1)]), minutes=30, step=60) == [Rule.TAKEN]


def test_a_booking_made_alone_is_no_group() -> None:
    alone = Occupied([Taken(claim(rules().meetings[0], TEN), Holder.BOOKING)], [("corso", TEN)])
    assert against(TEN, alone) == [Rule.TAKEN]


def test_a_kind_that_lost_its_seats_keeps_its_groups() -> None:
    assert against(TEN, Occupied(groups=[group(1)]), seats=None) == [Rule.TAKEN]


@pytest.mark.parametrize("seats", [0, 1, 501, "tanti"])
def test_seats_are_from_two_to_five_hundred(seats: object) -> None:
    with pytest.raises(ValidationError):
        rules(seats=seats)


@pytest.mark.parametrize(("agreed", "now", "then"), [(3, 5, 5), (3, None, None), (None, 5, None)])
def test_a_move_goes_by_the_seats_there_are_now(agreed: int | None, now: int | None, then: int | None) -> None:
    kept = AgreedMeeting.model_validate(COURSE | {"seats": agreed})
    assert with_timetable(kept, rules(seats=now)).seats == then
