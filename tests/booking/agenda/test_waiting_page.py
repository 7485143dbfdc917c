"""The owner sees who waits, in turn and with what is held for whom, and takes one off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import holds, waiting
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import press, read, sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
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
