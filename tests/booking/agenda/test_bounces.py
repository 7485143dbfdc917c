"""The owner sees at once what came back, whom to call, and what was answered to an invitation."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

import pytest
from sqlalchemy import update

from plugins.booking.agenda.cli import AgendaCommands
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.storage.schema import invitation_replies
from tests.booking.agenda.owner import book, mails, press, read
from tests.booking.endpoint import Endpoint
from tests.booking.mail.bounces.reports import reply, report
from tests.booking.service.incoming import incoming, services
from tests.booking.service.test_incoming_mail import sent


def test_agenda_begins_with_what_came_back(hers: Endpoint) -> None:
    booking = book(hers, phone="+39 333 1234567")
    incoming(hers).take(report(sent(hers).message_id))
    page = read(hers, "/agenda/")
    assert "1 mail tornata indietro" in page.words
    assert "questo indirizzo non esiste (5.1.1)" in page.words
    assert page.links.count("tel:+393331234567") == 1
    assert sum(link.endswith(f"/agenda/appuntamenti/{booking}/#mail") for link in page.links) == 1
    assert [one for one in page.texts if one in {"tornate", "arrivo"}] == ["tornate", "arrivo"]


def test_a_button_takes_what_was_seen_off_the_list(hers: Endpoint) -> None:
    book(hers)
    incoming(hers).take(report(sent(hers).message_id))
    page = press(hers, read(hers, "/agenda/"), "/agenda/visto")
    assert "tornata indietro" not in page.words


def test_corrected_address_ends_it_and_the_mail_goes_again(hers: Endpoint) -> None:
    booking = book(hers)
    incoming(hers).take(report(sent(hers).message_id, status="5.2.2", diagnostic="smtp; 552 5.2.2 full"))
    address = f"/agenda/appuntamenti/{booking}/"
    page = read(hers, address)
    assert "la sua casella è piena (5.2.2)" in page.words
    assert '<details class="more" open>' in hers.http.get(address).text
    page = press(hers, page, f"{address}correggi", email="ada.rossi@example.com")
    assert "La mail a ada@example.com" not in page.words
    assert "mail-bounced" in hers.http.get(address).text
    assert "tornata indietro" not in read(hers, "/agenda/").words
    assert len(mails(hers, kind="corrected-visitor", to="ada.rossi@example.com")) == 1


def test_mail_to_herself_that_came_back_is_listed(hers: Endpoint) -> None:
    book(hers)
    mail = sent(hers, "booked-owner")
    incoming(hers).take(report(mail.message_id, to=mail.recipient))
    page = read(hers, "/agenda/")
    assert f"La mail a {mail.recipient} è tornata indietro" in page.words
    assert "Correggi l’indirizzo" not in page.words


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"partstat": "DECLINED"}, "Ada Rossi ha rifiutato l’invito"),
        ({"partstat": "TENTATIVE"}, "Ada Rossi ha risposto «forse» all’invito"),
        ({"method": "COUNTER"}, "Ada Rossi ha proposto un altro orario: martedì 12 gennaio 2027, 10:00"),
    ],
)
def test_answer_is_shown_with_the_button_to_cancel(hers: Endpoint, raw: dict[str, str], said: str) -> None:
    booking = book(hers)
    uid = f"{booking}@{services(hers).mail_composer.installation}"
    incoming(hers).take(reply(uid, sequence=9, **raw))
    page = read(hers, f"/agenda/appuntamenti/{booking}/")
    assert f"{said}. Qui non è cambiato niente" in page.words
    assert page.words.count(said) == 2
    assert "confermato" in page.words.lower()


@pytest.mark.parametrize("start", ["99991231T235959Z", "00010101T000000Z"])
def test_a_proposal_beyond_all_calendars_names_no_moment(hers: Endpoint, start: str) -> None:
    booking = book(hers)
    uid = f"{booking}@{services(hers).mail_composer.installation}"
    assert incoming(hers).take(reply(uid, method="COUNTER", start=start)) == "reply"
    assert len(mails(hers, kind="reply-owner")) == 1
    assert "ha proposto un altro orario. Qui" in read(hers, f"/agenda/appuntamenti/{booking}/").words
    far = datetime.strptime(start, "%Y%m%dT%H%M%S%z")
    with hers.engine.begin() as connection:
        connection.execute(update(invitation_replies).values(proposed=far))
    assert "ha proposto un altro orario. Qui" in read(hers, f"/agenda/appuntamenti/{booking}/").words


def test_accepted_invitation_stands_in_the_history_alone(hers: Endpoint) -> None:
    booking = book(hers)
    uid = f"{booking}@{services(hers).mail_composer.installation}"
    incoming(hers).take(reply(uid, partstat="ACCEPTED"))
    page = read(hers, f"/agenda/appuntamenti/{booking}/")
    assert page.words.count("ha accettato l’invito") == 1
    assert "Qui non è cambiato niente" not in page.words


def test_terminal_lists_what_came_back(hers: Endpoint) -> None:
    book(hers)
    incoming(hers).take(report(sent(hers).message_id))
    said: list[str] = []
    office = ContentReloader(hers.content)
    commands = AgendaCommands(hers.store, services(hers), office, hers.clock, said.append)
    assert commands.run(Namespace(action="list")) == 0
    assert "Mail tornate indietro: 1" in said
    assert any("ada@example.com: tornata indietro" in line for line in said)
