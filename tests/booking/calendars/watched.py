"""Reads calendars with an audit hook (PEP 578) in place, and tells which of them made the interpreter touch anything.

`python -m tests.booking.calendars.watched`, with a list of [way, body in base64, address] on standard input.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from plugins.booking.calendars.client.caldav import Collection
from plugins.booking.calendars.client.calendar_error import Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.ics.ics_reader import NotACalendar, Reading, read, window

ROME = zoneinfo.ZoneInfo("Europe/Rome")
ALL = window(datetime(2027, 1, 11, 8, tzinfo=UTC), timedelta(days=60))
_USUAL = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20200101T000000Z\r
DTSTART;TZID=Europe/Rome:20270112T090000\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""
_OWN_ZONE = b"""BEGIN:VTIMEZONE\r\nTZID:here\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r\nTZNAME:here\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"""
# Of the interpreter itself, whatever it reads.
_HARMLESS = ("object.", "sys.", "code.", "cpython.", "builtins.", "gc.", "_thread.", "pyexpat.")
# The rules of a zone are read where they lie, by the name that the calendar gives.
_ZONES = (*zoneinfo.TZPATH, *(find_spec("tzdata").submodule_search_locations or ()))  # type: ignore[union-attr]

touched: list[str] = []
watching = False


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if not watching or event.startswith(_HARMLESS):
        return
    names = [one for one in arguments if isinstance(one, str | bytes | os.PathLike)]
    if event in {"open", "os.listdir", "os.scandir"} and names and _is_of_a_zone(os.fsdecode(names[0])):
        return
    if event == "import" and str(arguments[0]).startswith("tzdata."):
        return
    touched.append(f"{event} {arguments}"[:300])


def _is_of_a_zone(name: str) -> bool:
    return any(os.path.normpath(name).startswith(f"{place}{os.sep}") or name == place for place in _ZONES)


_stat = os.stat


def _stat_heard(path: object, *arguments: object, **named: object) -> os.stat_result:
    # No audit event tells of it.
    if watching and not (isinstance(path, str | os.PathLike) and _is_of_a_zone(os.fspath(path))):
        touched.append(f"os.stat {path!r}"[:300])
    return _stat(path, *arguments, **named)  # type: ignore[arg-type]


def _answered(way: str, body: bytes, address: str) -> Reading | None:
    try:
        if way == "ask":
            return read([ask(Question("GET", address)).body], ALL, ROME, "mine")
        if way == "caldav":
            collection = Collection("https://c.example/", None, lambda _: Reply(207, body))
            return read(collection.events(ALL), ALL, ROME, "mine")
        return read([body], ALL, ROME, "mine")
    except (NotACalendar, Unanswered):
        return None


def main() -> None:
    """Read each, and print those that touched something, with what, or that gave words of another file away."""
    global watching
    found: dict[str, list[str]] = {}
    os.stat = _stat_heard
    sys.addaudithook(_hear)
    # What is loaded when it is first needed is loaded by now.
    _answered("ics", _USUAL, "")
    for nowhere in (b"No/Where", b"nowhere"):
        _answered("ics", _USUAL.replace(b"Europe/Rome", nowhere), "")
    _answered("ics", _USUAL.replace(b"Europe/Rome", b"here").replace(b"BEGIN:VEVENT", _OWN_ZONE), "")
    _answered("caldav", b"<?xml version='1.0'?><multistatus xmlns='DAV:'/>", "")
    for number, (way, body, address) in enumerate(json.load(sys.stdin)):
        if way == "ask" and "warm" not in found:
            found["warm"] = []
            _answered("ask", b"", address)
        touched.clear()
        watching = True
        reading = _answered(way, base64.b64decode(body), address)
        watching = False
        if touched or "canary" in repr(reading):
            found[str(number)] = [*touched, repr(reading)]
    found.pop("warm", None)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    assert Path.cwd()
    main()
