"""Requests to Microsoft Graph: tokens, pages, waiting times and refusals."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.booking.calendars.entries.write_refusal import Refusal, refusal_of
from plugins.booking.calendars.graph.graph_error import LONGEST_WAIT, USUAL_WAIT, GraphError
from tests.booking.calendars.graph.account import NOW, FakeTokens, Reader
from tests.booking.calendars.graph.standin import BASE, GraphRefusal, GraphStandin
from tests.booking.calendars.texts import told


def refused(reader: Reader) -> Unanswered:
    with pytest.raises(Unanswered) as error:
        reader.read()
    return error.value


def test_a_refused_token_is_changed_once() -> None:
    standin = GraphStandin(tokens={"token-2"})
    standin.add("Prova", "2027-03-08T09:00:00", "2027-03-08T10:00:00")
    reader = Reader(standin)
    assert told(reader.read()) == ["03-08 09:00-10:00"]
    assert reader.tokens.refusals == ["token-1"]


def test_a_new_token_that_is_refused_too_means_not_connected() -> None:
    standin = GraphStandin(tokens=set())
    error = refused(Reader(standin, FakeTokens(["a", "b", "c"])))
    assert (error.reason, len(standin.exchanges)) == (Reason.NOT_CONNECTED, 2)
    assert refusal_of(error) is Refusal.NOT_CONNECTED


def test_without_a_token_nothing_is_asked() -> None:
    standin = GraphStandin()
    tokens = FakeTokens()
    reader = Reader(standin, tokens)
    tokens.is_away = True
    assert refused(reader).reason is Reason.NO_TOKEN_NOW
    tokens.left, tokens.is_away = [], False
    assert refused(reader).reason is Reason.NOT_CONNECTED
    assert standin.exchanges == []


def test_all_pages_of_a_view_are_read() -> None:
    standin = GraphStandin(page_size=3)
    for day in range(8, 18):
        standin.add("Prova", f"2027-03-{day:02}T09:00:00", f"2027-03-{day:02}T10:00:00")
    assert len(Reader(standin).read().busy) == 10
    assert sum("$skiptoken" in one.query for one in standin.exchanges if one.path.endswith("calendarView")) == 3


def paged(link: object, *events: object) -> Reader:
    body = json.dumps({"value": list(events), "@odata.nextLink": link}).encode()
    return Reader(lambda _: Reply(200, body))


@pytest.mark.parametrize("link", ["https://evil.example/v1.0/x", "http://graph.example/graph/v1.0/x", "//[x", 7])
def test_a_token_is_sent_nowhere_else(link: object) -> None:
    assert refused(paged(link)).reason is Reason.MOVED_UNSAFELY


def test_pages_without_end_are_given_up() -> None:
    assert refused(paged(f"{BASE}me/calendar/calendarView?$skiptoken=x")).reason is Reason.TOO_MANY


def test_pages_together_have_a_limit() -> None:
    left = []

    def answer(question: Question) -> Reply:
        left.append(question.limit)
        return Reply(200, json.dumps({"value": ["x" * 6_000_000], "@odata.nextLink": f"{BASE}x"}).encode())

    assert refused(Reader(answer)).reason is Reason.TOO_MANY
    assert left[:3] == [16_000_000, left[1], left[2]]
    assert left[0] - left[1] == left[1] - left[2] > 6_000_000


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b'{"value": 3}', b"[" * 100_000])
def test_an_answer_that_is_no_list_is_refused(body: bytes) -> None:
    assert refused(Reader(lambda _: Reply(200, body))).reason is Reason.OTHER


def error_of(status: int, code: object = None, **headers: str) -> GraphError:
    body = json.dumps({"error": {"code": "outer", "innerError": {"code": code}}}).encode()
    return GraphError(Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()}), NOW)


@pytest.mark.parametrize(
    ("error", "reason", "refusal"),
    [
        (error_of(400), Reason.STATUS, Refusal.NOT_ACCEPTED),
        (error_of(403, "ErrorAccessDenied"), Reason.FORBIDDEN, Refusal.FORBIDDEN),
        (error_of(404, "ErrorItemNotFound"), Reason.NOT_THERE, Refusal.NO_CALENDAR),
        (error_of(410), Reason.NOT_THERE, Refusal.NO_CALENDAR),
        (error_of(429), Reason.BUSY_SERVER, None),
        (error_of(500), Reason.SERVER_ERROR, None),
        (error_of(500, "ErrorServerBusy"), Reason.BUSY_SERVER, None),
        (error_of(503), Reason.SERVER_ERROR, None),
        (error_of(503, retry_after="10"), Reason.BUSY_SERVER, None),
        (error_of(504), Reason.SERVER_ERROR, None),
        (error_of(403, "ApplicationThrottled"), Reason.BUSY_SERVER, None),
        (error_of(403, "quotaLimitReached"), Reason.FORBIDDEN, Refusal.FULL),
        (error_of(507), Reason.STATUS, Refusal.FULL),
        (error_of(509), Reason.BUSY_SERVER, None),
    ],
)
def test_an_error_is_told_by_its_status_and_code(error: GraphError, reason: Reason, refusal: Refusal | None) -> None:
    assert (error.reason, refusal_of(error)) == (reason, refusal)


@pytest.mark.parametrize(
    ("told_wait", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(seconds=1)),
        ("86400", LONGEST_WAIT),
        ("99999999999", USUAL_WAIT),
        ("-3", USUAL_WAIT),
        ("Sat, 06 Mar 2027 08:02:00 GMT", timedelta(minutes=2)),
        ("Sat, 06 Mar 2027 07:00:00 GMT", timedelta(seconds=1)),
        ("Sat, 06 Mar 2027 08:02:00", USUAL_WAIT),
        ("presto", USUAL_WAIT),
        ("", USUAL_WAIT),
    ],
)
def test_a_waiting_time_is_within_reason(told_wait: str, wait: timedelta) -> None:
    assert error_of(429, retry_after=told_wait).wait == wait


@pytest.mark.parametrize("code", ["<b>x</b>", "a" * 61, 7, None, {"code": "x"}])
def test_a_code_that_is_none_is_not_repeated(code: object) -> None:
    assert str(error_of(403, code)) == "it answers 403 (outer)"


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"error": 3}', b'{"error": {"innerError": []}}', b"{" * 9999])
def test_an_error_without_words_is_one_all_the_same(body: bytes) -> None:
    assert str(GraphError(Reply(404, body), NOW)) == "it answers 404"


def test_a_throttled_reading_says_how_long_to_wait() -> None:
    standin = GraphStandin(refusals=[GraphRefusal(429, "ApplicationThrottled", retry_after="60")])
    error = refused(Reader(standin))
    assert (error.reason, error.wait) == (Reason.BUSY_SERVER, timedelta(seconds=60))
    assert len(standin.exchanges) == 1


def test_a_calendar_that_is_not_there_tells_which_are() -> None:
    standin = GraphStandin()
    with pytest.raises(Unanswered) as error:
        Reader(standin).read("AAMkAGI2TGuLBBB=")
    assert error.value.reason is Reason.NO_CALENDAR
    assert error.value.values["calendars"] == [{"name": "Calendario", "address": "AAMkAGI2TGuLAAA="}]


def test_her_own_calendar_is_forbidden_by_a_consent_alone() -> None:
    standin = GraphStandin()
    standin.refusals = [GraphRefusal(403, "ErrorAccessDenied") for _ in range(2)]
    assert refused(Reader(standin)).reason is Reason.NO_SCOPE
    standin.calendars["AAMkAGI2TGuLBBB="] = {"name": "Di Eva", "canEdit": False}
    standin.refusals = [GraphRefusal(403, "ErrorAccessDenied") for _ in range(2)]
    with pytest.raises(Unanswered) as error:
        Reader(standin).read("AAMkAGI2TGuLBBB=")
    assert error.value.reason is Reason.FORBIDDEN
