"""Offered = bookable, through the page, the endpoint and its database, over both days when Rome's clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugins.booking.storage.schema import bookings
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.page import Page
from tests.booking.tables import count
from tests.soak import soak_count

ROME = ZoneInfo("Europe/Rome")
FIVE = timedelta(minutes=5)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
NIGHT = {
    day: ["00:00-05:00", "22:00-24:00"]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
CLOSE: dict[str, Any] = {"step": 15, "before": 10, "after": 20, "per_day": 4}


def offered_on_the_page(desk: Endpoint) -> set[datetime]:
    """The starts among which a visitor chooses, none of them twice but the next ones, which stand in their day too."""
    answer = desk.http.get("/appuntamenti/orari?meeting=conoscitiva")
    values = [value for form in Page(answer).forms for value in form.choices.get("start", [])]
    starts = [datetime.fromisoformat(value).astimezone(UTC) for value in values]
    assert not starts or len(starts) - len(set(starts)) == min(3, len(set(starts)))
    return set(starts)


def ask(desk: Endpoint, start: datetime) -> int:
    return desk.http.post("/api/bookings", json=asked(start=start.isoformat())).status_code


def book_all_that_is_offered(desk: Endpoint, chance: Random) -> int:
    """Book until nothing is offered, and try before each booking what is not; return how many there are then.

    What is not offered is chosen anywhere up to a day after the horizon, and close to what is.
    """
    now = desk.clock.now
    horizon = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
    last = max((datetime.fromisoformat(slot["end"]) for slot in horizon), default=now) + timedelta(days=1)
    anywhere = [now.replace(minute=0) + number * FIVE for number in range((last - now) // FIVE)]
    kept = 0
    while True:
        starts = offered_on_the_page(desk)
        slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
        assert starts == {datetime.fromisoformat(slot["start"]) for slot in slots}
        close = [start + near for start in sorted(starts) for near in (-FIVE, FIVE)]
        for other in {*chance.sample(anywhere, 2), *chance.sample(close, min(2, len(close)))} - starts:
            assert ask(desk, other) == 409, other
        if not starts:
            return kept
        assert ask(desk, chance.choice(sorted(starts))) == 201
        kept += 1


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_whatever_is_offered_can_be_booked_until_nothing_is(tmp_path: Path, database_url: str, day: date) -> None:
    content = write_content(tmp_path / "content", talk=CLOSE, hours=NIGHT, horizon="4d")
    clock = Clock(datetime.combine(day, time(12), UTC) - timedelta(days=2))
    with endpoint(content, database_url, clock) as desk:
        kept = book_all_that_is_offered(desk, Random(str(day)))
        assert count(desk.engine, bookings) == kept
        assert kept >= 12


@st.composite
def random_hours(draw: st.DrawFn) -> list[str]:
    """One or two stretches of a day, anywhere in it, an hour to three long."""
    clock = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60 + 1, 5)]
    stretches = []
    for earliest, latest in ((0, 120), (156, 252))[: draw(st.integers(1, 2))]:
        begin = draw(st.integers(earliest, latest))
        stretches.append(f"{clock[begin]}-{clock[min(begin + draw(st.integers(12, 36)), 288)]}")
    return stretches


@st.composite
def random_rules(draw: st.DrawFn) -> dict[str, Any]:
    """What an availability file may say, for a few days at a time."""
    around = draw(st.sampled_from([SPRING, AUTUMN]) | st.dates(date(2027, 1, 1), date(2027, 12, 31)))
    days = [around + timedelta(days=number) for number in range(-1, 3)]
    talk = {
        "minutes": 5 * draw(st.integers(3, 12)),
        "step": 5 * draw(st.integers(1, 12)),
        "before": 5 * draw(st.integers(0, 6)),
        "after": 5 * draw(st.integers(0, 6)),
        "per_day": draw(st.none() | st.integers(1, 4)),
    }
    shut = draw(st.none() | st.sampled_from(days))
    opened = draw(st.none() | st.sampled_from(days))
    return {
        "talk": talk,
        "hours": {day: draw(random_hours()) for day in sorted(draw(st.sets(st.sampled_from(list(NIGHT)), min_size=3)))},
        "closures": [{"from": str(shut), "to": str(shut)}] if shut else [],
        "openings": [{"date": str(opened), "hours": draw(random_hours())}] if opened else [],
        "holidays": {"country": "IT"},
        "notice": f"{draw(st.integers(0, 36))}h",
        "horizon": f"{draw(st.integers(2, 4))}d",
        "now": datetime.combine(around, time(draw(st.integers(0, 23)), draw(st.integers(0, 59))), UTC)
        - timedelta(days=1),
    }


def night_before(day: date) -> dict[str, Any]:
    """The whole night to a day, seen from the noon before."""
    return {"hours": NIGHT, "horizon": "1d", "now": datetime.combine(day, time(12), UTC) - timedelta(days=1)}


# Each example is an endpoint with a database of its own.
@settings(max_examples=soak_count(20, 1_000))
@given(rules=random_rules(), seed=st.integers(0, 2**32))
@example(rules=night_before(SPRING), seed=1)
@example(rules=night_before(AUTUMN), seed=2)
def test_offered_slots_are_exactly_the_bookable_ones_under_random_rules(
    tmp_path_factory: pytest.TempPathFactory, rules: dict[str, Any], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("offered")
    given_rules = dict(rules)
    clock = Clock(given_rules.pop("now"))
    content = write_content(folder / "content", **given_rules)
    with endpoint(content, f"sqlite:///{folder}/booking.db", clock) as desk:
        kept = book_all_that_is_offered(desk, Random(seed))
        assert count(desk.engine, bookings) == kept
