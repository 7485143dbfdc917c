"""Availability: opening hours, closures, holidays and kinds of meeting."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from plugins.domain.base import HttpsAddress, RoomAddress, Slug, Text, Value
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar
from plugins.domain.clock_ranges import GRID, WEEKDAYS, ClockRange, Hours, at_a_place, common_ranges, held
from plugins.domain.language import _
from plugins.domain.questions import Question
from plugins.domain.repetition import MayRepeat
from plugins.domain.special_days import Closure, Holidays, Opening
from plugins.domain.stays import Stay, Whereabouts, Zone
from plugins.domain.wall_clock import Interval

LONGEST = timedelta(days=731)  # of notice and horizon: nobody keeps an agenda farther ahead


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


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
OnGrid = Annotated[int, Field(ge=0, le=24 * 60, multiple_of=GRID)]


class Meeting(Value):
    """A kind of meeting that can be booked; lengths in minutes."""

    slug: Slug
    title: Text
    minutes: Annotated[int, Field(gt=0, le=24 * 60, multiple_of=GRID)]
    step: Annotated[int, Field(gt=0, le=24 * 60, multiple_of=GRID)]
    before: OnGrid = 0
    after: OnGrid = 0
    per_day: Annotated[int, Field(gt=0)] | None = None
    # How many people may book one and the same time; one alone where it is not said.
    seats: Annotated[int, Field(ge=2, le=500)] | None = None
    confirmation: Literal["automatic", "manual"] = "automatic"
    where: Literal["video", "phone", "in_person"] = "video"
    # What it costs, in the owner's words; nothing is said of it where she says nothing.
    price: Annotated[Text, Field(max_length=60)] | None = None
    link: HttpsAddress | None = None
    # A video room for each booking, in the place of one for all.
    room: RoomAddress | None = None
    # One of the places of `identity.yaml`.
    place: Slug | None = None
    questions: tuple[Question, ...] = ()
    # On the page that begins a booking; another is reached by its own address alone, or by a service.
    listed: bool = True
    # For this kind alone, in the place of the general ones; its closures come on top of them.
    hours: Hours | None = None
    closures: tuple[Closure, ...] = ()
    notice: Duration | None = None
    horizon: Duration | None = None
    follow_up: Duration | None = None
    follow_up_text: Text | None = None
    no_show_text: Text | None = None
    testimonials: bool | None = None
    repeat: MayRepeat | None = None

    @model_validator(mode="before")
    @classmethod
    def _step_is_the_length_unless_said(cls, raw: object) -> object:
        if isinstance(raw, dict) and "step" not in raw and "minutes" in raw:
            return {**raw, "step": raw["minutes"]}
        return raw


def _apart(stays: tuple[Stay, ...]) -> tuple[Stay, ...]:
    ordered = tuple(sorted(stays, key=lambda one: one.first))
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            raise ValueError(
                _(
                    "due soggiorni hanno in comune il %(day)s, e un giorno ha un orologio solo. Correggi from o to. "
                    "Esempio: from: %(next)s",
                    day=after.first,
                    next=before.last + timedelta(days=1),
                )
            )
    return ordered


class Availability(Value):
    """All that decides when a meeting may be booked; clock times are in `timezone`."""

    timezone: Zone
    hours: Hours
    # Not before there is one: a default that is made here would have its checks built with it.
    holidays: Annotated[Holidays, Field(default_factory=Holidays)]
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    # Where she lives by another clock for a while.
    stays: Annotated[tuple[Stay, ...], AfterValidator(_apart)] = ()
    notice: Duration
    horizon: Duration
    # How long before its start a visitor may still move or cancel an appointment.
    change_notice: Duration = timedelta(0)
    # How long a request that waits for the owner keeps its time.
    pending_expiry: Duration = timedelta(days=2)
    # How long time that comes free is held for whoever waits for it; without, there is no waiting list.
    waiting_hold: Duration | None = None
    reminder: Duration | None = None
    # How long after a meeting a mail follows, and its words: of one that was held, of one to which nobody came.
    follow_up: Duration | None = None
    follow_up_text: Text | None = None
    no_show_text: Text | None = None
    # Whether the mail to whoever came asks for a few words that may be shown on the site.
    testimonials: bool = False
    # How long bookings that are over and messages are kept.
    retention: Duration | None = None
    meetings: Annotated[tuple[Meeting, ...], Field(min_length=1)]
    # What is offered to whoever has not chosen.
    first_meeting: Slug | None = None
    busy: tuple[BusyCalendar, ...] = ()
    # How long what a calendar last said is believed while it does not answer.
    busy_trusted_for: Duration = timedelta(days=1)
    calendar: OwnCalendar | None = None

    def with_national_holidays(self, days: Container[date]) -> Availability:
        """The same rules, knowing which dates the country keeps as holidays."""
        return self.model_copy(update={"holidays": self.holidays.model_copy(update={"national": days})})

    def without_notice(self) -> Availability:
        """The same rules with no notice asked, as the owner may book herself; the past stays past."""
        meetings = tuple(
            one if one.notice is None else one.model_copy(update={"notice": None}) for one in self.meetings
        )
        return self.model_copy(update={"notice": timedelta(0), "meetings": meetings})

    def meeting(self, slug: str) -> Meeting | None:
        """The meeting of that slug, or None."""
        return next((one for one in self.meetings if one.slug == slug), None)

    def first_talk(self) -> Meeting | None:
        """The meeting for whoever has not chosen: the one named, or the only one that is listed."""
        if self.first_meeting is not None:
            return self.meeting(self.first_meeting)
        listed = self.listed()
        return listed[0] if len(listed) == 1 else None

    def listed(self) -> tuple[Meeting, ...]:
        """The meetings on the page that begins a booking, by their titles."""
        return tuple(one for one in self.by_title() if one.listed)

    def by_title(self) -> tuple[Meeting, ...]:
        """All meetings by their titles: in which order the file has them says nothing."""
        return tuple(sorted(self.meetings, key=lambda one: (one.title, one.slug)))

    def notice_of(self, meeting: Meeting) -> timedelta:
        """How long before its start that meeting has to be booked."""
        return self.notice if meeting.notice is None else meeting.notice

    def horizon_of(self, meeting: Meeting) -> timedelta:
        """How far ahead that meeting can be booked."""
        return self.horizon if meeting.horizon is None else meeting.horizon

    def farthest_horizon(self) -> timedelta:
        """How far ahead anything can be booked."""
        return max(self.horizon_of(one) for one in self.meetings)

    def ranges_on(self, day: date, meeting: Meeting | None = None) -> tuple[ClockRange, ...]:
        """The wall-clock hours of that date; an opening wins over hours, holidays and closures.

        Those of a meeting, where one is named, each with the place where it is held then: hours of its own count
        within an opening or the hours of a stay, and its own closures always.
        """
        if meeting is not None and any(one.covers(day) for one in meeting.closures):
            return ()
        own = meeting.hours if meeting is not None else None
        usual = (self.hours if own is None else own).get(WEEKDAYS[day.weekday()], ())
        opening, stay = self.opening_on(day), self.where.stay_on(day) if self.stays else None
        if opening is None and (day in self.holidays or any(one.covers(day) for one in self.closures)):
            return ()
        told = opening.hours if opening is not None else None
        if stay is not None:
            told = stay.hours_on(day, usual) if told is None else at_a_place(told)
        if told is None:
            return _held(usual, meeting)
        return _held(told, meeting) if own is None else common_ranges(_held(usual, meeting), _held(told, meeting))

    def opening_on(self, day: date) -> Opening | None:
        """The opening that decides that date, the last where there are several."""
        return next((one for one in reversed(self.openings) if one.day == day), None)

    @property
    def where(self) -> Whereabouts:
        """Where she lives, date by date, and by which clock."""
        return Whereabouts(self.timezone, self.stays)

    def local_day(self, instant: datetime) -> date:
        """The owner's date at that instant."""
        return self.where.day_of(instant)

    def time_of(self, day: date) -> Interval:
        """All the time of the owner's that belongs to a date, in UTC."""
        return self.where.time_of(day)


def _held(hours: tuple[ClockRange, ...], meeting: Meeting | None) -> tuple[ClockRange, ...]:
    return hours if meeting is None else held(hours, meeting.where == "in_person", meeting.place)
