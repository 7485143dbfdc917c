"""Series, seats, rooms and questions together, over the JSON API."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Literal

import icalendar
import pytest
from sqlalchemy import Connection, select

from plugins.booking.storage import claims
from plugins.booking.storage.schema import bookings, outbox
from plugins.domain.busy_time import Occupied
from plugins.domain.wall_clock import Interval
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.tables import count
from tests.booking.web.test_series_api import AUTUMN, FIRST, SIX

ROOM = {"room": "https://meet.example/{room}"}
THREE = {"count": 3}


def write(folder: Path, **talk: object) -> Path:
    return write_content(folder, talk, horizon="90d")


def token_of(booking: dict[str, Any]) -> str:
    return str(booking["manage_url"]).rstrip("/").rpartition("/")[2]


def links(desk: Endpoint) -> list[str]:
    """The video rooms of all dates, by their order."""
    with desk.engine.begin() as connection:
        rows = connection.execute(select(bookings.c.agreed).order_by(bookings.c.start)).scalars()
        return [str(json.loads(agreed)["link"]) for agreed in rows]


def last_words(desk: Endpoint, kind: str, form: Literal["plain", "html"] = "plain") -> str:
    query = select(outbox.c.mime).where(outbox.c.kind == kind).order_by(outbox.c.id.desc()).limit(1)
    with desk.engine.begin() as connection:
        mail = message_from_bytes(connection.execute(query).scalar_one(), policy=policy.default)
    body = mail.get_body((form,))
    assert body
    return str(body.get_content())


@pytest.mark.parametrize("scope", ["following", "all"])
def test_a_new_room_is_for_all_dates_that_move(tmp_path: Path, database_url: str, scope: str) -> None:
    with endpoint(write(tmp_path / "office", repeat={}, **ROOM), database_url, Clock(AUTUMN)) as desk:
        second = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=THREE)).json()["series"][1]
        (old,) = set(links(desk))
        body = {"start": "2027-10-19T11:00:00+02:00", "scope": scope, "new_room": True}
        assert desk.http.post(f"/api/bookings/{token_of(second)}/reschedule", json=body).status_code == 200
        moved = links(desk)[1:] if scope == "following" else links(desk)
        assert len(set(moved)) == 1
        assert old not in moved
        assert moved[0] in last_words(desk, "rescheduled-series-visitor")


def test_each_date_of_a_group_tells_its_own_room(tmp_path: Path, database_url: str) -> None:
    with endpoint(write(tmp_path / "office", repeat={}, seats=5, **ROOM), database_url, Clock(AUTUMN)) as desk:
        assert desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=THREE)).status_code == 201
        rooms = links(desk)
        assert len(set(rooms)) == 3
        words = last_words(desk, "booked-series-visitor")
        assert [line.rpartition(", ")[2] for line in words.splitlines() if "meet.example" in line][:3] == rooms
        html = last_words(desk, "booked-series-visitor", "html")
        assert all(f'<a href="{room}">' in html for room in rooms)


@pytest.mark.parametrize("slug", ["conoscitiva\u200b", "\ufeffconoscitiva", " conoscitiva "])
def test_a_pasted_slug_is_told_which_dates_are_taken(tmp_path: Path, slug: str) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    with endpoint(write(tmp_path / "office", repeat={}), url, Clock(AUTUMN)) as desk:
        assert desk.http.post("/api/bookings", json=asked(start=FIRST)).status_code == 201
        refused = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=SIX, meeting=slug))
        assert (refused.status_code, len(refused.json()["dates"])) == (409, 6)


@pytest.mark.parametrize("later", [{"repeat": None}, {"questions": [{"key": "x", "label": "X?", "required": True}]}])
def test_the_same_key_is_answered_whatever_the_content_says_now(
    tmp_path: Path, database_url: str, later: dict[str, object]
) -> None:
    with endpoint(write(tmp_path / "office", repeat={}), database_url, Clock(AUTUMN)) as desk:
        body, key = asked(start=FIRST, repeat=SIX), {"Idempotency-Key": "una"}
        first = desk.http.post("/api/bookings", json=body, headers=key)
        write(desk.content, **{"repeat": {}} | later)
        time.sleep(0.6)  # it is looked at every half second
        assert desk.http.post("/api/bookings", json=body).status_code == 422
        again = desk.http.post("/api/bookings", json=body, headers=key)
        assert (again.status_code, again.json()) == (201, first.json())
        other = desk.http.post("/api/bookings", json=body | {"name": "Eva"}, headers=key)
        assert other.status_code == 422
        assert count(desk.engine, bookings) == 6


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(0.1234567, 0.123457), (1e-300, 0), (0.1 + 0.2, 0.3), (-0.0, 0), (123456789012.25, 123456789012.25)],
)
def test_a_number_is_read_again_as_a_number(tmp_path: Path, sent: float, kept: float) -> None:
    content = write(tmp_path / "office", questions=[{"key": "n", "label": "Quanti?", "type": "number"}])
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as desk:
        made = desk.http.post("/api/bookings", json=asked(start=FIRST, answers={"n": sent}))
        assert made.status_code == 201
        booking = desk.store.booking(made.json()["id"])
        assert booking
        assert booking.answers == {"n": kept}
        assert not isinstance(booking.answers["n"], str)


def test_the_file_of_a_series_called_off_says_so(tmp_path: Path) -> None:
    with endpoint(write(tmp_path / "office", repeat={}), f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as desk:
        token = token_of(desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=THREE)).json())
        assert desk.http.post(f"/api/bookings/{token}/cancel", json={"scope": "all"}).status_code == 200
        (event,) = icalendar.Calendar.from_ical(desk.http.get(f"/appuntamenti/{token}/invito.ics").text).walk("VEVENT")
        assert event["STATUS"] == "CANCELLED"
        words = str(event["DESCRIPTION"])
        assert "non sono più in programma" in words
        assert "confermati" not in words


def test_messages_and_waiting_are_answered_again_too(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office", waiting_hold="4h")
    clock = Clock(AUTUMN)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", clock) as desk:
        person = {"name": "Ada", "email": "ada@example.com"}
        wait = person | {"meeting": "conoscitiva", "from": "2027-10-04", "to": "2027-10-04"}
        say = person | {"message": "Ciao", "service": "ricerca"}
        posts = [("/api/waiting", wait), ("/api/messages", say)]
        first = [desk.http.post(path, json=body, headers={"Idempotency-Key": "una"}) for path, body in posts]
        assert [one.status_code for one in first] == [201, 201]
        # The day is over, and the service is no longer there.
        (content / "services/macro/ricerca.md").unlink()
        clock.now += timedelta(days=1)
        time.sleep(0.6)
        assert {desk.http.post(path, json=body).status_code for path, body in posts} == {422}
        again = [desk.http.post(path, json=body, headers={"Idempotency-Key": "una"}) for path, body in posts]
        assert [one.json() for one in again] == [one.json() for one in first]


@pytest.mark.parametrize("start", ["2001-10-12T10:00:00+02:00", "2099-10-12T10:00:00+02:00"])
def test_a_forged_start_reads_no_year_of_history(tmp_path: Path, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write(tmp_path / "office", repeat={"weeks": [8], "most": 26})
    asked_for: list[timedelta] = []

    def occupied(connection: Connection, interval: Interval, *more: Any) -> Occupied:  # noqa: ANN401
        asked_for.append(interval.end - interval.start)
        return claims.occupied(connection, interval, *more)

    for module in ("series_store", "booking_store"):
        monkeypatch.setattr(f"plugins.booking.storage.{module}.occupied", occupied)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as desk:
        answer = desk.http.post("/api/bookings", json=asked(start=start, repeat={"count": 26}))
        assert answer.status_code == 409
        assert len(answer.json()["dates"]) == 26
        # The horizon of ninety days, and a few around it.
        assert max(asked_for) <= timedelta(days=100)
