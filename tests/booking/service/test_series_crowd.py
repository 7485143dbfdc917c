"""Series and single bookings asked for at once, and a series broken off in the middle: never half a series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.storage import booking_rows
from plugins.booking.storage.schema import bookings, claims, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.tables import count
from tests.booking.web.test_series_api import AUTUMN
from tests.soak import soak_count

POSTS = soak_count(32, 500)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", {"repeat": {"weeks": [1, 2]}}, horizon="90d")
    with endpoint(content, database_url, Clock(AUTUMN)) as running:
        yield running


def test_posts_at_once_leave_no_overlap_and_no_half_series(desk: Endpoint) -> None:
    chance = Random(7)

    def body(number: int) -> dict[str, object]:
        day, hour = chance.choice([12, 13, 19, 26]), chance.choice([9, 10, 11])
        wanted = asked(start=f"2027-10-{day}T{hour:02}:00:00+02:00", email=f"ada{number}@example.com")
        repeat = {"every": chance.choice([1, 2]), "count": chance.randrange(2, 6)}
        return wanted | ({"repeat": repeat} if chance.random() < 0.6 else {})

    bodies = [body(number) for number in range(POSTS)]

    def post(fields: dict[str, object]) -> int:
        with httpx.Client(base_url=desk.http.base_url, timeout=60) as http:
            answer = http.post("/api/bookings", json=fields)
            sent = fields.get("repeat")
            if answer.status_code == 201 and isinstance(sent, dict):
                assert len(answer.json()["series"]) == sent["count"]
            return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(post, bodies))
    assert set(answers) == {201, 409}
    with desk.engine.begin() as connection:
        rows = connection.execute(select(bookings).order_by(bookings.c.start)).all()
    assert all(one.busy_until <= other.busy_from for one, other in pairwise(rows))
    sizes = Counter(row.series_id for row in rows if row.series_id)
    wanted = {fields["email"]: fields["repeat"] for fields in bodies if "repeat" in fields}
    for row in rows:
        if row.series_id:
            repeat = wanted[row.email]
            assert isinstance(repeat, dict)
            assert sizes[row.series_id] == repeat["count"]


def test_a_series_broken_off_in_the_middle_leaves_nothing(desk: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, notes = booking_rows.note, iter(range(100))

    def note(*words: object) -> None:
        if next(notes) == 3:
            raise RuntimeError("the process ends here")
        kept(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("plugins.booking.storage.series_store.note", note)
    body = asked(start="2027-10-12T10:00:00+02:00", repeat={"count": 6})
    assert desk.http.post("/api/bookings", json=body, headers={"Idempotency-Key": "una"}).status_code == 500
    assert [count(desk.engine, table) for table in (bookings, claims, outbox)] == [0, 0, 0]
    # The connection ends with an unexpected error.
    address, key = f"{desk.http.base_url}/api/bookings", {"Idempotency-Key": "una"}
    again = httpx.post(address, json=body, headers=key, timeout=30)
    assert len(again.json()["series"]) == 6


def test_a_group_of_a_series_has_its_seats(tmp_path: Path, database_url: str) -> None:
    content = write_content(tmp_path / "office", {"repeat": {}, "seats": 2}, horizon="90d")
    with endpoint(content, database_url, Clock(AUTUMN)) as desk:
        body = asked(start="2027-10-12T10:00:00+02:00", repeat={"count": 3})
        for name in ("ada", "ugo"):
            assert desk.http.post("/api/bookings", json=body | {"email": f"{name}@example.com"}).status_code == 201
        full = desk.http.post("/api/bookings", json=body | {"email": "eva@example.com"})
        assert full.status_code == 409
        assert [one["detail"] for one in full.json()["dates"]] == ["A quest’ora i posti sono finiti."] * 3
        assert count(desk.engine, bookings) == 6
