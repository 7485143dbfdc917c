"""Who is told next of time that came free: drawn at random beside what the rule promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.availability import Availability, Meeting
from plugins.domain.busy_time import Holder, Occupied, Taken
from plugins.domain.fields import InvalidRequest
from plugins.domain.requests import UnknownMeeting
from plugins.domain.slots import Slot, claim, judge, offered
from plugins.domain.waiting_list import (
    MOST_A_DAY,
    MOST_DAYS,
    SHORTEST_HOLD,
    Offer,
    Told,
    Waiting,
    WaitingRequest,
    held_until,
    next_offer,
    read_waiting,
)
from plugins.domain.wall_clock import Interval
from tests.domain.office import AVAILABILITY, CATALOGUE

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RULES = Availability.model_validate(
    {
        "timezone": "Europe/Rome",
        "hours": {day: ["09:00-11:00"] for day in DAYS},
        "notice": "2h",
        "horizon": "10d",
        "waiting_hold": "4h",
        "meetings": [
            {"slug": "conoscitiva", "title": "Chiacchierata", "minutes": 30, "after": 10, "per_day": 3},
            {"slug": "telefonata", "title": "Telefonata", "minutes": 60, "step": 30, "where": "phone"},
        ],
    }
)
NOW = datetime(2027, 1, 11, 8, tzinfo=UTC)  # a Monday, nine in the morning in Rome
TODAY = date(2027, 1, 11)
DAY = timedelta(days=1)
TALK = RULES.meetings[0]


def waiting(name: str, **changed: object) -> Waiting:
    """Someone who waits for a talk on the days from tomorrow on."""
    return Waiting.model_validate(
        {
            "id": name,
            "meeting": "conoscitiva",
            "name": name,
            "email": f"{name}@example.com",
            "first": TODAY + DAY,
            "last": TODAY + 3 * DAY,
            "created_at": NOW,
            "confirmed_at": NOW,
        }
        | changed
    )


def free(occupied: Occupied, now: datetime = NOW) -> dict[str, tuple[Slot, ...]]:
    """What can be booked of each kind."""
    return {one.slug: offered(one, TODAY, TODAY + 11 * DAY, RULES, occupied, now) for one in RULES.meetings}


def told_next(
    listed: Iterable[Waiting], told: Iterable[Told] = (), holding: Iterable[str] = (), now: datetime = NOW
) -> Offer | None:
    slots = free(Occupied(), now)
    return next_offer(listed, told, set(holding), lambda meeting: slots[meeting.slug], RULES, now)


def test_who_confirmed_first_is_told_of_the_first_time() -> None:
    later = waiting("ada", confirmed_at=NOW + timedelta(minutes=1))
    offer = told_next([later, waiting("bea"), waiting("clio", confirmed_at=None)])
    assert offer is not None
    assert (offer.waiting.id, offer.slot.start) == ("bea", datetime(2027, 1, 12, 8, tzinfo=UTC))


def test_whoever_holds_a_time_already_waits_for_her_turn() -> None:
    offer = told_next([waiting("ada"), waiting("bea")], holding=["ada@example.com"])
    assert offer is not None
    assert offer.waiting.id == "bea"
    assert told_next([waiting("ada", email="ADA@example.com")], holding=["ada@example.com"]) is None


def test_nobody_is_told_of_what_overlaps_a_time_told() -> None:
    start = datetime(2027, 1, 12, 8, tzinfo=UTC)
    told = [Told("ada@example.com", start, start + timedelta(minutes=45), NOW - 2 * DAY)]
    offer = told_next([waiting("ada")], told)
    assert offer is not None
    assert offer.slot.start == start + timedelta(minutes=60)


def test_what_was_free_when_she_asked_is_no_news() -> None:
    starts = {slot.start for slot in free(Occupied())["conoscitiva"]}
    assert told_next([waiting("ada", free=starts)]) is None
    missing = max(start for start in starts if start < NOW + 3 * DAY)
    offer = told_next([waiting("ada", free=starts - {missing})])
    assert offer is not None
    assert offer.slot.start == missing


def test_three_offers_in_a_day_are_enough_for_anybody() -> None:
    past = [Told("ada@example.com", NOW - 30 * DAY, NOW - 29 * DAY, NOW - timedelta(hours=hour)) for hour in (1, 2, 23)]
    assert len(past) == MOST_A_DAY
    assert told_next([waiting("ada")], past) is None
    assert told_next([waiting("ada")], past[:2]) is not None


def test_kind_of_meeting_that_is_gone_offers_nothing() -> None:
    assert told_next([waiting("ada", meeting="altra")]) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-11T09:00:30+01:00", "2027-01-11T13:00:00+01:00"),
        ("2027-01-11T20:59:00+01:00", "2027-01-12T00:59:00+01:00"),
        ("2027-01-11T21:00:00+01:00", "2027-01-12T12:00:00+01:00"),
        ("2027-01-12T03:30:00+01:00", "2027-01-12T12:00:00+01:00"),
        ("2027-01-12T07:59:59+01:00", "2027-01-12T12:00:00+01:00"),
        ("2027-01-14T06:00:00+01:00", "2027-01-14T07:00:00+01:00"),  # two hours before it is the last moment to book
        ("2027-03-27T23:00:00+01:00", "2027-03-28T12:00:00+02:00"),
    ],
)
def test_a_hold_counts_from_the_morning_and_ends_in_time(now: str, until: str) -> None:
    start = datetime.fromisoformat("2027-01-14T09:00:00+01:00" if now < "2027-02" else "2027-03-30T09:00:00+02:00")
    assert held_until(start, TALK, RULES, datetime.fromisoformat(now)) == datetime.fromisoformat(until)


def test_too_little_time_to_answer_is_not_offered() -> None:
    at = datetime(2027, 1, 12, 5, 50, tzinfo=UTC)  # ten minutes before nine can be booked no more
    offer = told_next([waiting("ada", last=TODAY + DAY)], now=at)
    assert offer is not None
    assert offer.slot.start == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


MOMENTS = st.integers(0, 14 * 24 * 4).map(lambda quarter: NOW + timedelta(minutes=15 * quarter))
PEOPLE = st.sampled_from(["ada", "bea", "clio", "dora"])


@st.composite
def lists(draw: st.DrawFn) -> list[Waiting]:
    """Any people who wait for anything."""

    def one(number: int) -> Waiting:
        first = TODAY + draw(st.integers(-3, 11)) * DAY
        return waiting(
            f"{number}",
            email=f"{draw(PEOPLE)}@example.com",
            meeting=draw(st.sampled_from(["conoscitiva", "telefonata"])),
            first=first,
            last=first + draw(st.integers(0, 5)) * DAY,
            free=draw(st.frozensets(MOMENTS, max_size=5)),
            confirmed_at=draw(st.none() | MOMENTS.map(lambda moment: moment - 14 * DAY)),
        )

    return [one(number) for number in range(draw(st.integers(0, 8)))]


@given(lists(), st.lists(st.tuples(MOMENTS, st.integers(1, 8)), max_size=8), MOMENTS)
def test_offers_one_after_another_keep_every_promise(
    listed: list[Waiting], taken: list[tuple[datetime, int]], now: datetime
) -> None:
    busy = [Taken(Interval(start, start + timedelta(minutes=30 * length)), Holder.BLOCK) for start, length in taken]
    told: list[Told] = []
    holding: dict[str, Offer] = {}
    starts: list[tuple[str, datetime]] = []
    while True:
        occupied = Occupied(busy, starts)
        slots = free(occupied, now)
        offer = next_offer(listed, told, holding, lambda meeting: slots[meeting.slug], RULES, now)  # noqa: B023
        if offer is None:
            break
        one, slot = offer.waiting, offer.slot
        meeting = RULES.meeting(one.meeting)
        assert isinstance(meeting, Meeting)
        # What is offered to her could be booked at this moment, and is what she asked for.
        assert judge(meeting, slot.start, RULES, occupied, now) == ()
        assert one.confirmed_at is not None
        assert one.person not in holding
        assert one.first <= RULES.local_day(slot.start) <= one.last
        assert slot.start not in one.free
        assert offer.until - now >= SHORTEST_HOLD
        assert offer.until <= slot.start - RULES.notice_of(meeting)
        assert (offer.until.second, offer.until.microsecond) == (0, 0)
        # Whoever came before her has a time held, or could be told of none of these.
        for other in listed:
            if other.confirmed_at and (other.confirmed_at, other.id) < (one.confirmed_at, one.id):
                assert next_offer([other], told, holding, lambda meeting: slots[meeting.slug], RULES, now) is None  # noqa: B023
        holding[one.person] = offer
        told.append(Told(one.person, slot.start, slot.end, now))
        busy.append(Taken(claim(meeting, slot.start), Holder.BOOKING))
        starts.append((meeting.slug, slot.start))
    assert len(holding) == len(told) <= 4


@given(lists(), MOMENTS)
def test_the_order_of_rows_decides_nothing(listed: list[Waiting], now: datetime) -> None:
    assert told_next(listed, now=now) == told_next(reversed(listed), now=now)


@given(lists(), MOMENTS)
def test_however_often_she_is_told_each_time_comes_once(listed: list[Waiting], now: datetime) -> None:
    told: list[Told] = []
    while (offer := told_next(listed, told, now=now)) is not None:
        slot, person = offer.slot, offer.waiting.person
        assert not any(one.person == person and one.start < slot.end and slot.start < one.end for one in told)
        told.append(Told(person, slot.start, slot.end, now - 2 * DAY))
    assert len(told) < 1_000


FIELDS: dict[str, object] = {
    "meeting": "conoscitiva",
    "name": "Ada Rossi",
    "email": "ada@example.com",
    "from": "2027-01-12",
    "to": "2027-01-20",
}


def read(**changed: object) -> WaitingRequest:
    return read_waiting(FIELDS | changed, AVAILABILITY, CATALOGUE, TODAY, lambda _: TODAY + 60 * DAY)


def test_days_are_kept_within_what_can_be_booked() -> None:
    assert read() == WaitingRequest(
        meeting="conoscitiva",
        name="Ada Rossi",
        email="ada@example.com",
        first=date(2027, 1, 12),
        last=date(2027, 1, 20),
    )
    asked = read(**{"from": "2026-12-01", "to": "2027-02-01", "service": "piano", "timezone": "Asia/Kathmandu"})
    assert (asked.first, asked.last, asked.service, asked.timezone) == (
        TODAY,
        date(2027, 2, 1),
        "piano",
        "Asia/Kathmandu",
    )
    assert read(**{"from": "2027-03-01", "to": "2027-04-01"}).last == TODAY + 60 * DAY


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"from": "", "to": None}, ["from", "to"]),
        ({"from": "12/01/2027"}, ["from"]),
        ({"from": "20270112"}, ["from"]),
        ({"from": "2027-01-32"}, ["from"]),
        ({"from": "2027-01-20", "to": "2027-01-12"}, ["to"]),
        ({"from": "2026-01-20", "to": "2026-01-22"}, ["to"]),
        ({"to": str(date(2027, 1, 12) + MOST_DAYS * DAY)}, ["to"]),
        ({"from": "2027-04-01", "to": "2027-04-02"}, ["from"]),
        ({"from": 20270112, "to": ["2027-01-12"]}, ["from", "to"]),
        ({"name": " ", "email": "ada"}, ["name", "email"]),
        ({"name": "Ada\r\nBcc: x@y.it"}, ["name"]),
        ({"service": "nessuno"}, ["service"]),
        ({"meeting": None}, ["meeting"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(changed: dict[str, object], fields: list[str]) -> None:
    with pytest.raises(InvalidRequest) as wrong:
        read(**changed)
    assert [error.field for error in wrong.value.errors] == fields


def test_unknown_kind_of_meeting_is_told_apart() -> None:
    with pytest.raises(UnknownMeeting):
        read(meeting="altra")
