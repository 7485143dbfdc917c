"""What the owner sees in her agenda, and what each action does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from plugins.booking.mail.delivery_failure import Refused
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import bookings, outbox
from tests.booking.agenda.owner import book, mails, press, read, status
from tests.booking.endpoint import Endpoint
from tests.booking.office import FREE
from tests.booking.page import Page

REQUEST = {"meeting": "telefonata", "phone": "333 1234567", "message": "Due\nrighe", "name": "Ada <b>"}


def sheet(booking: str) -> str:
    return f"/agenda/appuntamenti/{booking}/"


@pytest.fixture
def request_id(hers: Endpoint) -> str:
    return book(hers, **REQUEST)


@pytest.fixture
def booked(hers: Endpoint) -> str:
    return book(hers, answers={"attivita": "Vendo torte"})


def test_requests_come_first_and_then_the_days(hers: Endpoint, request_id: str) -> None:
    book(hers, start="2027-01-13T11:00:00+01:00", name="Zoë")
    words = read(hers, "/agenda/").words
    assert words.index("Da confermare: 1") < words.index("Ada <b>") < words.rindex("In programma")
    assert words.index("mercoledì 13 gennaio 2027") < words.index("11:00–11:30") < words.index("Zoë")


def test_a_request_is_confirmed_with_a_word(hers: Endpoint, request_id: str) -> None:
    page = press(hers, read(hers, "/agenda/"), f"{sheet(request_id)}conferma", word="A presto!")
    assert status(hers, request_id) == "confirmed"
    assert "Confermato" in page.words
    assert "A presto!" in page.words
    (mail,) = mails(hers, "approved-visitor")
    assert "A presto!" in mail


def test_declined_request_mails_the_owners_words_and_frees_its_slot(hers: Endpoint, request_id: str) -> None:
    page = read(hers, sheet(request_id))
    form = page.form(f"{sheet(request_id)}conferma")
    form.target = f"{sheet(request_id)}rifiuta"
    assert form.send(hers.http, word="Quel giorno no.").status_code == 303
    assert status(hers, request_id) == "declined"
    (mail,) = mails(hers, "declined-visitor")
    assert "Quel giorno no." in mail
    book(hers)


def test_a_time_asked_for_meanwhile_is_not_confirmed_unseen(hers: Endpoint, request_id: str) -> None:
    seen = read(hers, "/agenda/")
    with hers.engine.begin() as connection:
        row = connection.execute(select(bookings).where(bookings.c.id == request_id)).one()
        later = {"start": row.start + timedelta(hours=1), "end": row.end + timedelta(hours=1)}
        connection.execute(update(bookings).where(bookings.c.id == request_id).values(later))
    answer = seen.form(f"{sheet(request_id)}conferma").send(hers.http, word="A dopo")
    assert answer.status_code == 409
    assert status(hers, request_id) == "pending"
    page = Page(answer)
    assert "un altro orario" in page.words
    assert page.form(f"{sheet(request_id)}conferma").send(hers.http).status_code == 303
    assert status(hers, request_id) == "confirmed"


def test_a_button_pressed_twice_has_one_effect_and_no_complaint(hers: Endpoint, request_id: str) -> None:
    page = read(hers, "/agenda/")
    for _ in range(2):
        press(hers, page, f"{sheet(request_id)}conferma")
    assert len(mails(hers, "approved-visitor")) == 1


def test_a_refused_change_is_told_with_what_was_typed(hers: Endpoint, request_id: str) -> None:
    page = read(hers, sheet(request_id))
    hers.clock.now = datetime.fromisoformat(FREE) + timedelta(minutes=1)
    answer = page.form(f"{sheet(request_id)}conferma").send(hers.http, word="Eccomi")
    assert answer.status_code == 409
    assert "è già passato" in Page(answer).words
    assert status(hers, request_id) == "pending"
    answer = page.form(f"{sheet(request_id)}annulla").send(hers.http, reason="Febbre")
    assert answer.status_code == 409
    assert Page(answer).title.startswith("Errore: ")


def test_booking_page_shows_all_details_of_a_booking(hers: Endpoint, booked: str) -> None:
    words = read(hers, sheet(booked)).words
    for known in (
        "Ada Rossi",
        "ada@example.com",
        "martedì 12 gennaio 2027, 10:00–10:30 (ora italiana)",
        "Di cosa ti occupi?",
        "Vendo torte",
        "prenotato da Ada Rossi",
        "Prenotazione a bice@example.org: in attesa",
    ):
        assert known in words


def test_a_booking_is_called_off_with_a_reason(hers: Endpoint, booked: str) -> None:
    page = press(hers, read(hers, sheet(booked)), f"{sheet(booked)}annulla", reason="Ho la febbre.")
    assert status(hers, booked) == "cancelled"
    assert "annullato da te" in page.words
    (mail,) = mails(hers, "cancelled-visitor")
    assert "Ho la febbre." in mail
    assert "Annullato" in mail
    assert "Ada Rossi" in read(hers, "/agenda/passati/").words


def test_a_booking_moves_to_a_free_time_that_is_chosen(hers: Endpoint, booked: str) -> None:
    page = read(hers, f"{sheet(booked)}sposta")
    form = page.form(f"{sheet(booked)}sposta")
    assert "2027-01-12T09:00:00Z" not in form.choices["start"]
    press(hers, page, f"{sheet(booked)}sposta", start="2027-01-13T09:30:00Z", word="Treno in ritardo.")
    moved = hers.store.booking(booked)
    assert moved
    assert moved.start.isoformat() == "2027-01-13T09:30:00+00:00"
    (mail,) = mails(hers, "rescheduled-visitor")
    assert "Treno in ritardo." in mail
    assert "mercoledì 13 gennaio 2027 alle 10:30" in mail


def test_a_time_within_the_notice_is_hers_to_allow(hers: Endpoint, booked: str) -> None:
    page = read(hers, f"{sheet(booked)}sposta")
    typed = {"day": "2027-01-11", "time": "10:00", "word": "Oggi!"}
    answer = page.form(f"{sheet(booked)}sposta").send(hers.http, **typed, any_notice="")
    told = Page(answer)
    assert answer.status_code == 409
    assert "senza preavviso" in told.words
    assert told.form(f"{sheet(booked)}sposta").fields["word"] == "Oggi!"
    assert told.form(f"{sheet(booked)}sposta").fields["day"] == "2027-01-11"
    press(hers, told, f"{sheet(booked)}sposta", any_notice="1")
    assert "lunedì 11 gennaio 2027 alle 10:00" in mails(hers, "rescheduled-visitor")[0]


def test_a_taken_time_is_refused_and_the_nearest_are_offered(hers: Endpoint, booked: str) -> None:
    book(hers, start="2027-01-13T10:00:00+01:00")
    page = read(hers, f"{sheet(booked)}sposta")
    answer = page.form(f"{sheet(booked)}sposta").send(hers.http, day="2027-01-13", time="10:00")
    assert answer.status_code == 409
    told = Page(answer)
    assert "appena stato preso" in told.words
    assert "2027-01-13T08:30:00Z" in told.form(f"{sheet(booked)}sposta").choices["start"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "day"),
        ({"day": "12/01/2027", "time": "10:00"}, "day"),
        ({"day": "2027-02-30", "time": "10:00"}, "day"),
        ({"day": "2027-01-12", "time": "25:00"}, "time"),
        ({"day": "2027-01-12"}, "time"),
        ({"day": "2027-03-28", "time": "02:30"}, "time"),
        ({"day": "9999-12-31", "time": "10:00"}, "day"),
        ({"day": "0001-01-01", "time": "10:00"}, "day"),
    ],
)
def test_a_time_that_is_none_is_told_at_its_field(
    hers: Endpoint, booked: str, typed: dict[str, str], field: str
) -> None:
    answer = read(hers, f"{sheet(booked)}sposta").form(f"{sheet(booked)}sposta").send(hers.http, **typed)
    assert answer.status_code == 422
    assert Page(answer).error_at(field)


def test_who_did_not_come_is_noted_without_a_mail(hers: Endpoint, booked: str) -> None:
    assert f"{sheet(booked)}mancato" not in [form.action for form in read(hers, sheet(booked)).forms]
    hers.clock.now = datetime.fromisoformat(FREE) + timedelta(hours=1)
    before = len(mails(hers))
    page = press(hers, read(hers, sheet(booked)), f"{sheet(booked)}mancato")
    assert status(hers, booked) == "no_show"
    assert "Segnato come mancato" in page.words
    assert len(mails(hers)) == before


def test_a_mistyped_address_is_corrected_and_its_mail_sent_again(hers: Endpoint, booked: str) -> None:
    page = read(hers, sheet(booked))
    wrong = page.form(f"{sheet(booked)}correggi").send(hers.http, email="ada@")
    assert wrong.status_code == 422
    told = Page(wrong)
    assert "completa" in told.error_at("email")
    assert told.form(f"{sheet(booked)}correggi").fields["email"] == "ada@"
    press(hers, told, f"{sheet(booked)}correggi", email="ada.rossi@example.com")
    assert len(mails(hers, to="ada.rossi@example.com")) == 1
    assert "ada.rossi@example.com" in read(hers, sheet(booked)).words


def test_a_booking_that_is_not_there_is_a_404(hers: Endpoint) -> None:
    key = read(hers, "/agenda/").form("/agenda/esci").fields["key"]
    for name in ("nessuno", "0" * 32, "%00", "%F0%9F%91%95"):
        assert hers.http.get(f"/agenda/appuntamenti/{name}/").status_code == 404
        assert hers.http.get(f"/agenda/appuntamenti/{name}/sposta").status_code == 404
        for action in ("conferma", "annulla", "mancato"):
            address = f"/agenda/appuntamenti/{name}/{action}"
            assert hers.http.post(address, data={"key": key}).status_code == 404


@pytest.mark.parametrize("before", ["%00", "x", "0" * 32, "%F0%9F%91%95"])
def test_a_page_that_is_none_is_read_as_one(hers: Endpoint, before: str) -> None:
    read(hers, f"/agenda/passati/?prima={before}")
    read(hers, f"/agenda/messaggi/?prima={before}")


def test_the_past_is_read_page_by_page(hers: Endpoint) -> None:
    for number in range(60):
        day, half = divmod(number, 8)
        start = f"2027-01-{13 + day}T{9 + half // 2:02}:{30 * (half % 2):02}:00+01:00"
        book(hers, start=start, name=f"Persona {number:02}", email=f"p{number}@example.com")
    hers.clock.now += timedelta(days=29)
    seen: list[str] = []
    address: str | None = "/agenda/passati/"
    while address:
        answer = hers.http.get(address)
        seen += [part[:2] for part in answer.text.split("Persona ")[1:]]
        address = next((f"/agenda/passati/?prima={part[:32]}" for part in answer.text.split("?prima=")[1:]), None)
    assert seen == [f"{number:02}" for number in reversed(range(60))]


def test_agenda_shows_the_delivery_state_of_each_mail(hers: Endpoint, booked: str) -> None:
    queue = Outbox(hers.engine)
    outcomes: list[Any] = []
    while leased := queue.lease(hers.clock.now):
        outcomes.append(leased.envelope.kind)
        if leased.envelope.kind == "booked-visitor":
            queue.dead(leased, hers.clock.now, str(Refused("550 no such user")))
        elif leased.envelope.kind == "booked-owner":
            queue.later(leased, hers.clock.now + timedelta(minutes=5), "451 try later")
        else:
            queue.sent(leased, hers.clock.now)
    assert len(outcomes) == 3
    words = read(hers, sheet(booked)).words
    assert "Prenotazione a ada@example.com: non consegnabile: 550 no such user" in words
    assert "Prenotazione a bice@example.org: in attesa: 451 try later. Si riprova dalle 09:05" in words
    first = read(hers, "/agenda/").words
    assert "1 mail non consegnabile" in first
    assert "550 no such user" in first


@pytest.mark.parametrize(
    ("button", "words", "left"),
    [("/agenda/rispedisci", "le mail ripartono adesso", "pending"), ("/agenda/lascia", "non sono più", "let go")],
)
def test_owner_can_resend_or_dismiss_all_undeliverable_mails_by_post(
    hers: Endpoint, booked: str, button: str, words: str, left: str
) -> None:
    queue = Outbox(hers.engine)
    while leased := queue.lease(hers.clock.now):
        queue.dead(leased, hers.clock.now, "550 no such user")
    assert hers.http.get(button).headers["location"] == "/agenda/"
    form = read(hers, "/agenda/").form("/agenda/rispedisci")
    hers.clock.now += timedelta(days=6)
    answer = hers.http.post(button, data=form.fields)
    assert answer.status_code == 303
    page = read(hers, answer.headers["location"])
    assert words in page.words
    assert "non consegnabil" not in page.words
    figures = queue.figures(hers.clock.now)
    assert (figures.dead, figures.oldest_seconds) == (0, 0)
    with hers.engine.begin() as connection:
        states = set(connection.execute(select(outbox.c.state).where(outbox.c.kind.like("booked-%"))).scalars())
    assert states == {left}
    assert hers.http.post(button, data=form.fields | {"key": "x"}).status_code == 403


def test_a_message_is_read_with_the_state_of_its_mail(hers: Endpoint) -> None:
    fields = {"name": "Zoë", "email": "zoe@example.com", "message": "Ciao.\n<b>A presto</b>"}
    for _ in range(27):
        assert hers.http.post("/api/messages", json=fields).status_code == 201
    leased = Outbox(hers.engine).lease(hers.clock.now)
    while leased:
        Outbox(hers.engine).sent(leased, hers.clock.now)
        leased = Outbox(hers.engine).lease(hers.clock.now)
    page = read(hers, "/agenda/messaggi/")
    assert "<b>A presto</b>" in page.words
    assert page.words.count("preso in consegna dal server di posta, lunedì 11 gennaio 2027, 09:00") == 25
    older = hers.http.get("/agenda/messaggi/").text.split("?prima=")[1][:32]
    assert read(hers, f"/agenda/messaggi/?prima={older}").words.count("preso in consegna") == 2


def test_blocked_time_is_not_offered_and_lists_bookings_inside_it(hers: Endpoint, booked: str) -> None:
    form = read(hers, "/agenda/bloccato/").form("/agenda/bloccato/")
    typed = {"from_day": "2027-01-12", "from_time": "09:00", "to_day": "2027-01-13", "to_time": "12:00"}
    for _ in range(2):  # pressed twice, it is kept once
        assert form.send(hers.http, **typed, reason="Dentista").status_code == 303
    page = read(hers, "/agenda/bloccato/")
    assert "da martedì 12 gennaio 2027, 09:00 a mercoledì 13 gennaio 2027, 12:00" in page.words
    assert "1 appuntamento che resta" in page.words
    assert page.words.count("Dentista") == 1
    slots = hers.http.get("/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-13").json()["slots"]
    assert [slot["start"][11:16] for slot in slots] == ["12:00", "12:30"]
    (unblock,) = [form.action for form in page.forms if form.action.endswith("/sblocca")]
    press(hers, page, unblock)
    slots = hers.http.get("/api/slots?meeting=conoscitiva&from=2027-01-13&to=2027-01-13").json()["slots"]
    assert len(slots) == 8


def test_blocking_form_resent_for_another_day_blocks_both_days(hers: Endpoint) -> None:
    form = read(hers, "/agenda/bloccato/").form("/agenda/bloccato/")
    for day in ("2027-01-12", "2027-01-13"):  # the Back button, and only the day typed anew
        assert form.send(hers.http, from_day=day).status_code == 303
    words = read(hers, "/agenda/bloccato/").words
    assert "martedì 12 gennaio 2027, tutto il giorno" in words
    assert "mercoledì 13 gennaio 2027, tutto il giorno" in words


def test_without_hours_whole_days_are_blocked(hers: Endpoint) -> None:
    press(hers, read(hers, "/agenda/bloccato/"), "/agenda/bloccato/", from_day="2027-01-12")
    press(hers, read(hers, "/agenda/bloccato/"), "/agenda/bloccato/", from_day="2027-03-27", to_day="2027-03-28")
    words = read(hers, "/agenda/bloccato/").words
    assert "martedì 12 gennaio 2027, tutto il giorno" in words
    assert "da sabato 27 marzo 2027 a domenica 28 marzo 2027, giorni interi" in words


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "from_day"),
        ({"from_day": "2027-01-12", "to_day": "2027-01-11"}, "to_day"),
        ({"from_day": "2027-01-12", "from_time": "10:00", "to_time": "10:00"}, "to_day"),
        ({"from_day": "2027-01-12", "to_day": "2029-01-12"}, "to_day"),
        ({"from_day": "2027-01-12", "to_day": "domani"}, "to_day"),
        ({"from_day": "2027-01-12", "from_time": "9"}, "from_time"),
    ],
)
def test_a_stretch_that_is_none_is_told_and_kept(hers: Endpoint, typed: dict[str, str], field: str) -> None:
    answer = read(hers, "/agenda/bloccato/").form("/agenda/bloccato/").send(hers.http, **typed, reason="Mare")
    assert answer.status_code == 422
    assert Page(answer).error_at(field)
    assert Page(answer).form("/agenda/bloccato/").fields["reason"] == "Mare"


def test_she_books_for_a_client_confirmed_at_once(hers: Endpoint) -> None:
    page = read(hers, "/agenda/nuovo/?meeting=telefonata")
    typed = {"name": "Ugo", "email": "ugo@example.com", "phone": "333 7654321", "message": "Ha chiamato lui"}
    page.form("/agenda/nuovo/").choices["start"].index("2027-01-12T09:00:00Z")
    for _ in range(2):  # pressed twice, it is booked once
        answer = page.form("/agenda/nuovo/").send(hers.http, start="2027-01-12T09:00:00Z", **typed)
        assert answer.status_code == 303
    shown = read(hers, answer.headers["location"])
    assert "Confermato" in shown.words
    (mail,) = mails(hers, to="ugo@example.com")
    assert "Confermato" in mail
    assert "Ha chiamato lui" not in mail


def test_owner_booking_may_ignore_the_notice_but_no_other_rule(hers: Endpoint) -> None:
    page = read(hers, "/agenda/nuovo/?meeting=conoscitiva")
    typed = {"name": "Ugo", "email": "ugo@example.com", "day": "2027-01-11", "time": "09:30"}
    answer = page.form("/agenda/nuovo/").send(hers.http, **typed, any_notice="")
    assert answer.status_code == 409
    told = Page(answer)
    assert told.form("/agenda/nuovo/").fields["name"] == "Ugo"
    late = told.form("/agenda/nuovo/").send(hers.http, time="15:00", any_notice="1")
    assert late.status_code == 409
    assert "non è tra quelli" in Page(late).words
    press(hers, told, "/agenda/nuovo/", any_notice="1")
    assert "Ugo" in read(hers, "/agenda/").words


def test_owner_booking_form_reports_all_its_errors_at_once(hers: Endpoint) -> None:
    answer = read(hers, "/agenda/nuovo/?meeting=telefonata").form("/agenda/nuovo/").send(hers.http, name="Ugo")
    assert answer.status_code == 422
    assert set(Page(answer).wrong) == {"day", "email", "phone"}
    assert hers.http.get("/agenda/nuovo/?meeting=nessuno").status_code == 404
    assert "Telefonata" in read(hers, "/agenda/nuovo/").words


def test_answer_to_no_question_is_told_to_the_owner(hers: Endpoint) -> None:
    form = read(hers, "/agenda/nuovo/?meeting=conoscitiva").form("/agenda/nuovo/")
    typed = {"start": "2027-01-12T09:00:00Z", "name": "Ugo", "email": "ugo@example.com", "answers__tolta": "Forse"}
    told = form.send(hers.http, **typed)
    assert (told.status_code, "Una domanda non c’è più" in Page(told).words) == (422, True)
    press(hers, Page(told), "/agenda/nuovo/")
