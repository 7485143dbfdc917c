"""Every mail of a booking's life, made by the real engine at a fixed moment with fixed names.

`python -m tests.booking.mail.texts.golden_mails` writes them anew into `golden/`, for whoever has meant to change them
and then reads the difference.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Engine, select

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import Services, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.schema import outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.office import Clock, asked, write_content

GOLDEN = Path(__file__).parent / "golden"
HOUR = timedelta(hours=1)
LATER = datetime.fromisoformat("2027-01-14T11:30:00+01:00")
_BOUNDARY = re.compile(rb"={4}[\w-]{24}={4}")
_ASKED = {
    "start": "2027-01-14T10:00:00+01:00",
    "service": "ricerca",
    "phone": "+39 333 1234567",
    "message": "Buongiorno,\nho un negozio di lana.",
    "answers": {"attivita": "Vendo gomitoli"},
    "timezone": "Pacific/Auckland",
}


@dataclass
class Scene:
    """An office in which one booking lives."""

    engine: Engine
    services: Services
    lifecycle_job: LifecycleJob
    clock: Clock

    def book(self, **changed: object) -> str:
        """Book, and let an hour pass."""
        request = self.services.booking_service.read_booking(asked(**(_ASKED | changed)))
        name: str = self.services.booking_service.book(request, None)["id"]
        self.clock.now += HOUR
        return name

    def request(self) -> str:
        """Book what the owner confirms by hand."""
        return self.book(meeting="telefonata", service="telefono", answers=None)

    def expire(self) -> None:
        """Let a request wait for too long."""
        self.request()
        self.clock.now += 48 * HOUR
        self.lifecycle_job.make()

    def remind(self) -> None:
        """Let the day before come."""
        self.book()
        self.clock.now = datetime.fromisoformat("2027-01-13T10:00:00+01:00")
        self.lifecycle_job.make()

    def wait(self) -> str:
        """Ask to be told when a time comes free."""
        listed, days = self.services.waiting_list, {"from": "2027-01-14", "to": "2027-01-15"}
        fields = days | {"meeting": "conoscitiva", "name": "Ada Rossi", "email": "ada@example.com"}
        name: str = listed.ask(listed.read(fields | {"timezone": "Pacific/Auckland"}), None)["id"]
        return name

    def offer(self) -> None:
        """Let a time come free for one who waits."""
        booking = self.book()
        self.services.waiting_list.confirm(self.wait())
        self.services.changes.cancel(booking, Actor.OWNER)
        self.services.waiting_list.offer_next()

    def mails(self, event: str) -> Iterator[tuple[str, bytes]]:
        """The mails of an event, by whom they are to."""
        query = select(outbox.c.kind, outbox.c.mime).where(outbox.c.kind.like(f"{event}-%"))
        with self.engine.begin() as connection:
            for kind, mime in connection.execute(query):
                yield kind.rsplit("-", 1)[1], mime


# What each mail is called, the event that brings it, and how it comes to that.
LIVES: dict[str, tuple[str, Callable[[Scene], object]]] = {
    "confirmed": ("booked", lambda scene: scene.book()),
    "pending": ("booked", lambda scene: scene.request()),
    "approved": ("approved", lambda scene: scene.services.changes.approve(scene.request())),
    "declined": (
        "declined",
        lambda scene: scene.services.changes.decline(scene.request(), "Quel giorno sono in viaggio."),
    ),
    "expired": ("expired", lambda scene: scene.expire()),
    "rescheduled-by-visitor": (
        "rescheduled",
        lambda scene: scene.services.changes.reschedule(scene.book(), LATER, Actor.VISITOR),
    ),
    "rescheduled-by-owner": (
        "rescheduled",
        lambda scene: scene.services.changes.reschedule(scene.book(), LATER, Actor.OWNER, "Ho un contrattempo."),
    ),
    "cancelled-by-visitor": (
        "cancelled",
        lambda scene: scene.services.changes.cancel(scene.book(), Actor.VISITOR, "Non riesco a venire."),
    ),
    "cancelled-by-owner": (
        "cancelled",
        lambda scene: scene.services.changes.cancel(scene.book(), Actor.OWNER, "Ho la febbre."),
    ),
    "reminder": ("reminder", lambda scene: scene.remind()),
    "waiting-asked": ("waiting-asked", lambda scene: scene.wait()),
    "waiting-offer": ("waiting-offer", lambda scene: scene.offer()),
    "corrected": ("corrected", lambda scene: scene.services.changes.correct(scene.book(), "giusta@example.com")),
}


def mails_of(life: str, folder: Path, rewrite: Callable[[Path], None] = lambda _: None) -> dict[str, bytes]:
    """The mails of one life by the names of their files; what differs from run to run is made alike.

    `rewrite` may change the content before it is read.
    """
    event, live = LIVES[life]
    with scene(folder, rewrite) as found:
        live(found)
        return {f"{life}-{who}.eml": alike(mime) for who, mime in found.mails(event)}


def alike(mime: bytes) -> bytes:
    """A mail with its MIME boundaries, which are random, numbered instead."""
    seen = dict.fromkeys(_BOUNDARY.findall(mime))
    for number, boundary in enumerate(seen, 1):
        mime = mime.replace(boundary, b"=====boundary-%d==" % number)
    return mime


@contextmanager
def scene(folder: Path, rewrite: Callable[[Path], None] = lambda _: None) -> Iterator[Scene]:
    """An office in a folder, and a clock that stands still."""
    numbers = count(1)
    content = write_content(
        folder / "office", change_notice="12h", pending_expiry="2d", reminder="24h", waiting_hold="4h"
    )
    rewrite(content)
    settings = Settings.from_environment(
        {"BOOKING_CONTENT": str(content), "BOOKING_SITE_URL": "https://maglia.example", "BOOKING_SECRET_KEY": "k" * 32}
        | {"BOOKING_DATABASE_URL": f"sqlite:///{folder}/booking.db"}
    )
    engine = open_engine(settings.database_url)
    with patch.object(secrets, "token_hex", lambda size: f"{next(numbers):0{2 * size}x}"):
        migrate(engine)
        clock, office = Clock(), ContentReloader(content)
        services = services_of(settings, Store(engine), clock, office)
        yield Scene(engine, services, LifecycleJob(engine, services, office, clock), clock)
    engine.dispose()


def main() -> None:
    """Write all of them anew."""
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.eml"):
        old.unlink()
    for life in LIVES:
        with tempfile.TemporaryDirectory() as folder:
            for name, mime in mails_of(life, Path(folder)).items():
                (GOLDEN / name).write_bytes(mime)


if __name__ == "__main__":
    main()
