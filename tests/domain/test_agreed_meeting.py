"""What a booking was taken as, and by which rules it is moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugins.domain.agreed_meeting import AgreedMeeting, agreed_as, read_agreed, still_agreed, to_move_by
from plugins.domain.availability import Availability, Meeting
from plugins.domain.bookings import Booking, Status, meeting_of
from plugins.domain.identity import Identity

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
WHO = Identity(
    name="Bice", brand="Maglia", claim="Assistente", email="bice@example.org", vat_number="12345678903",
    address="Via del Quaderno 2", legal="Legge 4/2013", video="https://meet.example/sua",
)  # fmt: skip
ROOM = "https://meet.example/di-questo"


def kind(**changed: object) -> Meeting:
    return Meeting.model_validate({"slug": "call", "title": "Chiamata", "minutes": 30} | changed)


def rules(*meetings: Meeting) -> Availability:
    return Availability.model_validate(
        {"timezone": "Europe/Rome", "hours": {}, "notice": "0m", "horizon": "30d", "meetings": meetings}
    )


def booked(agreed: AgreedMeeting | None, minutes: int = 30) -> Booking:
    return Booking(
        id="1", meeting="call", status=Status.PENDING, start=NOON, end=NOON + timedelta(minutes=minutes),
        name="Ada", email="ada@esempio.test", created_at=NOON, updated_at=NOON, agreed=agreed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "link", "address"),
    [
        ({"where": "video"}, "https://meet.example/sua", None),
        ({"where": "video", "link": ROOM}, ROOM, None),
        ({"where": "phone"}, None, None),
        ({"where": "in_person"}, None, "Via del Quaderno 2"),
    ],
)
def test_what_is_agreed_holds_its_place(changed: dict[str, Any], link: str | None, address: str | None) -> None:
    agreed = agreed_as(kind(**changed), WHO, None)
    assert (agreed.link, agreed.address, agreed.place_unknown) == (link, address, False)


def test_what_is_agreed_is_read_back_as_kept() -> None:
    question = {"key": "tema", "label": "Di che cosa?", "required": True}
    whole = kind(step=15, before=10, after=5, per_day=2, confirmation="manual", where="phone", questions=[question])
    agreed = agreed_as(whole, WHO, None)
    kept = agreed.model_dump(mode="json", exclude_none=True)
    assert read_agreed(json.dumps(kept)) == agreed
    later = kept | {"dances": 10, "questions": [question | {"kind": "choice", "choices": ["a"]}]}
    assert read_agreed(json.dumps(later)) == agreed


@pytest.mark.parametrize(
    ("written", "where", "link", "place_unknown"),
    [
        ({"where": "chat", "link": "https://chat.example/1"}, "video", None, True),
        ({"link": "xmpp:room@chat.example"}, "video", None, True),
        ({"where": "in_person", "address": {"room": 7}}, "video", None, True),
        ({"before": "15m", "link": ROOM}, "video", ROOM, False),
        ({"confirmation": "asked", "link": ROOM}, "video", ROOM, False),
        ({"questions": [{"key": "Due parole", "label": "?"}, 7], "where": "phone"}, "phone", None, False),
        ({"step": 7, "link": ROOM}, "video", ROOM, False),
    ],
)
def test_what_a_later_version_agreed_is_told_where_understood(
    written: dict[str, Any], where: str, link: str | None, place_unknown: bool
) -> None:
    found = read_agreed(json.dumps({"slug": "call", "title": "Chiamata", "minutes": 30, "step": 30} | written))
    assert found is not None
    assert (found.title, found.minutes, found.step, found.confirmation) == ("Chiamata", 30, 30, "manual")
    assert (found.where, found.link, found.place_unknown) == (where, link, place_unknown)


@pytest.mark.parametrize("kept", ["", "null", "[]", '{"slug": "call"}', '{"slug": "call", "title": {}, "minutes": 30}'])
def test_what_tells_no_meeting_is_as_if_not_kept(kept: str) -> None:
    assert read_agreed(kept) is None


@pytest.mark.parametrize(
    ("agreed", "now", "waits"),
    [
        ("automatic", "automatic", False),
        ("manual", "automatic", True),
        ("automatic", "manual", True),
        ("automatic", None, True),
    ],
)
def test_a_move_waits_where_any_rule_asks(agreed: str, now: str | None, waits: bool) -> None:
    held = rules(kind(confirmation=now) if now else kind(slug="other"))
    found = to_move_by(agreed_as(kind(confirmation=agreed, before=10), WHO, None), held)
    assert (found.confirmation == "manual", found.before) == (waits, 10)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"before": 30, "confirmation": "manual", "step": 15}, True),
        ({"title": "Telefonata"}, False),
        ({"minutes": 60}, False),
        ({"where": "phone"}, False),
        ({"link": ROOM}, False),
        ({"slug": "other"}, False),
    ],
)
def test_the_owner_is_told_what_a_client_was_told_otherwise(changed: dict[str, Any], same: bool) -> None:
    assert still_agreed(agreed_as(kind(), WHO, None), rules(kind(**changed)), WHO) is same


def test_a_booking_is_what_it_was_agreed_as() -> None:
    agreed = agreed_as(kind(minutes=45), WHO, None)
    assert meeting_of(booked(agreed), rules(kind(minutes=90)), WHO) == agreed


def test_a_booking_from_before_keeps_its_own_length() -> None:
    found = meeting_of(booked(None, minutes=45), rules(kind(minutes=90)), WHO)
    assert (found.title, found.minutes, found.link, found.place_unknown) == ("Chiamata", 45, WHO.video, False)


def test_a_booking_from_before_has_no_place_once_gone() -> None:
    found = meeting_of(booked(None, minutes=45), rules(kind(slug="other")), WHO)
    assert (found.slug, found.title, found.minutes, found.step, found.place_unknown) == (
        "call", "Appuntamento", 45, 45, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at_first", "now", "room"),
    [
        ({}, {"link": ROOM}, ROOM),
        ({}, {"where": "phone"}, WHO.video),
        ({"link": ROOM}, {"link": "https://video.example/another"}, ROOM),
        ({"where": "phone"}, {"link": ROOM}, None),
    ],
)
def test_a_video_without_a_room_gets_the_present_one(
    at_first: dict[str, Any], now: dict[str, Any], room: str | None
) -> None:
    agreed = agreed_as(kind(**at_first), WHO.model_copy(update={"video": None}), None)
    assert meeting_of(booked(agreed), rules(kind(**now)), WHO).link == room
