"""Day page of the agenda: the hours of one day of the owner's, taken and free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from plugins.booking.agenda.calendars_page import CalendarsPage
from plugins.booking.agenda.day_schedule import Stretch, schedule
from plugins.booking.agenda.list_items import Line, Views, together
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.session_check import page_of
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.time_input import read_day
from plugins.booking.agenda.words import day_address, hours_in, month_address, stretch_words
from plugins.booking.service.hours_words import hours_of_day
from plugins.booking.storage.booking_store import Store
from plugins.content.office import Office
from plugins.content.templates.formats import decimal, long_day_year
from plugins.domain.availability import Availability, Meeting
from plugins.domain.busy_time import Occupied
from plugins.domain.requests import InvalidRequest
from plugins.domain.slots import offered
from plugins.domain.wall_clock import Interval

_DAY = timedelta(days=1)
# Wider than what a meeting claims around the day, and than the day of a daily cap.
_AROUND = timedelta(days=2)


@dataclass(frozen=True)
class StretchView:
    """Stretch of a day as the page shows it."""

    hours: str
    words: str
    stretch: Stretch
    line: Line | None

    @property
    def kind(self) -> str:
        """What it is, for the look of it."""
        return self.stretch.kind.value


class DayPage:
    """Day page of the agenda; it blocks, and raises Unavailable."""

    def __init__(
        self,
        queries: AgendaQueries,
        store: Store,
        calendars_page: CalendarsPage,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
    ) -> None:
        self._queries = queries
        self._store = store
        self._calendars_page = calendars_page
        self._office = office
        self._clock = clock
        self._views = Views(office)
        self._render = render

    def show(self, session: str, wanted: str) -> Response:
        """The day that is wanted, or the present one where that is none."""
        availability, now = self._office().availability, self._clock()
        today = availability.local_day(now)
        day = read_or(wanted, today)
        whole = availability.time_of(day)
        occupied = self._store.occupied(Interval(whole.start - _AROUND, whole.end + _AROUND), now)
        booked, groups = self._queries.inside_with_groups(whole)
        lines = {one.booking.id: one for one in together(self._views.lines(booked), groups)}
        found = schedule(day, availability, occupied, (one.booking for one in lines.values()), now)
        page = self._render(
            "agenda/day.html",
            form_key=form_key(session),
            name=long_day_year(day),
            is_today=day == today,
            is_past=day < today,
            iso_day=day.isoformat(),
            hours=hours_of_day(day, availability),
            length=_length(whole),
            stretches=[self._view(one, whole, availability.where.zone_on(day), lines) for one in found],
            bookable=_bookable(day, availability, occupied, now),
            untrusted=self._calendars_page.untrusted(),
            earlier=(long_day_year(day - _DAY), day_address(day - _DAY)),
            later=(long_day_year(day + _DAY), day_address(day + _DAY)),
            month=month_address(day),
        )
        return page_of(page)

    def _view(self, one: Stretch, whole: Interval, zone: ZoneInfo, lines: Mapping[str, Line]) -> StretchView:
        line = lines[one.booking.id] if one.booking else None
        return StretchView(hours_in(one.interval, whole, zone), stretch_words(one), one, line)


def read_or(text: str, otherwise: date) -> date:
    """Read a day from an address, and take another one where it cannot be read."""
    try:
        return read_day("", text)
    except InvalidRequest:
        return otherwise


def _length(whole: Interval) -> str | None:
    """How many hours a day has on which the clocks change; None of any other."""
    length = whole.end - whole.start
    hours = length / timedelta(hours=1)
    return None if length == _DAY else decimal(hours, 0 if hours == int(hours) else 1)


def _bookable(day: date, availability: Availability, occupied: Occupied, now: datetime) -> list[tuple[Meeting, int]]:
    """The kinds of meeting that a visitor can still book on a day, with the number of their times."""
    found = ((one, len(offered(one, day, day, availability, occupied, now))) for one in availability.listed())
    return [(meeting, number) for meeting, number in found if number]
