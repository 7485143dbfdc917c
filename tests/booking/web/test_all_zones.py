"""Every time zone there is, the owner's and the visitor's: one instant on every page, in every mail and calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import select

from plugins.booking.storage.schema import outbox
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
DAYS = 2  # of a zone, those on which its clocks change first
SLOTS = 2  # of a day, any of them


def zones() -> list[str]:
    """All zones, or the telling ones and some more."""
    others = sorted(available_timezones() - set(TELLING))
    return TELLING + Random(4).sample(others, soak_count(6, len(others)))


ZONES = zones()
ODD = ["Africa/Casablanca", "America/Havana", "Australia/Lord_Howe"]
EVERY_DAY = soak_count(3, (LAST - FIRST).days + 1)


def kinds_of_clock() -> list[str]:
    """One zone of each kind, or three that are odd; zones whose clocks agree in every hour of the two years are one."""
    kinds: dict[tuple[object, ...], str] = {}
    every = [FIRST + number * DAY for number in range((LAST - FIRST).days + 2)]
    for zone in map(ZoneInfo, ODD + sorted(available_timezones())[: soak_count(0, 1_000)]):
        noons = [datetime.combine(day, time(12), UTC).astimezone(zone).utcoffset() for day in every]
        clock: list[object] = [noons[0]]
        for day, before, after in zip(every, noons, noons[1:], strict=False):
            if before != after:
                hours = [datetime.combine(day, time(12), UTC) + timedelta(hours=hour) for hour in range(25)]
                clock += [(hour, hour.astimezone(zone).utcoffset()) for hour in hours]
        kinds.setdefault(tuple(clock), zone.key)
    return sorted(kinds.values())


def days(zone: ZoneInfo, chance: Random) -> list[date]:
    """Days of two years: those on which clocks change, and any others."""
    every = [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    noons = [datetime.combine(day, time(12), zone).utcoffset() for day in every]
    changing = [day for day, before, after in zip(every[1:], noons, noons[1:], strict=False) if before != after]
    return [*changing, *chance.sample(every, DAYS)][:DAYS]


def shown(page: str) -> set[datetime]:
    """The instants that a page shows to a machine."""
    return {
        datetime.fromisoformat(text).astimezone(UTC)
        for text in re.findall(r'(?:datetime|name="start" value)="([^"]*T[^"]*)"', page)
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
        # By the older policy, five times as fast; the tests of the mails read them by the newer one.
        parts = {part.get_content_type(): part for part in message_from_bytes(row).walk()}
        yield text_of(parts["text/plain"]), text_of(parts["text/calendar"])


def text_of(part: Message) -> str:
    """What a part of a mail says."""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


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


def book_a_day(desk: Endpoint, day: date, zone: ZoneInfo, own: ZoneInfo, chance: Random, few: int) -> int:
    """Read the slots of a day from the interface and the page, book as many as asked, count what was offered."""
    when = {"meeting": "conoscitiva", "from": str(day), "to": str(day)}
    slots = desk.http.get("/api/slots", params=when).json()["slots"]
    starts = {datetime.fromisoformat(slot["start"]).astimezone(UTC): slot for slot in slots}
    assert len(starts) == len(slots)
    assert {start.astimezone(zone).date() for start in starts} <= {day}
    page = desk.http.get("/appuntamenti/orari", params={"meeting": "conoscitiva", "from": str(day)})
    assert set(starts) <= shown(page.text)
    for start in chance.sample(sorted(starts), min(few, len(starts))):
        book(desk, start, starts[start], own, zone)
    return len(starts)


@pytest.mark.some_cases(3)
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
            assert book_a_day(desk, day, zone, ZoneInfo(others[number]), chance, SLOTS) >= 20


@pytest.mark.soak
@pytest.mark.parametrize("owner", kinds_of_clock())
def test_every_slot_of_two_years_is_bookable_in_every_zone(tmp_path: Path, owner: str) -> None:
    chance = Random(owner)
    zone, clock = ZoneInfo(owner), Clock()
    # Where dates change, and where clocks do.
    walls = [time(23, 30), time(0), time(2)][: 3 if changes(zone) else 1]
    hours = {weekday: [f"{wall:%H:%M}-{until(wall)}" for wall in walls] for weekday in WEEK}
    content = write_content(tmp_path / "office", timezone=owner, hours=hours, horizon="4d")
    offered = there = 0
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", clock) as desk:
        for number in range(EVERY_DAY):
            day = FIRST + number * DAY
            clock.now = datetime.combine(day, time(12), UTC) - 2 * DAY
            offered += book_a_day(desk, day, zone, ZoneInfo(chance.choice(ZONES)), chance, few=len(walls))
            there += sum(exists(datetime.combine(day, wall, zone)) for wall in walls)
    assert offered == there


def until(wall: time) -> str:
    """The clock half an hour later; midnight is 24:00."""
    return "24:00" if wall == time(23, 30) else f"{wall.hour:02}:30"


def changes(zone: ZoneInfo) -> bool:
    """Whether clocks change within the two years."""
    return len({datetime.combine(FIRST + number * DAY, time(12), zone).utcoffset() for number in range(731)}) > 1


def exists(wall: datetime) -> bool:
    """Whether the clock of a zone ever reads this."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)
