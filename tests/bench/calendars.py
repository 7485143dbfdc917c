"""A calendar of 20,000 events read for what keeps time, beside icalendar and ical.js, and rules that cost."""

from __future__ import annotations

import json
import random
import subprocess
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

from icalendar import Calendar

from plugins.booking.calendars.ics.ics_reader import Reading, read, window
from tests.bench.result import Measure, Result
from tests.building import ROOT

EVENTS, RUNS, MEGABYTE = 20_000, 5, 1_000_000
_ROME = ZoneInfo("Europe/Rome")
_NOW = datetime(2027, 1, 11, 8, tzinfo=UTC)
_ALL = window(_NOW, timedelta(days=61))
_PARSER = Path(__file__).parent / "peers" / "parse_calendar.mjs"
_ZONED = "DTSTART;TZID=Europe/Rome:20200106T090000\nDTEND;TZID=Europe/Rome:20200106T100000\n"
# Each fills a megabyte, which a calendar may.
RULES = {
    "every week": _ZONED + "RRULE:FREQ=WEEKLY",
    "every day since 1970, counted": "DTSTART:19700106T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=30000",
    "last working day since year 2, counted": (
        "DTSTART:00020131T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;COUNT=30000;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    ),
    "every five hours since 1970, counted": (
        "DTSTART:19700131T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;INTERVAL=5;COUNT=500000"
    ),
    "every second of every hour": (
        "DTSTART:19700131T090000Z\nDURATION:PT1S\nRRULE:FREQ=HOURLY;BYSECOND=" + ",".join(map(str, range(60)))
    ),
    "the 30th of February": "DTSTART:19700131T090000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "over long ago": "DTSTART:20160106T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5",
}


def run() -> Result:
    """Measure processor time: ours works out what keeps time, the others parse and no more."""
    text = large()
    ours = [_seconds(lambda: _read(text)) for _ in range(RUNS)]
    theirs = [_seconds(lambda: Calendar.from_ical(text)) for _ in range(RUNS)]
    rules = [
        Measure(f"rule_{number}", name, [_seconds(partial(_read, one)) for _ in range(RUNS)], "1 MB of one rule")
        for number, (name, one) in enumerate((name, full_of(lines)) for name, lines in RULES.items())
    ]
    group = f"{EVENTS:,} events, {len(text) / 1e6:.0f} MB"
    return Result(
        "calendars",
        "Reading other calendars, processor time",
        (
            Measure("ours", "Read for what keeps time", ours, group),
            Measure("icalendar", "Parsed by icalendar alone", theirs, group),
            Measure("icaljs", "Parsed by ical.js alone", _icaljs(text), group),
            *rules,
        ),
        (("ours", "icalendar"), ("ours", "icaljs")),
        ("icalendar",),
        {"peak_memory_in_lengths_of_the_text": round(_peak(text) / len(text), 2)},
    )


def large() -> bytes:
    """A calendar of eight years as a program exports it; a tenth of its events recur."""
    chance = random.Random(1)
    return _calendar(_usual(number, chance) for number in range(EVENTS))


def _usual(number: int, chance: random.Random) -> str:
    start = datetime(2020, 1, 1) + timedelta(hours=chance.randrange(24 * 365 * 8))
    words = "\n ".join(["Ordine del giorno, come d’accordo: conti, scadenze, varie."] * 4)
    repeats = chance.choice(["", *[""] * 8, f"RRULE:FREQ=WEEKLY;COUNT={chance.randrange(2, 60)}\n"])
    return (
        f"UID:{number}@example.com\nDTSTART;TZID=Europe/Rome:{start:%Y%m%dT%H0000}\n"
        f"DTEND;TZID=Europe/Rome:{start:%Y%m%dT%H3000}\n{repeats}DTSTAMP:20260101T000000Z\nCREATED:20200101T000000Z\n"
        f"DESCRIPTION:{words}\nLAST-MODIFIED:20200101T000000Z\nLOCATION:Via Roma 1\\, Milano\nSEQUENCE:0\n"
        f"STATUS:CONFIRMED\nSUMMARY:Riunione {number}\nTRANSP:OPAQUE\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Promemoria\nTRIGGER:-PT10M\nEND:VALARM"
    )


def full_of(lines: str) -> bytes:
    """A megabyte of events that differ by their UID alone."""
    return _calendar(f"UID:{number}\n{lines}" for number in range(MEGABYTE // (len(lines) + 45)))


def _calendar(events: Iterable[str]) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{one}\nEND:VEVENT\n" for one in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def _read(text: bytes) -> Reading:
    return read([text], _ALL, _ROME, "nobody")


def _seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _peak(text: bytes) -> int:
    """The most memory that reading takes at one moment, without the text itself."""
    tracemalloc.start()
    try:
        _read(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _icaljs(text: bytes) -> list[float]:
    done = subprocess.run(
        ["node", _PARSER], input=text, capture_output=True, check=True, cwd=ROOT / "tests" / "browser"
    )
    return [float(one) for one in json.loads(done.stdout)]
