"""What is said of the past is past on the day that it is published."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plugins.publishing.checks.check import check
from tests.building import CONTENT, edit

DAY = date(2026, 11, 30)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("identity.yaml", "since: 2019", "since: 2027", "«since» è il 2027, che deve ancora venire."),
        ("testimonials/ceramista.md", "when: 2026-09-30", "when: 2026-12-01", "«when» è un giorno che deve ancora"),
        ("cases/trecento-mail.md", "when: 2026-06-26", "when: 2062-06-26", "«when» è un giorno che deve ancora"),
    ],
)
def test_what_lies_ahead_is_told_until_its_day(content: Path, file: str, old: str, new: str, told: str) -> None:
    edit(content / file, old, new)
    (fault,) = check(content, day=DAY).errors
    assert fault.path.as_posix() == file
    assert told in fault.what
    assert check(content, day=date(2062, 12, 31)).errors == ()


def test_this_year_and_this_day_are_past_enough(content: Path) -> None:
    edit(content / "identity.yaml", "since: 2019", "since: 2026")
    edit(content / "testimonials/ceramista.md", "when: 2026-09-30", "when: 2026-11-30")
    assert check(content, day=DAY).errors == ()


@pytest.mark.parametrize(("letters", "is_long"), [(400, False), (401, True)])
def test_long_words_of_a_client_are_advised_on(content: Path, letters: int, is_long: bool) -> None:
    file = content / "testimonials/nuova.md"
    file.write_text(f"---\nwho: Ada\nwhen: 2026-11-01\nconsent: a voce\n---\n{'a' * letters}\n", encoding="utf-8")
    told = [str(fault) for fault in check(content, day=DAY).advice if fault.path.name == "nuova.md"]
    assert [one.startswith("testimonials/nuova.md:6 — La testimonianza ha 401 caratteri") for one in told] == [
        True
    ] * is_long


def test_a_broken_identity_is_told_once(content: Path) -> None:
    edit(content / "identity.yaml", "since: 2019", "since: [2019")
    assert len(check(content, day=DAY).errors) == 1


@pytest.mark.parametrize("file", ["testimonials/appunti.txt", "cases/2026/nuovo.md", "testimonials/parole.docx"])
def test_a_file_that_is_not_read_is_told(content: Path, file: str) -> None:
    (content / file).parent.mkdir(exist_ok=True)
    (content / file).write_text("---\n---\n", encoding="utf-8")
    assert file in [fault.path.as_posix() for fault in check(content, day=DAY).errors]
