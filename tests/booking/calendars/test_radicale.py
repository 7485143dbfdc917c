"""The endpoint and a real CalDAV server: what is read, written, moved, removed, and changed there by the owner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from tests.booking.calendars.radicale import Radicale
from tests.booking.calendars.wiring import Wired
from tests.booking.office import FREE, NOW, asked

LATER = "2027-01-13T11:00:00+01:00"
DENTIST = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//altro//programma//IT
BEGIN:VEVENT
UID:dentista@altrove.example
DTSTAMP:20220101T000000Z
DTSTART;TZID=Europe/Rome:20220104T100000
DTEND;TZID=Europe/Rome:20220104T110000
RRULE:FREQ=WEEKLY
SUMMARY:Dentista
END:VEVENT
END:VCALENDAR
"""


def book(wired: Wired, start: str = FREE) -> str:
    answer = wired.desk.http.post("/api/bookings", json=asked(start=start))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def starts(wired: Wired) -> list[str]:
    asked_for = {"meeting": "conoscitiva", "from": "2027-01-12", "to": "2027-01-13"}
    return [one["start"] for one in wired.desk.http.get("/api/slots", params=asked_for).json()["slots"]]


def event(text: str | None) -> tuple[str, int, datetime, datetime]:
    assert text is not None
    calendar = Calendar.from_ical(text)
    assert "METHOD" not in calendar
    (found,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in found
    return str(found["SUMMARY"]), int(str(found["SEQUENCE"])), found.decoded("DTSTART"), found.decoded("DTEND")


def confirmation(wired: Wired) -> str:
    return str(wired.desk.http.get("/api/meetings").json()[0]["confirmation"])


def comes(what: Callable[[], bool]) -> bool:
    """The trust in calendars is looked at once a second."""
    deadline = time.monotonic() + 10
    while not (came := what()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return came


def moved(text: str | None, start: datetime, minutes: int = 30) -> str:
    assert text is not None
    calendar = Calendar.from_ical(text)
    (found,) = calendar.walk("VEVENT")
    for name, value in (("DTSTART", start), ("DTEND", start + timedelta(minutes=minutes)), ("SEQUENCE", 7)):
        found.pop(name)
        found.add(name, value)
    return bytes(calendar.to_ical()).decode()


def test_time_of_an_owner_calendar_event_cannot_be_booked(wired: Wired, radicale: Radicale) -> None:
    assert FREE in starts(wired)
    radicale.put("dentista", DENTIST)
    assert wired.work.do() == 1
    assert {FREE, FREE.replace("10:00", "10:30")}.isdisjoint(starts(wired))
    answer = wired.desk.http.post("/api/bookings", json=asked())
    assert (answer.status_code, "Dentista" in answer.text) == (409, False)
    radicale.delete("dentista")
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert FREE in starts(wired)


def test_a_booking_is_written_moved_and_removed(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    assert radicale.get(booking) is None  # the visitor never waits for the calendar
    assert wired.work.do() == 1
    start = datetime(2027, 1, 12, 9, tzinfo=UTC)
    assert event(radicale.get(booking)) == (
        "Chiacchierata conoscitiva con Ada Rossi",
        0,
        start,
        start + timedelta(minutes=30),
    )
    assert wired.work.do() == 0
    wired.staff.changes.reschedule(booking, datetime.fromisoformat(LATER), Actor.VISITOR)
    assert wired.work.do() == 1
    assert event(radicale.get(booking))[1:3] == (1, datetime(2027, 1, 13, 10, tzinfo=UTC))
    wired.staff.changes.cancel(booking, Actor.VISITOR)
    assert wired.work.do() == 1
    assert radicale.get(booking) is None
    assert wired.work.do() == 0


def test_a_request_is_written_only_once_it_is_confirmed(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    fields = asked(meeting="telefonata", phone="+39 333 1234567")
    booking = wired.desk.http.post("/api/bookings", json=fields).json()["id"]
    assert wired.work.do() == 0
    wired.staff.changes.approve(booking)
    assert wired.work.do() == 1
    assert event(radicale.get(booking))[0] == "Telefonata con Ada Rossi"


def test_own_calendar_event_does_not_block_the_slot_once_cancelled(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    wired.desk.clock.now += timedelta(minutes=5)
    assert wired.work.do() == 2
    wired.staff.changes.cancel(booking, Actor.OWNER)
    assert FREE in starts(wired)


def test_booking_is_written_to_the_calendar_after_an_outage(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    radicale.stop()
    booking = book(wired)
    assert wired.work.do() == 0
    wired.desk.clock.now += timedelta(minutes=10)
    radicale.start()
    assert wired.work.do() == 2
    assert radicale.get(booking) is not None


def test_silent_calendar_is_trusted_two_hours_then_bookings_need_confirmation(wired: Wired, radicale: Radicale) -> None:
    radicale.put("dentista", DENTIST)
    wired.work.do()
    assert comes(lambda: confirmation(wired) == "automatic")
    radicale.stop()
    wired.desk.clock.now += timedelta(hours=2)
    wired.work.do()
    assert confirmation(wired) == "automatic"
    assert FREE not in starts(wired)
    health = wired.desk.http.get("/health").json()["calendars"]
    assert health == {"sources": 1, "untrusted": 0, "failing": 1, "skipped_events": 0, "oldest_seconds": 7200}
    wired.desk.clock.now += timedelta(minutes=1)
    assert confirmation(wired) == "manual"
    assert wired.desk.http.get("/health").json()["calendars"]["untrusted"] == 1
    assert FREE not in starts(wired)
    assert wired.desk.http.post("/api/bookings", json=asked(start=LATER)).json()["status"] == "pending"
    radicale.start()
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert comes(lambda: confirmation(wired) == "automatic")


def test_a_calendar_that_never_answered_is_not_believed(wired: Wired) -> None:
    assert confirmation(wired) == "manual"
    assert wired.desk.http.post("/api/bookings", json=asked()).json()["status"] == "pending"


def test_owner_can_cancel_a_booking_deleted_in_the_calendar(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    wired.work.do()
    radicale.delete(booking)
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    (found,) = wired.differences.all()
    assert (found.booking.id, found.kind, found.start, found.noticed_at) == (
        booking,
        Kind.DELETED,
        None,
        wired.desk.clock.now,
    )
    answer = wired.differences.follow(booking)
    assert answer is not None
    assert answer["status"] == "cancelled"
    with wired.desk.engine.begin() as connection:
        kinds = connection.execute(select(outbox.c.kind).where(outbox.c.state == "pending")).scalars().all()
    assert sorted(kinds) == ["cancelled-owner", "cancelled-visitor"]
    assert wired.differences.all() == ()
    assert wired.work.do() == 1  # what is gone already is as good as removed
    assert FREE in starts(wired)


def test_owner_can_rewrite_a_booking_deleted_in_the_calendar(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    wired.work.do()
    radicale.delete(booking)
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert wired.differences.write_again(booking)
    assert wired.differences.all() == ()
    assert not wired.differences.write_again(booking)
    assert wired.work.do() == 1
    assert event(radicale.get(booking))[1] > 0


def test_owner_can_move_a_booking_moved_in_the_calendar(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    wired.work.do()
    there = datetime.fromisoformat(LATER)
    radicale.put(booking, moved(radicale.get(booking), there))
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    (found,) = wired.differences.all()
    assert (found.kind, found.start, found.end) == (Kind.MOVED, there, there + timedelta(minutes=30))
    answer = wired.differences.follow(booking)
    assert answer is not None
    assert (answer["start"], answer["status"]) == (LATER, "confirmed")
    wired.work.do()
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert wired.differences.all() == ()
    assert event(radicale.get(booking))[2] == there


@pytest.mark.parametrize(
    "start", ["2027-01-12T21:00:00+01:00", "2027-01-11T08:00:00+01:00", "2029-01-12T10:00:00+01:00"]
)
def test_a_time_there_that_the_rules_refuse_is_not_followed(wired: Wired, radicale: Radicale, start: str) -> None:
    wired.work.do()
    booking = book(wired)
    wired.work.do()
    radicale.put(booking, moved(radicale.get(booking), datetime.fromisoformat(start)))
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    (found,) = wired.differences.all()
    assert (found.kind, found.start) == (Kind.MOVED, datetime.fromisoformat(start))
    with pytest.raises((SlotTaken, ChangeRefused)):
        wired.differences.follow(booking)
    assert wired.differences.write_again(booking)
    wired.work.do()
    assert event(radicale.get(booking))[1:3] == (8, datetime.fromisoformat(FREE))


def test_difference_disappears_once_the_owner_undoes_it_in_the_calendar(wired: Wired, radicale: Radicale) -> None:
    wired.work.do()
    booking = book(wired)
    wired.work.do()
    text = radicale.get(booking)
    radicale.delete(booking)
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert len(wired.differences.all()) == 1
    radicale.put(booking, str(text))
    wired.desk.clock.now += timedelta(minutes=5)
    wired.work.do()
    assert wired.differences.all() == ()


def test_calendar_is_polled_every_five_minutes_and_on_content_change(wired: Wired) -> None:
    def polled() -> int:
        return [question.method for question in wired.questions].count("REPORT")

    wired.work.do()
    wired.work.do()
    assert polled() == 1
    wired.desk.clock.now = NOW + timedelta(minutes=5)
    wired.work.do()
    assert polled() == 2
    availability = wired.desk.content / "availability.yaml"
    availability.write_text(availability.read_text(encoding="utf-8").replace('"30d"', '"40d"'), encoding="utf-8")
    wired.desk.clock.now += timedelta(seconds=10)
    assert comes(lambda: wired.work.do() > 0)
    assert polled() == 3
    assert len(wired.questions) == 4  # and once whether it is a calendar at all


def test_a_calendar_that_left_the_content_keeps_no_time(wired: Wired, radicale: Radicale) -> None:
    radicale.put("dentista", DENTIST)
    wired.work.do()
    assert FREE not in starts(wired)
    availability = wired.desk.content / "availability.yaml"
    text = availability.read_text(encoding="utf-8")
    start = text.index(' "busy": [')
    availability.write_text(text[:start] + ' "busy": [],' + text[text.index("],", start) + 2 :], encoding="utf-8")

    def offered() -> bool:
        wired.work.do()
        return FREE in starts(wired)

    assert comes(offered)
    assert confirmation(wired) == "automatic"


@pytest.mark.parametrize("login", ["", "bice", "bice:sbagliata"])
def test_missing_or_wrong_calendar_login_is_logged_without_its_value(
    wired: Wired, login: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(wired.desk.settings, credentials={"CALENDAR_LOGIN": login}.get)
    office = ContentReloader(wired.desk.content)
    CalendarWork(settings, wired.desk.engine, wired.staff.mail_composer, office, wired.desk.clock).do()
    assert confirmation(wired) == "manual"
    assert "sbagliata" not in caplog.text
    assert "127.0.0.1" not in caplog.text
    assert "CALENDAR_LOGIN" in caplog.text or "credentials are not accepted" in caplog.text
