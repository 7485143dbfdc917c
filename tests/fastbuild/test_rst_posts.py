"""A site with texts in reST is built again as a clean build makes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.building import edit
from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import Place

POST = """Un altro articolo
=================

:date: 2026-02-03
:category: Lavoro
:tags: reST, prova
:summary: Scritto in reST.

Parole, e `un collegamento <{filename}articolo-00003.md>`_.

Sezione
-------

.. code-block:: python

   print(1)
"""

EDITS: dict[str, Callable[[Place], object]] = {
    "nothing": lambda _place: None,
    "its words": lambda place: edit(place.content / "blog/altro.rst", "Parole", "Altre parole"),
    "its title": lambda place: edit(place.content / "blog/altro.rst", "Un altro articolo\n=", "Un nuovo articolo\n="),
    "a post beside it": lambda place: place.post(3).write_text(
        place.post(3).read_text("utf-8") + "\nUna riga.\n", "utf-8"
    ),
    "a link to it": lambda place: place.post(2).write_text(
        place.post(2).read_text("utf-8") + "\n[x]({filename}altro.rst#sezione)\n", "utf-8"
    ),
    "it goes": lambda place: (place.content / "blog/altro.rst").unlink(),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_beside_rest_is_as_a_clean_build(place: Place, other: Builder, name: str) -> None:
    (place.content / "blog/altro.rst").write_text(POST, encoding="utf-8")
    place.build()
    EDITS[name](place)
    place.build()
    assert tree(place.output) == place.clean(other)
    assert ("blog/altro/index.html" in tree(place.output)) == (name != "it goes")


def test_the_command_sees_edits_beside_rest(place: Place, other: Builder) -> None:
    (place.content / "blog/altro.rst").write_text(POST, encoding="utf-8")
    command = Command(place.folder, 1)
    for name in ("nothing", "a post beside it", "its words", "a link to it"):
        EDITS[name](place)
        command.build(**place.settings())
    assert tree(place.output) == place.clean(other)


def test_plain_pelican_makes_the_same_of_rest(place: Place, other: Builder) -> None:
    from pelicanconf import PLUGINS

    (place.content / "blog/altro.rst").write_text(POST, encoding="utf-8")
    place.build()
    plain = [name for name in PLUGINS if name != "plugins.fastbuild"]
    assert tree(place.output) == place.clean(other, PLUGINS=plain)
