"""Questions: what a visitor is asked before a meeting, of what type, and on which other answers it depends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from plugins.domain.base import Text, Value
from plugins.domain.language import _
from plugins.domain.pasted_text import plain_number

# What was answered, by the type of its question: `date` as YYYY-MM-DD.
Answer = str | int | float | bool | tuple[str, ...]
YES, NO = "si", "no"
# The types on whose answers other questions may depend.
DECIDING = ("choice", "choices", "yes_no")
_BOOLEANS = {"true": True, "false": False}
DECIMALS = 6
# No number that is kept is written so: its decimals end in no zero.
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d\d0", re.ASCII)
_NUMBER = re.compile(rf"[-+]?\d{{1,12}}([.,]\d{{1,{DECIMALS}}})?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


def _words(raw: object) -> object:
    """A number or a day among the options is read as it is written."""
    is_plain = isinstance(raw, int) and not isinstance(raw, bool)
    return str(raw) if is_plain or isinstance(raw, date) else raw


def _wanted(raw: object) -> object:
    listed = raw if isinstance(raw, list | tuple) else [raw]
    return [_BOOLEANS.get(one, one) if isinstance(one, str) else _words(one) for one in listed]


def _conditions(raw: object) -> object:
    """What the editor in the browser leaves empty is no condition."""
    return {key: one for key, one in raw.items() if one not in ("", None)} if isinstance(raw, dict) else raw


def _limit(raw: object) -> object:
    if isinstance(raw, date | Decimal):
        return raw
    if isinstance(raw, int | str) and not isinstance(raw, bool):
        with suppress(ValueError):
            return date.fromisoformat(str(raw)) if isinstance(raw, str) and raw.count("-") == 2 else _decimal(str(raw))
    raise ValueError(_("dev’essere un numero o una data. Esempio: max: 10, oppure max: 2027-12-31"))


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text.replace(",", "."))


Option = Annotated[Text, BeforeValidator(_words)]
# The answers that lead to a question, any of them.
Wanted = Annotated[tuple[bool | str, ...], BeforeValidator(_wanted)]
Limit = Annotated[Decimal | date, BeforeValidator(_limit), PlainSerializer(str, when_used="json")]


class Question(Value):
    """Something the visitor is asked before a meeting."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    label: Text
    required: bool = False
    type: Literal["text", "long", "choice", "choices", "number", "date", "yes_no"] = "text"
    options: tuple[Option, ...] = ()
    # It is asked of whoever has answered so to others.
    when: Annotated[dict[str, Wanted], BeforeValidator(_conditions)] = Field(default_factory=dict)
    # Of a text its letters, of choices how many; of a number or a date, itself.
    min: Limit | None = None
    max: Limit | None = None
    help: Text | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is a question as there were before any had a type: a text that everybody is asked."""
        return self == Question(key=self.key, label=self.label, required=self.required)

    def follows(self, answers: Mapping[str, Answer | None]) -> bool:
        """Whether it is asked of whoever has answered so to the questions before it."""
        return all(_meets(answers.get(key), wanted) for key, wanted in self.when.items())


def _meets(answer: Answer | None, wanted: tuple[bool | str, ...]) -> bool:
    given = answer if isinstance(answer, tuple) else (answer,)
    return any(type(one) is type(another) and one == another for one in given for another in wanted)


def asked_of(questions: Iterable[Question], answers: Mapping[str, Answer | None]) -> dict[str, Question]:
    """The questions that are asked of whoever answers so, by key: an answer to one that is not asked counts nothing."""
    asked: dict[str, Question] = {}
    for question in questions:
        if question.follows({key: answer for key, answer in answers.items() if key in asked}):
            asked[question.key] = question
    return asked


def translated_answers(
    answers: Mapping[str, Answer], questions: Iterable[Question], others: Iterable[Question]
) -> dict[str, Answer]:
    """Answers to some questions as the same questions in another language have them: options stand in one order."""
    there = {one.key: one.options for one in others}
    options = {one.key: one.options for one in questions}
    return {key: _translated(one, options.get(key, ()), there.get(key, ())) for key, one in answers.items()}


def _translated(answer: Answer, options: tuple[str, ...], others: tuple[str, ...]) -> Answer:
    if len(options) != len(others):
        return answer
    words = dict(zip(options, others, strict=True))
    if isinstance(answer, tuple):
        return tuple(words.get(one, one) for one in answer)
    return words.get(answer, answer) if isinstance(answer, str) else answer


def answer_of(question: Question, text: str) -> Answer | None:
    """What a text says in answer to a question; one that does not say such an answer stays a text.

    So forms are read, and what is stored: as text, which every version of the program can read.
    """
    if not text.strip():
        return None
    match question.type:
        case "yes_no":
            return {YES: True, NO: False}.get(text, text)
        case "choices":
            return tuple(text.splitlines())
        case "number":
            return _number(text)
        case "date":
            return _day(text)
    return text


def _number(text: str) -> int | float | str:
    if _THOUSANDS.fullmatch(plain_number(text).strip()):
        return text  # a thousand here, and one elsewhere: asked for again
    with suppress(ValueError):
        read = _decimal(plain_number(text).strip())
        return int(read) if read == read.to_integral_value() else float(read)
    return text


def _day(text: str) -> str:
    plain = plain_number(text).strip()
    if found := _DAY_FIRST.fullmatch(plain):
        plain = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    return plain


def text_of(answer: Answer) -> str:
    """An answer as a text, which `answer_of` reads again."""
    if isinstance(answer, bool):
        return YES if answer else NO
    if isinstance(answer, tuple):
        return "\n".join(answer)
    return f"{Decimal(repr(answer)):f}" if isinstance(answer, int | float) else answer


def written_answers(questions: Iterable[Question], answers: Mapping[str, Answer]) -> list[str]:
    """The answers that are words of whoever gave them, and not choices, numbers or days."""
    texts = {one.key for one in questions if one.type in ("text", "long")}
    return [str(answer) for key, answer in answers.items() if key in texts]
