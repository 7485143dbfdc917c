"""Each promise of the README stands in docs/claims.md, with a command that exists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bench.__main__ import BENCHMARKS
from tests.building import ROOT, beside_sample

README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAIMS = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|hundreds?|thousands?|millions?"
    r"|half|quarter|twice|milliseconds?|seconds?)\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The words of Markdown, without its signs and the targets of its links."""
    return " ".join(re.sub(r"[`*\[]|\](?:\([^)]*\))?", "", text).split())


def paragraphs(text: str) -> Iterator[str]:
    """The prose of a document, and each point of its lists; no headings, tables, pictures and code."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        point = re.match(r"- |\d+\. ", line)
        if lines and (point or not line.strip() or line.startswith(("    ", "#", "|", "!["))):
            yield " ".join(lines)
            lines = []
        if line.strip() and not line.startswith(("    ", "#", "|", "![")):
            lines.append(line[point.end() :] if point else line.strip())


def sentences(text: str) -> list[str]:
    return [one for part in paragraphs(text) for one in re.split(r"(?<=[.:;])\s+(?=[A-Z`“])", part)]


def figures(text: str) -> list[str]:
    """The sentences that hold a figure outside of their code and links."""
    return [one for one in sentences(text) if _FIGURE.search(re.sub(r"`[^`]*`|\]\([^)]*\)", "", one))]


# A claim and, on the line below it, its commands.
ENTRIES = re.findall(r"^- (.+)\n  (`.+`)$", CLAIMS, re.MULTILINE)
COMMANDS = sorted({command for _claim, line in ENTRIES for command in re.findall(r"`([^`]+)`", line)})


def test_every_claim_has_its_commands() -> None:
    assert len(ENTRIES) == len(re.findall(r"^- ", CLAIMS, re.MULTILINE)) > 30


@pytest.mark.parametrize("claim", [claim for claim, _commands in ENTRIES])
def test_a_claim_is_in_the_words_of_the_readme(claim: str) -> None:
    assert plain(claim).rstrip(".") in plain(README)


@pytest.mark.parametrize("sentence", figures(README))
def test_a_sentence_with_a_figure_is_among_the_claims(sentence: str) -> None:
    told = plain(sentence).removesuffix(":")
    assert any(told in plain(claim) or plain(claim).rstrip(".") in told for claim, _commands in ENTRIES)


def test_every_how_it_is_built_bullet_is_among_the_claims() -> None:
    built = README.partition("\n## How it is built\n")[2].partition("\n## ")[0]
    bullets = re.findall(r"^- \*\*(.+?)\*\*", built, re.MULTILINE)
    assert len(bullets) >= 4
    assert [one for one in bullets if not any(claim.startswith(one) for claim, _commands in ENTRIES)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_of_a_claim_exists(command: str) -> None:
    program, _, rest = command.partition(" ")
    if program == "make":
        target, _, given = rest.partition(" ")
        assert target in TARGETS
        assert not given or given.partition("BENCH=")[2] in BENCHMARKS
    elif program == "pytest":
        path, _, name = rest.partition("::")
        assert (ROOT / path).exists()
        assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    else:
        module, name = re.fullmatch(r"-m ([\w.]+) ([\w-]+)", rest).groups()  # type: ignore[union-attr]
        asked = [sys.executable, "-m", module, name, "--help"]
        assert subprocess.run(asked, **beside_sample(), capture_output=True, check=False).returncode == 0


def test_figures_are_noticed_in_words_and_digits_outside_code() -> None:
    text = "It takes two hours. It has `8` of them. It is [here](a/1.md). There are 9.\n"
    assert figures(text) == ["It takes two hours.", "There are 9."]
