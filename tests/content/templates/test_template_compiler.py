"""Templates say what Jinja's own say, in fewer steps."""

from __future__ import annotations

import markupsafe
import pytest
from jinja2 import Environment, TemplateNotFound
from jinja2.loaders import DictLoader
from markupsafe import Markup

from plugins.content.templates.template_compiler import escape
from plugins.content.templates.template_fragments import Fragments
from plugins.content.templates.template_translation import Words

TEMPLATES = {
    "base": "{% set name = self.title() %}<title>{% block title %}{{ title }} — x{% endblock %}</title>{{ name }}"
    "{% block main required %}{% endblock %}"
    "{% for one in (1, 2.5, none, true) %}{{ one }}{{ title ~ one }}{% endfor %}",
    "page": '{% extends "base" %}{% from "macros" import shown with context %}{% set here = "<a>" %}'
    "{% block main %}{{ super() if false }}{{ shown(title) }}{{ here }}{{ html }}{{ html|safe }}"
    "{% set kept %}{{ title }}<b>{% endset %}{{ kept }}{{ kept|upper }}{% filter upper %}{{ title }}<i>{% endfilter %}"
    "{% call(inner) shown(title) %}[{{ inner }}]{% endcall %}"
    '{% once title %}{{ title }}{% include "part" %}{% endonce %}{{ missing }}{{ title|striptags }}{% endblock %}',
    "macros": "{% macro shown(what) %}<p>{{ what }}{{ caller('<c>') if caller }}</p>{% endmacro %}",
    "part": "{% if title %}{{ title }}, {{ title|length }}{% endif %}"
    "{% trans name=title %}Ciao {{ name }}!{% endtrans %}",
    "bare": "{{ html }}",
}


def _rendered(is_ours: bool, name: str, **said: object) -> str:
    environment = Environment(loader=DictLoader(TEMPLATES), autoescape=True, extensions=[Words, Fragments])
    if not is_ours:
        environment.code_generator_class = Environment.code_generator_class
    return environment.get_template(name).render(**said)


@pytest.mark.parametrize("title", ["Uno", 'L\'<b>altro</b> & "quello"', Markup("<i>già</i>"), "", 7, None])
def test_every_way_to_say_something_says_the_same(title: object) -> None:
    said = {"title": title, "html": Markup("<p>&amp;</p>")}
    if title is None or title == 7:
        said = {"title": str(title), "html": title}
    assert _rendered(True, "page", **said) == _rendered(False, "page", **said)


class _Own(str):
    """Text of a kind of its own, as tags of Pelican may be."""

    def __str__(self) -> str:
        return "<own>"


class _Html:
    def __html__(self) -> str:
        return "<html>"


@pytest.mark.parametrize("value", ["a", "<", "&", '"', "'", "", Markup("<"), 1, 1.5, None, _Own("<"), _Html(), ["<"]])
def test_escaping_gives_what_markupsafe_gives(value: object) -> None:
    assert str.__str__(escape(value)) == str.__str__(markupsafe.escape(value))


def test_a_missing_template_is_told_as_ever() -> None:
    with pytest.raises(TemplateNotFound):
        _rendered(True, "absent")


def test_an_attribute_that_is_missing_leaves_nothing_behind() -> None:
    assert _rendered(True, "bare") == ""
