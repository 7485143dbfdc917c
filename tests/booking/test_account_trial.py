"""The trial of an account: every step against a stand-in, and a report that can be pasted."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugins.booking.account_trial import AccountTrial
from plugins.booking.calendars.client.http_client import Ask, Question, Reply, ask
from plugins.booking.oauth.access_token import AccessTokens, Provider
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.settings import Settings
from tests.booking.calendars.google import ACCOUNT, TOKEN, GoogleCalDav, google_calendar
from tests.booking.calendars.graph.account import FakeTokens
from tests.booking.calendars.graph.standin import BASE, GraphRefusal, GraphStandin
from tests.booking.calendars.radicale import Radicale, running_radicale
from tests.booking.calendars.test_google import Accounts
from tests.booking.calendars.test_radicale import DENTIST
from tests.booking.office import write_content
from tests.building import ROOT
from tests.fork_server import forked

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
STEPS = 13


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """A CalDAV server."""
    with running_radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture
def google(server: Radicale) -> Iterator[GoogleCalDav]:
    """A calendar at Google with an event of hers."""
    server.empty()
    with google_calendar(server) as running:
        running.put("dentista@altrove.example", DENTIST)
        yield running


def tried(
    provider: Provider, tokens: AccessTokens, folder: Path, asking: Ask = ask, *, environment: Mapping[str, str]
) -> tuple[int, list[str]]:
    said: list[str] = []
    settings = Settings.from_environment(environment)
    office = ContentReloader(write_content(folder / "content", None))
    return AccountTrial(provider, settings, tokens, office, lambda: NOW, said.append, asking).run(), said


def at(google: GoogleCalDav) -> dict[str, str]:
    return {"BOOKING_GOOGLE_CLIENT_ID": "prova", "BOOKING_GOOGLE_URL": google.base}


def test_a_google_account_goes_through_every_step(google: GoogleCalDav, tmp_path: Path) -> None:
    faults, said = tried("google", Accounts(), tmp_path, environment=at(google) | {"BOOKING_SMTP_URL": "google+https"})
    assert (faults, said[-1], len(said)) == (0, "all is well", STEPS + 2)
    assert list(google.texts()) == ["dentista@altrove.example.ics"]
    (mail,) = google.mails
    assert f"To: {ACCOUNT}".encode() in mail
    report = "\n".join(said)
    assert not [one for one in (ACCOUNT, TOKEN, google.base, "Dentista", "prova") if one in report]
    assert "[REPORT 207; " in report


def test_a_microsoft_account_goes_through_every_step(tmp_path: Path) -> None:
    standin = GraphStandin()
    standin.add("Dentista", "2027-01-12T10:00:00", "2027-01-12T11:00:00")
    environment = {"BOOKING_MICROSOFT_CLIENT_ID": "prova", "BOOKING_MICROSOFT_URL": BASE.removesuffix("/graph/v1.0/")}
    faults, said = tried("microsoft", FakeTokens(), tmp_path, standin, environment=environment)
    assert (faults, said[-1]) == (0, "all is well"), said
    assert len(standin.events) == 1
    assert "  its mark in a view: 1 of 1 with the mark" in said
    assert "left out: BOOKING_SMTP_URL is not by this account" in "\n".join(said)
    assert "bice@" not in "\n".join(said)


def test_what_goes_wrong_is_told_and_cleaned_up(google: GoogleCalDav, tmp_path: Path) -> None:
    def stuck(question: Question) -> Reply:
        if question.method == "PUT" and "If-Match" in question.headers:
            google.refusals = [(403, b"<error>segreto di nessuno</error>", {})]
        return ask(question)

    faults, said = tried("google", Accounts(), tmp_path, stuck, environment=at(google))
    assert faults == 2
    assert "move it: WRONG: it answers 403: forbidden" in "\n".join(said)
    assert "find it moved: WRONG: -10800 seconds from there" in "\n".join(said)
    assert "segreto" not in "\n".join(said)
    assert list(google.texts()) == ["dentista@altrove.example.ics"]


def test_an_account_that_dies_on_the_way_is_told(tmp_path: Path) -> None:
    standin = GraphStandin(refusals=[GraphRefusal(403, "ErrorAccessDenied")])
    environment = {"BOOKING_MICROSOFT_CLIENT_ID": "prova", "BOOKING_MICROSOFT_URL": BASE.removesuffix("/graph/v1.0/")}
    faults, said = tried("microsoft", FakeTokens(["token-9"]), tmp_path, standin, environment=environment)
    assert faults > 0
    assert "not connected for calendar (invalid_grant)" in "\n".join(said)
    assert said[-1].startswith("went wrong: ")


def test_without_a_client_id_the_command_says_what_to_set(tmp_path: Path) -> None:
    done = subprocess.run(
        [*forked("plugins.booking"), "try", "google"],
        cwd=ROOT,
        env={
            "BOOKING_CONTENT": str(write_content(tmp_path / "content", None)),
            "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, "BOOKING_GOOGLE_CLIENT_ID is not set" in done.stderr) == (2, True)
