"""A video room of its own for each booking: told to both, kept when it moves, and nobody else's to know."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.booking.storage.schema import bookings, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.page import Page

ROOM = re.compile(r"https://meet\.example/bice-[a-z2-7]{32}(?![a-z0-9])")
OWN = {"room": "https://meet.example/bice-{room}"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    with endpoint(write_content(tmp_path, OWN), f"sqlite:///{tmp_path}/booking.db") as found:
        yield found


def book(desk: Endpoint, hour: int = 10, **changed: object) -> dict[str, Any]:
    answer = desk.http.post("/api/bookings", json=asked(start=f"2027-01-12T{hour}:00:00+01:00", **changed))
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def room_of(desk: Endpoint, booking: dict[str, Any]) -> str:
    (room,) = set(ROOM.findall(desk.http.get(booking["manage_url"]).text))
    return str(room)


def mails(desk: Endpoint) -> dict[str, str]:
    with desk.engine.connect() as connection:
        rows = [(row.kind, row.mime) for row in connection.execute(select(outbox.c.kind, outbox.c.mime))]
    texts = {}
    for kind, mime in rows:
        parts = [part for part in message_from_bytes(mime, policy=policy.default).walk() if not part.is_multipart()]
        whole = "".join(str(part.get_content()) for part in parts if part.get_content_maintype() == "text")
        texts[kind] = whole.replace("\r\n ", "")
    return texts


def move(desk: Endpoint, booking: dict[str, Any], hour: int, **more: object) -> None:
    token = booking["manage_url"].split("/")[-2]
    fields = {"start": f"2027-01-12T{hour}:00:00+01:00", **more}
    assert desk.http.post(f"/api/bookings/{token}/reschedule", json=fields).status_code == 200


def test_each_booking_has_a_room_told_alike_everywhere(desk: Endpoint) -> None:
    one, other = book(desk), book(desk, 11, email="ugo@example.com")
    room = room_of(desk, one)
    assert room != room_of(desk, other)
    with desk.engine.connect() as connection:
        kept = dict(iter((row.id, row.agreed) for row in connection.execute(select(bookings.c.id, bookings.c.agreed))))
    assert json.loads(kept[one["id"]])["link"] == room
    assert room in desk.http.get(one["calendar_url"]).text.replace("\r\n ", "")
    told = mails(desk)
    # Of each kind the last mail is the other's.
    assert room_of(desk, other) in told["booked-visitor"]
    assert set(ROOM.findall(told["booked-visitor"])) == {room_of(desk, other)}


def test_a_room_stays_unless_a_new_one_is_asked_for(desk: Endpoint) -> None:
    booking = book(desk)
    room = room_of(desk, booking)
    with desk.engine.begin() as connection:
        agreed = json.loads(connection.execute(select(bookings.c.agreed)).scalar_one()) | {"of_later": 1}
        connection.execute(bookings.update().values(agreed=json.dumps(agreed)))
    move(desk, booking, 11)
    assert room_of(desk, booking) == room
    move(desk, booking, 12, new_room=True)
    new = room_of(desk, booking)
    assert new != room
    assert set(ROOM.findall(mails(desk)["rescheduled-visitor"])) == {new}
    with desk.engine.connect() as connection:
        kept = json.loads(connection.execute(select(bookings.c.agreed)).scalar_one())
    assert (kept["link"], kept["of_later"]) == (new, 1)


def test_the_visitor_asks_for_a_new_room_with_a_box(desk: Endpoint) -> None:
    booking = book(desk)
    room = room_of(desk, booking)
    page = Page(desk.http.get(f"{booking['manage_url']}sposta"))
    form = next(one for one in page.forms if one.action.endswith("/sposta"))
    assert form.choices["new_room"] == ["1"]
    assert form.send(desk.http, start="2027-01-12T10:30:00Z", new_room="1").status_code == 303
    assert room_of(desk, booking) != room


def test_a_flag_of_another_kind_is_told(desk: Endpoint) -> None:
    token = book(desk)["manage_url"].split("/")[-2]
    fields = {"start": "2027-01-12T11:00:00+01:00", "new_room": "yes"}
    answer = desk.http.post(f"/api/bookings/{token}/reschedule", json=fields)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "new_room")


def test_a_room_is_told_to_nobody_else(desk: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        booking = book(desk)
        move(desk, booking, 11, new_room=True)
        name = room_of(desk, booking).rpartition("-")[2]
        public = ("/api/meetings", "/api/slots?meeting=conoscitiva", "/health", "/metrics", "/api/openapi.json")
        pages = "".join(desk.http.get(address).text for address in public)
        token = booking["manage_url"].split("/")[-2]
        pages += desk.http.get(f"/api/bookings/{token}").text
    assert name not in pages
    assert name not in caplog.text


def test_meetings_of_another_kind_have_no_room(desk: Endpoint) -> None:
    call = book(desk, meeting="telefonata", phone="333 1234567")
    assert not ROOM.search(desk.http.get(call["manage_url"]).text)
    assert "new_room" not in desk.http.get(f"{call['manage_url']}sposta").text


def test_a_group_shares_its_room_and_another_has_another(tmp_path: Path) -> None:
    content = write_content(tmp_path, OWN | {"seats": 3})
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        one, two = book(desk), book(desk, email="ugo@example.com")
        three = book(desk, 11, email="eva@example.com")
        assert room_of(desk, one) == room_of(desk, two) != room_of(desk, three)
        move(desk, two, 11)
        assert room_of(desk, two) == room_of(desk, three)
        assert "new_room" not in desk.http.get(f"{two['manage_url']}sposta").text
