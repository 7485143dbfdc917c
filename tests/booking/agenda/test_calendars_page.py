"""The owner's other calendars in her agenda: what differs there, how they answer, and the feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from plugins.booking.calendars.sources import key_of
from plugins.booking.storage.schema import calendar_sources, entries
from tests.booking.agenda.owner import book, mails, press, read, sign_in, status
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content

CALENDARS = "/agenda/calendari/"


def differ(desk: Endpoint, booking: str, start: datetime | None) -> None:
    """Let a booking have been moved, or deleted, in the owner's calendar."""
    values = {
        "booking_id": booking, "calendar": "c", "revision": 0, "sequence": 0, "attempts": 0, "next_at": desk.clock.now,
        "difference": "moved" if start else "deleted", "there_start": start,
        "there_end": start and start + timedelta(minutes=30), "noticed_at": desk.clock.now,
    }  # fmt: skip
    with desk.engine.begin() as connection:
        connection.execute(insert(entries).values(values))


def test_event_deleted_in_calendar_is_shown_and_can_be_cancelled(hers: Endpoint) -> None:
    booking = book(hers)
    differ(hers, booking, None)
    assert "1 appuntamento da sistemare" in read(hers, "/agenda/").words
    page = read(hers, CALENDARS)
    assert "Nel tuo calendario: cancellato" in page.words
    told = press(hers, page, f"/agenda/appuntamenti/{booking}/segui")
    assert status(hers, booking) == "cancelled"
    assert len(mails(hers, "cancelled-visitor")) == 1
    assert "Ada Rossi" not in told.words


def test_what_was_moved_there_moves_here_or_is_written_again(hers: Endpoint) -> None:
    booking = book(hers)
    differ(hers, booking, datetime.fromisoformat("2027-01-13T09:00:00+00:00"))
    page = read(hers, CALENDARS)
    assert "spostato a mercoledì 13 gennaio 2027, 10:00" in page.words
    form = page.form(f"/agenda/appuntamenti/{booking}/segui")
    form.target = f"/agenda/appuntamenti/{booking}/riscrivi"
    assert form.send(hers.http).headers["location"] == f"{CALENDARS}?fatto=riscrivi"
    with hers.engine.begin() as connection:
        assert connection.execute(select(entries.c.difference, entries.c.revision)).one() == (None, None)
    assert "Ada Rossi" not in read(hers, CALENDARS).words
    assert mails(hers, "rescheduled-visitor") == []


def test_a_time_there_that_the_rules_refuse_is_told(hers: Endpoint) -> None:
    booking = book(hers)
    differ(hers, booking, datetime.fromisoformat("2027-01-13T20:00:00+00:00"))
    answer = read(hers, CALENDARS).form(f"/agenda/appuntamenti/{booking}/segui").send(hers.http)
    assert answer.status_code == 409
    assert "non è tra quelli che si possono prenotare" in answer.text
    assert "spostato a mercoledì 13 gennaio 2027, 21:00" in answer.text


def test_the_feed_is_where_the_page_says(hers: Endpoint) -> None:
    book(hers)
    words = read(hers, CALENDARS).words
    address = next(word for word in words.split() if word.endswith(".ics"))
    hers.http.cookies.clear()
    assert b"Ada Rossi" in hers.http.get(address).content


def test_unread_calendar_is_shown_by_host_without_its_secret_path(database_url: str, tmp_path: Path) -> None:
    secret = "https://calendario.example/segreto/privato.ics"
    content = write_content(tmp_path / "content", busy=[{"ics": secret}])
    with endpoint(content, database_url) as desk:
        sign_in(desk)
        assert "ogni prenotazione aspetta la tua conferma" in read(desk, "/agenda/").words
        page = read(desk, CALENDARS)
        assert "calendario.example (occupa il tuo tempo): non è stato ancora letto" in page.words
        assert "segreto" not in page.words


@pytest.mark.parametrize("error", [None, "il nome non si trova"])
def test_how_a_calendar_last_answered_is_said(database_url: str, tmp_path: Path, error: str | None) -> None:
    address = "https://calendario.example/privato.ics"
    content = write_content(tmp_path / "content", busy=[{"ics": address}])
    with endpoint(content, database_url) as desk:
        now = desk.clock.now
        values = {"source": key_of(address), "asked": "", "tried_at": now, "fetched_at": now - timedelta(hours=1)}
        with desk.engine.begin() as connection:
            connection.execute(insert(calendar_sources).values(**values, skipped=2, error=error))
        sign_in(desk)
        words = read(desk, CALENDARS).words
    assert "letto lunedì 11 gennaio 2027, 08:00" in words
    assert "eventi illeggibili: 2" in words
    assert ("non è andata: il nome non si trova" in words) is (error is not None)
