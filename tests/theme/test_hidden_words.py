"""What is not true without styles and scripts is in no page: text browsers know neither `hidden` nor `template`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.building import ROOT

TEMPLATES = ROOT / "theme" / "templates"
# Of a script no browser shows anything; of a comment nothing is written.
_UNSHOWN = re.compile(r"<script\b.*?</script>|\{#.*?#\}", re.DOTALL)
_HIDDEN = re.compile(r"<template\b|<(\w+)\b(?:[^<>{}]|\{\{.*?\}\}|\{%.*?%\})*\shidden(?=[\s>=])[^<>]*>(?!</\1>)")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_words_wait_in_a_hidden_element(path: Path) -> None:
    text = _UNSHOWN.sub("", path.read_text(encoding="utf-8"))
    assert [found[0] for found in _HIDDEN.finditer(text)] == []


def test_words_that_wait_are_found() -> None:
    for page in (
        '<div class="a" hidden>',
        '<p hidden="until-found">x',
        "<template><li>",
        '<p data-a="{{ b }}" hidden>',
    ):
        assert _HIDDEN.search(page)
    for page in ("<ol data-found hidden></ol>", '<input type="hidden">', '<p class="visually-hidden">', "<p>x</p>"):
        assert not _HIDDEN.search(page)
