"""Refusals of calendars: how long to wait, and what is missing, however it is worded."""

from __future__ import annotations

import gzip
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from plugins.booking.calendars.client.calendar_error import LONGEST_WAIT, Reason
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.client.refusal_words import told_wait
from plugins.booking.calendars.client.token_login import TokenLogin
from plugins.booking.calendars.client.unexpected_status import unexpected
from tests.booking.calendars.server import answering, say

LOGIN, TOKEN = Login("bice", "segreto"), TokenLogin("nome@example.it")
DATE = "Tue, 12 Jan 2027 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"retry-after": " 0 "}, timedelta()),
        ({"retry-after": "Tue, 12 Jan 2027 09:30:00 GMT", "date": DATE}, timedelta(minutes=30)),
        ({"retry-after": "Tue, 12 Jan 2027 08:30:00 GMT", "date": DATE}, timedelta()),
        ({"retry-after": "999999999"}, LONGEST_WAIT),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT", "date": DATE}, LONGEST_WAIT),
        ({"retry-after": "9" * 5000}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "presto"}, None),
        ({"retry-after": DATE}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_told_wait_is_read_within_bounds(status: int, headers: dict[str, str], wait: timedelta | None) -> None:
    assert told_wait(Reply(status, b"", headers)) == wait
    assert unexpected(Reply(status, b"", headers), LOGIN).wait == wait


@pytest.mark.parametrize(
    ("body", "login", "reason"),
    [
        (b'{"error": {"errors": [{"reason": "rateLimitExceeded"}]}}', LOGIN, Reason.BUSY_SERVER),
        (b"<error><code>userRateLimitExceeded</code></error>", TOKEN, Reason.BUSY_SERVER),
        (b'{"error": {"status": "RESOURCE_EXHAUSTED"}}', TOKEN, Reason.BUSY_SERVER),
        (b"Calendar usage limits exceeded.", TOKEN, Reason.BUSY_SERVER),
        (b"Access Not Configured. CalDAV API has not been used in project 1", TOKEN, Reason.SWITCHED_OFF),
        (b'{"error": {"details": [{"reason": "SERVICE_DISABLED"}]}}', TOKEN, Reason.SWITCHED_OFF),
        (b'{"error": {"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}', TOKEN, Reason.NO_SCOPE),
        (b"insufficientPermissions", LOGIN, Reason.FORBIDDEN),
        (b"<D:error><C:quota-not-exceeded/></D:error>", LOGIN, Reason.FORBIDDEN),
        (b"", TOKEN, Reason.FORBIDDEN),
    ],
)
def test_words_of_a_refusal_tell_what_is_missing(body: bytes, login: Login, reason: Reason) -> None:
    assert unexpected(Reply(403, body), login).reason is reason


def test_words_of_a_packed_refusal_are_read() -> None:
    def packed(handler: BaseHTTPRequestHandler) -> None:
        say(handler, 403, gzip.compress(b"quotaExceeded"), Content_Encoding="gzip")

    def broken(handler: BaseHTTPRequestHandler) -> None:
        say(handler, 403, b"quotaExceeded", Content_Encoding="gzip")

    for answer in (packed, broken):
        with answering(answer) as address:
            assert ask(Question("GET", address)).body == b"quotaExceeded"
