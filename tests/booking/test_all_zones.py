"""Every time zone there is, the owner's and the visitor's: one instant on every page, in every mail and calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import select

from plugins.booking.schema import outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.soak import soak_count

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)
DAY = timedelta(days=1)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
# Odd offsets, both sides of the date line, half an hour and two hours of summer time.
TELLING = [
    "Europe/Rome", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Honolulu", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll",
    "Pacific/Kiritimati", "America/Havana", "Asia/Beirut", "America/Santiago", "America/Nuuk", "Asia/Kolkata",
    "Etc/GMT+12", "UTC",
]  # fmt: skip
CHANGES = soak_count(2, 4)  # days a zone, those of its clock changes first
SLOTS = soak_count(2, 6)  # of a day, any of them


def zones() -> list[str]:
    """All zones, or the telling ones and some more."""
    others = sorted(available_timezones() - set(TELLING))
    return TELLING + Random(4).sample(others, soak_count(6, len(others)))


ZONES = zones()


def days(zone: ZoneInfo, chance: Random) -> list[date]:
    """Days of two years: those on which clocks change, and any others."""
    every = [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    noons = [datetime.combine(day, time(12), zone).utcoffset() for day in every]
    changing = [day for day, before, after in zip(every[1:], noons, noons[1:], strict=False) if before != after]
    return [*changing, *chance.sample(every, CHANGES)][: max(CHANGES, soak_count(0, len(changing) + 1))]


def shown(page: str) -> set[datetime]:
    """The instants that a page shows to a machine."""
    return {
        datetime.fromisoformat(text).astimezone(UTC)
        for text in re.findall(r'datetime="([^"]*T[^"]*)"', page)
        if datetime.fromisoformat(text).tzinfo
    }


def read(words: str, zone: ZoneInfo) -> set[datetime]:
    """The instants a moment in words may mean: two where the clock says it twice."""
    found = re.search(r"(\d+)º? (\w+) (\d{4}) alle (\d\d):(\d\d)", words)
    assert found, words
    day, month, year, hour, minute = found.groups()
    wall = datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=zone)
    return {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


def mails(desk: Endpoint, name: str) -> Iterator[tuple[str, str]]:
    """The plain words and the invitation of each mail about a booking."""
    with desk.engine.begin() as connection:
        rows = connection.execute(select(outbox.c.mime).where(outbox.c.about == name)).scalars().all()
    for row in rows:
        parts = {part.get_content_type(): part for part in message_from_bytes(row, policy=policy.default).walk()}
        yield parts["text/plain"].get_content(), parts["text/calendar"].get_content()


def line(words: str, label: str) -> str | None:
    """The line of a mail that begins with a label."""
    return next((one for one in words.splitlines() if one.startswith(f"{label}:")), None)


def book(desk: Endpoint, start: datetime, slot: dict[str, str], own: ZoneInfo, owner: ZoneInfo) -> None:
    """Book an offered slot and read the instant wherever it is told."""
    answer = desk.http.post("/api/bookings", json=asked(start=slot["start"], timezone=own.key))
    assert answer.status_code == 201, (owner, own, slot, answer.text)
    made: dict[str, Any] = answer.json()
    assert datetime.fromisoformat(made["start"]).astimezone(UTC) == start
    assert start in shown(desk.http.get(made["manage_url"]).text)
    told = list(mails(desk, made["id"]))
    assert len(told) == 2
    for label, (words, calendar) in zip(("Da chi prenota", "Da te"), told, strict=True):
        when, there = line(words, "Quando"), line(words, label)
        assert when
        assert start in read(when, owner)
        same = start.astimezone(owner).replace(tzinfo=None) == start.astimezone(own).replace(tzinfo=None)
        assert (there is None) == same
        assert there is None or start in read(there, own)
        assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in calendar.splitlines()
        assert "TZID" not in calendar


@pytest.mark.soak
@pytest.mark.parametrize("owner", ZONES)
def test_a_slot_is_one_instant_wherever_it_is_told(tmp_path: Path, owner: str) -> None:
    chance = Random(owner)
    zone, clock = ZoneInfo(owner), Clock()
    hours = {weekday: ["00:00-24:00"] for weekday in WEEK}
    content = write_content(tmp_path / "office", timezone=owner, hours=hours, horizon="4d")
    # Each zone is some other's visitor.
    others = ZONES[ZONES.index(owner) + 1 :] + ZONES
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", clock) as desk:
        for number, day in enumerate(sorted(days(zone, chance))):
            clock.now = datetime.combine(day, time(12), UTC) - 2 * DAY
            when = {"meeting": "conoscitiva", "from": str(day), "to": str(day)}
            slots = desk.http.get("/api/slots", params=when).json()["slots"]
            starts = {datetime.fromisoformat(slot["start"]).astimezone(UTC): slot for slot in slots}
            assert len(starts) == len(slots) >= 20
            assert {start.astimezone(zone).date() for start in starts} == {day}
            page = desk.http.get("/appuntamenti/orari", params={"meeting": "conoscitiva", "from": str(day)})
            assert set(starts) <= shown(page.text)
            for start in chance.sample(sorted(starts), min(SLOTS, len(starts))):
                book(desk, start, starts[start], ZoneInfo(others[number]), zone)
