"""A series in a visitor's calendar: it shows what is booked, whatever happens and however late mails come."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.delivery_failure import Deferred
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.series_changes import Scope
from plugins.booking.service.services import Services, services_of
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.outbox import Envelope, Outbox
from plugins.booking.storage.schema import bookings
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from tests.booking.mail.visitor_calendar import VisitorCalendar
from tests.booking.office import Clock, asked, write_content
from tests.soak import soak_count

DAY = timedelta(days=1)
# Rome's clocks go back on 31 October 2027, and forward on 26 March 2028.
BEGINNINGS = [datetime(2027, 10, 4, 8, 0, tzinfo=UTC), datetime(2028, 3, 6, 9, 0, tzinfo=UTC)]


class Series:
    """A series with its owner, its visitor, a relay, and the calendar that the mails come to."""

    def __init__(self, engine: Engine, folder: Path, chance: random.Random) -> None:
        self.engine, self.chance = engine, chance
        self.clock = Clock(chance.choice(BEGINNINGS))
        self.confirmation = chance.choice(["automatic", "automatic", "manual"])
        talk = {"repeat": {"weeks": [1, 2], "most": 8}, "confirmation": self.confirmation}
        content = write_content(folder, talk, horizon="180d", reminder="1d", change_notice="1h")
        office = ContentReloader(content)
        settings = Settings.from_environment({"BOOKING_CONTENT": str(content), "BOOKING_SECRET_KEY": "k" * 32})
        self.store = Store(engine)
        self.services: Services = services_of(settings, self.store, self.clock, office)
        self.calendar, self.kinds = VisitorCalendar(), list[str]()
        self.ids = self.book()

    def book(self) -> list[str]:
        days = [(self.clock.now + (8 + 7 * week) * DAY).date() for week in range(6)]
        start = datetime(days[0].year, days[0].month, days[0].day, 10)
        repeat = {"every": 1, "count": 6, "skip": [str(days[number]) for number in self.chance.sample(range(6), 1)]}
        service = self.services.booking_service
        first = start.replace(tzinfo=ZoneInfo("Europe/Rome"))
        request = service.read_booking(asked(start=first.isoformat(), repeat=repeat))
        return [one["id"] for one in service.book(request, None)["series"]]

    def happens(self) -> None:
        """One thing that the owner or the visitor may do, who gets no more than three mails a day."""
        self.clock.now += timedelta(hours=self.chance.randrange(9, 13))
        chance, changes = self.chance, self.services.changes
        name, scope = chance.choice(self.ids), chance.choice(list(Scope))
        actor = chance.choice([Actor.OWNER, Actor.VISITOR])
        booking = self.store.booking(name)
        assert booking
        later = timedelta(days=chance.randrange(-2, 5), minutes=30 * chance.randrange(-4, 5))
        does: dict[str, Callable[[], object]] = {
            "move": lambda: changes.reschedule(name, booking.start + later, actor, scope=scope),
            "cancel": lambda: changes.cancel(name, actor, scope=Scope.ONE if chance.random() < 0.7 else scope),
            "approve": lambda: changes.approve(name),
        }
        with suppress(ChangeRefused, SlotTaken):
            does[chance.choice(["move", "move", "move", "cancel", "approve"])]()

    def deliver(self, puts_off: float) -> None:
        """Let the relay take what is due, or put some of it off."""

        chance, arrive = self.chance, self.arrive

        class Relay:
            login: str | None = None

            def __call__(self, envelope: Envelope, accepted: Callable[[], None]) -> None:
                if chance.random() < puts_off:
                    raise Deferred("451 later")
                accepted()
                if envelope.kind.endswith("-visitor"):
                    arrive(envelope)

        Delivery(Outbox(self.engine), Relay(), self.clock, chance=lambda: 1.0).deliver_due()

    def arrive(self, envelope: Envelope) -> None:
        self.kinds.append(envelope.kind)
        for part in message_from_bytes(envelope.mime, policy=default).walk():
            if part.get_content_type() == "text/calendar":
                self.calendar.take(part.get_content())

    def booked(self) -> list[datetime]:
        """What stands in a calendar of what is booked: a request is told once it is confirmed."""
        query = select(bookings.c.start).where(bookings.c.status.in_(["pending", "confirmed"]), bookings.c.invited)
        with self.engine.begin() as connection:
            return sorted(connection.execute(query).scalars())


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(6, 400)))
def test_visitors_calendar_shows_what_is_booked(seed: int, engine: Engine, tmp_path: Path) -> None:
    series = Series(engine, tmp_path / "office", random.Random(seed))
    for _ in range(10):
        series.happens()
        series.deliver(puts_off=0.6)
    for _ in range(60):
        series.clock.now += timedelta(minutes=20)
        series.deliver(puts_off=0.2)
    for _ in range(24):  # longer than the longest wait of a mail that was put off
        series.clock.now += timedelta(hours=1)
        series.deliver(puts_off=0)
    assert series.calendar.starts() == series.booked(), series.kinds
    # Of a request for several dates the owner may have confirmed one alone, by moving it.
    assert series.confirmation == "manual" or series.calendar.orphans == 0, series.kinds
