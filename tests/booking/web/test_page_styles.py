"""The endpoint's pages have the styles that their templates can use: no less in any state, and no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta

from plugins.booking.web.page_styles import Styles
from plugins.booking.web.rendering import THEME
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.template_fragments import Fragments
from plugins.content.templates.used_css import cut, mentioned
from tests.theme.selectors import selectors

TEMPLATES = THEME / "templates"
RENDERED = [
    file.relative_to(TEMPLATES).as_posix()
    for file in (*(TEMPLATES / "problem.html",), *(one for place in ("booking", "messages", "agenda", "posta")
    for one in sorted((TEMPLATES / place).glob("*.html"))))
]  # fmt: skip


@pytest.fixture(scope="module")
def styles() -> Styles:
    return Styles(THEME)


def parts(template: str) -> set[str]:
    """A template with all that it extends, includes and imports, as the engine of the templates finds them."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n", Fragments]
    )
    found, waiting = set(), {template}
    while waiting:
        name = waiting.pop()
        found.add(name)
        named = meta.find_referenced_templates(environment.parse((TEMPLATES / name).read_text(encoding="utf-8")))
        for one in named:
            assert one, f"{name} takes in a template that only a running page can name"
            waiting |= {one} - found
    return found


def names(source: str, whole: frozenset[str]) -> Iterator[str]:
    """The elements and ids of a template, its classes, and those of the stylesheet that it may put together."""
    yield from re.findall(r"<([a-z][a-z0-9]*)", source)
    yield from (f"#{one}" for one in re.findall(r'id="([\w-]+)"', source))
    for said in re.findall(r'class="((?:[^"{]|\{[{%].*?[}%]\})*)"', source):
        yield from (f".{one}" for one in re.findall(r"[\w-]+", said))
    yield from (f".{one}" for one in re.findall(r'className = "([\w-]+)"', source))
    begun = tuple(f".{one}" for one in re.findall(r"([\w-]+-)\{\{", source))
    yield from (name for name in whole if name.startswith(begun))


@pytest.mark.parametrize("template", RENDERED)
def test_every_element_and_class_of_a_template_has_its_styles(styles: Styles, template: str) -> None:
    whole = stylesheet(THEME)
    sources = [(TEMPLATES / name).read_text(encoding="utf-8") for name in parts(template)]
    there = {"html", "body", "head", "root"}.union(*(names(source, mentioned(whole)) for source in sources))
    needed = selectors(cut(whole, frozenset(there)))
    assert len(needed) > 50
    assert needed - selectors(styles(template)) == set()


def test_a_rule_that_no_template_can_use_is_left_out(styles: Styles) -> None:
    whole = stylesheet(THEME)
    for one in styles.all():
        assert len(one) < 0.6 * len(whole)


def test_missing_template_raises_instead_of_an_unstyled_page(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Styles(tmp_path)
