"""What a variable of a calendar holds is shown by no stream of ours, once it has been read."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest

from plugins.booking.redaction import hold_back_token, redacted
from plugins.booking.settings import variables_of

SECRET = "tre/quattro#5%"


TOKEN = "ya29.a0/b+c="


@pytest.mark.parametrize("written", [quote(TOKEN, safe=""), TOKEN.replace("/", "%2F")])
@pytest.mark.parametrize("shown", [TOKEN, quote(TOKEN, safe=""), quote(TOKEN)])
@pytest.mark.parametrize("name", ["BOOKING_SMTP_URL", "BOOKING_ALARM_SMTP_URL"])
def test_token_of_an_https_relay_is_not_shown(name: str, written: str, shown: str) -> None:
    stream = io.StringIO()
    address = f"https://{written}@relay.example/v1/messages?key=0123456789abc"
    redacted(stream, {name: address}).write(f"{shown} {address} 0123456789abc at relay.example, two messages")
    assert shown not in stream.getvalue()
    assert "0123456789abc" not in stream.getvalue()
    assert stream.getvalue().endswith("at relay.example, two messages")


def test_access_token_is_not_shown_once_given() -> None:
    stream = io.StringIO()
    watched = redacted(stream, {})
    for number in range(100):
        hold_back_token(f"ya29.{number:04}-given")
    watched.write("Bearer ya29.0099-given")
    assert stream.getvalue() == "Bearer ***"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"bice:{SECRET}", SECRET),
        (f"bice:{SECRET}", quote(SECRET, safe="")),
        ("https://calendar.example.org/ical/gehe1m-a1b2/basic.ics", "gehe1m-a1b2/basic.ics"),
        (f"https://bice:{quote(SECRET, safe='')}@cloud.example.org/dav/", SECRET),
    ],
)
def test_what_a_calendars_variable_holds_is_not_shown(value: str, shown: str) -> None:
    environment = {"CALENDARIO": value, "PATH": "/usr/bin:/bin"}
    stream = io.StringIO()
    watched = redacted(stream, environment)
    assert variables_of(environment)("CALENDARIO") == value
    watched.write(f"it said {shown}, of calendar.example.org and bice, with PATH /usr/bin:/bin")
    assert shown not in stream.getvalue()
    assert "***" in stream.getvalue()
    assert "of calendar.example.org and bice, with PATH /usr/bin:/bin" in stream.getvalue()
