"""Calendar texts of the tests: an event in a calendar, and the time that it keeps, told on the clock of Rome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.booking.calendars.ics.ics_reader import Reading, read, window

ROME = ZoneInfo("Europe/Rome")
ALL = window(datetime(2027, 3, 6, tzinfo=UTC), timedelta(days=120))
MINE = "abc.example.org"
NINE = "DTSTART;TZID=Europe/Rome:20270308T090000\nDTEND;TZID=Europe/Rome:20270308T093000"
DAILY = f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3"


def event(lines: str, uid: str = "a@b") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20270101T000000Z\nSUMMARY:Prova\n{lines}\nEND:VEVENT\n"


def override(instance: str, lines: str, uid: str = "a@b") -> str:
    return event(f"RECURRENCE-ID;TZID=Europe/Rome:{instance}\n{lines}", uid)


def at(day: int, start: str, end: str) -> str:
    """A time of March 2027, as text and as the tests tell it."""
    stamp = f"DTSTART;TZID=Europe/Rome:202703{day:02}T{{}}\nDTEND;TZID=Europe/Rome:202703{day:02}T{{}}"
    return stamp.format(*(f"{one.replace(':', '')}00" for one in (start, end)))


def vcalendar(*parts: str) -> bytes:
    body = "".join(parts)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def reading(*parts: str, **known: object) -> Reading:
    return read([vcalendar(*parts)], ALL, ROME, MINE, **known)  # type: ignore[arg-type]


def told(found: Reading) -> list[str]:
    """The time kept, on the clock of Rome."""
    return [
        f"{start.astimezone(ROME):%m-%d %H:%M}/{end.astimezone(ROME):%m-%d %H:%M}"
        if start.astimezone(ROME).date() != end.astimezone(ROME).date()
        else f"{start.astimezone(ROME):%m-%d %H:%M}-{end.astimezone(ROME):%H:%M}"
        for start, end in sorted(found.busy)
    ]


def busy(*parts: str, **known: object) -> list[str]:
    found = reading(*parts, **known)
    assert found.skipped == ()
    return told(found)


def halves(*days: int, hour: str = "09:00-09:30") -> list[str]:
    return [f"03-{day:02} {hour}" for day in days]


THREE = halves(8, 9, 10)


def zone(name: str, standard: str, daylight: str = "", rules: tuple[str, str] = ("", "")) -> str:
    """A definition with summer time as in Europe, or without any."""
    daylight, change = daylight or standard, "DTSTART:1970{}T{}\nTZOFFSETFROM:{}\nTZOFFSETTO:{}\nRRULE:{}\n"
    winter, summer = (
        one or f"FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU" for one, month in zip(rules, (10, 3), strict=True)
    )
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\n"
        f"BEGIN:STANDARD\n{change.format('1025', '030000', daylight, standard, winter)}END:STANDARD\n"
        f"BEGIN:DAYLIGHT\n{change.format('0329', '020000', standard, daylight, summer)}END:DAYLIGHT\nEND:VTIMEZONE\n"
    )
