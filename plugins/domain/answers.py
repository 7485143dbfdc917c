"""Answers to the questions of a meeting: reads each by its type, and tells what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from plugins.domain.fields import LONG, Fields
from plugins.domain.language import N_, _, spoken
from plugins.domain.pasted_text import plain_lines, plain_words
from plugins.domain.questions import DECIMALS, Answer, Limit, Question

TEXT = 1000
_LARGEST = 10**12
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Nobody means a day before or after these: it is a slip of the finger in the year.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_MISSING = {
    "choice": N_("Scegli una risposta alla domanda «%(question)s»"),
    "choices": N_("Scegli almeno una risposta alla domanda «%(question)s»"),
    "yes_no": N_("Rispondi sì o no alla domanda «%(question)s»"),
}
_ANSWER = N_("Rispondi alla domanda «%(question)s»")


class _Refused(ValueError):
    """An answer that cannot be accepted; in Italian."""


def read_answers(fields: Fields, questions: tuple[Question, ...] | None, raw: object) -> dict[str, Answer]:
    """Read the answers of a request by their types (those of JSON); what is wrong is told by the fields.

    `questions` is None where nobody knows what is asked.
    """
    given = _given(fields, questions, raw)
    read: dict[str, Answer] = {}
    unread: set[str] = set()
    for question in questions or ():
        key = question.key
        if unread & question.when.keys():
            # Nobody knows yet whether it is asked.
            unread.add(key)
        elif question.follows(read):
            before = len(fields.errors)
            answer = _read(fields, question, given.get(key))
            unread |= {key} if len(fields.errors) > before else set()
            read |= {key: answer} if answer is not None else {}
        elif not _is_empty(given.get(key)):
            words = _("«%(question)s»: con le altre risposte questa domanda non c’è.", question=question.label)
            fields.refuse(f"answers.{key}", words)
    return read


def _given(fields: Fields, questions: tuple[Question, ...] | None, raw: object) -> Mapping[str, object]:
    given = {} if raw is None else raw
    if not isinstance(given, Mapping):
        fields.refuse("answers", _("Le risposte devono essere un gruppo «domanda: risposta»."))
        return {}
    known = {question.key for question in questions or ()}
    for key in (one for one in given if questions is not None and one not in known):
        fields.refuse(f"answers.{str(key)[:40]}", _("Questa domanda non è prevista per l’appuntamento scelto."))
    return given


def _is_empty(raw: object) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple) and not raw)


def _read(fields: Fields, question: Question, raw: object) -> Answer | None:
    field = f"answers.{question.key}"
    missing = _(_MISSING.get(question.type, _ANSWER), question=question.label) if question.required else None
    if question.type in ("text", "long"):
        return _text(fields, question, raw, missing)
    if _is_empty(raw):
        if missing:
            fields.refuse(field, missing)
        return None
    try:
        return _typed(question, raw)
    except _Refused as refused:
        words = str(refused)
        fields.refuse(field, _("«%(question)s»: %(what)s", question=question.label, what=words))
        return None


def _text(fields: Fields, question: Question, raw: object, missing: str | None) -> str | None:
    longest, clean = (LONG, plain_lines) if question.type == "long" else (TEXT, plain_words)
    field, limit = f"answers.{question.key}", longest_text(question, longest)
    text = fields.text(field, missing, limit, lines=True, raw="" if raw is None else raw, clean=clean)
    least = question.min
    if text is not None and isinstance(least, Decimal) and len(text) < least:
        words = _("«%(question)s»: scrivi almeno %(least)s caratteri.", question=question.label, least=least)
        fields.refuse(field, words)
        return None
    return text


def longest_text(question: Question, longest: int | None = None) -> int:
    """How many characters an answer may have."""
    longest = longest or (LONG if question.type == "long" else TEXT)
    return min(longest, int(question.max)) if isinstance(question.max, Decimal) else longest


def _typed(question: Question, raw: object) -> Answer:
    match question.type:
        case "yes_no":
            if not isinstance(raw, bool):
                raise _Refused(_("rispondi sì o no."))
            return raw
        case "choice":
            if not isinstance(raw, str) or raw not in question.options:
                raise _Refused(_("scegli una delle risposte dell’elenco."))
            return raw
        case "choices":
            return _several(question, raw)
        case "number":
            return _number(question, raw)
    return _day(question, raw)


def _several(question: Question, raw: object) -> tuple[str, ...]:
    many = raw if isinstance(raw, list | tuple) else [None]
    if len(many) > len(question.options) or not all(isinstance(one, str) and one in question.options for one in many):
        raise _Refused(_("scegli fra le risposte dell’elenco."))
    chosen = tuple(one for one in question.options if one in many)
    if isinstance(question.min, Decimal) and len(chosen) < question.min:
        raise _Refused(_("scegli almeno %(number)s risposte.", number=question.min))
    if isinstance(question.max, Decimal) and len(chosen) > question.max:
        raise _Refused(_("scegli al massimo %(number)s risposte.", number=question.max))
    return chosen


def _number(question: Question, raw: object) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _Refused(_("scrivi un numero, per esempio 12."))
    if abs(raw) >= _LARGEST or not math.isfinite(raw):
        raise _Refused(_("questo numero è troppo grande."))
    # As a form may write it: what is kept is a text, and has to be read again as this number.
    exact = round(Decimal(repr(raw)), DECIMALS)
    _within(exact, question.min, question.max)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _day(question: Question, raw: object) -> str:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) and _DAY.fullmatch(raw) else None
    except ValueError:
        day = None
    if day is None:
        raise _Refused(_("scrivi una data che esiste, per esempio 31/01/2027."))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _Refused(_("controlla l’anno."))
    _within(day, question.min, question.max)
    return day.isoformat()


def _within(value: Limit, least: Limit | None, most: Limit | None) -> None:
    """Raise _Refused for what lies outside of limits of its own kind."""
    low = least if type(least) is type(value) else None
    high = most if type(most) is type(value) else None
    too_low, too_high = low is not None and value < low, high is not None and value > high  # type: ignore[operator]
    if not too_low and not too_high:
        return
    if isinstance(value, date):
        raise _Refused(_day_limits(low, high))
    if low is not None and high is not None:
        raise _Refused(_("scrivi un numero da %(least)s a %(most)s.", least=_figure(low), most=_figure(high)))
    if too_low:
        raise _Refused(_("scrivi un numero non più piccolo di %(least)s.", least=_figure(low)))
    raise _Refused(_("scrivi un numero non più grande di %(most)s.", most=_figure(high)))


def _figure(limit: object) -> str:
    return str(limit).replace(".", spoken().decimal_sign)


def _day_limits(low: Limit | None, high: Limit | None) -> str:
    least, most = (f"{one:{spoken().numbered_day}}" if isinstance(one, date) else "" for one in (low, high))
    if least and most:
        return _("scegli un giorno dal %(least)s al %(most)s.", least=least, most=most)
    if least:
        return _("scegli un giorno dal %(least)s in poi.", least=least)
    return _("scegli un giorno fino al %(most)s.", most=most)
