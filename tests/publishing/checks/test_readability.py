"""The Gulpease index, against values worked out by hand."""

from __future__ import annotations

from plugins.publishing.checks.readability import gulpease, longest, sentences


def test_sentences_end_where_a_new_one_begins() -> None:
    text = ["Ecco. «Va bene?» Sì. Il prezzo è 3.50 euro, ecc. e basta.", "Fine"]
    assert sentences(text) == ["Ecco.", "«Va bene?»", "Sì.", "Il prezzo è 3.50 euro, ecc. e basta.", "Fine"]


def test_the_index_follows_its_formula() -> None:
    # 100 words of 5 letters in 10 sentences: 89 + (300 × 10 - 10 × 500) / 100.
    text = ["Parla " + "mondo " * 8 + "basta."] * 10
    assert gulpease(text) == 69


def test_a_text_too_short_to_judge_has_no_index() -> None:
    assert gulpease(["Poche parole."]) is None


def test_the_longest_sentences_come_first() -> None:
    assert longest(["Uno. Due parole. Tre parole qui."], 2) == [(3, "Tre parole qui."), (2, "Due parole.")]
