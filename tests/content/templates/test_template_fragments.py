"""A piece of a template that is the same for the same things may be rendered once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jinja2 import Environment, TemplateSyntaxError

from plugins.content.templates.template_fragments import Fragments

LIST = "{% for one in those %}{% once one, level %}<h{{ level }}>{{ one }}</h{{ level }}>{% endonce %}{% endfor %}"


@pytest.fixture
def environment() -> Environment:
    return Environment(autoescape=True, extensions=[Fragments])


def test_it_is_rendered_each_time_where_nobody_remembers(environment: Environment) -> None:
    said = environment.from_string(LIST).render(those=["a", "<b>", "a"], level=2)
    assert said == "<h2>a</h2><h2>&lt;b&gt;</h2><h2>a</h2>"


def test_whoever_remembers_is_told_its_place_and_what_it_names(environment: Environment) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def once(place: str, named: tuple[Any, ...], render: Callable[[], str]) -> str:
        asked.append((place, named))
        return render().upper()

    environment.once = once  # type: ignore[attr-defined]
    assert environment.from_string(f"\n{LIST}").render(those=["a"], level=2) == "\n<H2>A</H2>"
    assert asked == [("None:2", ("a", 2))]


def test_what_is_set_within_is_not_known_outside(environment: Environment) -> None:
    template = environment.from_string("{% once 1 %}{% set x = 2 %}{{ x }}{% endonce %}{{ x is defined }}")
    assert template.render() == "2False"


def test_it_names_something(environment: Environment) -> None:
    with pytest.raises(TemplateSyntaxError):
        environment.from_string("{% once %}x{% endonce %}")
