"""Endpoints that are killed while groups and series are booked and called off: each is there whole, or not at all."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, Row, make_url, select

from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import bookings, claims, history, holds, outbox, seats
from plugins.domain.slots import cells
from plugins.domain.wall_clock import Interval
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.processes import Process, free_starts
from tests.booking.test_kills import (
    CLIENTS,
    ENDPOINTS,
    FORM,
    JSON,
    Town,
    deliver_the_rest,
    flapping,
    locked,
    relay_of_kind,
    thread_of,
)
from tests.soak import soak_count

KILLS = soak_count(3, 200)
SEATS, DATES = 5, 3
WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
COURSE = {
    "slug": "corso",
    "title": "Corso",
    "minutes": 60,
    "step": 60,
    "seats": SEATS,
    "hours": {day: ["12:00-14:00"] for day in WORKDAYS},
    "repeat": {"most": DATES},
}


class Course(Town):
    """Those who ask for seats and for series, and call some of them off again."""

    def ask(self, number: int, starts: Iterator[str]) -> None:
        attempt = 0
        while not self.ended.is_set():
            attempt += 1
            key = f"{number}-{attempt}"
            start = next(starts)
            slug = "corso" if start[11:13] in ("12", "13") else "conoscitiva"
            wanted = asked(meeting=slug, start=start, email=f"ada{key}@example.com")
            match attempt % 4:
                case 0:
                    self._until_answered(key, "/api/bookings", json.dumps(wanted), JSON)
                case 1:
                    wanted |= {"repeat.every": "1", "repeat.count": str(DATES), "idempotency_key": key}
                    self._until_answered(key, "/appuntamenti/", urlencode(wanted), FORM)
                case _:
                    series = json.dumps(wanted | {"repeat": {"count": DATES}})
                    self._until_answered(key, "/api/bookings", series, JSON)
                    if attempt % 4 == 2 and key in self.promised:
                        self._call_off(key)

    def _call_off(self, key: str) -> None:
        """From the second date on."""
        second = json.loads(self.promised[key])["series"][1]["manage_url"].rstrip("/").rpartition("/")[2]
        gone = f"/api/bookings/{second}/cancel"
        self._until_answered(f"{key}-off", gone, json.dumps({"scope": "following"}), JSON)


@pytest.mark.soak
def test_killed_endpoints_leave_no_half_group_or_series(tmp_path: Path) -> None:
    talk = {"minutes": 15, "step": 15, "repeat": {"weeks": [1], "most": DATES}}
    meetings = [TALK | talk, CALL, COURSE]
    hours = {day: ["07:00-21:00"] for day in WORKDAYS}
    content = write_content(tmp_path / "office", hours=hours, notice="7d", horizon="90d", meetings=meetings)
    url, chance = f"sqlite:///{tmp_path}/booking.db", Random(KILLS)
    with relay_of_kind("smtp", url) as (sink, relay, sender):
        variables = {
            "BOOKING_DATABASE_URL": url,
            "BOOKING_CONTENT": str(content),
            "BOOKING_RATE_LIMIT": "off",
            "BOOKING_SITE_URL": "http://127.0.0.1:8000",
            **relay,
        }
        first = Process(variables)
        starts = [one for one in free_starts(first.address) if one[11:13] not in ("12", "13")]
        groups = free_starts(first.address, "corso")[:12]
        first.stop()
        town = Course(variables, chance)
        town.most_kills = KILLS
        shared = locked(iter(lambda: chance.choice(groups if chance.random() < 0.4 else starts), None))
        errors: list[BaseException] = []
        threads = [
            *(thread_of(errors, town.kill_endpoints, number) for number in range(ENDPOINTS)),
            *(thread_of(errors, town.ask, number, shared) for number in range(CLIENTS)),
        ]
        with flapping(sink, chance):
            for thread in threads:
                thread.start()
            town.ended.wait()
            for thread in threads[:ENDPOINTS]:
                thread.join()
            last = Process(variables)
            town.addresses = {0: last.address}
            for thread in threads[ENDPOINTS:]:
                thread.join()
            last.kill()
        assert not errors, errors
        engine = open_engine(make_url(url))
        deliver_the_rest(engine, sender)
        series = check_promises(engine, town, set(sink.ids()))
        check_time(engine)
        engine.dispose()
    print(
        f"{town.kills} kills, {len(town.promised)} promises, {series} series, {town.uncertain} posts without an answer"
    )


def check_promises(engine: Engine, town: Town, arrived: set[str]) -> int:
    """Whatever was promised is there whole, once, with its mails; and nothing that was not."""
    with engine.begin() as connection:
        rows = connection.execute(select(bookings).order_by(bookings.c.series_number)).all()
        mails = connection.execute(select(outbox)).all()
        past = connection.execute(select(history)).all()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    kept: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        kept[row.email.removeprefix("ada").partition("@")[0]].append(row)
    booked = {key: said for key, said in town.promised.items() if not key.endswith("-off")}
    off = {key.removesuffix("-off") for key in town.promised if key.endswith("-off")}
    assert set(kept) == set(booked)
    for key, dates in kept.items():
        several = int(key.rpartition("-")[2]) % 4 != 0
        assert len(dates) == (DATES if several else 1)
        assert len({row.series_id for row in dates}) == 1
        if booked[key].startswith("{"):
            said = json.loads(booked[key])
            assert [one["id"] for one in said.get("series", [said])] == [row.id for row in dates]
        ends = ["cancelled"] * (DATES - 1) if key in off else ["confirmed"] * (len(dates) - 1)
        assert [row.status for row in dates] == ["confirmed", *ends]
    events = Counter((row.event, row.booking_id) for row in past)
    assert set(events.values()) == {1}
    about = Counter(row.about for row in mails)
    first = {dates[0].id: 4 if key in off else 2 for key, dates in kept.items()}
    assert about == first
    assert {row.state for row in mails} <= {"sent", "outdated"}
    assert arrived >= {row.message_id for row in mails if row.state == "sent"}
    return sum(len(dates) > 1 for dates in kept.values())


def check_time(engine: Engine) -> None:
    """No overlap, no seat too many, and each held cell is claimed, and no other."""
    with engine.begin() as connection:
        rows = connection.execute(select(bookings).where(bookings.c.status == "confirmed")).all()
        sitting = {row.booking_id: row for row in connection.execute(select(seats))}
        groups = {row.id for row in connection.execute(select(holds))}
        claimed = {(row.cell, row.booking_id or row.hold_id) for row in connection.execute(select(claims))}
    assert set(sitting) == {row.id for row in rows if row.meeting == "corso"}
    assert {row.hold_id for row in sitting.values()} == groups
    assert all(row.number < SEATS for row in sitting.values())
    owners = {row.id: sitting[row.id].hold_id if row.id in sitting else row.id for row in rows}
    times = sorted({(row.busy_from, row.busy_until, owners[row.id]) for row in rows})
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    assert claimed == {(cell, name) for start, end, name in times for cell in cells(Interval(start, end))}
