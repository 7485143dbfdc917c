"""Questions by their types: how they are read, on what they depend, and their answers as text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.agreed_meeting import AgreedMeeting, read_agreed
from plugins.domain.questions import Answer, Question, answer_of, asked_of, text_of


def question(key: str = "q", **said: object) -> Question:
    return Question.model_validate({"key": key, "label": "Quanti?", **said})


def test_a_question_without_a_type_is_a_text() -> None:
    assert question().type == "text"
    assert question(required=True).is_plain
    assert not question(help="Anche a occhio").is_plain


def test_options_and_limits_are_read_as_they_are_written() -> None:
    read = question(type="choice", options=[1, "da 2 a 5"], min="2.5", max=7)
    assert (read.options, read.min, read.max) == (("1", "da 2 a 5"), Decimal("2.5"), Decimal(7))
    with pytest.raises(ValueError, match="un numero o una data"):
        question(max="domani")


@pytest.mark.parametrize(
    ("type_", "answer"),
    [
        ("yes_no", True),
        ("yes_no", False),
        ("choice", "Un sito"),
        ("choices", ("Un sito", "Altro")),
        ("number", 12),
        ("number", -2.5),
        ("number", 0.000001),
        ("date", "2027-03-01"),
        ("text", "due\nrighe"),
    ],
)
def test_an_answer_is_the_same_out_of_its_text(type_: str, answer: Answer) -> None:
    again = answer_of(question(type=type_), text_of(answer))
    assert (again, type(again)) == (answer, type(answer))


@given(st.floats(-1e11, 1e11).map(lambda number: round(number, 6)))
def test_a_number_survives_its_text(number: float) -> None:
    assert answer_of(question(type="number"), text_of(number)) == number


@pytest.mark.parametrize(
    ("type_", "text", "said"),
    [
        ("number", " 1,5 ", 1.5),
        ("number", "1.000", "1.000"),
        ("number", "12,500", "12,500"),
        ("number", "0,250", 0.25),
        ("number", "1,125", 1.125),
        ("number", "٣", 3),
        ("number", "NaN", "NaN"),
        ("number", "1e5", "1e5"),
        ("number", "9" * 5000, "9" * 5000),
        ("date", "1/2/2027", "2027-02-01"),
        ("date", "31.12.2027", "2027-12-31"),
        ("yes_no", "forse", "forse"),
        ("number", "  ", None),
    ],
)
def test_what_people_type_is_read_or_left_as_it_is(type_: str, text: str, said: Answer | None) -> None:
    assert answer_of(question(type=type_), text) == said


def test_a_question_follows_from_all_that_it_names() -> None:
    chain = (
        question("azienda", type="yes_no"),
        question("temi", type="choices", options=["a", "b", "c"], when={"azienda": True}),
        question("altro", when={"temi": ["b", "c"], "azienda": True}),
    )
    assert list(asked_of(chain, {})) == ["azienda"]
    assert list(asked_of(chain, {"azienda": True, "temi": ("a",)})) == ["azienda", "temi"]
    assert list(asked_of(chain, {"azienda": True, "temi": ("a", "c")})) == ["azienda", "temi", "altro"]
    # An answer to what is not asked leads nowhere.
    assert list(asked_of(chain, {"azienda": False, "temi": ("b",)})) == ["azienda"]
    assert not question(when={"n": True}).follows({"n": 1})


def test_questions_are_kept_with_what_was_agreed() -> None:
    asked = (
        question("a", type="yes_no"),
        question("b", type="number", min="0.5", max=10, when={"a": True}),
        question("c", type="date", max="2027-12-31"),
    )
    agreed = AgreedMeeting(slug="x", title="X", minutes=30, step=30, questions=asked)
    kept = read_agreed(agreed.model_dump_json(exclude_none=True))
    assert kept is not None
    assert kept.questions == asked
