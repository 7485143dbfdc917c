"""Endpoints that are killed while they offer what came free: everybody is told of it, once, and nobody holds two."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import Engine, make_url, select

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.outdated_mails import WAITING_OFFER
from plugins.booking.storage.schema import holds, outbox, waiting, waiting_told
from tests.booking.migrated import lay_out
from tests.booking.office import write_content
from tests.booking.processes import Process, free_starts
from tests.soak import soak_count

KILLS = soak_count(3, 100)
PEOPLE = 12
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PATIENCE_SECONDS = 600


@pytest.mark.some_cases(0)
@pytest.mark.soak
def test_killed_workers_lose_no_offer_and_give_none_twice(tmp_path: Path) -> None:
    hours = {day: ["09:00-11:00"] for day in DAYS}
    content = write_content(tmp_path / "office", hours=hours, horizon="9d", notice="0m", waiting_hold="30h")
    url, chance = f"sqlite:///{tmp_path}/booking.db", Random(12)
    variables = {"BOOKING_DATABASE_URL": url, "BOOKING_CONTENT": str(content), "BOOKING_RATE_LIMIT": "off"}
    lay_out(make_url(url))
    engine = open_engine(make_url(url))
    quiet = Process(variables | {"BOOKING_WORKER": "off"})
    booked = [_book(quiet.address, start) for start in free_starts(quiet.address)]
    _everybody_waits(engine, content)
    for token in booked:
        assert httpx.post(f"{quiet.address}/api/bookings/{token}/cancel", json={}, timeout=60).status_code == 200
    quiet.stop()
    for _ in range(KILLS):
        # Two at once, each of which may be in the midst of anything.
        several = [Process(variables) for _ in range(2)]
        time.sleep(chance.uniform(0, 1.5))
        for process in several:
            process.kill()
    last = Process(variables)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while len(_told(engine)) < PEOPLE and time.monotonic() < deadline:
        time.sleep(0.1)
    last.stop()
    told = Counter(who for who, _start in _told(engine))
    assert told == Counter({f"person{number}@example.com": 1 for number in range(PEOPLE)})
    with engine.begin() as connection:
        held = connection.execute(select(waiting.c.email, holds.c.start).join(holds)).all()
        mails = connection.execute(select(outbox.c.recipient).where(outbox.c.kind == WAITING_OFFER)).scalars().all()
    assert len({row.email for row in held}) == len({row.start for row in held}) == len(held) == PEOPLE
    assert Counter(mails) == told
    engine.dispose()


def _book(address: str, start: str) -> str:
    fields = {"meeting": "conoscitiva", "start": start, "name": "Ada", "email": "client@example.com"}
    made = httpx.post(f"{address}/api/bookings", json=fields, timeout=60)
    assert made.status_code == 201, made.text
    return str(made.json()["manage_url"]).strip("/").rsplit("/", 1)[1]


def _everybody_waits(engine: Engine, content: Path) -> None:
    office = ContentReloader(content)
    services = services_of(Settings.from_environment({}), Store(engine), lambda: datetime.now(UTC), office)
    listed, today = services.waiting_list, services.booking_service.today()
    last = services.booking_service.last_day(services.booking_service.meeting("conoscitiva"))
    for number in range(PEOPLE):
        email = f"person{number}@example.com"
        fields = {"meeting": "conoscitiva", "name": "Ada", "email": email, "from": str(today), "to": str(last)}
        listed.confirm(listed.ask(listed.read(fields), None)["id"])


def _told(engine: Engine) -> list[tuple[str, object]]:
    query = select(waiting.c.email, waiting_told.c.start).join(waiting, waiting.c.id == waiting_told.c.waiting_id)
    with engine.begin() as connection:
        return [(row.email, row.start) for row in connection.execute(query)]
