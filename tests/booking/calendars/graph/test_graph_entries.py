"""Bookings in a Microsoft calendar: made once, moved where they stand, removed, and what she changed stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.storage.schema import entries
from plugins.domain.booking_lifecycle import Actor
from tests.booking.calendars.graph.account import FakeTokens
from tests.booking.calendars.graph.graph_wiring import wired_to_graph
from tests.booking.calendars.graph.mailbox import Json, Stored, html_of, instant, text_of
from tests.booking.calendars.graph.standin import PRIMARY, GraphRefusal, GraphStandin
from tests.booking.calendars.wiring import Wired
from tests.booking.office import asked

FIRST, LATER = datetime(2027, 1, 12, 9, tzinfo=UTC), datetime(2027, 1, 13, 10, tzinfo=UTC)


def booked(wired: Wired) -> str:
    booking = wired.book()
    wired.later()
    return booking


def only(standin: GraphStandin) -> Stored:
    assert len(standin.events) == 1, [one.fields["subject"] for one in standin.events.values()]
    return next(iter(standin.events.values()))


def start_of(event: Stored) -> datetime:
    return instant(event.fields["start"])


def text(event: Stored) -> str:
    return " ".join(text_of(html_of(event.fields["body"])).split())


def times(start: datetime, minutes: int = 30) -> dict[str, Json]:
    ends = {"start": start, "end": start + timedelta(minutes=minutes)}
    return {name: {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for name, at in ends.items()}


def move(wired: Wired, booking: str) -> None:
    wired.staff.changes.reschedule(booking, LATER, Actor.VISITOR)
    wired.later()


def waiting(wired: Wired) -> dict[str, int]:
    told: dict[str, int] = wired.desk.http.get("/health").json()["calendar_writes"]
    return told


def test_a_booking_is_written_with_its_words(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    event = only(standin)
    assert (start_of(event), instant(event.fields["end"])) == (FIRST, FIRST + timedelta(minutes=30))
    assert event.fields["subject"] == "Chiacchierata conoscitiva con Ada Rossi"
    assert "ada@example.com" in text(event)
    assert (event.fields["showAs"], event.fields["attendees"]) == ("busy", [])
    (mark,) = event.properties.values()
    assert mark == f"{booking}@{connected.staff.mail_composer.installation}"
    assert re.fullmatch("[0-9a-f-]{36}", event.fields["transactionId"])


def test_what_a_filter_says_is_escaped(connected: Wired) -> None:
    booked(connected)
    asked_for = [one.address.partition("?")[2] for one in connected.questions]
    filters = [query for query in asked_for if "$filter=" in query]
    assert filters
    assert [query for query in filters if set(" :/@{}") & set(query)] == []


def test_a_booking_written_there_is_not_busy_twice(connected: Wired, standin: GraphStandin) -> None:
    booked(connected)
    connected.later()
    assert connected.differences.all() == ()
    with connected.desk.engine.begin() as connection:
        assert connection.exec_driver_sql("select count(*) from busy").scalar() == 0


@pytest.mark.parametrize("marks", ["left_out", "refused"])
def test_bookings_are_known_without_their_marks(
    standin: GraphStandin, tokens: FakeTokens, database_url: str, tmp_path: Path, marks: str
) -> None:
    standin.view_marks = marks
    with wired_to_graph(standin, tokens, database_url, tmp_path) as wired:
        wired.work.do()
        booking = booked(wired)
        wired.later()
        with wired.desk.engine.begin() as connection:
            assert connection.exec_driver_sql("select count(*) from busy").scalar() == 0
        standin.edit(only(standin).id, **times(LATER))
        wired.later()
        (found,) = wired.differences.all()
        assert (found.kind, found.start) == (Kind.MOVED, LATER)
        wired.differences.follow(booking)
        wired.later()
        wired.later()
        assert (start_of(only(standin)), wired.differences.all()) == (LATER, ())


def test_a_moved_booking_is_moved_where_it_stands(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    before = only(standin).id
    move(connected, booking)
    event = only(standin)
    assert (event.id, start_of(event)) == (before, LATER)
    assert "13 gennaio" in text(event)
    assert "12 gennaio" not in text(event)


def test_a_cancelled_booking_is_removed(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    connected.staff.changes.cancel(booking, Actor.VISITOR)
    connected.later()
    assert standin.events == {}


def test_a_time_to_be_confirmed_again_shows_tentative(connected: Wired, standin: GraphStandin) -> None:
    fields = asked(meeting="telefonata", phone="+39 333 1234567")
    booking = connected.desk.http.post("/api/bookings", json=fields).json()["id"]
    connected.later()
    assert standin.events == {}
    connected.staff.changes.approve(booking)
    connected.later()
    shown = [only(standin).fields["showAs"]]
    connected.staff.changes.reschedule(booking, LATER, Actor.VISITOR)
    connected.later()
    shown.append(only(standin).fields["showAs"])
    connected.staff.changes.approve(booking)
    connected.later()
    assert [*shown, only(standin).fields["showAs"]] == ["busy", "tentative", "busy"]


def test_what_she_added_stays(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    event = only(standin)
    hers = f"Portare il contratto.\n\n{text_of(html_of(event.fields['body']))}\nParcheggio in via Roma."
    standin.edit(
        event.id,
        body={"contentType": "text", "content": hers},
        subject=f"★ {event.fields['subject']}",
        location={"displayName": "Sala rossa"},
        categories=["Clienti"],
        isReminderOn=False,
    )
    move(connected, booking)
    event = only(standin)
    assert text(event).startswith("Portare il contratto.")
    assert text(event).endswith("Parcheggio in via Roma.")
    assert ("13 gennaio" in text(event), "12 gennaio" in text(event)) == (True, False)
    assert event.fields["subject"].startswith("★ Chiacchierata")
    assert event.fields["location"] == {"displayName": "Sala rossa"}
    assert (event.fields["categories"], event.fields["isReminderOn"]) == (["Clienti"], False)


def test_words_that_are_hers_alone_stay(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    standin.edit(only(standin).id, subject="Ada!", body={"contentType": "html", "content": "<body>Mie note</body>"})
    move(connected, booking)
    assert (only(standin).fields["subject"], text(only(standin))) == ("Ada!", "Mie note")


def test_a_teams_meeting_keeps_its_way_in(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    body = {
        "contentType": "html",
        "content": f"<body>{text(only(standin))}<a href='https://teams.example'>x</a></body>",
    }
    standin.edit(only(standin).id, isOnlineMeeting=True, body=body)
    move(connected, booking)
    assert (only(standin).fields["body"], start_of(only(standin))) == (body, LATER)


@pytest.mark.parametrize("shown", ["free", "oof", "workingElsewhere"])
def test_what_she_lets_it_show_stays(connected: Wired, standin: GraphStandin, shown: str) -> None:
    booking = booked(connected)
    standin.edit(only(standin).id, showAs=shown)
    move(connected, booking)
    assert only(standin).fields["showAs"] == shown


def test_her_guests_stay_and_are_told_of(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    guest = {"emailAddress": {"address": "eva@example.com", "name": "Eva"}, "type": "required"}
    standin.edit(only(standin).id, attendees=[guest])
    move(connected, booking)
    assert only(standin).fields["attendees"] == [guest]
    with connected.desk.engine.begin() as connection:
        assert connection.exec_driver_sql("select guests from entries").scalar() == 1


def test_a_move_of_hers_is_noticed_and_followed(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    standin.edit(only(standin).id, **times(LATER))
    connected.later()
    (found,) = connected.differences.all()
    assert (found.kind, found.start) == (Kind.MOVED, LATER)
    connected.differences.follow(booking)
    connected.later()
    connected.later()
    assert (start_of(only(standin)), connected.differences.all()) == (LATER, ())


def test_a_move_out_of_sight_is_noticed(connected: Wired, standin: GraphStandin) -> None:
    booked(connected)
    away = datetime(2028, 6, 1, 9, tzinfo=UTC)
    standin.edit(only(standin).id, **times(away))
    connected.later()
    (found,) = connected.differences.all()
    assert (found.kind, found.start) == (Kind.MOVED, away)


def test_a_booking_made_a_whole_day_is_written_again(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    day = {
        "start": {"dateTime": "2027-01-12T00:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-01-13T00:00:00", "timeZone": "UTC"},
    }
    standin.edit(only(standin).id, isAllDay=True, **day)
    connected.later()
    (found,) = connected.differences.all()
    assert (found.start, found.end) == (datetime(2027, 1, 11, 23, tzinfo=UTC), datetime(2027, 1, 12, 23, tzinfo=UTC))
    connected.differences.write_again(booking)
    connected.later()
    assert (start_of(only(standin)), only(standin).fields["isAllDay"]) == (FIRST, False)


def test_a_deletion_of_hers_is_noticed_and_undone(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    standin.delete(only(standin).id)
    connected.later()
    (found,) = connected.differences.all()
    assert (found.kind, found.start) == (Kind.DELETED, None)
    connected.differences.write_again(booking)
    connected.later()
    connected.later()
    assert (start_of(only(standin)), connected.differences.all()) == (FIRST, ())


def test_her_copy_of_a_booking_is_hers(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    copy = standin.copy(only(standin).id, **times(LATER))
    connected.later()
    assert connected.differences.all() == ()
    assert "2027-01-13T11:00:00+01:00" not in connected.starts()
    connected.staff.changes.cancel(booking, Actor.VISITOR)
    connected.later()
    assert list(standin.events) == [copy]


def test_a_lost_answer_makes_no_second_entry(connected: Wired, standin: GraphStandin) -> None:
    standin.lost_answers = 1
    connected.book()
    connected.later()
    assert waiting(connected)["waiting"] == 1
    connected.later()
    assert (start_of(only(standin)), waiting(connected)["waiting"]) == (FIRST, 0)


def test_an_end_between_entry_and_mark_makes_no_second(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    with connected.desk.engine.begin() as connection:
        unmarked = {"written_at": None, "revision": None, "sequence": -1, "attempts": 1, "lease": "x", "written": None}
        connection.execute(update(entries).where(entries.c.booking_id == booking).values(**unmarked))
    connected.later()
    connected.later()
    assert (start_of(only(standin)), connected.differences.all()) == (FIRST, ())


def test_an_entry_that_does_not_show_yet_is_waited_for(connected: Wired, standin: GraphStandin) -> None:
    standin.lost_answers = 1
    connected.book()
    connected.later()
    hidden = standin.events.copy()
    standin.events.clear()
    connected.later()
    assert standin.events == {}
    assert waiting(connected) == {"waiting": 1, "refused": 0}
    standin.events.update(hidden)
    connected.later(20)
    assert (start_of(only(standin)), waiting(connected)["waiting"]) == (FIRST, 0)


def test_an_entry_lost_twice_is_made_the_next_day(connected: Wired, standin: GraphStandin) -> None:
    standin.lost_answers = 1
    booking = connected.book("2027-01-20T10:00:00+01:00")
    connected.later()
    standin.events.clear()
    for _ in range(3):
        connected.later(12 * 60)
    assert f"{booking}@" in next(iter(only(standin).properties.values()))


def test_a_change_meanwhile_is_not_written_over(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    event = only(standin)
    standin.meanwhile.append(lambda: standin.edit(event.id, subject="Da rivedere"))
    move(connected, booking)
    assert (event.fields["subject"], start_of(event)) == ("Da rivedere", LATER)


def test_an_entry_deleted_meanwhile_is_made_again(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    event = only(standin).id
    standin.meanwhile.append(lambda: standin.delete(event))
    move(connected, booking)
    assert start_of(only(standin)) == LATER


def test_conditions_that_never_hold_are_left_out_at_last(connected: Wired, standin: GraphStandin) -> None:
    booking = booked(connected)
    standin.keeps_conditions = False
    move(connected, booking)
    assert start_of(only(standin)) == LATER


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda one: one.calendars[PRIMARY].update(canEdit=False), "not_connected"),
        (lambda one: one.refusals.append(GraphRefusal(507, "ErrorQuotaExceeded")), "full"),
        (lambda one: one.refusals.append(GraphRefusal(400, "ErrorInvalidRequest")), "not_accepted"),
    ],
)
def test_a_refusal_is_told(
    connected: Wired, standin: GraphStandin, change: Callable[[GraphStandin], None], refusal: str
) -> None:
    change(standin)
    connected.book()
    connected.work.do()
    assert waiting(connected) == {"waiting": 1, "refused": 1}
    with connected.desk.engine.begin() as connection:
        assert connection.exec_driver_sql("select refusal from entries").scalar() == refusal
