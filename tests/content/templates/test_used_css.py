"""A page carries the styles it can use and no others."""

from __future__ import annotations

import pytest

from plugins.content.base.css_rules import parse
from plugins.content.templates.used_css import cut, read_names

PAGE = '<html><body class="a"><p class="b c" id="i">x</p><details><summary>y</summary></details></body></html>'
NAMES = read_names(PAGE)


@pytest.mark.parametrize(
    "rule",
    [
        "*{margin:0}",
        "p{margin:0}",
        ".b{margin:0}",
        "#i{margin:0}",
        ".a > .b.c + details[open] > summary::after{margin:0}",
        ".b:hover{margin:0}",
        ".b:not(.absent){margin:0}",
        ":is(.absent,.b) p{margin:0}",
        ".b:has(.absent){margin:0}",
        "p,[data-x]{margin:0}",
        ":root{margin:0}",
        '@font-face{font-family:X;src:url("/x;y{z}.woff2")}',
        "@layer a, b;",
        "@keyframes k{from{top:0}to{top:1px}}",
    ],
)
def test_a_rule_that_could_meet_something_stays_as_it_is(rule: str) -> None:
    assert cut(rule, NAMES) == rule


@pytest.mark.parametrize(
    "rule",
    [
        ".absent{margin:0}",
        "table{margin:0}",
        ".b .absent{margin:0}",
        "#absent{margin:0}",
        "p.absent:hover{margin:0}",
        "@media print{.absent{margin:0}}",
        "@layer a{@media print{table td{margin:0}}}",
    ],
)
def test_a_rule_that_can_meet_nothing_goes(rule: str) -> None:
    assert cut(rule, NAMES) == ""


def test_selector_list_keeps_only_selectors_that_can_match() -> None:
    assert cut(".b,.absent,p:is(.x,.y){margin:0}", NAMES) == ".b,p:is(.x,.y){margin:0}"


def test_groups_keep_what_stays_within_them() -> None:
    css = "@layer a{.b{margin:0}.absent{top:0}@media print{.c{left:0}table{left:0}}}"
    assert cut(css, NAMES) == "@layer a{.b{margin:0}@media print{.c{left:0}}}"


def test_unused_css_variables_are_dropped_and_indirectly_used_ones_stay() -> None:
    css = ':root{--x:url("a;b}c");--y:var(--z);--z:1px;--idle:"}";--chain:var(--idle)}.b{margin:var(--y)}'
    assert cut(css, NAMES) == ":root{--y:var(--z);--z:1px}.b{margin:var(--y)}"


@pytest.mark.parametrize(
    "page",
    [
        '<a title="1 > 0" class="b">x</a>',
        '<a title=\'"\' class="b">x</a>',
        '<p>5 < 6</p><i x=">" class=b>',
        '<a"y z"t>u"class="b">',
    ],
)
def test_greater_than_sign_in_an_attribute_value_ends_no_tag(page: str) -> None:
    assert ".b" in read_names(page)


def test_what_a_script_may_add_is_styled() -> None:
    script = 'const own = document.createElement("mark"); own.className = "own-zone";'
    names = read_names(PAGE, [script])
    assert cut("mark{top:0}.own-zone{top:0}.other{top:0}", names) == "mark{top:0}.own-zone{top:0}"


def test_semicolons_and_braces_in_texts_part_nothing() -> None:
    (rule,) = parse('.a::before{content:"};{";background:url(data:a;b,c)}')
    assert rule.body == 'content:"};{";background:url(data:a;b,c)'
