"""The calendar reader beside ical.js and libical, on generated texts: no time of theirs is offered in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.booking.calendars.second_opinion.comparing import Comparison, compare, window_from
from tests.booking.calendars.second_opinion.generated import WINDOW_START, generated_calendars
from tests.booking.calendars.second_opinion.known_disagreements import KNOWN, reason_for
from tests.booking.calendars.second_opinion.merging import busy_times, common, union, without
from tests.booking.calendars.second_opinion.other_readers import OtherReader, Span, other_readers
from tests.soak import soak_count

ROME = ZoneInfo("Europe/Rome")
TEXTS = soak_count(200, 5_000)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[OtherReader]]:
    """The two other readers, started."""
    with other_readers(tmp_path_factory.mktemp("readers"), ROME.key) as readers:
        yield readers


@pytest.fixture(scope="module")
def comparisons(others: list[OtherReader]) -> dict[int, Comparison]:
    """What the three make of each generated text, by its seed."""
    window = window_from(WINDOW_START)
    return {seed: compare(generated_calendars(seed), window, ROME, others) for seed in range(TEXTS)}


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize("side", ["free alone", "busy alone"])
def test_every_disagreement_with_two_other_readers_has_its_reason(
    comparisons: dict[int, Comparison], side: str
) -> None:
    alone = {seed for seed, found in comparisons.items() if (found.free_alone if side[0] == "f" else found.busy_alone)}
    assert {seed for seed in alone if reason_for(comparisons[seed], side) is None} == set()


def test_the_other_readers_have_an_opinion_of_nearly_all(comparisons: dict[int, Comparison]) -> None:
    silent = [seed for seed, found in comparisons.items() if not found.opinions]
    assert len(silent) < TEXTS / 20


def test_same_seed_gives_the_same_text() -> None:
    assert [generated_calendars(seed) for seed in range(20)] == [generated_calendars(seed) for seed in range(20)]
    assert len({generated_calendars(seed) for seed in range(200)}) == 200


def test_known_disagreements_are_named_once_with_a_reason() -> None:
    assert len({(known.side, known.kind) for known in KNOWN}) == len(KNOWN)
    assert all(known.side in {"free alone", "busy alone"} and len(known.reason) > 20 for known in KNOWN)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;TZID=Europe/Rome:20270308T090000", "DTEND;TZID=Europe/Rome:20270308T093000"], "08 09:00–08 09:30"),
        (["DTSTART:20270308T090000", "DURATION:PT1H"], "08 09:00–08 10:00"),
        (["DTSTART;TZID=Eastern Standard Time:20270308T050000", "DURATION:PT1H"], "08 11:00–08 12:00"),
        (["DTSTART:20270327T220000", "DURATION:PT12H"], "27 22:00–28 11:00"),
        (["DTSTART;VALUE=DATE:20270327", "RRULE:FREQ=DAILY;COUNT=2"], "27 00:00–29 00:00"),
        (
            ["DTSTART:20270308T090000Z", "DURATION:PT1H", "RDATE:20270309T090000Z"],
            "08 10:00–08 11:00, 09 10:00–09 11:00",
        ),
        (["DTSTART:20270308T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"], ""),
    ],
)
def test_both_other_readers_are_asked_rightly(others: list[OtherReader], lines: list[str], expected: str) -> None:
    event = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    window = window_from(WINDOW_START)
    for other in others:
        events = other.events("\r\n".join(event).encode(), window)
        assert events is not None
        spans = union(one.span for one in busy_times(events, window, ROME))
        told = [[datetime.fromtimestamp(moment, ROME).strftime("%d %H:%M") for moment in span] for span in spans]
        assert ", ".join("–".join(span) for span in told) == expected, other.name


def test_reader_that_ends_is_ready_for_the_next_text() -> None:
    reader = OtherReader("broken", ["sh", "-c", "exit 3"])
    assert reader.events(b"x", Span(0, 1)) is None
    assert reader.events(b"y", Span(0, 1)) is None
    reader.close()


def test_times_are_added_met_and_taken_away() -> None:
    some, others = [Span(0, 4), Span(6, 9), Span(3, 5)], [Span(2, 7)]
    assert union(some) == [Span(0, 5), Span(6, 9)]
    assert common(some, others) == [Span(2, 5), Span(6, 7)]
    assert without(some, others) == [Span(0, 2), Span(7, 9)]
