"""What is kept of a series whose first dates are past: its mails go with the last of it, or with the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.series_changes import Scope
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import bookings, outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.tables import count
from tests.booking.web.test_series_api import AUTUMN, FIRST, SIX

WEEK = timedelta(days=7)
# After the second date; the first is older than a week by then.
NOW = datetime(2027, 10, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    rules = {"horizon": "90d", "change_notice": "0m", "reminder": "1d"}
    with endpoint(write_content(tmp_path / "office", {"repeat": {}}, **rules), database_url, Clock(AUTUMN)) as running:
        yield running


@pytest.fixture
def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def book(desk: Endpoint, services: Services) -> list[str]:
    """Book a series, and let a reminder of its first date go out, and time pass."""
    made = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=SIX)).json()
    job = LifecycleJob(desk.engine, services, ContentReloader(desk.content), desk.clock)
    for at in (datetime(2027, 10, 11, 12, 0, tzinfo=UTC), NOW):
        desk.clock.now = at
        job.make()
    return [one["id"] for one in made["series"]]


def mails(desk: Endpoint) -> list[str]:
    with desk.engine.begin() as connection:
        return sorted(connection.execute(select(outbox.c.kind).where(outbox.c.state == "pending")).scalars())


CALLED_OFF = ["cancelled-series-owner", "cancelled-series-visitor"]


def test_mails_of_a_series_outlive_its_first_date(desk: Endpoint, services: Services) -> None:
    ids = book(desk, services)
    services.changes.cancel(ids[4], Actor.VISITOR, scope=Scope.FOLLOWING)
    both = ["booked-series-owner", "booked-series-visitor", *CALLED_OFF]
    assert [one for one in mails(desk) if "series" in one] == both
    assert any(one.startswith("reminder") for one in mails(desk))
    assert purge(desk.engine, WEEK, NOW + timedelta(hours=5)).bookings == 1
    # What was only about the date that is gone is gone.
    assert mails(desk) == both


def test_no_mail_of_a_series_outlives_its_last_date(desk: Endpoint, services: Services) -> None:
    ids = book(desk, services)
    purge(desk.engine, WEEK, NOW)
    services.changes.cancel(ids[4], Actor.VISITOR, scope=Scope.ALL)
    purge(desk.engine, WEEK, NOW + 20 * WEEK)
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (0, 0)


def test_erasure_finds_mails_of_a_series_without_first_date(desk: Endpoint, services: Services) -> None:
    ids = book(desk, services)
    purge(desk.engine, WEEK, NOW)
    services.changes.cancel(ids[4], Actor.VISITOR, scope=Scope.ALL)
    told = {one["kind"] for one in export(desk.engine, "ada@example.com")["mails"]}
    assert told >= set(CALLED_OFF)
    erase(desk.engine, "ada@example.com")
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (0, 0)
