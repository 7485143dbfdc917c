"""Opening hours typed on one line: `monday-thursday 09:00-13:00 14:30-17:30; friday 09:00-13:00`."""

from __future__ import annotations

import re

from plugins.domain.clock_ranges import WEEKDAYS
from plugins.domain.language import _, spoken

USUAL_HOURS = "monday-thursday 09:00-13:00 14:30-17:30; friday 09:00-13:00"
_LEAST_LETTERS = 2
# `9-13`, `9.30-12`, `9h-12h30`, with any dash: how people write what the content has as 09:00-13:00.
_RANGE = re.compile(r"(\d\d?)(?:[:.h](\d\d))?h?-(\d\d?)(?:[:.h](\d\d))?h?", re.IGNORECASE)


def read_hours(raw: str) -> dict[str, list[str]]:
    """The ranges of each day by its name in the content; ValueError where a day is none."""
    hours: dict[str, list[str]] = {}
    plain = re.sub(r"\s*[–—-]\s*", "-", raw)
    for part in filter(None, map(str.strip, plain.split(";"))):
        words = part.replace(",", " ").split()
        days = [word for word in words if not word[0].isdigit()]
        ranges = [_range(word) for word in words if word[0].isdigit()]
        if not days or not ranges:
            raise ValueError(_example())
        for day in [one for word in days for one in _span(word)]:
            hours.setdefault(day, []).extend(ranges)
    if not hours:
        raise ValueError(_example())
    return {day: hours[day] for day in WEEKDAYS if day in hours}


def _span(word: str) -> tuple[str, ...]:
    """The days of a word, `monday` or `monday-thursday`, by their names in the content."""
    first, dash, last = word.partition("-")
    days = WEEKDAYS[_day(first) : _day(last if dash else first) + 1]
    if not days:
        raise ValueError(_example())
    return days


def _range(word: str) -> str:
    """A range as the content has it; what is none stays as it is, for the check to tell."""
    found = _RANGE.fullmatch(word)
    if not found:
        return word
    return f"{int(found[1]):02}:{found[2] or '00'}-{int(found[3]):02}:{found[4] or '00'}"


def _day(word: str) -> int:
    """A day of the week, 0 for Monday, by its name or the beginning of it, in English or in the language in force."""
    from babel import Locale

    names = Locale.parse(spoken().locale.replace("-", "_")).days["format"]["wide"]
    wanted = word.casefold()
    for number, name in enumerate(WEEKDAYS):
        known = (name, str(names[number]).casefold())
        if len(wanted) >= _LEAST_LETTERS and any(one.startswith(wanted) for one in known):
            return number
    raise ValueError(_example())


def _example() -> str:
    return _("gli orari non si leggono. Scrivi i giorni e le fasce. Esempio: %(example)s", example=USUAL_HOURS)
