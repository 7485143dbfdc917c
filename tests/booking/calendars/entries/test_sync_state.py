"""The bookings to be written, leased by several processes at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from plugins.booking.calendars.entries.entry_writes import Written
from plugins.booking.calendars.entries.sync_state import LEASE, Leased, SyncState, due_entries
from plugins.booking.calendars.sources import SOON, Sources
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import busy
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.wall_clock import Interval
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW, asked

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WRITTEN = Written(sequence=0, words="{}", guests=0)


@pytest.fixture
def booked(content: Path, database_url: str) -> Iterator[Endpoint]:
    """An endpoint with four bookings, on either database."""
    with endpoint(content, database_url) as desk:
        for day in (12, 13, 14, 15):
            answer = desk.http.post("/api/bookings", json=asked(start=f"2027-01-{day}T10:00:00+01:00"))
            assert answer.status_code == 201
        yield desk


def all_leased(entries: SyncState, now: datetime = NOW) -> list[Leased]:
    found: list[Leased] = []
    while len(found) < 20 and (leased := entries.lease("own", now)):
        found.append(leased)
    return found


def waiting(booked: Endpoint, calendar: str, now: datetime) -> int:
    with booked.engine.begin() as connection:
        return len(connection.execute(due_entries(calendar, now, at_once=False)).all())


def test_each_booking_is_leased_once_however_many_ask(booked: Endpoint) -> None:
    entries = SyncState(booked.engine)
    with ThreadPoolExecutor(4) as threads:
        found = [one.booking.id for many in threads.map(lambda _: all_leased(entries), range(4)) for one in many]
    assert len(found) == len(set(found)) == 4


def test_lease_of_a_killed_process_expires_and_another_takes_over(booked: Endpoint) -> None:
    entries = SyncState(booked.engine)
    (first, *_), again = all_leased(entries), all_leased(entries, NOW + LEASE)
    assert [(one.attempts, one.sequence) for one in again] == [(2, 0)] * 4
    entries.settled(first, NOW + LEASE, WRITTEN)
    assert waiting(booked, "own", NOW + LEASE) == 4
    for one in again:
        entries.settled(one, NOW + LEASE, WRITTEN)
    assert waiting(booked, "own", NOW + LEASE) == 0
    assert len(entries.expected("own", NOW + HOUR)) == 4


def test_booking_changed_during_calendar_write_is_written_again(booked: Endpoint) -> None:
    entries = SyncState(booked.engine)
    first, *_ = all_leased(entries)
    staff = services_of(booked.settings, booked.store, booked.clock, ContentReloader(booked.content))
    staff.changes.reschedule(first.booking.id, first.booking.start + HOUR, Actor.VISITOR)
    assert entries.lease("own", NOW + MINUTE / 2) is None  # not while the older one may still arrive
    entries.settled(first, NOW + MINUTE / 2, WRITTEN)
    (again,) = all_leased(entries, NOW + MINUTE / 2)
    assert (again.booking.id, again.booking.sequence, again.sequence) == (first.booking.id, 1, 1)


def test_another_calendar_gets_all_that_is_to_come(booked: Endpoint) -> None:
    entries = SyncState(booked.engine)
    for one in all_leased(entries):
        entries.settled(one, NOW, WRITTEN)
    assert entries.lease("own", NOW) is None
    moved = entries.lease("another", NOW)
    assert moved is not None
    assert waiting(booked, "another", NOW) == 4
    assert entries.lease("another", NOW + timedelta(days=40)) is None


def test_what_is_put_off_waits(booked: Endpoint) -> None:
    entries = SyncState(booked.engine)
    for one in all_leased(entries):
        entries.later(one, NOW + HOUR, "it answers 503")
    assert entries.lease("own", NOW + HOUR - MINUTE) is None
    assert waiting(booked, "own", NOW) == 4
    assert len(all_leased(entries, NOW + HOUR)) == 4


def test_one_process_asks_a_calendar(booked: Endpoint) -> None:
    sources = Sources(booked.engine)
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: sources.take("a", "this", NOW, HOUR), range(8))) == 1
    assert not sources.take("a", "that", NOW + SOON / 2, HOUR)
    assert sources.take("a", "that", NOW + SOON, HOUR)
    assert sources.take("a", "that", NOW + SOON + HOUR, HOUR)


def test_all_that_a_calendar_said_is_replaced_at_once(booked: Endpoint) -> None:
    sources = Sources(booked.engine)
    kept = [{"source": "other", "start": NOW, "end": NOW + HOUR, "words": ""}]
    with booked.engine.begin() as connection:
        connection.execute(insert(busy), kept)
    week = Interval(NOW, NOW + timedelta(days=7))
    before = len(booked.store.occupied(week, NOW).holders(week))
    sources.take("a", "this", NOW, HOUR)
    sources.answered("a", {Interval(NOW + n * HOUR, NOW + (n + 1) * HOUR): "" for n in range(3)}, 0, NOW)
    assert len(booked.store.occupied(week, NOW).holders(week)) == before + 3
    sources.answered("a", {Interval(NOW, NOW + HOUR): ""}, 2, NOW)
    assert len(booked.store.occupied(week, NOW).holders(week)) == before + 1
    sources.failed("a", "it answers 503")
    state = sources.states()["a"]
    assert (state.fetched_at, state.skipped, state.error) == (NOW, 2, "it answers 503")
    sources.keep_only(["b"], ["b"])
    assert sources.states() == {}
    assert len(booked.store.occupied(week, NOW).holders(week)) == before - 1
