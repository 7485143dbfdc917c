"""A group and a series in a Microsoft calendar: one event of a group, one of each date, all made and moved once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.booking.service.series_changes import Scope
from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.graph.account import FakeTokens
from tests.booking.calendars.graph.graph_wiring import PRIMARY, wired_to_graph
from tests.booking.calendars.graph.mailbox import html_of, instant, text_of
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.wiring import Wired
from tests.booking.office import CALL, TALK, asked, write_content

COURSE = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "seats": 5, "questions": []}
NAMES = ("Adelaide", "Beatrice", "Cleofe")
DATES = [datetime(2027, 1, day, 9, tzinfo=UTC) for day in (12, 19, 26)]


@pytest.fixture
def wired(standin: GraphStandin, tokens: FakeTokens, database_url: str, tmp_path: Path) -> Iterator[Wired]:
    with wired_to_graph(standin, tokens, database_url, tmp_path) as running:
        meetings = [TALK | {"repeat": {}}, CALL, COURSE]
        calendar: dict[str, Any] = {"busy": [PRIMARY], "calendar": PRIMARY, "busy_trusted_for": "2h"}
        write_content(running.desk.content, meetings=meetings, **calendar)
        time.sleep(0.6)  # it is looked at every half second
        running.later()
        yield running


def book(wired: Wired, **fields: object) -> list[str]:
    wired.desk.clock.now += timedelta(seconds=1)  # the first of a group is who booked first
    made = wired.desk.http.post("/api/bookings", json=asked(**fields))
    assert made.status_code == 201, made.text
    return [one["id"] for one in made.json().get("series", [made.json()])]


def starts(standin: GraphStandin) -> list[datetime]:
    return sorted(instant(one.fields["start"]) for one in standin.events.values())


def words(standin: GraphStandin) -> str:
    (event,) = standin.events.values()
    return text_of(html_of(event.fields["body"]))


def test_a_group_is_one_event_that_names_all(wired: Wired, standin: GraphStandin) -> None:
    people = [
        book(wired, meeting="corso", name=name, email=f"{name.lower()}@example.com", answers=None)[0] for name in NAMES
    ]
    wired.later()
    assert all(name in words(standin) for name in NAMES)
    # With the first of them the event passes to the next.
    wired.staff.changes.cancel(people[0], Actor.VISITOR)
    wired.later()
    wired.later()
    assert [name in words(standin) for name in NAMES] == [False, True, True]
    assert wired.differences.all() == ()
    for one in people[1:]:
        wired.staff.changes.cancel(one, Actor.OWNER)
    wired.later()
    wired.later()
    assert standin.events == {}


def test_each_date_of_a_series_is_an_event(wired: Wired, standin: GraphStandin) -> None:
    ids = book(wired, repeat={"count": 3})
    wired.later()
    assert starts(standin) == DATES
    known = set(standin.events)
    day = timedelta(days=1)
    wired.staff.changes.reschedule(ids[1], DATES[1] + day, Actor.OWNER, scope=Scope.FOLLOWING)
    wired.later()
    assert starts(standin) == [DATES[0], DATES[1] + day, DATES[2] + day]
    assert set(standin.events) == known
    assert wired.differences.all() == ()
    wired.staff.changes.cancel(ids[1], Actor.OWNER, scope=Scope.FOLLOWING)
    wired.later()
    assert starts(standin) == DATES[:1]
