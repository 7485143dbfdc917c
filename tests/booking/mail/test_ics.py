"""What is written for calendar programs, read back by a library that others wrote, and beside what it would write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.booking.mail.ics import ics
from plugins.booking.mail.texts.invitation_text import Invitation
from tests.soak import soak_count

# A backslash is apart: of two in a row, followed by a letter, the library that reads makes something else.
TEXTS = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]) | st.sampled_from("ab,;:^'\n à€😀"))
NAMES = st.text(st.sampled_from("abcdè,;:'^ ’"), min_size=1).map(lambda name: f"{name} x")
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)
INVITATIONS = st.builds(
    Invitation,
    uid=st.from_regex("[0-9a-f]{32}@[0-9a-f]{12}[.]example", fullmatch=True),
    sequence=st.integers(0, 99),
    method=st.sampled_from(["REQUEST", "PUBLISH", "CANCEL", None]),
    status=st.sampled_from(["CONFIRMED", "TENTATIVE", "CANCELLED"]),
    start=INSTANTS, end=INSTANTS, stamp=INSTANTS,
    summary=TEXTS, description=TEXTS, location=TEXTS, organizer_name=NAMES,
    organizer_email=st.just("bice@example.org"),
    attendee_email=st.none() | st.from_regex(r"[a-z+%/&]{1,60}@example\.com", fullmatch=True),
)  # fmt: skip


def clean(text: str) -> str:
    kept = "".join(char for char in text if char in "\t\n" or not (ord(char) < 32 or 127 <= ord(char) < 160))
    return kept.replace("\u2028", "").replace("\u2029", "")


def by_the_library(invitation: Invitation) -> bytes:
    event = icalendar.Event()
    for name, value in (("uid", invitation.uid), ("sequence", invitation.sequence), ("status", invitation.status)):
        event.add(name, value)
    for name, instant in (("dtstamp", invitation.stamp), ("dtstart", invitation.start), ("dtend", invitation.end)):
        event.add(name, instant)
    event.add("summary", clean(invitation.summary))
    event.add("description", clean(invitation.description))
    if invitation.location:
        event.add("location", clean(invitation.location))
    if invitation.method:
        organizer = icalendar.vCalAddress(f"mailto:{invitation.organizer_email}")
        organizer.params["CN"] = invitation.organizer_name
        event.add("organizer", organizer)
    calendar = icalendar.Calendar()
    for name, word in (("version", "2.0"), ("prodid", "-//Maglia//booking//IT"), ("calscale", "GREGORIAN")):
        calendar.add(name, word)
    if invitation.method:
        calendar.add("method", invitation.method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


@settings(max_examples=soak_count(100, 5_000), deadline=None)
@given(INVITATIONS)
def test_invitation_is_byte_identical_to_what_the_icalendar_library_writes(invitation: Invitation) -> None:
    alone = invitation.model_copy(update={"attendee_email": None})
    assert ics(alone) == by_the_library(alone)


@settings(max_examples=soak_count(100, 5_000), deadline=None)
@given(INVITATIONS)
def test_every_line_is_short_and_whole_characters_and_reads_back(invitation: Invitation) -> None:
    written = ics(invitation)
    assert written.endswith(b"\r\n")
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        assert line.decode().encode() == line
    calendar = icalendar.Calendar.from_ical(written)
    assert isinstance(calendar, icalendar.Calendar)
    event: Any = calendar.walk("VEVENT")[0]
    assert str(event["UID"]) == invitation.uid
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (invitation.start, invitation.end)
    assert ("ATTENDEE" in event) == bool(invitation.attendee_email)


def test_what_calendars_take_for_a_sign_of_theirs_is_escaped() -> None:
    odd = Invitation(
        uid="1@x", sequence=0, method="REQUEST", status="CONFIRMED", summary="a\\nb, c; d\ne", description="x",
        location="\\", organizer_name='Ab "c" ^ d\ne', organizer_email="b@example.org", attendee_email="a@example.com",
        start=datetime(2027, 1, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=30),
        stamp=datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    lines = ics(odd).decode().split("\r\n")
    assert "SUMMARY:a\\\\nb\\, c\\; d\\ne" in lines
    assert "LOCATION:\\\\" in lines
    assert 'ORGANIZER;CN="Ab ”c” ^^ d^ne":mailto:b@example.org' in lines
