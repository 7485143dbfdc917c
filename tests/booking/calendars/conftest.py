"""A CalDAV server, and an office whose calendar it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.conflicts import ConflictFinder
from plugins.booking.calendars.http_client import Question, Reply, ask
from plugins.booking.calendars.sync_state import SyncState
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from tests.booking.calendars.radicale import PASSWORD, USER, Radicale, running_radicale
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content


@pytest.fixture(scope="session")
def caldav_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One server for all tests."""
    with running_radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def radicale(caldav_server: Radicale) -> Radicale:
    """A server with an empty calendar."""
    caldav_server.empty()
    return caldav_server


@dataclass
class Wired:
    """An endpoint whose owner's bookings are written to a calendar, whose events keep time."""

    desk: Endpoint
    work: CalendarWork
    staff: Services
    differences: ConflictFinder
    questions: list[Question]


@pytest.fixture
def wired(radicale: Radicale, database_url: str, tmp_path: Path) -> Iterator[Wired]:
    """The calendar of the owner is the one that also keeps time; the background does its work when told to."""
    own = {"caldav": radicale.collection, "credentials": "CALENDAR_LOGIN"}
    content = write_content(tmp_path / "content", busy=[own], calendar=own, busy_trusted_for="2h")
    questions: list[Question] = []

    def asking(question: Question) -> Reply:
        questions.append(question)
        return ask(question)

    with endpoint(content, database_url, CALENDAR_LOGIN=f"{USER}:{PASSWORD}") as desk:
        office = ContentReloader(content)
        staff = services_of(desk.settings, desk.store, desk.clock, office)
        work = CalendarWork(desk.settings, desk.engine, staff.mail_composer, office, desk.clock, asking)
        differences = ConflictFinder(SyncState(desk.engine), staff.changes, desk.clock)
        yield Wired(desk, work, staff, differences, questions)
