"""Entries in the owner's own calendar, on servers that behave in every way that servers do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.booking.calendars.entries.conflicts import Kind
from plugins.booking.storage.schema import entries
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.calendars.edits import (
    ADDED,
    ALARM,
    GUEST,
    moved,
    property_of,
    start_of,
    unfolded,
    with_lines,
    with_value,
)
from tests.booking.calendars.scripted import COLLECTION, CONFLICTS, ScriptedCalDav
from tests.booking.calendars.wiring import Wired, wired_to

LATER = datetime(2027, 1, 13, 10, tzinfo=UTC)
FIRST = datetime(2027, 1, 12, 9, tzinfo=UTC)
Opened = Callable[[ScriptedCalDav], Wired]


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[Opened]:
    """Runs an endpoint that writes to a scripted server, and has read it once."""
    running = []

    def open_to(server: ScriptedCalDav) -> Wired:
        context = wired_to(COLLECTION, "bice:segreto", database_url, tmp_path, server)
        wired = context.__enter__()
        running.append(context)
        wired.work.do()
        return wired

    yield open_to
    for context in running:
        context.__exit__(None, None, None)


def booked(wired: Wired) -> str:
    booking = wired.book()
    wired.later()
    return booking


def move(wired: Wired, booking: str) -> None:
    wired.staff.changes.reschedule(booking, LATER, Actor.VISITOR)
    wired.later()


def only(server: ScriptedCalDav) -> str:
    assert len(server.objects) == 1, list(server.objects)
    return unfolded(next(iter(server.objects.values())))


def rename(server: ScriptedCalDav, booking: str) -> None:
    server.objects["ABCD-1 è.ics"] = server.objects.pop(f"{booking}.ics")


def edit(server: ScriptedCalDav, booking: str, change: Callable[[str], str]) -> None:
    server.objects[f"{booking}.ics"] = change(server.objects[f"{booking}.ics"]).replace("\n", "\r\n")


def refusals(wired: Wired) -> dict[str, int]:
    told: dict[str, int] = wired.desk.http.get("/health").json()["calendar_writes"]
    metrics = wired.desk.http.get("/metrics").text
    assert f"maglia_calendar_writes_refused {told['refused']}" in metrics
    assert f"maglia_calendar_writes_waiting {told['waiting']}" in metrics
    return told


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_entry_under_another_name_is_moved_where_it_stands(opened: Opened, conflict: str) -> None:
    server = ScriptedCalDav(conflict)
    wired = opened(server)
    booking = booked(wired)
    rename(server, booking)
    move(wired, booking)
    assert start_of(only(server)) == LATER
    wired.later()
    assert wired.differences.all() == ()


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_entry_under_another_name_is_removed_with_its_booking(opened: Opened, conflict: str) -> None:
    server = ScriptedCalDav(conflict)
    wired = opened(server)
    booking = booked(wired)
    rename(server, booking)
    wired.staff.changes.cancel(booking, Actor.VISITOR)
    wired.later()
    assert server.objects == {}


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_entry_moved_under_another_name_is_written_again_there(opened: Opened, conflict: str) -> None:
    server = ScriptedCalDav(conflict)
    wired = opened(server)
    booking = booked(wired)
    edit(server, booking, lambda text: moved(text, LATER, LATER + timedelta(minutes=30)))
    rename(server, booking)
    wired.later()
    (found,) = wired.differences.all()
    assert (found.kind, found.start) == (Kind.MOVED, LATER)
    wired.differences.write_again(booking)
    wired.later()
    wired.later()
    assert (start_of(only(server)), wired.differences.all()) == (FIRST, ())


@pytest.mark.parametrize("conflict", ["davical", "sabre"])
def test_a_second_entry_of_ours_goes_and_hers_stays(opened: Opened, conflict: str) -> None:
    server = ScriptedCalDav(conflict)
    wired = opened(server)
    booking = booked(wired)
    server.objects["ABCD-1.ics"] = with_lines(server.objects[f"{booking}.ics"], ALARM)
    server.objects[f"{booking}.ics"] = moved(server.objects[f"{booking}.ics"], LATER, LATER + timedelta(minutes=30))
    wired.later()
    assert len(wired.differences.all()) == 1
    wired.differences.write_again(booking)
    wired.later()
    assert list(server.objects) == ["ABCD-1.ics"]
    assert ("BEGIN:VALARM" in only(server), start_of(only(server))) == (True, FIRST)


def test_a_refusal_that_names_the_entry_is_enough(opened: Opened) -> None:
    server = ScriptedCalDav("cyrus", can_search=False)
    wired = opened(server)
    booking = booked(wired)
    rename(server, booking)
    move(wired, booking)
    assert start_of(only(server)) == LATER


def test_entry_moved_away_under_another_name_is_no_deletion(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    far = LATER + timedelta(days=400)
    edit(server, booking, lambda text: moved(text, far, far + timedelta(minutes=30)))
    rename(server, booking)
    server.shows_nothing = True
    wired.later()
    assert [(one.kind, one.start) for one in wired.differences.all()] == [(Kind.MOVED, far)]


@pytest.mark.parametrize("etags", ["strong", "weak", "none", "never"])
def test_what_she_added_survives_a_move(opened: Opened, etags: str) -> None:
    server = ScriptedCalDav(etags=etags)
    wired = opened(server)
    booking = booked(wired)
    edit(server, booking, lambda text: with_lines(text, ADDED + ALARM + GUEST + "RRULE:FREQ=WEEKLY;COUNT=3\n"))
    move(wired, booking)
    text = only(server)
    assert start_of(text) == LATER
    added = (ADDED + ALARM + GUEST).splitlines()
    assert [line for line in added if line not in text.splitlines()] == []
    assert property_of(text, "RRULE") == "FREQ=WEEKLY;COUNT=3"
    assert "13 gennaio" in (property_of(text, "DESCRIPTION") or "")


def test_further_weeks_of_a_repeated_entry_keep_time(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    edit(server, booking, lambda text: with_lines(text, "RRULE:FREQ=WEEKLY;COUNT=3\n"))
    wired.later()
    offered = wired.starts("2027-01-12", "2027-02-09")
    weeks = [f"2027-{day}T10:00:00+01:00" for day in ("01-12", "01-19", "01-26", "02-02")]
    assert [week in offered for week in weeks] == [False, False, False, True]
    assert wired.differences.all() == ()
    wired.staff.changes.cancel(booking, Actor.VISITOR)
    wired.later()
    assert [week in wired.starts("2027-01-12", "2027-02-09") for week in weeks] == [True] * 4


def test_series_of_hers_moves_in_its_own_zone(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    zoned = "DTSTART;TZID=Europe/Rome:20270112T100000"
    weekly = "RRULE:FREQ=WEEKLY\n"
    edit(server, booking, lambda text: re.sub("(?m)^DTSTART:.*$", zoned, with_lines(text, weekly)))
    move(wired, booking)
    assert "DTSTART;TZID=Europe/Rome:20270113T110000" in only(server).splitlines()


def test_words_of_hers_stay_and_ours_are_renewed(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    edit(server, booking, lambda text: with_value(text, "SUMMARY", "Ada\\, del negozio"))
    described = property_of(server.objects[f"{booking}.ics"], "DESCRIPTION") or ""
    edit(server, booking, lambda text: with_value(text, "DESCRIPTION", f"Chiedere il logo\\n{described}\\nVia Po"))
    move(wired, booking)
    words = property_of(only(server), "DESCRIPTION") or ""
    assert property_of(only(server), "SUMMARY") == "Ada\\, del negozio"
    assert (words.startswith("Chiedere il logo\\n"), words.endswith("\\nVia Po")) == (True, True)
    assert ("13 gennaio" in words, "12 gennaio 2027, 10:00–" in words) == (True, False)


def test_entry_changed_during_the_write_is_read_again(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    server.meanwhile = [lambda: edit(server, booking, lambda text: with_lines(text, ALARM))]
    move(wired, booking)
    assert ("BEGIN:VALARM" in only(server), start_of(only(server))) == (True, LATER)


def test_entry_that_changes_at_each_write_is_left_for_later(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    server.heard.clear()
    server.meanwhile = [
        lambda number=number: edit(server, booking, lambda text: with_lines(text, f"X-N:{number}\n"))  # type: ignore[misc]
        for number in range(50)
    ]
    move(wired, booking)
    assert server.heard.count("PUT") <= 8
    server.meanwhile = []
    wired.later(60 * 24)
    assert start_of(only(server)) == LATER


def test_written_but_unmarked_entry_is_not_made_twice(opened: Opened) -> None:
    server = ScriptedCalDav("davical")
    wired = opened(server)
    booking = booked(wired)
    # As a process leaves it that is killed between the write and its mark.
    unmarked = {"revision": None, "written_at": None, "written": None, "attempts": 1}
    with wired.desk.engine.begin() as connection:
        connection.execute(update(entries).values(unmarked))
    edit(server, booking, lambda text: with_lines(text, ALARM))
    wired.later()
    assert "BEGIN:VALARM" in only(server)
    with wired.desk.engine.begin() as connection:
        connection.execute(update(entries).values(unmarked))
    wired.staff.changes.cancel(booking, Actor.VISITOR)
    wired.later()
    assert server.objects == {}


def test_something_else_under_its_name_is_never_overwritten(opened: Opened) -> None:
    server = ScriptedCalDav("davical")
    wired = opened(server)
    booking = wired.book()
    other = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:altro\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    server.objects[f"{booking}.ics"] = other
    wired.later()
    assert server.objects == {f"{booking}.ics": other}
    assert refusals(wired) == {"waiting": 1, "refused": 1}


def test_her_guests_are_told_to_her_on_the_booking_page(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    edit(server, booking, lambda text: with_lines(text, GUEST))
    move(wired, booking)
    sign_in(wired.desk)
    assert "hai aggiunto 1 invitato" in read(wired.desk, f"/agenda/appuntamenti/{booking}/").words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "non accetta utente e password"),
        (403, "non permette di scriverci"),
        (404, "non c’è un calendario"),
        (405, "non si può scrivere"),
        (409, "c’è già qualcosa"),
        (415, "rifiuta la voce così com’è"),
        (400, "rifiuta di scriverlo"),
        (507, "non c’è più spazio"),
    ],
)
def test_refused_write_is_told_everywhere_with_its_remedy(opened: Opened, status: int, words: str) -> None:
    server = ScriptedCalDav(refused={"PUT": status})
    wired = opened(server)
    booking = booked(wired)
    assert refusals(wired) == {"waiting": 1, "refused": 1}
    assert "1 appuntamento non si lascia scrivere" in sign_in(wired.desk).words
    assert words in read(wired.desk, f"/agenda/appuntamenti/{booking}/").words
    page = read(wired.desk, "/agenda/calendari/")
    assert ("Ada Rossi" in page.words, words in page.words) == (True, True)
    del server.refused["PUT"]
    assert "si riprova adesso" in press(wired.desk, page, "/agenda/calendari/riprova").words
    wired.work.do()
    assert refusals(wired) == {"waiting": 0, "refused": 0}
    assert "Ada Rossi" not in read(wired.desk, "/agenda/calendari/").words


def test_a_refused_removal_is_told_as_such(opened: Opened) -> None:
    server = ScriptedCalDav()
    wired = opened(server)
    booking = booked(wired)
    server.refused["DELETE"] = 403
    wired.staff.changes.cancel(booking, Actor.OWNER)
    wired.later()
    sign_in(wired.desk)
    assert "lì c’è forse ancora" in read(wired.desk, "/agenda/calendari/").words


@pytest.mark.parametrize("status", [408, 423, 429, 500, 503])
def test_a_passing_failure_alarms_nobody_for_an_hour(opened: Opened, status: int) -> None:
    wired = opened(ScriptedCalDav(refused={"PUT": status}))
    booked(wired)
    assert refusals(wired) == {"waiting": 1, "refused": 0}
    assert "non si lascia scrivere" not in sign_in(wired.desk).words
    assert "si riprova da soli" in read(wired.desk, "/agenda/calendari/").words
    wired.later(61)
    assert "non si lascia scrivere" in read(wired.desk, "/agenda/").words


def test_refused_writes_are_retried_ever_less_often(opened: Opened) -> None:
    server = ScriptedCalDav(refused={"PUT": 401})
    wired = opened(server)
    wired.book()
    for _ in range(24 * 12):
        wired.later()
    assert 4 <= server.heard.count("PUT") <= 20


def test_the_first_write_that_succeeds_brings_the_others(opened: Opened) -> None:
    server = ScriptedCalDav(refused={"PUT": 401})
    wired = opened(server)
    for day in (12, 13, 14):
        wired.book(f"2027-01-{day}T10:00:00+01:00")
    for _ in range(6):
        wired.later(60)
    del server.refused["PUT"]
    with wired.desk.engine.begin() as connection:
        first = connection.execute(entries.select().limit(1)).one().booking_id
        connection.execute(update(entries).where(entries.c.booking_id == first).values(next_at=wired.desk.clock.now))
    wired.work.do()
    assert len(server.objects) == 3


def test_an_address_escaped_otherwise_is_no_second_entry(database_url: str, tmp_path: Path) -> None:
    server, booking = ScriptedCalDav(), ""

    def escaping(question: Question) -> Reply:
        # The server calls its own collection by its plain name, whoever wrote it how.
        return server(replace(question, address=question.address.replace("%62ice", "bice")))

    collection = COLLECTION.replace("bice", "%62ice")
    with wired_to(collection, "bice:segreto", database_url, tmp_path, escaping) as wired:
        wired.work.do()
        booking = booked(wired)
        name = f"{booking}.ics"
        server.objects[name] = moved(server.objects[name], LATER, LATER + timedelta(minutes=30))
        wired.later()
        assert wired.differences.write_again(booking)
        wired.later()
    assert list(server.objects) == [name]
    assert start_of(server.objects[name]) == FIRST
