"""A crowd on four processes for single times, seats and series at once, which are moved and called off meanwhile."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import Row, make_url, select

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings, claims, history, holds, outbox, seats
from plugins.domain.slots import cells
from plugins.domain.wall_clock import Interval
from tests.booking.crowd import Answer, Request, ask_at_once
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.processes import free_starts, serving_forked
from tests.soak import soak_count

PROCESSES, SEATS, CAP, DATES = 4, 4, 2, 4
CROWD = soak_count(36, 500)
SERIES_BEFORE = soak_count(4, 16)  # there already, to be moved and called off
DAYS = soak_count(5, 14)  # the days on which all of them want to begin
DAYS_OF_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MEETINGS: list[dict[str, Any]] = [
    TALK | {"minutes": 30, "step": 15, "before": 5, "after": 10, "repeat": {"weeks": [1, 2], "most": DATES}},
    CALL | {"minutes": 20, "step": 10, "confirmation": "automatic", "per_day": CAP},
    TALK
    | {
        "slug": "corso",
        "title": "Corso",
        "minutes": 60,
        "step": 60,
        "after": 15,
        "seats": SEATS,
        "repeat": {"most": DATES},
        "hours": {day: ["13:00-15:00"] for day in DAYS_OF_WEEK},
    },
]
ROME = ZoneInfo("Europe/Rome")
OPEN = ("pending", "confirmed")


class Town:
    """Who asks for what, of the times that are free on the first days."""

    def __init__(self, addresses: list[str], chance: Random) -> None:
        self.addresses, self.chance, self.people = addresses, chance, 0
        self.free: dict[str, list[str]] = {}
        for slug in ("conoscitiva", "telefonata", "corso"):
            starts = free_starts(addresses[0], slug)
            soon = datetime.fromisoformat(starts[0]) + timedelta(days=DAYS)
            self.free[slug] = [start for start in starts if datetime.fromisoformat(start) < soon]

    def wish(self, slug: str, in_series: bool) -> dict[str, object]:
        """The fields of a booking by somebody new; a series may drop a date, or move it by half an hour."""
        self.people += 1
        start = self.chance.choice(self.free[slug])
        fields = asked(meeting=slug, start=start, email=f"ada{self.people}@example.com", phone="333 1234567")
        if not in_series:
            return fields
        begin = datetime.fromisoformat(start)
        second = begin + timedelta(days=7)
        repeat: dict[str, object] = {"every": 1, "count": self.chance.randrange(2, DATES + 1)}
        if repeat["count"] != 2 and self.chance.random() < 0.3:
            repeat["skip"] = [str(second.date())]
        elif self.chance.random() < 0.3:
            repeat["moved"] = {str(second.date()): (second + timedelta(minutes=60)).isoformat()}
        return fields | {"repeat": repeat}

    def post(self, path: str, body: dict[str, object]) -> Request:
        return Request(self.chance.choice(self.addresses), path, json.dumps(body))

    def settle(self) -> list[dict[str, Any]]:
        """The series there are before the crowd comes."""
        made: list[dict[str, Any]] = []
        for number in range(SERIES_BEFORE * 30):
            wish = self.wish(("conoscitiva", "corso")[number % 2], in_series=True)
            answer = httpx.post(f"{self.addresses[0]}/api/bookings", json=wish, timeout=30)
            made += [answer.json()] if answer.status_code == 201 else []
            if len(made) == SERIES_BEFORE:
                return made
        raise AssertionError("the days are too full to begin with")

    def changes(self, made: list[dict[str, Any]]) -> list[Request]:
        """Of four series one moves whole, twice at once; one moves and is called off; one loses its end; one stays."""
        requests: list[Request] = []
        for number, one in enumerate(made):
            token, last = token_of(one), token_of(one["series"][-1])
            start = datetime.fromisoformat(one["start"])
            starts = [start + timedelta(minutes=minutes, days=days) for minutes, days in ((60, 0), (0, 1))]
            moves = [
                self.post(f"/api/bookings/{token}/reschedule", {"start": at.isoformat(), "scope": "all"})
                for at in starts
            ]
            cancel = self.post(f"/api/bookings/{token}/cancel", {"scope": "all"})
            end = self.post(f"/api/bookings/{last}/cancel", {"scope": "following"})
            requests += (moves, [moves[0], cancel], [end, end], [])[number % 4]
        return requests

    def wishes(self) -> Iterable[Request]:
        kinds = [
            ("conoscitiva", False),
            ("conoscitiva", True),
            ("telefonata", False),
            ("corso", False),
            ("corso", True),
        ]
        while True:
            slug, in_series = self.chance.choices(kinds, [3, 4, 3, 4, 2])[0]
            yield self.post("/api/bookings", self.wish(slug, in_series))


def token_of(booking: dict[str, Any]) -> str:
    return str(booking["manage_url"]).rstrip("/").rsplit("/", 1)[1]


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_singles_seats_and_series_at_once_keep_every_rule(database_url: str, tmp_path: Path) -> None:
    hours = {day: ["08:00-15:00"] for day in DAYS_OF_WEEK}
    content = write_content(tmp_path / "office", meetings=MEETINGS, horizon="75d", hours=hours)
    with ExitStack() as stack:
        variables = {
            "BOOKING_DATABASE_URL": database_url,
            "BOOKING_CONTENT": str(content),
            "BOOKING_RATE_LIMIT": "off",
            "BOOKING_SITE_URL": "http://127.0.0.1:8000",
        }
        running = [stack.enter_context(serving_forked(**variables)) for _ in range(PROCESSES)]
        town = Town([process.address for process in running], Random(database_url.split(":")[0]))
        made = town.settle()
        requests = town.changes(made)
        wishes = iter(town.wishes())
        requests += [next(wishes) for _ in range(CROWD - len(requests))]
        town.chance.shuffle(requests)
        answers = ask_at_once(requests)
    told = list(zip(requests, answers, strict=True))
    assert {answer.status for answer in answers} == {200, 201, 409}, Counter(one.status for one in answers)
    engine = open_engine(make_url(database_url))
    with engine.begin() as connection:
        rows = connection.execute(select(bookings)).all()
        sitting = connection.execute(select(seats)).all()
        groups = {row.id: row for row in connection.execute(select(holds))}
        kept = {(row.cell, row.booking_id or row.hold_id) for row in connection.execute(select(claims))}
        past = connection.execute(select(history)).all()
        mails = Counter(row.kind for row in connection.execute(select(outbox)))
    engine.dispose()
    check_time(rows, sitting, groups, kept)
    check_series(rows, past, made, told)
    booked = [json.loads(answer.body) for request, answer in told if answer.status == 201]
    several = sum("series" in one for one in booked)
    assert mails["booked-series-visitor"] == mails["booked-series-owner"] == several + len(made)
    assert mails["booked-visitor"] == mails["booked-owner"] == len(booked) - several
    print(
        f"{len(requests)} posts, {Counter(one.status for one in answers)}, {several} series booked, "
        f"{len(groups)} groups with {len(sitting)} seats, {len(rows)} bookings"
    )


def check_time(
    rows: Sequence[Row[Any]], sitting: Sequence[Row[Any]], groups: dict[str, Row[Any]], kept: set[tuple[int, str]]
) -> None:
    """No overlap, no seat too many, no day over its cap, and each cell of held time is claimed, and no other."""
    held = [row for row in rows if row.status in OPEN]
    seat_of = {row.booking_id: row for row in sitting}
    assert set(seat_of) == {row.id for row in held if row.meeting == "corso"}
    numbers = defaultdict(list)
    for row in sitting:
        numbers[row.hold_id].append(row.number)
    assert set(numbers) == set(groups)
    assert all(len(set(one)) == len(one) <= SEATS and max(one) < SEATS for one in numbers.values())
    assert any(len(one) > 1 for one in numbers.values())
    for row in held:
        if row.id in seat_of:
            group = groups[seat_of[row.id].hold_id]
            assert (group.start, group.busy_from, group.busy_until) == (row.start, row.busy_from, row.busy_until)
    owner = {row.id: seat_of[row.id].hold_id if row.id in seat_of else row.id for row in held}
    times = sorted({(row.busy_from, row.busy_until, owner[row.id]) for row in held})
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    assert kept == {(cell, name) for start, end, name in times for cell in cells(Interval(start, end))}
    days = Counter(wall(row.start).date() for row in held if row.meeting == "telefonata")
    assert max(days.values()) <= CAP


def check_series(
    rows: Sequence[Row[Any]], past: Sequence[Row[Any]], made: list[dict[str, Any]], told: list[tuple[Request, Answer]]
) -> None:
    """Each series is there whole, and was changed whole."""
    promised = made + [json.loads(answer.body) for request, answer in told if answer.status == 201]
    asked_for = {one["id"]: [date["id"] for date in one["series"]] for one in promised if "series" in one}
    of_series = defaultdict(list)
    for row in rows:
        if row.series_id:
            of_series[row.series_id].append(row)
    for dates in of_series.values():
        dates.sort(key=lambda row: row.series_number)
    assert {name: [row.id for row in dates] for name, dates in of_series.items()} == asked_for
    assert {row.id for row in rows if not row.series_id} == {one["id"] for one in promised if "series" not in one}
    assert {row.booking_id for row in past if row.event == "booked"} == {row.id for row in rows}
    done = Counter((row.event, row.booking_id) for row in past)
    for dates in of_series.values():
        first, *others = dates
        # What happened to all of them happened to each, as often; but for an end that was called off.
        for event in ("rescheduled", "cancelled"):
            counts = [done[event, row.id] for row in dates]
            assert counts in ([counts[0]] * len(dates), [0] * (len(dates) - 1) + [1]), (event, counts)
        if done["rescheduled", first.id]:
            assert {row.sequence for row in dates} == {first.sequence}
        rule, begun = json.loads(first.series_rule), first.series_number
        for row in others:
            weeks = timedelta(days=7 * rule["every"] * (row.series_number - begun))
            # To the hour, for single dates were moved by one.
            assert abs(wall(row.start) - wall(first.start) - weeks) <= timedelta(hours=1)


def wall(instant: datetime) -> datetime:
    return instant.astimezone(ROME).replace(tzinfo=None)
