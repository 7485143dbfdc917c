"""Series scope: how much of a series a visitor moves or calls off, and what its dates' pages show of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plugins.booking.service.appointment import Appointment
from plugins.booking.service.series_changes import Scope
from plugins.booking.storage.series_store import SeriesTaken
from plugins.content.templates.formats import clock, long_day
from plugins.domain.bookings import Booking
from plugins.domain.language import N_, _
from plugins.domain.requests import FieldError

_SCOPES = {
    Scope.ONE: N_("Solo questa data"),
    Scope.FOLLOWING: N_("Questa e le seguenti"),
    Scope.ALL: N_("Tutte le date ancora da venire"),
}


@dataclass(frozen=True)
class SeriesLine:
    """A date of a series, and where its own page is."""

    booking: Booking
    address: str


def series_lines(found: Appointment, sign: Callable[[str], str]) -> list[SeriesLine]:
    """The dates of an appointment's series by their order in time, each with the address of its page."""
    dates = sorted(found.series, key=lambda one: one.start)
    return [SeriesLine(one, f"/appuntamenti/{sign(one.id)}/") for one in dates]


def scopes(booking: Booking, series: Iterable[Booking], now: datetime) -> list[tuple[str, str]]:
    """What can be chosen, as values and words; nothing where no other date of the series is to come."""
    start = booking.start
    others = [one for one in series if one.status.is_open and one.start > now and one.id != booking.id]
    if not others:
        return []
    known = [Scope.ONE]
    if any(one.start > start for one in others):
        known.append(Scope.FOLLOWING)
    if any(one.start < start for one in others) or len(known) == 1:
        known.append(Scope.ALL)
    return [(one.value, _(_SCOPES[one])) for one in known]


def read_scope(fields: Mapping[str, object]) -> Scope:
    """Read how much is meant: this date alone where nothing is said, or nothing that is known."""
    said = fields.get("scope")
    return Scope(said) if isinstance(said, str) and said in {one.value for one in Scope} else Scope.ONE


def refused_dates(taken: SeriesTaken, zone: ZoneInfo) -> list[FieldError]:
    """Why a series cannot move so: each date that stands against it."""
    told = []
    for one in taken.dates:
        if one.refusals:
            when = long_day(one.day) if one.start is None else f"{long_day(one.day)}, {clock(one.start, zone)}"
            why = " ".join(refusal.detail for refusal in one.refusals)
            told.append(FieldError(field="start", message=_("%(when)s: %(why)s", when=when, why=why)))
    return told
