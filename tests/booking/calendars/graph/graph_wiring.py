"""An endpoint whose owner's bookings are written to a Microsoft calendar, whose events keep time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.client.http_client import Ask, Question, Reply
from plugins.booking.calendars.entries.conflicts import ConflictFinder
from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.oauth.access_token import AccessTokens
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from tests.booking.calendars.wiring import Wired
from tests.booking.endpoint import endpoint
from tests.booking.office import write_content

ENVIRONMENT = {"BOOKING_MICROSOFT_CLIENT_ID": "client", "BOOKING_MICROSOFT_URL": "https://graph.example"}
PRIMARY = {"microsoft": "primary"}


@contextmanager
def wired_to_graph(
    asking: Ask, tokens: AccessTokens | None, database_url: str, folder: Path, **environment: str
) -> Iterator[Wired]:
    """Run an endpoint; the calendar of the account is the one that also keeps time."""
    content = write_content(folder / "content", None, busy=[PRIMARY], calendar=PRIMARY, busy_trusted_for="2h")
    questions: list[Question] = []

    def heard(question: Question) -> Reply:
        questions.append(question)
        return asking(question)

    with endpoint(content, database_url, None, **(ENVIRONMENT | environment)) as desk:
        office = ContentReloader(content)
        staff = services_of(desk.settings, desk.store, desk.clock, office)
        work = CalendarWork(desk.settings, desk.engine, staff.mail_composer, office, desk.clock, heard, tokens)
        differences = ConflictFinder(SyncState(desk.engine), staff.changes, desk.clock)
        yield Wired(desk, work, staff, differences, questions)
