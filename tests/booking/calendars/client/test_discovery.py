"""The calendars of a server are found from any address of it, and no login leaves it."""

from __future__ import annotations

import pytest

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.discovery import discover
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.client.http_login import Login
from tests.booking.calendars.caldav_tree import CALENDAR, Tree, cloud, home, node, principal
from tests.booking.calendars.radicale import PASSWORD, USER, Radicale
from tests.booking.calendars.server import answering

LOGIN = Login(USER, PASSWORD)


def found_at(tree: Tree, path: str) -> list[tuple[str, str, bool | None]]:
    with answering(tree) as address:
        root = address.removesuffix("/calendario.ics")
        found = discover(f"{root}{path}", LOGIN, ask)
    return [(one.name, one.address.removeprefix(root), one.is_writable) for one in found]


ALL = [
    ("altro ancora", "/dav/cal/bice/altro%20ancora/", None),
    ("Casa & famiglia", "/dav/cal/bice/casa/", False),
    ("Lavoro", "/dav/cal/bice/lavoro/", True),
]


@pytest.mark.parametrize(
    "path", ["/", "/dav/", "/dav/who/bice/", "/dav/cal/bice/", "/dav/cal/bice/promemoria/", "/nowhere/"]
)
def test_calendars_are_found_from_any_address(path: str) -> None:
    tree = cloud()
    assert found_at(tree, path) == ALL
    assert len(tree.asked) <= 9


def test_a_calendar_itself_is_found_without_its_events() -> None:
    tree = cloud()
    del tree.moved["/.well-known/caldav"]
    assert found_at(tree, "/dav/cal/bice/lavoro/") == [ALL[2]]


def test_several_homes_are_all_looked_into() -> None:
    tree = cloud()
    tree.nodes["/dav/who/bice/"] = node("<principal/>", "Bice", home("/dav/cal/bice/", "/dav/cal/ufficio/"))
    tree.nodes["/dav/cal/ufficio/"] = node()
    tree.nodes["/dav/cal/ufficio/turni/"] = node(CALENDAR, "Turni")
    assert [name for name, _, _ in found_at(tree, "/")] == ["altro ancora", "Casa & famiglia", "Lavoro", "Turni"]


@pytest.mark.parametrize("way", ["principal", "home", "redirect"])
def test_calendars_on_another_host_are_told_and_not_asked(way: str) -> None:
    elsewhere = "https://p23.calendari.example/7/calendars/"
    tree = cloud()
    match way:
        case "principal":
            tree.nodes["/dav/"] = node(more=principal(elsewhere))
        case "home":
            tree.nodes["/dav/who/bice/"] = node("<principal/>", "Bice", home(elsewhere))
        case _:
            tree.moved["/dav/"] = elsewhere
    with pytest.raises(Unanswered) as told:
        found_at(tree, "/dav/")
    assert (told.value.reason, told.value.values["to"]) == (Reason.MOVED, elsewhere)
    assert "calendari.example" not in str(told.value)


def test_careless_strokes_before_a_path_name_no_host() -> None:
    tree = cloud()
    tree.nodes["/dav/"] = node(more=principal("//dav/who/bice/"))
    assert found_at(tree, "/dav/") == found_at(cloud(), "/dav/")


def test_a_server_that_leads_in_circles_is_left() -> None:
    with pytest.raises(Unanswered):
        found_at(Tree({}, moved={"/": "/a", "/a": "/", "/.well-known/caldav": "/.well-known/caldav"}), "/")
    tree = Tree({"/": node(more=home(*[f"/{number}/" for number in range(500)]))})
    with pytest.raises(Unanswered):
        found_at(tree, "/")
    assert len(tree.asked) <= 10


@pytest.mark.parametrize("status", [401, 403, 404, 405, 500, 501])
def test_why_nothing_is_found_is_told(status: int) -> None:
    with pytest.raises(Unanswered, match=str(status)):
        discover("https://calendario.example/", LOGIN, lambda _: Reply(status, b""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"<multistatus xmlns='DAV:'/>",
        b"<multistatus xmlns='DAV:'><response/></multistatus>",
        b"<multistatus xmlns='DAV:'><response><href>https://[::1</href></response></multistatus>",
        b"<multistatus xmlns='DAV:'><response><href>\n/x/ </href><propstat/></response></multistatus>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><multistatus xmlns='DAV:'/>",
    ],
)
def test_what_says_nothing_of_calendars_is_told(body: bytes) -> None:
    with pytest.raises(Unanswered):
        discover("https://calendario.example/", LOGIN, lambda _: Reply(207, body))


def test_a_name_may_not_be_long_or_hold_controls() -> None:
    tree = Tree({"/": node(CALENDAR, "Lavoro\n \u202e" + "x" * 500)})
    ((name, _, _),) = found_at(tree, "/")
    assert name == ("Lavoro " + "x" * 500)[:80]


@pytest.mark.parametrize("path", ["/", "/bice/", "/bice", "/.well-known/caldav", "/bice/agenda-0/"])
def test_radicale_calendars_are_found_from_any_address(radicale: Radicale, path: str) -> None:
    place = radicale.collection.rpartition("/bice/")[0]
    found = discover(f"{place}{path}", LOGIN, ask)
    assert (f"{radicale.collection}/", True) in [(one.address, one.is_writable) for one in found]


def test_a_wrong_password_ends_the_discovery_at_once(radicale: Radicale) -> None:
    asked: list[Question] = []

    def asking(question: Question) -> Reply:
        asked.append(question)
        return ask(question)

    with pytest.raises(Unanswered) as told:
        discover(radicale.collection, Login(USER, "sbagliata"), asking)
    assert (told.value.reason, len(asked)) == (Reason.LOGIN_REFUSED, 1)
