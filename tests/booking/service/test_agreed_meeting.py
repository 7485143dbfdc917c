"""A booking goes on as it was agreed, whatever becomes of its kind of meeting, on each engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import icalendar
from sqlalchemy import select, update

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import bookings, outbox
from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import CALL, TALK, asked, write_content

ROOM = "https://meet.example/stanza"
OTHER_ROOM = "https://meet.example/altra"
PHONE = "+39 333 1234567"
TEN, ELEVEN, NOON = (f"2027-01-12T{hour}:00:00+01:00" for hour in (10, 11, 12))
VISIT = TALK | {"slug": "visita", "title": "In studio", "where": "in_person"}
WIDE = CALL | {"before": 30, "after": 30, "confirmation": "manual"}
NEW = TALK | {"slug": "nuova", "title": "Nuova"}


@contextmanager
def office(folder: Path, database_url: str, *meetings: dict[str, Any], video: str = ROOM) -> Iterator[Endpoint]:
    """Run the endpoint over an office that holds these meetings, its database kept from the time before."""
    content = write_content(folder / "content", meetings=list(meetings), reminder="24h")
    identity = json.loads((content / "identity.yaml").read_text(encoding="utf-8"))
    (content / "identity.yaml").write_text(json.dumps(identity | {"video": video}), encoding="utf-8")
    for service, meeting in (("ricerca", meetings[0]), ("telefono", meetings[-1])):
        path = content / f"services/macro/{service}.md"
        text = path.read_text(encoding="utf-8")
        for slug in ("conoscitiva", "telefonata"):
            text = text.replace(f'"{slug}"', f'"{meeting["slug"]}"')
        path.write_text(text, encoding="utf-8")
    with endpoint(content, database_url) as running:
        yield running


def book(desk: Endpoint, **changed: object) -> str:
    made = desk.http.post("/api/bookings", json=asked(**changed))
    assert made.status_code == 201, made.text
    return urlsplit(str(made.json()["manage_url"])).path


def move(desk: Endpoint, page: str, start: str) -> Any:  # noqa: ANN401 - an answer
    return desk.http.post(f"/api/bookings/{page.rstrip('/').rsplit('/', 1)[1]}/reschedule", json={"start": start})


def location(desk: Endpoint, page: str) -> str | None:
    (entry,) = icalendar.Calendar.from_ical(desk.http.get(f"{page}invito.ics").content).walk("VEVENT")
    return str(entry["LOCATION"]) if "LOCATION" in entry else None


def reminders(desk: Endpoint) -> list[str]:
    desk.clock.now += timedelta(hours=2)
    reload = ContentReloader(desk.content)
    LifecycleJob(desk.engine, services_of(desk.settings, desk.store, desk.clock, reload), reload, desk.clock).make()
    with desk.engine.begin() as connection:
        found = connection.execute(select(outbox.c.mime).where(outbox.c.kind.like("reminder-%"))).scalars().all()
    letters = []
    for mime in found:
        body = message_from_bytes(mime, policy=policy.default).get_body(("plain",))
        assert body is not None
        letters.append(str(body.get_content()))
    return letters


def test_a_call_stays_a_call_when_its_kind_is_gone(tmp_path: Path, database_url: str) -> None:
    call = CALL | {"confirmation": "automatic"}
    with office(tmp_path, database_url, TALK, call) as desk:
        page = book(desk, meeting="telefonata", phone=PHONE)
    with office(tmp_path, database_url, NEW) as desk:
        shown = desk.http.get(page).text
        assert "ti chiama" in shown
        assert PHONE in shown
        assert ROOM not in shown
        assert location(desk, page) == "Al telefono"
        told = reminders(desk)
        assert len(told) == 2
        assert all("in video" not in letter and "al telefono" in letter for letter in told)


def test_a_visit_keeps_the_address_it_was_booked_at(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, VISIT, CALL) as desk:
        page = book(desk, meeting="visita")
    with office(tmp_path, database_url, NEW) as desk:
        address = desk.content / "identity.yaml"
        address.write_text(address.read_text(encoding="utf-8").replace("Via del Quaderno", "Via Nuova"))
    with office(tmp_path, database_url, NEW) as desk:
        assert "Via del Quaderno 2, Milano" in desk.http.get(page).text
        assert location(desk, page) == "Di persona, Via del Quaderno 2, Milano"


def test_a_video_call_keeps_its_room(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        page = book(desk)
    with office(tmp_path, database_url, TALK, CALL, video=OTHER_ROOM) as desk:
        shown = desk.http.get(page).text
        assert ROOM in shown
        assert OTHER_ROOM not in shown
        assert OTHER_ROOM in desk.http.get(book(desk, start=NOON)).text


def test_a_booking_keeps_its_length_and_title(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        page = book(desk)
    with office(tmp_path, database_url, TALK | {"minutes": 60, "step": 60, "title": "Un’ora"}, CALL) as desk:
        shown = desk.http.get(page).text
        assert "Chiacchierata conoscitiva, 30" in shown
        # An address may hold any number.
        assert "60" not in re.sub(r"[\w~-]{30,}", "", shown.split("<main")[1].split("</main>")[0])
        assert move(desk, page, ELEVEN).json()["end"] == "2027-01-12T11:30:00+01:00"


def test_moving_a_gone_kind_waits_for_the_owner(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        page = book(desk)
    with office(tmp_path, database_url, NEW) as desk:
        assert "quando Bice Campione lo conferma" in desk.http.get(f"{page}sposta").text
        assert move(desk, page, ELEVEN).json()["status"] == "pending"


def test_moving_keeps_the_buffers_it_was_booked_with(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, WIDE) as desk:
        page = book(desk, meeting="telefonata", phone=PHONE)
        book(desk, start=NOON)
    with office(tmp_path, database_url, NEW) as desk:
        assert move(desk, page, "2027-01-12T11:30:00+01:00").status_code == 409
        assert move(desk, page, ELEVEN).json()["status"] == "pending"
        with desk.engine.begin() as connection:
            kept = connection.execute(select(bookings).where(bookings.c.meeting == "telefonata")).one()
        assert kept.start - kept.busy_from == timedelta(minutes=30)
        assert kept.busy_until - kept.end == timedelta(minutes=30)


def test_the_owner_reads_what_was_asked_and_agreed(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        book(desk, answers={"attivita": "Un forno"})
    with office(tmp_path, database_url, NEW) as desk:
        sign_in(desk)
        with desk.engine.begin() as connection:
            booking_id = connection.execute(select(bookings.c.id)).scalar_one()
        shown = desk.http.get(f"/agenda/appuntamenti/{booking_id}/").text
        assert "Di cosa ti occupi?" in shown
        assert "è cambiato" in shown
        assert "Chiacchierata conoscitiva" in desk.http.get("/agenda/").text


def test_an_unchanged_kind_is_not_said_to_have_changed(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        book(desk)
        sign_in(desk)
        with desk.engine.begin() as connection:
            booking_id = connection.execute(select(bookings.c.id)).scalar_one()
        assert "è cambiato" not in desk.http.get(f"/agenda/appuntamenti/{booking_id}/").text


def test_a_booking_from_before_tells_no_place_once_gone(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK | {"minutes": 60, "step": 60}, CALL) as desk:
        page = book(desk)
        with desk.engine.begin() as connection:
            connection.execute(update(bookings).values(agreed=None))
    with office(tmp_path, database_url, TALK, CALL) as desk:
        assert "Chiacchierata conoscitiva, 60" in desk.http.get(page).text
    with office(tmp_path, database_url, NEW) as desk:
        shown = desk.http.get(page).text
        assert ROOM not in shown
        assert "in video" not in shown
        assert "Appuntamento, 60" in shown
        assert location(desk, page) is None
        assert all("in video" not in letter for letter in reminders(desk))


def test_what_a_later_version_kept_outlives_a_move(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        page = book(desk, answers={"attivita": "Un forno"})
        with desk.engine.begin() as connection:
            kept = json.loads(str(connection.execute(select(bookings.c.agreed)).scalar_one()))
            questions = [one | {"kind": "choice"} for one in kept["questions"]]
            later = json.dumps(kept | {"where": "chat", "seats": 10, "questions": questions})
            connection.execute(update(bookings).values(agreed=later))
        assert "Chiacchierata conoscitiva, 30" in desk.http.get(page).text
        assert location(desk, page) is None
        assert move(desk, page, ELEVEN).json()["status"] == "pending"
        with desk.engine.begin() as connection:
            assert connection.execute(select(bookings.c.agreed)).scalar_one() == later


def test_what_was_agreed_is_kept_whole(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, database_url, TALK, CALL) as desk:
        book(desk)
        with desk.engine.begin() as connection:
            kept = json.loads(str(connection.execute(select(bookings.c.agreed)).scalar_one()))
    assert (kept["confirmation"], kept["where"], kept["before"]) == ("automatic", "video", 0)
