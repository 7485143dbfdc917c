"""What is free although it stands in a calendar, and the other way round."""

from __future__ import annotations

import pytest

from tests.booking.calendars.texts import DAILY, MINE, NINE, at, busy, event, halves, override, reading, told


def test_free_busy_periods_keep_time() -> None:
    periods = (
        "FREEBUSY;FBTYPE=BUSY:20270308T090000Z/PT1H\nFREEBUSY:20270309T090000Z/20270309T100000Z\n"
        "FREEBUSY;FBTYPE=FREE:20270310T090000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270311T090000Z/PT1H,\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270312T090000Z/PT1H\n"
    )
    shown = f"BEGIN:VFREEBUSY\nUID:f\nDTSTART:20270301T000000Z\n{periods}END:VFREEBUSY\n"
    assert busy(shown) == halves(8, 9, 11, 12, hour="10:00-11:00")
    assert busy(shown, tentative_is_free=True) == halves(8, 9, 11, hour="10:00-11:00")


def test_free_busy_period_that_cannot_be_read_is_told() -> None:
    found = reading("BEGIN:VFREEBUSY\nFREEBUSY:20270308T100000Z/20270308T090000Z\nEND:VFREEBUSY\n", event(NINE))
    assert told(found) == halves(8)
    assert [one.reason for one in found.unread] == ["period"]


ME = "maria@studio.example"
INVITED = f"{NINE}\nORGANIZER:mailto:ada@x.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@x.example"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ME}", []),
        (f'ATTENDEE;CN="Maria; R:";PARTSTAT=declined:MAILTO:{ME.upper()}', []),
        (f"ATTENDEE;EMAIL={ME};PARTSTAT=DECLINED:urn:uuid:1", []),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:altri@x.example", halves(8)),
        (f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ME}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:altra@studio.example", halves(8)),
        (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ME}", halves(8)),
        (f"ATTENDEE:mailto:{ME}", halves(8)),
        (f"ATTENDEE;PARTSTAT=DELEGATED:mailto:{ME}", halves(8)),
    ],
)
def test_an_invitation_the_owner_declined_is_free(answer: str, kept: list[str]) -> None:
    addresses = {ME, "altra@studio.example"}
    assert busy(event(f"{INVITED}\n{answer}"), owner_addresses=addresses) == kept
    assert busy(event(f"{INVITED}\n{answer}")) == halves(8)


def test_an_occurrence_the_owner_declined_is_free_alone() -> None:
    accepted, declined = (f"ATTENDEE;PARTSTAT={answer}:mailto:{ME}" for answer in ("ACCEPTED", "DECLINED"))
    without = override("20270309T090000", f"{at(9, '09:00', '09:30')}\n{declined}")
    assert busy(event(f"{DAILY}\n{accepted}"), without, owner_addresses={ME}) == halves(8, 10)
    only = override("20270309T090000", f"{at(9, '09:00', '09:30')}\n{accepted}")
    assert busy(event(f"{DAILY}\n{declined}"), only, owner_addresses={ME}) == halves(9)


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:TENTATIVE",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{ME}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{ME}",
        f"ATTENDEE:mailto:{ME}",
    ],
)
def test_what_is_not_certain_keeps_time_unless_she_says_otherwise(line: str) -> None:
    assert busy(event(f"{NINE}\n{line}"), owner_addresses={ME}) == halves(8)
    assert busy(event(f"{NINE}\n{line}"), owner_addresses={ME}, tentative_is_free=True) == []


def test_what_outlook_calls_free_is_free() -> None:
    assert busy(event(f"{NINE}\nTRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:FREE")) == []
    assert busy(event(f"{NINE}\nX-MICROSOFT-CDO-BUSYSTATUS:OOF")) == halves(8)


def test_candidates_of_a_poll_keep_no_time() -> None:
    assert busy(f"BEGIN:VPOLL\nUID:p\n{event(NINE)}END:VPOLL\n") == []


def test_recurrence_the_owner_added_to_a_booking_keeps_time() -> None:
    found = reading(event(f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=2", f"1@{MINE}"))
    assert told(found) == halves(15)
    assert [own.time and own.time.start.hour for own in found.own.values()] == [8]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("FREEBUSY:20270308T090000/20270308T100000", ["03-08 09:00-10:00", "03-08 10:00-11:00"]),
        ("FREEBUSY;TZID=America/New_York:20270308T090000/PT1H", ["03-08 10:00-11:00", "03-08 15:00-16:00"]),
        ("FREEBUSY:20270308T090000Z/20270308T103000", ["03-08 10:00-10:30", "03-08 10:00-11:30"]),
        ("FREEBUSY:20270308/20270309", ["03-08 00:00/03-09 00:00", "03-08 01:00/03-09 01:00"]),
        ("FREEBUSY;TZID=America/New_York:20270308T090000Z/PT1H", ["03-08 10:00-11:00"]),
    ],
)
def test_period_not_in_utc_is_kept_by_both_readings(line: str, kept: list[str]) -> None:
    assert told(reading(f"BEGIN:VFREEBUSY\n{line}\nEND:VFREEBUSY\n"))[: len(kept)] == kept
