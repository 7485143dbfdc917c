"""What answers at an address of a file, and is no calendar, is told as what it is."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest

from plugins.booking.calendars.client.body_formats import calendar_text
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from tests.booking.calendars.server import answering, say

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "body", [CALENDAR, b"\xef\xbb\xbf" + CALENDAR, b"\n\n" + CALENDAR, CALENDAR.lower(), b"x\n" + CALENDAR]
)
def test_a_calendar_passes_whatever_its_type_is_called(body: bytes) -> None:
    assert calendar_text(Reply(200, body, {"content-type": "text/html"})) == body


@pytest.mark.parametrize(
    ("body", "reason", "values"),
    [
        (b"", Reason.EMPTY, {}),
        (b" \r\n\t\xef\xbb\xbf", Reason.EMPTY, {}),
        (b"<!DOCTYPE html><html><body>Ciao", Reason.WEB_PAGE, {}),
        (b"\n<HTML lang=it>", Reason.WEB_PAGE, {}),
        (b"<?xml version='1.0'?><!-- x --><html>", Reason.WEB_PAGE, {}),
        (b"<!doctype html><form><input type='password'>", Reason.SIGN_IN_PAGE, {"host": "h.example"}),
        (b"<!doctype html><form><INPUT TYPE=password>", Reason.SIGN_IN_PAGE, {"host": "h.example"}),
        (b"<html><a href='https://accounts.example/ServiceLogin?x'>", Reason.SIGN_IN_PAGE, {"host": "h.example"}),
        (b'{"kind": "calendar#events"}', Reason.NOT_ICALENDAR, {"format": "JSON"}),
        (b"[]", Reason.NOT_ICALENDAR, {"format": "JSON"}),
        (b"<?xml version='1.0'?><rss/>", Reason.NOT_ICALENDAR, {"format": "XML"}),
        (b"BEGIN:VCARD\r\nEND:VCARD", Reason.NOT_ICALENDAR, {"format": "vCard"}),
        (b"%PDF-1.7", Reason.NOT_ICALENDAR, {"format": "PDF"}),
        (b"PK\x03\x04", Reason.NOT_ICALENDAR, {"format": "ZIP"}),
    ],
)
def test_another_body_is_told_by_its_format(body: bytes, reason: Reason, values: dict[str, str]) -> None:
    with pytest.raises(Unanswered) as told:
        calendar_text(Reply(200, body, {}, "h.example"))
    assert (told.value.reason, told.value.values) == (reason, values)
    assert "h.example" not in str(told.value)


def test_the_page_at_the_end_of_redirects_is_named() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/calendario.ics":
            say(handler, 302, Location="/accounts/login?segreto")
        else:
            say(handler, 200, b"<!doctype html><input type=password>", Content_Type="text/html")

    with answering(answer) as address, pytest.raises(Unanswered) as told:
        calendar_text(ask(Question("GET", address)))
    assert told.value.values == {"host": "127.0.0.1"}
