"""A calendar that has not changed is neither sent, parsed nor stored again, for a day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select

from plugins.booking.calendars import calendar_reader
from plugins.booking.calendars.background import CalendarWork
from plugins.booking.calendars.ics.ics_reader import read
from plugins.booking.storage.schema import busy, calendar_sources
from tests.booking.calendars.caldav_tree import BUSY, CALENDAR, Tree, node
from tests.booking.calendars.server import answering, say
from tests.booking.calendars.working import working
from tests.booking.endpoint import Endpoint
from tests.booking.office import NOW

MINUTES = timedelta(minutes=5)


@dataclass
class Served:
    """A calendar's file with validators; keeps what each request was answered with."""

    text: bytes = BUSY.encode()
    validator: str = "etag"
    modified: float = 1e9
    answers: list[int] = field(default_factory=list)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        value = f'W/"{len(self.text)}"' if self.validator == "etag" else formatdate(self.modified, usegmt=True)
        asked = handler.headers.get("If-None-Match" if self.validator == "etag" else "If-Modified-Since")
        name = {"etag": "ETag", "date": "Last-Modified", "none": "X-Nothing"}[self.validator]
        self.answers.append(304 if asked == value else 200)
        say(handler, self.answers[-1], b"" if asked == value else self.text, **{name.replace("-", "_"): value})


@dataclass
class Polled:
    """An endpoint whose calendars are asked again as its clock moves; counts what was parsed and deleted."""

    desk: Endpoint
    work: CalendarWork
    parsed: list[datetime] = field(default_factory=list)
    stored: list[datetime] = field(default_factory=list)

    def after(self, minutes: float) -> None:
        """Ask again some minutes later."""
        self.desk.clock.now += timedelta(minutes=minutes)
        self.work.do()

    @property
    def fetched_at(self) -> datetime:
        """When the calendar last answered."""
        with self.desk.engine.begin() as connection:
            (row,) = connection.execute(select(calendar_sources.c.fetched_at)).all()
        return datetime.fromisoformat(row.fetched_at.isoformat())

    @property
    def kept(self) -> int:
        """How many times are kept busy."""
        with self.desk.engine.begin() as connection:
            return len(connection.execute(select(busy)).all())


@contextmanager
def polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **calendar: str) -> Iterator[Polled]:
    """An endpoint that has read its one calendar."""
    with working(tmp_path, {}, busy=[calendar]) as (desk, work):
        found = Polled(desk, work)

        def parse(*given: object, **more: object) -> object:
            found.parsed.append(desk.clock.now)
            return read(*given, **more)  # type: ignore[arg-type]

        def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith("DELETE FROM busy"):
                found.stored.append(desk.clock.now)

        monkeypatch.setattr(calendar_reader, "read", parse)
        event.listen(desk.engine, "before_cursor_execute", hear)
        found.work.do()
        yield found


@pytest.mark.parametrize(("validator", "again"), [("etag", 304), ("date", 304), ("none", 200)])
def test_an_unchanged_file_is_parsed_and_stored_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, validator: str, again: int
) -> None:
    served = Served(validator=validator)
    with answering(served) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        for _ in range(3):
            found.after(5)
        assert served.answers == [200, again, again, again]
        assert (found.parsed, found.stored) == ([NOW], [NOW])
        assert (found.fetched_at, found.kept) == (NOW + 3 * MINUTES, 1)
        served.text, served.modified = served.text.replace(b"UID:a", b"UID:another"), 1.1e9
        found.after(5)
        assert len(found.parsed) == 2


def test_an_unchanged_file_is_read_anew_each_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served()
    with answering(served) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        found.after(24 * 60 - 1)
        assert served.answers == [200, 304]
        found.after(5)
        assert served.answers == [200, 304, 200]
        found.after(5)
        assert served.answers == [200, 304, 200, 304]
        assert len(found.parsed) == 2


def test_another_rule_has_an_unchanged_file_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served()
    with answering(served) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        availability = found.desk.content / "availability.yaml"
        text = availability.read_text(encoding="utf-8")
        availability.write_text(text.replace('"30d"', '"40d"'), encoding="utf-8")
        found.after(5)
        assert served.answers == [200, 200]


def test_what_another_process_stored_is_stored_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(Served()) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        with found.desk.engine.begin() as connection:
            connection.execute(delete(busy))
            connection.execute(calendar_sources.update().values(fetched_at=NOW + timedelta(seconds=1)))
        found.after(5)
        stored = len(found.stored)
        assert found.kept == 1
        found.after(5)
        assert (found.kept, len(found.stored)) == (1, stored)


def test_an_error_between_is_forgotten_by_an_unchanged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served, is_down = Served(), [False]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if is_down[0]:
            say(handler, 503)
        else:
            served(handler)

    with answering(answer) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        is_down[0] = True
        found.after(5)
        assert found.desk.http.get("/health").json()["calendars"]["failing"] == 1
        is_down[0] = False
        found.after(5)
        assert found.desk.http.get("/health").json()["calendars"]["failing"] == 0
        assert (served.answers, len(found.parsed)) == ([200, 304], 1)


def test_the_same_events_of_a_collection_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree({"/calendario.ics/": node(CALENDAR)}, busy={"/calendario.ics/a.ics": BUSY})
    with answering(tree) as address, polled(tmp_path, monkeypatch, caldav=address) as found:
        found.after(5)
        assert (len(found.parsed), found.kept) == (1, 1)
        tree.busy["/calendario.ics/b.ics"] = BUSY.replace("T09", "T08").replace("UID:a", "UID:b")
        found.after(5)
        assert (len(found.parsed), found.kept) == (2, 2)


def test_a_file_changed_a_moment_ago_is_asked_for_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served(validator="date", modified=time.time() - 30)
    with answering(served) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        found.after(5)
        assert served.answers == [200, 200]


def test_a_304_that_nobody_asked_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        answering(lambda handler: say(handler, 304)) as address,
        polled(tmp_path, monkeypatch, ics=address) as found,
    ):
        assert found.desk.http.get("/health").json()["calendars"]["untrusted"] == 1


def test_unasked_304_a_day_later_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = iter([200])

    def stubborn(handler: BaseHTTPRequestHandler) -> None:
        status = next(statuses, 304)
        say(handler, status, BUSY.encode() if status == 200 else b"", ETag='"1"')

    with answering(stubborn) as address, polled(tmp_path, monkeypatch, ics=address) as found:
        found.after(5)
        assert found.fetched_at == NOW + MINUTES
        found.after(24 * 60)
        assert found.fetched_at == NOW + MINUTES
