"""What the mails say, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugins.booking.mail.texts.booking_context import BookingContext, Links
from plugins.booking.mail.texts.booking_mails import calendar_entry, mails_about, own_entry, reminders
from plugins.booking.mail.texts.contact_mails import Mail, message_mails
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.domain.agreed_meeting import AgreedMeeting, agreed_as
from plugins.domain.booking_lifecycle import Actor, Event
from plugins.domain.bookings import Booking, Message, Status
from tests.domain.office import AVAILABILITY, CATALOGUE, IDENTITY

ROME = ZoneInfo("Europe/Rome")
LINKS = Links(
    manage="https://studio.test/appuntamenti/TOKEN/",
    calendar="https://studio.test/appuntamenti/TOKEN/invito.ics",
    site="https://studio.test/",
    again="https://studio.test/appuntamenti/orari?meeting=conoscitiva",
    agenda="https://studio.test/agenda/appuntamenti/b1/",
)
TYPED = {"name": "Visitatrice <b>", "phone": "333 7654321", "message": "Compra https://male.test"}


def kept(**changes: Any) -> Booking:  # noqa: ANN401 - any field of a booking
    return Booking.model_validate(
        {
            "id": "b1",
            "meeting": "conoscitiva",
            "status": Status.CONFIRMED,
            "start": datetime(2027, 3, 4, 9, 30, tzinfo=UTC),
            "end": datetime(2027, 3, 4, 10, 0, tzinfo=UTC),
            "email": "visitatrice@esempio.test",
            "service": "costi",
            "answers": {"attivita": "Vendo torte male.test"},
            "created_at": datetime(2027, 3, 1, 8, tzinfo=UTC),
            "updated_at": datetime(2027, 3, 1, 8, tzinfo=UTC),
            "invited": True,
            **TYPED,
            **changes,
        }
    )


def meeting(where: str = "video") -> AgreedMeeting:
    found = AVAILABILITY.meeting("conoscitiva")
    assert found
    return agreed_as(found.model_copy(update={"where": where}), IDENTITY, None)


def occasion(where: str = "video", **changes: Any) -> BookingContext:  # noqa: ANN401 - any part of an occasion
    return replace(
        BookingContext(
            meeting=meeting(where), service=CATALOGUE.service("costi"), identity=IDENTITY, availability=AVAILABILITY,
            links=LINKS, owner_email="lei@studio.test", sender=IDENTITY.email, installation="1a2b.studio.test",
        ),
        **changes,
    )  # fmt: skip


def mails(
    where: str = "video",
    event: Event = Event.BOOKED,
    actor: Actor = Actor.VISITOR,
    **changes: Any,  # noqa: ANN401 - any field of a booking
) -> tuple[Mail, ...]:
    return mails_about(event, kept(**changes), occasion(where), actor)


def entry(status: Status) -> Invitation:
    return calendar_entry(kept(status=status), occasion())


def test_owner_text_has_all_typed_fields_and_replies_to_visitor() -> None:
    owner, _ = mails()
    assert (owner.to, owner.reply_to) == ("lei@studio.test", "visitatrice@esempio.test")
    for words in (*TYPED.values(), "Vendo torte male.test", "Di cosa ti occupi?", "giovedì 4 marzo 2027 alle 10:30"):
        assert words in owner.plain
    assert "Visitatrice &lt;b&gt;" in owner.html
    assert "<b>Visitatrice" not in owner.html


def test_nothing_the_visitor_typed_reaches_the_address_she_typed() -> None:
    _, visitor = mails()
    said = " ".join([visitor.subject, visitor.plain, visitor.html, str(visitor.invitation)])
    for words in (*TYPED.values(), "male.test", "torte"):
        assert words not in said


def test_visitor_text_has_time_place_and_manage_links() -> None:
    _, visitor = mails()
    for words in ("giovedì 4 marzo 2027 alle 10:30 (ora italiana)", "in video", LINKS.manage, LINKS.calendar, "Costi"):
        assert words in visitor.plain
    assert visitor.reply_to == IDENTITY.email


def test_question_and_its_answer_read_as_people_write_them() -> None:
    owner, _ = mails()
    assert "\nDi cosa ti occupi? Vendo torte male.test\n" in owner.plain
    assert "\nEmail: visitatrice@esempio.test\n" in owner.plain


@pytest.mark.parametrize(("hours", "is_late"), [(23, True), (25, False)])
def test_visitor_is_told_of_no_change_that_is_too_late(hours: int, is_late: bool) -> None:
    told = occasion(availability=AVAILABILITY.model_copy(update={"change_notice": timedelta(hours=24)}))
    booking = kept()
    now = booking.start - timedelta(hours=hours)
    letters = [
        reminders(booking, told, now)[1],
        mails_about(Event.APPROVED, booking.model_copy(update={"updated_at": now}), told, Actor.OWNER)[1],
    ]
    for letter in letters:
        assert ("Puoi spostarlo o annullarlo" not in letter.plain) is is_late
        assert ("Se devi spostarlo o annullarlo, rispondi a questa mail." in letter.plain) is is_late


def test_every_mail_names_the_law_and_the_vat_number() -> None:
    for mail in mails():
        assert f"\n{IDENTITY.vat_line}\n{IDENTITY.legal}\n" in mail.plain


def test_mails_of_an_owner_without_numbers_name_none() -> None:
    identity = IDENTITY.model_copy(update={"vat_number": None, "legal": None})
    for mail in mails_about(Event.BOOKED, kept(), occasion(identity=identity), Actor.VISITOR):
        assert mail.plain.rstrip().endswith("\nhttps://studio.test/")
        assert not re.search("IVA|Legge|None", mail.plain + mail.html)


def test_an_owner_whose_site_has_her_name_signs_once() -> None:
    identity = IDENTITY.model_copy(update={"brand": IDENTITY.name})
    for mail in mails_about(Event.BOOKED, kept(), occasion(identity=identity), Actor.VISITOR):
        assert mail.plain.partition("-- \n")[2].count(IDENTITY.name) == 1
        assert mail.html.partition("<small>")[2].count(IDENTITY.name) == 1


def test_confirmed_booking_sends_visitor_a_request_and_owner_a_publish() -> None:
    owner, visitor = mails()
    assert visitor.invitation
    assert owner.invitation
    assert (visitor.invitation.method, visitor.invitation.attendee_email) == ("REQUEST", "visitatrice@esempio.test")
    assert (owner.invitation.method, owner.invitation.attendee_email) == ("PUBLISH", None)
    assert visitor.invitation.uid == owner.invitation.uid == "b1@1a2b.studio.test"
    assert visitor.invitation.organizer_email == IDENTITY.email


def test_a_booking_still_to_be_confirmed_invites_nobody() -> None:
    owner, visitor = mails(status=Status.PENDING, invited=False)
    assert (owner.invitation, visitor.invitation) == (None, None)
    assert "confermato" not in visitor.plain
    assert "da confermare" in owner.plain


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (Status.CONFIRMED, "CONFIRMED", "il tuo appuntamento è confermato."),
        (Status.PENDING, "TENTATIVE", "in attesa di conferma"),
        (Status.CANCELLED, "CANCELLED", "non è più in programma"),
        (Status.EXPIRED, "CANCELLED", "non è più in programma"),
    ],
)
def test_the_calendar_file_says_how_the_appointment_stands(status: Status, said: str, words: str) -> None:
    made = entry(status)
    assert (made.method, made.status, made.attendee_email) == ("PUBLISH", said, None)
    assert words in made.description
    assert ("è confermato" in made.description) is (status is Status.CONFIRMED)


def test_an_entry_in_her_calendar_asks_for_no_reply() -> None:
    without = IDENTITY.model_copy(update={"video": None})
    roomless = occasion(identity=without, meeting=agreed_as(AVAILABILITY.meetings[0], without, None))
    words = own_entry(kept(), roomless).description
    assert "mandalo tu entro le" in words
    assert "per mail a chi ha prenotato" in words
    assert "questa mail" not in words


def test_a_meeting_in_person_names_the_address_to_go_to() -> None:
    _, visitor = mails("in_person")
    assert f"Dove: di persona, {IDENTITY.address}" in visitor.plain
    assert visitor.invitation
    assert visitor.invitation.location == f"Di persona, {IDENTITY.address}"


def test_a_message_reaches_the_owner_alone() -> None:
    message = Message(
        id="m1", name="Zoë", email="zoe@esempio.test", message="Ciao.\nA presto", subject="Una domanda",
        created_at=datetime(2027, 3, 1, 8, tzinfo=UTC),
    )  # fmt: skip
    (mail,) = message_mails(message, None, IDENTITY, ROME, "lei@studio.test")
    assert (mail.to, mail.reply_to) == ("lei@studio.test", "zoe@esempio.test")
    assert "Ciao.\nA presto" in mail.plain
    assert "Ciao.<br>A presto" in mail.html
    assert mail.subject == "Messaggio dal sito: Una domanda"
