"""Which change of a booking is allowed when, to whom, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from plugins.domain.booking_lifecycle import (
    Actor,
    ChangeRefused,
    approve,
    cancel,
    change_until,
    correct,
    decline,
    expire,
    expires_at,
    finish,
    miss,
    reminded_at,
    reschedule,
    room_due,
)
from plugins.domain.bookings import Booking, Status
from tests.domain.office import AVAILABILITY

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
BOOKED = datetime(2027, 1, 4, 8, tzinfo=UTC)
START = datetime(2027, 1, 11, 9, tzinfo=UTC)
END = START + HOUR / 2
LATER = START + timedelta(days=7)
# Six hours before the start a visitor may still change; a request waits a day.
RULES = AVAILABILITY.model_copy(update={"change_notice": 6 * HOUR, "pending_expiry": 24 * HOUR})
CALL = RULES.meetings[0]
BY_HAND = CALL.model_copy(update={"confirmation": "manual"})
LAST = START - 6 * HOUR


def booking(status: Status = Status.PENDING, **changes: object) -> Booking:
    kept = Booking(
        id="1", meeting="conoscitiva", status=status, start=START, end=END, name="Ada", email="ada@esempio.test",
        created_at=BOOKED, updated_at=BOOKED, sequence=4,
    )  # fmt: skip
    return kept.model_copy(update=changes)


def moved(kept: Booking, actor: Actor, now: datetime, start: datetime = LATER) -> Booking:
    return reschedule(kept, start, CALL, RULES, actor, now)


Change = Callable[[Booking, datetime], Booking]
CHANGES: dict[str, Change] = {
    "approve": approve,
    "decline": decline,
    "expire": lambda kept, now: expire(kept, RULES, now),
    "visitor moves": lambda kept, now: moved(kept, Actor.VISITOR, now),
    "owner moves": lambda kept, now: moved(kept, Actor.OWNER, now),
    "visitor cancels": lambda kept, now: cancel(kept, RULES, Actor.VISITOR, now),
    "owner cancels": lambda kept, now: cancel(kept, RULES, Actor.OWNER, now),
    "finish": finish,
    "miss": miss,
    "correct": lambda kept, now: correct(kept, "ada@giusta.test", now),
}
WAITING, OPEN = {Status.PENDING}, {Status.PENDING, Status.CONFIRMED}
# Of each change: from which states, from when and until when, both included, and the state it leads to.
TABLE = [
    ("approve", WAITING, BOOKED, START - SECOND, Status.CONFIRMED),
    ("decline", WAITING, BOOKED, LATER, Status.DECLINED),
    ("expire", WAITING, BOOKED + 24 * HOUR, LATER, Status.EXPIRED),
    ("visitor moves", OPEN, BOOKED, LAST, None),
    ("owner moves", OPEN, BOOKED, START - SECOND, Status.CONFIRMED),
    ("visitor cancels", OPEN, BOOKED, LAST, Status.CANCELLED),
    ("owner cancels", OPEN, BOOKED, START - SECOND, Status.CANCELLED),
    ("finish", {Status.CONFIRMED}, END, LATER, Status.DONE),
    ("miss", {Status.CONFIRMED, Status.DONE}, START, LATER, Status.NO_SHOW),
    ("correct", OPEN, BOOKED, LATER, None),
]


@pytest.mark.parametrize(("name", "states", "first", "last", "leads_to"), TABLE, ids=[row[0] for row in TABLE])
def test_a_change_is_allowed_from_its_states_in_its_time(
    name: str, states: set[Status], first: datetime, last: datetime, leads_to: Status | None
) -> None:
    for status in Status:
        for now in (first, last):
            if status in states:
                assert CHANGES[name](booking(status), now).status is (leads_to or status)
            else:
                with pytest.raises(ChangeRefused):
                    CHANGES[name](booking(status), now)


@pytest.mark.parametrize(
    ("name", "status", "now", "words"),
    [
        ("approve", Status.PENDING, START, "già passato"),
        ("approve", Status.CONFIRMED, BOOKED, "in attesa si può confermare"),
        ("decline", Status.CONFIRMED, BOOKED, "in attesa si può rifiutare"),
        ("expire", Status.CONFIRMED, LATER, "in attesa si può far scadere"),
        ("expire", Status.PENDING, BOOKED + 24 * HOUR - SECOND, "non è ancora scaduta"),
        ("visitor moves", Status.CONFIRMED, LAST + SECOND, "troppo tardi per spostare"),
        ("visitor moves", Status.CONFIRMED, START, "già cominciato: non si può più spostare"),
        ("visitor moves", Status.DONE, START, "non si può più spostare"),
        ("owner moves", Status.CONFIRMED, START, "già cominciato: non si può più spostare"),
        ("visitor cancels", Status.PENDING, LAST + SECOND, "troppo tardi per annullare"),
        ("owner cancels", Status.PENDING, START, "già cominciato: non si può più annullare"),
        ("finish", Status.CONFIRMED, END - SECOND, "non è ancora finito"),
        ("miss", Status.CONFIRMED, START - SECOND, "deve ancora cominciare"),
        ("correct", Status.CANCELLED, BOOKED, "non è più in programma"),
    ],
)
def test_a_change_that_is_refused_says_why(name: str, status: Status, now: datetime, words: str) -> None:
    with pytest.raises(ChangeRefused, match=words):
        CHANGES[name](booking(status), now)


def test_a_request_expires_at_its_start_at_the_latest() -> None:
    assert expires_at(booking(), RULES) == BOOKED + 24 * HOUR
    assert expires_at(booking(updated_at=START - 3 * HOUR), RULES) == START


def test_a_visitor_may_change_until_the_notice_before_the_start() -> None:
    assert change_until(booking(), RULES) == LAST


@pytest.mark.parametrize("answer", [approve, decline])
def test_the_owner_answers_only_the_start_she_has_seen(answer: Callable[..., Booking]) -> None:
    assert answer(booking(), BOOKED, START).status is not Status.PENDING
    for other in (START - SECOND, START + SECOND):
        with pytest.raises(ChangeRefused, match="un altro orario"):
            answer(booking(), BOOKED, other)


@pytest.mark.parametrize(
    ("status", "meeting", "actor", "becomes"),
    [
        (Status.CONFIRMED, CALL, Actor.VISITOR, Status.CONFIRMED),
        (Status.PENDING, CALL, Actor.VISITOR, Status.PENDING),
        (Status.CONFIRMED, BY_HAND, Actor.VISITOR, Status.PENDING),
        (Status.PENDING, BY_HAND, Actor.VISITOR, Status.PENDING),
        (Status.CONFIRMED, CALL, Actor.OWNER, Status.CONFIRMED),
        (Status.PENDING, CALL, Actor.OWNER, Status.CONFIRMED),
        (Status.CONFIRMED, BY_HAND, Actor.OWNER, Status.CONFIRMED),
        (Status.PENDING, BY_HAND, Actor.OWNER, Status.CONFIRMED),
    ],
)
def test_nobody_but_the_owner_decides_where_she_confirms_by_hand(
    status: Status, meeting: object, actor: Actor, becomes: Status
) -> None:
    assert reschedule(booking(status), LATER, meeting, RULES, actor, BOOKED).status is becomes  # type: ignore[arg-type]


def test_a_moved_booking_lasts_as_long_as_its_meeting() -> None:
    rome = LATER.astimezone(RULES.timezone)
    new = reschedule(booking(Status.CONFIRMED), rome, CALL, RULES, Actor.VISITOR, BOOKED)
    assert (new.start, new.end, new.start.tzinfo) == (LATER, LATER + HOUR / 2, UTC)
    assert new.id == "1"


def test_a_booking_is_not_moved_to_its_own_start() -> None:
    with pytest.raises(ChangeRefused, match="già a quest’ora"):
        moved(booking(), Actor.OWNER, BOOKED, START.astimezone(RULES.timezone))


NOW = BOOKED + HOUR


@pytest.mark.parametrize(
    "name", ["approve", "decline", "visitor moves", "owner moves", "visitor cancels", "owner cancels", "correct"]
)
def test_what_invitations_tell_of_raises_their_revision(name: str) -> None:
    new = CHANGES[name](booking(), NOW)
    assert (new.sequence, new.updated_at, new.created_at) == (5, NOW, BOOKED)


@pytest.mark.parametrize(("name", "status"), [("finish", Status.CONFIRMED), ("miss", Status.DONE)])
def test_what_time_brings_leaves_the_revision_as_it_was(name: str, status: Status) -> None:
    new = CHANGES[name](booking(status), LATER)
    assert (new.sequence, new.updated_at, new.invited) == (4, BOOKED, False)


@pytest.mark.parametrize(
    ("name", "status", "before", "after"),
    [
        ("approve", Status.PENDING, False, True),
        ("decline", Status.PENDING, False, False),
        ("decline", Status.PENDING, True, True),
        ("visitor moves", Status.PENDING, False, False),
        ("visitor moves", Status.CONFIRMED, False, True),
        ("owner moves", Status.PENDING, False, True),
        ("visitor cancels", Status.CONFIRMED, False, False),
        ("visitor cancels", Status.CONFIRMED, True, True),
        ("correct", Status.PENDING, False, False),
        ("correct", Status.CONFIRMED, False, True),
    ],
)
def test_an_invitation_goes_out_once_confirmed_and_is_remembered(
    name: str, status: Status, before: bool, after: bool
) -> None:
    assert CHANGES[name](booking(status, invited=before), NOW).invited is after


def test_a_corrected_booking_has_the_right_address() -> None:
    assert correct(booking(), "ada@giusta.test", NOW).email == "ada@giusta.test"


@pytest.mark.parametrize(
    ("status", "reminder", "told", "due"),
    [
        (Status.CONFIRMED, 24 * HOUR, BOOKED, START - 24 * HOUR),
        (Status.CONFIRMED, 24 * HOUR, START - 24 * HOUR, START - 24 * HOUR),
        (Status.CONFIRMED, 24 * HOUR, START - 24 * HOUR + SECOND, None),
        (Status.CONFIRMED, None, BOOKED, None),
        (Status.PENDING, 24 * HOUR, BOOKED, None),
        (Status.CANCELLED, 24 * HOUR, BOOKED, None),
    ],
)
def test_a_reminder_is_due_only_where_it_will_go(
    status: Status, reminder: timedelta | None, told: datetime, due: datetime | None
) -> None:
    rules = RULES.model_copy(update={"reminder": reminder})
    assert reminded_at(booking(status, updated_at=told), rules) == due


@pytest.mark.parametrize(
    ("told", "due"),
    [
        (BOOKED, START - HOUR / 2),
        (START - HOUR, START - HOUR / 2),
        (START - HOUR + SECOND, START),
    ],
)
def test_room_is_due_half_an_hour_ahead_or_at_start(told: datetime, due: datetime) -> None:
    assert room_due(booking(Status.CONFIRMED, updated_at=told)) == due
