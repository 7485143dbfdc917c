"""Laws of the calendar reader over generated neighbours of what programs write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from plugins.booking.calendars.ics.ics_lines import calendar_objects
from plugins.booking.calendars.ics.ics_zones import Zones, clock_of
from plugins.booking.calendars.ics.rrule import read_rule
from plugins.booking.calendars.ics.rule_dates import RuleDates
from plugins.booking.calendars.ics.work_budget import WorkBudget
from tests.booking.calendars.texts import ROME, event, override, reading, vcalendar, zone

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NEW_YORK = ZoneInfo("America/New_York")
WALLS = st.datetimes(datetime(2010, 1, 1), datetime(2036, 12, 31)).map(
    lambda wall: wall.replace(second=0, microsecond=0, fold=0)
)


def some(values: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule that comes again within a few years, so that a reader which walks through time ends."""
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    parts = {"FREQ": frequency, "INTERVAL": draw(st.sampled_from([1, 1, 2, 3, 5])), "WKST": draw(st.sampled_from(DAYS))}
    plain, placed = (
        some(st.sampled_from(DAYS)),
        some(st.builds("{}{}".format, st.sampled_from([1, 2, 4, -1, -4]), st.sampled_from(DAYS))),
    )
    limit = draw(st.sampled_from(["", "month", "day", "weekday", "place", "week", "hour"]))
    if limit == "month" and frequency != "MONTHLY":
        parts["BYMONTH"] = draw(some(st.integers(1, 12)))
    if limit == "day" and frequency != "WEEKLY":
        parts["BYMONTHDAY"] = draw(some(st.integers(1, 28) | st.integers(-28, -1)))
    if limit in {"weekday", "place"}:
        parts["BYDAY"] = draw(placed if frequency in {"YEARLY", "MONTHLY"} and limit == "place" else plain)
        # The first week of dateutil begins with the start; its places are others than those of the whole week.
        if frequency in {"YEARLY", "MONTHLY"} and draw(st.booleans()):
            parts["BYSETPOS"] = draw(some(st.sampled_from([1, -1])))
    if limit == "week" and frequency == "YEARLY":
        parts |= {"BYWEEKNO": draw(some(st.integers(1, 52) | st.integers(-52, -1))), "BYDAY": draw(plain)}
    if limit == "hour" and frequency != "HOURLY":
        parts["BYHOUR"] = draw(some(st.integers(0, 23)))
    if draw(st.booleans()):
        parts["COUNT"] = draw(st.integers(1, 400))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@given(rules(), WALLS, st.integers(-30, 900), st.integers(1, 120))
def test_a_rule_happens_when_dateutil_says(rule: str, start: datetime, after: int, days: int) -> None:
    first = start + timedelta(days=after)
    last = first + timedelta(days=days)
    theirs = takewhile(lambda wall: wall <= last, rrulestr(rule, dtstart=start))
    ours = RuleDates(read_rule(rule), start, first, last).walls(WorkBudget())
    assert list(ours) == sorted({wall for wall in theirs if wall >= first})


def defined(text: str, name: str) -> Callable[[datetime], datetime]:
    (found,) = calendar_objects(vcalendar(text))
    return Zones(found, ROME).clocks(name).clocks[0]


def american() -> str:
    spring, autumn = "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"
    text = zone("Mia", "-0500", "-0400", (autumn, spring))
    return text.replace("19701025T030000", "20071104T020000").replace("19700329T020000", "20070311T020000")


@given(WALLS, st.sampled_from(["", "BYHOUR", "1601"]))
def test_a_defined_clock_tells_the_databases_time(wall: datetime, kind: str) -> None:
    rome = zone("Mia", "+0100", "+0200")
    if kind == "BYHOUR":
        rome = rome.replace("BYDAY=-1SU", "BYDAY=-1SU;BYMINUTE=0;BYHOUR=3", 1)
    if kind == "1601":
        rome = rome.replace("DTSTART:19701025", "DTSTART:16011028").replace("DTSTART:19700329", "DTSTART:16010325")
    assert defined(rome, "Mia")(wall) == clock_of(ROME)(wall)
    assert defined(american(), "Mia")(wall) == clock_of(NEW_YORK)(wall)


@st.composite
def strikes(draw: st.DrawFn) -> tuple[set[datetime], list[str]]:
    """Occurrences of a series twice or three times a day, and the same as lists of exceptions, each in a spelling."""
    struck, lines = set(), []
    for number in draw(st.sets(st.integers(0, 17), max_size=6)):
        wall = datetime(2027, 3, 24 + number // 3, (9, 10, 11)[number % 3])  # over the night of the spring change
        at = wall.replace(tzinfo=ROME)
        struck.add(at.astimezone(UTC))
        lines.append(
            draw(
                st.sampled_from(
                    [
                        f"EXDATE:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
                        f"EXDATE;TZID=Europe/Rome:{wall:%Y%m%dT%H%M%S}",
                        f"EXDATE;TZID=America/New_York:{at.astimezone(NEW_YORK):%Y%m%dT%H%M%S}",
                        f"EXDATE:{wall:%Y%m%dT%H%M%S}",
                        f"EXDATE;TZID=Europe/Rome:{wall:%Y%m%dT%H%M%S},,ieri",
                    ]
                )
            )
        )
    return struck, lines


@given(strikes(), st.sampled_from([";TZID=Europe/Rome", ""]), st.booleans())
def test_exactly_what_is_named_is_struck(found: tuple[set[datetime], list[str]], zoned: str, moves: bool) -> None:
    struck, lines = found
    start = f"DTSTART{zoned}:20270324T090000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=18;BYHOUR=9,10,11"
    every = {datetime(2027, 3, day, hour, tzinfo=ROME).astimezone(UTC) for day in range(24, 30) for hour in (9, 10, 11)}
    if moves:
        overrides = [
            event(f"RECURRENCE-ID:{at:%Y%m%dT%H%M%SZ}\nDTSTART:20270401T{n:02}0000Z\nDURATION:PT1M")
            for n, at in enumerate(struck)
        ]
        kept = reading(event(start), *overrides)
        moved = {datetime(2027, 4, 1, n, tzinfo=UTC) for n in range(len(struck))}
    else:
        kept, moved = reading(event("\n".join([start, *lines]))), set()
    assert kept.skipped == ()
    assert {time.start for time in kept.busy} == (every - struck) | moved


GARBAGE = st.sampled_from(["", "x", ",", "P", "20270399", "2027-03-09T10:00:00", "FREQ=", "\u00e8;=:", "-1", "9" * 30])
SERIES = "DTSTART;TZID=Europe/Rome:20270308T090000\nDTEND;TZID=Europe/Rome:20270308T093000\nRRULE:FREQ=DAILY;COUNT=3"
LINES = (
    "EXDATE",
    "SEQUENCE",
    "DTEND",
    "DURATION",
    "RDATE",
    "RRULE",
    "STATUS",
    "TRANSP",
    "ATTENDEE",
    "EXRULE",
    "DTSTART",
    "X-A",
    "UID",
)


@given(st.sampled_from(LINES), GARBAGE, st.booleans())
def test_garbage_takes_no_time_away_in_silence(name: str, garbage: str, instead: bool) -> None:
    lines = [line for line in SERIES.split("\n") if not (instead and line.startswith(name))]
    whole, damaged = reading(event(SERIES)), reading(event("\n".join([*lines, f"{name}:{garbage}"])))
    assert damaged.skipped or set(damaged.busy) >= set(whole.busy)


@given(
    st.sampled_from(["VALARM", "VTODO", "VJOURNAL", "VTIMEZONE"]),
    st.lists(st.tuples(st.sampled_from(LINES), GARBAGE), max_size=4),
)
def test_garbage_in_what_keeps_no_time_changes_nothing(kind: str, lines: list[tuple[str, str]]) -> None:
    body = "".join(f"{name}:{garbage}\n" for name, garbage in lines)
    part = f"BEGIN:{kind}\nTZID:Mai\n{body}END:{kind}\n"
    damaged = reading(event(f"{part}{SERIES}")) if kind == "VALARM" else reading(part, event(SERIES))
    assert damaged == reading(event(SERIES))


@given(st.permutations(["a", "b", "c"]), st.integers(1, 3))
def test_order_of_series_and_overrides_changes_nothing(order: list[str], count: int) -> None:
    parts = {
        "a": event(SERIES),
        "b": event(f"DTSTART:20270308T150000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT={count}"),
        "c": override("20270309T090000", "DTSTART:20270309T120000Z\nDURATION:PT1H"),
    }
    assert dict(reading(*(parts[one] for one in order)).busy) == dict(reading(*parts.values()).busy)
