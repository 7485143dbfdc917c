"""What is written of a series, read back by four readers that others wrote, and by ours."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]

from plugins.booking.calendars.ics.ics_reader import read
from plugins.booking.mail.ics import ics
from plugins.booking.mail.texts.booking_mails import mails_about
from plugins.booking.mail.texts.series_invitation import series_invitation
from plugins.booking.mail.texts.series_mails import SeriesChange, series_mails_about
from plugins.booking.mail.vtimezone_text import vtimezone
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Status
from plugins.domain.repetition import Repetition
from plugins.domain.series import SeriesPlace, dates_of
from plugins.domain.wall_clock import Interval
from tests.booking.calendars.second_opinion.merging import busy_times
from tests.booking.calendars.second_opinion.other_readers import OtherReader, Span, other_readers
from tests.booking.mail.texts.test_booking_mails import kept, meeting, occasion
from tests.soak import soak_count

ROME = ZoneInfo("Europe/Rome")
# Clocks that go back by half an hour, never, and in winter below the zone's own time.
ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin")
# A law that goes by the moon, of which the readers' own tables of zones know different years.
LAWLESS = "Africa/Casablanca"
WINDOW = Span(int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()), int(datetime(2029, 6, 1, tzinfo=UTC).timestamp()))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[OtherReader]]:
    with other_readers(tmp_path_factory.mktemp("readers"), ROME.key) as readers:
        yield readers


def series(start: datetime, asked: Repetition, zone: ZoneInfo = ROME) -> list[Booking]:
    booked: list[Booking] = []
    for one in dates_of(start, asked, zone):
        if one.start:
            place = SeriesPlace(
                id="b1", number=one.number, first=start, every=asked.every, dates=asked.dates, timezone=zone.key
            )
            name = f"b{one.number + 1}"
            booked.append(kept(id=name, start=one.start, end=one.start + timedelta(minutes=50), series=place))
    return booked


def drawn(seed: int) -> tuple[ZoneInfo, list[Booking]]:
    """A series over a change of clocks, with dates dropped and moved."""
    chance = random.Random(seed)
    zone = ZoneInfo(ZONES[seed % len(ZONES)])
    day = date(2027, 1, 1) + timedelta(days=chance.randrange(500))
    start = datetime(day.year, day.month, day.day, chance.randrange(6, 21), chance.choice([0, 5, 30]), tzinfo=zone)
    asked = Repetition(every=chance.choice([1, 1, 2, 5]), dates=chance.randrange(2, 13))
    days = list(asked.days(day))
    skip = frozenset(chance.sample(days, chance.randrange(len(days) - 1)))
    moved = {
        one: datetime(one.year, one.month, one.day, 12, tzinfo=zone).astimezone(UTC)
        + timedelta(days=chance.randrange(-3, 4), minutes=5 * chance.randrange(60))
        for one in days
        if one not in skip and chance.random() < 0.2
    }
    return zone, series(start.astimezone(UTC), asked.model_copy(update={"skip": skip, "moved": moved}), zone)


def seconds(spans: Sequence[tuple[datetime, datetime]]) -> list[Span]:
    return sorted(Span(int(start.timestamp()), int(end.timestamp())) for start, end in spans)


def by_the_library(text: bytes) -> list[Span]:
    calendar: Any = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(datetime(2026, 6, 1), datetime(2029, 6, 1))
    return seconds([(one["DTSTART"].dt, one["DTEND"].dt) for one in found])


@pytest.mark.parametrize("seed", range(soak_count(12, 600)))
def test_every_reader_sees_exactly_the_booked_dates(seed: int, others: list[OtherReader]) -> None:
    zone, booked = drawn(seed)
    text = ics(series_invitation(booked, occasion(), "ada@example.com", "Incontro", "Parole"))
    expected = seconds([(one.start, one.end) for one in booked])
    assert by_the_library(text) == expected
    for other in others:
        events = other.events(text, WINDOW)
        assert events is not None
        assert sorted({one.span for one in busy_times(events, WINDOW, zone)}) == expected, other.name
    whole = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2029, 6, 1, tzinfo=UTC))
    ours = read([text], whole, ROME, "another.test")
    assert (seconds(list(ours.busy)), list(ours.unread)) == (expected, [])


def lines(text: bytes, *names: str) -> list[str]:
    found = text.decode().replace("\r\n ", "").split("\r\n")
    return [line for line in found if line.split(":")[0].split(";")[0] in names]


def autumn(**asked: object) -> list[Booking]:
    repetition = Repetition.model_validate({"every": 1, "dates": 6} | asked)
    return series(datetime(2027, 10, 12, 8, 0, tzinfo=UTC), repetition)


def test_a_series_is_one_event_with_its_exceptions() -> None:
    moved = {"2027-11-02": "2027-11-03T10:30:00Z"}
    booked = autumn(skip=["2027-10-26"], moved=moved)
    text = ics(series_invitation(booked, occasion(), "ada@example.com", "Incontro", "Parole"))
    assert set(lines(text, "UID")) == {"UID:b1-series@1a2b.studio.test"}
    assert lines(text, "METHOD") == ["METHOD:REQUEST"]
    assert lines(text, "RRULE")[2:] == ["RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=6;BYDAY=TU"]
    assert lines(text, "EXDATE") == ["EXDATE;TZID=Europe/Rome:20271026T100000"]
    assert lines(text, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Rome:20271102T100000"]
    assert lines(text, "DTSTART")[2:] == [
        "DTSTART;TZID=Europe/Rome:20271012T100000",
        "DTSTART;TZID=Europe/Rome:20271103T113000",
    ]


def test_dates_dropped_at_the_ends_leave_no_trace() -> None:
    text = ics(series_invitation(autumn(skip=["2027-10-12", "2027-11-16"]), occasion(), None, "Incontro", "Parole"))
    assert lines(text, "EXDATE", "RECURRENCE-ID") == []
    assert "DTSTART;TZID=Europe/Rome:20271019T100000" in lines(text, "DTSTART")
    assert lines(text, "RRULE")[2:] == ["RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=4;BYDAY=TU"]


def test_a_moved_date_keeps_its_place_in_the_series() -> None:
    third = autumn()[2]
    away = third.model_copy(update={"start": third.start + timedelta(days=1), "sequence": 4})
    mail = mails_about(Event.RESCHEDULED, away, occasion(), Actor.VISITOR, before=third.start)[1]
    assert mail.invitation
    text = ics(mail.invitation)
    assert lines(text, "UID", "RECURRENCE-ID", "SEQUENCE", "METHOD") == [
        "METHOD:REQUEST",
        "UID:b1-series@1a2b.studio.test",
        "SEQUENCE:4",
        "RECURRENCE-ID;TZID=Europe/Rome:20271026T100000",
    ]
    assert "BEGIN:VTIMEZONE" in text.decode()


def test_a_cancelled_date_is_cancelled_alone() -> None:
    gone = autumn()[3].model_copy(update={"status": Status.CANCELLED, "sequence": 1})
    mail = mails_about(Event.CANCELLED, gone, occasion(), Actor.VISITOR)[1]
    assert mail.invitation
    text = ics(mail.invitation)
    assert lines(text, "METHOD", "STATUS", "RECURRENCE-ID") == [
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
        "RECURRENCE-ID;TZID=Europe/Rome:20271102T100000",
    ]


def test_a_series_without_dates_left_is_cancelled_whole() -> None:
    gone = [one.model_copy(update={"status": Status.CANCELLED, "sequence": 2}) for one in autumn()]
    text = ics(series_invitation(gone, occasion(), "ada@example.com", "Incontro", "Parole"))
    assert lines(text, "METHOD", "STATUS", "RECURRENCE-ID") == ["METHOD:CANCEL", "STATUS:CANCELLED"]


def test_the_owner_keeps_single_events() -> None:
    third = autumn()[2]
    mail = mails_about(Event.CANCELLED, third.model_copy(update={"status": Status.CANCELLED}), occasion(), Actor.OWNER)[
        0
    ]
    assert mail.invitation
    assert lines(ics(mail.invitation), "UID", "RECURRENCE-ID") == ["UID:b3@1a2b.studio.test"]


@pytest.mark.parametrize("zone", [*ZONES, LAWLESS])
def test_a_written_zone_has_the_offsets_of_the_real_one(zone: str) -> None:
    text = "\r\n".join(["BEGIN:VCALENDAR", *vtimezone(ZoneInfo(zone), 2027, 2029), "END:VCALENDAR", ""])
    calendar: Any = icalendar.Calendar.from_ical(text)
    written = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    for hour in range(0, 3 * 365 * 24, 7):
        at = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert wall.replace(tzinfo=written).utcoffset() in {
            wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)
        }


def test_the_clocks_of_rome_go_by_two_rules(tmp_path: Path) -> None:
    rules = [line for line in vtimezone(ROME, 2027, 2028) if line.startswith("RRULE")]
    assert rules == ["RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"]


def test_a_date_at_another_place_says_so() -> None:
    booked = autumn()
    here, there = (meeting("in_person").model_copy(update={"address": where}) for where in ("Via Po 1", "Via Roma 2"))
    booked = [one.model_copy(update={"agreed": there if number == 2 else here}) for number, one in enumerate(booked)]
    place = occasion("in_person")
    text = ics(series_invitation(booked, place, "ada@example.com", "Incontro", "Parole"))
    assert lines(text, "LOCATION", "RECURRENCE-ID") == [
        "LOCATION:Di persona\\, Via Po 1",
        "LOCATION:Di persona\\, Via Roma 2",
        "RECURRENCE-ID;TZID=Europe/Rome:20271026T100000",
    ]
    change = SeriesChange(Event.BOOKED, booked, booked, Actor.VISITOR)
    mail = series_mails_about(change, place)[1]
    assert mail.plain.count("Via Po 1") >= 5
