"""The waiting list in any order with bookings, blocks and time, on each engine, whatever is killed meanwhile."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, delete, select, update

from plugins.booking.jobs.waiting_job import WaitingJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.settings import Settings
from plugins.booking.storage import waiting_offers
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outdated_mails import WAITING_OFFER
from plugins.booking.storage.schema import bookings, claims, holds, metadata, outbox, seats, waiting, waiting_told
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.storage.waiting import OfferGone, Standing, TooManyLists
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Block
from plugins.domain.requests import InvalidRequest
from plugins.domain.slots import Slot
from plugins.domain.waiting_list import MOST_A_DAY, SHORTEST_HOLD, held_until
from tests.booking.office import CALL, NOW, TALK, Clock, asked, write_content
from tests.soak import soak_count

ANY = st.integers(0, 10_000)
LISTED = ["conoscitiva", "telefonata"]
SLUGS = st.sampled_from(LISTED)
PEOPLE = st.sampled_from(["ada", "bea", "clio", "dora", "elsa", "fede", "gaia", "ida"])
HALF = timedelta(minutes=30)
# Mondays: an ordinary one, and those before the clocks change.
BEGINNINGS = [NOW, datetime(2027, 3, 22, 8, tzinfo=UTC), datetime(2027, 10, 25, 7, tzinfo=UTC)]
NIGHTS = {"tuesday": ["22:00-00:30"], "saturday": ["23:30-02:00"], "sunday": ["02:00-04:00"]}
# Nobody waits for a seat, but groups take time like any other.
GROUP = {"slug": "gruppo", "title": "Gruppo", "minutes": 30, "seats": 2}


class Killed(BaseException):
    """The process is no more."""


class WaitingRoom(RuleBasedStateMachine):
    """An office of few hours, in which everybody wants the same ones."""

    engine: Engine
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.names = counting()
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))

    @initialize(
        full=st.sampled_from([True, True, False]),
        talk=st.fixed_dictionaries(
            {"minutes": st.sampled_from([30, 45, 60]), "after": st.sampled_from([0, 15])},
            optional={"per_day": st.integers(1, 2)},
        ),
        hold=st.sampled_from(["30m", "4h", "30h"]),
        began=st.sampled_from([NOW, *BEGINNINGS]),
        call=st.sampled_from([{}, {}, {"hours": NIGHTS}]),
        groups=st.sampled_from([[], [], [GROUP]]),
        away=st.none() | st.tuples(st.integers(0, 8), st.sampled_from(["America/New_York", "Pacific/Kiritimati"])),
    )
    def opens(
        self,
        full: bool,
        talk: dict[str, int],
        hold: str,
        began: datetime,
        call: dict[str, Any],
        groups: list[dict[str, Any]],
        away: tuple[int, str] | None,
    ) -> None:
        self.began, self.clock = began, Clock(began)
        self.slugs = [*LISTED, *(one["slug"] for one in groups)]
        hours = {day: ["09:00-10:30"] for day in ("tuesday", "wednesday")}
        meetings = [TALK | talk | {"repeat": {}}, CALL | {"confirmation": "automatic"} | call, *groups]
        rules: dict[str, Any] = {"hours": hours, "horizon": "9d", "waiting_hold": hold, "meetings": meetings}
        if away:
            day = str(began.date() + timedelta(days=away[0]))
            rules["stays"] = [{"from": day, "to": day, "timezone": away[1]}]
        write_content(self.folder, **rules)
        office = self.office = ContentReloader(self.folder)
        self.store = Store(self.engine)
        self.services = services_of(Settings.from_environment({}), self.store, self.clock, office)
        self.job = WaitingJob(self.services.waiting_list)
        if full:
            self.everything_is_taken()

    def free(self, slug: str) -> tuple[Slot, ...]:
        service = self.services.booking_service
        meeting = service.meeting(slug)
        return service.slots(meeting, service.today(), service.last_day(meeting))

    def pick(self, number: int) -> Standing:
        """Somebody who waits: most often one for whom a time is held."""
        everybody = self.listed()
        if number % 5:
            everybody = [one for one in everybody if one.held] or everybody
        return everybody[number % len(everybody)]

    def listed(self) -> list[Standing]:
        with self.engine.begin() as connection:
            ids = connection.execute(select(waiting.c.id).order_by(waiting.c.id)).scalars().all()
        listed = self.services.waiting_list
        return [found for one in ids if (found := listed.standing(listed.token(one)))]

    def is_empty(self) -> bool:
        with self.engine.begin() as connection:
            return connection.execute(select(waiting.c.id).limit(1)).first() is None

    @rule(which=ANY, number=ANY, series=st.sampled_from([False, False, True]))
    def book_what_is_offered(self, which: int, number: int, series: bool) -> None:
        if series:
            self.book_a_series(number)
        else:
            self.book_one_of(self.slugs[which % len(self.slugs)], number)

    def book_one_of(self, slug: str, number: int) -> None:
        if free := self.free(slug):
            self.book(slug, free[number % len(free)].start)  # offered is bookable

    def book(self, slug: str, start: datetime, **more: object) -> None:
        who = f"c{next(self.names)}@b.it"
        fields = asked(meeting=slug, start=start.isoformat(), phone="333 1234567", email=who, **more)
        service = self.services.booking_service
        service.book(service.read_booking(fields), None)

    def book_a_series(self, number: int) -> None:
        """What is held for somebody stands against a series too; without it, two offered dates are one."""
        free = [one.start for one in self.free("conoscitiva")]
        zone = self.office().availability.timezone
        if free:
            start = free[number % len(free)]
            later = (start.astimezone(zone) + timedelta(weeks=1)).astimezone(UTC)
            try:
                self.book("conoscitiva", start, repeat={"count": 2})
            except SeriesTaken:
                assert later not in free
            else:
                assert later in free

    @rule(number=ANY)
    def fill(self, number: int) -> None:
        if number % 4 == 0:
            self.everything_is_taken()

    def everything_is_taken(self) -> None:
        """Take all that can be had, as where somebody waits."""
        for slug in self.slugs:
            while self.free(slug):
                self.book_one_of(slug, 0)

    @rule(number=ANY, at_once=st.booleans())
    def cancel(self, number: int, at_once: bool) -> None:
        with self.engine.begin() as connection:
            kept = select(bookings.c.id).where(bookings.c.status == "confirmed").order_by(bookings.c.id)
            ids = connection.execute(kept).scalars().all()
        if ids:
            with suppress(ChangeRefused):
                self.services.changes.cancel(ids[number % len(ids)], Actor.OWNER)
        if at_once:
            self.round()

    @rule(number=ANY)
    def block(self, number: int) -> None:
        start = self.began.replace(hour=8) + (number % 10) * timedelta(days=1)
        name = new_id(self.clock.now)
        self.store.block(Block(id=name, start=start, end=start + 2 * HALF, reason=None, created_at=self.clock.now))
        self.blocks.append(name)

    @precondition(lambda self: self.blocks)
    @rule()
    def unblock(self) -> None:
        self.store.unblock(self.blocks.pop())

    @rule(
        who=PEOPLE,
        slug=SLUGS,
        first=st.sampled_from([0, 0, 1, 2]),
        length=st.sampled_from([0, 2, 8, 8]),
        confirms=st.sampled_from([True, True, True, False]),
    )
    def ask(self, who: str, slug: str, first: int, length: int, confirms: bool) -> None:
        listed, day = self.services.waiting_list, self.services.booking_service.today() + timedelta(days=first)
        fields = {"meeting": slug, "name": who, "email": f"{who}@example.com", "from": str(day)}
        with suppress(InvalidRequest, TooManyLists):
            made = listed.ask(listed.read(fields | {"to": str(day + timedelta(days=length))}), None)
            if confirms:
                listed.confirm(made["id"])

    @precondition(lambda self: not self.is_empty())
    @rule(number=ANY)
    def take(self, number: int) -> None:
        found, listed = self.pick(number), self.services.waiting_list
        if found.held is None:
            with pytest.raises(OfferGone):
                listed.take(
                    found.waiting, listed.read_taking(found.waiting, self.began, {"phone": "333 1234567"}), None
                )
            return
        request = listed.read_taking(found.waiting, found.held.start, {"phone": "333 1234567"})
        try:
            made = listed.take(found.waiting, request, None)
        except SlotTaken:
            assert self.blocks, "what is held for her cannot be had"
            return
        assert self.store.booking(made["id"])
        assert listed.standing(listed.token(found.waiting.id)) is None

    @precondition(lambda self: not self.is_empty())
    @rule(number=ANY)
    def decline(self, number: int) -> None:
        found = self.pick(number)
        if found.held:
            self.services.waiting_list.decline(found.waiting.id, found.held.start)

    @precondition(lambda self: not self.is_empty())
    @rule(number=ANY)
    def leave(self, number: int) -> None:
        self.services.waiting_list.leave(self.pick(number).waiting.id)

    @rule(minutes=st.sampled_from([1, 1, 20, 60, 300]))
    def time_goes_by(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    @rule()
    def mails_arrive(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.state == "pending").values(state="sent"))

    @rule()
    def round(self) -> None:
        before = {(one.waiting.person, one.held) for one in self.listed() if one.held}
        self.job.make()
        for one in self.listed():
            if one.held and (one.waiting.person, one.held) not in before:
                self.hears(one)
        self.nobody_is_left_who_could_be_told()

    @rule(at=st.sampled_from(["keep_hold", "outdate", "enqueue"]))
    def round_is_killed(self, at: str) -> None:
        self.services.waiting_list.end_holds()
        self.services.waiting_list.forget()
        with patch.object(waiting_offers, at, side_effect=Killed), suppress(Killed):
            assert self.services.waiting_list.offer_next() is None
        self.round()

    def hears(self, one: Standing) -> None:
        assert one.held
        assert one.held_until
        assert one.waiting.confirmed_at
        assert one.waiting.first <= self.office().availability.local_day(one.held.start) <= one.waiting.last
        assert one.held.start not in one.waiting.free

    def nobody_is_left_who_could_be_told(self) -> None:
        rules, now = self.office().availability, self.clock.now
        with self.engine.begin() as connection:
            query = select(waiting.c.email, waiting_told).join(waiting, waiting.c.id == waiting_told.c.waiting_id)
            told = connection.execute(query).all()
        holding = {one.waiting.person for one in self.listed() if one.held}
        free = {slug: self.free(slug) for slug in LISTED}
        for one in self.listed():
            who, lately = one.waiting.person, now - timedelta(days=1)
            past = [row for row in told if row.email == who]
            if not one.waiting.confirmed_at or who in holding or sum(row.at > lately for row in past) >= MOST_A_DAY:
                continue
            meeting = self.services.booking_service.meeting(one.waiting.meeting)
            left = [
                slot
                for slot in free[meeting.slug]
                if one.waiting.first <= rules.local_day(slot.start) <= one.waiting.last
                and slot.start not in one.waiting.free
                and not any(row.start < slot.end and slot.start < row.end for row in past)
                and held_until(slot.start, meeting, rules, now) - now >= SHORTEST_HOLD
            ]
            assert left == []

    @invariant()
    def no_time_is_promised_twice(self) -> None:
        with self.engine.begin() as connection:
            booked = select(bookings.c.busy_from, bookings.c.busy_until, seats.c.hold_id).outerjoin_from(
                bookings, seats
            )
            sitting = connection.execute(booked.where(bookings.c.status.in_(["confirmed", "pending"]))).all()
            groups = {row.hold_id: row for row in sitting if row.hold_id}
            rows: list[Any] = [*(row for row in sitting if not row.hold_id), *groups.values()]
            live = select(holds.c.busy_from, holds.c.busy_until).where(holds.c.expires_at > self.clock.now)
            rows += connection.execute(live).all()
            owners = connection.execute(select(claims.c.booking_id, claims.c.hold_id)).all()
            hers = connection.execute(select(waiting.c.email, waiting.c.hold_id)).all()
        stretches = sorted((one[0], one[1]) for one in rows)
        assert all(before[1] <= after[0] for before, after in pairwise(stretches)), stretches
        assert all((one.booking_id is None) != (one.hold_id is None) for one in owners)
        mine = Counter(row.email for row in hers if row.hold_id)
        assert not mine or max(mine.values()) == 1

    @invariant()
    def nobody_was_told_of_one_time_twice(self) -> None:
        with self.engine.begin() as connection:
            query = select(waiting.c.email, waiting_told).join(waiting, waiting.c.id == waiting_told.c.waiting_id)
            told = sorted((row.email, row.start, row.end) for row in connection.execute(query))
            mails = connection.execute(select(outbox.c.about).where(outbox.c.kind == WAITING_OFFER)).all()
        assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(told)), told
        assert len(mails) >= len(told)


@pytest.mark.soak
def test_whoever_waits_is_told_in_turn_whatever_happens(engine: Engine, tmp_path: Path) -> None:
    class Here(WaitingRoom):
        """The list on this database."""

    Here.engine, Here.folder = engine, tmp_path / "office"
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=soak_count(6, 1_000),
            stateful_step_count=soak_count(30, 50),
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )
