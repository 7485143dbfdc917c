"""A site with anything in it that fastbuild does not know is built by Pelican's own run: clean, again, and edited."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fastbuild.foreign import FAST, Foreign
from tests.soak import soak_count

_HEAD = "from pathlib import Path\nfrom pelican import signals\n"

_WITHOUT_ENV = """
class G:
    def __init__(self, output_path, **others): self.out = output_path
    def generate_output(self, writer): (Path(self.out) / "mine.txt").write_text("mine")
def register(): signals.get_generators.connect(get)
def get(pelican): return G
"""
_EXACT_CLASS = """
from pelican.contents import Article
def add(generators):
    for one in generators[0].articles:
        if type(one) is Article: one._content += "<p>added</p>"
def register(): signals.all_generators_finalized.connect(add)
"""
_WRITER = """
from pelican.writers import Writer
class W(Writer):
    def write_feed(self, elements, *others, **named):
        return super().write_feed(sorted(elements, key=lambda one: one.title), *others, **named)
def get(pelican): return W
def register(): signals.get_writer.connect(get)
"""
_ELSEWHERE = """
from pelican.generators import Generator
class G(Generator):
    def generate_output(self, writer):
        before, writer.output_path = writer.output_path, writer.output_path + "/extra"
        writer.write_file("list.html", self.get_template("archives"), self.context, dates=[])
        writer.output_path = before
def get(pelican): return G
def register(): signals.get_generators.connect(get)
"""
_CONTEXT = """
from pelican.generators import Generator
class G(Generator):
    def generate_output(self, writer):
        for name in "abc":
            self.context["SITENAME"] = "gallery " + name
            writer.write_file(f"gallery/{name}.html", self.get_template("archives"), self.context, dates=[])
def get(pelican): return G
def register(): signals.get_generators.connect(get)
"""
_COUNTS_PAGES = """
def count(generator, writer):
    found = len(list(Path(generator.output_path).glob("*.html")))
    (Path(generator.output_path) / "count.txt").write_text(str(found))
def register(): signals.article_writer_finalized.connect(count)
"""
_OWN_ORDER = """
def order(generator):
    own = generator.get_files
    generator.get_files = lambda *others, **named: sorted(own(*others, **named), reverse=True)
def number(generator):
    for place, one in enumerate(generator.context["generated_content"].values()): one.title += f" ({place})"
def register():
    signals.article_generator_init.connect(order)
    signals.article_generator_pretaxonomy.connect(number)
"""
_READS_FILE = """
def add(content):
    if content._content: content._content += (Path(__file__).parent / "beside.txt").read_text()
def register(): signals.content_object_init.connect(add)
"""
_EXTENSION = """
from pathlib import Path
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
class Pieces(Preprocessor):
    def run(self, lines):
        return [*lines, "", (Path(__file__).parent / "beside.txt").read_text()]
class Mine(Extension):
    def extendMarkdown(self, md): md.preprocessors.register(Pieces(md), "pieces", 100)
def makeExtension(**_options): return Mine()
"""
_CLASS = """
import pelican
class Mine(pelican.Pelican):
    def run(self):
        super().run()
        with open(self.output_path + "/mine.txt", "w") as file: file.write("mine")
import sys
PELICAN_CLASS = Mine
"""

# By what is in such a site: its plugin and its settings.
SITES: dict[str, tuple[str, str]] = {
    "Pelican's own MARKDOWN": ("", "del MARKDOWN"),
    "a generator without templates": (_HEAD + _WITHOUT_ENV, ""),
    "a plugin that asks for the exact class": (_HEAD + _EXACT_CLASS, ""),
    "a writer of its own": (_HEAD + _WRITER, "FEED_ALL_ATOM = 'all.xml'"),
    "a plugin that writes elsewhere for a moment": (_HEAD + _ELSEWHERE, ""),
    "a context that changes between pages": (_HEAD + _CONTEXT, ""),
    "a plugin that reads the written pages": (_HEAD + _COUNTS_PAGES, ""),
    "a plugin with an order of its own": (_HEAD + _OWN_ORDER, ""),
    "a plugin that reads a file": (_HEAD + _READS_FILE, ""),
    "an extension that reads a file": ("", "MARKDOWN = {'extensions': ['extension']}"),
    "reST that reads a file": ("", ""),
    "a class in the place of Pelican's": ("", _CLASS),
    "links written otherwise": ("", r"INTRASITE_LINK_REGEX = r'%(?P<what>\w+)%'"),
    "a signal in the settings": ("", _HEAD + _READS_FILE + "register()"),
    "settings that change Pelican": (
        "",
        "import pelican.contents as c\nown = c.Article.get_relative_source_path\n"
        "old = c.truncate_html_words\nc.truncate_html_words = lambda *others: old(*others) + '<b>more</b>'",
    ),
}


@pytest.mark.some_cases(5)
@pytest.mark.soak
@pytest.mark.parametrize("name", SITES)
def test_the_site_is_that_of_pelican_with(tmp_path: Path, name: str) -> None:
    plugin, settings = SITES[name]
    site = Foreign(tmp_path, settings, plugin)
    site.put("beside.txt", "before")
    site.put("extension.py", _EXTENSION)
    if "reST" in name:
        site.put("content/rest.rst", "Rest\n####\n\n:date: 2026-02-02\n\n.. include:: ../beside.txt\n")
    if "links" in name:
        site.post(0, "[x](%filename%post-1.md)")
    # Built again with nothing changed in between: one of them, and by `make soak` all.
    again = name == "a plugin that reads a file" or soak_count(0, 1)
    for said in ("before", *(["before"] if again else []), "after"):
        site.put("beside.txt", said)
        if "reads a file" not in name:
            site.post(1, f"{said} and *else*.")
        assert site.is_that_of_pelican("plugins.fastbuild")
        assert site.told.count("so Pelican builds the site itself") == 1


def test_a_post_of_later_today_comes_out_in_its_second(tmp_path: Path) -> None:
    site = Foreign(tmp_path, "WITH_FUTURE_DATES = False\nDELETE_OUTPUT_DIRECTORY = True\n")
    due = datetime.now(UTC) + timedelta(seconds=4)
    site.post(2, "Soon.", f"{due:%Y-%m-%d %H:%M:%S}")
    # On a busy machine it may be out by then.
    site.build(FAST, "plugins.fastbuild")
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 1))
    assert site.is_that_of_pelican("plugins.fastbuild")
    assert "post-2.html" in site.build(FAST)


EDITS: dict[str, Callable[[Foreign], object]] = {
    "a new post": lambda site: site.post(7, "New."),
    "a post that goes": lambda site: (site.folder / "content/post-1.md").unlink(),
    "another setting": lambda site: site.put("mine.py", _HEAD + _EXACT_CLASS.replace("added", "other")),
}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_that_of_pelican_with(tmp_path: Path, name: str) -> None:
    site = Foreign(tmp_path, "DELETE_OUTPUT_DIRECTORY = True\n", _HEAD + _EXACT_CLASS)
    assert site.is_that_of_pelican("pelican")
    EDITS[name](site)
    assert site.is_that_of_pelican("pelican")
