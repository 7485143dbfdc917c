"""Plain prose becomes what Markdown makes of it, and what may be more than that is left to Markdown."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from pelicanconf import MARKDOWN
from plugins.content.site import read_site
from plugins.fastbuild.markdown.fast_prose import Prose
from tests.building import CONTENT
from tests.soak import soak_count

_PLAIN, _PROSE = Markdown(**copy.deepcopy(MARKDOWN)), Prose(Markdown(**copy.deepcopy(MARKDOWN)))  # type: ignore[arg-type]
# What texts are made of, and what looks like it and is something else, in bits that meet in every way.
_BLOCKS = [
    "1. ",
    "2. ",
    "- ",
    "- ",
    "> ",
    "## ",
    "# ",
    "### x",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\n",
    "\n\n",
    "\n\n",
]
_MARKED = ["**b**", "*i*", "**b c.**", "*«i», j*", "[l](http://a.it/x_y)", "[l m]({filename}/a.md#x)", "l’*x*", "(*y*)"]
_PIECES = ["parola", "è", "altra cosa", "due. tre", " ", " ", *_BLOCKS, *_MARKED]
_LINES = [
    "![a]({static}/i.jpg)",
    "`c`",
    "&amp;",
    "\\*",
    "{#a}",
    "{: .b}",
    "a | b",
    "[x][y]",
    '[a](b "t")',
    "[a](<b>)",
    "[TOC]",
]
_STARTS = [
    "```python\nx = 1\n```\n",
    "    :::python\n    x = 1\n",
    "{video: https://youtu.be/aqz-KE-bpKQ | Un film}\n",
    "{map: niente}\n",
    "1998. ",
    "\n: d",
    "\n  y",
    "\n   z",
    "\n  - y",
    "\n  1. y",
    "    ",
    "---",
    "***",
    "~~~",
    "```",
    "--\n",
    "=\n",
]
_SIGNS = [
    *"_*[]()!:'\"…={}~#+|%^\\&<>\t\r\x02\x0c\x85",
    "\u00a0",
    "\u2028",
    "]:",
    "*[A]: b",
    "[^1]",
    "[x]: y",
    "  \n",
    "**",
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=14) | st.lists(
    st.sampled_from([*_PIECES, *_LINES, *_STARTS, *_SIGNS]), max_size=14
)


def _by_markdown(text: str) -> tuple[str, list[Any]]:
    return _PLAIN.reset().convert(text), getattr(_PLAIN, "toc_tokens", [])


@given(_TEXTS.map("".join))
@settings(max_examples=soak_count(500, 50_000), deadline=None)
def test_fast_prose_equals_markdown_output_or_leaves_it_to_markdown(text: str) -> None:
    made = _PROSE.convert(text)
    assert made is None or made == _by_markdown(text)


def test_nearly_every_text_of_the_site_is_prose() -> None:
    texts = [source.document.body for source in read_site(CONTENT).sources.values()]
    made = [(_PROSE.convert(text), text) for text in texts]
    assert all(one == _by_markdown(text) for one, text in made if one is not None)
    assert sum(one is not None for one, _ in made) > 0.8 * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "Una parola, **due** e *tre*.\ne una riga",
        "# Uno\ndue\n\n## Tre\n\n## Tre",
        "- uno\n- **due**\n  e mezzo\n\npoi\n\n1. uno\n2. due",
        "> Lo dice *lei*.\n> e [lui]({filename}/blog/lui.md)",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "Una riga con `codice`, A&B, e ![una foto]({static}/images/a.jpg).",
    ],
)
def test_this_is_prose(text: str) -> None:
    assert _PROSE.convert(text) == _by_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Un <b>elemento</b>",
        "Una nota[^1]\n\n[^1]: eccola",
        "[Chi](x) dove?\n\n[x]: https://a.it",
        "*[HTML]: Hypertext\n\nHTML",
        "    codice",
        "```\ncodice\n```",
        "Parola\n\n: la sua definizione",
        "Un titolo\n===",
        "## Un titolo {#suo}",
        "Parole {: .classe}\n\n[TOC]",
        "- una\n\n- lista",
        "> una\n\n> sola",
    ],
)
def test_this_is_left_to_markdown(text: str) -> None:
    assert _PROSE.convert(text) is None


@pytest.mark.parametrize(
    "other",
    [
        {"extensions": [*MARKDOWN["extensions"], "markdown.extensions.smarty"]},
        {"extensions": MARKDOWN["extensions"][1:]},  # type: ignore[index]
        {"extension_configs": {"markdown.extensions.toc": {"permalink": True}}},
        {"extension_configs": {"markdown.extensions.extra": {}}},
        {"output_format": "xhtml"},
        {"tab_length": 2},
    ],
)
def test_of_other_settings_nothing_is_known(other: dict[str, Any]) -> None:
    assert Prose.knows(MARKDOWN)
    assert not Prose.knows({**MARKDOWN, **other})
