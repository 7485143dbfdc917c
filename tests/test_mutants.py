"""The mutation testing of the domain draws what it says, and leaves out nothing by mistake."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.domain.mutations import EQUIVALENT, MODULES, mutants


def test_each_mutant_named_as_equivalent_is_there_once() -> None:
    drawn = Counter(one.name for path in MODULES for one in mutants(path))
    assert {name: drawn[name] for name in EQUIVALENT} == dict.fromkeys(EQUIVALENT, 1)
    assert drawn.total() >= 300


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", {"a <= b", "a > b"}),
        ("a == b", {"a != b"}),
        ("a in b", {"a not in b"}),
        ("a + b", {"a - b"}),
        ("a and b", {"a or b"}),
        ("not a", {"not not a"}),
        ("min(a, b)", {"max(a, b)"}),
        ("any(a)", {"all(a)"}),
        ("sorted(a)", {"list(a)"}),
        ("sorted(a, key=b)", set()),
        ("f(x=3)", {"x=4", "x=2"}),
        ("f(le=a)", {"f(lt=a)"}),
        ("a[:b]", {":b + 1", ":b - 1"}),
        ("b if a else c", {"not a"}),
        ("def f() -> bool:\n    return a", {"return not a"}),
        ("def f() -> int:\n    return a", set()),
        ("f'{a}'", set()),
    ],
)
def test_the_mutants_of_a_piece_of_code(code: str, expected: set[str], tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_text(code + "\n", encoding="utf-8")
    drawn = list(mutants(path))
    assert {one.new for one in drawn} == expected
    assert all(one.source != drawn[0].source for one in drawn[1:])
