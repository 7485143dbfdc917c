"""The names of events: no other installation makes the same, and this one keeps its own."""

from __future__ import annotations

import re
from pathlib import Path

from tests.booking.endpoint import endpoint
from tests.booking.office import asked, write_content

SITE = "https://maglia.example"


def uid(content: Path, database: Path) -> str:
    with endpoint(content, f"sqlite:///{database}", BOOKING_SITE_URL=SITE, BOOKING_SECRET_KEY="k" * 32) as desk:
        slots = desk.http.get("/api/slots?meeting=conoscitiva").json()["slots"]
        made = desk.http.post("/api/bookings", json=asked(start=slots[0]["start"])).json()
        token = made["manage_url"].rstrip("/").rsplit("/", 1)[1]
        calendar = desk.http.get(f"/appuntamenti/{token}/invito.ics").text
    found = re.search(r"UID:(\S+(?:\r?\n \S+)*)", calendar)
    assert found
    name = re.sub(r"\r?\n ", "", found[1])
    assert name.startswith(made["id"])
    return name


def test_installations_with_the_same_address_never_produce_the_same_uid(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office")
    one, again = (uid(content, tmp_path / "one.db") for _ in range(2))
    other = uid(content, tmp_path / "other.db")
    ends = [name.split("@")[1] for name in (one, again, other)]
    assert ends[0] == ends[1] != ends[2]
    assert len({one, again, other}) == 3
