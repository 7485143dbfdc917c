"""Nothing that a calendar answers makes the endpoint look into a file or talk to anybody."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pytest

from tests.booking.calendars.ics.test_ics_reader import calendar, event
from tests.booking.calendars.server import answering, say
from tests.building import ROOT

START = "DTSTART:20270112T080000Z\nDTEND:20270112T090000Z"
ENDINGS = ["", " ", "\t", "\0", "#", "?x", ";x=y", "/", ":"]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A calendar of this machine, which no other may have read."""
    file = tmp_path / "calendar.ics"
    file.write_bytes(calendar(event(START).replace("Dentista", "canary")))
    return file


def touched(folder: Path, answers: Iterable[tuple[str, bytes]], address: str = "") -> list[tuple[str, list[str]]]:
    """The first answers that made whoever read them touch something, each with what."""
    listed = list(answers)
    given = json.dumps([(way, base64.b64encode(body).decode(), address) for way, body in listed])
    done = subprocess.run(
        [sys.executable, "-m", "tests.booking.calendars.watched"],
        input=given,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    return [(repr(listed[int(number)]), what) for number, what in told.items()][:3]


def paths(secret: Path) -> list[str]:
    """Ways to name a file that is there."""
    return [
        *(secret.name, f"./{secret.name}", str(secret), f"/{secret}", f"../{secret.parent.name}/{secret.name}"),
        *(f"file:{secret}", f"file://{secret}", f"file://localhost{secret}", f"FILE://{secret}", f"url:file:{secret}"),
        *("/etc/passwd", "/proc/self/environ", "/dev/stdin", "~/.netrc", "$HOME", ".", "..", "", "\\\\host\\share"),
        *("http://127.0.0.1:9/", "https://127.0.0.1:9/x.ics", "ldap://127.0.0.1:9", "data:text/calendar,x", "cid:x"),
    ]


def wrapped(data: str) -> bytes:
    """A CalDAV answer with one calendar object (RFC 4791, 7.8)."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
        f"<response><propstat><prop><C:calendar-data>{escape(data)}</C:calendar-data></prop></propstat></response>"
        "</multistatus>"
    ).encode()


def both(bodies: Iterable[bytes]) -> Iterable[tuple[str, bytes]]:
    """Each body as both kinds of calendar would bring it."""
    for body in bodies:
        yield "ics", body
        text = body.decode("utf-8", "replace")
        yield "caldav", wrapped("".join(one for one in text if one >= " " or one in "\r\n\t"))


def test_calendar_body_resembling_a_file_name_opens_no_file(tmp_path: Path, secret: Path) -> None:
    names = [f"{path}{ending}" for path in paths(secret) for ending in ENDINGS]
    bodies = [f"{before}{name}".encode() for name in names for before in ("", "\ufeff", " ")]
    bodies += [name.encode(coding) for name in names for coding in ("utf-16", "utf-16-le", "utf-32", "utf-7")]
    bodies += [f"{name}{end}".encode() for name in paths(secret) for end in ("\n", "\r\n", "\r", "\x0b", "\u2028")]
    assert touched(tmp_path, both(bodies)) == []


LINES = [
    *("ATTACH:{}", "ATTACH;FMTTYPE=text/calendar:{}", "ATTACH;VALUE=URI:{}", "IMAGE;VALUE=URI:{}", "URL:{}"),
    *("SOURCE;VALUE=URI:{}", "CONFERENCE;VALUE=URI:{}", "STRUCTURED-DATA;VALUE=URI:{}", "COMMENT;ALTREP={}:x"),
    *("ORGANIZER;DIR={}:mailto:a@b.it", "ATTENDEE;SENT-BY={}:mailto:a@b.it", "LOCATION;ALTREP={}:x", "LINK:{}"),
    *("SUMMARY:{}", "UID:{}", "RELATED-TO:{}", "RECURRENCE-ID:{}", "EXDATE:{}", "RDATE;TZID={}:20270113T080000"),
    *("RRULE:FREQ=DAILY;COUNT=2;X={}", "RRULE:{}", "EXDATE;TZID={}:20270112T080000", "DURATION:{}", "X-ALT-DESC:{}"),
    *("ATTACH;ENCODING=BASE64;VALUE=BINARY:{}", "TZID:{}", "SEQUENCE:{}", "X-WR-TIMEZONE:{}"),
]
BEFORE = ["X-WR-TIMEZONE:{}\n", "SOURCE:{}\n", "URL:{}\n", "X-WR-RELCALID:{}\n", "METHOD:{}\n", "REFRESH-INTERVAL:{}\n"]
ZONE = "BEGIN:VTIMEZONE\nTZID:{0}\nTZURL:{0}\nX-LIC-LOCATION:{0}\nBEGIN:STANDARD\nDTSTART:19701025T030000\n"
ZONE += "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:{0}\nEND:STANDARD\nEND:VTIMEZONE\n"


def test_no_property_of_an_event_or_calendar_leads_anywhere(tmp_path: Path, secret: Path) -> None:
    bodies = []
    for path in paths(secret):
        for line in LINES:
            named = f"{START}\n{line.format(path)}"
            bodies += [calendar(event(named)), calendar(event(f"{named}\nRRULE:FREQ=DAILY"))]
            bodies += [calendar(event(f"{START}\n" + line.format(f'"{path}"')))]
        for zone in (path, f'"{path}"'):
            began = f"DTSTART;TZID={zone}:20270112T090000\nDURATION:PT1H"
            bodies += [calendar(event(began)), calendar(event(f"{began}\nRRULE:FREQ=WEEKLY;COUNT=3"))]
            bodies += [calendar(event(began), before=ZONE.format(path))]
        bodies += [calendar(event(f"{START}\nRRULE:FREQ=DAILY"), before=one.format(path)) for one in BEFORE]
    assert touched(tmp_path, both(bodies)) == []


def test_no_xml_of_a_server_leads_anywhere(tmp_path: Path, secret: Path) -> None:
    inside = '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><C:calendar-data>{}'
    inside += "</C:calendar-data></response></multistatus>"
    texts = []
    for path in paths(secret):
        texts += [
            f'<!DOCTYPE multistatus SYSTEM "{path}">{inside.format("x")}',
            f'<!DOCTYPE multistatus [<!ENTITY a SYSTEM "{path}">]>{inside.format("&a;")}',
            f'<!DOCTYPE multistatus [<!ENTITY % a SYSTEM "{path}"> %a;]>{inside.format("x")}',
            f'<?xml-stylesheet href="{path}"?>{inside.format("x")}',
            inside.format(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{path}"/>'),
            inside.format(path).replace("<response>", f'<response xml:base="{path}"><href>{path}</href>'),
        ]
    answers = [("caldav", text.encode(coding)) for text in texts for coding in ("utf-8", "utf-16", "utf-8-sig")]
    assert touched(tmp_path, answers) == []


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("onward", ["file://{}", "{}", "ftp://127.0.0.1/x", "unix:{}", "//{}", "https:{}", "http:{}"])
def test_a_redirect_leads_to_no_file(tmp_path: Path, secret: Path, onward: str) -> None:
    asked_for = []

    def answer(handler: object) -> None:
        asked_for.append(handler.path)  # type: ignore[attr-defined]
        say(handler, 302, Location=onward.format(secret))  # type: ignore[arg-type]

    with answering(answer) as address:
        found = touched(tmp_path, [("ask", b"")], address)
    assert asked_for
    place = address.split("/")[2].split(":")[1]
    # The one conversation itself, and the loop that waits for its words.
    events = [one for _, told in found for one in told[:-1]]
    others = [one for one in events if one.startswith(("open", "os.")) or (".connect" in one and place not in one)]
    assert others == []
    assert "canary" not in repr(found)
