"""The map of imports is drawn from the code, and no import goes round."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.import_map import PICTURE, PLUGINS, draw, imports, module_of, ranks, read


def test_the_picture_is_that_of_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(*read()), "make map draws it anew"
    assert ET.fromstring(PICTURE.read_text(encoding="utf-8")).tag.endswith("svg")


def test_layers_import_downwards_only() -> None:
    rank = ranks(read()[0])
    order = [
        "__main__",
        "server",
        "app",
        "agenda",
        "web",
        "calendars",
        "service",
        "settings",
        "mail",
        "oauth",
        "storage",
    ]
    heights = [rank[f"booking/{layer}"] for layer in order]
    assert heights == sorted(heights, reverse=True)


def test_modules_import_no_module_that_imports_them() -> None:
    graph = {module_of(path): frozenset(imports(path, at_once=True)) for path in PLUGINS.rglob("*.py")}
    assert len(ranks(graph)) > 250


def test_imports_that_go_round_are_told() -> None:
    with pytest.raises(ValueError, match="imports go round: a -> b -> a"):
        ranks({"a": frozenset("b"), "b": frozenset("a")})
