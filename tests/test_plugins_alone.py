"""Each plugin alone in a site as `pelican-quickstart` makes it works, or says in a sentence what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import ROOT

_SETTINGS = """
AUTHOR = 'Ann'
SITENAME = 'Site'
SITEURL = {site!r}
PATH = "content"
TIMEZONE = 'Europe/Rome'
DEFAULT_LANG = 'en'
THEME = 'simple'
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
DEFAULT_PAGINATION = 1
PLUGIN_PATHS = [{root!r}, '.']
PLUGINS = [{plugin!r}, 'mine']
{others}
"""
# Pelican asks of a generator nothing but what it has.
_MINE = """
from pelican import signals
class Generator:
    def __init__(self, **_others): pass
def get(pelican): return Generator
def register(): signals.get_generators.connect(get)
"""
_WRITER = """
from pelican.writers import Writer
class Own(Writer):
    def __init__(self, *others, **named):
        print("their own writer")
        super().__init__(*others, **named)
def write(pelican): return Own
def register():
    signals.get_writer.connect(write)
   """
WORKING = ["fastbuild", "blog", "media", "admin"]
NEEDING = {
    "site": ("identity.yaml and availability.yaml", ""),
    "services": ("plugins.site", ""),
    "discovery": ("plugins.site", ""),
    "finishing": ("the theme that it comes with", ""),
    "admin": ("plugins.site", "ADMIN = {'backend': {'name': 'github', 'repo': 'ann/site'}}"),
}


def _build(
    folder: Path, name: str, site: str = "", others: str = "", mine: str = _MINE
) -> subprocess.CompletedProcess[str]:
    (folder / "content" / "images").mkdir(parents=True)
    (folder / "content" / "images" / "a.svg").write_text('<svg width="2" height="2"></svg>', encoding="utf-8")
    for number in (1, 2):
        text = f"Title: Post {number}\nDate: 2026-01-0{number}\nTags: one\n\n![x]({{static}}images/a.svg)\n"
        (folder / "content" / f"post-{number}.md").write_text(text, encoding="utf-8")
    (folder / "mine.py").write_text(mine, encoding="utf-8")
    settings = _SETTINGS.format(site=site, root=str(ROOT), plugin=f"plugins.{name}", others=others)
    (folder / "pelicanconf.py").write_text(settings, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "--fatal", "warnings"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("site", ["", "https://site.example"])
@pytest.mark.parametrize("name", WORKING)
def test_a_plugin_alone_works(tmp_path: Path, name: str, site: str) -> None:
    done = _build(tmp_path, name, site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "output" / "post-1.html").is_file()
    lists = sorted((tmp_path / "output").glob("index*.html"))
    assert len(lists) == 2
    assert f"/{lists[1].name}" in lists[0].read_text(encoding="utf-8").replace('"', "/")


def test_somebody_else_s_writer_is_the_only_one(tmp_path: Path) -> None:
    done = _build(tmp_path, "blog", mine=_MINE.replace("def register():", _WRITER))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "their own writer" in done.stdout


@pytest.mark.parametrize("name", NEEDING)
def test_a_plugin_alone_says_what_it_needs(tmp_path: Path, name: str) -> None:
    needed, others = NEEDING[name]
    done = _build(tmp_path, name, "https://site.example", others)
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence.startswith(f"plugins.{name} needs ")
    assert needed in sentence
    assert "Traceback" not in done.stdout
