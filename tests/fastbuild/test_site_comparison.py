"""The command that compares builds tells a site that is the same with fastbuild, and one that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fastbuild.builder import tree
from tests.fastbuild.foreign import PLAIN, Foreign
from tests.fastbuild.site_comparison import main

_NO_FEEDS = "FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None\n"
# A plugin of a site that looks who is there.
_JEALOUS = """
from pelican import signals

def _look(pelican):
    if "plugins.fastbuild" in pelican.settings["PLUGINS"]:
        pelican.settings["SITENAME"] = "Another name"

def register():
    signals.initialized.connect(_look)
"""


def _compare(site: Foreign) -> int:
    site.build(PLAIN)  # which writes its settings
    return main([str(site.folder), "--settings", f"{PLAIN}.py", "--edits", "3"])


@pytest.mark.some_cases(0)
def test_a_site_that_is_alike_is_told_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare(Foreign(tmp_path)) == 0
    said = capsys.readouterr().out
    assert said.count(": equal") == 4
    assert "0 of them never alike" in said


def test_files_that_differ_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare(Foreign(tmp_path, plugin=_JEALOUS)) == 1
    assert "index.html" in capsys.readouterr().out


@pytest.mark.some_cases(0)
def test_a_site_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, beside = Foreign(tmp_path / "site"), tmp_path / "beside"
    # Where its settings name no folder of the content, Pelican takes the one it runs in.
    settings = site.put("settings.py", f'SITEURL = "https://another.example"\nTHEME = "simple"\n{_NO_FEEDS}')
    beside.mkdir()
    (beside / "mine.md").write_text("Title: Mine\nDate: 2026-01-01\n\nText.\n", encoding="utf-8")
    monkeypatch.chdir(beside)
    before = tree(tmp_path)
    assert main([str(site.folder), "--settings", settings.name, "--edits", "6"]) == 0
    assert tree(tmp_path) == before


def test_a_site_whose_content_lies_elsewhere_is_not_edited(tmp_path: Path) -> None:
    site, beside = Foreign(tmp_path / "site"), tmp_path / "beside"
    (site.folder / "content").rename(beside)
    site.put("settings.py", f'PATH = {str(beside)!r}\nTHEME = "simple"\n{_NO_FEEDS}')
    before = tree(beside)
    with pytest.raises(SystemExit, match="outside"):
        main([str(site.folder), "--settings", "settings.py"])
    assert tree(beside) == before


def test_a_folder_without_settings_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "--settings" in capsys.readouterr().err
