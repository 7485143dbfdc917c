"""Small drawings become elements of the page, in its colours, with nothing in them that runs or fetches."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from plugins.content.pictures.inline_drawings import LARGEST, inline_drawing
from tests.building import CONTENT

TOKENS = {"bg", "surface", "ink", "macro", "mark", "on-mark", "micro", "macro-tint", "micro-tint", "grid"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 8">'


def inlined(inner: str, head: str = SVG) -> str | None:
    drawing = inline_drawing(f"{head}{inner}</svg>".encode(), TOKENS)
    return drawing.html("Una gatta", "1") if drawing else None


def test_the_sample_drawing_takes_every_colour_from_the_page() -> None:
    drawing = inline_drawing((CONTENT / "images" / "scrivania.svg").read_bytes(), TOKENS)
    assert drawing
    html = drawing.html("La scrivania", "1")
    assert {"style", "text", "title"}.isdisjoint(re.findall(r"<(\w+)", html))
    assert set(re.findall(r'class="([^"]*)"', html)) == {"drawing", "drawing-note"}
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', html))
    assert {one for one in colours if not one.startswith("var(--")} == {"none", "#8A5A2B"}
    assert 'role="img" aria-label="La scrivania" width="920" height="640"' in html
    ElementTree.fromstring(html)


def test_rules_apply_by_weight_order_and_place() -> None:
    style = "g.a path{fill:red}path{fill:blue;stroke:var(--ink)}.b{fill:green}#c{fill:var(--own)}svg{--own:#123}"
    inner = '<g class="a"><path/><path class="b" fill="pink"/></g><path id="c"/><path style="fill:none"/>'
    html = inlined(f"<style>{style}</style>{inner}")
    assert html
    # Two names weigh more than one class; an id more than a class; `style` more than any rule.
    assert re.findall(r'<path[^>]*fill="([^"]*)"', html) == ["red", "red", "#123", "none"]
    assert html.count('stroke="var(--ink)"') == 4


def test_a_page_has_its_own_colours_in_either_scheme() -> None:
    dark = "@media (prefers-color-scheme: dark){svg{--ink:#fff}}"
    html = inlined(f"<style>svg{{--ink:#000}}{dark} path{{stroke:var(--ink,#000)}}</style><path/>")
    assert html
    assert '<path stroke="var(--ink)"/>' in html


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<path onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><path/></a>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        '<image href="data:image/png;base64,AA=="/>',
        '<use href="https://altrove.test/a.svg#b"/>',
        '<path><animate attributeName="d" to="M0 0"/></path>',
        '<path style="fill:url(https://altrove.test/a)"/>',
        "<style>@font-face{font-family:x;src:url(data:font/woff2,a)}</style>",
        "<style>path:hover{fill:red}</style>",
        "<style>@media (prefers-color-scheme:dark){path{fill:red}}</style>",
        "<style>svg{--mine:#000}@media (prefers-color-scheme:dark){svg{--mine:#fff}}path{fill:var(--mine)}</style>",
        "<style>path{mix-blend-mode:multiply}</style>",
        "<style>path{fill:red!important}</style>",
        "<style>path{fill:var(--none)}</style><path/>",
        f'<path d="{"M0 0" * (LARGEST // 4 + 1)}"/>',
        "<g>" * 60 + "</g>" * 60,
        "<path",
    ],
)
def test_what_runs_fetches_moves_or_weighs_stays_a_picture(inner: str) -> None:
    assert inlined(inner) is None


def test_ids_are_of_their_place_and_links_lead_nowhere() -> None:
    inner = (
        '<defs><linearGradient id="a"><stop stop-color="red"/></linearGradient></defs><path id="b" fill="url(#a)"/>'
        '<use xlink:href="#b"/><g id="strato1" xml:space="preserve"><a href="https://a.test/"><circle r="1"/></a></g>'
    )
    drawing = inline_drawing(f"{SVG}{inner}</svg>".encode(), TOKENS)
    assert drawing
    first, second = drawing.html("", "1"), drawing.html("", "2")
    assert 'id="drawing-1-a"' in first
    assert 'fill="url(#drawing-1-a)"' in first
    assert '<use href="#drawing-1-b"/>' in first
    assert "strato1" not in first
    assert "<a" not in first
    assert "a.test" not in first
    assert 'aria-hidden="true"' in first
    ids = [set(re.findall(r' id="([^"]+)"', html)) for html in (first, second)]
    assert not ids[0] & ids[1]


def test_words_of_a_drawing_and_of_its_description_are_escaped() -> None:
    drawing = inline_drawing(f'{SVG}<text x="1">a &lt;b&gt; &amp; <tspan>c</tspan> d</text></svg>'.encode(), TOKENS)
    assert drawing
    html = drawing.html('Una "gatta" <sola>', "1")
    assert 'aria-label="Una &quot;gatta&quot; &lt;sola&gt;"' in html
    assert '<text x="1">a &lt;b&gt; &amp; <tspan>c</tspan> d</text>' in html


def test_notes_of_drawing_programs_are_left_out() -> None:
    head = SVG.replace("<svg", '<svg xmlns:i="http://inkscape.test" i:version="1"')
    html = inlined('<i:view><path/></i:view><metadata>x</metadata><g i:label="Livello" style="-inkscape-x:1"/>', head)
    assert html
    assert "Livello" not in html
    assert "inkscape" not in html
    assert html.endswith('viewBox="0 0 9 8"><g/></svg>')
