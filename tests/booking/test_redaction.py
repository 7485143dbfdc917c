"""What a variable of a calendar holds is shown by no stream of ours, once it has been read."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest

from plugins.booking.redaction import redacted
from plugins.booking.settings import variables_of

SECRET = "tre/quattro#5%"


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
