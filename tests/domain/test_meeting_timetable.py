"""Hours, closures, notice and horizon of one kind of meeting, beside those for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.domain.agreed_meeting import agreed_as, with_timetable
from plugins.domain.availability import Availability
from plugins.domain.busy_time import Occupied
from plugins.domain.catalogue import Service
from plugins.domain.slots import Rule, judge, nearest, offered, window
from tests.domain.office import IDENTITY

MONDAY = date(2027, 1, 11)
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
TALK = {"slug": "talk", "title": "Talk", "minutes": 60}
GROUP = {"slug": "group", "title": "Group", "minutes": 60, "hours": {"thursday": ["18:00-20:00"]}}


def rules(*meetings: dict[str, object], **changes: object) -> Availability:
    return Availability.model_validate(
        {
            "timezone": "Europe/Rome",
            "hours": {"monday": ["09:00-11:00"], "thursday": ["09:00-11:00"]},
            "notice": "24h",
            "horizon": "14d",
            "meetings": meetings or (TALK, GROUP),
        }
        | changes
    )


def clocks(availability: Availability, slug: str, days: int = 7, now: datetime = NOW) -> list[str]:
    meeting = availability.meeting(slug)
    assert meeting is not None
    found = offered(meeting, MONDAY, MONDAY + timedelta(days=days - 1), availability, Occupied(()), now)
    return [f"{slot.start.astimezone(ROME):%a %H:%M}" for slot in found]


def test_hours_of_its_own_replace_the_week() -> None:
    assert clocks(rules(), "group") == ["Thu 18:00", "Thu 19:00"]
    assert clocks(rules(), "talk") == ["Mon 09:00", "Mon 10:00", "Thu 09:00", "Thu 10:00"]


def test_meetings_of_one_length_keep_hours_apart() -> None:
    # Both in either order: what is remembered of one must not answer for the other.
    assert clocks(rules(GROUP, TALK), "talk") == clocks(rules(TALK, GROUP), "talk")
    assert clocks(rules(GROUP, TALK), "group") == ["Thu 18:00", "Thu 19:00"]


@pytest.mark.parametrize(
    ("hours", "group"), [(["09:00-12:00"], []), (["19:00-22:00"], ["Thu 19:00"]), ([], []), (["17:00-21:00"], None)]
)
def test_an_opening_bounds_hours_of_a_meetings_own(hours: list[str], group: list[str] | None) -> None:
    opened = rules(openings=[{"date": MONDAY + timedelta(days=3), "hours": hours}])
    assert clocks(opened, "group") == (["Thu 18:00", "Thu 19:00"] if group is None else group)


def test_an_opening_does_not_undo_its_own_closure() -> None:
    closed = GROUP | {"closures": [{"from": MONDAY, "to": MONDAY + timedelta(days=6)}]}
    opened = rules(TALK, closed, openings=[{"date": MONDAY + timedelta(days=3), "hours": ["18:00-20:00"]}])
    assert clocks(opened, "group") == []
    assert "Thu 18:00" in clocks(opened, "talk")


def test_general_closures_close_every_meeting() -> None:
    assert clocks(rules(closures=[{"from": MONDAY, "to": MONDAY + timedelta(days=6)}]), "group") == []


@pytest.mark.parametrize(("notice", "first"), [("0h", "Mon 09:00"), ("2d", "Thu 09:00"), ("24h", "Mon 10:00")])
def test_notice_of_its_own_replaces_the_general_one(notice: str, first: str) -> None:
    now = datetime(2027, 1, 10, 8, 30, tzinfo=UTC)  # Sunday, half past nine in Rome
    assert clocks(rules(TALK | {"notice": notice}), "talk", now=now)[0] == (first if notice != "0h" else "Mon 09:00")
    assert clocks(rules(TALK), "talk", now=now)[0] == "Mon 10:00"


def test_horizon_of_its_own_reaches_farther_or_less() -> None:
    assert clocks(rules(TALK | {"horizon": "7d"}), "talk", days=28) == ["Mon 09:00"]
    far = rules(TALK | {"horizon": "60d"}, GROUP)
    assert len(clocks(far, "talk", days=28)) == 16
    assert window(far, NOW).end >= NOW + timedelta(days=60)
    meeting = far.meetings[0]
    late = datetime(2027, 2, 25, 9, tzinfo=UTC)
    assert nearest(meeting, late, far, Occupied(()), NOW, 1)[0].start == late


def test_what_is_offered_is_what_is_judged() -> None:
    availability = rules(TALK | {"notice": "2d", "horizon": "9d"}, GROUP | {"horizon": "20d"})
    for meeting in availability.meetings:
        slots = {slot.start for slot in offered(meeting, MONDAY, date(2027, 2, 1), availability, Occupied(()), NOW)}
        start = datetime(2027, 1, 4, tzinfo=UTC)
        while start < datetime(2027, 2, 2, tzinfo=UTC):
            allowed = not judge(meeting, start, availability, Occupied(()), NOW)
            assert not (start.date() >= MONDAY and allowed is not (start in slots))
            start += timedelta(minutes=30)


def test_without_notice_drops_a_meetings_own_too() -> None:
    asked = rules(TALK | {"notice": "5d"})
    free = asked.without_notice()
    start = datetime(2027, 1, 11, 8, tzinfo=UTC)
    now = datetime(2027, 1, 11, 7, tzinfo=UTC)
    assert {one.rule for one in judge(asked.meetings[0], start, asked, Occupied(()), now)} == {Rule.NOTICE}
    assert judge(free.meetings[0], start, free, Occupied(()), now) == ()


def test_a_booked_meeting_moves_within_todays_hours() -> None:
    then = agreed_as(rules(TALK | {"hours": {"friday": ["09:00-10:00"]}, "notice": "5d"}).meetings[0], IDENTITY, None)
    assert (then.hours, then.notice) == (None, None)
    today = rules(GROUP | {"slug": "talk"})
    moved = with_timetable(then, today)
    assert moved.hours == today.meetings[0].hours
    assert with_timetable(then, rules(GROUP)) == then


@pytest.mark.parametrize(
    ("meetings", "named", "first"),
    [
        ((TALK, GROUP), None, None),
        ((TALK, GROUP), "group", "group"),
        ((TALK, GROUP | {"listed": False}), None, "talk"),
        ((GROUP,), None, "group"),
    ],
)
def test_the_first_talk_is_named_or_alone(
    meetings: tuple[dict[str, object], ...], named: str | None, first: str | None
) -> None:
    for order in (meetings, meetings[::-1]):
        found = rules(*order, first_meeting=named).first_talk()
        assert (found.slug if found else None) == first


def test_listed_meetings_come_by_their_titles() -> None:
    listed = rules(TALK, GROUP, TALK | {"slug": "secret", "listed": False}).listed()
    assert [one.slug for one in listed] == ["group", "talk"]


def test_a_service_offers_one_meeting_or_several() -> None:
    about = {"slug": "post", "area": "a", "title": "Post", "summary": "s"}
    assert Service.model_validate(about | {"meeting": "talk"}).bookable == ("talk",)
    assert Service.model_validate(about | {"meetings": ["talk", "group"]}).bookable == ("talk", "group")


def test_a_meeting_in_person_is_at_its_place() -> None:
    home = IDENTITY.model_validate(
        IDENTITY.model_dump()
        | {"places": [{"slug": "rivoli", "name": "Studio di Rivoli", "address": "Via Po 3, Rivoli"}]}
    )
    (there,) = rules(TALK | {"where": "in_person", "place": "rivoli"}).meetings
    (here,) = rules(TALK | {"where": "in_person"}).meetings
    assert agreed_as(there, home, None).address == "Studio di Rivoli, Via Po 3, Rivoli"
    assert agreed_as(here, home, None).address == home.address
