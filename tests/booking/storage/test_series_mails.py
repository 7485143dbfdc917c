"""Mails about several dates of a series that wait to be sent: which of them a later change overtakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.series_changes import Scope
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.web.test_series_api import AUTUMN, FIRST, SIX

LATER = datetime(2027, 10, 11, 12, 0, tzinfo=UTC)  # a day before the first date


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", {"repeat": {}}, horizon="90d", reminder="1d", change_notice="0m")
    with endpoint(content, database_url, Clock(AUTUMN)) as running:
        yield running


@pytest.fixture
def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def book(desk: Endpoint) -> list[str]:
    made = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=SIX)).json()
    return [one["id"] for one in made["series"]]


def waiting(desk: Endpoint) -> list[str]:
    """The mails to the visitor that are still to be sent, in their order."""
    to_visitor = outbox.c.kind.like("%-visitor")
    query = select(outbox.c.kind).where(outbox.c.state == "pending", to_visitor).order_by(outbox.c.id)
    with desk.engine.begin() as connection:
        return [kind.removesuffix("-visitor") for kind in connection.execute(query).scalars()]


def delivered(desk: Endpoint) -> None:
    with desk.engine.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.state == "pending").values(state="sent"))


def test_later_dates_leave_the_reminder_of_the_first(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    delivered(desk)
    desk.clock.now = LATER
    LifecycleJob(desk.engine, services, ContentReloader(desk.content), desk.clock).make()
    assert waiting(desk) == ["reminder"]
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    assert sorted(waiting(desk)) == ["cancelled-series", "reminder"]


def test_later_dates_leave_the_move_of_the_first(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    delivered(desk)
    services.changes.reschedule(ids[0], datetime(2027, 10, 13, 9, 0, tzinfo=UTC), Actor.OWNER)
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    assert sorted(waiting(desk)) == ["cancelled-series", "rescheduled"]


def test_an_end_called_off_leaves_the_confirmation_to_be_sent(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    desk.clock.now = LATER
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    assert sorted(waiting(desk)) == ["booked-series", "cancelled-series"]
    # The older goes first, even where it was tried in vain before.
    with desk.engine.begin() as connection:
        tried = outbox.c.kind.like("booked-series%")
        connection.execute(update(outbox).where(tried).values(next_at=datetime(2027, 10, 11, 13, 0, tzinfo=UTC)))
    assert desk.outbox.lease(LATER) is None
    leased = desk.outbox.lease(datetime(2027, 10, 11, 14, 0, tzinfo=UTC))
    assert leased
    assert leased.envelope.kind.startswith("booked-series")


@pytest.mark.some_cases(1)
def test_what_happens_to_all_dates_overtakes_what_was_said(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    desk.clock.now = LATER
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.ALL)
    assert waiting(desk) == ["cancelled-series"]


def test_a_date_called_off_alone_keeps_no_confirmation_back(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    desk.clock.now = LATER
    services.changes.cancel(ids[1], Actor.VISITOR)
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.ALL)
    assert sorted(waiting(desk)) == ["cancelled", "cancelled-series"]


def test_an_end_called_off_is_told_before_the_rest(desk: Endpoint, services: Services) -> None:
    ids = book(desk)
    delivered(desk)
    desk.clock.now = LATER
    services.changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    services.changes.cancel(ids[0], Actor.VISITOR, scope=Scope.ALL)
    assert waiting(desk) == ["cancelled-series", "cancelled-series"]
