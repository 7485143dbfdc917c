"""What may become of a series: one date, that and those after it, or all, by the visitor, the owner and time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from plugins.booking.jobs.daily import DailyReport
from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.series_changes import Scope
from plugins.booking.service.services import Services, services_of
from plugins.booking.storage.invitation_replies import replies_to
from plugins.booking.storage.schema import bookings, claims, outbox
from plugins.booking.storage.series_store import SeriesTaken
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.slots import Rule
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.mail.bounces.reports import reply
from tests.booking.office import Clock, asked, write_content
from tests.booking.service.incoming import incoming
from tests.booking.tables import count
from tests.booking.web.test_series_api import AUTUMN, FIRST, SIX

DAY = timedelta(days=1)


@pytest.fixture(params=["automatic", "manual"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Endpoint]:
    talk = {"repeat": {}, "confirmation": request.param}
    with endpoint(write_content(tmp_path / "office", talk, horizon="90d"), database_url, Clock(AUTUMN)) as running:
        yield running


def services(desk: Endpoint) -> Services:
    return services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))


def book(desk: Endpoint) -> list[str]:
    made = desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=SIX))
    assert made.status_code == 201, made.text
    ids = [one["id"] for one in made.json()["series"]]
    if made.json()["status"] == "pending":
        desk.clock.now += timedelta(seconds=1)  # an approval is later than what it approves
        assert services(desk).changes.approve(ids[2])
    return ids


def starts(desk: Endpoint) -> list[str]:
    query = select(bookings.c.start).where(bookings.c.status == "confirmed").order_by(bookings.c.start)
    with desk.engine.begin() as connection:
        return [f"{start.isoformat()[5:16]}" for start in connection.execute(query).scalars()]


def mails(desk: Endpoint) -> list[tuple[str, EmailMessage]]:
    with desk.engine.begin() as connection:
        rows = connection.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.id)).all()
    return [(row.kind, message_from_bytes(row.mime, policy=policy.default)) for row in rows if row.state == "pending"]


def event(desk: Endpoint, kind: str) -> list[Any]:
    """The events of the last such mail's invitation, its method first."""
    (*_, mail) = [one for name, one in mails(desk) if name == kind]
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar: Any = icalendar.Calendar.from_ical(part.get_content())
    return [str(calendar["METHOD"]), *calendar.walk("VEVENT")]


WINTER = ["10-12T08:00", "10-19T08:00", "10-26T08:00", "11-02T09:00", "11-09T09:00", "11-16T09:00"]


def test_one_answer_confirms_all_dates_that_were_asked_together(desk: Endpoint) -> None:
    book(desk)
    assert starts(desk) == WINTER
    told = [kind for kind, _mail in mails(desk)]
    assert {kind for kind in told if kind.startswith("approved")} <= {
        "approved-series-owner",
        "approved-series-visitor",
    }
    assert len(told) == 2


def test_one_date_moves_and_the_others_stay(desk: Endpoint) -> None:
    ids = book(desk)
    moved = services(desk).changes.reschedule(ids[3], datetime(2027, 11, 3, 10, 0, tzinfo=UTC), Actor.OWNER)
    assert moved
    assert starts(desk) == [*WINTER[:3], "11-03T10:00", *WINTER[4:]]
    method, one = event(desk, "rescheduled-visitor")
    assert (method, one["UID"].split("@")[0]) == ("REQUEST", f"{ids[0]}-series")
    assert one["RECURRENCE-ID"].dt.isoformat() == "2027-11-02T10:00:00+01:00"
    assert count(desk.engine, bookings) == 6
    assert count(desk.engine, claims) == 36


def test_this_and_the_following_move_by_the_clock(desk: Endpoint) -> None:
    ids = book(desk)
    new = datetime(2027, 10, 27, 9, 0, tzinfo=UTC)  # Wednesday at eleven instead of Tuesday at ten
    services(desk).changes.reschedule(ids[2], new, Actor.OWNER, scope=Scope.FOLLOWING)
    assert starts(desk) == [*WINTER[:2], "10-27T09:00", "11-03T10:00", "11-10T10:00", "11-17T10:00"]
    method, main, *moved = event(desk, "rescheduled-series-visitor")
    assert (method, len(moved), "RRULE" in main) == ("REQUEST", 4, True)
    assert {str(one["UID"]) for one in (main, *moved)} == {str(main["UID"])}
    assert count(desk.engine, bookings) == 6
    assert sum(kind.startswith("rescheduled") for kind, _mail in mails(desk)) == 2


def test_a_move_of_several_is_whole_or_none(desk: Endpoint) -> None:
    ids = book(desk)
    other = desk.http.post("/api/bookings", json=asked(start="2027-11-10T11:00:00+01:00", email="ugo@example.com"))
    assert other.status_code == 201
    token = services(desk).tokens.sign(ids[2])
    body = {"start": "2027-10-27T11:00:00+02:00", "scope": "following"}
    refused = desk.http.post(f"/api/bookings/{token}/reschedule", json=body)
    assert refused.status_code == 409
    assert [one["date"] for one in refused.json()["dates"] if not one["free"]] == ["2027-11-10"]
    assert set(WINTER) <= set(starts(desk))


def test_dates_may_move_to_where_another_of_them_was(desk: Endpoint) -> None:
    ids = book(desk)
    services(desk).changes.reschedule(ids[0], datetime(2027, 10, 19, 8, 0, tzinfo=UTC), Actor.OWNER, scope=Scope.ALL)
    assert starts(desk) == [*WINTER[1:], "11-23T09:00"]


def test_the_following_are_called_off_and_the_earlier_stay(desk: Endpoint) -> None:
    ids = book(desk)
    services(desk).changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    assert starts(desk) == WINTER[:3]
    method, main = event(desk, "cancelled-series-visitor")
    assert (method, main["RRULE"]["COUNT"]) == ("REQUEST", [3])
    assert count(desk.engine, claims) == 18


def test_all_are_called_off_with_one_mail_each(desk: Endpoint) -> None:
    ids = book(desk)
    services(desk).changes.cancel(ids[3], Actor.VISITOR, scope=Scope.ALL)
    assert starts(desk) == []
    method, main = event(desk, "cancelled-series-visitor")
    assert (method, str(main["STATUS"]), "RECURRENCE-ID" in main) == ("CANCEL", "CANCELLED", False)
    assert sum(kind.startswith("cancelled") for kind, _mail in mails(desk)) == 2
    assert count(desk.engine, claims) == 0


def test_revisions_of_a_series_only_grow(desk: Endpoint) -> None:
    ids = book(desk)
    changes, seen = services(desk).changes, []
    for number, hour in ((1, 9), (4, 10), (1, 8)):
        start = datetime(2027, 10, 20, hour, 0, tzinfo=UTC) + (number - 1) * 7 * DAY
        changes.reschedule(ids[number], start, Actor.OWNER)
        seen.append(event(desk, "rescheduled-visitor")[1]["SEQUENCE"])
        desk.clock.now += timedelta(minutes=1)
    changes.cancel(ids[5], Actor.OWNER, scope=Scope.ALL)
    seen.append(event(desk, "cancelled-series-visitor")[1]["SEQUENCE"])
    assert seen == sorted(set(seen))


def test_what_is_past_of_a_series_is_not_called_off(desk: Endpoint) -> None:
    ids = book(desk)
    desk.clock.now += 10 * DAY
    services(desk).changes.cancel(ids[4], Actor.VISITOR, scope=Scope.ALL)
    with desk.engine.begin() as connection:
        query = select(bookings.c.status).order_by(bookings.c.start)
        states = list(connection.execute(query).scalars())
    assert states == ["confirmed", *["cancelled"] * 5]


def test_a_request_for_several_dates_expires_with_one_mail(tmp_path: Path) -> None:
    content = write_content(tmp_path / "office", {"repeat": {}, "confirmation": "manual"}, horizon="90d")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(AUTUMN)) as desk:
        assert desk.http.post("/api/bookings", json=asked(start=FIRST, repeat=SIX)).status_code == 201
        desk.clock.now += 3 * DAY
        office = ContentReloader(desk.content)
        LifecycleJob(desk.engine, services(desk), office, desk.clock).make()
        assert count(desk.engine, claims) == 0
        assert sorted(kind for kind, _mail in mails(desk)) == ["expired-series-owner", "expired-series-visitor"]


def test_the_morning_check_misses_no_mail_of_a_series(desk: Endpoint) -> None:
    ids = book(desk)
    services(desk).changes.cancel(ids[3], Actor.VISITOR, scope=Scope.FOLLOWING)
    services(desk).changes.reschedule(ids[1], datetime(2027, 10, 20, 9, 0, tzinfo=UTC), Actor.OWNER)
    before = count(desk.engine, outbox)
    desk.clock.now += DAY
    DailyReport(desk.engine, services(desk), ContentReloader(desk.content)).look(desk.clock.now)
    assert count(desk.engine, outbox) == before


def lose_mails(desk: Endpoint) -> None:
    """Delete all mails, as no part of the program does."""
    with desk.engine.begin() as connection:
        connection.execute(outbox.delete())


def repaired(desk: Endpoint) -> dict[str, EmailMessage]:
    """The mails about bookings that the morning check queues."""
    DailyReport(desk.engine, services(desk), ContentReloader(desk.content)).look(desk.clock.now)
    return {kind: mail for kind, mail in mails(desk) if kind != "digest"}


def test_lost_mails_of_a_series_tell_what_is_to_come(desk: Endpoint) -> None:
    ids = book(desk)
    event_name = "approved" if any(kind.startswith("approved") for kind, _mail in mails(desk)) else "booked"
    desk.clock.now = AUTUMN + 5 * DAY
    services(desk).changes.cancel(ids[0], Actor.OWNER)
    lose_mails(desk)
    desk.clock.now += DAY / 2
    found = repaired(desk)
    assert f"{event_name}-series-visitor" in found
    assert "cancelled-visitor" in found
    told = str(found[f"{event_name}-series-visitor"].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    # Of the date that was called off since, its own mail speaks.
    assert ("12 ottobre" in told, "19 ottobre" in told, "16 novembre" in told) == (False, True, True)
    method, main = event(desk, f"{event_name}-series-visitor")
    assert (method, main["RRULE"]["COUNT"]) == ("REQUEST", [5])


def test_a_moved_series_with_lost_mails_is_told(desk: Endpoint) -> None:
    ids = book(desk)
    desk.clock.now += DAY
    new = datetime(2027, 10, 27, 9, 0, tzinfo=UTC)
    services(desk).changes.reschedule(ids[2], new, Actor.OWNER, scope=Scope.FOLLOWING)
    lose_mails(desk)
    found = repaired(desk)
    told = str(found["rescheduled-series-visitor"].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "27 ottobre 2027 alle 11:00" in told
    assert "(prima: " in told


def test_each_date_of_a_series_is_reminded_of_once(tmp_path: Path, database_url: str) -> None:
    content = write_content(tmp_path / "office", {"repeat": {}}, horizon="90d", reminder="1d")
    with endpoint(content, database_url, Clock(datetime(2027, 10, 11, 10, 0, tzinfo=UTC))) as desk:
        ids = book(desk)  # the first within the reminder's time, of which she has just been told
        changes = services(desk).changes
        job = LifecycleJob(desk.engine, services(desk), ContentReloader(content), desk.clock)
        changes.reschedule(ids[1], datetime(2027, 10, 20, 9, 0, tzinfo=UTC), Actor.OWNER)
        changes.reschedule(ids[4], datetime(2027, 11, 10, 10, 0, tzinfo=UTC), Actor.OWNER, scope=Scope.FOLLOWING)
        changes.cancel(ids[2], Actor.OWNER)
        for _ in range(40 * 8):
            desk.clock.now += timedelta(hours=3)
            job.make()
        with desk.engine.begin() as connection:
            reminders = select(outbox.c.created_at).where(outbox.c.kind == "reminder-visitor")
            reminded = connection.execute(reminders.order_by(outbox.c.created_at)).scalars().all()
        # A day before each, by elapsed time over the change of the clocks too, at the next of these rounds.
        assert [f"{at:%m-%dT%H:%M}" for at in reminded] == ["10-19T10:00", "11-01T10:00", "11-09T10:00", "11-16T10:00"]


def test_a_corrected_address_gets_all_dates_again(desk: Endpoint) -> None:
    ids = book(desk)
    services(desk).changes.correct(ids[4], "giusta@example.com")
    (to,) = [mail["To"] for kind, mail in mails(desk) if kind == "corrected-series-visitor"]
    assert to == "giusta@example.com"
    with desk.engine.begin() as connection:
        assert set(connection.execute(select(bookings.c.email)).scalars()) == {"giusta@example.com"}


def test_a_reply_is_kept_with_the_date_it_names(desk: Endpoint) -> None:
    ids = book(desk)
    uid = f"{ids[0]}-series@{services(desk).mail_composer.installation}"
    one = reply(uid, sequence=9, more="RECURRENCE-ID;TZID=Europe/Rome:20271102T100000\n")
    assert incoming(desk).take(one) == "reply"
    assert incoming(desk).take(reply(uid, sequence=9, more="RECURRENCE-ID:20271102T100000Z\n")) is None
    assert incoming(desk).take(reply(uid, sequence=9)) == "reply"
    assert [len(replies_to(desk.engine, name)) for name in ids] == [1, 0, 0, 1, 0, 0]


def test_a_skipped_hour_alone_stands_against_the_owners_series(tmp_path: Path) -> None:
    hours = {"sunday": ["00:00-24:00"]}
    content = write_content(tmp_path / "office", {"repeat": {}}, hours=hours, notice="2d")
    now = datetime(2027, 3, 20, 12, tzinfo=UTC)
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", Clock(now)) as desk:
        service = services(desk).booking_service
        request = service.read_booking(asked(start="2027-03-21T02:30:00+01:00", repeat={"count": 3}))
        with pytest.raises(SeriesTaken) as refused:
            service.book_for(request, None, any_notice=True)
    told = [[one.rule for one in date.refusals] for date in refused.value.dates]
    assert told == [[], [Rule.HOURS], []]
