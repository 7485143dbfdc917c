"""View models of the date and time picker: days with their free slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from plugins.booking.service.booking_service import ordinary
from plugins.domain.slots import Slot
from plugins.domain.stays import Whereabouts

DAYS_A_PAGE = 30


@dataclass(frozen=True)
class SlotView:
    """A slot to be chosen; `value` is what the form sends."""

    value: str
    start: datetime
    end: datetime
    left: int | None = None
    place: str | None = None


@dataclass(frozen=True)
class DayView:
    """A day of the owner's with its free slots."""

    day: date
    slots: list[SlotView]


@dataclass(frozen=True)
class Stretch:
    """Date range of one page, both days included, and the first days of the pages before and after it."""

    first: date
    last: date
    earlier: date | None
    later: date | None


def slot_value(start: datetime) -> str:
    """Write what the form sends for a start: in UTC, where no plus sign gets lost in an address."""
    return f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def slot_views(slots: Iterable[Slot]) -> list[SlotView]:
    """Turn slots into choices."""
    return [SlotView(slot_value(slot.start), slot.start, slot.end, slot.left, slot.place) for slot in slots]


def day_views(slots: Iterable[Slot], clock: ZoneInfo | Whereabouts) -> list[DayView]:
    """Gather slots by the day on a clock, or by the owner's wherever she lives; a day without any is left out."""
    where = clock if isinstance(clock, Whereabouts) else Whereabouts(clock)
    days = groupby(slots, key=lambda slot: where.day_of(slot.start))
    return [DayView(day, slot_views(of_day)) for day, of_day in days]


def stretch(wanted: date | None, today: date, last_day: date) -> Stretch:
    """Choose the days of a page: those from `wanted` on, within what can be booked."""
    page = timedelta(days=DAYS_A_PAGE)
    first = min(max(wanted or today, today), last_day)
    last = min(first + page - timedelta(days=1), last_day)
    return Stretch(
        first,
        last,
        earlier=max(today, first - page) if first > today else None,
        later=last + timedelta(days=1) if last < last_day else None,
    )


def instant(text: str) -> datetime | None:
    """Read the value of a choice, or any RFC 3339 instant; None where it is none."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo and ordinary(read) else None
    except (ValueError, OverflowError):
        return None


def day(text: str) -> date | None:
    """Read a day as YYYY-MM-DD; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
