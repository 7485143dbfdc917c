"""Answers by the types of their questions, and what is told of those that cannot be accepted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.answers import read_answers
from plugins.domain.fields import Fields
from plugins.domain.language import Language, speak, spoken
from plugins.domain.questions import Answer, Question

KINDS: dict[str, dict[str, object]] = {
    "azienda": {"type": "yes_no", "required": True},
    "settore": {"type": "choice", "options": ["Bottega", "Studio"], "when": {"azienda": True}, "required": True},
    "temi": {"type": "choices", "options": ["Posta", "Conti", "Sito"], "min": 1, "max": 2},
    "persone": {"type": "number", "min": 1, "max": "99.5"},
    "entro": {"type": "date", "min": "2027-01-01"},
    "storia": {"type": "long", "min": 5, "max": 4000},
    "nota": {},
}
QUESTIONS = tuple(Question.model_validate({"key": key, "label": key.title(), **said}) for key, said in KINDS.items())
ANSWERS: dict[str, object] = {
    "azienda": True, "settore": "Studio", "temi": ["Sito", "Posta"], "persone": 3, "entro": "2027-05-01",
    "storia": "Una volta\nc’era", "nota": "sì",
}  # fmt: skip


def read(**changed: object) -> tuple[dict[str, Answer], dict[str, str]]:
    fields = Fields({})
    answers = read_answers(fields, QUESTIONS, ANSWERS | changed)
    return answers, {error.field: error.message for error in fields.errors}


def test_answers_are_read_by_their_types() -> None:
    answers, errors = read()
    assert errors == {}
    assert answers == ANSWERS | {"temi": ("Posta", "Sito")}
    assert read(persone=4.0)[0]["persone"] == 4
    assert type(read(persone=4.0)[0]["persone"]) is int


@pytest.mark.parametrize(
    ("key", "wrong", "told"),
    [
        ("azienda", None, "Rispondi sì o no alla domanda «Azienda»"),
        ("azienda", "true", "«Azienda»: rispondi sì o no."),
        ("azienda", 1, "rispondi sì o no"),
        ("settore", "", "Scegli una risposta alla domanda «Settore»"),
        ("settore", "Altro", "«Settore»: scegli una delle risposte"),
        ("settore", ["Studio"], "una delle risposte"),
        ("settore", {"a": 1}, "una delle risposte"),
        ("temi", "Posta", "scegli fra le risposte"),
        ("temi", ["Posta", "Altro"], "scegli fra le risposte"),
        ("temi", [["Posta"]], "scegli fra le risposte"),
        ("temi", ["Posta"] * 1000, "scegli fra le risposte"),
        ("temi", ["Posta", "Conti", "Sito"], "al massimo 2 risposte"),
        ("persone", "3", "scrivi un numero, per esempio 12"),
        ("persone", True, "scrivi un numero"),
        ("persone", math.nan, "troppo grande"),
        ("persone", math.inf, "troppo grande"),
        ("persone", 10**400, "troppo grande"),
        ("persone", 0, "da 1 a 99,5"),
        ("persone", 99.6, "da 1 a 99,5"),
        ("entro", "0000-01-01", "una data che esiste"),
        ("entro", "2027-02-30", "una data che esiste"),
        ("entro", "20270101", "una data che esiste"),
        ("entro", "2027-W01-1", "una data che esiste"),
        ("entro", "0012-01-01", "controlla l’anno"),
        ("entro", "9999-12-31", "controlla l’anno"),
        ("entro", "2026-12-31", "dal 01/01/2027 in poi"),
        ("entro", 20270101, "una data che esiste"),
        ("storia", "boh", "almeno 5 caratteri"),
        ("storia", "x" * 4001, "al massimo 4000 caratteri"),
        ("nota", 3, "deve essere un testo"),
    ],
)
def test_an_answer_of_another_kind_is_told(key: str, wrong: object, told: str) -> None:
    answers, errors = read(**{key: wrong})
    assert told in errors[f"answers.{key}"]
    assert len(errors) == 1
    assert key not in answers


def test_what_is_not_asked_cannot_be_answered() -> None:
    _answers, errors = read(azienda=False)
    assert errors == {"answers.settore": "«Settore»: con le altre risposte questa domanda non c’è."}
    assert read(azienda=False, settore=None)[1] == {}
    assert read(azienda=False, settore="")[1] == {}


def test_optional_answers_may_be_left_out() -> None:
    answers, errors = read(temi=[], persone=None, entro="", storia="", nota=" ")
    assert (answers, errors) == ({"azienda": True, "settore": "Studio"}, {})


@given(st.dictionaries(st.sampled_from([*KINDS, "x"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
)))  # fmt: skip
def test_no_answer_of_any_kind_is_read_wrongly(given_: dict[str, object]) -> None:
    fields = Fields({})
    answers = read_answers(fields, QUESTIONS, given_)
    again = Fields({})
    if not fields.errors:
        assert read_answers(again, QUESTIONS, answers) == answers
        assert again.errors == []


def test_limits_are_written_as_the_language_writes_figures() -> None:
    before = spoken()
    speak(Language("xx", "xx", "xx", decimal_sign="٫", numbered_day="%d.%m.%Y"))
    try:
        told = read(persone=100, entro="2026-12-31")[1]
    finally:
        speak(before)
    assert "99٫5" in told["answers.persone"]
    assert "01.01.2027" in told["answers.entro"]
