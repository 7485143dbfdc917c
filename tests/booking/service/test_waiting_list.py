"""The waiting list from asking to booking, on each engine: in order, held for a while, nobody told twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from plugins.booking.service.waiting_list import NoWaitingList
from plugins.booking.storage.booking_store import SlotTaken
from plugins.booking.storage.idempotency import attempt
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.outdated_mails import WAITING_ASKED, WAITING_OFFER
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.schema import busy, claims, holds, outbox, waiting, waiting_told
from plugins.booking.storage.waiting import MOST_LISTS, OfferGone, TooManyLists
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.bookings import Block
from plugins.domain.requests import InvalidRequest
from plugins.domain.waiting_list import MOST_A_DAY
from tests.booking.tables import count
from tests.booking.waiting_scene import HALF_PAST, NINE, RULES, Scene, scene

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with scene(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def full(office: Scene) -> tuple[Scene, str, str]:
    """The office, its two times of the day taken."""
    return office, office.book(NINE), office.book(HALF_PAST)


def body(mail: object) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[attr-defined]


def test_only_a_confirmed_one_waits(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    who = office.ask("ada")
    (mail,) = office.mails(WAITING_ASKED)
    assert mail["To"] == "ada@example.com"
    assert "Ada" not in str(mail)
    office.cancel(first)
    assert office.job.make() == 0
    office.services.waiting_list.confirm(who)
    assert office.job.make() == 1
    assert office.held(who) == NINE


def test_the_link_of_the_mail_leads_to_who_asked(full: tuple[Scene, str, str]) -> None:
    office, *_ = full
    who = office.ask("ada")
    (token,) = re.findall(r"/appuntamenti/attesa/([\w-]+)/", body(office.mails(WAITING_ASKED)[0]))
    listed = office.services.waiting_list
    found = listed.standing(token)
    assert found is not None
    assert found.waiting.id == who
    assert listed.standing(token[:-1] + "x") is None
    # No token of a booking opens it, and the other way round.
    assert listed.standing(office.services.booking_service.token(who)) is None
    assert office.services.booking_service.booking_id(token) is None


def test_time_given_back_is_held_for_the_first_alone(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada, bea = office.wait("ada"), office.wait("bea")
    assert office.job.make() == 0
    office.cancel(first)
    assert office.starts() == [NINE]
    assert office.job.make() == 1
    assert (office.held(ada), office.held(bea)) == (NINE, None)
    assert office.starts() == []
    with pytest.raises(SlotTaken):
        office.book(NINE)
    (mail,) = office.mails(WAITING_OFFER)
    assert "martedì 12 gennaio 2027 alle 09:00" in body(mail)
    assert "Ada" not in str(mail)


def test_what_is_held_is_taken_once_and_the_list_forgets(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada, other = office.wait("ada"), office.wait("ada", last="2027-01-19")
    office.cancel(first)
    office.job.make()
    found = office.standing(ada)
    made = office.take(ada)
    assert (made["status"], made["start"]) == ("confirmed", NINE.isoformat())
    assert count(office.engine, holds) == count(office.engine, waiting) == count(office.engine, waiting_told) == 0
    assert office.services.waiting_list.standing(office.services.waiting_list.token(other)) is None
    listed = office.services.waiting_list
    with pytest.raises(OfferGone):
        listed.take(found.waiting, listed.read_taking(found.waiting, NINE, {}), None)


def test_taking_twice_with_one_key_books_once(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.wait("ada")
    office.cancel(first)
    office.job.make()
    found, listed = office.standing(ada), office.services.waiting_list
    made = attempt("prendi", "a key", {})
    request = listed.read_taking(found.waiting, NINE, {})
    assert listed.take(found.waiting, request, made) == listed.take(found.waiting, request, made)


def test_what_is_not_taken_in_time_goes_to_the_next(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada, bea, clio = office.wait("ada"), office.wait("bea"), office.wait("clio")
    office.cancel(first)
    office.job.make()
    office.deliver()
    office.clock.now += 4 * HOUR
    assert office.job.make() == 1
    assert (office.held(ada), office.held(bea), office.held(clio)) == (None, NINE, None)
    listed, found = office.services.waiting_list, office.standing(ada)
    request = listed.read_taking(found.waiting, NINE, {})
    with pytest.raises(OfferGone):
        listed.take(found.waiting, request, None)
    office.services.waiting_list.decline(bea, NINE)
    assert office.job.make() == 1
    assert office.held(clio) == NINE
    office.services.waiting_list.leave(clio)
    # Everybody was told of it once: it is free for all.
    assert office.job.make() == 0
    assert office.starts() == [NINE]
    assert sorted(mail["To"] for mail in office.mails(WAITING_OFFER)) == [
        f"{who}@example.com" for who in ("ada", "bea", "clio")
    ]


def test_leaving_one_list_brings_no_time_again_by_another(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.wait("ada")
    office.wait("ada", last="2027-01-19")
    office.cancel(first)
    assert office.job.make() == 1
    assert office.held(ada) == NINE
    office.services.waiting_list.leave(ada)
    assert office.job.make() == 0
    assert len(office.mails(WAITING_OFFER)) == 1


def test_two_times_are_held_for_two_people(full: tuple[Scene, str, str]) -> None:
    office, first, second = full
    office.wait("ada")
    office.wait("bea")
    office.cancel(second)
    office.cancel(first)
    assert office.job.make() == 2
    assert office.holds() == [("ada", NINE), ("bea", HALF_PAST)]


def test_hold_counts_for_the_cap_of_the_day(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url, hours={"tuesday": ["09:00-11:00"]}) as office:
        office.write(talk={"per_day": 1}, **(RULES | {"hours": {"tuesday": ["09:00-11:00"]}}))
        first = office.book(NINE)
        ada = office.wait("ada")
        office.cancel(first)
        assert office.job.make() == 1
        assert office.starts() == []
        with pytest.raises(SlotTaken):
            office.book(HALF_PAST)
        assert office.take(ada)["status"] == "confirmed"


@pytest.mark.parametrize("freed", ["block", "calendar", "hours", "moved"])
def test_whatever_frees_time_it_is_offered(tmp_path: Path, database_url: str, freed: str) -> None:
    with scene(tmp_path, database_url) as office:
        now, store = office.clock.now, office.services
        if freed == "hours":
            office.write(**(RULES | {"hours": {"wednesday": ["09:00-10:00"]}}))
        elif freed == "moved":
            moved = office.book(NINE)
            office.book(HALF_PAST)
        elif freed == "block":
            kept = Block(id="b" * 32, start=NINE, end=NINE + HOUR, reason=None, created_at=now)
            office.store.block(kept)
        else:
            with office.engine.begin() as connection:
                connection.execute(insert(busy).values(source="x", start=NINE, end=NINE + HOUR, words=""))
        who = office.wait("ada")
        assert office.job.make() == 0
        if freed == "hours":
            office.write(**RULES)
        elif freed == "moved":
            assert store.changes.reschedule(moved, NINE + timedelta(days=7), Actor.VISITOR)
        elif freed == "block":
            office.store.unblock("b" * 32)
        else:
            with office.engine.begin() as connection:
                connection.execute(busy.delete())
        assert office.job.make() == 1
        assert office.held(who) == NINE


def test_what_was_free_when_she_asked_is_no_news_later(office: Scene) -> None:
    office.book(NINE)
    who = office.wait("ada")
    assert office.job.make() == 0
    assert office.held(who) is None
    assert office.starts() == [HALF_PAST]


def test_the_order_is_of_confirming_and_not_of_asking(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.ask("ada")
    bea = office.wait("bea")
    office.services.waiting_list.confirm(ada)
    office.cancel(first)
    office.job.make()
    assert office.held(bea) == NINE


def test_strangers_get_three_mails_a_day_and_a_clear_word(full: tuple[Scene, str, str]) -> None:
    office, *_ = full
    for _ in range(3):
        office.ask("ada")
    with pytest.raises(InvalidRequest, match="email"):
        office.ask("ada", email="ADA@example.com")
    assert count(office.engine, waiting) == 3
    office.clock.now += timedelta(days=1)
    office.ask("ada")


def test_offers_leave_room_for_the_mails_of_a_booking(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url, hours={"tuesday": ["09:00-11:00"]}) as office:
        times = [NINE + number * 30 * MINUTE for number in range(4)]
        booked = [office.book(start) for start in times]
        who = office.wait("ada")
        for booking, start in zip(booked[:MOST_A_DAY], times, strict=False):
            office.cancel(booking)
            assert office.job.make() == 1
            if start != times[MOST_A_DAY - 1]:
                office.services.waiting_list.decline(who, start)
        office.cancel(booked[MOST_A_DAY])
        assert office.job.make() == 0
        made = office.take(who)
        with office.engine.begin() as connection:
            states = connection.execute(select(outbox.c.state).where(outbox.c.about == made["id"])).scalars().all()
        assert set(states) == {"pending"}


def test_one_person_waits_in_five_lists_at_most(full: tuple[Scene, str, str]) -> None:
    office, *_ = full
    for number in range(MOST_LISTS):
        office.clock.now += timedelta(hours=9)
        assert number < MOST_LISTS
        office.wait("ada", last="2027-01-19")
    office.clock.now += timedelta(hours=9)
    last = office.ask("ada", first="2027-01-19", last="2027-01-19")
    with pytest.raises(TooManyLists):
        office.services.waiting_list.confirm(last)


def test_who_never_confirms_is_forgotten_in_two_days(full: tuple[Scene, str, str]) -> None:
    office, *_ = full
    office.ask("ada", last="2027-01-19")
    office.deliver()
    office.clock.now += timedelta(days=1)
    office.job.make()
    assert count(office.engine, waiting) == 1
    office.clock.now += timedelta(days=1)
    office.job.make()
    assert count(office.engine, waiting) == 0
    with office.engine.begin() as connection:
        assert connection.execute(select(outbox.c.id).where(outbox.c.kind == WAITING_ASKED)).first() is None


def test_the_list_ends_with_the_last_day_asked_for(full: tuple[Scene, str, str]) -> None:
    office, *_ = full
    office.wait("ada")
    office.clock.now = datetime.fromisoformat("2027-01-12T23:59:00+01:00")
    office.job.make()
    assert count(office.engine, waiting) == 1
    office.clock.now = datetime.fromisoformat("2027-01-13T00:00:00+01:00")
    office.job.make()
    assert count(office.engine, waiting) == 0


def test_mail_that_cannot_leave_lengthens_the_hold(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.wait("ada")
    office.cancel(first)
    office.job.make()
    office.clock.now += 4 * HOUR - MINUTE
    assert office.job.make() == 0
    assert office.held(ada) == NINE
    until = office.standing(ada).held_until
    assert until is not None
    assert until > office.clock.now + 3 * HOUR


def test_no_hold_is_lengthened_into_the_past(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url, notice="20h", waiting_hold="1h") as office:
        first, _second = office.book(NINE), office.book(HALF_PAST)
        ada = office.wait("ada")
        office.cancel(first)
        assert office.job.make() == 1
        # No worker ran and no mail left while there was time to book it: what is over at once is no hold.
        office.clock.now = NINE - timedelta(hours=19)
        office.job.make()
        assert (office.held(ada), count(office.engine, holds), count(office.engine, claims)) == (None, 0, 6)
        assert office.starts() == []


def test_mail_that_reaches_nobody_gives_the_turn_on(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada, bea = office.wait("ada"), office.wait("bea")
    office.cancel(first)
    office.job.make()
    with office.engine.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.about == ada).values(state="dead", error="550 no such user"))
    assert office.job.make() == 1
    assert office.held(bea) == NINE
    assert count(office.engine, waiting) == 1


def test_offer_that_is_over_is_not_mailed_any_more(full: tuple[Scene, str, str]) -> None:
    office, first, second = full
    office.wait("ada")
    office.cancel(first)
    office.cancel(second)
    office.job.make()
    mails = Outbox(office.engine)
    # The worker was away, and so was the relay: nobody has lengthened what was held.
    office.clock.now += 5 * HOUR
    kinds = []
    while (leased := mails.lease(office.clock.now)) is not None:
        kinds.append(leased.envelope.kind)
        mails.sent(leased, office.clock.now)
    assert WAITING_OFFER not in kinds
    assert office.job.make() == 1  # and she is told after all, of what is still free
    assert office.mails(WAITING_OFFER)


def test_erased_person_leaves_the_list_and_what_was_held(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    office.wait("ada")
    bea = office.wait("bea")
    office.ask("ada", last="2027-01-19")
    office.cancel(first)
    office.job.make()
    told = export(office.engine, "ADA@example.com")
    assert [len(told[name]) for name in ("waiting", "waiting_told", "mails")] == [2, 1, 3]
    erase(office.engine, "ada@Example.com")
    assert not any(export(office.engine, "ada@example.com").values())
    assert count(office.engine, waiting) == 1
    assert office.job.make() == 1
    assert office.held(bea) == NINE


def test_without_the_key_nobody_waits_and_nothing_is_held(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.wait("ada")
    office.write(hours=RULES["hours"])
    office.cancel(first)
    assert office.job.make() == 0
    assert office.held(ada) is None
    with pytest.raises(NoWaitingList):
        office.ask("bea")


def test_time_that_the_owner_blocks_meanwhile_cannot_be_taken(full: tuple[Scene, str, str]) -> None:
    office, first, _ = full
    ada = office.wait("ada")
    office.cancel(first)
    office.job.make()
    office.store.block(Block(id="b" * 32, start=NINE, end=NINE + HOUR, reason=None, created_at=office.clock.now))
    with pytest.raises(SlotTaken):
        office.take(ada)
    assert office.held(ada) == NINE


def test_rounds_of_several_processes_give_nobody_two_holds(tmp_path: Path, database_url: str) -> None:
    with scene(tmp_path, database_url, hours={"tuesday": ["09:00-13:00"]}) as office:
        booked = [office.book(NINE + number * 30 * MINUTE) for number in range(8)]
        for number in range(6):
            office.wait(f"person{number}")
        for booking in booked:
            office.cancel(booking)
        with ThreadPoolExecutor(6) as several:
            list(several.map(lambda _: office.job.make(), range(6)))
        held = office.holds()
        assert sorted(person for person, _ in held) == [f"person{number}" for number in range(6)]
        assert len({start for _, start in held}) == 6
        assert len(office.mails(WAITING_OFFER)) == 6
        assert count(office.engine, claims) == 6 * 6


def test_days_asked_for_are_those_that_can_be_booked(office: Scene) -> None:
    who = office.ask("ada", first="2027-01-01", last="2027-02-20")
    found = office.standing(who).waiting
    assert (found.first, found.last) == (date(2027, 1, 11), date(2027, 2, 10))
