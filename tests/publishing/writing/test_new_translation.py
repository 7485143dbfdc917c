"""A translation begins as a draft beside its original."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.content.base.front_matter_split import parted
from plugins.content.base.yaml_locations import parse_yaml
from plugins.publishing.checks.check import check
from plugins.publishing.writing.new_translation import new_translation
from tests.building import CONTENT


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.mark.parametrize("named", ["Quattro regole per un’agenda che respira", "blog/agenda-quattro-regole.md"])
def test_a_title_or_a_file_names_the_original(content: Path, named: str) -> None:
    path = new_translation(content, named, "en")
    assert path == content / "blog" / "agenda-quattro-regole.en.md"
    said = parse_yaml(path, parted(content, path.relative_to(content)).head).values
    assert list(said) == ["title", "slug", "summary", "category", "tags", "status"]


def test_every_text_has_a_draft_that_passes_the_check(content: Path) -> None:
    for original in [*content.glob("*/**/*.md")]:
        new_translation(content, original.relative_to(content).as_posix(), "en")
    assert check(content).errors == ()
    home = content / "pages" / "home.en.md"
    home.write_text(home.read_text("utf-8").replace("status: draft\n", ""), "utf-8")
    assert check(content).errors == ()


@pytest.mark.parametrize(
    ("named", "code", "said"),
    [
        ("home", "it", "non è un’altra lingua"),
        ("home", "xx", "Scegli fra de, en"),
        ("niente", "en", "Nessun testo si chiama"),
        ("index", "en", "Sono più testi"),
    ],
)
def test_what_cannot_be_translated_is_told(content: Path, named: str, code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        new_translation(content, named, code)


def test_a_translation_that_is_there_is_not_written_over(content: Path) -> None:
    new_translation(content, "home", "en")
    with pytest.raises(ValueError, match="c’è già"):
        new_translation(content, "home", "en")
