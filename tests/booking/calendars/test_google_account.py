"""A Google account from its consent to its end and back, its tokens those of a certified provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugins.booking.calendars.client.calendar_error import Reason, read_stored
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.calendars.sources import Sources
from plugins.booking.oauth.access_token import Use
from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.edits import moved, property_of
from tests.booking.calendars.google import GoogleCalDav, google_calendar
from tests.booking.calendars.radicale import Radicale
from tests.booking.calendars.test_radicale import DENTIST, comes
from tests.booking.calendars.wiring import Wired, wired_by
from tests.booking.oauth.accounts import KEY, connect
from tests.booking.oauth.provider import CLIENTS, GOOGLE_SECRET, RunningProvider, running_provider
from tests.booking.office import FREE

CALENDAR: tuple[Use, ...] = ("calendar",)
LATER, SECOND = datetime(2027, 1, 13, 10, tzinfo=UTC), "2027-01-12T11:30:00+01:00"


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    """One that keeps its refresh tokens, as Google does."""
    with running_provider(rotates=False) as running:
        yield running


@dataclass
class Scene:
    """An office, her account at the provider, and her calendar there."""

    wired: Wired
    provider: RunningProvider
    google: GoogleCalDav

    def connect(self) -> None:
        connect(self.provider, self.wired.desk.engine, self.wired.desk.clock, "google", CALENDAR)

    def told(self) -> Reason | None:
        """What is told of the calendar."""
        (state,) = Sources(self.wired.desk.engine).states().values()
        found = read_stored(state.error) if state.error else None
        return found[0] if found else None

    def confirms(self, alone: bool) -> bool:
        """Whether bookings are confirmed with or without her, as soon as the endpoint looks again."""
        wanted = "automatic" if alone else "manual"
        meetings = self.wired.desk.http
        return comes(lambda: meetings.get("/api/meetings").json()[0]["confirmation"] == wanted)

    def texts(self) -> dict[str, str]:
        """The entries there, by the ids of their bookings."""
        return {name.partition("@")[0]: text for name, text in self.google.texts().items() if "@" in name}


@contextmanager
def scene_of(provider: RunningProvider, radicale: Radicale, database_url: str, folder: Path) -> Iterator[Scene]:
    with google_calendar(radicale) as google:
        google.accepts = provider.accepts

        def asking(question: Question) -> Reply:
            return ask(replace(question, address=question.address.replace(provider.address, google.base)))

        rules = {"busy": [{"google": "primary"}], "calendar": {"google": "primary"}}
        environment = {
            "BOOKING_GOOGLE_CLIENT_ID": CLIENTS["google"],
            "BOOKING_GOOGLE_CLIENT_SECRET": GOOGLE_SECRET,
            "BOOKING_GOOGLE_URL": provider.address,
            "BOOKING_SECRET_KEY": KEY,
        }
        with wired_by(rules, database_url, folder, asking, environment=environment) as wired:
            wired.work.do()
            yield Scene(wired, provider, google)


@pytest.fixture
def scene(provider: RunningProvider, radicale: Radicale, database_url: str, tmp_path: Path) -> Iterator[Scene]:
    """All of it, nothing connected yet."""
    with scene_of(provider, radicale, database_url, tmp_path) as one:
        yield one


def test_a_calendar_is_read_as_soon_as_it_is_connected(scene: Scene) -> None:
    assert (scene.told(), scene.google.heard) == (Reason.NOT_CONNECTED, [])
    assert scene.confirms(alone=False)
    scene.google.put("dentista@altrove.example", DENTIST)
    scene.connect()
    scene.wired.later(1)
    assert (scene.told(), scene.confirms(alone=True)) == (None, True)
    assert (FREE in scene.wired.starts(), SECOND in scene.wired.starts()) == (False, True)


def test_from_a_connected_calendar_to_a_revoked_token_and_back(scene: Scene) -> None:
    wired = scene.wired
    scene.connect()
    wired.later(1)
    booking = wired.book()
    wired.later()
    (text,) = scene.texts().values()
    assert property_of(text, "DTSTART") == "20270112T090000Z"

    (name,) = scene.google.texts()
    scene.google.put(name.removesuffix(".ics"), moved(text, LATER, LATER + timedelta(minutes=30)))
    wired.later()
    assert [(one.kind, one.start) for one in wired.differences.all()] == [(Kind.MOVED, LATER)]
    wired.differences.follow(booking)
    wired.later()
    assert wired.differences.all() == ()

    scene.provider.tell("revoke")
    wired.later()
    # What it said last is believed for a while.
    assert (scene.told(), scene.confirms(alone=True)) == (Reason.NOT_CONNECTED, True)
    second = wired.book(SECOND)
    wired.later()
    assert wired.desk.http.get("/health").json()["calendar_writes"] == {"waiting": 1, "refused": 1}
    wired.later(120)
    assert scene.confirms(alone=False)
    asked = len(scene.google.heard)
    wired.later()
    assert len(scene.google.heard) == asked  # without a token nothing is asked

    scene.connect()
    wired.later(1)
    wired.later(1)
    assert (scene.told(), scene.confirms(alone=True)) == (None, True)
    assert wired.desk.http.get("/health").json()["calendar_writes"] == {"waiting": 0, "refused": 0}
    assert set(scene.texts()) == {booking, second}
    for one in (booking, second):
        wired.staff.changes.cancel(one, Actor.OWNER)
    wired.later()
    assert scene.texts() == {}


def test_an_expired_token_of_a_calendar_is_renewed_unnoticed(scene: Scene) -> None:
    scene.connect()
    scene.wired.later(1)
    for _ in range(3):
        scene.wired.later(45)
        assert (scene.told(), scene.confirms(alone=True)) == (None, True)
