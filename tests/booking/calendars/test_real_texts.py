"""Texts that are not whole, or written in another way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugins.booking.calendars.ics.ics_reader import NotACalendar, read
from plugins.domain.wall_clock import Interval
from tests.booking.calendars.texts import ALL, MINE, NINE, ROME, at, event, halves, reading, told, vcalendar


@pytest.mark.parametrize(
    "text",
    [
        vcalendar(event(NINE))[:-20],
        vcalendar(event(NINE)) + vcalendar(event(NINE))[:-15],
        vcalendar(event(NINE)) + b"BEGIN:VCAL",
        vcalendar(event(NINE)).replace(b"END:VCALENDAR", b"") + vcalendar(event(NINE)),
    ],
)
def test_a_text_cut_short_is_refused(text: bytes) -> None:
    with pytest.raises(NotACalendar):
        read([text], ALL, ROME, MINE)


def test_an_event_without_its_end_is_kept_and_told() -> None:
    open_event = event(NINE).replace("END:VEVENT\n", "")
    found = reading(open_event, event(at(9, "09:00", "09:30"), "2"))
    assert told(found) == halves(8, 9)
    assert [one.reason for one in found.unread] == ["broken"]


def test_lines_folded_within_a_letter_are_joined() -> None:
    text = vcalendar(event(NINE).replace("Prova", "Caffè al bar"))
    folded = text.replace("Caffè".encode(), b"Caff\xc3\r\n \xa8")
    for one in (folded, folded.replace(b"\r\n", b"\n"), text.replace(b"\r\n", b"\r"), b"\xef\xbb\xbf" + text):
        assert list(read([one], ALL, ROME, MINE).busy.values()) == ["Caffè al bar"]


def test_unread_time_far_from_the_interval_is_not_told() -> None:
    old = (
        event("DTSTART;TZID=Europe/Rome:20160308T090000\nDTEND:x"),
        event("DTSTART;TZID=Chissà:20160308T090000\nDTEND:x"),
    )
    assert reading(*old, event("DTSTART:ieri\nTRANSP:TRANSPARENT")).skipped == ()
    assert reading(event("DTSTART:ieri")).skipped == ("Prova: it has no DTSTART that can be read",)


def test_interval_is_half_open() -> None:
    assert reading(event("DTSTART:20270304T000000Z\nDTEND:20270304T000000Z")).busy == {}
    (kept,) = reading(event("DTSTART:20270303T000000Z\nDTEND:20270304T010000Z")).busy
    assert kept == Interval(ALL.start, ALL.start + timedelta(hours=1))


def test_lines_that_end_in_cr_here_and_there_are_read() -> None:
    text = vcalendar(event(NINE))
    for odd in (b"\r", b"\n\r", b"\r\r\n"):
        for place in (b"\r\nDTSTART", b"\r\nDTEND"):
            assert told(read([text.replace(place, odd + place[2:])], ALL, ROME, MINE)) == halves(8)
