"""How instants and dates are said in Italian; the interface's own words for the mails."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_DAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip


def long_day(day: date) -> str:
    """`mercoledì 4 marzo`; a datetime is read on its own clock."""
    number = "1º" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def long_day_year(day: date) -> str:
    """`mercoledì 4 marzo 2027`."""
    return f"{long_day(day)} {day.year}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`10:30`, on the clock of that zone."""
    return f"{instant.astimezone(zone):%H:%M}"


def clock_name(zone: ZoneInfo) -> str:
    """`ora italiana`, or `ora di Lisbon` after the city of another zone."""
    return "ora italiana" if zone.key == "Europe/Rome" else f"ora di {zone.key.split('/')[-1].replace('_', ' ')}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """`mercoledì 4 marzo 2027 alle 10:30 (ora italiana)`; the clock is named."""
    return f"{long_day_year(instant.astimezone(zone))} alle {clock(instant, zone)} ({clock_name(zone)})"
