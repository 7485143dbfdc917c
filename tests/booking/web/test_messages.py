"""The contact form, as the endpoint takes it and gives it back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import select

from plugins.booking.storage.schema import messages, outbox
from tests.booking.database import out_of_reach
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.page import Page
from tests.booking.tables import count

ADDRESS = "/messaggi/"
TYPED = {
    "name": "Ada",
    "email": "ada@example.com",
    "subject": "Una domanda",
    "service": "ricerca",
    "message": "Ciao & grazie,\n<Ada>",
}


def test_a_message_is_kept_and_thanked_for(desk: Endpoint) -> None:
    answer = desk.http.post(ADDRESS, data=TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/grazie/")
    assert (count(desk.engine, messages), count(desk.engine, outbox)) == (1, 1)


def test_message_errors_are_shown_at_their_fields_keeping_all_input(desk: Endpoint) -> None:
    answer = desk.http.post(ADDRESS, data=TYPED | {"name": "", "email": "ada"})
    assert answer.status_code == 422
    page = Page(answer)
    assert page.title.startswith("Errore: ")
    assert set(page.wrong) == {"name", "email"}
    assert "Inserisci il tuo nome" in page.error_at("name")
    fields = page.form(ADDRESS).fields
    assert {name: fields[name] for name in TYPED} == TYPED | {"name": "", "email": "ada"}
    assert page.form(ADDRESS).send(desk.http, name="Ada", email="ada@example.com").status_code == 303


def test_sending_twice_keeps_one(desk: Endpoint) -> None:
    for fields in (TYPED, TYPED, TYPED | {"idempotency_key": "k"}, TYPED | {"idempotency_key": "k"}):
        assert desk.http.post(ADDRESS, data=fields).status_code == 303
    assert count(desk.engine, messages) == 2


def test_message_resent_with_normalised_fields_counts_as_the_same_one(desk: Endpoint) -> None:
    first = {name: value for name, value in TYPED.items() if name not in {"subject", "service"}}
    again = first | {"subject": "", "service": "", "message": first["message"].replace("\n", "\r\n") + " "}
    for fields in (first, again):
        assert desk.http.post(ADDRESS, data=fields | {"idempotency_key": "k"}).status_code == 303
    assert count(desk.engine, messages) == 1


def test_changed_message_under_a_used_key_gets_a_new_key(desk: Endpoint) -> None:
    desk.http.post(ADDRESS, data=TYPED | {"idempotency_key": "k"})
    other = TYPED | {"message": "Un’altra cosa"}
    answer = desk.http.post(ADDRESS, data=other | {"idempotency_key": "k"})
    assert answer.status_code == 422
    form = Page(answer).form(ADDRESS)
    assert form.fields["message"] == "Un’altra cosa"
    assert form.send(desk.http).status_code == 303
    assert count(desk.engine, messages) == 2


def test_rate_limited_message_is_shown_whole_with_the_waiting_time(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db", BOOKING_RATE_LIMIT="1/minute") as desk:
        assert desk.http.post(ADDRESS, data=TYPED).status_code == 303
        other = TYPED | {"message": "Ancora", "idempotency_key": "k"}
        answer = desk.http.post(ADDRESS, data=other)
        assert answer.status_code == 429
        assert 50 < int(answer.headers["retry-after"]) <= 61
        assert "riprova fra" in Page(answer).words
        assert other.items() <= Page(answer).form(ADDRESS).fields.items()
        assert count(desk.engine, messages) == 1


def test_message_during_database_outage_is_kept_and_sent_once(desk: Endpoint) -> None:
    with out_of_reach(desk.engine):
        answer = desk.http.post(ADDRESS, data=TYPED | {"idempotency_key": "k"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    (mail,) = [unquote(one) for one in Page(answer).links if one.startswith("mailto:") and "body=" in one]
    assert mail.endswith("body=Ada\nada@example.com\nRicerca\n" + TYPED["message"])
    form = Page(answer).form(ADDRESS)
    assert (TYPED | {"idempotency_key": "k"}).items() <= form.fields.items()
    assert form.send(desk.http).status_code == 303
    assert count(desk.engine, messages) == 1


def test_form_body_in_raw_utf8_is_accepted_and_latin1_refused(desk: Endpoint) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    raw = "name=Nicolò&email=nicolo@example.com&message=Perché no?".encode()
    assert desk.http.post(ADDRESS, content=raw, headers=form).status_code == 303
    with desk.engine.begin() as connection:
        assert connection.execute(select(messages.c.name, messages.c.message)).all() == [("Nicolò", "Perché no?")]
    assert desk.http.post(ADDRESS, content=raw.decode().encode("latin-1"), headers=form).status_code == 400
