"""Series over the JSON API: several dates in one post, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from plugins.booking.storage.schema import bookings, claims, history, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import Clock, asked, write_content
from tests.booking.tables import count

# Rome's clocks go back on 31 October 2027.
AUTUMN = datetime(2027, 10, 4, 8, 0, tzinfo=UTC)
FIRST = "2027-10-12T10:00:00+02:00"
SIX = {"every": 1, "unit": "week", "count": 6}


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", {"repeat": {"weeks": [1, 2], "most": 8}}, horizon="90d", reminder="1d")
    with endpoint(content, database_url, Clock(AUTUMN)) as running:
        yield running


def book(desk: Endpoint, repeat: object = SIX, key: str | None = None, **changed: object) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=repeat, **changed), headers=headers)


def starts(answer: httpx.Response) -> list[str]:
    return [one["start"] for one in answer.json()["series"]]


def wrong(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


def test_six_weeks_keep_their_hour_over_a_clock_change(desk: Endpoint) -> None:
    made = book(desk)
    assert made.status_code == 201
    assert starts(made) == [
        "2027-10-12T10:00:00+02:00",
        "2027-10-19T10:00:00+02:00",
        "2027-10-26T10:00:00+02:00",
        "2027-11-02T10:00:00+01:00",
        "2027-11-09T10:00:00+01:00",
        "2027-11-16T10:00:00+01:00",
    ]
    assert made.json()["id"] == made.json()["series"][0]["id"]
    assert count(desk.engine, bookings) == count(desk.engine, history) == 6
    assert count(desk.engine, claims) == 6 * 6
    assert count(desk.engine, outbox) == 2
    third = made.json()["series"][2]
    token = third["manage_url"].rstrip("/").rpartition("/")[2]
    told = desk.http.get(f"/api/bookings/{token}").json()
    assert (told["id"], [one["start"] for one in told["series"]]) == (third["id"], starts(made))


def test_nothing_is_booked_unless_every_date_can_be(desk: Endpoint) -> None:
    other = desk.http.post("/api/bookings", json=asked(start="2027-11-09T10:00:00+01:00", email="ugo@example.com"))
    assert other.status_code == 201
    refused = book(desk)
    assert refused.status_code == 409
    dates = {one["date"]: one for one in refused.json()["dates"]}
    assert [day for day, one in dates.items() if not one["free"]] == ["2027-11-09"]
    assert dates["2027-11-09"]["detail"] == "Questo orario è appena stato preso."
    assert dates["2027-11-09"]["nearest"][0]["start"].startswith("2027-11-0")
    assert (count(desk.engine, bookings), count(desk.engine, outbox)) == (1, 2)
    near = dates["2027-11-09"]["nearest"][0]["start"]
    assert len(starts(book(desk, SIX | {"moved": {"2027-11-09": near}, "skip": ["2027-10-26"]}))) == 5


def test_a_series_leaves_out_and_moves_single_dates(desk: Endpoint) -> None:
    asked_for = SIX | {"skip": ["2027-10-19"], "moved": {"2027-11-02": "2027-11-03T11:30:00+01:00"}}
    made = book(desk, asked_for)
    assert [one[:16] for one in starts(made)] == [
        "2027-10-12T10:00", "2027-10-26T10:00", "2027-11-03T11:30", "2027-11-09T10:00", "2027-11-16T10:00",
    ]  # fmt: skip


def test_until_a_day_counts_that_day(desk: Endpoint) -> None:
    assert len(starts(book(desk, {"every": 2, "until": "2027-11-09"}))) == 3
    assert wrong(book(desk, {"every": 2, "until": "2027-10-20"})) == ["repeat.until"]


def test_dates_of_one_series_count_against_each_other(desk: Endpoint) -> None:
    # Moved onto one another, and onto the same half hour.
    both = {"2027-10-19": "2027-10-20T11:00:00+02:00", "2027-10-26": "2027-10-20T11:00:00+02:00"}
    refused = book(desk, SIX | {"moved": both})
    assert refused.status_code == 409
    assert [one["date"] for one in refused.json()["dates"] if not one["free"]] == ["2027-10-26"]
    assert count(desk.engine, bookings) == 0


@pytest.mark.parametrize("seats", [{}, {"seats": 3}])
def test_two_dates_are_never_at_one_time(tmp_path: Path, database_url: str, seats: dict[str, int]) -> None:
    content = write_content(tmp_path / "office", {"repeat": {}} | seats, horizon="90d")
    with endpoint(content, database_url, Clock(AUTUMN)) as desk:
        refused = book(desk, SIX | {"moved": {"2027-10-19": FIRST}})
        assert refused.status_code == 409
        (again,) = [one for one in refused.json()["dates"] if not one["free"]]
        assert again["detail"] == "Questo orario è già di un’altra delle tue date."


def test_the_daily_cap_counts_dates_of_one_series(tmp_path: Path, database_url: str) -> None:
    capped = write_content(tmp_path / "office", {"repeat": {}, "per_day": 1}, horizon="90d")
    with endpoint(capped, database_url, Clock(AUTUMN)) as desk:
        refused = book(desk, SIX | {"moved": {"2027-10-19": "2027-10-12T12:00:00+02:00"}})
        assert refused.status_code == 409
        (full,) = [one for one in refused.json()["dates"] if not one["free"]]
        assert full["detail"] == "Quel giorno gli appuntamenti di questo tipo sono già al completo."


@pytest.mark.parametrize(
    ("repeat", "field"),
    [
        ({"every": 3, "count": 4}, "repeat.every"),
        ({"every": 0, "count": 4}, "repeat.every"),
        ({"every": False, "count": 4}, "repeat.every"),
        ({"every": [], "count": 4}, "repeat.every"),
        ({"every": 1, "count": 0}, "repeat.count"),
        ({"every": 1, "count": 0, "until": "2027-11-09"}, "repeat.count"),
        ({"every": 1, "count": 9}, "repeat.count"),
        ({"every": 1, "count": 1}, "repeat.count"),
        ({"every": 1, "count": True}, "repeat.count"),
        ({"every": 1, "count": "10" * 2000}, "repeat.count"),
        ({"every": 1}, "repeat.count"),
        ({"count": 3, "until": "2027-11-09"}, "repeat.count"),
        ({"until": "domani"}, "repeat.until"),
        ({"until": "9999-12-31"}, "repeat.until"),
        ({"count": 3, "unit": "day"}, "repeat.unit"),
        ({"count": 3, "skip": "2027-10-12"}, "repeat.skip"),
        ({"count": 3, "skip": ["2027-10-13"]}, "repeat.skip"),
        ({"count": 3, "skip": [7]}, "repeat.skip"),
        ({"count": 3, "skip": ["2027-10-12", "2027-10-19"]}, "repeat"),
        ({"count": 3, "moved": []}, "repeat.moved"),
        ({"count": 3, "moved": {"2027-10-13": FIRST}}, "repeat.moved"),
        ({"count": 3, "moved": {"2027-10-19": "ieri"}}, "repeat.date.2027-10-19"),
        ({"count": 3, "moved": {"2027-10-19": "9999-12-31T23:59:59Z"}}, "repeat.date.2027-10-19"),
        ({"count": 3, "moved": {"2027-10-19": None}}, "repeat.date.2027-10-19"),
        ("ogni settimana", "repeat"),
        ([1], "repeat"),
    ],
)
def test_a_wrong_repetition_says_which_field(desk: Endpoint, repeat: object, field: str) -> None:
    assert wrong(book(desk, repeat)) == [field]
    assert count(desk.engine, bookings) == 0


def test_a_start_at_the_end_of_the_calendar_is_refused(desk: Endpoint) -> None:
    for start in ("9998-12-30T10:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        answer = desk.http.post("/api/bookings", json=asked(start=start, repeat=SIX))
        assert wrong(answer) == ["start"]


def test_a_meeting_without_the_key_cannot_repeat(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path / "office"), f"sqlite:///{tmp_path}/booking.db") as desk:
        answer = desk.http.post("/api/bookings", json=asked(repeat=SIX))
        assert wrong(answer) == ["repeat"]
        assert "repeat" not in desk.http.get("/api/meetings").json()[0]
        assert "series" not in desk.http.post("/api/bookings", json=asked()).json()


def test_the_meetings_tell_how_they_repeat(desk: Endpoint) -> None:
    meetings: list[dict[str, Any]] = desk.http.get("/api/meetings").json()
    assert meetings[0]["repeat"] == {"weeks": [1, 2], "most": 8}


def test_the_same_key_books_a_series_once(desk: Endpoint) -> None:
    first, again = book(desk, key="una"), book(desk, key="una")
    assert first.json() == again.json()
    assert count(desk.engine, bookings) == 6
    assert book(desk, SIX | {"count": 5}, key="una").status_code == 422
