"""A meeting with seats over the API, on each engine: each person's booking is her own, and the time is held once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.personal_data import erase
from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import bookings, claims, holds, seats
from plugins.domain.booking_lifecycle import Actor
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.service.test_booking_changes import HOUR, NOON, TEN, ask, event, mails, words
from tests.booking.tables import count

COURSE = TALK | {"slug": "corso", "title": "Corso", "minutes": 60, "step": 60, "after": 15, "seats": 3, "questions": []}
NAMES = ("Adelaide", "Beatrice", "Cleofe", "Dorotea")


def write(folder: Path, **course: object) -> Path:
    return write_content(folder, meetings=[COURSE | course, TALK, CALL], pending_expiry="1d")


def rewrite(desk: Endpoint, **course: object) -> None:
    """Change the meeting in the file; it is looked at every half second."""
    write(desk.content, **course)
    time.sleep(0.6)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    with endpoint(write(tmp_path / "office"), database_url) as running:
        yield running


@pytest.fixture
def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def join(desk: Endpoint, name: str, start: str = TEN, **headers: str) -> Any:  # noqa: ANN401 - an answer
    fields = asked(meeting="corso", start=start, name=name, email=f"{name.lower()}@example.com")
    return desk.http.post("/api/bookings", json=fields, headers=headers)


def joined(desk: Endpoint, name: str, start: str = TEN) -> dict[str, Any]:
    answer = join(desk, name, start)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def left(desk: Endpoint, meeting: str = "corso") -> dict[str, int | None]:
    """The seats left at each hour that is offered on Tuesday."""
    answer = desk.http.get(f"/api/slots?meeting={meeting}&from=2027-01-12&to=2027-01-12").json()
    return {slot["time"]: slot.get("left") for slot in answer["slots"]}


def tables(desk: Endpoint) -> list[int]:
    return [count(desk.engine, table) for table in (holds, seats, claims)]


def test_each_has_her_own_booking_and_the_fourth_none(desk: Endpoint) -> None:
    assert left(desk) == {"09:00": 3, "10:00": 3, "11:00": 3, "12:00": 3}
    made = [joined(desk, name) for name in NAMES[:2]]
    assert left(desk) == {"10:00": 1, "12:00": 3}
    made.append(joined(desk, NAMES[2]))
    assert len({one["manage_url"] for one in made}) == 3
    refused = join(desk, NAMES[3])
    assert (refused.status_code, refused.json()["detail"]) == (409, "A quest’ora i posti sono finiti.")
    assert refused.json()["nearest"][0]["left"] == 3
    assert left(desk) == {"12:00": 3}
    assert tables(desk) == [1, 3, 15]


def test_a_meeting_without_seats_tells_no_seats(desk: Endpoint) -> None:
    assert set(left(desk, "conoscitiva").values()) == {None}
    told = {one["slug"]: one.get("seats") for one in desk.http.get("/api/meetings").json()}
    assert told == {"corso": 3, "conoscitiva": None, "telefonata": None}


def test_a_freed_seat_is_bookable_the_last_frees_all(desk: Endpoint) -> None:
    ada, bea, cleo = (joined(desk, name) for name in NAMES[:3])
    assert ask(desk, ada, "cancel").status_code == 200
    assert left(desk)["10:00"] == 1
    dora = joined(desk, NAMES[3])
    assert "10:00" not in left(desk)
    for one in (bea, cleo, dora):
        assert ask(desk, one, "cancel").status_code == 200
    assert tables(desk) == [0, 0, 0]
    assert left(desk) == {"09:00": 3, "10:00": 3, "11:00": 3, "12:00": 3}


def test_one_moves_out_of_a_group_and_into_another(desk: Endpoint) -> None:
    ada, _bea, cleo = joined(desk, "Adelaide"), joined(desk, "Beatrice"), joined(desk, "Cleofe", NOON)
    assert ask(desk, ada, "reschedule", start=NOON).json()["start"] == NOON
    assert left(desk) == {"10:00": 2, "12:00": 1}
    assert ask(desk, cleo, "reschedule", start=TEN).status_code == 200
    assert left(desk) == {"10:00": 1, "12:00": 2}
    assert tables(desk) == [2, 3, 30]


def test_the_only_one_moves_to_an_overlapping_time(desk: Endpoint) -> None:
    ada = joined(desk, "Adelaide")
    assert ask(desk, ada, "reschedule", start="2027-01-12T11:00:00+01:00").status_code == 200
    assert tables(desk) == [1, 1, 15]


def test_a_full_group_lets_nobody_move_in(desk: Endpoint) -> None:
    for name in NAMES[:3]:
        joined(desk, name)
    late = joined(desk, "Dorotea", NOON)
    refused = ask(desk, late, "reschedule", start=TEN)
    assert (refused.status_code, refused.json()["detail"]) == (409, "A quest’ora i posti sono finiti.")
    assert left(desk) == {"12:00": 2}


def test_the_same_key_takes_one_seat(desk: Endpoint) -> None:
    once, again = (join(desk, "Adelaide", **{"Idempotency-Key": "one"}) for _ in range(2))
    assert once.json() == again.json()
    assert left(desk)["10:00"] == 2


def test_fewer_seats_in_the_file_keep_those_who_are_booked(desk: Endpoint) -> None:
    people = [joined(desk, name) for name in NAMES[:3]]
    rewrite(desk, seats=2)
    assert join(desk, "Dorotea").status_code == 409
    assert ask(desk, people[0], "cancel").status_code == 200
    assert join(desk, "Dorotea").status_code == 409
    assert ask(desk, people[1], "cancel").status_code == 200
    assert left(desk)["10:00"] == 1
    joined(desk, "Dorotea")
    assert "10:00" not in left(desk)


def test_more_seats_in_the_file_let_more_in(desk: Endpoint) -> None:
    for name in NAMES[:3]:
        joined(desk, name)
    rewrite(desk, seats=4)
    joined(desk, "Dorotea")
    assert join(desk, "Evelina").status_code == 409


def test_other_buffers_do_not_part_a_group(desk: Endpoint) -> None:
    joined(desk, "Adelaide")
    rewrite(desk, before=30, after=0)
    joined(desk, "Beatrice")
    assert tables(desk) == [1, 2, 15]


def test_requests_of_a_group_hold_seats_until_they_expire(desk: Endpoint, services: Services) -> None:
    rewrite(desk, confirmation="manual")
    ada, bea = joined(desk, "Adelaide", NOON), joined(desk, "Beatrice", NOON)
    assert (ada["status"], left(desk)["12:00"]) == ("pending", 1)
    services.changes.approve(ada["id"])
    services.changes.decline(bea["id"])
    assert left(desk)["12:00"] == 2
    joined(desk, "Cleofe", NOON)
    desk.clock.now += 25 * HOUR
    LifecycleJob(desk.engine, services, ContentReloader(desk.content), desk.clock).make()
    assert count(desk.engine, seats) == 1


def test_mails_to_one_never_name_the_others(desk: Endpoint, services: Services) -> None:
    people = [joined(desk, name) for name in NAMES[:3]]
    services.changes.reschedule(people[0]["id"], desk.store.booking(people[0]["id"]).start + 2 * HOUR, Actor.OWNER)  # type: ignore[union-attr]
    services.changes.cancel(people[1]["id"], Actor.OWNER)
    for kind in ("booked-visitor", "rescheduled-visitor", "cancelled-visitor"):
        for mail in mails(desk, kind):
            own = str(mail["To"]).partition("@")[0]
            others = [name.lower() for name in NAMES if name.lower() != own]
            assert not [name for name in others if name in mail.as_string().lower()]
    first = mails(desk, "booked-visitor")[0]
    assert "in gruppo, fino a 3" in words(first)
    assert event(first)[0] == "REQUEST"
    assert "text/calendar" not in {part.get_content_type() for part in mails(desk, "booked-owner")[0].walk()}
    assert "il suo posto" not in words(mails(desk, "cancelled-owner")[0])


def test_a_group_and_other_meetings_keep_apart(desk: Endpoint) -> None:
    joined(desk, "Adelaide")
    assert desk.http.post("/api/bookings", json=asked(start="2027-01-12T11:00:00+01:00")).status_code == 409
    assert desk.http.post("/api/bookings", json=asked(start=NOON)).status_code == 201
    assert join(desk, "Beatrice", NOON).status_code == 409


def test_who_booked_before_there_were_seats_stays_alone(desk: Endpoint) -> None:
    rewrite(desk, seats=None)
    alone = joined(desk, "Adelaide")
    rewrite(desk)
    assert join(desk, "Beatrice").status_code == 409
    assert count(desk.engine, holds) == 0
    assert ask(desk, alone, "cancel").status_code == 200
    joined(desk, "Beatrice")


def test_the_erased_leave_their_seats_and_the_time(desk: Endpoint) -> None:
    joined(desk, "Adelaide")
    joined(desk, "Beatrice")
    erase(desk.engine, "adelaide@example.com")
    assert left(desk)["10:00"] == 2
    erase(desk.engine, "beatrice@example.com")
    assert tables(desk) == [0, 0, 0]


def test_retention_takes_groups_that_are_over(desk: Endpoint) -> None:
    joined(desk, "Adelaide")
    with desk.engine.begin() as connection:
        connection.execute(update(bookings).values(status="done"))
    purge(desk.engine, HOUR, desk.clock.now + 48 * HOUR)
    assert tables(desk) == [0, 0, 0]


def test_a_seat_that_an_older_version_left_taken_is_free(desk: Endpoint) -> None:
    people = [joined(desk, name) for name in NAMES[:3]]
    with desk.engine.begin() as connection:
        gone = bookings.c.id == people[1]["id"]
        connection.execute(update(bookings).where(gone).values(status="cancelled"))
    assert left(desk)["10:00"] == 1
    dora = joined(desk, "Dorotea")
    with desk.engine.begin() as connection:
        rows = connection.execute(select(seats.c.booking_id, seats.c.number)).all()
    numbers = {row.booking_id: row.number for row in rows}
    assert numbers == {people[0]["id"]: 0, dora["id"]: 1, people[2]["id"]: 2}
