"""The command builds what Pelican builds, and does without it where little or nothing has changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pelicanconf import PLUGINS
from tests.building import ROOT, edit
from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import POSTS, Place
from tests.soak import soak_count

_PLUGIN = """
import logging
from pelican import signals

def complain(content):
    if "Guasto" in str(content._content):
        logging.getLogger("pelican.{name}").error("Guasto")

def register():
    signals.content_object_init.connect(complain)
"""


@pytest.fixture
def command(place: Place) -> Command:
    """The command of a site that it has built."""
    command = Command(place.folder)
    command.build(**place.settings())
    return command


_TELLING = """
import atexit, os, sys
command = os.getpid()
atexit.register(lambda: os.getpid() == command and print(*sys.modules, sep="\\n", file=sys.stderr))
from plugins.fastbuild.command import main
main(sys.argv[1:])
"""


def _run(command: Command, line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line, cwd=ROOT, env=command.environment, capture_output=True, text=True, check=True, timeout=120
    )


def _imported(command: Command, place: Place, **settings: object) -> tuple[set[str], str]:
    """Build once more; the modules that were imported for it, and what was told."""
    program, *others = command.line(place.settings(**settings))
    run = _run(command, [program, "-X", "importtime", *others])
    return {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}, run.stdout


def _imported_by_itself(command: Command, place: Place) -> tuple[set[str], str]:
    """As `_imported`, without what its helper had begun to import before it was ended."""
    program, _, _, *others = command.line(place.settings())
    run = _run(command, [program, "-c", _TELLING, *others])
    return set(run.stderr.splitlines()), run.stdout


def _append(file: Path, words: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + words, encoding="utf-8")


def _append_to_all(place: Place, words: str) -> None:
    for number in range(4):
        _append(place.post(number), words)


def _empty(file: Path) -> None:
    file.write_text(f"---\n{file.read_text(encoding='utf-8').split('---', 2)[1].strip()}\n---\n", encoding="utf-8")


def test_where_nothing_has_changed_nothing_of_pelican_is_imported(command: Command, place: Place) -> None:
    modules, told = _imported_by_itself(command, place)
    assert "nothing has changed" in told
    assert "plugins.fastbuild.command" in modules
    assert not {name for name in modules if name.partition(".")[0] in ("pelican", "jinja2", "pydantic")}


def test_a_clean_build_is_that_of_pelican(place: Place, other: Builder) -> None:
    """Texts are converted while it is imported, where there are many."""
    for number in range(POSTS, 90):
        text = place.post(number % POSTS).read_text(encoding="utf-8")
        place.post(number).write_text(text.replace('title: "', f'title: "{number} '), encoding="utf-8")
    told = Command(place.folder).build(**place.settings())
    assert "pages, " in told
    assert tree(place.output) == place.clean(other, PLUGINS=[name for name in PLUGINS if name != "plugins.fastbuild"])


EDITS: dict[str, Callable[[Place], object]] = {
    "a text": lambda place: _append(place.post(3), "\nUna parola in più.\n"),
    "a heading": lambda place: _append(place.post(3), "\n## Un altro titolo\n\nE ciò che dice.\n"),
    "a longer text": lambda place: _append(place.post(3), "\n" + "parola " * 300),
    "a title": lambda place: edit(place.post(3), 'title: "', 'title: "Ecco: '),
    "a summary": lambda place: edit(place.post(3), 'summary: "', 'summary: "Ecco. '),
    "a day of change": lambda place: edit(place.post(3), "tags: ", "modified: 2026-11-19\ntags: "),
    "a link to another file": lambda place: _append(place.post(3), "\n[x]({filename}articolo-00001.md)\n"),
    "braces in a text": lambda place: _append(place.post(3), "\nE poi {questo}.\n"),
    "several texts": lambda place: _append_to_all(place, "\nE poi.\n"),
    "a page": lambda place: _append(place.content / "pages" / "chi-sono.md", "\nE altro ancora.\n"),
    "a service": lambda place: _append(next(place.content.glob("services/*/p*.md")), "\nE altro ancora.\n"),
    "a label": lambda place: edit(place.post(3), "tags: [", "tags: [nuova, "),
    "a date": lambda place: edit(place.post(3), "date: 2026", "date: 2025"),
    "a title of a page": lambda place: edit(place.content / "pages" / "chi-sono.md", "title: ", "title: Ora, "),
    "a price": lambda place: edit(next(place.content.glob("services/*/p*.md")), "from: ", "from: 1"),
    "a new post": lambda place: place.post(99).write_text(place.post(1).read_text("utf-8"), "utf-8"),
    "a post that goes": lambda place: place.post(2).unlink(),
    "a template": lambda place: _append(place.folder / "theme/templates/partials/post_list.html", "<hr>"),
    "a text that is gone": lambda place: place.post(3).write_text(
        "---\n" + place.post(3).read_text("utf-8").split("---\n")[1] + "---\n", "utf-8"
    ),
}
# It takes the place of Pelican's own run, where Pelican as a whole has begun.
_WHOLE = "plugins.fastbuild.run"


def test_each_edit_is_brought_in_without_the_whole_of_pelican(command: Command, place: Place, other: Builder) -> None:
    for number, name in enumerate(EDITS):
        EDITS[name](place)
        modules, told = _imported(command, place)
        assert "pages changed" in told, name
        assert "pelican.contents" in modules, name
        assert _WHOLE not in modules, name
        if number % soak_count(4, 1) == 0:
            assert tree(place.output) == place.clean(other), name
    assert tree(place.output) == place.clean(other)
    assert "nothing has changed" in command.build(**place.settings())


def test_edit_is_built_incrementally_when_the_browser_editor_is_enabled(place: Place, other: Builder) -> None:
    settings = {"ADMIN": {"backend": {"name": "github", "repo": "anna/sito"}}}
    command = Command(place.folder)
    command.build(**place.settings(**settings))
    EDITS["a text"](place)
    modules, told = _imported(command, place, **settings)
    assert "pages changed" in told
    assert _WHOLE not in modules
    assert tree(place.output) == place.clean(other, **settings)


WIDER: dict[str, Callable[[Place], object]] = {
    "a page that is gone": lambda place: (place.output / "blog/articolo-00003/index.html").unlink(),
}


@pytest.mark.parametrize("name", WIDER)
def test_what_is_more_than_that_is_left_to_pelican(command: Command, place: Place, other: Builder, name: str) -> None:
    WIDER[name](place)
    modules, _told = _imported(command, place)
    assert _WHOLE in modules
    assert tree(place.output) == place.clean(other)


def test_front_matter_fault_is_told_and_the_site_stays(command: Command, place: Place) -> None:
    before = tree(place.output)
    edit(place.post(3), 'title: "', 'title: ["')
    command.start(**place.settings())
    code, _told, warnings = command.outcome()
    assert code == 1
    assert "articolo-00003.md:3" in warnings
    assert tree(place.output) == before


def test_a_picture_without_words_is_complained_of_as_pelican_does(command: Command, place: Place) -> None:
    _append(place.post(3), "\n![](../images/niente.svg)\n")
    command.start(**place.settings())
    _code, told, warnings = command.outcome()
    assert "Empty alt attribute" in told + warnings


def test_another_environment_asks_pelican_once(command: Command, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    modules, told = _imported(command, place)
    assert _WHOLE in modules
    assert "nothing has changed" in told
    assert "pelican" not in _imported_by_itself(command, place)[0]


def test_a_function_of_the_settings_that_is_another_builds_everything(place: Place) -> None:
    """Its name is what it was, and all that it makes may be something else."""
    helper = place.folder / "aiuti.py"
    helper.write_text("def loud(text):\n    return text\n", encoding="utf-8")
    template = place.folder / "theme" / "templates" / "partials" / "post_list.html"
    _append(template, "{{ 'ecco'|loud }}")
    command = Command(place.folder)
    line = command.line(place.settings())
    settings = Path(line[line.index("-s") + 1])
    _append(
        settings,
        f"sys.path.insert(0, {str(place.folder)!r})\nimport aiuti\nJINJA_FILTERS = {{'loud': aiuti.loud}}\n",
    )

    def build() -> str:
        return subprocess.run(
            line, cwd=ROOT, env=command.environment, capture_output=True, text=True, check=True, timeout=120
        ).stdout

    build()
    assert "ecco" in (place.output / "blog/index.html").read_text(encoding="utf-8")
    assert "the code in the setting JINJA_FILTERS" in build()
    helper.write_text("def loud(text):\n    return text.upper()\n", encoding="utf-8")
    build()
    assert "ECCO" in (place.output / "blog/index.html").read_text(encoding="utf-8")


def test_warnings_of_a_foreign_plugin_end_as_pelican_ends(place: Place) -> None:
    """Of a plugin of somebody else's nobody knows what it needs: Pelican is asked each time."""
    (place.folder / "lagna.py").write_text(_PLUGIN.format(name="lagna"), encoding="utf-8")
    command = Command(place.folder)
    line = command.line(place.settings())
    settings = Path(line[line.index("-s") + 1])
    _append(settings, f"PLUGIN_PATHS = [*PLUGIN_PATHS, {str(place.folder)!r}]\nPLUGINS = [*PLUGINS, 'lagna']\n")

    def build() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-X", "importtime", *line[1:]],
            cwd=ROOT,
            env=command.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert build().returncode == 0
    assert "pelican.generators" in build().stderr
    _append(place.post(3), "\nGuasto.\n")
    failed = build()
    assert failed.returncode == 1
    assert "Guasto" in failed.stdout + failed.stderr
    edit(place.post(3), "\nGuasto.\n", "\n")
    assert build().returncode == 0
    assert "Guasto" not in (place.output / "blog/articolo-00003/index.html").read_text(encoding="utf-8")
