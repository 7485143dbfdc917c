"""The questions of a meeting are told what contradicts what, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.content.base.yaml_locations import parse_yaml
from plugins.content.question_checks import question_faults

BEGIN = """\
questions:
- {key: azienda, label: Hai un’azienda?, type: yes_no}
- {key: temi, label: Quali temi?, type: choices, options: [Posta, Sito], max: 2}
"""


def faults(more: str, begin: str = BEGIN) -> list[tuple[int, str]]:
    document = parse_yaml(Path("availability.yaml"), begin + more)
    return [(fault.line, fault.what) for fault in question_faults(document, (), document.values)]


def test_questions_that_hold_together_have_no_fault() -> None:
    more = """\
- {key: settore, label: Quale?, type: choice, options: [1, no], when: {azienda: true, temi: [Posta, Sito]}}
- {key: entro, label: Entro?, type: date, min: 2027-01-01, when: {settore: no}}
- {key: quanti, label: Quanti?, type: number, min: 0.5}
"""
    assert faults(more.replace("no]", '"no"]').replace("settore: no", 'settore: "no"')) == []


@pytest.mark.parametrize(
    ("question", "told", "at"),
    [
        ("type: choice", "almeno due options", 4),
        ("type: choices\n  options: [Uno]", "almeno due options", 7),
        ("type: choice\n  options: [Uno, Due, Uno]", "«Uno» c’è due volte", 7),
        ("options: [Uno, Due]", "cambia tipo", 6),
        ('type: choice\n  options: ["Uno\\ndue", Tre]', "una riga sola", 7),
        ("type: choice\n  options: [" + ", ".join(map(str, range(31))) + "]", "al massimo 30", 7),
        ("type: yes_no\n  min: 1", "né max", 7),
        ("type: date\n  max: 10", "serve una data", 7),
        ("type: number\n  max: 2027-01-01", "serve un numero", 7),
        ("max: 0", "almeno 1", 6),
        ("type: number\n  min: 4\n  max: 3", "min è più grande di max", 7),
        ("type: choices\n  options: [Uno, Due]\n  min: 3", "più risposte di quante", 8),
        ("when:\n    aziende: true", "«aziende», che in questo incontro non c’è. Scegli fra azienda, temi", 7),
        ("when:\n    azienda: sì", "scrivi true o false", 7),
        ("when:\n    temi: Conti", "non ha questa risposta. Scegli fra Posta, Sito", 7),
        ("when:\n    temi: []", "non ha questa risposta", 7),
        ("when:\n    q: true", "a vicenda", 7),
    ],
)
def test_a_contradiction_is_told_at_its_line(question: str, told: str, at: int) -> None:
    found = faults(f"- key: q\n  label: Q\n  {question}\n")
    assert len(found) == 1
    line, what = found[0]
    assert told in what
    assert line == at


def test_questions_that_wait_for_each_other_are_told() -> None:
    more = "- {key: a, label: A, type: yes_no, when: {b: true}}\n- {key: b, label: B, type: yes_no, when: {a: true}}\n"
    assert [(line, "a vicenda" in what) for line, what in faults(more)] == [(4, True), (5, True)]


def test_a_question_comes_after_the_one_it_follows() -> None:
    more = "- {key: a, label: A, when: {b: true}}\n- {key: b, label: B, type: yes_no}\n"
    assert [(line, "Mettila prima" in what) for line, what in faults(more)] == [(4, True)]


def test_a_text_leads_to_no_other_question() -> None:
    more = "- {key: a, label: A}\n- {key: b, label: B, when: {a: x}}\n"
    assert [(line, "non ha risposte da scegliere" in what) for line, what in faults(more)] == [(5, True)]


def test_a_key_used_twice_and_too_many_boxes_are_told() -> None:
    options = ", ".join(map(str, range(30)))
    more = "".join(f"- {{key: k{n}, label: A, type: choices, options: [{options}]}}\n" for n in (1, 2, 2))
    assert [what[:24] for _line, what in faults(more)] == ["Due domande hanno la chi", "Le domande sono troppe p"]
