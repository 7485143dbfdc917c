"""Builds of a site whose texts have translations: each is what a clean build makes of the same content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pelicanconf import PLUGINS
from tests.building import edit
from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.conftest import Place

_TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\nA note.[^1]\n\n[^1]: Here.\n"


def _translate(place: Place, name: str, said: str = "title: In English") -> Path:
    file = place.content / f"{name}.en.md"
    file.write_text(f"---\n{said}\n---\n{_TABLE}", encoding="utf-8")
    return file


def _begin(place: Place) -> None:
    _translate(place, "pages/home")
    _translate(place, "pages/blog")
    _translate(place, "blog/articolo-00003", "title: A post\nslug: a-post\ncategory: Time\ntags: [hours]")


CHANGES: dict[str, Callable[[Place], object]] = {
    "a translation is told again": lambda place: edit(place.content / "blog/articolo-00003.en.md", "A post", "Posts"),
    "a translation is added": lambda place: _translate(place, "blog/articolo-00002"),
    "a translation is taken away": lambda place: (place.content / "blog/articolo-00003.en.md").unlink(),
    "an original is told again": lambda place: edit(place.post(3), 'title: "', 'title: "Ecco: '),
    "the language is taken away": lambda place: (place.content / "pages/home.en.md").unlink(),
}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_translations_ends_as_a_clean_build(place: Place, other: Builder, name: str) -> None:
    _begin(place)
    place.build()
    CHANGES[name](place)
    place.build()
    assert tree(place.output) == place.clean(other)


def test_a_language_begins_in_a_site_built_before(place: Place, other: Builder) -> None:
    place.build()
    _begin(place)
    place.build()
    built = tree(place.output)
    assert built == place.clean(other)
    page = built["en/blog/a-post/index.html"].decode()
    assert 'aria-label="Table"' in page
    assert "Back to note 1 in the text" in page or "note 1" in page
    assert "nothing has changed" in place.build()


def test_pelican_alone_makes_the_same_site(place: Place, other: Builder) -> None:
    _begin(place)
    place.build()
    alone = [name for name in PLUGINS if name != "plugins.fastbuild"]
    assert tree(place.output) == place.clean(other, PLUGINS=alone)
