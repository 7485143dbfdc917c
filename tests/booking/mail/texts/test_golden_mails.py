"""Every mail to the last byte, and its invitation as three calendar programs read it."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.booking.mail.texts.golden_mails import GOLDEN, LIVES, mails_of

BROWSER = Path(__file__).parents[3] / "browser"
ALL = sorted(GOLDEN.glob("*.eml"))
# What each says to a calendar: its method, its status and its revision. The others say nothing to it.
SAID = {
    "confirmed-owner": ("PUBLISH", "CONFIRMED", 0),
    "confirmed-visitor": ("REQUEST", "CONFIRMED", 0),
    "approved-owner": ("PUBLISH", "CONFIRMED", 1),
    "approved-visitor": ("REQUEST", "CONFIRMED", 1),
    "rescheduled-by-visitor-owner": ("PUBLISH", "CONFIRMED", 1),
    "rescheduled-by-visitor-visitor": ("REQUEST", "CONFIRMED", 1),
    "rescheduled-by-owner-owner": ("PUBLISH", "CONFIRMED", 1),
    "rescheduled-by-owner-visitor": ("REQUEST", "CONFIRMED", 1),
    "cancelled-by-visitor-owner": ("CANCEL", "CANCELLED", 1),
    "cancelled-by-visitor-visitor": ("CANCEL", "CANCELLED", 1),
    "cancelled-by-owner-owner": ("CANCEL", "CANCELLED", 1),
    "cancelled-by-owner-visitor": ("CANCEL", "CANCELLED", 1),
    "corrected-visitor": ("REQUEST", "CONFIRMED", 1),
}


def invitation(path: Path) -> str | None:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    return parts[0].get_content() if parts else None


def with_icalendar(text: str) -> dict[str, Any]:
    # Its properties are of many types; what they hold is what is checked.
    calendar: Any = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return {
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "summary": str(event["SUMMARY"]),
        "start": event["DTSTART"].dt,
        "end": event["DTEND"].dt,
        "organizer": str(event["ORGANIZER"]),
        "attendees": [str(event["ATTENDEE"])] if "ATTENDEE" in event else [],
        "sequence": int(event["SEQUENCE"]),
    }


def with_node(script: str, text: str) -> dict[str, Any]:
    done = subprocess.run(["node", script], input=text, capture_output=True, text=True, cwd=BROWSER, check=True)
    read: dict[str, Any] = json.loads(done.stdout)
    return read | {end: datetime.fromisoformat(read[end]).astimezone(UTC) for end in ("start", "end")}


@pytest.mark.parametrize("life", LIVES)
def test_each_mail_is_as_it_was_to_the_last_byte(tmp_path: Path, life: str) -> None:
    written = mails_of(life, tmp_path)
    assert written
    assert written == {path.name: path.read_bytes() for path in ALL if path.name in written}


def test_no_mail_is_left_that_nobody_writes_any_more(tmp_path: Path) -> None:
    lives = {path.stem.rsplit("-", 1)[0] for path in ALL}
    assert lives == set(LIVES)
    assert {path.stem for path in ALL if invitation(path)} == set(SAID)


@pytest.mark.some_cases(3)
@pytest.mark.parametrize("name", SAID)
def test_three_readers_read_the_same_invitation(name: str) -> None:
    text = invitation(GOLDEN / f"{name}.eml")
    assert text
    read = with_icalendar(text)
    assert with_node("read_invitation.mjs", text) == read
    assert with_node("read_invitation_node_ical.mjs", text) == read
    method, status, sequence = SAID[name]
    assert (read["method"], read["sequence"]) == (method, sequence)
    assert f"STATUS:{status}" in text.splitlines()


def test_one_booking_is_one_event_in_all_its_mails() -> None:
    texts = [invitation(path) for path in ALL if path.stem.startswith(("rescheduled", "cancelled", "confirmed"))]
    assert len({with_icalendar(text)["uid"] for text in texts if text}) == 1
