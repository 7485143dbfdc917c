"""Question schemas: what the API says of the questions of each meeting, in its answers and in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import FastAPI

from plugins.content.office import Office
from plugins.domain.answers import longest_text
from plugins.domain.availability import Meeting
from plugins.domain.questions import Question

Schema = dict[str, Any]


def questions_out(meeting: Meeting) -> list[Schema]:
    """The questions of a meeting for programs; none where all of them are texts, as they always were."""
    if all(question.is_plain for question in meeting.questions):
        return []
    return [_question(one) for one in meeting.questions]


def _question(question: Question) -> Schema:
    always: Schema = {"type": question.type, "required": question.required}
    bounds = {name: float(one) for name in ("min", "max") if isinstance(one := getattr(question, name), Decimal)}
    return question.model_dump(mode="json", exclude_defaults=True) | always | bounds


def describe_questions(app: FastAPI, office: Callable[[], Office]) -> None:
    """Have the OpenAPI document tell the answers that each meeting wants, as the content is now."""
    general = app.openapi

    def described() -> Schema:
        meetings = [one for one in office().availability.listed() if questions_out(one)]
        if not meetings:
            return general()
        document = deepcopy(general())
        content = document["paths"]["/api/bookings"]["post"]["requestBody"]["content"]["application/json"]
        plain = content["schema"]
        content["schema"] = {"title": plain["title"], "anyOf": [*(_body(plain, one) for one in meetings), plain]}
        return document

    app.openapi = described  # type: ignore[method-assign]


def _body(plain: Schema, meeting: Meeting) -> Schema:
    answers = answers_schema(meeting.questions)
    own = {"meeting": {"const": meeting.slug, "type": "string"}, "answers": answers}
    required = [*plain["required"], *(["answers"] if "required" in answers else [])]
    return {**plain, "title": meeting.title, "properties": plain["properties"] | own, "required": required}


def answers_schema(questions: Iterable[Question]) -> Schema:
    """The answers to some questions (JSON Schema 2020-12), which of them depend on others included."""
    questions = list(questions)
    required = [one.key for one in questions if one.required and not one.when]
    rules = [_rule(one) for one in questions if one.when]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.key: _answer(one) for one in questions},
    } | ({"required": required} if required else {}) | ({"allOf": rules} if rules else {})  # fmt: skip


def _rule(question: Question) -> Schema:
    """Answered where other answers lead to it, and nowhere else."""
    wanted = {
        key: {"anyOf": [{"enum": list(values)}, {"type": "array", "contains": {"enum": list(values)}}]}
        for key, values in question.when.items()
    }
    rule: Schema = {"if": {"properties": wanted, "required": list(wanted)}}
    if question.required:
        rule["then"] = {"required": [question.key]}
    return rule | {"else": {"not": {"required": [question.key]}}}


def _answer(question: Question) -> Schema:
    told: Schema = {"title": question.label} | ({"description": question.help} if question.help else {})
    least, most = (int(one) if isinstance(one, Decimal) else None for one in (question.min, question.max))
    match question.type:
        case "yes_no":
            return told | {"type": "boolean"}
        case "choice":
            return told | {"type": "string", "enum": list(question.options)}
        case "choices":
            items = {"type": "string", "enum": list(question.options)}
            return told | {"type": "array", "items": items} | _limits(least, most, "minItems", "maxItems")
        case "number":
            low, high = (float(one) if isinstance(one, Decimal) else None for one in (question.min, question.max))
            return told | {"type": "number"} | _limits(low, high, "minimum", "maximum")
        case "date":
            days = [f"{one:%Y-%m-%d}" for one in (question.min, question.max) if isinstance(one, date)]
            return told | {"type": "string", "format": "date"} | ({"examples": days} if days else {})
    return told | {"type": "string"} | _limits(least, longest_text(question), "minLength", "maxLength")


def _limits(least: float | None, most: float | None, low: str, high: str) -> Schema:
    return {name: value for name, value in ((low, least), (high, most)) if value is not None}
