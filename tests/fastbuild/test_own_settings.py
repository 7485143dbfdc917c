"""Settings of the owner's mean to the command what they mean to Pelican."""

from __future__ import annotations

import pytest

from tests.building import edit
from tests.fastbuild.conftest import Place
from tests.fastbuild.owned import Owned


@pytest.fixture
def owned(place: Place) -> Owned:
    return Owned(place)


def test_a_list_of_another_file_is_added_to_once(owned: Owned) -> None:
    owned.settings = "DIRECT_TEMPLATES += ['mio']\nMIO_SAVE_AS = 'mio.html'\n"
    (owned.place.folder / "theme/templates/mio.html").write_text("{{ DIRECT_TEMPLATES|length }}", encoding="utf-8")
    owned.build()
    assert (owned.place.output / "mio.html").read_text(encoding="utf-8") == "5"


@pytest.mark.some_cases(0)
def test_posts_ordered_by_a_function_move_when_its_input_changes(owned: Owned) -> None:
    owned.settings = "ARTICLE_ORDER_BY = lambda post: post.title\n"
    owned.build()
    edit(owned.place.post(3), 'title: "', 'title: "Zzz: ')
    owned.build()
    assert owned.is_as_a_clean_build()


def test_a_file_that_the_site_does_not_ignore_is_seen(owned: Owned) -> None:
    owned.settings = "IGNORE_FILES = []\n"
    hidden = owned.place.content / "images" / ".regole"
    hidden.parent.mkdir(exist_ok=True)
    hidden.write_text("prima", encoding="utf-8")
    owned.build()
    hidden.write_text("dopo", encoding="utf-8")
    owned.build()
    assert owned.is_as_a_clean_build()


KNOWN = {
    "archives by year, and Pelican's feeds": (
        "YEAR_ARCHIVE_SAVE_AS = 'blog/{date:%Y}/index.html'\nYEAR_ARCHIVE_URL = 'blog/{date:%Y}/'\n"
        "FEED_ALL_ATOM = 'tutto.xml'\nTAG_FEED_ATOM = 'tag/{slug}.xml'\n"
    ),
    "links by Pelican's own rule": "INTRASITE_LINK_REGEX = '[{|](?P<what>.*?)[|}]'\n",
    "pages in the order of their titles": "ARTICLE_ORDER_BY = PAGE_ORDER_BY = 'title'\nDEFAULT_PAGINATION = 2\n",
    "data for templates": "JINJA_GLOBALS = {'mio': ['a', {'b': 1.5}]}\nMIO = ('x',)\n",
}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", KNOWN)
def test_an_edit_of_a_site_is_that_of_pelican_with(owned: Owned, name: str) -> None:
    owned.settings = KNOWN[name]
    owned.show("{{ mio }}{{ MIO }}")
    owned.build()
    assert "nothing has changed" in owned.build()
    edit(owned.place.post(3), 'title: "', 'title: "Ecco: ')
    post = owned.place.post(2)
    post.write_text(post.read_text(encoding="utf-8") + "\n[x](|filename|articolo-00001.md)\n", encoding="utf-8")
    assert "does not know" not in owned.run().stdout
    assert owned.is_as_a_clean_build()


UNKNOWN = {
    "texts copied beside their pages": "STATIC_EXCLUDE_SOURCES = False\nSTATIC_PATHS = ['images', 'blog']\n",
    "dates of files": "DEFAULT_DATE = 'fs'\n",
    "pages that are templates": "TEMPLATE_PAGES = {'mia.html': 'mia.html'}\n",
}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", UNKNOWN)
def test_an_edit_of_a_site_is_left_to_pelican_with(owned: Owned, name: str) -> None:
    owned.settings = UNKNOWN[name]
    owned.show("{{ article.modified }}")
    (owned.place.content / "mia.html").write_text("{{ articles|length }}{{ articles[0].title }}", encoding="utf-8")
    owned.build()
    post = owned.place.post(3)
    post.write_text(post.read_text(encoding="utf-8") + "\nUna parola in più.\n", encoding="utf-8")
    owned.build()
    assert owned.is_as_a_clean_build()


_FUNCTIONS = {
    "a global": "lower = os.environ.get('MIO', '')\ndef mio(text): return text + lower\n",
    "an argument": "def mio(text, lower=os.environ.get('MIO', '')): return text + lower\n",
    "what is around it": "def made(lower): return lambda text: text + lower\nmio = made(os.environ.get('MIO', ''))\n",
}


@pytest.mark.some_cases(0)
@pytest.mark.parametrize("name", _FUNCTIONS)
def test_a_function_that_works_with_another_value_is_another(owned: Owned, name: str) -> None:
    owned.show("{{ 'x'|mio }}")
    owned.settings = f"import os\n{_FUNCTIONS[name]}JINJA_FILTERS = {{'mio': mio}}\n"
    owned.environment = {"MIO": "prima"}
    owned.build()
    owned.environment = {"MIO": "dopo"}
    owned.build()
    assert owned.is_as_a_clean_build()


_EXTENSION = """
from pathlib import Path
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

class Pieces(Preprocessor):
    def run(self, lines):
        return [Path({piece!r}).read_text("utf-8") if line == "--pezzo--" else line for line in lines]

class Mine(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Pieces(md), "pieces", 100)

def makeExtension():
    return Mine()
"""


@pytest.mark.some_cases(0)
def test_what_an_extension_of_ones_own_reads_is_read_again(owned: Owned) -> None:
    piece = owned.place.content / "pezzo.txt"
    piece.write_text("prima", encoding="utf-8")
    owned.put("mia_estensione.py", _EXTENSION.format(piece=str(piece)))
    owned.settings = "MARKDOWN['extensions'] += ['mia_estensione']\n"
    post = owned.place.post(3)
    post.write_text(post.read_text(encoding="utf-8") + "\n--pezzo--\n", encoding="utf-8")
    owned.build()
    piece.write_text("dopo", encoding="utf-8")
    owned.build()
    assert owned.is_as_a_clean_build()


def test_what_somebody_puts_into_the_output_stays(owned: Owned) -> None:
    owned.settings = "DELETE_OUTPUT_DIRECTORY = True\n"
    owned.build()
    others = [owned.place.output / name for name in ("altro.txt", "blog/altro.html")]
    for other in others:
        other.write_text("x", encoding="utf-8")
    assert "nothing has changed" in owned.build()
    edit(owned.place.post(3), "tags: [", "tags: [nuova, ")
    owned.build()
    owned.place.post(4).unlink()
    owned.build()
    for other in others:
        assert other.read_text(encoding="utf-8") == "x"
        other.unlink()
    assert owned.is_as_a_clean_build()


def test_only_the_builders_own_leftover_part_files_are_removed(owned: Owned) -> None:
    owned.build()
    mine, left = owned.place.output / "film.txt.part", owned.place.output / "blog" / "index.html.4711.part"
    for file in (mine, left):
        file.write_text("x", encoding="utf-8")
    owned.settings = "DEFAULT_PAGINATION = 3\n"
    owned.build()
    assert mine.exists()
    assert not left.exists()


def test_content_that_a_link_leads_to_is_content(owned: Owned) -> None:
    owned.place.content.rename(owned.place.folder / "altrove")
    owned.place.content.symlink_to("altrove")
    owned.build()
    edit(owned.place.post(3), 'title: "', 'title: "Ecco: ')
    owned.build()
    assert owned.is_as_a_clean_build()


def test_corrupt_record_of_written_files_stops_no_build(owned: Owned) -> None:
    owned.build()
    (record,) = (owned.place.folder / "cache").glob("written-*.txt")
    record.write_bytes(bytes(record.stat().st_size))
    edit(owned.place.post(3), "tags: [", "tags: [nuova, ")
    owned.build()
    assert owned.is_as_a_clean_build()


@pytest.mark.some_cases(0)
def test_packed_forms_go_with_what_they_are_of(owned: Owned) -> None:
    owned.settings = "PACK = True\n"
    owned.build()
    owned.place.post(3).unlink()
    owned.build()
    assert owned.is_as_a_clean_build()
    owned.settings = ""
    owned.build()
    assert owned.is_as_a_clean_build()
