"""The whole life of the owner's calendar in any order, beside a plain model of it, on each engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count as counting
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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
from sqlalchemy import Engine, delete, insert, select, update

from plugins.booking.calendars.calendar_connections import CalendarConnections
from plugins.booking.calendars.client.http_client import Question, Reply
from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.entries.sync_state import LEASE, SyncState
from plugins.booking.calendars.sources import Sources
from plugins.booking.calendars.writer import CalendarWriter
from plugins.booking.jobs.daily import ABOUT
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.series_changes import Scope
from plugins.booking.service.services import services_of
from plugins.booking.service.waiting_list import NoWaitingList
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import SlotTaken, Store
from plugins.booking.storage.idempotency import Answer, attempt
from plugins.booking.storage.ids import new_id
from plugins.booking.storage.outdated_mails import WAITING_ASKED, WAITING_OFFER
from plugins.booking.storage.schema import bookings, busy, claims, history, holds, metadata, outbox, seats, waiting
from plugins.booking.storage.series_store import SeriesTaken
from plugins.booking.storage.waiting import OfferGone, TooManyLists
from plugins.domain.agreed_meeting import with_timetable
from plugins.domain.booking_lifecycle import Actor, ChangeRefused
from plugins.domain.bookings import Block
from plugins.domain.requests import InvalidRequest
from plugins.domain.series import SeriesDate
from tests.booking.calendars.edits import start_of
from tests.booking.calendars.scripted import CONFLICTS, ScriptedCalDav
from tests.booking.drawn_rules import BEGINNINGS, any_rules
from tests.booking.naive import Rules, Stretch, kept, may_start, meeting_of, span
from tests.booking.office import Clock, asked, write_content, write_json
from tests.soak import soak_count

FIVE = timedelta(minutes=5)
OPEN = {"pending", "confirmed"}
HOLDS = {"pending", "confirmed", "done", "no_show"}
TIMETABLE = {"hours", "closures", "notice", "horizon"}
BOTH = ("owner", "visitor")
TOLD = dict.fromkeys(["booked", "approved", "expired", "rescheduled", "cancelled", "reminder"], BOTH) | dict.fromkeys(
    ["declined", "corrected"], ("visitor",)
)
SLUGS = st.sampled_from(["conoscitiva", "telefonata", "lunga"])
ANY = st.integers(0, 10_000)
# Most of what is asked is offered, or was booked by somebody already, and may have a seat left; the rest may be any
# start, off the grid and out of the minute too.
CHOICES = st.tuples(
    st.sampled_from(["offered", "offered", "anywhere", "beside"]), ANY, st.sampled_from([0, 0, 0, 1, 60])
)
LENGTHS = st.integers(1, 40)
ACTORS = st.sampled_from([Actor.VISITOR, Actor.OWNER])
# Every so many weeks, how many dates, which of them are dropped, and whether one is moved.
SERIES = st.tuples(
    st.sampled_from([1, 1, 2]),
    st.sampled_from([2, 2, 3, 4]),
    st.sets(st.integers(0, 3), max_size=1),
    st.sampled_from([False, False, True]),
)
# Early enough, most often, for all of a series to lie before the horizon.
FIRST = st.tuples(st.just("offered"), st.integers(0, 40), st.just(0)) | CHOICES
SCOPES = st.sampled_from(list(Scope))
PEOPLE = st.sampled_from(["ada", "bea", "clio", "dora", "elsa", "fede", "gaia", "ida"])
MOST_OFFERS = 5


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Kept:
    """What the model knows of a booking; `meeting` is its kind as it was booked."""

    slug: str
    meeting: dict[str, Any]
    start: datetime
    end: datetime
    time: Stretch
    status: str
    updated_at: datetime
    events: list[str] = field(default_factory=lambda: ["booked"])
    reminded_of: datetime | None = None
    shared: bool = False  # with a seat in a group, and no time of its own
    series: str | None = None  # the first booking of the series it is of
    until: datetime | None = None  # of what is held for somebody who waits

    @property
    def holds(self) -> bool:
        """Whether it keeps its time."""
        return self.status in HOLDS

    @property
    def group(self) -> tuple[str, datetime]:
        """The group it has a seat in."""
        return self.slug, self.start


class Calendar(RuleBasedStateMachine):
    """The office with all who act in it; each rule says beforehand what must come of it."""

    engine: Engine
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Kept] = {}
        self.offers: dict[str, Kept] = {}  # by who waits; one that is over stays until it is swept
        self.blocks: dict[str, Stretch] = {}
        self.busy: list[Stretch] = []
        self.mails: Counter[tuple[str, str]] = Counter()
        self.keys = counting()
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))

    @initialize(rules=any_rules(), now=st.sampled_from(BEGINNINGS), server=st.sampled_from(sorted(CONFLICTS)))
    def opens(self, rules: Rules, now: datetime, server: str) -> None:
        self.clock = Clock(now)
        self.written = rules
        write_content(self.folder, **rules)
        identity = json.loads((self.folder / "identity.yaml").read_text(encoding="utf-8"))
        studio = {"slug": "studio", "name": "Studio", "address": "Via Po 3, Torino"}
        write_json(self.folder / "identity.yaml", identity | {"places": [studio]})
        ticks = counting()
        office = self.office = ContentReloader(self.folder, lambda: float(next(ticks)))
        environment = {"BOOKING_CONTENT": str(self.folder), "CALENDAR_LOGIN": "bice:segreto"}
        self.store = Store(self.engine)
        self.services = services_of(Settings.from_environment(environment), self.store, self.clock, office)
        self.lifecycle_job = LifecycleJob(self.engine, self.services, office, self.clock)
        self.server = ScriptedCalDav(server)
        self.during_write: Callable[[], None] | None = None
        self.killed = ""
        self.writer = CalendarWriter(
            SyncState(self.engine),
            FailedWrites(self.engine),
            self.services.mail_composer,
            office,
            self.clock,
            CalendarConnections(self.asked, self.clock, environment.get, None, {}),
            Sources(self.engine),
        )

    # What the model expects.

    def taken(self, but: Collection[str]) -> list[Stretch]:
        return [one.time for one in self.others(but)] + list(self.blocks.values()) + self.busy

    def allowed(
        self, slug: str, start: datetime, notice: bool = True, but: Collection[str] = (), of: Kept | None = None
    ) -> bool:
        """Whether a meeting may start then; bookings `but` are to move, and go by what was booked, as one `of` them."""
        others = self.others(but)
        booked = [one.group for one in others if not one.shared] + list({one.group for one in others if one.shared})
        shared = [(*one.group, one.end) for one in others if one.shared]
        rules = self.written
        if of:
            # At the hours, notice and horizon of today: when a meeting may be held is no part of what was agreed.
            now = {key: value for key, value in meeting_of(rules, slug).items() if key in TIMETABLE}
            agreed = {key: value for key, value in of.meeting.items() if key not in TIMETABLE}
            if of.meeting.get("seats"):
                agreed["seats"] = meeting_of(rules, slug).get("seats")
            rules = rules | {"meetings": [agreed | now]}
        apart = list(self.blocks.values()) + self.busy
        apart += [one.time for one in self.held() if not one.shared]
        return may_start(rules, slug, start, self.clock.now, self.taken(but), booked, notice, shared, apart)

    def all_allowed(
        self,
        slug: str,
        meeting: dict[str, Any],
        starts: Sequence[datetime | None],
        notice: bool,
        but: Collection[str] = (),
        of: Kept | None = None,
    ) -> list[bool]:
        """Whether each of several meetings may start, those before it being booked; one without a start may not."""
        before, allowed = dict(self.model), list[bool]()
        for number, start in enumerate(starts):
            is_new = start not in [one for one, may in zip(starts, allowed, strict=False) if may]
            allowed.append(start is not None and is_new and self.allowed(slug, start, notice, but, of))
            if start and allowed[-1]:
                self.model[f"date {number}"] = self.kept_as(slug, meeting, start, "confirmed", but)
        self.model = before
        return allowed

    def others(self, but: Collection[str]) -> list[Kept]:
        """All that keeps time: what is held for who waits counts as if she had booked it."""
        return [one for name, one in self.model.items() if one.holds and name not in but] + self.held()

    def held(self) -> list[Kept]:
        return [one for one in self.offers.values() if one.until and one.until > self.clock.now]

    def kept_as(
        self, slug: str, meeting: dict[str, Any], start: datetime, status: str, but: Collection[str] = ()
    ) -> Kept:
        end, time = start + timedelta(minutes=meeting["minutes"]), self.time_of(slug, meeting, start, but)
        return Kept(slug, meeting, start, end, time, status, self.clock.now, shared=bool(meeting.get("seats")))

    def time_of(self, slug: str, meeting: dict[str, Any], start: datetime, but: Collection[str] = ()) -> Stretch:
        """The time that a meeting keeps: that of its group, where there is one, as it was first kept."""
        mates = [one.time for one in self.others(but) if one.shared and one.group == (slug, start)]
        return mates[0] if mates and meeting.get("seats") else kept(meeting, start)

    def tell(self, name: str, event: str, together: str = "") -> None:
        self.mails.update((name, f"{event}{together}-{who}") for who in TOLD.get(event, ()))

    def happened(self, event: str, changed: Mapping[str, Mapping[str, object]]) -> None:
        """Something happened to some bookings, of which both are told in one mail."""
        for name, values in changed.items():
            one = self.model[name]
            one.events.append(event)
            for key, value in values.items():
                setattr(one, key, value)
            if event not in {"done", "no_show"}:
                one.updated_at = self.clock.now
        series = self.model[next(iter(changed))].series
        if series and len(changed) > 1:
            self.tell(series, event, "-series")
        else:
            for name in changed:
                self.tell(name, event)

    def with_it(self, name: str, states: Container[str]) -> list[str]:
        """A booking and those of its series, in one of these states, that are answered with it."""
        series = self.model[name].series
        return [
            other
            for other, one in self.model.items()
            if other == name or (series and one.series == series and one.status in states)
        ]

    def start(self, slug: str, choice: tuple[str, int, int], but: str | None = None) -> datetime:
        """A start that is offered now, or any other."""
        how, number, seconds = choice
        moving = {but: self.model[but]} if but else {}
        beside = [one.start for one in self.others(moving) if one.slug == slug]
        if how == "beside" and beside:
            return beside[number % len(beside)]
        booking_service = self.services.booking_service
        meeting = booking_service.meeting(slug)
        if but and (booking := self.store.booking(but)) and booking.agreed:
            meeting = with_timetable(booking.agreed, self.office().availability)
        slots = (
            booking_service.slots(meeting, booking_service.today(), booking_service.last_day(meeting), but)
            if how in {"offered", "beside"}
            else ()
        )
        if slots:
            start = slots[number % len(slots)].start
            assert self.allowed(slug, start, True, moving, moving.get(but or "")), (
                f"{start} is offered against the rules"
            )
            return start
        midnight = self.clock.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + (number % 1500 - 24) * FIVE + timedelta(seconds=seconds)

    def pick(self, number: int) -> tuple[str, Kept]:
        name = list(self.model)[number % len(self.model)]
        return name, self.model[name]

    # What happens.

    @rule(slug=SLUGS, choice=CHOICES, twice=st.booleans())
    def book(self, slug: str, choice: tuple[str, int, int], twice: bool) -> None:
        self.keep(slug, self.start(slug, choice), True, owner=False, twice=twice)

    @rule(slug=SLUGS, choice=CHOICES, any_notice=st.booleans())
    def book_for_a_client(self, slug: str, choice: tuple[str, int, int], any_notice: bool) -> None:
        self.keep(slug, self.start(slug, choice), not any_notice, owner=True, twice=False)

    def keep(self, slug: str, start: datetime, notice: bool, owner: bool, twice: bool) -> None:
        booking_service = self.services.booking_service
        fields = asked(meeting=slug, start=start.isoformat(), phone="333 1234567")
        request, made = booking_service.read_booking(fields), attempt("bookings", str(next(self.keys)), fields)
        may = self.allowed(slug, start, notice)
        try:
            answer = (
                booking_service.book_for(request, made, not notice) if owner else booking_service.book(request, made)
            )
        except SlotTaken as refused:
            self.refused(refused, slug, start, may, notice)
            return
        assert may, f"{start} was accepted against the rules"
        self.model[answer["id"]] = self.kept_as(slug, *self.booked_as(slug, start, owner))
        self.tell(answer["id"], "booked")
        if twice:
            assert booking_service.book(request, made) == answer

    def booked_as(self, slug: str, start: datetime, owner: bool) -> tuple[dict[str, Any], datetime, str]:
        meeting = meeting_of(self.written, slug)
        waits = meeting["confirmation"] == "manual" and not owner
        return meeting, start, "pending" if waits else "confirmed"

    def refused(
        self, taken: SlotTaken, slug: str, start: datetime, may: bool, notice: bool, but: str | None = None
    ) -> None:
        assert not may, f"{start} was refused and breaks no rule"
        moving = {but: self.model[but]} if but else {}
        assert all(self.allowed(slug, one.start, notice, moving, moving.get(but or "")) for one in taken.nearest)

    def refused_series(self, dates: Sequence[SeriesDate], may: Sequence[bool]) -> None:
        assert not all(may), "a series was refused and breaks no rule"
        assert [not one.refusals for one in dates] == may, "each date is told what stands against it"

    @rule(slug=SLUGS, choice=FIRST, other=CHOICES, asks=SERIES, how=st.sampled_from(["visitor", "owner", "at once"]))
    def book_a_series(
        self,
        slug: str,
        choice: tuple[str, int, int],
        other: tuple[str, int, int],
        asks: tuple[int, int, set[int], bool],
        how: str,
    ) -> None:
        start, (every, dates, dropped, moves) = self.start(slug, choice), asks
        first = start.astimezone(ZoneInfo(self.written["timezone"])).replace(second=0)
        days = [first.date() + timedelta(weeks=every * number) for number in range(dates)]
        starts = [start, *(self.by_the_clock(first, timedelta(weeks=every * number)) for number in range(1, dates))]
        repeat: dict[str, Any] = {"every": every, "count": dates}
        if moves:
            elsewhere = starts[-1] = self.start(slug, other)
            repeat["moved"] = {str(days[-1]): elsewhere.isoformat()}
        if dates - len(dropped) >= 2:
            repeat["skip"] = [str(days[number]) for number in dropped if number < dates]
            starts = [one for number, one in enumerate(starts) if number not in dropped]
        meeting, booking_service = meeting_of(self.written, slug), self.services.booking_service
        fields = asked(meeting=slug, start=start.isoformat(), phone="333 1234567", repeat=repeat)
        if "repeat" not in meeting:
            with pytest.raises(InvalidRequest):
                booking_service.read_booking(fields)
            return
        may = self.all_allowed(slug, meeting, starts, how != "at once")
        request, made = booking_service.read_booking(fields), attempt("bookings", str(next(self.keys)), fields)

        def book() -> Answer:
            if how == "visitor":
                return booking_service.book(request, made)
            return booking_service.book_for(request, made, how == "at once")

        try:
            answer = book()
        except SeriesTaken as taken:
            self.refused_series([one for one in taken.dates if not one.is_dropped], may)
            return
        assert all(may), "a series was accepted against the rules"
        assert book() == answer
        names = [one["id"] for one in answer["series"]]
        for name, one in zip(names, starts, strict=True):
            assert one
            self.model[name] = self.kept_as(slug, *self.booked_as(slug, one, how != "visitor"))
            self.model[name].series = names[0]
        self.tell(names[0], "booked", "-series")

    def by_the_clock(self, since: datetime, after: timedelta) -> datetime | None:
        """What the owner's clock at home reads so much later, the first time it does; None where it never does."""
        wall = since.replace(fold=0) + after
        instant = wall.astimezone(UTC)
        return instant if instant.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None) else None

    @precondition(lambda self: self.model)
    @rule(number=ANY)
    def approve(self, number: int) -> None:
        name, one = self.pick(number)
        may = one.status == "pending" and one.start > self.clock.now
        if self.changed(may, self.services.changes.approve, name):
            together = [key for key in self.with_it(name, {"pending"}) if self.model[key].start > self.clock.now]
            self.happened("approved", {key: {"status": "confirmed"} for key in together})

    @precondition(lambda self: self.model)
    @rule(number=ANY)
    def decline(self, number: int) -> None:
        name, one = self.pick(number)
        if self.changed(one.status == "pending", self.services.changes.decline, name):
            self.happened("declined", {key: {"status": "declined"} for key in self.with_it(name, {"pending"})})

    @precondition(lambda self: self.model)
    @rule(number=ANY)
    def miss(self, number: int) -> None:
        name, one = self.pick(number)
        may = one.status in {"confirmed", "done"} and one.start <= self.clock.now
        if self.changed(may, self.services.changes.miss, name):
            self.happened("no_show", {name: {"status": "no_show"}})

    @precondition(lambda self: self.model)
    @rule(number=ANY)
    def correct(self, number: int) -> None:
        name, one = self.pick(number)
        if self.changed(one.status in OPEN, self.services.changes.correct, name, "giusta@example.com"):
            self.happened("corrected", {key: {} for key in self.with_it(name, OPEN)})

    @precondition(lambda self: self.model)
    @rule(number=ANY, actor=ACTORS, scope=SCOPES)
    def cancel(self, number: int, actor: Actor, scope: Scope = Scope.ONE) -> None:
        name, one = self.pick(number)
        if self.changed(self.may_change(one, actor), self.services.changes.cancel, name, actor, None, None, scope):
            together = [key for key in self.within(scope, name) if self.may_change(self.model[key], actor)]
            self.happened("cancelled", {key: {"status": "cancelled"} for key in together})

    def within(self, scope: Scope, name: str) -> list[str]:
        """The bookings of a series that are meant with one of them, by the order of the series."""
        chosen = self.model[name]
        whole = [key for key, one in self.model.items() if chosen.series and one.series == chosen.series]
        if scope is Scope.ONE or not whole:
            return [name]
        return [key for key in whole if scope is Scope.ALL or self.model[key].start >= chosen.start]

    @precondition(lambda self: self.model)
    @rule(number=ANY, choice=CHOICES, actor=ACTORS, any_notice=st.booleans(), scope=SCOPES)
    def move(
        self,
        number: int,
        choice: tuple[str, int, int],
        actor: Actor,
        any_notice: bool,
        scope: Scope = Scope.ONE,
    ) -> None:
        name, one = self.pick(number)
        start, any_notice = self.start(one.slug, choice, name), any_notice and actor is Actor.OWNER
        open_to_it = self.may_change(one, actor) and start != one.start
        moved = self.moved(name, start, actor, scope) if open_to_it else {name: start}
        as_now = self.to_move_by(one)
        free = self.all_allowed(one.slug, as_now, list(moved.values()), not any_notice, moved, one)
        arguments = name, start, actor, None, any_notice, None, scope
        try:
            done = self.changed(open_to_it, self.services.changes.reschedule, *arguments)
        except SeriesTaken as refused:
            assert open_to_it, "what cannot be moved at all is told so"
            self.refused_series(refused.dates, free)
            return
        except SlotTaken as refused:
            assert open_to_it, "what cannot be moved at all is told so"
            self.refused(refused, one.slug, start, all(free), not any_notice, name)
            return
        if done:
            assert all(free), f"a move to {start} was accepted against the rules"
            manual = "manual" in {one.meeting["confirmation"], meeting_of(self.written, one.slug)["confirmation"]}
            changed: dict[str, dict[str, Any]] = {}
            left = set(moved)
            for key, at in moved.items():
                assert at
                waits = actor is Actor.VISITOR and (manual or self.model[key].status == "pending")
                status = "pending" if waits else "confirmed"
                new = self.kept_as(one.slug, as_now, at, status, left)
                changed[key] = {"start": at, "end": new.end, "time": new.time, "status": status, "shared": new.shared}
                # Whoever comes next finds it where it is now.
                self.model[key] = replace(self.model[key], **changed[key])
                left.remove(key)
            self.happened("rescheduled", changed)

    def moved(self, name: str, start: datetime, actor: Actor, scope: Scope) -> dict[str, datetime | None]:
        """Where the bookings that move with one of them come to lie: as much later on the owner's clock at home."""
        zone = ZoneInfo(self.written["timezone"])
        chosen = self.model[name].start.astimezone(zone).replace(tzinfo=None)
        later = start.astimezone(zone).replace(tzinfo=None, second=0) - chosen
        together = [key for key in self.within(scope, name) if self.may_change(self.model[key], actor)]
        new = {key: self.by_the_clock(self.model[key].start.astimezone(zone), later) for key in together}
        return {key: at for key, at in (new | {name: start}).items() if at != self.model[key].start}

    def to_move_by(self, one: Kept) -> dict[str, Any]:
        """What was booked, for as many people as its kind is for by now; whoever booked alone stays alone."""
        seats = meeting_of(self.written, one.slug).get("seats") if one.meeting.get("seats") else None
        return one.meeting | {"seats": seats}

    def may_change(self, one: Kept, actor: Actor) -> bool:
        now, late = self.clock.now, one.start - span(self.written["change_notice"])
        return one.status in {"pending", "confirmed"} and one.start > now and (actor is Actor.OWNER or now <= late)

    def changed(self, may: bool, change: Any, *arguments: object) -> bool:  # noqa: ANN401 - any change
        try:
            answer = change(*arguments)
        except ChangeRefused:
            assert not may
            return False
        assert answer
        assert may
        return True

    @rule(who=PEOPLE, slug=SLUGS, first=st.integers(0, 2), length=st.integers(0, 20))
    def wait(self, who: str, slug: str, first: int, length: int) -> None:
        self.wait_from(who, slug, self.services.booking_service.today() + timedelta(days=first), length)

    @precondition(lambda self: any(one.status in OPEN for one in self.model.values()))
    @rule(who=PEOPLE, number=ANY, length=st.integers(0, 3), then=st.sampled_from(["", "take", "decline"]))
    def wait_for_what_is_called_off(self, who: str, number: int, length: int, then: str) -> None:
        coming = [name for name, one in self.model.items() if one.status in OPEN]
        name = coming[number % len(coming)]
        one = self.model[name]
        self.wait_from(who, one.slug, self.office().availability.local_day(one.start), length)
        self.cancel(list(self.model).index(name), Actor.OWNER)
        self.tell_who_waits(bool(then))
        if self.offers and then:
            self.answer_an_offer(number, then)

    def wait_from(self, who: str, slug: str, day: date, length: int) -> None:
        listed = self.services.waiting_list
        fields = {"meeting": slug, "name": who, "email": f"{who}@example.com", "from": str(day)}
        try:
            made = listed.ask(listed.read(fields | {"to": str(day + timedelta(days=length))}), None)
        except NoWaitingList:
            assert "waiting_hold" not in self.written
        except InvalidRequest:
            return  # beyond the horizon, or she has had her mails of the day
        else:
            with suppress(TooManyLists):
                listed.confirm(made["id"])

    @rule(arrive=st.booleans())
    def tell_who_waits(self, arrive: bool) -> None:
        """A round of the waiting list, before which the mails of the last one may have arrived."""
        if arrive:
            with self.engine.begin() as connection:
                sent = outbox.c.kind.in_([WAITING_ASKED, WAITING_OFFER])
                connection.execute(update(outbox).where(sent, outbox.c.state == "pending").values(state="sent"))
        listed = self.services.waiting_list
        listed.end_holds()
        listed.forget()
        self.sweep()
        for _ in range(MOST_OFFERS):
            if (offer := listed.offer_next()) is None:
                break
            slug, start = offer.slot.meeting, offer.slot.start
            assert "waiting_hold" in self.written
            assert self.allowed(slug, start), f"{start} is held against the rules"
            one = self.kept_as(slug, meeting_of(self.written, slug), start, "held")
            self.offers[offer.waiting.id] = replace(one, until=offer.until)

    def sweep(self) -> None:
        """What was held is held as long at least, or over, or of somebody who waits no more."""
        query = select(waiting.c.id, holds.c.start, holds.c.expires_at).outerjoin(
            holds, holds.c.id == waiting.c.hold_id
        )
        with self.engine.begin() as connection:
            there = {row.id: row for row in connection.execute(query)}
        for who, one in list(self.offers.items()):
            assert one.until
            row = there.get(who)
            if row and row.start == one.start and row.expires_at > self.clock.now:
                assert row.expires_at >= one.until
                self.offers[who] = replace(one, until=row.expires_at)
            else:
                assert one.until <= self.clock.now or row is None
                del self.offers[who]

    @precondition(lambda self: self.offers)
    @rule(number=ANY, what=st.sampled_from(["take", "take", "decline", "leave"]))
    def answer_an_offer(self, number: int, what: str) -> None:
        who = list(self.offers)[number % len(self.offers)]
        listed, one = self.services.waiting_list, self.offers.pop(who)
        found = listed.standing(listed.token(who))
        assert one.until
        if found is None or (found.held is None) != (one.until <= self.clock.now):
            raise AssertionError("what is held for her is not known to be")
        if what == "take":
            self.take(who, one)
        elif what == "leave":
            listed.leave(who)
        else:
            listed.decline(who, one.start)

    def take(self, who: str, one: Kept) -> None:
        """Book what was held: nothing but its own hold has to give way."""
        listed = self.services.waiting_list
        found = listed.standing(listed.token(who))
        assert found
        assert one.until
        request = listed.read_taking(found.waiting, one.start, {"phone": "333 1234567"})
        may = self.allowed(one.slug, one.start)
        try:
            answer = listed.take(found.waiting, request, None)
        except OfferGone:
            assert one.until <= self.clock.now
            self.offers[who] = one
        except SlotTaken:
            assert not may
            self.offers[who] = one
        else:
            assert may
            assert one.until > self.clock.now
            self.model[answer["id"]] = self.kept_as(one.slug, *self.booked_as(one.slug, one.start, False))
            self.tell(answer["id"], "booked")

    @rule(number=ANY, length=LENGTHS)
    def block(self, number: int, length: int) -> None:
        start, name = self.start("lunga", ("anywhere", number, 0)), new_id(self.clock.now)
        self.blocks[name] = (start, start + length * FIVE)
        self.store.block(Block(id=name, start=start, end=start + length * FIVE, created_at=self.clock.now))

    @precondition(lambda self: self.blocks)
    @rule(number=ANY)
    def unblock(self, number: int) -> None:
        name = list(self.blocks)[number % len(self.blocks)]
        assert self.store.unblock(name)
        assert not self.store.unblock(name)
        del self.blocks[name]

    @rule(events=st.lists(st.tuples(ANY, LENGTHS, st.integers(0, 4)), max_size=3))
    def import_busy(self, events: list[tuple[int, int, int]]) -> None:
        """All of another calendar is replaced at once; its events keep to no grid of ours."""
        begins = [self.start("lunga", ("anywhere", number, 60 * odd)) for number, _, odd in events]
        self.busy = sorted(
            {(start, start + length * FIVE) for start, (_, length, _) in zip(begins, events, strict=True)}
        )
        with self.engine.begin() as connection:
            connection.execute(delete(busy))
            for start, end in self.busy:
                connection.execute(insert(busy).values(source="ics", start=start, end=end, words=""))

    @rule(rules=any_rules())
    def change_availability(self, rules: Rules) -> None:
        before, self.written = self.office(), rules
        write_json(self.folder / "availability.yaml", rules)
        assert self.office() is not before, "what was written is not read"

    @rule(seconds=st.sampled_from([1, 299, 300, 3600, 6 * 3600, 86400]), runs_job=st.booleans())
    def time_passes(self, seconds: int, runs_job: bool) -> None:
        self.clock.now += timedelta(seconds=seconds)
        if runs_job:
            self.makes_rounds()
            self.tell_who_waits(arrive=False)

    def asked(self, question: Question) -> Reply:
        """The owner's own calendar, at which a process may be killed, and during which all else goes on."""
        if question.method not in {"PUT", "DELETE"}:
            return self.server(question)
        if self.killed == "before":
            raise Killed
        during, self.during_write = self.during_write, None
        if during:
            during()
        reply = self.server(question)
        if self.killed == "after":
            raise Killed
        return reply

    @rule(
        killed=st.sampled_from(["", "before", "after"]),
        at=ANY,
        new=CHOICES,
        choice=CHOICES,
        rules=any_rules(),
        what=st.sampled_from(["", "kind", "cancel", "move"]),
    )
    def write_calendar(
        self, killed: str, at: int, new: tuple[str, int, int], choice: tuple[str, int, int], rules: Rules, what: str
    ) -> None:
        """Write to the calendar, and change a booking or its kind of meeting meanwhile, or once the writer is dead."""
        self.book_for_a_client("lunga", new, True)
        # That which was made last is the one that is most likely being written.
        number = len(self.model) - 1 if at % 2 else at
        changes: dict[str, Callable[[], None]] = {
            "kind": lambda: self.change_availability(rules),
            "cancel": lambda: self.cancel(number, Actor.OWNER) if self.model else None,
            "move": lambda: self.move(number, choice, Actor.OWNER, False) if self.model else None,
        }
        change = changes.get(what, lambda: None)
        self.killed, self.during_write = killed, None if killed else change
        with suppress(Killed):
            self.writer.write_due()
        self.killed, self.during_write = "", None
        if killed:
            change()

    @rule(name=st.sampled_from(["", "ABCD"]))
    def compare_calendar(self, name: str) -> None:
        """Let leases end and all be written: each coming meeting stands there once, as it is now, and no other."""
        if name:  # her program has written one again under a name of its own
            for old in list(self.server.objects)[:1]:
                self.server.objects[f"{name}-{next(self.keys)}.ics"] = self.server.objects.pop(old)
        self.clock.now += LEASE + timedelta(seconds=1)
        self.writer.write_due()
        with self.engine.begin() as connection:
            invited = {row.id for row in connection.execute(select(bookings).where(bookings.c.invited))}
        # Of one that was missed while it still lasts, the entry may stay or go.
        coming = {key: one for key, one in self.model.items() if one.end > self.clock.now and one.status != "no_show"}
        told = {key: one for key, one in coming.items() if key in invited and one.status in OPEN}
        # A group stands there as the first of its people.
        first = {one.group: key for key, one in sorted(told.items(), reverse=True) if one.shared}
        shown = sorted((key, one.start) for key, one in told.items() if not one.shared or first[one.group] == key)
        there = [(self.server.uid_of(text).partition("@")[0], start_of(text)) for text in self.server.objects.values()]
        assert sorted(one for one in there if one[0] in coming) == shown

    @rule()
    def makes_rounds(self) -> None:
        now, ahead = self.clock.now, span(self.written["reminder"])
        self.lifecycle_job.make()
        for name, one in self.model.items():
            if one.status == "pending" and now >= min(one.updated_at + span(self.written["pending_expiry"]), one.start):
                self.happened("expired", {key: {"status": "expired"} for key in self.with_it(name, {"pending"})})
            elif one.status == "confirmed" and one.end <= now:
                self.happened("done", {name: {"status": "done"}})
            elif self.is_due_a_reminder(one, ahead):
                one.reminded_of = one.start
                self.tell(name, "reminder")

    def is_due_a_reminder(self, one: Kept, ahead: timedelta) -> bool:
        near = one.status == "confirmed" and self.clock.now < one.start <= self.clock.now + ahead
        return near and one.updated_at <= one.start - ahead and one.reminded_of != one.start

    # What always holds.

    @invariant()
    def no_two_bookings_share_time(self) -> None:
        with self.engine.begin() as connection:
            rows = connection.execute(select(bookings)).all()
            groups = {row.booking_id: row.hold_id for row in connection.execute(select(seats))}
            offers = connection.execute(select(holds).where(holds.c.kind == "offer")).all()
        held = sorted(
            {(row.busy_from, row.busy_until, groups.get(row.id, row.id)) for row in rows if row.status in HOLDS}
            | {(row.busy_from, row.busy_until, row.id) for row in offers if row.expires_at > self.clock.now}
        )
        assert all(before[1] <= after[0] for before, after in pairwise(held)), held
        told = {row.id: (row.status, row.start, row.end, (row.busy_from, row.busy_until)) for row in rows}
        assert told == {name: (one.status, one.start, one.end, one.time) for name, one in self.model.items()}

    @invariant()
    def claims_are_those_of_bookings_that_hold_time(self) -> None:
        with self.engine.begin() as connection:
            owners = {row.id: (row.kind, row.meeting, row.start) for row in connection.execute(select(holds))}
            claimed = {(row.cell, row.booking_id or owners[row.hold_id]) for row in connection.execute(select(claims))}
        owned = [(("group", *one.group) if one.shared else name, one) for name, one in self.model.items() if one.holds]
        owned += [(self.owner_of(one), one) for one in self.held()]
        due = {
            (cell, owner)
            for owner, one in owned
            for cell in range(int(one.time[0].timestamp()) // 300, int(one.time[1].timestamp()) // 300)
        }
        present = self.clock.now.timestamp() // 300 if due else 0
        # What was held keeps its cells, which refuse nobody, until it is swept.
        over = {self.owner_of(one) for one in self.offers.values()}
        assert {one for one in claimed - due if one[1] not in over} == set()
        assert {one for one in due - claimed if one[0] >= present} == set()

    def owner_of(self, one: Kept) -> tuple[str, str, datetime]:
        """What has the cells of held time."""
        return ("group" if one.shared else "offer", *one.group)

    @invariant()
    def seats_are_those_of_bookings_that_share_their_time(self) -> None:
        offer = holds.alias("offer")
        columns = (seats.c.booking_id, holds.c.meeting, holds.c.start, holds.c.seats, offer.c.expires_at)
        query = select(*columns).join_from(seats, holds, seats.c.hold_id == holds.c.id)
        with self.engine.begin() as connection:
            rows = connection.execute(query.outerjoin(offer, offer.c.id == seats.c.offer_id)).all()
            groups = select(holds.c.meeting, holds.c.start).where(holds.c.kind == "group")
            there = Counter((row.meeting, row.start) for row in connection.execute(groups))
        told = {row.booking_id: (row.meeting, row.start) for row in rows if row.booking_id}
        assert told == {name: one.group for name, one in self.model.items() if one.holds and one.shared}
        live = [one for one in rows if one.booking_id or one.expires_at > self.clock.now]
        sitting = Counter((row.meeting, row.start) for row in live)
        assert sitting == Counter([*told.values(), *(one.group for one in self.held() if one.shared)])
        assert set(there.values()) <= {1}
        assert {
            one for one in there.keys() ^ sitting.keys() if one not in {o.group for o in self.offers.values()}
        } == set()
        assert all(sitting[row.meeting, row.start] <= row.seats for row in rows)

    @invariant()
    def history_has_a_row_for_each_change_and_the_outbox_its_mails(self) -> None:
        with self.engine.begin() as connection:
            told = Counter((row.booking_id, row.event) for row in connection.execute(select(history)))
            # The morning's digest is about no booking, nor are mails to who waits.
            of_who_waits = outbox.c.kind.in_([WAITING_ASKED, WAITING_OFFER])
            about_bookings = select(outbox).where(outbox.c.about != ABOUT, ~of_who_waits)
            mails = Counter((row.about, row.kind) for row in connection.execute(about_bookings))
        assert told == Counter((name, event) for name, one in self.model.items() for event in one.events)
        assert mails == self.mails


@pytest.mark.soak
def test_whatever_happens_in_any_order_her_time_is_promised_once(engine: Engine, tmp_path: Path) -> None:
    class Here(Calendar):
        """The calendar on this database."""

    Here.engine, Here.folder = engine, tmp_path / "office"
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=soak_count(8, 1_000),
            stateful_step_count=soak_count(30, 50),
            suppress_health_check=list(HealthCheck),
        ),
    )
