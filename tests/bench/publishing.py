"""From `git push` to the live page: a word of a post on the sample site, and a new post on a site of a thousand.

The word stands beside plain Pelican building the same content, the new post beside Hugo building the same blog. Plain
Pelican is Pelican with its own theme, its own Markdown reader and no plugin; the same words as posts and pages in the
form that it reads. Neither checks or switches anything, and Hugo makes no index of words: each is the least that a
build takes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from plugins.content.front_matter import FrontMatter, Post
from plugins.content.site import Site, read_site
from tests.bench.corpus import write_content
from tests.bench.edits import new_post
from tests.bench.result import Measure, Result
from tests.bench.site import with_hugo
from tests.building import CONTENT, build
from tests.publishing.place import POST, Place, install

ROUNDS, SIZE = 9, 1_000
_WORD, _POST = "A word of a post, on the sample site", f"A new post, on a site of {SIZE:,} posts"
ADDRESS = Path("blog/cosa-delegare-per-primo/index.html")
_MEASURES = {
    "push_to_live": ("git push, until the page is live", _WORD),
    "push_to_end": ("git push, until the command ends", _WORD),
    "whole_build": ("Building the site alone, without check and push", _WORD),
    "plain_pelican": ("Plain Pelican, the same words with its own theme", _WORD),
    "post_to_live": ("git push, until the page is live", _POST),
    "post_to_end": ("git push, until the command ends", _POST),
    "post_hugo": ("Hugo, its build alone", _POST),
    "post_hugo_unrelated": ("Hugo, its build alone, no related posts", _POST),
}
_RATIOS = (
    ("push_to_live", "plain_pelican"),
    ("push_to_live", "whole_build"),
    ("whole_build", "plain_pelican"),
    ("post_to_live", "post_hugo"),
    ("post_to_live", "post_hugo_unrelated"),
    ("post_to_end", "post_hugo"),
    ("post_to_end", "post_hugo_unrelated"),
)
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


def run(rounds: int = ROUNDS, size: int = SIZE) -> Result:
    """Measure each way in turn, so that a busy moment of the machine meets all of them."""
    found: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place, large = _pushed(folder / "place"), _pushed(folder / "large", size)
        others = {"hugo": with_hugo(folder / "hugo", size, is_related=True)}
        others["hugo_unrelated"] = with_hugo(folder / "hugo_unrelated", size, is_related=False)
        _write_plain(read_site(CONTENT), folder / "plain")
        for number in range(rounds + 1):
            print(f"  Publishing, round {number} of {rounds} …", flush=True)
            took = dict(zip(("push_to_live", "push_to_end"), _push(place, *_word(place, number)), strict=True))
            took |= {"plain_pelican": _plain(folder / "plain"), "whole_build": _whole(folder / "whole")}
            took |= zip(("post_to_live", "post_to_end"), _push(large, *_new_post(large, number)), strict=True)
            for tool, site in others.items():
                if site:
                    new_post(site.content, number)
                    took[f"post_{tool}"] = site.build("post")
            if number:  # the first finds no compiled modules, and is not counted
                for one, seconds in took.items():
                    found[one].append(seconds)
    measures = tuple(Measure(one, label, found[one], group) for one, (label, group) in _MEASURES.items() if found[one])
    names = {one.name for one in measures}
    return Result(
        "publishing",
        "From git push to the live page",
        measures,
        tuple(pair for pair in _RATIOS if set(pair) <= names),
        ("pelican", "Markdown", "Jinja2"),
    )


def _pushed(folder: Path, posts: int = 0) -> Place:
    """A server with the sample site live, or with a blog of so many posts in the place of its own."""
    folder.mkdir()
    place = install(folder)
    if posts:
        shutil.rmtree(place.work / "content")
        write_content(place.work / "content", posts)
    place.commit()
    first = place.push()
    assert first.code == 0, first.told
    return place


def _word(place: Place, number: int) -> tuple[Path, str]:
    file, word = place.work / POST, f"parola{number:03}"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{word}\n", encoding="utf-8")
    return ADDRESS, word


def _new_post(place: Place, number: int) -> tuple[Path, str]:
    file = new_post(place.work / "content", number)
    return Path("blog") / file.stem / "index.html", "</html>"


def _push(place: Place, address: Path, word: str) -> tuple[float, float]:
    """Push what was written; the seconds until the live page has a word, and until the command ends."""
    place.commit()
    page = place.server.current / address
    began = time.perf_counter()
    pushing = place.start()
    while not page.exists() or word not in page.read_text(encoding="utf-8"):
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
    shutil.rmtree(folder, ignore_errors=True)
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
