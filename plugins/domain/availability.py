"""Availability: opening hours, closures, holidays and kinds of meeting."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SkipValidation, model_validator

from plugins.domain.base import HttpsAddress, Slug, Text, Value
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar
from plugins.domain.language import _

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = timedelta(days=731)  # of notice and horizon: nobody keeps an agenda farther ahead
DAY = 24 * 60  # minutes
_SMALL_HOURS = 6 * 60  # a range that ends before it begins, and by then, is of a night
GRID = 5  # minutes: the finest step of the calendar, and the size of a claimed cell


class ClockRange(NamedTuple):
    """A stretch of the wall clock, in minutes since midnight of the day, half-open."""

    start: int
    end: int

    def __str__(self) -> str:
        """As it is written in the content."""
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self)


def parse_range(raw: object) -> ClockRange:
    """Read `09:00-13:00`; ValueError in Italian when it is no such range on the five-minute grid.

    Midnight at an end is that of the day's end.
    """
    if isinstance(raw, ClockRange):
        return raw
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    if not isinstance(raw, str) or not re.fullmatch(rf"{clock}\s*[-–]\s*(?:{clock}|24:00)", raw):
        raise ValueError(_('questi orari non si leggono. Scrivi l’inizio e la fine. Esempio: "09:00-13:00"'))
    start, end = (60 * int(hours) + int(minutes) for hours, minutes in re.findall(r"(\d\d):(\d\d)", raw))
    end = end or DAY
    if end <= _SMALL_HOURS and start > end:
        raise ValueError(
            _(
                "«%(range)s» passa la mezzanotte, e un giorno finisce alle 24:00. Dividila in due giorni. "
                'Esempio: friday: ["22:00-24:00"] e saturday: ["00:00-02:00"]',
                range=raw,
            )
        )
    if start == end:
        raise ValueError(
            _('«%(range)s» comincia e finisce alla stessa ora. Correggi la fine. Esempio: "09:00-13:00"', range=raw)
        )
    if start > end:
        raise ValueError(
            _('in «%(range)s» la fine viene prima dell’inizio. Scambiali. Esempio: "09:00-13:00"', range=raw)
        )
    if start % GRID or end % GRID:
        raise ValueError(
            _('in «%(range)s» i minuti non vanno di cinque in cinque. Arrotondali. Esempio: "09:00-13:05"', range=raw)
        )
    return ClockRange(start, end)


def parse_duration(raw: object) -> timedelta:
    """Read `90m`, `24h` or `2d` as elapsed time (a day is 24 hours); ValueError in Italian otherwise."""
    if isinstance(raw, timedelta):
        return raw
    found = re.fullmatch(r"(\d{1,5})\s*([mhd])", raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError(_("questa durata non si legge. Scrivi minuti, ore o giorni. Esempio: 90m, 24h, 2d"))
    duration = int(found[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[found[2]]
    if duration > LONGEST:
        raise ValueError(_("questa durata è troppo lunga. Al massimo %(days)s giorni. Esempio: 60d", days=LONGEST.days))
    return duration


def _ranges(raw: object) -> object:
    listed = [raw] if isinstance(raw, str) else raw or ()
    if not isinstance(listed, list | tuple):
        raise ValueError(_('questi orari non si leggono. Scrivi un elenco. Esempio: ["09:00-13:00", "14:30-17:30"]'))
    ranges = sorted(parse_range(one) for one in listed)
    for before, after in pairwise(ranges):
        if after.start < before.end:
            raise ValueError(
                _('due fasce si sovrappongono. Uniscile o separale. Esempio: "09:00-13:00", "14:30-17:30"')
            )
    return tuple(ranges)


def _zone(raw: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(raw))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(_("questo fuso orario non esiste. Scrivi continente e città. Esempio: Europe/Rome")) from error


ClockRanges = Annotated[tuple[ClockRange, ...], BeforeValidator(_ranges)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
OnGrid = Annotated[int, Field(ge=0, le=24 * 60, multiple_of=GRID)]


class Question(Value):
    """Something the visitor is asked before a meeting."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    label: Text
    required: bool = False


class Meeting(Value):
    """A kind of meeting that can be booked; lengths in minutes."""

    slug: Slug
    title: Text
    minutes: Annotated[int, Field(gt=0, le=24 * 60, multiple_of=GRID)]
    step: Annotated[int, Field(gt=0, le=24 * 60, multiple_of=GRID)]
    before: OnGrid = 0
    after: OnGrid = 0
    per_day: Annotated[int, Field(gt=0)] | None = None
    confirmation: Literal["automatic", "manual"] = "automatic"
    where: Literal["video", "phone", "in_person"] = "video"
    link: HttpsAddress | None = None
    questions: tuple[Question, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _step_is_the_length_unless_said(cls, raw: object) -> object:
        if isinstance(raw, dict) and "step" not in raw and "minutes" in raw:
            return {**raw, "step": raw["minutes"]}
        return raw


class Holidays(Value):
    """The days that are closed every year: a country's or its region's, and the owner's own as `MM-DD`."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    region: Annotated[Text, BeforeValidator(lambda raw: str(raw) if isinstance(raw, int) else raw)] | None = None
    also: tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")], ...] = ()
    national: SkipValidation[Container[date]] = Field(default=frozenset(), exclude=True, repr=False)

    def __contains__(self, day: date) -> bool:
        return day.isoformat()[5:] in self.also or day in self.national

    def name(self, day: date) -> str | None:
        """What the country calls a day; None where nobody says."""
        return self.national.get(day) or None if isinstance(self.national, Mapping) else None


class Closure(Value):
    """A stretch of closed days, both included."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    reason: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        if self.last < self.first:
            raise ValueError(
                _("finisce prima di cominciare. Scambia from e to. Esempio: from: 2027-08-09, to: 2027-08-22")
            )
        return self


class Opening(Value):
    """Hours that replace a date's own, whatever closes that date."""

    day: Annotated[date, Field(alias="date")]
    hours: ClockRanges


class Availability(Value):
    """All that decides when a meeting may be booked; clock times are in `timezone`."""

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)]
    hours: dict[Literal[WEEKDAYS], ClockRanges]  # type: ignore[valid-type]
    # Not before there is one: a default that is made here would have its checks built with it.
    holidays: Annotated[Holidays, Field(default_factory=Holidays)]
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    notice: Duration
    horizon: Duration
    # How long before its start a visitor may still move or cancel an appointment.
    change_notice: Duration = timedelta(0)
    # How long a request that waits for the owner keeps its time.
    pending_expiry: Duration = timedelta(days=2)
    reminder: Duration | None = None
    # How long bookings that are over and messages are kept.
    retention: Duration | None = None
    meetings: Annotated[tuple[Meeting, ...], Field(min_length=1)]
    busy: tuple[BusyCalendar, ...] = ()
    # How long what a calendar last said is believed while it does not answer.
    busy_trusted_for: Duration = timedelta(days=1)
    calendar: OwnCalendar | None = None

    def with_national_holidays(self, days: Container[date]) -> Availability:
        """The same rules, knowing which dates the country keeps as holidays."""
        return self.model_copy(update={"holidays": self.holidays.model_copy(update={"national": days})})

    def without_notice(self) -> Availability:
        """The same rules with no notice asked, as the owner may book herself; the past stays past."""
        return self.model_copy(update={"notice": timedelta(0)})

    def meeting(self, slug: str) -> Meeting | None:
        """The meeting of that slug, or None."""
        return next((one for one in self.meetings if one.slug == slug), None)

    def ranges_on(self, day: date) -> tuple[ClockRange, ...]:
        """The wall-clock hours of that date; an opening wins over hours, holidays and closures."""
        opening = next((one for one in reversed(self.openings) if one.day == day), None)
        if opening is not None:
            return opening.hours
        if day in self.holidays or any(one.first <= day <= one.last for one in self.closures):
            return ()
        return tuple(self.hours.get(WEEKDAYS[day.weekday()], ()))

    def local_day(self, instant: datetime) -> date:
        """The owner's date at that instant."""
        return instant.astimezone(self.timezone).date()
