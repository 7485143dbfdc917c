"""An office with a waiting list: one morning of two times, both taken, and what those who wait may do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.schema import holds, outbox, waiting
from plugins.booking.storage.waiting import Standing
from plugins.domain.booking_lifecycle import Actor
from tests.booking.office import Clock, asked, write_content

DAY = "2027-01-12"
NINE, HALF_PAST = (datetime.fromisoformat(f"{DAY}T{time}+01:00") for time in ("09:00", "09:30"))
RULES: dict[str, Any] = {"hours": {"tuesday": ["09:00-10:00"]}, "waiting_hold": "4h"}
_names = itertools.count(1)


@dataclass
class Scene:
    """The office, and who is in it."""

    engine: Engine
    store: Store
    services: Services
    job: WaitingJob
    clock: Clock
    content: Path
    readers: list[ContentReloader]

    def write(self, talk: dict[str, Any] | None = None, **rules: object) -> None:
        """Change the content, which is read at once."""
        write_content(self.content, talk, **rules)
        self.readers.append(ContentReloader(self.content))

    def book(self, start: datetime, **changed: object) -> str:
        """Take a time."""
        fields = asked(start=start.isoformat(), email=f"client{next(_names)}@example.com", **changed)
        service = self.services.booking_service
        return str(service.book(service.read_booking(fields), None)["id"])

    def cancel(self, booking: str) -> None:
        """Give a time back."""
        self.services.changes.cancel(booking, Actor.OWNER)

    def ask(self, name: str, first: str = DAY, last: str = DAY, **changed: object) -> str:
        """Ask to be told, and return who asks."""
        fields = {
            "meeting": "conoscitiva",
            "name": name.title(),
            "email": f"{name}@example.com",
            "from": first,
            "to": last,
        } | changed
        listed = self.services.waiting_list
        return str(listed.ask(listed.read(fields), None)["id"])

    def wait(self, name: str, first: str = DAY, last: str = DAY, **changed: object) -> str:
        """Ask to be told, and confirm; a second later than whoever did before."""
        who = self.ask(name, first, last, **changed)
        self.services.waiting_list.confirm(who)
        self.clock.now += timedelta(seconds=1)
        return who

    def standing(self, who: str) -> Standing:
        """How somebody waits."""
        found = self.services.waiting_list.standing(self.services.waiting_list.token(who))
        assert found is not None
        return found

    def held(self, who: str) -> datetime | None:
        """What is held for somebody, who may have left."""
        found = self.services.waiting_list.standing(self.services.waiting_list.token(who))
        return found.held.start if found and found.held else None

    def take(self, who: str, **fields: object) -> dict[str, Any]:
        """Book what is held for somebody."""
        listed, found = self.services.waiting_list, self.standing(who)
        assert found.held
        request = listed.read_taking(found.waiting, found.held.start, fields)
        return listed.take(found.waiting, request, None)

    def starts(self) -> list[datetime]:
        """The times of the day that anybody can book."""
        service = self.services.booking_service
        day = NINE.date()
        return [slot.start for slot in service.slots(service.meeting("conoscitiva"), day, day)]

    def mails(self, kind: str) -> list[EmailMessage]:
        """The mails of a kind, in the order they were written."""
        query = select(outbox.c.mime).where(outbox.c.kind == kind).order_by(outbox.c.created_at, outbox.c.id)
        with self.engine.begin() as connection:
            return [message_from_bytes(mime, policy=policy.default) for mime in connection.execute(query).scalars()]

    def deliver(self) -> None:
        """Let all mails arrive."""
        with self.engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.state == "pending").values(state="sent"))

    def holds(self) -> list[tuple[str, datetime]]:
        """Who holds what."""
        query = select(waiting.c.email, holds.c.start).join(holds, holds.c.id == waiting.c.hold_id)
        with self.engine.begin() as connection:
            return [
                (row.email.partition("@")[0], row.start) for row in connection.execute(query.order_by(holds.c.start))
            ]


@contextmanager
def scene(folder: Path, database_url: str, **rules: object) -> Iterator[Scene]:
    """Open an office on a database with the present schema."""
    content = write_content(folder / "office", **(RULES | rules))
    engine, clock, readers = None, Clock(), [ContentReloader(content)]
    settings = Settings.from_environment({"BOOKING_DATABASE_URL": database_url, "BOOKING_CONTENT": str(content)})
    try:
        engine = open_engine(settings.database_url)
        store = Store(engine)
        services = services_of(settings, store, clock, lambda: readers[-1]())
        yield Scene(engine, store, services, WaitingJob(services.waiting_list), clock, content, readers)
    finally:
        if engine:
            engine.dispose()
