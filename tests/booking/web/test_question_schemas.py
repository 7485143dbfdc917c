"""What programs are told of the questions of each meeting, and how their answers are taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE, asked, write_content
from tests.booking.web.test_details_step import ANSWERS, QUESTIONS


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Endpoint]:
    content = write_content(tmp_path, {"questions": QUESTIONS})
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as found:
        yield found


def schema_of(desk: Endpoint) -> dict[str, Any]:
    document = desk.http.get("/api/openapi.json").json()
    body = document["paths"]["/api/bookings"]["post"]["requestBody"]
    found: dict[str, Any] = body["content"]["application/json"]["schema"]
    return found


def test_meetings_tell_their_questions(desk: Endpoint) -> None:
    talk, call = desk.http.get("/api/meetings").json()
    assert talk["questions"][1] == {
        "key": "settore", "label": "Che azienda?", "type": "choice", "required": True,
        "options": ["Bottega", "Studio & soci"], "when": {"azienda": [True]}, "help": "Quella che ti dà più da fare.",
    }  # fmt: skip
    assert talk["questions"][2]["min"] == 1
    assert "questions" not in call


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, None),
        ({"azienda": False, "settore": None, "persone": None}, None),
        ({"azienda": None}, "azienda"),
        ({"azienda": "si"}, "azienda"),
        ({"settore": None}, "settore"),
        ({"settore": "Altro"}, "settore"),
        ({"azienda": False, "persone": None}, "settore"),
        ({"persone": "3"}, "persone"),
        ({"persone": 0}, "persone"),
        ({"temi": "Posta"}, "temi"),
        ({"temi": ["Altro"]}, "temi"),
        ({"storia": "x" * 3001}, "storia"),
        ({"altra": "x"}, "altra"),
    ],
)
def test_the_document_and_the_endpoint_agree(desk: Endpoint, changed: dict[str, Any], field: str | None) -> None:
    answers = {key: answer for key, answer in (ANSWERS | changed).items() if answer is not None}
    fields = asked(answers=answers)
    by_meeting = next(one for one in schema_of(desk)["anyOf"] if "const" in one["properties"]["meeting"])
    assert Draft202012Validator(by_meeting).is_valid(fields) is (field is None)
    answer = desk.http.post("/api/bookings", json=fields)
    if field is None:
        assert answer.status_code == 201
    else:
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [f"answers.{field}"]


def test_meetings_of_plain_texts_are_told_as_ever(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path), f"sqlite:///{tmp_path}/booking.db") as plain:
        assert "anyOf" not in schema_of(plain)
        assert all("questions" not in one for one in plain.http.get("/api/meetings").json())


def test_answers_of_odd_json_never_break(desk: Endpoint) -> None:
    numbers = ("NaN", "Infinity", "1e999", "1" * 400, "-0", "{}")
    for odd in numbers:
        body = f'{{"meeting": "conoscitiva", "start": "{FREE}", "name": "A", "email": "a@example.com", "answers": '
        answer = desk.http.post(
            "/api/bookings",
            content=f'{body}{{"azienda": true, "settore": "Bottega", "persone": {odd}}}}}',
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in {400, 422}
