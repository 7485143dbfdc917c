"""`check-setup` looks at calendars of connected accounts, and says what to do where one is not connected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugins.booking.oauth.access_token import Provider, Use
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.calendar_setup import calendar_checks
from plugins.booking.storage.engine import Unavailable
from plugins.content.findings import Finding
from tests.booking.calendars.google import ACCOUNT, GoogleCalDav, gdata, google_calendar
from tests.booking.calendars.radicale import running_radicale
from tests.booking.calendars.test_google import Accounts
from tests.booking.migrated import lay_out
from tests.booking.office import write_content


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleCalDav]:
    """A calendar at Google."""
    (tmp_path / "caldav").mkdir()
    with running_radicale(tmp_path / "caldav") as server:
        server.empty()
        with google_calendar(server) as running:
            yield running


def looked(folder: Path, google: GoogleCalDav) -> Finding:
    """What is found of a calendar named by its id."""
    content = write_content(folder / "content", busy=[{"google": ACCOUNT}])
    environment = {
        "BOOKING_DATABASE_URL": f"sqlite:///{folder}/booking.db",
        "BOOKING_GOOGLE_CLIENT_ID": "prova",
        "BOOKING_GOOGLE_URL": google.base,
    }
    settings = Settings.from_environment(environment)
    (check,) = calendar_checks(settings, ContentReloader(content), lambda: datetime.now(UTC))
    found = list(check.look())
    assert ACCOUNT not in str(found)
    return found[0]


def test_a_calendar_whose_account_is_not_connected_is_told(google: GoogleCalDav, tmp_path: Path) -> None:
    found = looked(tmp_path, google)
    assert list(tmp_path.glob("booking.db*")) == []
    lay_out(make_url(f"sqlite:///{tmp_path}/booking.db"))
    for one in (found, looked(tmp_path, google)):
        assert (one.level, one.what) == ("fault", "google: google is not connected for calendar")
        assert "`python -m plugins.booking connect google`" in one.remedy


def test_a_connected_calendar_is_read_once(
    google: GoogleCalDav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(make_url(f"sqlite:///{tmp_path}/booking.db"))
    monkeypatch.setattr("plugins.booking.setup_checks.calendar_setup.accounts_of", lambda *_: Accounts())
    assert looked(tmp_path, google) == Finding("calendar 1", "ok", "google is read")
    google.refusals = [(403, gdata("accessNotConfigured", "CalDAV API has not been used in project 1"), {})]
    assert "enable the CalDAV API" in looked(tmp_path, google).remedy
    google.refusals = [(404, b"", {})] * 3
    assert looked(tmp_path, google).remedy.startswith("python -m plugins.booking calendars google prints")


def test_a_token_that_looking_cannot_renew_is_no_fault(
    google: GoogleCalDav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RunOut(Accounts):
        def token(self, provider: Provider, use: Use) -> str:
            raise Unavailable

    lay_out(make_url(f"sqlite:///{tmp_path}/booking.db"))
    monkeypatch.setattr("plugins.booking.setup_checks.calendar_setup.accounts_of", lambda *_: RunOut())
    assert looked(tmp_path, google).level == "skipped"
