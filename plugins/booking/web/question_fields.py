"""Question fields: how the forms ask the questions of a meeting, and what they send in answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from plugins.content.templates.answer_words import answer_words
from plugins.domain.answers import FIRST_DAY, LAST_DAY, longest_text
from plugins.domain.availability import Meeting
from plugins.domain.language import _
from plugins.domain.questions import Answer, Question, answer_of, asked_of, text_of

# The keys of the questions of a step of their own, with which its form names them.
FURTHER = "further"
_TEXTS = frozenset({"text", "long"})


@dataclass(frozen=True)
class Choice:
    """Choice of a question: its field, what it sends, and the words beside it."""

    name: str
    value: str
    words: str
    checked: bool


@dataclass(frozen=True)
class QuestionField:
    """A question as a form shows it; `condition` is on which answers it is asked, as a query, for the script."""

    question: Question
    name: str
    choices: tuple[Choice, ...]
    condition: str
    is_asked: bool
    maxlength: int
    earliest: str
    latest: str


def field_of(question: Question) -> str:
    """The name of the field of a question; boxes to tick have a number behind it."""
    return f"answers.{question.key}"


def given(fields: Mapping[str, str], questions: Iterable[Question]) -> dict[str, Answer | None]:
    """What a form answers to some questions, by key; those that it does not ask have no key."""
    answers: dict[str, Answer | None] = {}
    for question in questions:
        name = field_of(question)
        ticked = tuple(value for box, value in fields.items() if box.startswith(f"{name}.") and value)
        if question.type == "choices" and ticked:
            answers[question.key] = ticked
        elif name in fields:
            text = fields[name]
            answers[question.key] = text if question.type in _TEXTS else answer_of(question, text)
    return answers


def answers_given(fields: Mapping[str, str], meeting: Meeting) -> dict[str, Answer | None]:
    """What a form answers to what it asks: not what was typed before another answer made it needless."""
    answers = given(fields, meeting.questions)
    asked = asked_of(meeting.questions, answers)
    return {key: answer for key, answer in answers.items() if key in asked}


def without_unasked(fields: Mapping[str, str], meeting: Meeting) -> tuple[dict[str, str], bool]:
    """Leave out the answers to what a meeting does not ask, or no longer; say whether any of them held words."""
    known = {field_of(question): question for question in meeting.questions}

    def is_known(name: str) -> bool:
        field, _dot, number = name.removeprefix("answers.").partition(".")
        question = known.get(f"answers.{field}")
        return question is not None and (not number or question.type == "choices")

    unasked = {name for name in fields if name.startswith("answers.") and not is_known(name)}
    kept = {name: value for name, value in fields.items() if name not in unasked}
    return kept, any(fields[name].strip() for name in unasked)


def still_to_ask(fields: Mapping[str, str], meeting: Meeting) -> tuple[Question, ...]:
    """The questions that follow from what was answered, and that no form has asked yet."""
    answers = given(fields, meeting.questions)
    asked = asked_of(meeting.questions, answers)
    return tuple(one for one in asked.values() if one.when and one.key not in answers)


def asked_last(fields: Mapping[str, str], meeting: Meeting) -> tuple[Question, ...]:
    """The questions of the step that a form was, where it was one of questions alone."""
    keys = fields.get(FURTHER, "").split()
    return tuple(
        one for one in asked_of(meeting.questions, given(fields, meeting.questions)).values() if one.key in keys
    )


def question_fields(
    meeting: Meeting, fields: Mapping[str, str], only: Iterable[Question] | None = None
) -> list[QuestionField]:
    """The questions of a meeting as a form shows them, with what was answered; all of them, or some."""
    answers = given(fields, meeting.questions)
    asked = asked_of(meeting.questions, answers)
    shown = meeting.questions if only is None else only
    return [_field(one, answers.get(one.key), one.key in asked) for one in shown]


def error_targets(questions: Iterable[QuestionField]) -> dict[str, str]:
    """Where a link of the list of errors leads, for the questions with choices: to the first of them."""
    return {one.name: f"campo-{one.name.replace('.', '-').replace('_', '-')}-1" for one in questions if one.choices}


def _field(question: Question, answer: Answer | None, is_asked: bool) -> QuestionField:
    name = field_of(question)
    least, most = (one if isinstance(one, date) else None for one in (question.min, question.max))
    wanted = [(key, text_of(one)) for key, answers in question.when.items() for one in answers]
    return QuestionField(
        question=question,
        name=name,
        choices=_choices(question, name, answer),
        condition=urlencode(wanted),
        is_asked=is_asked,
        maxlength=longest_text(question),
        earliest=(least or FIRST_DAY).isoformat(),
        latest=(most or LAST_DAY).isoformat(),
    )


def _choices(question: Question, name: str, answer: Answer | None) -> tuple[Choice, ...]:
    if question.type == "yes_no":
        return tuple(
            Choice(name, text_of(one), words, answer is one) for one, words in ((True, _("Sì")), (False, _("No")))
        )
    if question.type == "choice":
        return tuple(Choice(name, one, one, answer == one) for one in question.options)
    if question.type == "choices":
        ticked = answer if isinstance(answer, tuple) else ()
        return tuple(
            Choice(f"{name}.{number}", one, one, one in ticked) for number, one in enumerate(question.options, 1)
        )
    return ()


def answered(fields: Mapping[str, str], meeting: Meeting) -> list[tuple[str, str]]:
    """Each question that was answered, with the answer in words: a text as it was typed."""
    answers, known = answers_given(fields, meeting), {one.key: one for one in meeting.questions}
    return [
        (known[key].label, answer_words(known[key], answer))
        for key, answer in answers.items()
        if answer not in (None, "", ())
    ]
