"""One word of one post, from `git push` to the live page, beside plain Pelican building the same content.

Plain Pelican is Pelican with its own theme, its own Markdown reader and no plugin; the same words as posts and pages
in the form that it reads. It checks nothing and switches nothing: it is the least that a build of these words takes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from plugins.content.front_matter import FrontMatter, Post
from plugins.content.site import Site, read_site
from tests.bench.result import Measure, Result
from tests.building import CONTENT, build
from tests.publishing.place import POST, Place, install

ROUNDS = 9
ADDRESS = Path("blog/cosa-delegare-per-primo/index.html")
SETTINGS = """
PATH = "content"
SITENAME = "Plain"
SITEURL = "https://plain.example"
TIMEZONE = "Europe/Rome"
DEFAULT_LANG = "it"
ARTICLE_PATHS = ["blog"]
PAGE_PATHS = ["pages", "services"]
STATIC_PATHS = ["images"]
PLUGINS = []
"""


def run() -> Result:
    """Measure each way in turn, so that a busy moment of the machine meets all of them."""
    live: list[float] = []
    ended: list[float] = []
    plain: list[float] = []
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = _pushed(folder / "place")
        _write_plain(read_site(CONTENT), folder / "plain")
        for number in range(ROUNDS + 1):
            page, end = _push(place, number)
            others = _plain(folder / "plain"), _whole(folder / "whole")
            if number:  # the first finds no compiled modules, and is not counted
                live.append(page)
                ended.append(end)
                plain.append(others[0])
                whole.append(others[1])
    return Result(
        "publishing",
        "One word of a post, on the sample site",
        (
            Measure("push_to_live", "git push, until the page is live", live),
            Measure("push_to_end", "git push, until the command ends", ended),
            Measure("whole_build", "Building the site alone, without check and push", whole),
            Measure("plain_pelican", "Plain Pelican, the same words with its own theme", plain),
        ),
        (("push_to_live", "plain_pelican"), ("push_to_live", "whole_build"), ("whole_build", "plain_pelican")),
        ("pelican", "Markdown", "Jinja2"),
    )


def _pushed(folder: Path) -> Place:
    folder.mkdir()
    place = install(folder)
    place.commit()
    first = place.push()
    assert first.code == 0, first.told
    return place


def _push(place: Place, number: int) -> tuple[float, float]:
    """Push another word, and return the seconds until it is on the live page and until the command ends."""
    file, word = place.work / POST, f"parola{number:03}"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{word}\n", encoding="utf-8")
    place.commit()
    page = place.server.current / ADDRESS
    began = time.perf_counter()
    pushing = place.start()
    while word not in page.read_text(encoding="utf-8"):
        assert pushing.process.poll() in (None, 0)
        time.sleep(0.002)
    live = time.perf_counter() - began
    told = pushing.end()
    assert told.code == 0, told.told
    return live, time.perf_counter() - began


def _plain(folder: Path) -> float:
    command = [sys.executable, "-m", "pelican", "content", "-s", "plain.py", "-o", "output", "--fatal", "errors"]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    return took


def _whole(folder: Path) -> float:
    began = time.perf_counter()
    done = build(CONTENT, folder, "publishconf.py")
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    return took


def _write_plain(site: Site, folder: Path) -> None:
    """The words of a site as Pelican's own reader wants them: a line for each key, lists with commas."""
    for path, source in site.sources.items():
        value = source.value
        keys = {"title": value.title, "slug": path.removesuffix(".md").replace("/", "-"), "summary": value.summary}
        if isinstance(value, Post):
            keys |= {"date": value.date.isoformat(), "category": value.category, "tags": ", ".join(value.tags)}
        if isinstance(value, FrontMatter) and value.status != "published":
            keys["status"] = value.status
        head = "".join(f"{key.title()}: {words}\n" for key, words in keys.items() if words)
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{head}\n{source.document.body}", encoding="utf-8")
    (folder / "content" / "images").symlink_to(CONTENT / "images")
    (folder / "plain.py").write_text(SETTINGS, encoding="utf-8")
