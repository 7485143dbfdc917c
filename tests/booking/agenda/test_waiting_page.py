"""The owner sees who waits, in turn and with what is held for whom, and takes one off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import holds, waiting
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import CALL, TALK, asked, write_content
from tests.booking.tables import count

NINE = "2027-01-12T09:00:00+01:00"
FIELDS = {"meeting": "conoscitiva", "from": "2027-01-12", "to": "2027-01-12"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "office", hours={"tuesday": ["09:00-09:30"]}, waiting_hold="4h")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


def test_owner_sees_the_list_and_takes_one_off(desk: Endpoint) -> None:
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    listed = services.waiting_list
    booked = desk.http.post("/api/bookings", json=asked(start=NINE)).json()["id"]
    for name in ("Bea <b>", "Clio"):
        email = f"{name[:3].lower()}@example.com"
        made = desk.http.post("/api/waiting", json=FIELDS | {"name": name, "email": email})
        listed.confirm(made.json()["id"])
        desk.clock.now += timedelta(seconds=1)
    assert desk.http.post("/api/waiting", json=FIELDS | {"name": "Dora", "email": "d@example.com"}).is_success
    services.changes.cancel(booked, Actor.OWNER)
    assert WaitingJob(listed).make() == 1
    assert "/agenda/attesa/" in " ".join(sign_in(desk).links)
    page = read(desk, "/agenda/attesa/")
    words = page.words
    assert words.index("Bea <b>") < words.index("Adesso ha per sé l’orario di") < words.index("Clio")
    assert "Dora" not in words
    assert "fino alle 13:00 di lunedì 11 gennaio" in words
    assert "tenuto per chi aspetta" in read(desk, "/agenda/giorno/?giorno=2027-01-12").words
    with desk.engine.begin() as connection:
        held = select(waiting.c.id).where(waiting.c.hold_id.is_not(None))
        first = connection.execute(held).scalar_one()
    after = press(desk, page, f"/agenda/attesa/{first}/togli")
    assert "non aspetta più" in after.words
    assert "Bea" not in after.words
    assert count(desk.engine, holds) == 0


def test_without_the_key_the_menu_does_not_name_it(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        assert "/agenda/attesa/" not in " ".join(sign_in(desk).links)
        assert "La lista d’attesa è chiusa" in read(desk, "/agenda/attesa/").words


def test_owner_sees_the_seats_that_are_held(tmp_path: Path) -> None:
    rules: dict[str, Any] = {
        "hours": {"tuesday": ["09:00-09:30"]},
        "waiting_hold": "4h",
        "meetings": [TALK | {"seats": 2}, CALL],
    }
    content = write_content(tmp_path / "office", **rules)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
        booked = [desk.http.post("/api/bookings", json=asked(start=NINE)).json()["id"] for _ in range(2)]
        made = desk.http.post("/api/waiting", json=FIELDS | {"name": "Bea", "email": "bea@example.com"})
        services.waiting_list.confirm(made.json()["id"])
        services.changes.cancel(booked[0], Actor.OWNER)
        assert WaitingJob(services.waiting_list).make() == 1
        (group,) = {link for link in sign_in(desk).links if "/agenda/gruppi/" in link}
        assert "1 posto è tenuto per chi aspetta." in read(desk, group).words
        assert "Adesso ha per sé l’orario di" in read(desk, "/agenda/attesa/").words
        services.changes.cancel(booked[1], Actor.OWNER)
        # Nobody sits there any more: it is no margin of anything.
        words = read(desk, "/agenda/giorno/?giorno=2027-01-12").words
        assert "tenuto per chi aspetta" in words
        assert "margine" not in words
