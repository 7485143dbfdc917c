"""The mails of a booking and of a message, as a real SMTP server received them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, default
from typing import Any
from urllib.parse import unquote

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.ics import ics
from plugins.booking.mail.mime import UnsafeHeader, compose
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.mail.texts import contact_mails
from plugins.booking.mail.texts.contact_mails import Mail
from plugins.booking.mail.texts.invitation_text import Invitation
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.domain.email_address import checked_address
from tests.booking.endpoint import Endpoint
from tests.booking.office import NOW, asked
from tests.booking.smtp import Relaying, smtp_server
from tests.soak import soak_count

TYPED = {
    "name": "Zoè D’Àmico <b>",
    "message": "Compra pillole https://spam.example",
    "answers": {"attivita": "Vendo cianfrusaglie"},
}
_STAMP = {"start": NOW, "end": NOW, "stamp": NOW}


def deliver(desk: Endpoint) -> Relaying:
    """Send all that waits to a server, and return the server."""
    with smtp_server() as server:
        Delivery(desk.outbox, SmtpSender(server.relay, "localhost"), desk.clock).deliver_due()
    return server


def booked(desk: Endpoint, **changed: object) -> tuple[EmailMessage, EmailMessage, dict[str, Any]]:
    """Book, and return the owner's mail, the visitor's and the answer."""
    answer = desk.http.post("/api/bookings", json=asked(**(TYPED | changed)))
    assert answer.status_code == 201, answer.text
    server = deliver(desk)
    (owners,), (visitors,) = server.to("bice@example.org"), server.to("ada@example.com")
    return owners, visitors, answer.json()


def shape(part: MIMEPart) -> object:
    kind = part.get_content_type()
    return {kind: [shape(one) for one in part.iter_parts()]} if part.is_multipart() else kind


def part_of(mail: EmailMessage, kind: str) -> EmailMessage:
    return next(part for part in mail.walk() if part.get_content_type() == kind)


def event_of(calendar: bytes) -> tuple[icalendar.Calendar, Any]:
    parsed = icalendar.Calendar.from_ical(calendar)
    assert isinstance(parsed, icalendar.Calendar)
    (event,) = parsed.walk("VEVENT")
    return parsed, event


def test_visitor_mail_has_text_html_invitation_and_attachment(desk: Endpoint) -> None:
    _, visitors, _ = booked(desk)
    alternative = {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]}
    assert shape(visitors) == {"multipart/mixed": [alternative, "application/ics"]}
    assert part_of(visitors, "application/ics").get_filename() == "invite.ics"


def test_the_invitation_is_what_calendars_expect(desk: Endpoint) -> None:
    _, visitors, answer = booked(desk)
    part = part_of(visitors, "text/calendar")
    calendar, event = event_of(part.get_content().encode())
    assert part.get_param("method") == calendar["METHOD"] == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    assert re.fullmatch(rf"{answer['id']}@[0-9a-f]{{12}}\.127\.0\.0\.1", event["UID"])
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTAMP"].dt == NOW
    assert event["DTSTART"].dt == datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
    assert event["ORGANIZER"] == "mailto:bice@example.org"
    assert visitors["From"].addresses[0].addr_spec == "bice@example.org"
    assert event["ATTENDEE"] == "mailto:ada@example.com"
    # She has chosen the time herself: no program asks her for a reply that would change nothing.
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    text = part.get_content()
    assert "DTSTART:20270112T090000Z" in text
    assert "TZID" not in text
    assert part_of(visitors, "application/ics").get_content() == text.encode()


def test_nothing_the_visitor_typed_comes_back_to_the_address_typed(desk: Endpoint) -> None:
    _, visitors, _ = booked(desk)
    said = [str(visitors["Subject"]), str(visitors["To"])]
    said += [part.get_content() for part in visitors.walk() if part.get_content_maintype() == "text"]
    said += [part_of(visitors, "application/ics").get_content().decode()]
    for typed in ("Zoè", "pillole", "spam.example", "cianfrusaglie"):
        assert not any(typed in text for text in said)


def test_owner_mail_has_all_details_and_replies_to_the_visitor(desk: Endpoint) -> None:
    owners, _, answer = booked(desk, service="ricerca", phone="+39 333 1234567")
    assert owners["Reply-To"].addresses[0].addr_spec == "ada@example.com"
    assert owners["Reply-To"].addresses[0].display_name == "Zoè D’Àmico <b>"
    plain = part_of(owners, "text/plain").get_content()
    for said in ("Zoè D’Àmico <b>", "pillole", "cianfrusaglie", "Di cosa ti occupi?", "333", "Ricerca"):
        assert said in plain
    assert "martedì 12 gennaio 2027 alle 10:00 (ora italiana)" in plain
    assert f"/agenda/appuntamenti/{answer['id']}/" in plain
    html = part_of(owners, "text/html").get_content()
    assert "&lt;b&gt;" in html
    assert "<b>\n" not in html


def test_every_mail_is_marked_auto_generated_and_cites_the_law(desk: Endpoint) -> None:
    for mail in booked(desk)[:2]:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Date"]
        assert mail["From"] == "Stessa Maglia <bice@example.org>"
        for kind in ("text/plain", "text/html"):
            assert "Legge 14 gennaio 2013, n. 4" in part_of(mail, kind).get_content()


def test_a_mail_is_seven_bits_in_short_lines(desk: Endpoint) -> None:
    desk.http.post("/api/bookings", json=asked(**TYPED))
    for raw in deliver(desk).raw:
        assert raw.isascii()
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_meeting_to_be_confirmed_brings_no_invitation(desk: Endpoint) -> None:
    changed = {"meeting": "telefonata", "phone": "333 1234567", "answers": None}
    _, visitors, _ = booked(desk, **changed)
    assert shape(visitors) == {"multipart/alternative": ["text/plain", "text/html"]}
    assert "Richiesta ricevuta" in visitors["Subject"]


def test_a_message_reaches_the_owner_alone(desk: Endpoint) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "message": "Ciao,\ncome va?", "subject": "Una cosa"}
    desk.http.post("/api/messages", json=body)
    (mail,) = deliver(desk).taken
    assert (mail["To"], mail["Reply-To"]) == ("bice@example.org", "Ada <ada@example.com>")
    assert mail["Subject"] == "Messaggio dal sito: Una cosa"
    assert "Ciao,\ncome va?" in part_of(mail, "text/plain").get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("poison", ["a\r\nBcc: x@y.it", "a\u2028b", "=?utf-8?q?a=0D=0ABcc:_x@y.it?=", "\x85", "\0"])
def test_a_header_never_carries_what_could_end_it(poison: str) -> None:
    mail = Mail(kind="k", to="a@example.org", subject=poison, plain="x", html="x")
    with pytest.raises(UnsafeHeader):
        compose(mail, "b@example.org", "Brand", "<1@x>", NOW)


@pytest.mark.parametrize(
    ("brand", "shown"),
    [
        ("Studio\nBice", "Studio Bice"),
        ("Studio\tBice", "Studio Bice"),
        ("Studio\u2028Bice", "Studio Bice"),
        ("N" * 1500, "N" * 200),
    ],
)
def test_a_brand_of_whatever_shape_is_written_as_a_name(brand: str, shown: str) -> None:
    words = contact_mails.mail("k", "a@example.org", None, brand, MailBody(opening=("x",)))
    written = compose(words, "b@example.org", brand, "<1@x>", NOW)
    read = message_from_bytes(written, policy=default)
    assert read["From"].addresses[0].display_name == shown
    assert str(read["Subject"]).startswith(shown)
    assert max(map(len, written.split(b"\r\n"))) <= 998


def test_invitation_address_with_reserved_characters_is_percent_encoded() -> None:
    email = "a+b%c&d?e#f/g@example.com"
    invitation = Invitation.model_validate(
        _STAMP
        | {"uid": "1@x", "sequence": 0, "method": "REQUEST", "status": "CONFIRMED", "location": "x"}
        | {"summary": "x", "description": "x", "organizer_name": "B", "organizer_email": "b@example.org"}
        | {"attendee_email": email}
    )
    _, event = event_of(ics(invitation))
    assert event["ATTENDEE"] == "mailto:a+b%25c%26d%3Fe%23f%2Fg@example.com"
    assert unquote(str(event["ATTENDEE"]).removeprefix("mailto:")) == email


def test_a_calendar_holds_no_character_that_breaks_it() -> None:
    invitation = Invitation.model_validate(
        _STAMP
        | {"uid": "1\0@x", "sequence": 3, "method": "REQUEST", "status": "CONFIRMED", "location": "x"}
        | {"summary": "a\0b\x0bc\u2028d; e, f\\g", "description": "uno\ndue\r\nEND:VEVENT"}
        | {"organizer_name": 'B"C;D', "organizer_email": "b@example.org", "attendee_email": "a@example.com"}
    )
    _, event = event_of(ics(invitation))
    assert event["SUMMARY"] == "abcd; e, f\\g"
    assert event["DESCRIPTION"] == "uno\ndue\nEND:VEVENT"
    assert event["ORGANIZER"].params["CN"] == "B”C;D"
    assert event["UID"] == "1@x"


@settings(max_examples=soak_count(100, 5_000), deadline=None)
@given(st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]{1,60}\.[a-z]{2,20}", fullmatch=True))
def test_recipient_header_equals_what_the_python_email_policy_writes(address: str) -> None:
    try:
        checked_address(address)
        written = compose(
            Mail(kind="k", to=address, subject="x", plain="x", html="x"), "b@example.org", "B", "<1@x>", NOW
        )
    except ValueError:
        return  # not an address that a form lets through, or one with a sign of encoded words
    header = SMTP.header_factory("To", Address(addr_spec=address))
    assert SMTP.fold_binary("To", header) in written
