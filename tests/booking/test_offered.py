"""Offered = bookable, through the endpoint and its database, over both days when Rome's clocks change."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugins.booking.schema import bookings
from tests.booking.endpoint import endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.tables import count

NIGHT = {
    day: ["00:00-05:00", "22:00-24:00"]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


@pytest.mark.parametrize(
    ("now", "talk"),
    [
        (datetime(2027, 3, 26, 12, tzinfo=UTC), {"step": 30}),
        (datetime(2027, 3, 26, 12, tzinfo=UTC), {"step": 15, "before": 10, "after": 20, "per_day": 4}),
        (datetime(2027, 10, 29, 12, tzinfo=UTC), {"step": 30}),
        (datetime(2027, 10, 29, 12, tzinfo=UTC), {"step": 15, "before": 10, "after": 20, "per_day": 4}),
    ],
)
def test_whatever_is_offered_can_be_booked_until_nothing_is(
    tmp_path: Path, database_url: str, now: datetime, talk: dict[str, int]
) -> None:
    content = write_content(tmp_path / "content", talk=talk, hours=NIGHT, horizon="4d")
    chance = random.Random(f"{now} {talk}")
    kept = 0
    with endpoint(content, database_url, Clock(now)) as desk:
        while True:
            slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
            starts = [slot["start"] for slot in slots]
            assert len(set(starts)) == len(starts)
            if not starts:
                break
            for start in starts:
                # No wall-clock time that the clocks skip, and its offset is the one of that instant.
                assert datetime.fromisoformat(start).astimezone(UTC) > now
            answer = desk.http.post("/api/bookings", json=asked(start=chance.choice(starts)))
            assert answer.status_code == 201, answer.text
            kept += 1
        assert count(desk.engine, bookings) == kept
        assert kept >= 12
