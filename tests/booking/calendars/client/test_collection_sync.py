"""Synchronising a collection: changes in parts, tokens that end, and answers that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from plugins.booking.calendars.client.caldav import Collection
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.collection_sync import CollectionSync
from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.domain.wall_clock import Interval

HERE = "https://calendars.example/caldav/v2/nome%40example.it/events/"
NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)


def interval(days: int = 60) -> Interval:
    return Interval(NOW - timedelta(days=2), NOW + timedelta(days=days))


def answer(*responses: str, token: str = "") -> Reply:
    said = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    head = '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    return Reply(207, f"{head}{''.join(responses)}{said}</D:multistatus>".encode())


def changed(name: str) -> str:
    return (
        f"<D:response><D:href>/caldav/v2/nome@example.it/events/{name}</D:href><D:propstat><D:prop>"
        "<D:getetag>1</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


def gone(name: str, status: str = "404 Not Found") -> str:
    return (
        f"<D:response><D:href>/caldav/v2/nome@example.it/events/{name}</D:href>"
        f"<D:status>HTTP/1.1 {status}</D:status></D:response>"
    )


CUT = (
    "<D:response><D:href>/caldav/v2/nome%40example.it/events/</D:href>"
    "<D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>"
)


def event(name: str, text: str) -> str:
    return (
        f"<D:response><D:href>/caldav/v2/nome%40example.it/events/{name}</D:href><D:propstat><D:prop>"
        f"<C:calendar-data>{text}</C:calendar-data></D:prop><D:status>HTTP/1.1 200 OK</D:status>"
        "</D:propstat></D:response>"
    )


@dataclass
class Server:
    """Answers in turn; `heard` is what it was asked."""

    answers: list[Reply | Unanswered] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def __call__(self, question: Question) -> Reply:
        body = question.body.decode()
        names = ("sync-collection", "calendar-query", "calendar-multiget", "propfind")
        self.heard.append(next(name for name in names if f":{name} " in body))
        found = self.answers.pop(0)
        if isinstance(found, Unanswered):
            raise found
        return found

    def asked(self) -> list[str]:
        """What was asked since."""
        heard, self.heard = self.heard, []
        return heard


@pytest.fixture
def server() -> Server:
    return Server([answer(token="t1"), answer(event("a.ics", "A"), event("b.ics", "B"))])


@pytest.fixture
def sync(server: Server) -> CollectionSync:
    """One that knows two events."""
    one = CollectionSync(server)
    assert one.events(HERE, None, interval(), NOW) == [b"A", b"B"]
    assert server.asked() == ["propfind", "calendar-query"]
    return one


def test_changes_in_parts_are_taken_together(server: Server, sync: CollectionSync) -> None:
    server.answers = [
        answer(changed("c.ics"), gone("a.ics"), CUT, token="t2"),
        answer(changed("b.ics"), gone("d.ics"), token="t3"),
        answer(event("b.ics", "B2"), event("c.ics", "C")),
    ]
    assert sync.events(HERE, None, interval(), NOW) == [b"B2", b"C"]
    assert server.asked() == ["sync-collection", "sync-collection", "calendar-multiget"]
    server.answers = [answer(token="t4")]
    assert sync.events(HERE, None, interval(), NOW) == [b"B2", b"C"]


def test_what_goes_while_it_is_fetched_is_gone(server: Server, sync: CollectionSync) -> None:
    fetched = answer(event("b.ics", "B2"), gone("a.ics", "410"))
    server.answers = [answer(changed("a.ics"), changed("b.ics"), token="t2"), fetched]
    assert sync.events(HERE, None, interval(), NOW) == [b"B2"]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500", "503 Service Unavailable", "507"])
def test_an_event_withheld_for_now_is_asked_for_again(server: Server, sync: CollectionSync, status: str) -> None:
    server.answers = [answer(changed("a.ics"), token="t2"), answer(gone("a.ics", status))]
    with pytest.raises(Unanswered):
        sync.events(HERE, None, interval(), NOW)
    server.answers = [answer(changed("a.ics"), token="t2"), answer(event("a.ics", "A2"))]
    assert sync.events(HERE, None, interval(), NOW) == [b"A2", b"B"]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_whole_reading_with_an_event_withheld_is_told(server: Server, status: str) -> None:
    partial = answer(event("a.ics", "A"), gone("b.ics", status))
    server.answers = [answer(token="t1"), partial]
    with pytest.raises(Unanswered):
        CollectionSync(server).events(HERE, None, interval(), NOW)
    with pytest.raises(Unanswered):
        Collection(HERE, None, lambda _: partial).events(interval())


@pytest.mark.parametrize(
    "leading_nowhere",
    [
        [answer(CUT, token="t1")],
        [answer(changed("a.ics"))],
        [answer(CUT, token=f"t{number}") for number in range(2, 22)],
        [answer(*(changed(f"{number}.ics") for number in range(501)), token="t2")],
        [answer(changed("a.ics"), token="t2"), Reply(404, b"")],
        [answer(changed("a.ics"), token="t2"), answer()],
        [answer(changed("a.ics"), token="t2"), answer(changed("a.ics"))],
        [answer(changed("a.ics"), token="t2"), answer(gone("a.ics", "403 Forbidden"))],
        [Reply(403, b"<D:valid-sync-token/>")],
        [Reply(207, b"no XML")],
        [Reply(200, b"")],
    ],
)
def test_changes_that_lead_nowhere_have_all_read(
    server: Server, sync: CollectionSync, leading_nowhere: list[Reply]
) -> None:
    server.answers = [*leading_nowhere, answer(token="t9"), answer(event("z.ics", "Z"))]
    assert sync.events(HERE, None, interval(), NOW) == [b"Z"]
    assert server.asked()[-2:] == ["propfind", "calendar-query"]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_failure_of_the_server_costs_no_knowledge(server: Server, sync: CollectionSync, status: int) -> None:
    server.answers = [Reply(status, b"")]
    with pytest.raises(Unanswered):
        sync.events(HERE, None, interval(), NOW)
    assert server.asked() == ["sync-collection"]
    server.answers = [answer(gone("a.ics"), token="t2")]
    assert sync.events(HERE, None, interval(), NOW) == [b"B"]


@pytest.mark.parametrize(("days", "later"), [(60, timedelta(days=1)), (62, timedelta()), (60, timedelta(hours=-1))])
def test_what_was_not_asked_for_is_read_whole(
    server: Server, sync: CollectionSync, days: int, later: timedelta
) -> None:
    server.answers = [answer(token="t2"), answer()]
    assert sync.events(HERE, None, interval(days), NOW + later) == []
    assert server.asked() == ["propfind", "calendar-query"]


@pytest.mark.parametrize("told", [answer(), Reply(404, b""), Reply(405, b""), answer(token="t" * 5000)])
def test_a_server_without_tokens_is_read_whole_each_time(told: Reply) -> None:
    server = Server([told, answer(event("a.ics", "A"))] * 2)
    sync = CollectionSync(server)
    for _ in range(2):
        assert sync.events(HERE, None, interval(), NOW) == [b"A"]
    assert server.asked() == ["propfind", "calendar-query"] * 2


def test_a_whole_reading_that_is_cut_is_told(server: Server) -> None:
    server.answers = [answer(token="t1"), answer(event("a.ics", "A"), CUT)]
    with pytest.raises(Unanswered) as told:
        CollectionSync(server).events(HERE, None, interval(), NOW)
    assert told.value.reason is Reason.TOO_MANY
