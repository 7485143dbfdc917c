"""The numbers of a drawing lead to the items of the list beside it, and these back."""

from __future__ import annotations

import pytest

from plugins.content.pictures.inline_drawings import inline_drawing
from plugins.media.numbered_notes import note_names, with_notes

LIST = "<ol>\n<li><strong>La maglia.</strong> Sta.</li>\n<li>Due &amp; tre</li>\n</ol>\n<p>Poi</p>"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 8"><a href="#nota-1"><path d="M1 1"/></a>'
    '<a href="#nota-2"><path d="M2 2"/></a><a href="#altro"><path d="M3 3"/></a></svg>'
)


def test_each_number_is_a_link_named_by_its_item() -> None:
    drawing = inline_drawing(SVG.encode(), ())
    assert drawing
    assert drawing.notes == 2
    html = drawing.html("La scrivania", "p", items=note_names(LIST, 2))
    assert html.startswith('<svg role="group" aria-label="La scrivania"')
    first = '<a class="drawing-note" id="segno-1" href="#nota-1" tabindex="-1" aria-label="1. La maglia">'
    assert f'{first}<path d="M1 1"/></a>' in html
    assert 'aria-label="2"' in html
    assert '<g><path d="M3 3"/></g>' in html


def test_without_a_list_numbers_are_part_of_the_picture() -> None:
    drawing = inline_drawing(SVG.encode(), ())
    assert drawing
    html = drawing.html("La scrivania", "1")
    assert html.startswith('<svg role="img"')
    assert html.count('<g class="drawing-note">') == 2
    assert "<a" not in html
    assert "segno" not in html


def test_items_lead_back_to_their_numbers() -> None:
    html = with_notes(LIST, 2)
    assert html.startswith('<ol class="notes">\n<li id="nota-1"><a class="note-number" href="#segno-1"')
    assert '">2</a> Due &amp; tre</li>' in html
    assert html.endswith("</ol>\n<p>Poi</p>")


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>" + LIST,
        LIST.replace("ol>", "ul>"),
        "<ol><li>Uno</li></ol>",
        "<ol><li>a<ul><li>b</li></ul></li></ol>",
        "",
    ],
)
def test_a_text_that_opens_otherwise_is_left_alone(html: str) -> None:
    assert note_names(html, 2) == []
    assert with_notes(html, 2) == html


def test_numbers_that_do_not_count_up_lead_nowhere() -> None:
    drawing = inline_drawing(SVG.replace("#nota-2", "#nota-3").encode(), ())
    assert drawing
    assert drawing.notes == 0
