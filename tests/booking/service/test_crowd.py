"""A crowd on four processes: bookings of every length, moves and cancellations, all at the same moment."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import make_url, select

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings, claims, history, outbox
from tests.booking.crowd import Answer, Request, ask_at_once
from tests.booking.naive import Stretch, kept
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.processes import free_starts, serving_forked
from tests.soak import soak_count

PROCESSES = 4
CROWD = soak_count(30, 500)
BEFORE = soak_count(8, 40)  # bookings there already, to be moved and cancelled
DAYS = soak_count(6, 15)
FORM = "application/x-www-form-urlencoded"
CELL = 300
# Three lengths on three grids, none of which fits another, so that most claims overlap without being alike.
MEETINGS: list[dict[str, Any]] = [
    TALK | {"minutes": 30, "step": 15, "before": 5, "after": 10},
    CALL | {"minutes": 20, "step": 10, "confirmation": "automatic"},
    TALK | {"slug": "lunga", "title": "Lunga", "minutes": 75, "step": 25, "after": 20},
]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def claimed(slug: str, start: str) -> Stretch:
    """The time a booking of that kind takes."""
    return kept(next(one for one in MEETINGS if one["slug"] == slug), instant(start))


def overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


class Town:
    """Who asks for what; a start is any of those that were free before, on the first days alone."""

    def __init__(self, addresses: list[str], chance: Random) -> None:
        self.addresses = addresses
        self.chance = chance
        self.slugs = [one["slug"] for one in MEETINGS]
        found = {slug: free_starts(addresses[0], slug) for slug in self.slugs}
        soon = min(map(instant, found["telefonata"])) + timedelta(days=DAYS)
        # The whole horizon stays free behind them: whoever loses can be told of something else.
        self.free = {slug: [start for start in found[slug] if instant(start) < soon] for slug in self.slugs}
        self.people = 0

    def wish(self, among: dict[str, list[str]] | None = None) -> dict[str, object]:
        """The fields of a booking by somebody new."""
        free = among or self.free
        slug = self.chance.choice([slug for slug in self.slugs if free[slug]])
        self.people += 1
        person = f"ada{self.people}@example.com"
        start = self.chance.choice(free[slug])
        return asked(meeting=slug, start=start, email=person, phone="333 1234567")

    def untouched(self, made: list[dict[str, Any]], changes: list[Request]) -> dict[str, list[str]]:
        """The starts whose time no change can give back: once lost, they stay lost to whoever asks again."""
        held = [claimed(one["meeting"], one["start"]) for one in made]
        tokens = {one["manage_url"].rstrip("/").rsplit("/", 1)[1]: one["meeting"] for one in made}
        moves = [request for request in changes if request.path.endswith("/reschedule")]
        held += [claimed(tokens[one.path.split("/")[3]], json.loads(one.body)["start"]) for one in moves]
        return {
            slug: [start for start in starts if not any(overlap(claimed(slug, start), one) for one in held)]
            for slug, starts in self.free.items()
        }

    def post(self, path: str, body: dict[str, object]) -> Request:
        return Request(self.chance.choice(self.addresses), path, json.dumps(body))

    def form(self, fields: dict[str, object]) -> list[Request]:
        """One form, sent six times by an impatient hand."""
        return [Request(self.chance.choice(self.addresses), "/appuntamenti/", urlencode(fields), FORM)] * 6

    def settle(self) -> list[dict[str, Any]]:
        """The bookings there are before the crowd comes."""
        made: list[dict[str, Any]] = []
        for _ in range(BEFORE * 20):
            answer = httpx.post(f"{self.addresses[0]}/api/bookings", json=self.wish(), timeout=30)
            made += [answer.json()] if answer.status_code == 201 else []
            if len(made) == BEFORE:
                break
        assert len(made) == BEFORE
        return made

    def changes(self, made: list[dict[str, Any]]) -> list[Request]:
        """Of four bookings one moves twice at once, one moves and is cancelled, one is cancelled, one stays."""
        requests: list[Request] = []
        for number, one in enumerate(made):
            token = one["manage_url"].rstrip("/").rsplit("/", 1)[1]
            starts = self.chance.sample([start for start in self.free[one["meeting"]] if start != one["start"]], 2)
            moves = [self.post(f"/api/bookings/{token}/reschedule", {"start": start}) for start in starts]
            cancel = self.post(f"/api/bookings/{token}/cancel", {})
            requests += (moves, [moves[0], cancel], [cancel, cancel], [])[number % 4]
        return requests


@pytest.mark.some_cases(1)
@pytest.mark.soak
def test_a_crowd_of_overlapping_wishes_finds_no_time_promised_twice(database_url: str, tmp_path: Path) -> None:
    content = write_content(tmp_path / "office", meetings=MEETINGS)
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
        changes = town.changes(made)
        calm = town.untouched(made, changes)
        impatient = [town.form(town.wish(calm) | {"idempotency_key": "una-volta"}), town.form(town.wish(calm))]
        requests = changes + [request for form in impatient for request in form]
        requests += [town.post("/api/bookings", town.wish()) for _ in range(CROWD - len(requests))]
        town.chance.shuffle(requests)
        answers = ask_at_once(requests)
        free = {slug: set(map(instant, free_starts(town.addresses[0], slug))) for slug in town.slugs}
    told = list(zip(requests, answers, strict=True))
    assert {answer.status for answer in answers} <= {200, 201, 303, 409}, Counter(one.status for one in answers)
    for form in impatient:
        same = {answer for request, answer in told if request in form}
        assert {answer.status for answer in same} in ({303}, {409})
        assert len({answer.body for answer in same if answer.status == 303}) <= 1
    check_the_database(database_url, made, told)
    check_the_losers(database_url, made, told, free)


def check_the_database(database_url: str, made: list[dict[str, Any]], told: list[tuple[Request, Answer]]) -> None:
    """No overlap, no claim without a booking, and each success one row of history with two mails."""
    engine = open_engine(make_url(database_url))
    with engine.begin() as connection:
        rows = connection.execute(select(bookings)).all()
        cells = {(row.cell, row.booking_id) for row in connection.execute(select(claims))}
        events = Counter(row.event for row in connection.execute(select(history)))
        mails = Counter(row.kind for row in connection.execute(select(outbox)))
    engine.dispose()
    held = sorted((row.busy_from, row.busy_until, row.id) for row in rows if row.status == "confirmed")
    assert all(before[1] <= after[0] for before, after in pairwise(held))
    assert cells == {
        (cell, name)
        for start, end, name in held
        for cell in range(int(start.timestamp()) // CELL, int(end.timestamp()) // CELL)
    }
    done = Counter(request.path.rsplit("/", 1)[-1] for request, answer in told if answer.status in {200, 201})
    pages = len({answer.body for request, answer in told if answer.status == 303})
    assert events == {
        "booked": len(made) + done["bookings"] + pages,
        "rescheduled": done["reschedule"],
        "cancelled": done["cancel"],
    }
    assert mails == {f"{event}-{who}": number for event, number in events.items() for who in ("owner", "visitor")}
    assert all(events.values())


def check_the_losers(
    database_url: str,
    made: list[dict[str, Any]],
    told: list[tuple[Request, Answer]],
    free: dict[str, set[datetime]],
) -> None:
    """Each is told of times that nobody had then: they are free still, or were taken after."""
    engine = open_engine(make_url(database_url))
    with engine.begin() as connection:
        rows = {row.id: row for row in connection.execute(select(bookings))}
        changed = set(connection.execute(select(history.c.booking_id).where(history.c.event != "booked")).scalars())
    engine.dispose()
    tokens = {one["manage_url"].rstrip("/").rsplit("/", 1)[1]: one for one in made}
    untouched = {
        one["id"]: (rows[one["id"]].busy_from, rows[one["id"]].busy_until) for one in made if one["id"] not in changed
    }
    held = [(row.busy_from, row.busy_until) for row in rows.values() if row.status == "confirmed"]
    losers = [
        (request, json.loads(answer.body))
        for request, answer in told
        if answer.status == 409 and "/api" in request.path
    ]
    assert losers
    for request, problem in losers:
        parts = request.path.split("/")
        about = tokens[parts[3]] if len(parts) > 3 else None
        if not problem["nearest"]:
            # Not beaten to a time: the booking was called off meanwhile, and no other time would help.
            assert about
            assert rows[about["id"]].status == "cancelled"
            continue
        slug = about["meeting"] if about else json.loads(request.body)["meeting"]
        for slot in problem["nearest"]:
            wanted = claimed(slug, slot["start"])
            # The time of a booking that is to move is free to itself.
            own = about["id"] if about else None
            assert not any(overlap(wanted, one) for name, one in untouched.items() if name != own)
            assert instant(slot["start"]) in free[slug] or any(overlap(wanted, one) for one in held)
