"""Busy time of a Microsoft calendar, by all that an event may say."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.booking.calendars.graph.graph_mark import mark
from plugins.booking.calendars.ics.ics_reader import Own
from plugins.booking.calendars.ics.unread import Reason
from tests.booking.calendars.graph.account import MINE, Reader, reading
from tests.booking.calendars.graph.mailbox import Json
from tests.booking.calendars.graph.standin import GraphStandin
from tests.booking.calendars.texts import told

UID = f"b1@{MINE}"


def event(day: int = 8, first: str = "09:00", last: str = "09:30", **changed: Any) -> Json:  # noqa: ANN401 - JSON
    """An event on the clock of UTC, as a view shows it."""
    found: Json = {
        "id": f"id-{day}-{first}",
        "subject": "Prova",
        "isAllDay": False,
        "isCancelled": False,
        "showAs": "busy",
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "type": "singleInstance",
        "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time",
        "start": {"dateTime": f"2027-03-{day:02}T{first}:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"2027-03-{day:02}T{last}:00.0000000", "timeZone": "UTC"},
    }
    return found | changed


def moment(text: object, zone: str = "UTC") -> Json:
    return {"dateTime": text, "timeZone": zone}


def days(start: str, end: str, **changed: Any) -> Json:  # noqa: ANN401 - JSON
    return event(isAllDay=True, start=moment(start), end=moment(end), **changed)


@pytest.mark.parametrize(
    ("shown", "is_busy", "is_busy_where_tentative_is_free"),
    [
        ("free", False, False),
        ("tentative", True, False),
        ("busy", True, True),
        ("oof", True, True),
        ("workingElsewhere", False, False),
        ("unknown", True, True),
        ("somethingNew", True, True),
        (None, True, True),
    ],
)
def test_what_an_event_shows_decides(shown: str, is_busy: bool, is_busy_where_tentative_is_free: bool) -> None:
    assert bool(reading(event(showAs=shown)).busy) is is_busy
    assert bool(reading(event(showAs=shown), tentative_is_free=True).busy) is is_busy_where_tentative_is_free


@pytest.mark.parametrize(
    ("answer", "is_busy", "is_busy_where_tentative_is_free"),
    [
        ("none", True, True),
        ("organizer", True, True),
        ("accepted", True, True),
        ("tentativelyAccepted", True, False),
        ("notResponded", True, False),
        ("declined", False, False),
    ],
)
def test_what_she_has_answered_decides(answer: str, is_busy: bool, is_busy_where_tentative_is_free: bool) -> None:
    found = event(responseStatus={"response": answer, "time": "2027-03-01T00:00:00Z"})
    assert bool(reading(found).busy) is is_busy
    assert bool(reading(found, tentative_is_free=True).busy) is is_busy_where_tentative_is_free


def test_a_cancelled_event_keeps_no_time() -> None:
    assert not reading(event(isCancelled=True)).busy


def test_words_are_for_the_owner_without_control_characters() -> None:
    assert list(reading(event(subject="Dal\x07 medico\n")).busy.values()) == ["Dal  medico"]
    assert list(reading(event(subject=None)).busy.values()) == [""]


@pytest.mark.parametrize(
    "zone", ["W. Europe Standard Time", "Pacific Standard Time", "UTC", "tzone://Microsoft/Custom", "Nowhere", "", None]
)
def test_midnights_of_whole_days_are_the_owners(zone: str | None) -> None:
    found = days("2027-03-08T00:00:00.0000000", "2027-03-10T00:00:00.0000000", originalStartTimeZone=zone)
    assert told(reading(found)) == ["03-08 00:00/03-10 00:00"]


def test_whole_days_said_in_utc_are_those_of_their_zone() -> None:
    found = days("2027-03-07T23:00:00.0000000", "2027-03-08T23:00:00.0000000")
    assert told(reading(found)) == ["03-08 00:00/03-09 00:00"]
    pacific = dict.fromkeys(("originalStartTimeZone", "originalEndTimeZone"), "Pacific Standard Time")
    found = days("2027-03-08T08:00:00.0000000", "2027-03-09T08:00:00.0000000", **pacific)
    assert told(reading(found)) == ["03-08 00:00/03-09 00:00"]


def test_whole_days_on_nobodys_clock_are_kept_all() -> None:
    found = days("2027-03-08T05:00:00.0000000", "2027-03-09T05:00:00.0000000", originalStartTimeZone=None)
    assert told(reading(found)) == ["03-08 00:00/03-10 00:00"]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Honolulu", "Pacific/Kiritimati"])
@pytest.mark.parametrize("is_all_day", [True, False])
@pytest.mark.parametrize("hour", ["00", "23"])
def test_time_until_the_end_of_all_calendars_is_kept(zone: str, is_all_day: bool, hour: str) -> None:
    first, last = moment(f"0001-01-01T{hour}:00:00", zone), moment(f"9999-12-31T{hour}:00:00", zone)
    whole = reading(event(isAllDay=is_all_day, start=first, end=last))
    (time,) = whole.busy
    assert (time.start.year, time.end.year, whole.unread) == (2027, 2027, ())
    for one in (first, last):
        assert list(reading(event(isAllDay=is_all_day, start=one, end=one)).busy) == []


def test_a_whole_day_of_the_clock_change_has_23_hours() -> None:
    found = days("2027-03-28T00:00:00.0000000", "2027-03-29T00:00:00.0000000")
    (time,) = reading(found).busy
    assert (time.end - time.start).total_seconds() == 23 * 3600


@pytest.mark.parametrize("zone", ["W. Europe Standard Time", "Europe/Rome", "(UTC+01:00) Amsterdam, Berlin, Rome"])
def test_a_time_in_another_zone_is_read_there(zone: str) -> None:
    found = reading(event(start=moment("2027-03-08T09:00:00", zone), end=moment("2027-03-08T10:00:00", zone)))
    assert (told(found), found.skipped) == (["03-08 09:00-10:00"], ())


@pytest.mark.parametrize(
    ("changed", "reason", "kept"),
    [
        ({"start": None}, Reason.START, []),
        ({"start": moment("domani")}, Reason.START, []),
        ({"start": moment("2027-02-30T09:00:00")}, Reason.START, []),
        ({"end": moment(None)}, Reason.END, ["03-08 10:00-11:00"]),
        ({"end": "2027"}, Reason.END, ["03-08 10:00-11:00"]),
        ({"end": moment("2027-03-07T09:00:00")}, Reason.BACKWARDS, []),
        ({"start": moment("2027-03-08T10:00:00", "Mars Standard Time")}, Reason.ZONE, ["03-08 10:00-10:30"]),
    ],
)
def test_what_cannot_be_read_is_told(changed: Json, reason: Reason, kept: list[str]) -> None:
    found = reading(event(**changed))
    assert ([one.reason for one in found.unread], told(found)) == ([reason], kept)
    assert reading(event(showAs="free", **changed)).unread == ()


def test_marked_events_are_bookings_and_not_busy() -> None:
    found = reading(event(singleValueExtendedProperties=mark(UID)), event(9))
    assert (list(found.own), told(found)) == ([UID], ["03-09 10:00-10:30"])
    assert found.own[UID].time is not None


def test_events_of_another_installation_are_busy() -> None:
    found = reading(event(singleValueExtendedProperties=mark("b1@other.example.org")))
    assert (found.own, told(found)) == ({}, ["03-08 10:00-10:30"])


def test_a_cancelled_booking_has_no_time() -> None:
    found = reading(event(singleValueExtendedProperties=mark(UID), isCancelled=True))
    assert (found.own, found.busy) == ({UID: Own(None)}, {})


def test_her_copy_of_a_booking_keeps_time() -> None:
    marked: Json = {"singleValueExtendedProperties": mark(UID)}
    copy, ours = event(9, "07:00", "08:00", **marked), event(8, transactionId="t", **marked)
    found = reading(copy, ours)
    assert told(found) == ["03-09 08:00-09:00"]
    assert found.own == reading(ours).own


def test_a_series_is_kept_by_its_occurrences() -> None:
    standin = GraphStandin()
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday"}
    span = {"type": "numbered", "startDate": "2027-03-15", "numberOfOccurrences": 3}
    series = standin.add(
        "Corso", "2027-03-15T09:00:00", "2027-03-15T10:00:00", recurrence={"pattern": pattern, "range": span}
    )
    standin.events[series].changed["2027-03-22"] = None
    # The clocks change on the 28th.
    assert told(Reader(standin).read()) == ["03-15 09:00-10:00", "03-29 09:00-10:00"]


def test_a_booking_made_a_series_keeps_its_other_days() -> None:
    marked: Json = {"singleValueExtendedProperties": mark(UID), "type": "occurrence", "seriesMasterId": "m"}
    found = reading(*(event(day, **marked) for day in (10, 8, 9)))
    assert (list(found.own), told(found)) == ([UID], ["03-09 10:00-10:30", "03-10 10:00-10:30"])
    assert found.own == reading(event(8, **marked)).own
