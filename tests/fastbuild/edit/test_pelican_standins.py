"""What stands in for Pelican tells plugins and templates what Pelican tells them."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from pelican import Pelican
from pelican.settings import read_settings

from plugins.content.office_reader import read_office
from plugins.fastbuild.edit.pelican_standins import StandinPelican
from tests.building import CONTENT, ROOT


@pytest.fixture
def settings() -> dict[str, object]:
    site = SimpleNamespace(office=read_office(CONTENT), sources={})
    mine = {"JINJA_FILTERS": {"mio": str}, "JINJA_GLOBALS": {"suo": 1}, "JINJA_TESTS": {"vero": bool}}
    found: dict[str, object] = read_settings(str(ROOT / "pelicanconf.py"), override={"SITE": site, **mine})
    return found


def test_a_run_has_what_plugins_ask_of_one(settings: dict[str, object]) -> None:
    theirs, ours = Pelican(settings), StandinPelican(settings)
    for name in ("settings", "path", "theme", "output_path", "plugins"):
        assert getattr(ours, name) == getattr(theirs, name)


_WHOLE = """
import sys
from plugins.fastbuild.markdown.converter import open_package
open_package()
import pelican
from pelican import signals
from pelican.contents import Article
assert "pelican.generators" not in sys.modules
assert signals is pelican.plugins.signals
from pelican import Pelican, main, __version__
assert "pelican.generators" in sys.modules
assert Article is pelican.contents.Article is pelican.generators.Article
assert sys.modules["pelican"] is pelican and Pelican.__module__ == "pelican"
print(__version__)
"""


def test_pelican_standin_becomes_the_whole_package_when_more_is_asked() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _WHOLE], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stderr == ""
    assert run.stdout.strip()


_ALL = """
import sys
from plugins.fastbuild.markdown.converter import open_package
open_package(is_all=True)
import pelican.contents, pelican.generators, pelican.log, pelican.writers
assert not {"rich", "anyio", "asyncio", "http.client", "docutils.frontend"} & sys.modules.keys()
print(pelican.generators.Article.__name__)
"""


def test_pelican_standin_imports_no_console_or_watcher_libraries() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _ALL], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stderr == ""
    assert run.stdout == "Article\n"
