"""What was built in one language is never shown in another, whatever was kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import ROOT, copy_checkout, edit


@pytest.fixture
def place(tmp_path: Path) -> Path:
    copy_checkout(tmp_path, "plugins", "theme", "pelicanconf.py")
    shutil.copytree(ROOT / "tests" / "fork" / "content", tmp_path / "content")
    return tmp_path


def built(place: Path, output: str = "output", cache: str = ".cache") -> str:
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", output, "--fatal", "errors"]
    command += ["-e", "SEARCH_INDEX=false", f'CACHE_PATH="{cache}"', 'TODAY="2026-11-25"']
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pages(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.html")}


def test_changed_language_or_message_causes_a_whole_build(
    place: Path,
) -> None:
    built(place)
    assert "Scegli giorno e ora" in pages(place / "output")["blog/tarli/index.html"]
    edit(place / "content/identity.yaml", "name:", "language: en\nname:")
    assert "27 pages, 27 of them changed" in built(place)
    assert "Choose a day and time" in pages(place / "output")["blog/tarli/index.html"]
    edit(place / "content/blog/tarli.md", "\n---\n", "\n---\nIn più.\n\n| a | b |\n|---|---|\n| c | d |\n\n")
    assert "1 of 27 pages changed" in built(place)
    page = pages(place / "output")["blog/tarli/index.html"]
    assert "In più." in page
    assert 'aria-label="Table"' in page
    assert "Choose a day and time" in page
    edit(place / "theme/locales/en.po", 'msgstr "Choose a day and time"', 'msgstr "Pick a day and a time"')
    assert "27 pages," in built(place)
    assert "Pick a day and a time" in pages(place / "output")["blog/tarli/index.html"]
    built(place, "clean", ".clean")
    assert pages(place / "output") == pages(place / "clean")
