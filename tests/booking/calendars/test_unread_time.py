"""Time of a calendar that could not be read: it takes trust away and is told by name; what is unchanged is not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import SyncState
from plugins.booking.calendars.ics.ics_reader import read
from plugins.booking.calendars.ics.unread import Reason, Unread
from plugins.booking.calendars.poller import CalendarPoller
from plugins.booking.calendars.sources import Sources, key_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.schema import busy
from tests.booking.agenda.owner import read as read_page
from tests.booking.agenda.owner import sign_in
from tests.booking.calendars.texts import event, vcalendar
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content
from tests.booking.tables import count

ADDRESS = "https://calendario.example/segreto/privato.ics"
TUESDAY = "DTSTART:20270112T090000Z\nDTEND:20270112T100000Z"
BAD = "DTSTART:ieri"
THROUGH_A_PROXY = {"X-Forwarded-For": "203.0.113.9"}


@dataclass
class Read:
    """An endpoint whose one other calendar says what a test wants."""

    desk: Endpoint
    poller: CalendarPoller
    said: bytes = b""
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(200, self.said)

    def poll(self, *events: str, before: str = "") -> int:
        """Let the calendar say these events, and read it once it is due; how often the text was worked through."""
        self.said = vcalendar(before, *(event(one, f"{n}@x") for n, one in enumerate(events)))
        self.desk.clock.now += timedelta(minutes=6)
        with patch("plugins.booking.calendars.calendar_reader.read", side_effect=read) as reading:
            assert self.poller.refresh_due() == 1
        return reading.call_count

    def confirmation(self) -> str:
        return str(self.desk.http.get("/api/meetings").json()[0]["confirmation"])


@pytest.fixture
def calendar(database_url: str, tmp_path: Path) -> Iterator[Read]:
    """The calendar of an owner whose meetings are confirmed at once; what is tentative there leaves her free."""
    content = write_content(tmp_path / "content", busy=[{"ics": ADDRESS, "tentative": "free"}])
    with endpoint(content, database_url) as desk:
        office = ContentReloader(content)
        one = Read(desk, None)  # type: ignore[arg-type]
        one.poller = CalendarPoller(
            *(Sources(desk.engine), SyncState(desk.engine), office, desk.clock),
            CalendarConnections(one.ask, desk.clock, lambda name: None, None, {}),
            FailedWrites(desk.engine),
            lambda: "abc.example.org",
            "Maria <maria@studio.example>",
        )
        yield one


def test_unread_time_takes_trust_away_until_it_is_read(calendar: Read) -> None:
    with patch("plugins.booking.calendars.fallback._LOOK_EVERY_SECONDS", 0.0):
        calendar.poll(TUESDAY)
        assert calendar.confirmation() == "automatic"
        calendar.poll(TUESDAY, BAD)
        assert calendar.confirmation() == "manual"
        calendar.poll(TUESDAY)
        assert calendar.confirmation() == "automatic"


@pytest.mark.parametrize(
    "harmless",
    [f"{TUESDAY}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:ieri", f"{BAD}\nTRANSP:TRANSPARENT", f"{BAD}\nSTATUS:CANCELLED"],
)
def test_what_costs_no_time_takes_no_trust_away(calendar: Read, harmless: str) -> None:
    calendar.poll(harmless, f"{TUESDAY}\nBEGIN:VALARM\nTRIGGER:\nEND:VALARM")
    state = Sources(calendar.desk.engine).states()[key_of(ADDRESS)]
    assert (state.skipped, state.unread, state.is_whole) == (0, (), True)


def test_unread_events_are_told_by_name_and_reason(calendar: Read) -> None:
    calendar.poll(TUESDAY, BAD)
    desk = calendar.desk
    state = Sources(desk.engine).states()[key_of(ADDRESS)]
    assert state.unread == (Unread("Prova", Reason.START),)
    sign_in(desk)
    assert "In 1 calendario ci sono impegni che non si leggono" in " ".join(read_page(desk, "/agenda/").words.split())
    page = " ".join(read_page(desk, "/agenda/calendari/").words.split())
    assert "eventi illeggibili: 1 «Prova»: non si legge quando comincia" in page
    assert "ogni prenotazione aspetta la tua conferma" in page
    health = desk.http.get("/health", headers=THROUGH_A_PROXY).json()
    assert (health["calendars"]["untrusted"], health["calendars"]["skipped_events"]) == (1, 1)
    assert "unread_events" not in health


def test_names_of_unread_events_are_for_who_may_measure(database_url: str, tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", busy=[{"ics": ADDRESS}])
    with endpoint(content, database_url, METRICS_TOKEN="gettone") as desk:
        sources = Sources(desk.engine)
        sources.take(key_of(ADDRESS), "", desk.clock.now, timedelta(minutes=5))
        sources.answered(key_of(ADDRESS), {}, 1, desk.clock.now, [Unread("Dentista", Reason.ZONE)])
        assert "Dentista" not in desk.http.get("/health", headers=THROUGH_A_PROXY).text
        bearer = {"Authorization": "Bearer gettone"}
        (told,) = desk.http.get("/health", headers=bearer).json()["unread_events"]
        assert told == {"calendar": key_of(ADDRESS)[:8], "event": "Dentista", "reason": "zone"}
        metrics = desk.http.get("/metrics", headers=bearer).text
    assert "maglia_calendar_events_unread 1\n" in metrics
    assert "maglia_calendars_untrusted 1\n" in metrics
    assert "Dentista" not in metrics


def test_an_unchanged_answer_is_not_read_again_that_day(calendar: Read) -> None:
    assert calendar.poll(TUESDAY, BAD) == 1
    assert calendar.poll(TUESDAY, BAD) == 0
    state = Sources(calendar.desk.engine).states()[key_of(ADDRESS)]
    assert (state.fetched_at, state.skipped) == (calendar.desk.clock.now, 1)
    assert calendar.poll(TUESDAY) == 1
    assert calendar.poll(TUESDAY) == 0
    calendar.desk.clock.now += timedelta(days=1)
    assert calendar.poll(TUESDAY) == 1


def test_what_another_process_read_meanwhile_is_stored_again(calendar: Read) -> None:
    calendar.poll(TUESDAY)
    calendar.desk.clock.now += timedelta(minutes=1)
    Sources(calendar.desk.engine).answered(key_of(ADDRESS), {}, 0, calendar.desk.clock.now)
    assert count(calendar.desk.engine, busy) == 0
    calendar.poll(TUESDAY)
    assert count(calendar.desk.engine, busy) == 1


@pytest.mark.parametrize("address", ["maria@studio.example", "MARIA@Studio.example"])
def test_the_owners_answers_count_by_her_addresses(calendar: Read, address: str) -> None:
    calendar.poll(f"{TUESDAY}\nATTENDEE;PARTSTAT=DECLINED:mailto:{address}", f"{TUESDAY}\nSTATUS:TENTATIVE")
    slots = calendar.desk.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12").json()["slots"]
    assert "2027-01-12T10:00:00+01:00" in {one["start"] for one in slots}
