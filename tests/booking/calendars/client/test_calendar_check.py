"""An address that is no calendar is never read as an empty one, and never written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.calendars.client.calendar_check import CHECK_EVERY, CalendarCheck
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.ics.ics_reader import window
from plugins.booking.storage.schema import entries
from tests.booking.agenda.owner import read, sign_in
from tests.booking.calendars.caldav_tree import BUSY, CALENDAR, EVENTS, Tree, cloud, node
from tests.booking.calendars.radicale import PASSWORD, USER, Radicale
from tests.booking.calendars.server import answering
from tests.booking.calendars.working import working
from tests.booking.office import NOW, Clock, asked

LOGIN, LOGINS = Login(USER, PASSWORD), {"CALENDAR_LOGIN": f"{USER}:{PASSWORD}"}
ALL = window(NOW, timedelta(days=30))


@contextmanager
def checked(tree: Tree, clock: Clock | None = None) -> Iterator[tuple[CalendarCheck, str]]:
    """A check, and the address of a server without the slash at its end."""
    with answering(tree) as address:
        yield CalendarCheck(ask, clock or Clock()), address.removesuffix("/calendario.ics")


@pytest.mark.parametrize("path", ["/dav/", "/dav/who/bice/", "/dav/cal/bice/", "/dav/cal/bice/inbox/", "/dav/cal/bice"])
@pytest.mark.parametrize("report", [207, 403, 404, 405, 501])
def test_what_is_no_calendar_is_told_with_those_found_there(path: str, report: int) -> None:
    tree = cloud()
    tree.report = report
    with checked(tree) as (check, root), pytest.raises(Unanswered) as told:
        check.events(f"{root}{path}", LOGIN, ALL)
    assert told.value.reason is Reason.NO_CALENDAR
    assert [one["name"] for one in told.value.values["calendars"]] == ["altro ancora", "Casa & famiglia", "Lavoro"]
    assert "Lavoro" not in str(told.value)


def test_a_list_of_tasks_is_no_calendar_of_events() -> None:
    with checked(cloud()) as (check, root), pytest.raises(Unanswered) as told:
        check.events(f"{root}/dav/cal/bice/promemoria/", LOGIN, ALL)
    assert (told.value.reason, len(told.value.values["calendars"])) == (Reason.NO_EVENTS, 3)


@pytest.mark.parametrize("path", ["/dav/cal/bice/lavoro/", "/dav/cal/bice/lavoro", "/dav/cal/bice/altro%20ancora"])
def test_a_calendar_is_read_though_it_is_empty(path: str) -> None:
    with checked(cloud()) as (check, root):
        assert check.events(f"{root}{path}", LOGIN, ALL) == []
        check.require(f"{root}{path}", LOGIN)


def test_a_home_that_answers_for_its_calendars_is_none() -> None:
    tree = cloud()
    tree.busy["/dav/cal/bice/lavoro/a.ics"] = BUSY
    with checked(tree) as (check, root), pytest.raises(Unanswered):
        check.events(f"{root}/dav/cal/bice/", LOGIN, ALL)


@pytest.mark.parametrize("propfind", [207, 403, 405, 501])
def test_a_server_without_types_is_believed_by_its_events(propfind: int) -> None:
    tree = Tree({"/": node(), "/agenda/": node(None)}, propfind=propfind)
    with checked(tree) as (check, root):
        with pytest.raises(Unanswered):
            check.events(f"{root}/agenda/", LOGIN, ALL)
        tree.busy["/agenda/a.ics"] = BUSY
        assert check.events(f"{root}/agenda/", LOGIN, ALL) == [BUSY.replace("\r\n", "\n").encode()]
        with pytest.raises(Unanswered):
            check.require(f"{root}/agenda/", LOGIN)


def test_an_address_is_checked_every_few_hours_alone() -> None:
    tree, clock = cloud(), Clock()
    place = "/dav/cal/bice/lavoro/"
    with checked(tree, clock) as (check, root):
        for minutes in (0, 5, 10):
            clock.now = NOW + timedelta(minutes=minutes)
            check.events(f"{root}{place}", LOGIN, ALL)
        assert tree.asked == [f"REPORT {place}", f"PROPFIND {place}", f"REPORT {place}", f"REPORT {place}"]
        clock.now = NOW + CHECK_EVERY
        tree.nodes[place] = node()
        with pytest.raises(Unanswered):
            check.events(f"{root}{place}", LOGIN, ALL)


def test_a_wrong_address_is_looked_around_once_an_hour() -> None:
    tree, clock = cloud(), Clock()
    tree.report = 404
    with checked(tree, clock) as (check, root):
        for minutes in (0, 5, 55):
            clock.now = NOW + timedelta(minutes=minutes)
            with pytest.raises(Unanswered):
                check.events(f"{root}/dav/", LOGIN, ALL)
        asked_for = len(tree.asked)
        clock.now = NOW + timedelta(minutes=60)
        with pytest.raises(Unanswered):
            check.events(f"{root}/dav/", LOGIN, ALL)
    assert asked_for < 12
    assert len(tree.asked) > asked_for + 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_not_looked_around(status: int) -> None:
    tree = cloud()
    tree.report = status
    with checked(tree) as (check, root), pytest.raises(Unanswered, match=str(status)):
        check.events(f"{root}/dav/cal/bice/lavoro/", LOGIN, ALL)
    assert len(tree.asked) == 1


def test_an_answer_that_leaves_events_out_is_told() -> None:
    tree = Tree({"/": node(CALENDAR, more=EVENTS)})
    tree.busy["/a.ics"] = (
        f"{BUSY}</C:calendar-data><x/></prop><status>HTTP/1.1 507 Insufficient Storage</status><prop><C:calendar-data>"
    )
    with checked(tree) as (check, root), pytest.raises(Unanswered) as told:
        check.events(f"{root}/", LOGIN, ALL)
    assert told.value.reason is Reason.TOO_MANY


def homes(radicale: Radicale) -> list[dict[str, str]]:
    """The addresses one and two levels too high, as an owner would write them."""
    root = radicale.collection.rpartition("/bice/")[0]
    return [{"caldav": f"{root}{level}", "credentials": "CALENDAR_LOGIN"} for level in ("/bice/", "/")]


@pytest.mark.parametrize("level", [0, 1])
def test_home_of_radicale_is_never_read_as_empty(radicale: Radicale, tmp_path: Path, level: int) -> None:
    with working(tmp_path, LOGINS, busy=[homes(radicale)[level]]) as (desk, work):
        assert work.do() == 0
        health = desk.http.get("/health").json()["calendars"]
        assert (health["untrusted"], health["failing"]) == (1, 1)
        assert desk.http.post("/api/bookings", json=asked()).json()["status"] == "pending"
        sign_in(desk)
        words = read(desk, "/agenda/calendari/").words
    assert "a questo indirizzo non c’è un calendario. Da qui se ne trova" in words
    assert f"{radicale.collection}/" in words


@pytest.mark.parametrize("level", [0, 1])
def test_home_of_radicale_is_never_written_to(radicale: Radicale, tmp_path: Path, level: int) -> None:
    with working(tmp_path, LOGINS, calendar=homes(radicale)[level]) as (desk, work):
        assert desk.http.post("/api/bookings", json=asked()).json()["status"] == "confirmed"
        assert work.do() == 0
        with desk.engine.begin() as connection:
            error = connection.execute(select(entries.c.error)).scalar_one()
        assert error == "this collection holds no events of its own"
    listed = [radicale.http.request("PROPFIND", one["caldav"], headers={"Depth": "1"}).text for one in homes(radicale)]
    assert all(".ics" not in text for text in listed)
