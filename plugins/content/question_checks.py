"""Question checks: contradictions among the questions of a meeting.

Each question by itself is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document, Location
from plugins.domain.language import N_, _
from plugins.domain.questions import DECIDING, Question

# A form has a hundred fields at most; the others are the visitor's details.
MOST_FIELDS, MOST_OPTIONS = 60, 30
_CHOICES = ("choice", "choices")
_EXAMPLE = N_("Esempio: when: {azienda: true}")


def question_faults(document: Document, place: Location, meeting: Mapping[str, Any]) -> Iterator[Fault]:
    """Tell what excludes something else among the questions of a meeting as it is written, at `place`."""
    raw = meeting.get("questions")
    listed = raw if isinstance(raw, list) else []
    yield from _twice_asked(document, place, listed)
    questions: dict[str, tuple[int, Question]] = {}
    for index, one in enumerate(listed):
        # What cannot be read is told elsewhere.
        with suppress(ValidationError):
            question = Question.model_validate(one)
            questions.setdefault(question.key, (index, question))
    fields = sum(len(one.options) if one.type == "choices" else 1 for _index, one in questions.values())
    if fields > MOST_FIELDS:
        what = _(
            "Le domande sono troppe per un modulo: fra domande e caselle ce ne sono %(number)s. Al massimo %(most)s.",
            number=fields,
            most=MOST_FIELDS,
        )
        yield document.fault((*place, "questions"), what)
    for index, question in questions.values():
        at = (*place, "questions", index)
        yield from (document.fault((*at, key), what) for key, what in (*_options(question), *_limits(question)))
        for key in question.when:
            if wrong := _condition(question, key, questions):
                yield document.fault((*at, "when", key), f"{wrong} {_(_EXAMPLE)}")


def _twice_asked(document: Document, place: Location, questions: list[Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, question in enumerate(questions):
        key = str(question.get("key")) if isinstance(question, dict) else ""
        if key and key in seen:
            what = _(
                "Due domande hanno la chiave «%(key)s». Dai a questa un altro nome. Esempio: key: %(key)s-2", key=key
            )
            yield document.fault((*place, "questions", index), what)
        seen.add(key)


def _options(question: Question) -> Iterator[tuple[str, str]]:
    options = question.options
    if question.type not in _CHOICES:
        if options:
            yield (
                "options",
                _("Solo le domande choice e choices hanno options. Togli la voce, o cambia tipo alla domanda."),
            )
        return
    if len(options) < 2:
        yield (
            "options",
            _("A una domanda con risposte da scegliere servono almeno due options. Esempio: options: [Un sito, Altro]"),
        )
    if len(options) > MOST_OPTIONS:
        yield "options", _("Le options sono troppe: al massimo %(most)s.", most=MOST_OPTIONS)
    for option in sorted({one for one in options if options.count(one) > 1}):
        yield "options", _("La risposta «%(option)s» c’è due volte. Tienine una.", option=option)
    if any(len(one.splitlines()) > 1 for one in options):
        yield "options", _("Una risposta da scegliere sta su una riga sola. Togli l’a capo.")


def _limits(question: Question) -> Iterator[tuple[str, str]]:
    least, most = question.min, question.max
    given = [(name, limit) for name, limit in (("min", least), ("max", most)) if limit is not None]
    if question.type in ("yes_no", "choice"):
        yield from ((name, _("Una domanda di questo tipo non ha min né max. Togli la voce.")) for name, _limit in given)
        return
    kind: type[Decimal | date] = date if question.type == "date" else Decimal
    wrong = [name for name, limit in given if not isinstance(limit, kind)]
    for name in wrong:
        yield (
            name,
            _("Qui serve una data. Esempio: %(name)s: 2027-12-31", name=name)
            if kind is date
            else _("Qui serve un numero. Esempio: %(name)s: 10", name=name),
        )
    if wrong:
        return
    if question.type != "number" and kind is Decimal:
        for name, limit in given:
            if isinstance(limit, Decimal) and (limit < 1 or limit != limit.to_integral_value()):
                yield name, _("Qui serve un numero intero, almeno 1. Esempio: %(name)s: 10", name=name)
    if least is not None and most is not None and least > most:  # type: ignore[operator]
        yield "min", _("min è più grande di max: nessuna risposta andrebbe bene. Scambiali.")
    elif question.type == "choices" and isinstance(least, Decimal) and least > len(question.options):
        yield "min", _("min chiede più risposte di quante sono le options.")


def _condition(question: Question, key: str, questions: Mapping[str, tuple[int, Question]]) -> str | None:
    """What is wrong with the answer to `key` on which a question depends."""
    if key not in questions:
        known = ", ".join(one for one in questions if one != question.key)
        what = _("when nomina la domanda «%(key)s», che in questo incontro non c’è.", key=key)
        return f"{what} {_('Scegli fra %(names)s.', names=known)}" if known else what
    if _leads_to(key, question.key, questions):
        return _("Le domande «%(key)s» e «%(other)s» si aspettano a vicenda: nessuna si potrebbe fare.",
                 key=question.key, other=key)  # fmt: skip
    index, other = questions[key]
    if index > questions[question.key][0]:
        return _("La domanda «%(key)s» viene dopo questa. Mettila prima.", key=key)
    wanted = question.when[key]
    if other.type not in DECIDING:
        return _(
            "La domanda «%(key)s» non ha risposte da scegliere: una da cui ne dipendono altre è choice, choices o "
            "yes_no.",
            key=key,
        )
    if other.type == "yes_no":
        if not all(isinstance(one, bool) for one in wanted):
            return _("«%(key)s» è una domanda da sì o no: scrivi true o false.", key=key)
    elif not wanted or not set(wanted) <= set(other.options):
        names = ", ".join(other.options)
        return _("«%(key)s» non ha questa risposta. Scegli fra %(names)s.", key=key, names=names)
    return None


def _leads_to(key: str, end: str, questions: Mapping[str, tuple[int, Question]]) -> bool:
    """Whether a question depends on another, by whatever way."""
    waiting, seen = [key], set[str]()
    while waiting:
        one = waiting.pop()
        if one == end:
            return True
        if one in questions and one not in seen:
            seen.add(one)
            waiting += questions[one][1].when
    return False
