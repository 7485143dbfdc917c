"""What comes back by mail marks the mail, tells the owner once, and changes no booking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.booking.storage.bounces import Bounces
from plugins.booking.storage.invitation_replies import MOST, replies_to
from plugins.booking.storage.personal_data import erase, export
from plugins.booking.storage.retention import purge
from plugins.booking.storage.schema import invitation_replies, outbox
from plugins.domain.booking_lifecycle import Actor
from tests.booking.agenda.owner import book, mails, status
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.mail.bounces.reports import ADA, exim, in_words, qmail, reply, report
from tests.booking.office import asked
from tests.booking.service.incoming import incoming, services
from tests.booking.tables import count


@pytest.fixture
def desk(content: Path, database_url: str) -> Iterator[Endpoint]:
    """An endpoint over the small office, once on each database."""
    with endpoint(content, database_url) as running:
        yield running


def sent(desk: Endpoint, kind: str = "booked-visitor") -> Any:  # noqa: ANN401 - a row
    """Let the relay have accepted everything, and return the row of one mail."""
    while leased := desk.outbox.lease(desk.clock.now):
        desk.outbox.sent(leased, desk.clock.now)
    return row(desk, kind)


def row(desk: Endpoint, kind: str) -> Any:  # noqa: ANN401
    with desk.engine.begin() as connection:
        return connection.execute(select(outbox).where(outbox.c.kind == kind)).one()


@pytest.mark.parametrize("write", [report, exim, qmail, in_words])
def test_bounced_confirmation_is_marked_and_told_the_owner(desk: Endpoint, write: Any) -> None:  # noqa: ANN401
    booking = book(desk, phone="+39 333 1234567")
    mail = sent(desk)
    assert incoming(desk).take(write(mail.message_id)) == "bounce"
    marked = row(desk, "booked-visitor")
    assert (marked.state, marked.bounced_at) == ("sent", desk.clock.now)
    assert marked.bounce.startswith("5.")
    assert "@" not in marked.bounce
    (told,) = mails(desk, kind="bounced-owner")
    assert "tornata indietro" in told
    assert "+39 333 1234567" in told
    assert f"/agenda/appuntamenti/{booking}/" in told
    assert status(desk, booking) == "confirmed"


def test_the_same_report_twice_tells_once(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk)
    come_back = incoming(desk)
    assert come_back.take(report(mail.message_id)) == "bounce"
    assert come_back.take(exim(mail.message_id)) == "known"
    assert len(mails(desk, kind="bounced-owner")) == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_report_of_no_failure_marks_nothing(desk: Endpoint, action: str) -> None:
    book(desk)
    mail = sent(desk)
    assert incoming(desk).take(report(mail.message_id, action=action, status="4.4.1")) is None
    assert row(desk, "booked-visitor").bounced_at is None


def test_report_about_another_recipient_or_mail_is_not_believed(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk)
    come_back = incoming(desk)
    assert come_back.take(report(mail.message_id, to="eva@example.com")) is None
    assert come_back.take(report(mail.message_id.replace("@", "@altro."))) is None
    assert come_back.take(report("<ffffffffffffffffffffffffffffffff@127.0.0.1>")) is None
    assert row(desk, "booked-visitor").bounced_at is None
    assert Bounces(desk.engine).figures(desk.clock.now).bounced == 0


def test_a_bounced_mail_to_the_owner_brings_no_mail(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk, "booked-owner")
    before = count(desk.engine, outbox)
    assert incoming(desk).take(report(mail.message_id, to=mail.recipient)) == "bounce"
    assert count(desk.engine, outbox) == before
    (listed,) = Bounces(desk.engine).to_look_at(desk.clock.now)
    assert listed.kind == "booked-owner"


def test_the_mail_about_a_bounce_may_bounce_itself(desk: Endpoint) -> None:
    book(desk)
    come_back = incoming(desk)
    come_back.take(report(sent(desk).message_id))
    about = sent(desk, "bounced-owner")
    before = count(desk.engine, outbox)
    assert come_back.take(report(about.message_id, to=about.recipient)) == "bounce"
    assert count(desk.engine, outbox) == before


def test_corrected_address_needs_no_look_and_a_late_bounce_neither(desk: Endpoint) -> None:
    booking = book(desk)
    mail = sent(desk)
    come_back, bounces = incoming(desk), Bounces(desk.engine)
    services(desk).changes.correct(booking, "ada.rossi@example.com")
    assert come_back.take(report(mail.message_id)) == "bounce"
    assert bounces.to_look_at(desk.clock.now) == []
    assert mails(desk, kind="bounced-owner") == []
    again = sent(desk, "corrected-visitor")
    assert come_back.take(report(again.message_id, to="ada.rossi@example.com")) == "bounce"
    assert [one.kind for one in bounces.to_look_at(desk.clock.now)] == ["corrected-visitor"]
    assert bounces.figures(desk.clock.now).bounced == 2


def test_a_bounce_after_the_meeting_is_marked_alone(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk)
    desk.clock.now += timedelta(days=3)
    assert incoming(desk).take(report(mail.message_id)) == "bounce"
    assert mails(desk, kind="bounced-owner") == []
    assert Bounces(desk.engine).to_look_at(desk.clock.now) == []


def test_what_the_owner_has_seen_is_listed_no_more(desk: Endpoint) -> None:
    book(desk)
    mail = sent(desk)
    incoming(desk).take(report(mail.message_id))
    bounces = Bounces(desk.engine)
    assert [one.id for one in bounces.to_look_at(desk.clock.now)] == [mail.id]
    bounces.seen(mail.id, desk.clock.now)
    assert bounces.to_look_at(desk.clock.now) == []
    assert bounces.figures(desk.clock.now).bounced == 1


def test_mail_sent_again_is_bounced_no_more(desk: Endpoint) -> None:
    book(desk)
    leased = desk.outbox.lease(desk.clock.now)
    while leased and leased.envelope.kind != "booked-visitor":
        desk.outbox.sent(leased, desk.clock.now)
        leased = desk.outbox.lease(desk.clock.now)
    assert leased
    # The relay had it and its answer was lost, until it was given up; then the report came.
    desk.outbox.dead(leased, desk.clock.now, "OutcomeUnknown")
    assert incoming(desk).take(report(leased.envelope.message_id)) == "bounce"
    desk.outbox.revive(desk.clock.now)
    assert row(desk, "booked-visitor").bounced_at is None
    assert Bounces(desk.engine).to_look_at(desk.clock.now) == []


def uid(desk: Endpoint, booking: str) -> str:
    return f"{booking}@{services(desk).mail_composer.installation}"


@pytest.mark.parametrize(
    ("answer", "words"), [("DECLINED", "ha rifiutato"), ("TENTATIVE", "ha risposto «forse»"), ("ACCEPTED", None)]
)
def test_reply_is_kept_told_and_changes_nothing(desk: Endpoint, answer: str, words: str | None) -> None:
    booking = book(desk)
    before = desk.store.booking(booking)
    assert before
    raw = reply(uid(desk, booking), partstat=answer, sequence=before.sequence, more="COMMENT:Non riesco\n")
    assert incoming(desk).take(raw) == "reply"
    assert incoming(desk).take(raw) == "known"
    (kept,) = replies_to(desk.engine, booking)
    assert (kept.answer, kept.comment) == (answer.lower(), "Non riesco")
    assert desk.store.booking(booking) == before
    told = mails(desk, kind="reply-owner")
    assert len(told) == (words is not None)
    assert all(str(words) in one and "Non riesco" in one for one in told)


def test_proposed_time_is_told_on_the_owners_clock(desk: Endpoint) -> None:
    booking = book(desk)
    assert incoming(desk).take(reply(uid(desk, booking), method="COUNTER", sequence=9)) == "reply"
    (told,) = mails(desk, kind="reply-owner")
    assert "12 gennaio 2027 alle 10:00" in told or "12 gennaio 2027, 10:00" in told


def test_reply_to_an_earlier_time_is_kept_and_not_told(desk: Endpoint) -> None:
    booking = book(desk)
    moved = datetime.fromisoformat("2027-01-12T11:00:00+01:00")
    services(desk).changes.reschedule(booking, moved, Actor.OWNER)
    assert incoming(desk).take(reply(uid(desk, booking), sequence=0)) == "reply"
    assert mails(desk, kind="reply-owner") == []
    assert len(replies_to(desk.engine, booking)) == 1


def test_reply_of_another_person_or_installation_is_left(desk: Endpoint) -> None:
    booking = book(desk)
    assert incoming(desk).take(reply(uid(desk, booking), attendee="eva@example.com")) is None
    assert incoming(desk).take(reply(f"{booking}@altrove.example.org")) is None
    assert incoming(desk).take(reply(uid(desk, "0" * 32))) is None
    assert count(desk.engine, invitation_replies) == 0


def test_replies_without_end_are_not_kept_nor_told(desk: Endpoint) -> None:
    booking = book(desk)
    come_back = incoming(desk)
    for number in range(MOST + 5):
        come_back.take(reply(uid(desk, booking), more=f"COMMENT:{number}\n"))
    assert count(desk.engine, invitation_replies) == MOST
    assert len(mails(desk, kind="reply-owner")) <= MOST


def test_replies_and_bounces_go_with_their_person(desk: Endpoint) -> None:
    booking = book(desk)
    incoming(desk).take(reply(uid(desk, booking), more="COMMENT:CanarinaInGabbia\n"))
    incoming(desk).take(report(sent(desk).message_id))
    told = export(desk.engine, ADA)
    assert [one["comment"] for one in told["replies"]] == ["CanarinaInGabbia"]
    assert any(one["bounce"] for one in told["mails"])
    erase(desk.engine, ADA)
    assert count(desk.engine, invitation_replies) == 0
    with desk.engine.begin() as connection:
        assert connection.execute(select(outbox).where(outbox.c.about == booking)).all() == []


def test_replies_and_bounces_are_purged_with_their_booking(desk: Endpoint) -> None:
    booking = book(desk)
    incoming(desk).take(reply(uid(desk, booking)))
    services(desk).changes.cancel(booking, Actor.OWNER)
    purge(desk.engine, timedelta(days=30), desk.clock.now + timedelta(days=90))
    assert count(desk.engine, invitation_replies) == 0
    assert count(desk.engine, outbox) == 0


def test_visitor_is_told_by_page_and_api_too(desk: Endpoint) -> None:
    made = desk.http.post("/api/bookings", json=asked()).json()
    token = made["manage_url"].rstrip("/").rsplit("/", 1)[1]
    mail = sent(desk)
    assert desk.http.get(f"/api/bookings/{token}").json() == made
    incoming(desk).take(report(mail.message_id))
    assert desk.http.get(f"/api/bookings/{token}").json() == made | {"mail": "bounced"}
    page = desk.http.get(f"/appuntamenti/{token}/").text
    assert "non è arrivata: forse l’indirizzo ha un errore" in page


def test_a_mail_that_cannot_be_read_is_left_alone(desk: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_mail: object) -> None:
        raise TypeError("odd")

    monkeypatch.setattr("plugins.booking.service.incoming_mail.read_report", fail)
    assert incoming(desk).take(report()) is None
