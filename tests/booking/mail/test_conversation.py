"""Headers by which mail programs join, name, translate and leave unanswered the mails of a booking."""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from plugins.booking.mail.mime import compose
from plugins.booking.mail.texts.contact_mails import Mail
from plugins.booking.mail.texts.mail_body import MailBody
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.domain.booking_lifecycle import Actor
from plugins.domain.language import ITALIAN, speak
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.mail.test_mails import deliver, part_of
from tests.booking.office import NOW, asked, write_content


def book(desk: Endpoint, **changed: object) -> dict[str, str]:
    answer = desk.http.post("/api/bookings", json=asked(**changed))
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told


def life(desk: Endpoint) -> list[EmailMessage]:
    """The mails of a booking that is made, moved and cancelled, each sent before the next."""
    token = book(desk)["manage_url"].rstrip("/").rpartition("/")[2]
    taken = deliver(desk).taken
    desk.http.post(f"/api/bookings/{token}/reschedule", json={"start": "2027-01-13T10:00:00+01:00"})
    taken += deliver(desk).taken
    desk.http.post(f"/api/bookings/{token}/cancel", json={})
    return taken + deliver(desk).taken


def test_mails_of_one_booking_are_one_conversation_for_each_reader(desk: Endpoint) -> None:
    mails = life(desk)
    threads = {str(mail["References"]) for mail in mails}
    assert len(mails) == 6
    assert len(threads) == 2
    for mail in mails:
        assert mail["In-Reply-To"] == mail["References"]
        assert mail["References"] not in {one["Message-ID"] for one in mails}
    readers = {(str(mail["To"]), str(mail["References"])) for mail in mails}
    assert len(readers) == 2


def test_two_bookings_are_two_conversations(desk: Endpoint) -> None:
    for start in ("2027-01-12T10:00:00+01:00", "2027-01-12T11:00:00+01:00"):
        book(desk, start=start)
    assert len({str(mail["References"]) for mail in deliver(desk).taken}) == 4


def test_subject_tells_day_and_hour_before_the_meeting(desk: Endpoint) -> None:
    book(desk)
    owners, visitors = deliver(desk).taken
    assert visitors["Subject"] == "Confermato: mar 12 gen, 10:00, Chiacchierata conoscitiva"
    assert owners["Subject"] == "Appuntamento: Ada Rossi, mar 12 gen, 10:00"


def test_owner_sees_day_and_hour_whatever_the_name(desk: Endpoint) -> None:
    book(desk, name="Anna Maria Sofia von und zu Hohenstein-Montecuccoli della Torre")
    owners, _ = deliver(desk).taken
    assert owners["Subject"] == "Appuntamento: Anna Maria Sofia von und zu Hohenstein-…, mar 12 gen, 10:00"


def test_subject_names_the_clock_where_the_visitor_has_another(desk: Endpoint) -> None:
    book(desk, timezone="Pacific/Auckland")
    owners, visitors = deliver(desk).taken
    assert "mar 12 gen, 10:00 (ora italiana), " in visitors["Subject"]
    assert "ora" not in owners["Subject"]


def test_no_program_answers_that_somebody_is_away(desk: Endpoint) -> None:
    for mail in life(desk):
        assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Reply-To"]  # people are answered


def test_name_that_looks_like_an_address_is_left_out(desk: Endpoint) -> None:
    book(desk, name="bice@example.org")
    owners, _ = deliver(desk).taken
    assert owners["Reply-To"] == "ada@example.com"


@pytest.mark.parametrize("code", ["it", "en"])
def test_headers_and_invitation_name_the_language_of_the_words(tmp_path: Path, code: str) -> None:
    content = write_content(tmp_path / "office")
    identity = json.loads((content / "identity.yaml").read_text())
    (content / "identity.yaml").write_text(json.dumps(identity | {"language": code}))
    try:
        with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
            book(desk)
            for mail in deliver(desk).taken:
                tag = mail["Content-Language"]
                assert tag.partition("-")[0] == code
                html = part_of(mail, "text/html").get_content()
                assert f'<html lang="{tag}">' in html
                calendar = part_of(mail, "text/calendar").get_content()
                assert f"PRODID:-//Maglia//booking//{code.upper()}" in calendar.splitlines()
    finally:
        speak(ITALIAN)


def test_visitor_moved_by_the_owner_is_asked_to_accept(desk: Endpoint) -> None:
    booking = book(desk)["id"]
    deliver(desk)
    changes = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content)).changes
    changes.reschedule(booking, NOW + timedelta(days=2), Actor.OWNER)
    _, visitors = deliver(desk).taken
    calendar = part_of(visitors, "text/calendar").get_content().replace("\r\n ", "").replace("\n ", "")
    assert "PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE" in calendar
    assert "rifiutare lì non annulla l’appuntamento" in part_of(visitors, "text/plain").get_content()


def test_addresses_in_html_are_links(desk: Endpoint) -> None:
    book(desk, message="Vedi https://male.example")
    owners, visitors = deliver(desk).taken
    html = part_of(owners, "text/html").get_content()
    assert '<a href="mailto:ada@example.com">ada@example.com</a>' in html
    assert 'href="https://male.example' not in html
    site = desk.settings.site_url
    assert f'<br><a href="{site}/">{site}/</a><br>' in part_of(visitors, "text/html").get_content()


def test_address_with_signs_is_a_link_to_itself() -> None:
    letter = MailBody(opening=("x",), facts=(("Email", "a&b?c=d@example.com"),), linked=("a&b?c=d@example.com",))
    assert '<a href="mailto:a%26b%3Fc%3Dd@example.com">a&amp;b?c=d@example.com</a>' in letter.html()


def test_mail_about_no_booking_has_no_conversation() -> None:
    mail = Mail(kind="digest", to="a@example.org", subject="x", plain="x", html="x")
    assert b"References" not in compose(mail, "b@example.org", "B", "<1@x>", NOW)
