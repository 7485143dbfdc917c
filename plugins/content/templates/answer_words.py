"""Answers in words, as mails and pages tell what was answered to the questions of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date

from plugins.content.templates.formats import day_year
from plugins.domain.language import _, spoken
from plugins.domain.questions import Answer, Question, text_of

# Of these an answer is the owner's words, a number or a day, whatever a visitor types.
_CHOSEN = frozenset({"choice", "choices", "number", "date", "yes_no"})


def answer_words(question: Question | None, answer: Answer) -> str:
    """An answer as people read it: `sì`, `12,5`, `4 marzo 2027`, `un sito, un negozio`."""
    if isinstance(answer, bool):
        return _("sì") if answer else _("no")
    if isinstance(answer, tuple):
        return ", ".join(answer)
    if isinstance(answer, int | float):
        return text_of(answer).replace(".", spoken().decimal_sign)
    if question is not None and question.type == "date":
        with suppress(ValueError):
            return day_year(date.fromisoformat(answer))
    return answer


def answers_in_words(
    answers: Mapping[str, Answer], questions: Iterable[Question], by_key: bool = False
) -> list[tuple[str, str]]:
    """Each question as it was asked, its key where nobody knows, with what was answered."""
    known = {question.key: question for question in questions}
    return [
        (known[key].label if key in known and not by_key else key, answer_words(known.get(key), answer))
        for key, answer in answers.items()
    ]


def chosen_in_words(answers: Mapping[str, Answer], questions: Iterable[Question]) -> list[tuple[str, str]]:
    """What was chosen and not written: nobody can send words of her own to somebody else with it."""
    chosen = [question for question in questions if question.type in _CHOSEN]
    keys = {question.key for question in chosen}
    return answers_in_words({key: answer for key, answer in answers.items() if key in keys}, chosen)
