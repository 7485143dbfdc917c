"""What is older than the owner promises to keep is deleted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from plugins.booking.__main__ import main
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.retention import Purged, purge
from plugins.booking.storage.schema import bookings, claims, history, messages, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW, asked, write_content
from tests.booking.tables import count

YEAR = timedelta(days=365)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", retention="365d")
    with endpoint(content, database_url) as running:
        running.http.post("/api/bookings", json=asked()).raise_for_status()
        running.http.post("/api/messages", json={"name": "A", "email": "a@b.it", "message": "x"}).raise_for_status()
        yield running


def lifecycle_job(desk: Endpoint) -> LifecycleJob:
    office = ContentReloader(desk.content)
    return LifecycleJob(desk.engine, services_of(desk.settings, desk.store, desk.clock, office), office, desk.clock)


def test_data_older_than_the_retention_is_deleted_from_all_tables(desk: Endpoint) -> None:
    lifecycle_job(desk).make()
    desk.clock.now = NOW + YEAR + timedelta(days=2)
    lifecycle_job(desk).make()
    for table in (bookings, claims, history, messages, outbox):
        assert count(desk.engine, table) == 0, table.name


def test_what_is_younger_or_still_open_stays(desk: Endpoint) -> None:
    assert purge(desk.engine, YEAR, NOW + YEAR - timedelta(days=1)) == Purged(0, 0)
    # Nobody has noted yet that the meeting is over.
    assert purge(desk.engine, YEAR, NOW + 2 * YEAR) == Purged(0, 1)
    assert (count(desk.engine, bookings), count(desk.engine, messages)) == (1, 0)


def test_nothing_goes_by_itself_where_no_age_is_written(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path / "office"), f"sqlite:///{tmp_path}/booking.db") as desk:
        desk.http.post("/api/bookings", json=asked()).raise_for_status()
        desk.clock.now = NOW + 9 * YEAR
        lifecycle_job(desk).make()
        lifecycle_job(desk).make()
        assert count(desk.engine, bookings) == 1


def test_the_command_says_how_much_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = write_content(tmp_path / "kept")
    environment = {"BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db", "BOOKING_CONTENT": str(kept)}
    assert main(["purge"], environment) == 2
    assert "retention: 730d" in capsys.readouterr().err
    written = write_content(tmp_path / "written", retention="1d")
    assert main(["migrate"], environment) == 0
    assert main(["purge"], environment | {"BOOKING_CONTENT": str(written)}) == 0
    assert capsys.readouterr().out == "Cancellati perché vecchi: appuntamenti 0, messaggi 0.\n"
