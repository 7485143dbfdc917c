"""What a command asks for is known by its arguments, its settings file and its environment."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from plugins.fastbuild.cache.settings_cache import CommandKey, command_key, forget_settings
from tests.bench.corpus import write_content
from tests.building import ROOT


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "impostazioni.py"
    file.write_text('PLUGINS = ["plugins.site"]\nSITEURL = ""\nCACHE_PATH = "cache"\n', encoding="utf-8")
    return file


def _command_key(settings: Path, *others: str) -> CommandKey:
    found = command_key(["content", "-s", str(settings), *others])
    assert found is not None
    return found


def test_the_same_again_is_the_same(settings: Path) -> None:
    assert _command_key(settings, "-o", "output") == _command_key(settings, "-o", "output")


def test_it_is_kept_in_the_cache_that_the_settings_name(settings: Path) -> None:
    assert _command_key(settings).file.is_relative_to(settings.parent / "cache")


def test_another_setting_is_another(settings: Path) -> None:
    before = _command_key(settings)
    settings.write_text(settings.read_text(encoding="utf-8") + "DEFAULT_PAGINATION = 3\n", encoding="utf-8")
    assert _command_key(settings).file == before.file
    assert _command_key(settings).digest != before.digest


def test_another_output_is_kept_apart(settings: Path) -> None:
    assert _command_key(settings, "-o", "a").file != _command_key(settings, "-o", "b").file


def test_another_environment_is_another_but_for_what_shells_pass_on(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _command_key(settings)
    monkeypatch.setenv("OLDPWD", "altrove")
    assert _command_key(settings) == before
    monkeypatch.setenv("LANG", "zu_ZA.UTF-8")
    assert _command_key(settings).digest != before.digest


@pytest.mark.parametrize(
    "arguments", [["-r"], ["-l"], ["--print-settings"], ["-e", "SITEURL=''"], ["altro"], ["--fatal"]]
)
def test_command_that_is_no_single_build_is_left_to_pelican(settings: Path, arguments: list[str]) -> None:
    assert command_key(["content", "-s", str(settings), *arguments]) is None


@pytest.mark.parametrize("line", ["PLUGINS += ['mine']", "MINE = print", "MINE = []; MINE.append(MINE)"])
def test_what_is_not_supported_is_left_to_pelican(settings: Path, line: str) -> None:
    settings.write_text(f"{settings.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    assert command_key(["content", "-s", str(settings)]) is None


@pytest.mark.parametrize("name", ["pelican", "pelican.signals", "markdown", "jinja2"])
def test_settings_that_import_the_builders_libraries_are_left_to_pelican(settings: Path, name: str) -> None:
    settings.write_text(f"{settings.read_text(encoding='utf-8')}import {name}\n", encoding="utf-8")
    program = (
        "import sys; from plugins.fastbuild.cache.settings_cache import command_key; "
        "print(command_key(['content', '-s', sys.argv[1]]) is None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(settings)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "True\n"


def test_settings_that_cannot_be_read_are_left_to_pelican(settings: Path) -> None:
    settings.write_text("SITEURL = \n", encoding="utf-8")
    assert command_key(["content", "-s", str(settings)]) is None
    assert command_key(["content", "-s", str(settings.with_name("manca.py"))]) is None
    assert command_key(["content"]) is None


def test_only_modules_that_settings_imported_are_forgotten(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(settings.parent))
    for name in ("imported_by_settings", "imported_later"):
        (settings.parent / f"{name}.py").write_text("", encoding="utf-8")
    settings.write_text(f"{settings.read_text(encoding='utf-8')}import imported_by_settings\n", encoding="utf-8")
    _command_key(settings)
    later = import_module("imported_later")
    forget_settings()
    assert "imported_by_settings" not in sys.modules
    assert sys.modules.pop("imported_later") is later


def test_a_clean_build_converts_each_text_once(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", 100)
    (tmp_path / "settings.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
        f"THEME = {str(ROOT / 'theme')!r}\nSEARCH_INDEX = False\n",
        encoding="utf-8",
    )
    # What is begun, whichever copy of a module begins it, is told by its file.
    program = (
        "import os, sys; from plugins.fastbuild.parallel import ordered_results, worker_processes; "
        "worker_processes._cores = lambda: 2; begun = ordered_results._Source.__init__; "
        "ordered_results._Source.__init__ = lambda *given: (os.write(1, b'begun\\n'), begun(*given))[1]; "
        "from plugins.fastbuild.command import main; main(sys.argv[1:])"
    )
    given = [str(content), "-s", str(tmp_path / "settings.py"), "-o", str(tmp_path / "output")]
    run = subprocess.run(
        [sys.executable, "-c", program, *given], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.count("begun\n") == 1
