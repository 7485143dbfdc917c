"""Nothing that who waits for a time is told, on pages or by mail, is said past the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import sign_in
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import write_content
from tests.language.marking import take_words_away
from tests.language.test_endpoint import CALL, TALK, WHO, Reader
from tests.language.test_mails import left_in

HERE = "/appuntamenti/attesa"
NINE = "2027-01-12T09:00:00+01:00"


@pytest.fixture
def desk(tmp_path: Path, with_marks: None) -> Iterator[Endpoint]:
    content = write_content(tmp_path / "content", hours={"tuesday": ["09:00-09:30"]}, waiting_hold="4h")
    take_words_away(content)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running


def test_pages_and_mails_of_the_list_are_all_translated(desk: Endpoint) -> None:
    ask = Reader(desk.http)
    services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
    listed = services.waiting_list
    booked = desk.http.post("/api/bookings", json={"meeting": TALK, "start": NINE, **WHO}).json()["id"]
    ask(200, "GET", "/appuntamenti/orari", params={"meeting": TALK})
    ask(200, "GET", HERE, params={"meeting": CALL, "service": "telefono"})
    ask(404, "GET", HERE, params={"meeting": "nessuna"})
    days = {"from": "2027-01-12", "to": "2027-01-12", "timezone": "Asia/Tokyo"}
    fine = {"meeting": CALL, **WHO, **days}
    for wrong in ({"from": "", "to": "x"}, {"to": "2027-01-11"}, {"to": "2027-04-01"}, {"name": "", "email": "x"}):
        ask(422, "POST", HERE, data=fine | wrong)
    ask(422, "POST", "/api/waiting", json=fine | {"from": "2027-03-01", "to": "2027-03-02"})
    ask(303, "POST", HERE, data=fine | {"idempotency_key": "k" * 22})
    ask(422, "POST", HERE, data=fine | {"idempotency_key": "k" * 22, "to": "2027-01-19"})
    made = desk.http.post("/api/waiting", json=fine | {"email": "xx@xxxx.xx", "to": "2027-01-19"}).json()
    ask(200, "GET", f"{HERE}/inviata")
    ask(200, "GET", f"{HERE}/uscita")
    place = f"{HERE}/{listed.token(made['id'])}/"
    ask(200, "GET", place)
    ask(303, "POST", f"{place}conferma")
    ask(200, "GET", place)
    services.changes.cancel(booked, Actor.OWNER)
    assert WaitingJob(listed).make() == 1
    ask(200, "GET", place)
    sign_in(desk)
    ask(200, "GET", "/agenda/attesa/")
    ask(200, "GET", "/agenda/giorno/?giorno=2027-01-12")
    ask(422, "POST", f"{place}prendi", data={"start": NINE, "phone": "x"})
    ask(409, "POST", f"{place}prendi", data={"start": "x"})
    ask(303, "POST", f"{place}lascia", data={"start": NINE})
    ask(200, "GET", place)
    ask(303, "POST", f"{place}esci")
    ask(404, "GET", place)
    assert ask.left == []
    assert "⟦" in ask.seen
    with desk.engine.begin() as connection:
        mails = connection.execute(select(outbox.c.mime).where(outbox.c.kind.like("waiting-%"))).scalars().all()
    assert len(mails) == 3
    assert [left for mime in mails if (left := left_in(mime))] == []
