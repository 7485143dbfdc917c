"""An endpoint whose owner's bookings are written to a CalDAV calendar, whose events keep time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.client.http_client import Ask, Question, Reply, ask
from plugins.booking.calendars.entries.conflicts import ConflictFinder
from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.oauth.access_token import AccessTokens
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, asked, write_content


@dataclass
class Wired:
    """The endpoint, and what works for it in the background when it is told to."""

    desk: Endpoint
    work: CalendarWork
    staff: Services
    differences: ConflictFinder
    questions: list[Question]

    def book(self, start: str = FREE) -> str:
        """Book as a visitor, and return the booking's id."""
        answer = self.desk.http.post("/api/bookings", json=asked(start=start))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def starts(self, first: str = "2027-01-12", last: str = "2027-01-13") -> list[str]:
        """The starts that are offered within some days."""
        asked_for = {"meeting": "conoscitiva", "from": first, "to": last}
        return [one["start"] for one in self.desk.http.get("/api/slots", params=asked_for).json()["slots"]]

    def later(self, minutes: int = 5) -> int:
        """Let time pass, and do what is due then."""
        self.desk.clock.now += timedelta(minutes=minutes)
        return self.work.do()


@contextmanager
def wired_to(
    collection: str, login: str, database_url: str, folder: Path, asking: Ask = ask, **availability: object
) -> Iterator[Wired]:
    """Run an endpoint; the calendar of the owner is the one that also keeps time."""
    own = {"caldav": collection, "credentials": "CALENDAR_LOGIN"}
    rules = {"busy": [own], "calendar": own} | availability
    with wired_by(rules, database_url, folder, asking, environment={"CALENDAR_LOGIN": login}) as wired:
        yield wired


@contextmanager
def wired_by(
    rules: Mapping[str, object],
    database_url: str,
    folder: Path,
    asking: Ask = ask,
    accounts: Callable[[Endpoint], AccessTokens] | None = None,
    *,
    environment: Mapping[str, str],
) -> Iterator[Wired]:
    """Run an endpoint with calendars of any kind, and the accounts that are connected."""
    content = write_content(folder / "content", None, **{"busy_trusted_for": "2h", **rules})
    questions: list[Question] = []

    def heard(question: Question) -> Reply:
        questions.append(question)
        return asking(question)

    with endpoint(content, database_url, None, **environment) as desk:
        office = ContentReloader(content)
        staff = services_of(desk.settings, desk.store, desk.clock, office)
        tokens = accounts(desk) if accounts else None
        work = CalendarWork(desk.settings, desk.engine, staff.mail_composer, office, desk.clock, heard, tokens)
        differences = ConflictFinder(SyncState(desk.engine), staff.changes, desk.clock)
        yield Wired(desk, work, staff, differences, questions)
