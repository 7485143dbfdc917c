"""From the clock on the wall to instants, on the days when clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.domain.clock_ranges import ClockRange
from plugins.domain.wall_clock import Interval, clocks_agree, day_interval, open_pieces, wall_instant

ROME = ZoneInfo("Europe/Rome")
WINTER, SPRING, AUTUMN = date(2027, 1, 11), date(2027, 3, 28), date(2027, 10, 31)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant, by the hours since midnight UTC of a day; they may be fewer than none."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("day", "minute", "instant"),
    [
        (WINTER, 0, utc(WINTER, -1)),
        (WINTER, 9 * 60 + 5, utc(WINTER, 8, 5)),
        (WINTER, 24 * 60, utc(WINTER, 23)),
        (SPRING, 60 + 55, utc(SPRING, 0, 55)),
        (SPRING, 2 * 60, None),
        (SPRING, 2 * 60 + 55, None),
        (SPRING, 3 * 60, utc(SPRING, 1)),
        (AUTUMN, 60 + 55, utc(AUTUMN, -1, 55)),
        (AUTUMN, 2 * 60, utc(AUTUMN, 0)),
        (AUTUMN, 2 * 60 + 55, utc(AUTUMN, 0, 55)),
        (AUTUMN, 3 * 60, utc(AUTUMN, 2)),
    ],
)
def test_a_skipped_minute_has_no_instant_a_repeated_the_first(day: date, minute: int, instant: datetime | None) -> None:
    assert wall_instant(day, minute, ROME) == instant


@pytest.mark.parametrize(
    ("day", "hours", "pieces"),
    [
        (WINTER, (540, 780), [((8, 0), (12, 0))]),
        (WINTER, (0, 1440), [((-1, 0), (23, 0))]),
        # The hour from two to three is not there.
        (SPRING, (0, 1440), [((-1, 0), (22, 0))]),
        (SPRING, (60, 150), [((0, 0), (1, 0))]),
        (SPRING, (120, 180), []),
        (SPRING, (150, 240), [((1, 0), (2, 0))]),
        (SPRING, (185, 245), [((1, 5), (2, 5))]),
        (SPRING, (1380, 1440), [((21, 0), (22, 0))]),
        # The hour from two to three is there twice.
        (AUTUMN, (0, 1440), [((-2, 0), (23, 0))]),
        (AUTUMN, (0, 5), [((-2, 0), (-2, 5))]),
        (AUTUMN, (60, 180), [((-1, 0), (2, 0))]),
        (AUTUMN, (120, 150), [((0, 0), (0, 30)), ((1, 0), (1, 30))]),
        (AUTUMN, (125, 150), [((0, 5), (0, 30)), ((1, 5), (1, 30))]),
        (AUTUMN, (150, 240), [((0, 30), (1, 0)), ((1, 30), (3, 0))]),
        (AUTUMN, (1380, 1440), [((22, 0), (23, 0))]),
    ],
)
def test_open_pieces_are_what_the_clock_reads_inside_hours(
    day: date, hours: tuple[int, int], pieces: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    assert open_pieces(day, ClockRange(*hours), ROME) == tuple(
        Interval(utc(day, *start), utc(day, *end)) for start, end in pieces
    )


# In Santiago the clocks change at midnight, and in Lord Howe by half an hour.
SANTIAGO, LORD_HOWE = ZoneInfo("America/Santiago"), ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        (SANTIAGO, date(2027, 4, 3), (3, 0), (28, 0)),  # its last hour comes twice
        (SANTIAGO, date(2027, 9, 4), (4, 0), (28, 0)),
        (SANTIAGO, date(2027, 9, 5), (4, 0), (27, 0)),  # its first hour is not there
        (LORD_HOWE, date(2027, 10, 3), (-10, -30), (13, 0)),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(
    zone: ZoneInfo, day: date, first: tuple[int, int], last: tuple[int, int]
) -> None:
    pieces = open_pieces(day, ClockRange(0, 1440), zone)
    assert (pieces[0].start, pieces[-1].end) == (utc(day, *first), utc(day, *last))
    assert sum((piece.end - piece.start for piece in pieces), timedelta()) == utc(day, *last) - utc(day, *first)


@pytest.mark.parametrize(("day", "hours"), [(WINTER, 24), (SPRING, 23), (AUTUMN, 25)])
def test_day_lasts_from_one_midnight_to_the_next(day: date, hours: int) -> None:
    whole = day_interval(day, ROME)
    assert whole.end - whole.start == timedelta(hours=hours)
    assert [one.astimezone(ROME).time().isoformat() for one in whole] == ["00:00:00", "00:00:00"]
    assert whole.end == day_interval(day + timedelta(days=1), ROME).start


@pytest.mark.parametrize(
    ("other", "day", "agree"),
    [
        ("Europe/Vatican", WINTER, True),
        ("Europe/Berlin", SPRING, True),
        ("Africa/Lagos", WINTER, True),
        ("Africa/Lagos", date(2027, 7, 1), False),
        ("Europe/London", WINTER, False),
        ("Pacific/Auckland", WINTER, False),
    ],
)
def test_clocks_are_compared_by_what_they_read(other: str, day: date, agree: bool) -> None:
    assert clocks_agree(utc(day, 9), ROME, ZoneInfo(other)) is agree
