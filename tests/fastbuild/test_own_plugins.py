"""With a plugin of the owner's Pelican builds the site: an edit is as a clean build, and what it says is heard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.building import ROOT, edit
from tests.fastbuild.conftest import Place
from tests.fastbuild.owned import Owned
from tests.soak import soak_count


@pytest.fixture
def owned(place: Place) -> Owned:
    return Owned(place)


def _say(owned: Owned, words: str = "Una parola in più.") -> None:
    post = owned.place.post(3)
    post.write_text(post.read_text(encoding="utf-8") + f"\n{words}\n", encoding="utf-8")


def _call(owned: Owned, title: str = "Ecco") -> None:
    edit(owned.place.post(3), 'title: "', f'title: "{title}: ')


_ADDS = "def f(content):\n    if hasattr(content, 'title'): content.title += '!'\n"
_SHARES = "def f(content):\n    if hasattr(content, 'tags'): content.tags.append(content.tags[0])\n"
_CONNECTS = "def register(): signals.{signal}.connect(f)\n"
PLUGINS = {
    "adds to what a post says": _ADDS + _CONNECTS.format(signal="content_object_init"),
    "adds to a list of a post": _SHARES + _CONNECTS.format(signal="content_object_init"),
    "reads titles when posts are read": "def f(posts): posts.context['mio'] = [one.title for one in posts.articles]\n"
    + _CONNECTS.format(signal="article_generator_finalized"),
    "adds to texts when posts are read": "def f(posts):\n    for one in posts.articles: one._content += '<p>!</p>'\n"
    + _CONNECTS.format(signal="article_generator_finalized"),
    "says another text when posts are read": "def f(posts):\n    for one in posts.articles: one._content = '<p>x</p>'\n"
    + _CONNECTS.format(signal="article_generator_pretaxonomy"),
    "adds to a post before it is written": "def f(posts, content): content._content += '<p>Fine.</p>'\n"
    + _CONNECTS.format(signal="article_generator_write_article"),
}


# First each plugin with one of the edits, then with the other.
_CASES = [(name, (_say, _call)[(place + turn) % 2]) for turn in range(2) for place, name in enumerate(PLUGINS)]


@pytest.mark.some_cases(1)
@pytest.mark.soak
@pytest.mark.parametrize(("name", "make"), _CASES[: len(PLUGINS) * soak_count(1, 2)])
def test_edit_with_an_own_plugin_equals_a_clean_build(owned: Owned, name: str, make: Callable[[Owned], None]) -> None:
    owned.show("{{ mio|default('') }}")
    owned.plug(PLUGINS[name])
    for change in (lambda _owned: None, make):
        change(owned)
        done = owned.run()
        assert "does not know the plugin mio, so Pelican builds the site itself" in done.stdout
    assert owned.is_as_a_clean_build()


_WARNS = """
def f(content):
    if "Guasto" in str(content._content): logging.getLogger("pelican.mio").warning("È guasto")
"""


def test_plugin_warning_is_shown_and_can_fail_the_build(owned: Owned) -> None:
    owned.plug(_WARNS + _CONNECTS.format(signal="content_object_init"))
    owned.build(fatal="warnings")
    _say(owned, "Guasto.")
    done = owned.run()
    assert "È guasto" in done.stdout + done.stderr
    _say(owned, "Di nuovo.")
    assert owned.run(fatal="warnings").returncode == 1


def test_what_pelican_warns_of_is_told(owned: Owned) -> None:
    owned.build()
    _say(owned, "[x]({boh}y)")
    done = owned.run()
    assert "'boh' not recognized" in done.stdout + done.stderr


def test_a_plugin_that_is_new_is_seen(owned: Owned) -> None:
    owned.build()
    owned.plug(
        "def f(posts, metadata): metadata['title'] += '!'\n" + _CONNECTS.format(signal="article_generator_context")
    )
    owned.build(module="pelican")
    _call(owned)
    owned.build()
    assert owned.is_as_a_clean_build()


_WATCHING = """
import sys
from pathlib import Path
from pelican import Pelican, read_settings
settings, plugin, content, output = sys.argv[1:]
pelican = Pelican(read_settings(settings, override={"PATH": content, "OUTPUT_PATH": output}))
pelican.run()
Path(plugin).write_text(Path(plugin).read_text("utf-8").replace("prima", "dopo"), "utf-8")
pelican.run()
"""


@pytest.mark.some_cases(0)
def test_output_of_changed_plugin_code_is_built_again(owned: Owned) -> None:
    owned.show("{{ 'x'|mio }}")
    owned.plug(
        "def g(generator): generator.env.filters['mio'] = lambda text: text + 'prima'\n"
        "def register(): signals.generator_init.connect(g)\n"
    )
    owned.build()
    folder: Path = owned.place.folder
    files = [folder / "mie.py", folder / "mio.py", owned.place.content, owned.place.output]
    subprocess.run([sys.executable, "-c", _WATCHING, *map(str, files)], cwd=ROOT, check=True, timeout=120)
    owned.build()
    assert owned.is_as_a_clean_build()
