"""The drawings of a text are put into its page, and stay pictures wherever they cannot be."""

from __future__ import annotations

import pytest

from plugins.media.drawn_texts import with_drawings
from plugins.media.gallery import Gallery

SITE = "https://a.test"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 8"><path id="a" d="M0 0"/><use href="#a"/></svg>'
IMG = f'<img src="{SITE}/images/d.svg" alt="Un segno" width="9" height="8" loading="lazy" decoding="async"'


@pytest.fixture
def gallery() -> Gallery:
    gallery = Gallery()
    gallery.add_drawing("images/d.svg", "images/d.svg", SVG)
    return gallery


def test_each_drawing_of_a_text_has_ids_of_its_own(gallery: Gallery) -> None:
    html = with_drawings(gallery, SITE, f'<p>{IMG} class="x"></p><p>{IMG}></p>')
    assert html.startswith('<p><svg role="img" aria-label="Un segno" width="9" height="8" class="drawing x" viewBox=')
    assert 'href="#drawing-1-a"' in html
    assert 'href="#drawing-2-a"' in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "html",
    [
        f'{IMG} title="Qui">',
        f"<picture>{IMG}></picture>",
        f'<figure class="embed" data-embed="https://b.test/">{IMG}></figure>',
        f"<!-- {IMG}> -->",
        IMG.replace("d.svg", "altro.svg") + ">",
        "<p>Senza</p>",
    ],
)
def test_a_picture_with_a_part_of_its_own_stays_one(gallery: Gallery, html: str) -> None:
    assert with_drawings(gallery, SITE, html) == html


def test_many_drawings_do_not_swell_a_page() -> None:
    gallery = Gallery()
    gallery.add_drawing("images/d.svg", "images/d.svg", SVG.replace(b"M0 0", b"M0 0" * 4000))
    html = with_drawings(gallery, SITE, f"{IMG}>" * 9)
    assert html.count("<svg") == 2
    assert len(html) < 60_000
