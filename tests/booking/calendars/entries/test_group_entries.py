"""A group is one event of the owner's own calendar and of her feed, under the name of the first of its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import update

from plugins.booking.agenda.calendar_feed import Feed
from plugins.booking.calendars.entries.entry_writes import Written
from plugins.booking.calendars.entries.sync_state import LEASE, SyncState
from plugins.booking.calendars.sources import sources_of
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.group_move import GroupMove
from plugins.booking.storage.group_queries import GroupQueries
from plugins.booking.storage.idempotency import attempt_of_form
from plugins.booking.storage.schema import entries
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from tests.booking.calendars.scripted import COLLECTION, CONFLICTS, ScriptedCalDav
from tests.booking.calendars.wiring import Wired, wired_to
from tests.booking.office import CALL, TALK, asked

COURSE: dict[str, Any] = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "seats": 5, "questions": []}
SECOND = timedelta(seconds=1)
NAMES = ("Adelaide", "Beatrice", "Cleofe")


@pytest.fixture
def server() -> ScriptedCalDav:
    return ScriptedCalDav(sorted(CONFLICTS)[0])


@pytest.fixture
def wired(database_url: str, tmp_path: Path, server: ScriptedCalDav) -> Iterator[Wired]:
    with wired_to(
        COLLECTION, "bice:segreto", database_url, tmp_path, server, busy=[], meetings=[COURSE, TALK, CALL]
    ) as running:
        yield running


@pytest.fixture
def people(wired: Wired) -> list[str]:
    return [join(wired, name) for name in NAMES]


def join(wired: Wired, name: str) -> str:
    wired.desk.clock.now += SECOND  # the first of a group is who booked first
    fields = asked(meeting="corso", name=name, email=f"{name.lower()}@example.com")
    answer = wired.desk.http.post("/api/bookings", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def event(server: ScriptedCalDav) -> tuple[str, str, str]:
    """The only event there is: whose name it has, what it is called and what it says."""
    (text,) = server.objects.values()
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return str(found["UID"]).partition("@")[0], str(found["SUMMARY"]), str(found["DESCRIPTION"])


def test_a_group_is_one_entry_that_names_all(wired: Wired, people: list[str], server: ScriptedCalDav) -> None:
    wired.work.do()
    name, summary, words = event(server)
    assert (name, summary) == (people[0], "Corso, 3 persone")
    assert all(f"{one}, {one.lower()}@example.com" in words for one in NAMES)


def test_the_entry_follows_who_joins_and_who_goes(wired: Wired, server: ScriptedCalDav) -> None:
    first = join(wired, "Adelaide")
    wired.work.do()
    assert event(server)[1] == "Corso, 1 persona"
    second = join(wired, "Beatrice")
    wired.later()
    assert event(server)[:2] == (first, "Corso, 2 persone")
    wired.staff.changes.correct(second, "giusta@example.com")
    wired.later()
    assert "giusta@example.com" in event(server)[2]
    wired.staff.changes.cancel(first, Actor.OWNER)
    wired.later()
    name, summary, words = event(server)
    assert (name, summary) == (second, "Corso, 1 persona")
    assert "Adelaide" not in words
    wired.staff.changes.cancel(second, Actor.OWNER)
    wired.later()
    assert not server.objects


def test_an_entry_is_written_again_where_someone_joined_meanwhile(wired: Wired, server: ScriptedCalDav) -> None:
    join(wired, "Adelaide")
    state, now = SyncState(wired.desk.engine), wired.desk.clock()
    (key,) = sources_of(ContentReloader(wired.desk.content)().availability)
    leased = state.lease(key, now)
    assert leased
    join(wired, "Beatrice")
    assert state.lease(key, now) is None  # not while the first may still arrive
    state.settled(leased, now, Written(0, "", 0))
    again = state.lease(key, now + LEASE + SECOND)
    assert again
    assert [one.name for one in state.groups.mates(again.booking)] == ["Adelaide", "Beatrice"]


def differs(wired: Wired, booking: str, **there: object) -> None:
    with wired.desk.engine.begin() as connection:
        found = {"difference": "moved" if there else "deleted", "noticed_at": wired.desk.clock()} | there
        connection.execute(update(entries).where(entries.c.booking_id == booking).values(found))


def test_an_entry_deleted_there_calls_all_off(wired: Wired, people: list[str]) -> None:
    wired.work.do()
    differs(wired, people[0])
    wired.differences.follow(people[0])
    found = [wired.desk.store.booking(one) for one in people]
    assert {one.status.value for one in found if one} == {"cancelled"}


def test_an_entry_moved_there_moves_nobody_alone(wired: Wired, people: list[str]) -> None:
    wired.work.do()
    later = wired.desk.clock().replace(day=12, hour=11)
    differs(wired, people[0], there_start=later, there_end=later.replace(hour=12))
    with pytest.raises(ChangeRefused, match="gruppo"):
        wired.differences.follow(people[0])


def test_the_feed_has_one_event_of_a_group(wired: Wired, people: list[str]) -> None:
    wired.book("2027-01-12T12:00:00+01:00")
    staff, desk = wired.staff, wired.desk
    feed = Feed(desk.engine, staff.tokens, staff.mail_composer, ContentReloader(desk.content), desk.clock)
    events = icalendar.Calendar.from_ical(feed.ics()).walk("VEVENT")
    assert sorted(str(one["SUMMARY"]) for one in events) == [
        "Chiacchierata conoscitiva con Ada Rossi",
        "Corso, 3 persone",
    ]


def test_a_group_that_moves_is_moved_once_there(wired: Wired, people: list[str], server: ScriptedCalDav) -> None:
    wired.work.do()
    staff, desk = wired.staff, wired.desk
    move = GroupMove(
        desk.store, staff.booking_service, staff.mail_composer, ContentReloader(desk.content), desk.clock, lambda: None
    )
    (group,) = GroupQueries(desk.engine).groups_of(one for one in [desk.store.booking(people[0])] if one).values()
    before = len(server.heard)
    noon = desk.clock().replace(day=12, hour=11, minute=0, second=0)
    assert move.move(group, noon, None, False, attempt_of_form("sposta", "x", {}))
    wired.later()
    name, summary, _words = event(server)
    assert (name, summary) == (people[0], "Corso, 3 persone")
    (text,) = server.objects.values()
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert found.decoded("DTSTART") == noon
    assert server.heard[before:].count("PUT") == 1
