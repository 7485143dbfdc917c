"""What is promised while a calendar is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, make_url

from plugins.booking.calendars.fallback import CalendarFallback
from plugins.booking.calendars.sources import Sources, key_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from tests.booking.database import out_of_reach
from tests.booking.office import NOW, Clock, write_content

Rules = list[dict[str, str]] | str
ADDRESS = "https://calendario.example/privato.ics"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    opened = open_engine(make_url(f"sqlite:///{tmp_path}/x.db"))
    migrate(opened)
    yield opened
    opened.dispose()


def trusted(tmp_path: Path, engine: Engine, clock: Clock, seconds: list[float], **rules: Rules) -> CalendarFallback:
    content = write_content(tmp_path / "content", None, **rules)
    return CalendarFallback(ContentReloader(content), Sources(engine), clock, lambda: seconds[0])


def confirmations(office: CalendarFallback) -> set[str]:
    return {meeting.confirmation for meeting in office().availability.meetings}


def test_an_office_without_other_calendars_asks_the_database_nothing(tmp_path: Path, engine: Engine) -> None:
    asked: list[object] = []
    event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about))
    office = trusted(tmp_path, engine, Clock(), [0.0])
    assert confirmations(office) == {"automatic", "manual"}
    assert not asked


def test_calendar_state_is_queried_at_most_once_a_second(tmp_path: Path, engine: Engine) -> None:
    seconds = [0.0]
    office = trusted(tmp_path, engine, Clock(), seconds, busy=[{"ics": ADDRESS}])
    assert confirmations(office) == {"manual"}
    assert office() is office()
    sources = Sources(engine)
    sources.take(key_of(ADDRESS), "", NOW, timedelta(minutes=5))
    sources.answered(key_of(ADDRESS), {}, 0, NOW)
    assert confirmations(office) == {"manual"}
    seconds[0] = 1.0
    assert confirmations(office) == {"automatic", "manual"}
    seconds[0] = 2.0
    with out_of_reach(engine):
        assert confirmations(office) == {"automatic", "manual"}


def test_one_silent_calendar_among_several_is_enough(tmp_path: Path, engine: Engine) -> None:
    clock, seconds = Clock(), [0.0]
    other = "https://altro.example/privato.ics"
    rules: dict[str, Rules] = {"busy": [{"ics": ADDRESS}, {"ics": other}], "busy_trusted_for": "3h"}
    office = trusted(tmp_path, engine, clock, seconds, **rules)
    sources = Sources(engine)
    for address, answered in ((ADDRESS, NOW), (other, NOW - timedelta(hours=1))):
        sources.take(key_of(address), "", answered, timedelta(minutes=5))
        sources.answered(key_of(address), {}, 0, answered)
    assert confirmations(office) == {"automatic", "manual"}
    clock.now = NOW + timedelta(hours=2)
    assert confirmations(office) == {"automatic", "manual"}
    clock.now += timedelta(seconds=1)
    assert confirmations(office) == {"manual"}
    assert (office.figures().untrusted, office.figures().oldest_seconds) == (1, 3 * 3600 + 1)


def test_calendar_key_does_not_contain_the_secret_address() -> None:
    assert "example" not in key_of(ADDRESS)
    assert key_of(ADDRESS) == key_of(ADDRESS + "/")
