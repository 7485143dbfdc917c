"""A Microsoft account from its consent to its end and back, its tokens those of a certified provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.client.calendar_error import Reason, read_stored
from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.calendars.sources import Sources
from plugins.booking.oauth.access_token import Use
from plugins.booking.service.content_reload import ContentReloader
from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.graph.graph_wiring import wired_to_graph
from tests.booking.calendars.graph.mailbox import Stored, instant
from tests.booking.calendars.graph.standin import GraphRefusal, GraphStandin
from tests.booking.calendars.wiring import Wired
from tests.booking.oauth.accounts import KEY, connect
from tests.booking.oauth.provider import CLIENTS, RunningProvider, running_provider
from tests.booking.office import FREE

FIRST, LATER = datetime(2027, 1, 12, 9, tzinfo=UTC), datetime(2027, 1, 13, 10, tzinfo=UTC)
CALENDAR: tuple[Use, ...] = ("calendar",)
SECOND = "2027-01-12T11:30:00+01:00"


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    """A certified provider."""
    with running_provider() as running:
        yield running


@dataclass
class Scene:
    """An office, her account at the provider, and her mailbox."""

    wired: Wired
    provider: RunningProvider
    mailbox: GraphStandin

    def connect(self) -> None:
        connect(self.provider, self.wired.desk.engine, self.wired.desk.clock, "microsoft", CALENDAR)

    def told(self) -> Reason | None:
        """What is told of the calendar."""
        (state,) = Sources(self.wired.desk.engine).states().values()
        found = read_stored(state.error) if state.error else None
        return found[0] if found else None

    def confirms(self, alone: bool) -> bool:
        """Whether bookings are confirmed with or without her, as soon as the endpoint looks again: once a second."""
        wanted = "automatic" if alone else "manual"
        for _ in range(40):
            if self.wired.desk.http.get("/api/meetings").json()[0]["confirmation"] == wanted:
                return True
            time.sleep(0.1)
        return False

    def only(self) -> Stored:
        (event,) = self.mailbox.events.values()
        return event


@pytest.fixture
def scene(provider: RunningProvider, database_url: str, tmp_path: Path) -> Iterator[Scene]:
    """All of it, nothing connected yet."""
    mailbox = GraphStandin(takes=provider.accepts, base=f"{provider.address}/graph/v1.0/")
    client = {"BOOKING_MICROSOFT_CLIENT_ID": CLIENTS["microsoft"], "BOOKING_MICROSOFT_URL": provider.address}
    with wired_to_graph(mailbox, None, database_url, tmp_path, BOOKING_SECRET_KEY=KEY, **client) as wired:
        wired.work.do()
        yield Scene(wired, provider, mailbox)


def test_an_account_is_used_as_soon_as_it_is_connected(scene: Scene) -> None:
    assert (scene.told(), scene.mailbox.exchanges) == (Reason.NOT_CONNECTED, [])
    assert scene.confirms(alone=False)
    scene.mailbox.add("Dentista", "2027-01-12T10:00:00", "2027-01-12T11:00:00")
    scene.connect()
    scene.wired.later(1)
    assert (scene.told(), scene.confirms(alone=True)) == (None, True)
    offered = scene.wired.starts()
    assert ("2027-01-12T09:30:00+01:00" in offered, FREE in offered, SECOND in offered) == (True, False, True)


def test_from_connection_to_a_dead_token_and_back(scene: Scene) -> None:
    wired, mailbox = scene.wired, scene.mailbox
    scene.connect()
    wired.later(1)
    booking = wired.book()
    wired.later()
    assert instant(scene.only().fields["start"]) == FIRST

    moved = {"start": LATER, "end": LATER + timedelta(minutes=30)}
    at = {name: {"dateTime": f"{one:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for name, one in moved.items()}
    mailbox.edit(scene.only().id, **at)
    wired.later()
    (found,) = wired.differences.all()
    assert (found.kind, found.start) == (Kind.MOVED, LATER)
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
    asked = len(mailbox.exchanges)
    wired.later()
    assert len(mailbox.exchanges) == asked

    scene.connect()
    wired.later(1)
    wired.later(1)
    assert (scene.told(), scene.confirms(alone=True)) == (None, True)
    assert wired.desk.http.get("/health").json()["calendar_writes"] == {"waiting": 0, "refused": 0}
    marks = {mark.partition("@")[0] for one in mailbox.events.values() for mark in one.properties.values()}
    assert marks == {booking, second}

    for one in (booking, second):
        wired.staff.changes.cancel(one, Actor.OWNER)
    wired.later()
    assert mailbox.events == {}


def test_a_token_that_expires_is_renewed_unnoticed(scene: Scene) -> None:
    scene.connect()
    scene.wired.later(1)
    for _ in range(3):
        scene.wired.later(45)
        assert (scene.told(), scene.confirms(alone=True)) == (None, True)


def test_a_throttled_calendar_is_left_alone_by_every_process(scene: Scene) -> None:
    wired, mailbox = scene.wired, scene.mailbox
    scene.connect()
    wired.later(1)
    other = CalendarWork(
        wired.desk.settings,
        wired.desk.engine,
        wired.staff.mail_composer,
        ContentReloader(wired.desk.content),
        wired.desk.clock,
        mailbox,
    )
    mailbox.refusals.append(GraphRefusal(429, "ApplicationThrottled", retry_after="900"))
    wired.later()
    assert scene.told() is Reason.BUSY_SERVER
    asked = len(mailbox.exchanges)
    wired.book()
    for _ in range(2):
        wired.later(6)
        other.do()
    assert len(mailbox.exchanges) == asked
    wired.later(6)
    wired.later(1)
    assert (scene.told(), instant(scene.only().fields["start"])) == (None, FIRST)


def test_a_throttled_write_waits_and_nothing_is_lost(scene: Scene) -> None:
    wired, mailbox = scene.wired, scene.mailbox
    scene.connect()
    wired.later(1)
    wired.book()
    mailbox.refusals.append(GraphRefusal(503, "serviceNotAvailable", retry_after="120"))
    wired.work.do()
    asked = len(mailbox.exchanges)
    wired.later(1)
    assert (len(mailbox.exchanges), mailbox.events) == (asked, {})
    wired.later(2)
    wired.later(1)
    assert instant(scene.only().fields["start"]) == FIRST
