"""Availability files drawn at random: whatever an owner may write, around changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.booking.calendars.scripted import COLLECTION
from tests.booking.naive import Rules
from tests.booking.office import CALL, TALK

BEGINNINGS = [
    datetime(2027, 1, 15, 12, tzinfo=UTC),
    datetime(2027, 3, 27, 11, 3, tzinfo=UTC),  # the day before Rome's clocks go forward
    datetime(2027, 10, 30, 11, 58, 30, tzinfo=UTC),  # and back
]
ELSEWHERE = ("America/New_York", "Asia/Tokyo", "Pacific/Kiritimati")
# Days; the longer ones have room for a series.
HORIZONS = st.integers(1, 4) | st.sampled_from([16, 16, 30])


def hours(draw: st.DrawFn) -> list[str]:
    """One or two ranges of a day, whatever the hour."""
    marks = sorted(draw(st.lists(st.integers(0, 288), min_size=2, max_size=4, unique=True)))
    clock = [f"{mark // 12:02}:{mark % 12 * 5:02}" for mark in marks]
    return [f"{clock[number]}-{clock[number + 1]}" for number in range(0, len(clock) - 1, 2)]


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    """What the owner may write in availability.yaml, other than its dates."""

    def kind(of: dict[str, Any]) -> dict[str, Any]:
        changed = of | {
            "minutes": 5 * draw(st.integers(1, 18)),
            "step": 5 * draw(st.integers(1, 12)),
            "before": 5 * draw(st.integers(0, 4)),
            "after": 5 * draw(st.integers(0, 4)),
            "confirmation": draw(st.sampled_from(["automatic", "manual"])),
        }
        if draw(st.integers(0, 3)):
            changed["repeat"] = {"weeks": [1, 2], "most": 4}
        if (cap := draw(st.none() | st.integers(1, 3))) is not None:
            changed["per_day"] = cap
        if (places := draw(st.none() | st.integers(2, 4))) is not None:
            changed["seats"] = places
        # Of its own or not, each by itself.
        if draw(st.booleans()):
            changed["hours"] = week(changed["where"] == "in_person")
        if draw(st.booleans()):
            changed["notice"] = f"{draw(st.integers(0, 20))}h"
        if draw(st.booleans()):
            changed["horizon"] = f"{draw(HORIZONS)}d"
        if (day := draw(st.none() | day_of)) is not None:
            changed["closures"] = [{"from": str(day), "to": str(day)}]
        return changed

    def week(places: bool = True) -> dict[str, list[str]]:
        if draw(st.integers(0, 3)) == 0:
            # A night after hours that touch it, at a place of its own.
            return {day: ["18:00-22:00", "22:00-02:00 studio" if places else "22:00-02:00"] for day in days}
        return {day: draw(st.just(["00:00-24:00"]) | st.just(["09:00-13:00"]) | st.composite(hours)()) for day in days}

    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    day_of = st.dates(BEGINNINGS[0].date(), BEGINNINGS[0].date() + timedelta(days=4)) | st.sampled_from(
        [one.date() + timedelta(days=ahead) for one in BEGINNINGS[1:] for ahead in range(3)]
    )
    shut, opened, away = draw(st.none() | day_of), draw(st.none() | day_of), draw(st.none() | day_of)
    listed = {"waiting_hold": f"{draw(st.sampled_from([1, 4, 30]))}h"} if draw(st.integers(0, 3)) else {}
    stays: list[dict[str, Any]] = []
    if away:
        stays = [{"from": str(away), "to": str(away), "timezone": draw(st.sampled_from(ELSEWHERE))}]
        if draw(st.booleans()):
            stays[0]["hours"] = week()
    return listed | {
        "stays": stays,
        "timezone": draw(st.sampled_from(["Europe/Rome", "Europe/Rome", "America/New_York", "Asia/Kathmandu"])),
        "hours": week(),
        "closures": [{"from": str(shut), "to": str(shut)}] if shut else [],
        "openings": [{"date": str(opened), "hours": hours(draw)}] if opened else [],
        "notice": f"{draw(st.integers(0, 20))}h",
        "horizon": f"{draw(HORIZONS)}d",
        "change_notice": f"{draw(st.integers(0, 12))}h",
        "pending_expiry": f"{draw(st.integers(1, 30))}h",
        "reminder": f"{draw(st.integers(1, 30))}h",
        "calendar": {"caldav": COLLECTION, "credentials": "CALENDAR_LOGIN"},
        "meetings": [
            kind(TALK),
            kind(CALL),
            kind(TALK | {"slug": "lunga", "title": "Lunga", "where": draw(st.sampled_from(["video", "in_person"]))}),
        ],
    }
