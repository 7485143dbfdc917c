"""The private feed, as a calendar program sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from plugins.booking.agenda.calendar_feed import Feed
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.bookings import Block
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import NOW, asked


def feed(desk: Endpoint) -> Feed:
    office = ContentReloader(desk.content)
    services = services_of(desk.settings, desk.store, desk.clock, office)
    return Feed(desk.engine, services.tokens, services.mail_composer, office, desk.clock)


def summaries(desk: Endpoint) -> list[str]:
    answer = desk.http.get(feed(desk).address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return sorted(str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
def booked(desk: Endpoint) -> str:
    """A booking of tomorrow's."""
    return str(desk.http.post("/api/bookings", json=asked()).json()["id"])


def test_bookings_and_blocks_are_in_it(desk: Endpoint, booked: str) -> None:
    call = asked(meeting="telefonata", start="2027-01-13T10:00:00+01:00", name="Eva", phone="+39 333 1234567")
    assert desk.http.post("/api/bookings", json=call).status_code == 201
    desk.store.block(Block(id="b" * 32, start=NOW, end=NOW + timedelta(hours=1), reason="Dal notaio", created_at=NOW))
    assert summaries(desk) == ["Chiacchierata conoscitiva con Ada Rossi", "Dal notaio", "Telefonata con Eva"]
    events = Calendar.from_ical(desk.http.get(feed(desk).address).content).walk("VEVENT")
    assert {str(event["SUMMARY"]).split()[0]: str(event.get("STATUS")) for event in events} == {
        "Chiacchierata": "CONFIRMED", "Telefonata": "TENTATIVE", "Dal": "None",
    }  # fmt: skip


def test_feed_leaves_out_cancelled_bookings_and_drops_finished_ones_later(desk: Endpoint, booked: str) -> None:
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    other = desk.http.post("/api/bookings", json=asked(start="2027-01-13T10:00:00+01:00", name="Eva")).json()["id"]
    services.changes.cancel(other, Actor.VISITOR)
    desk.clock.now += timedelta(days=2)
    services.changes.finish(booked)
    assert summaries(desk) == ["Chiacchierata conoscitiva con Ada Rossi"]
    desk.clock.now += timedelta(days=40)
    assert summaries(desk) == []


def test_who_has_it_already_is_told_so_until_it_changes(desk: Endpoint, booked: str) -> None:
    address = feed(desk).address
    first = desk.http.get(address)
    again = {"If-None-Match": f'W/"x", {first.headers["etag"]}'}
    answer = desk.http.get(address, headers=again)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", first.headers["etag"])
    desk.clock.now += timedelta(minutes=1)
    assert desk.http.get(address, headers=again).status_code == 304
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    services.changes.cancel(booked, Actor.OWNER)
    assert desk.http.get(address, headers=again).status_code == 200


def test_nobody_else_keeps_it(desk: Endpoint) -> None:
    headers = desk.http.get(feed(desk).address).headers
    assert (headers["cache-control"], headers["x-robots-tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("token", ["x", "A" * 22, "%C3%A8", "%00"])
def test_another_address_is_not_found(desk: Endpoint, token: str) -> None:
    assert desk.http.get(f"/agenda/{token}.ics").status_code == 404


def test_booking_token_and_feed_token_do_not_open_each_other(desk: Endpoint, booked: str) -> None:
    tokens = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content)).tokens
    assert not tokens.is_feed(tokens.sign(booked))
    assert not tokens.is_feed(tokens.sign(""))
    assert tokens.read(tokens.feed()) is None


def test_feed_address_signed_with_old_key_works_only_during_rotation(content: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/x.db"
    old, new = "o" * 32, "n" * 32
    with endpoint(content, database, BOOKING_SECRET_KEY=old) as desk:
        address = feed(desk).address
    with endpoint(content, database, BOOKING_SECRET_KEY=new, BOOKING_SECRET_KEY_OLD=old) as desk:
        assert desk.http.get(address).status_code == 200
        assert feed(desk).address != address
    with endpoint(content, database, BOOKING_SECRET_KEY=new) as desk:
        assert desk.http.get(address).status_code == 404
