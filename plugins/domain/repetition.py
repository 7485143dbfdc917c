"""Repetition: how a kind of meeting may repeat, and what a visitor asks of it, read from the fields of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from plugins.domain.base import Value
from plugins.domain.fields import Fields
from plugins.domain.language import N_, _

NOT_REPEATED = N_("Questo appuntamento non si può ripetere: prenota una data alla volta.")
_WEEK = timedelta(days=7)
_FEWEST = 2
_ROOM = 400  # days kept from the ends of the calendar, so that what is reckoned from a date is one too
Weeks = Annotated[int, Field(ge=1, le=8)]


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, int) else raw


class MayRepeat(Value):
    """How a kind of meeting may be repeated: every so many weeks, one of `weeks`, and at most so many dates."""

    weeks: Annotated[tuple[Weeks, ...], BeforeValidator(_listed), Field(min_length=1)] = (1,)
    most: Annotated[int, Field(ge=_FEWEST, le=26)] = 12

    @model_validator(mode="after")
    def _in_order(self) -> MayRepeat:
        if list(self.weeks) != sorted(set(self.weeks)):
            raise ValueError(_("scrivi ogni numero una volta, dal più piccolo. Esempio: weeks: [1, 2]"))
        return self


class Repetition(Value):
    """A series asked for: `dates` of them, one every so many weeks; some are dropped, some moved to another start."""

    every: int
    dates: int
    skip: frozenset[date] = frozenset()
    moved: dict[date, datetime] = Field(default_factory=dict)

    def days(self, first: date) -> tuple[date, ...]:
        """The days of the rule, those that are dropped or moved too."""
        return tuple(first + number * self.every * _WEEK for number in range(self.dates))


def read_repetition(
    read: Fields,
    may: MayRepeat | None,
    start: datetime | None,
    zone: ZoneInfo,
    read_moved: Callable[[Fields, str, object], datetime | None],
) -> Repetition | None:
    """Read what `repeat` asks; None where it asks nothing, or something is wrong, which `read` is told then."""
    raw = _group(read, may)
    if raw is None or may is None:
        return None
    first = None
    with suppress(OverflowError):  # at the ends of the calendar, where no day is
        first = start.astimezone(zone).date() if start else None
    if start and first is None:
        read.refuse("start", _("Scegli un giorno e un orario dall’elenco."))
    asked = _rule(read, raw, may, first)
    return _with_choices(read, raw, asked, first, read_moved) if asked and first else None


def _group(read: Fields, may: MayRepeat | None) -> Mapping[object, object] | None:
    raw = read.fields.get("repeat")
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, Mapping):
        read.refuse("repeat", _("La ripetizione deve essere un gruppo «nome: valore», per esempio every: 1, count: 6."))
        return None
    if may is None:
        read.refuse("repeat", _(NOT_REPEATED))
    return raw


def _rule(read: Fields, raw: Mapping[object, object], may: MayRepeat, first: date | None) -> Repetition | None:
    """How often and how many, before single dates are dropped or moved."""
    is_weekly = raw.get("unit", "week") == "week"
    if not is_weekly:
        read.refuse("repeat.unit", _("Si ripete a settimane: scrivi week."))
    every = _every(read, raw, may)
    dates = _dates(read, raw, may, every, first)
    if every is None or dates is None or first is None or not is_weekly:
        return None
    if (date.max - first).days < dates * every * 7 + _ROOM or first.year <= date.min.year:
        read.refuse("start", _("Scegli un giorno e un orario dall’elenco."))
        return None
    return Repetition(every=every, dates=dates)


def _every(read: Fields, raw: Mapping[object, object], may: MayRepeat) -> int | None:
    given = _given(raw, "every")
    every = may.weeks[0] if given is None else _number(given)
    if every in may.weeks:
        return every
    ways = ", ".join(map(str, may.weeks))
    read.refuse("repeat.every", _("Scegli ogni quante settimane, fra queste: %(ways)s.", ways=ways))
    return None


def _with_choices(
    read: Fields,
    raw: Mapping[object, object],
    asked: Repetition,
    first: date,
    read_moved: Callable[[Fields, str, object], datetime | None],
) -> Repetition | None:
    faults, days = len(read.errors), frozenset(asked.days(first))
    skip, moved = _skipped(read, raw.get("skip"), days), _moved(read, raw.get("moved"), days, read_moved)
    if len(days - skip) < _FEWEST and len(read.errors) == faults:
        read.refuse("repeat", _("Tieni almeno due date. Per una sola, prenota senza ripetere."))
    if len(read.errors) > faults:
        return None
    return asked.model_copy(update={"skip": skip, "moved": {day: at for day, at in moved.items() if day not in skip}})


def _dates(
    read: Fields, raw: Mapping[object, object], may: MayRepeat, every: int | None, first: date | None
) -> int | None:
    """How many dates are asked for: so many, or all until a day, that day included."""
    count, until = _given(raw, "count"), _given(raw, "until")
    if (count is None) == (until is None):
        read.refuse("repeat.count", _("Scrivi quante volte, oppure fino a che giorno: una cosa sola delle due."))
        return None
    field = "repeat.count"
    dates = _number(count) if count is not None else None
    if until is not None:
        field, last = "repeat.until", _day(until)
        if last is None:
            read.refuse(field, _("Scrivi il giorno come anno-mese-giorno, per esempio 2027-01-11."))
            return None
        if first is None or every is None:
            return None
        dates = (last - first) // (every * _WEEK) + 1
    if dates is None or not _FEWEST <= dates <= may.most:
        read.refuse(field, _("Si può ripetere da %(fewest)s a %(most)s volte.", fewest=_FEWEST, most=may.most))
        return None
    return dates


def _skipped(read: Fields, raw: object, days: frozenset[date]) -> frozenset[date]:
    if raw is None:
        return frozenset()
    if not isinstance(raw, list | tuple):
        read.refuse("repeat.skip", _("Le date da saltare devono essere un elenco, per esempio 2027-01-12."))
        return frozenset()
    return frozenset(day for one in raw for day in [_one_of(read, "repeat.skip", one, days)] if day)


def _moved(
    read: Fields,
    raw: object,
    days: frozenset[date],
    read_moved: Callable[[Fields, str, object], datetime | None],
) -> dict[date, datetime]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        read.refuse("repeat.moved", _("Le date da spostare devono essere un gruppo «data: nuovo orario»."))
        return {}
    moved: dict[date, datetime] = {}
    for name, value in raw.items():
        day = _one_of(read, "repeat.moved", name, days)
        start = read_moved(read, f"repeat.date.{day}", value) if day else None
        if day and start and not date.min.year < start.year < date.max.year:
            read.refuse(f"repeat.date.{day}", _("Scegli un giorno e un orario dall’elenco."))
        elif day and start:
            moved[day] = start
    return moved


def _one_of(read: Fields, field: str, raw: object, days: frozenset[date]) -> date | None:
    day = _day(raw)
    if day not in days:
        read.refuse(field, _("Una data non è fra quelle della serie: scegli fra quelle dell’elenco."))
        return None
    return day


def _given(raw: Mapping[object, object], name: str) -> object:
    """What is asked; None where a form leaves it empty."""
    value = raw.get(name)
    return None if value is None or value == "" else value


def _number(raw: object) -> int | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 3:
        return int(raw)
    return raw if isinstance(raw, int) else None


def _day(raw: object) -> date | None:
    if isinstance(raw, str) and len(raw) == len("2027-01-11"):
        with suppress(ValueError):
            return date.fromisoformat(raw)
    return None
