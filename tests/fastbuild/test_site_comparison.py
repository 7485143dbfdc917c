"""The command that compares builds tells a site that is the same with fastbuild, and one that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fastbuild.foreign import PLAIN, Foreign
from tests.fastbuild.site_comparison import main

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


def test_a_site_that_is_alike_is_told_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare(Foreign(tmp_path)) == 0
    said = capsys.readouterr().out
    assert said.count(": equal") == 4
    assert "0 of them never alike" in said


def test_files_that_differ_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare(Foreign(tmp_path, plugin=_JEALOUS)) == 1
    assert "index.html" in capsys.readouterr().out


def test_a_folder_without_settings_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "--settings" in capsys.readouterr().err
