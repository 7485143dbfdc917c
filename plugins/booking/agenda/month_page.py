"""Month page of the agenda: a grid of days, each with the number of its bookings, that leads to the day."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from plugins.booking.agenda.day_page import read_or
from plugins.booking.agenda.queries import AgendaQueries
from plugins.booking.agenda.session_check import page_of
from plugins.booking.agenda.sign_in import form_key
from plugins.booking.agenda.words import day_address, month_address
from plugins.booking.service.hours_words import hours_of_day
from plugins.booking.storage.booking_store import Store
from plugins.content.office import Office
from plugins.content.templates.formats import month_year, weekdays
from plugins.domain.availability import Availability
from plugins.domain.bookings import Status
from plugins.domain.busy_time import Holder, Occupied
from plugins.domain.open_hours import open_hours
from plugins.domain.wall_clock import Interval

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class MonthDay:
    """Day of a month with what it has: bookings, requests that wait, time kept otherwise; or why it is closed."""

    day: date
    bookings: int
    waiting: int
    busy: bool
    closed: str | None
    is_today: bool

    @property
    def address(self) -> str:
        """Where its hours are shown."""
        return day_address(self.day)


class MonthPage:
    """Month page of the agenda; it blocks, and raises Unavailable."""

    def __init__(
        self,
        queries: AgendaQueries,
        store: Store,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        render: Callable[..., str],
    ) -> None:
        self._queries = queries
        self._store = store
        self._office = office
        self._clock = clock
        self._render = render

    def show(self, session: str, wanted: str) -> Response:
        """The month that is wanted, as `2027-01`, or the present one where that is none."""
        availability = self._office().availability
        today = availability.local_day(self._clock())
        first = read_or(f"{wanted}-01", today).replace(day=1)
        weeks = [
            [day if day.month == first.month else None for day in week]
            for week in Calendar().monthdatescalendar(first.year, first.month)
        ]
        last = max(day for day in weeks[-1] if day)
        month = Interval(availability.time_of(first).start, availability.time_of(last).end)
        counts = Counter(
            (availability.local_day(start), status is Status.PENDING) for start, status in self._queries.starts(month)
        )
        occupied = self._store.occupied(month, self._clock())
        page = self._render(
            "agenda/month.html",
            form_key=form_key(session),
            name=month_year(first),
            weekdays=weekdays(),
            weeks=[
                [day and _month_day(day, availability, occupied, counts, day == today) for day in week]
                for week in weeks
            ],
            number=sum(counts.values()),
            earlier=_named(first - _DAY),
            later=_named(last + _DAY),
            is_present=first == today.replace(day=1),
        )
        return page_of(page)


def _month_day(
    day: date, availability: Availability, occupied: Occupied, counts: Counter[tuple[date, bool]], is_today: bool
) -> MonthDay:
    held = occupied.holders(availability.time_of(day))
    return MonthDay(
        day=day,
        bookings=counts[day, False],
        waiting=counts[day, True],
        busy=any(one.holder not in {Holder.BOOKING, Holder.GROUP} for one in held),
        closed=None if open_hours(day, availability) else hours_of_day(day, availability),
        is_today=is_today,
    )


def _named(day: date) -> tuple[str, str]:
    return month_year(day), month_address(day)
