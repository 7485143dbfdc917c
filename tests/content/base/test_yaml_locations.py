"""YAML is read to plain values; each fault has its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.yaml_locations import parse_yaml, read_front_matter
from plugins.content.front_matter import Page
from plugins.domain.availability import Availability

PATH = Path("prova.yaml")


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ContentError) as caught:
        parse_yaml(PATH, text)
    return caught.value.faults


def test_a_question_mark_inside_braces_is_a_question_mark() -> None:
    text = "questions: [{key: attivita, label: Di cosa ti occupi?, required: false}]"
    assert parse_yaml(PATH, text).values["questions"][0]["label"] == "Di cosa ti occupi?"


def test_yaml_reads_country_no_and_clock_times_as_text() -> None:
    assert parse_yaml(PATH, "country: NO\nat: 09:00\nday: 2027-01-16").values == {
        "country": "NO",
        "at": "09:00",
        "day": date(2027, 1, 16),
    }


def test_every_value_remembers_its_line() -> None:
    document = parse_yaml(PATH, "a: 1\nb:\n  - c: 2\n  - c: 3\n")
    assert document.line(("b", 1, "c")) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: &x 2\nc: *x", 2), ("a: 1\nb: !!python/object:os.system {}", 2), ("a: 1\na: 2", 2), ("a:\n\tb: 1", 2)],
)
def test_yaml_aliases_tags_duplicate_keys_and_tabs_are_faults(text: str, line: int) -> None:
    assert faults_of(text)[0].line == line


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends_and_a_byte_order_mark_are_accepted(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.md").write_bytes(f"\ufeff---{end}title: Ciao{end}---{end}Testo{end}".encode())
    document = read_front_matter(tmp_path, Path("a.md"))
    assert document.values == {"title": "Ciao"}
    assert document.body == "Testo\n"


def test_unknown_key_is_located_and_the_nearest_known_one_suggested() -> None:
    faults: list[Fault] = []
    assert read_value(parse_yaml(PATH, "timezone: Europe/Rome\nnotise: 24h"), Availability, faults) is None
    assert any(fault.line == 2 and "Forse «notice»?" in fault.what for fault in faults)


@pytest.mark.parametrize("empty", ["", '""', "null", "~"])
def test_optional_key_with_an_empty_value_equals_a_missing_key(empty: str) -> None:
    text = f"title: Un titolo\nslug: prova\nsummary: {empty}\nstatus: {empty}\n"
    text += f"action:\n  label: Vai\n  note: {empty}\n"
    faults: list[Fault] = []
    page = read_value(parse_yaml(PATH, text), Page, faults)
    assert faults == []
    assert page == Page.model_validate({"title": "Un titolo", "slug": "prova", "action": {"label": "Vai"}})


def test_a_key_that_is_required_needs_a_value() -> None:
    faults: list[Fault] = []
    assert read_value(parse_yaml(PATH, 'title: ""\nslug: prova'), Page, faults) is None
    assert [fault.line for fault in faults] == [1]
