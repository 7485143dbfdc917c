"""What may be typed into a field, and what is told where it may not."""

from __future__ import annotations

import pytest

from plugins.domain.fields import LONG, NAME, SHORT, FieldError, Fields, InvalidRequest
from tests.domain.office import CATALOGUE


def read(raw: object, missing: str | None = None, limit: int = 10, lines: bool = False) -> tuple[str | None, list[str]]:
    fields = Fields({"field": raw})
    text = fields.text("field", missing, limit, lines)
    return text, [error.message for error in fields.errors]


def told(raw: object, lines: bool = False) -> str:
    text, errors = read(raw, lines=lines)
    assert text is None
    return " ".join(errors)


def test_the_limits_are_those_of_names_words_and_letters() -> None:
    assert (NAME, SHORT, LONG) == (100, 200, 5000)
    assert Fields({"field": "x" * 200}).text("field") == "x" * 200
    assert Fields({"field": "x" * 201}).text("field") is None


@pytest.mark.parametrize("nothing", [None, "", "   ", "\n", "\t ", "\u200b", "\u00a0", "\u2800\u3164", "\u0301"])
def test_what_cannot_be_seen_counts_as_missing(nothing: str | None) -> None:
    assert read(nothing) == (None, [])
    assert read(nothing, "Scrivi qualcosa.") == (None, ["Scrivi qualcosa."])


@pytest.mark.parametrize("raw", ["a", "\u200ba", "\u0301a", ".", "a\u2800", "0"])
def test_what_can_be_seen_in_part_is_read(raw: str) -> None:
    assert read(raw, "Scrivi qualcosa.")[1] == []
    assert read(raw)[0]


@pytest.mark.parametrize("raw", [0, False, 7, [], {}, ["a"]])
def test_what_is_no_text_is_told_so(raw: object) -> None:
    assert "deve essere un testo" in told(raw)


@pytest.mark.parametrize(
    ("raw", "lines", "text"),
    [
        ("x" * 10, False, "x" * 10),
        (" " + "x" * 10 + " ", False, "x" * 10),
        ("x" * 11, False, None),
        ("x" * 8 + "\r\nx", True, "x" * 8 + "\nx"),
        ("x" * 11, True, None),
        ("\n x \n", True, "x"),
        ("Nicolo\u0300", False, "Nicolò"),
    ],
)
def test_a_text_is_measured_without_blanks_around_it(raw: str, lines: bool, text: str | None) -> None:
    assert read(raw, lines=lines) == (text, [] if text else ["Il testo è troppo lungo: al massimo 10 caratteri."])


@pytest.mark.parametrize(
    "raw", ["a\x00b", "a\x7fb", "a\x85b", "a\x0bb", "a\rb", "a\u2028b", "a\u2029b", "a\ud800b", "a\u202eb", "a\u2069b"]
)
def test_hidden_characters_are_refused_in_lines_as_in_words(raw: str) -> None:
    assert "riscrivi il testo a mano" in told(raw)
    assert "riscrivi il testo a mano" in told(raw, lines=True)


@pytest.mark.parametrize("raw", ["a\nb", "a\tb"])
def test_lines_and_tabs_are_for_longer_texts_alone(raw: str) -> None:
    assert "riscrivi il testo a mano" in told(raw)
    assert read(raw, lines=True) == (raw, [])


@pytest.mark.parametrize("raw", ["=?u?q?a", "=?u?B?a", "x =?u?b?a"])
def test_an_encoded_word_is_refused_everywhere(raw: str) -> None:
    assert "riscrivi il testo a mano" in told(raw)
    assert "riscrivi il testo a mano" in told(raw, lines=True)


def test_what_looks_almost_like_an_encoded_word_passes() -> None:
    assert [read(raw)[0] for raw in ("1=?x?", "=? ?q?a", "a=b?")] == ["1=?x?", "=? ?q?a", "a=b?"]


def test_a_given_value_takes_the_place_of_the_field() -> None:
    assert Fields({"field": "a"}).text("field", raw="b") == "b"
    assert Fields({"field": "a"}).text("field", raw="") is None


@pytest.mark.parametrize(
    ("email", "words"),
    [
        (None, "Inserisci la tua email, per"),
        ("nome", "Inserisci un’email completa"),
        ("n@" + "a" * 253, "al massimo 254 caratteri"),
        ("n@" + "a" * 252, "Inserisci un’email completa"),
    ],
)
def test_an_email_that_is_none_is_told_why(email: str | None, words: str) -> None:
    fields = Fields({"email": email})
    assert fields.email() is None
    (error,) = fields.errors
    assert error.field == "email"
    assert words in error.message


def test_an_email_is_read() -> None:
    fields = Fields({"email": " nome@esempio.it "})
    assert (fields.email(), fields.errors) == ("nome@esempio.it", [])


@pytest.mark.parametrize(
    ("zone", "known"), [("Europe/Rome", True), ("America/New_York", True), ("Europe/Roma", False), ("rome", False)]
)
def test_a_time_zone_is_one_of_those_there_are(zone: str, known: bool) -> None:
    fields = Fields({"timezone": zone})
    assert fields.timezone() == (zone if known else None)
    assert [error.field for error in fields.errors] == ([] if known else ["timezone"])


def test_fields_left_out_are_no_mistake() -> None:
    fields = Fields({})
    assert (fields.timezone(), fields.service(CATALOGUE), fields.text("subject"), fields.errors) == (
        None,
        None,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("service", "slug"), [("costi", "costi"), ("macro/costi", "costi"), ("micro/costi", None), ("nuovo", None)]
)
def test_a_service_is_one_of_the_catalogue(service: str, slug: str | None) -> None:
    fields = Fields({"service": service})
    assert fields.service(CATALOGUE) == slug
    assert [error.field for error in fields.errors] == ([] if slug else ["service"])


def test_an_invalid_request_tells_every_error() -> None:
    errors = (FieldError(field="a", message="Uno."), FieldError(field="b", message="Due."))
    assert str(InvalidRequest(errors)) == "a: Uno.; b: Due."
    assert InvalidRequest(errors).errors == errors
