"""Whatever is typed, the check tells it; and what the check lets through, builds."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.publishing.checks.check import check
from tests.building import CONTENT, build
from tests.soak import soak_count

# What YAML, Markdown, Pelican and templates give a meaning to, and what none of them expects.
ODD = [
    *(
        "\t",
        ":",
        "- ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "«",
        "&a",
        "*a",
        "!!x",
        "#",
        "|",
        "---",
        "{{",
        "{%",
        "`" * 3,
        "%",
        "~",
    ),
    *(
        "<b",
        "](",
        "![](",
        "{filename}",
        "{static}/",
        "../",
        "<script>",
        "&amp;",
        "|a|b|\n|-|-|\n",
        "[^1]: ",
        "{: #x .y }",
    ),
    *(
        "null",
        "0",
        "-1",
        "99999999999999999999",
        "1e9",
        "2027-02-30",
        "è" * 300,
        "\r\n",
        "\ufeff",
        "\0",
        "\u2028",
        "\ud7ff",
    ),
]


def _lines(change: Callable[[random.Random, list[str], int], None]) -> Callable[[random.Random, str], str]:
    def changed(chance: random.Random, text: str) -> str:
        lines = text.splitlines(keepends=True) or [""]
        change(chance, lines, chance.randrange(len(lines)))
        return "".join(lines)

    return changed


def _insert(chance: random.Random, lines: list[str], at: int) -> None:
    place = chance.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:place] + chance.choice(ODD) + lines[at][place:]


def _remove(_chance: random.Random, lines: list[str], at: int) -> None:
    del lines[at]


def _repeat(_chance: random.Random, lines: list[str], at: int) -> None:
    lines.insert(at, lines[at])


def _swap(chance: random.Random, lines: list[str], at: int) -> None:
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _cut(chance: random.Random, lines: list[str], at: int) -> None:
    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]


MISHAPS = [_lines(one) for one in (_insert, _insert, _insert, _remove, _repeat, _swap, _cut)]


def mishap(content: Path, chance: random.Random) -> str:
    """Let something happen to a file of the content, and return which."""
    file = chance.choice(sorted(path for path in content.rglob("*") if path.suffix in {".md", ".yaml"}))
    text = chance.choice(MISHAPS)(chance, file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8", newline="")
    return file.relative_to(content).as_posix()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(6, 1_500)))
def test_random_file_mishaps_are_located_and_never_crash_the_check(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    changed = {mishap(content, chance) for _ in range(chance.randint(1, 4))}
    for fault in check(content).errors:
        file = content / fault.path
        assert len(fault.what) > 20
        assert not file.exists() or 1 <= fault.line <= file.read_text(encoding="utf-8").count("\n") + 1, (
            fault,
            changed,
        )


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(2, 120)))
def test_what_the_check_lets_through_builds(tmp_path: Path, seed: int) -> None:
    chance = random.Random(-1 - seed)
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    kept = 0
    while kept < 12:
        before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
        mishap(content, chance)
        if check(content).errors:
            for path, held in before.items():
                path.write_bytes(held)
        else:
            kept += 1
    done = build(content, tmp_path / "output", "publishconf.py")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output" / "index.html").is_file()
