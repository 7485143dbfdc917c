"""The time zone database that the endpoint reads: in the hours of visitors, and for the owner's eyes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata
from sqlalchemy import update

from plugins.booking.agenda import list_pages
from plugins.booking.calendars.ics.ics_reader import read as read_calendars
from plugins.booking.storage.schema import bookings
from plugins.booking.web import health, metrics_route
from plugins.content.timezone_data import ZoneData
from plugins.domain.wall_clock import Interval
from tests.booking.agenda.owner import mails, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked
from tests.booking.processes import serving

TOKEN = "m" * 32
FORWARDED = {"X-Forwarded-For": "198.51.100.7"}


@pytest.mark.parametrize(
    ("zone", "own"),
    [
        ("America/Vancouver", "alle 02:00 (ora di Vancouver)"),
        ("America/Edmonton", "alle 03:00 (ora di Edmonton)"),
        ("Africa/Casablanca", "alle 09:00 (ora di Casablanca)"),
        ("Europe/Chisinau", "alle 11:00 (ora di Chisinau)"),
    ],
)
def test_visitors_read_the_hours_of_the_present_rules(desk: Endpoint, zone: str, own: str) -> None:
    assert desk.http.post("/api/bookings", json=asked(timezone=zone)).status_code == 201
    (mail,) = mails(desk, "booked-visitor")
    assert f"Da te: martedì 12 gennaio 2027 {own}" in mail


@pytest.mark.parametrize("rule", ["", "RRULE:FREQ=DAILY;COUNT=1\r\n"], ids=["once", "a series"])
def test_calendars_without_vtimezone_use_the_current_zone_rules(rule: str) -> None:
    begins = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
    hours = "DTSTART;TZID=America/Vancouver:20270112T100000\r\nDTEND;TZID=America/Vancouver:20270112T110000\r\n"
    text = f"{begins}{hours}{rule}SUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    january = Interval(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))
    found = read_calendars([text.encode()], january, ZoneInfo("Europe/Rome"), "x")
    assert [one.start for one in found.busy] == [datetime(2027, 1, 12, 17, tzinfo=UTC)]


def test_a_zone_that_nobody_knows_any_more_is_left_out(desk: Endpoint) -> None:
    answer = desk.http.post("/api/bookings", json=asked(timezone="America/Vancouver")).json()
    with desk.engine.begin() as connection:
        connection.execute(update(bookings).values(timezone="America/Atlantis"))
    token = answer["manage_url"].rstrip("/").rpartition("/")[2]
    assert desk.http.get(f"/appuntamenti/{token}/").status_code == 200
    assert desk.http.post(f"/api/bookings/{token}/cancel", json={}).status_code == 200
    (mail,) = mails(desk, "cancelled-visitor")
    assert "Da te" not in mail


def test_the_database_in_use_is_told_to_whoever_may_measure(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", BOOKING_METRICS_TOKEN=TOKEN) as desk:
        assert desk.http.get("/health").json()["time_zones"] == f"{tzdata.IANA_VERSION}, of the package tzdata"
        assert not {"time_zones", "version"} & desk.http.get("/health", headers=FORWARDED).json().keys()
        known = FORWARDED | {"Authorization": f"Bearer {TOKEN}"}
        assert desk.http.get("/health", headers=known).json().keys() >= {"time_zones", "version"}
        metrics = desk.http.get("/metrics").text
    assert f'maglia_timezone_data_info{{version="{tzdata.IANA_VERSION}",source="package"}} 1\n' in metrics
    assert "maglia_timezone_data_old 0\n" in metrics


@pytest.mark.parametrize(("version", "named"), [("2024b", "2024b"), (None, "di versione sconosciuta")])
def test_old_zones_are_told_to_the_owner(
    desk: Endpoint, monkeypatch: pytest.MonkeyPatch, version: str | None, named: str
) -> None:
    sign_in(desk)
    assert "fusi orari" not in read(desk, "/agenda/").words
    for module in (health, metrics_route, list_pages):
        monkeypatch.setattr(module, "in_use", lambda: ZoneData("system", version))
    assert f"Le regole dei fusi orari in uso ({named}) hanno più di un anno" in read(desk, "/agenda/").words
    assert "install a newer tzdata" in desk.http.get("/health").json()["time_zones"]
    assert "maglia_timezone_data_old 1\n" in desk.http.get("/metrics").text


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("2020a", f"time zones: {tzdata.IANA_VERSION}, of the package tzdata"),
        ("2099a", "time zones: 2099a, of the system"),
    ],
)
def test_a_start_says_which_zones_are_in_use(content: Path, tmp_path: Path, version: str, said: str) -> None:
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/tzdata.zi").write_text(f"# version {version}\n", encoding="utf-8")
    environment = {
        "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "BOOKING_CONTENT": str(content),
        "PYTHONTZPATH": str(tmp_path / "zones"),
    }
    with serving(**environment) as process:
        pass
    assert said in process.said()
