"""A questionnaire with branches, walked as a browser without JavaScript walks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.personal_data import export
from plugins.booking.storage.schema import bookings, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.page import Page
from tests.booking.tables import count

TEN = "2027-01-12T09:00:00Z"
DETAILS, CHECK, BOOK = (f"/appuntamenti/{step}" for step in ("dettagli", "controlla", ""))
WHO = {"name": "Zoë", "email": "zoe@example.com"}
QUESTIONS: list[dict[str, Any]] = [
    {"key": "azienda", "label": "Hai un’azienda?", "type": "yes_no", "required": True},
    {"key": "settore", "label": "Che azienda?", "type": "choice", "options": ["Bottega", "Studio & soci"],
     "when": {"azienda": True}, "required": True, "help": "Quella che ti dà più da fare."},
    {"key": "persone", "label": "In quanti siete?", "type": "number", "min": 1, "when": {"azienda": True}},
    {"key": "vetrina", "label": "Da quando hai la vetrina?", "type": "date", "when": {"settore": "Bottega"}},
    {"key": "temi", "label": "Di che cosa parliamo?", "type": "choices", "options": ["Posta", "Conti", "Sito"]},
    {"key": "storia", "label": "Racconta", "type": "long", "max": 3000},
]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path, {"questions": QUESTIONS})
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as found:
        yield found


def details(desk: Endpoint) -> Page:
    return Page(desk.http.get(DETAILS, params={"meeting": "conoscitiva", "start": TEN}))


def send(desk: Endpoint, page: Page | httpx.Response, **typed: str) -> httpx.Response:
    return (page if isinstance(page, Page) else Page(page)).form(CHECK).send(desk.http, **typed)


def test_questions_have_controls_of_their_types(desk: Endpoint) -> None:
    form = details(desk).form(CHECK)
    assert form.choices["answers.azienda"] == ["si", "no"]
    assert [form.choices[f"answers.temi.{number}"] for number in (1, 2, 3)] == [["Posta"], ["Conti"], ["Sito"]]
    # Without scripts nobody sees what depends on answers, and nothing of it is sent.
    assert not {"answers.settore", "answers.persone", "answers.vetrina"} & {*form.fields, *form.choices}


def test_each_branch_is_asked_in_a_further_step(desk: Endpoint) -> None:
    first = send(desk, details(desk), **WHO, answers__azienda="si", answers__temi__2="Conti", answers__temi__3="Sito")
    assert first.status_code == 200
    more = Page(first)
    assert more.title.startswith("Passo 3 di 4: ancora qualche domanda")
    assert ("Che azienda?" in more.words, "Da quando" in more.words) == (True, False)
    second = send(desk, more, answers__settore="Bottega", answers__persone="2,5")
    last = Page(second)
    assert ("Che azienda?" in last.words, "Da quando" in last.words) == (False, True)
    check = Page(send(desk, last, answers__vetrina="2027-02-01"))
    assert check.title.startswith("Passo 4 di 4")
    for said in ("sì", "Bottega", "2,5", "1 febbraio 2027", "Conti, Sito"):
        assert said in check.words
    made = check.form(BOOK).send(desk.http)
    assert made.status_code == 303
    with desk.engine.connect() as connection:
        kept = desk.store.booking(connection.execute(select(bookings.c.id)).scalar_one())
    assert kept is not None
    assert kept.answers == {
        "azienda": True, "settore": "Bottega", "persone": 2.5, "vetrina": "2027-02-01", "temi": ("Conti", "Sito"),
    }  # fmt: skip


def test_whoever_takes_no_branch_goes_straight_on(desk: Endpoint) -> None:
    check = Page(send(desk, details(desk), **WHO, answers__azienda="no"))
    assert check.title.startswith("Passo 4 di 4")
    assert check.form(BOOK).send(desk.http).status_code == 303


def test_an_optional_question_left_empty_is_asked_once(desk: Endpoint) -> None:
    more = Page(send(desk, details(desk), **WHO, answers__azienda="si"))
    check = Page(send(desk, more, answers__settore="Studio & soci", answers__persone=""))
    assert check.title.startswith("Passo 4 di 4")


def test_other_mistakes_are_told_before_more_is_asked(desk: Endpoint) -> None:
    answer = send(desk, details(desk), name="", email="zoe@", answers__azienda="si", answers__storia="Era maggio")
    page = Page(answer)
    assert (answer.status_code, set(page.wrong)) == (422, {"name", "email"})
    # What follows from the answer stands there now, with all that was typed.
    assert page.form(CHECK).choices["answers.settore"] == ["Bottega", "Studio & soci"]
    assert page.form(CHECK).fields["answers.azienda"] == "si"
    assert page.form(CHECK).fields["answers.storia"] == "Era maggio"


def test_mistakes_of_the_further_step_are_told_there(desk: Endpoint) -> None:
    more = Page(send(desk, details(desk), **WHO, answers__azienda="si", answers__temi__1="Posta"))
    answer = send(desk, more, answers__persone="molti")
    page = Page(answer)
    assert (answer.status_code, page.title[:8]) == (422, "Errore: ")
    assert page.error_at("answers.persone") == "Errore: «In quanti siete?»: scrivi un numero, per esempio 12."
    assert "Scegli una risposta alla domanda «Che azienda?»" in page.words
    assert "#campo-answers-settore-1" in page.links
    form = page.form(CHECK)
    assert (form.fields["answers.persone"], form.fields["answers.temi.1"], form.fields["name"]) == (
        "molti", "Posta", "Zoë",
    )  # fmt: skip
    check = Page(form.send(desk.http, answers__persone="3", answers__settore="Studio & soci"))
    assert check.title.startswith("Passo 4 di 4")


def test_changing_an_answer_leaves_its_branch_out(desk: Endpoint) -> None:
    more = Page(send(desk, details(desk), **WHO, answers__azienda="si"))
    check = Page(send(desk, more, answers__settore="Bottega", answers__persone="3", answers__vetrina=""))
    if not check.title.startswith("Passo 4"):
        check = Page(check.form(CHECK).send(desk.http))
    again = Page(check.form(DETAILS).send(desk.http))
    assert again.form(CHECK).fields["answers.settore"] == "Bottega"
    other = Page(again.form(CHECK).send(desk.http, answers__azienda="no"))
    assert other.title.startswith("Passo 4 di 4")
    assert "Bottega" not in other.words
    assert other.form(BOOK).send(desk.http).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answers.azienda", "forse"),
        ("answers.temi.1", "Tutto"),
        ("answers.temi.99", "x" * 500),
        ("answers.temi", "Posta\nTutto"),
        ("answers.persone", "NaN"),
        ("answers.persone", "1e999"),
        ("answers.persone", "-" * 50000),
        ("answers.vetrina", "0000-00-00"),
        ("answers.settore", "\ud7ff\x00"),
        ("answers.storia", "x" * 3001),
    ],
)
def test_forged_answers_are_told_and_nothing_is_kept(desk: Endpoint, field: str, value: str) -> None:
    typed = {"meeting": "conoscitiva", "start": TEN, **WHO, "answers.azienda": "si", "answers.settore": "Bottega"}
    for address in (CHECK, BOOK):
        answer = desk.http.post(address, data=typed | {field: value})
        assert answer.status_code == 422
        assert "Errore: " in Page(answer).title
    assert count(desk.engine, bookings) == 0


def test_a_thousand_choices_are_refused_at_once(desk: Endpoint) -> None:
    boxes = {f"answers.temi.{number}": "Posta" for number in range(1000)}
    typed = {"meeting": "conoscitiva", "start": TEN, **WHO, "answers.azienda": "no"}
    assert desk.http.post(CHECK, data=typed | boxes).status_code == 400
    answer = desk.http.post("/api/bookings", json=asked(answers={"azienda": False, "temi": ["Posta"] * 1000}))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "answers.temi")


ANSWERS: dict[str, Any] = {
    "azienda": True, "settore": "Studio & soci", "persone": 3, "temi": ["Posta", "Sito"], "storia": "Cara Bice",
}  # fmt: skip


def test_mails_tell_the_owner_all_and_the_visitor_choices(desk: Endpoint) -> None:
    assert desk.http.post("/api/bookings", json=asked(answers=ANSWERS)).status_code == 201
    with desk.engine.connect() as connection:
        mails = {row.kind: row.mime for row in connection.execute(select(outbox.c.kind, outbox.c.mime))}
    texts = {}
    for kind, mime in mails.items():
        body = message_from_bytes(mime, policy=policy.default).get_body(("plain",))
        texts[kind] = body.get_content() if body else ""
    owner, visitor = texts["booked-owner"], texts["booked-visitor"]
    for said in ("Hai un’azienda? sì", "Che azienda? Studio & soci", "In quanti siete? 3", "Posta, Sito"):
        assert said in owner
        assert said in visitor
    # What was written and not chosen goes to nobody's address but hers.
    assert "Cara Bice" in owner
    assert "Cara Bice" not in visitor


def test_answers_are_exported_by_their_types(desk: Endpoint) -> None:
    assert desk.http.post("/api/bookings", json=asked(answers=ANSWERS)).status_code == 201
    (booking,) = export(desk.engine, "ada@example.com")["bookings"]
    assert json.loads(booking["answers"]) == ANSWERS
    # As text for every version of the program that reads the row.
    with desk.engine.connect() as connection:
        kept = json.loads(connection.execute(select(bookings.c.answers)).scalar_one())
    assert kept["temi"] == "Posta\nSito"
    assert all(isinstance(one, str) for one in kept.values())


def test_a_row_of_before_is_read_as_text(desk: Endpoint) -> None:
    answer = desk.http.post("/api/bookings", json=asked(answers=ANSWERS)).json()
    with desk.engine.begin() as connection:
        connection.execute(
            bookings.update().values(answers='{"attivita": "Vendo tè", "persone": "tanti"}', agreed=None)
        )
    found = Store(desk.engine).booking(answer["id"])
    assert found is not None
    assert found.answers == {"attivita": "Vendo tè", "persone": "tanti"}
