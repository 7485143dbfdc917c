"""The images of a text are shown by their pictures, with the words and the place they have."""

from __future__ import annotations

from functools import partial

import pytest

from plugins.content.pictures.svg_size import svg_size
from plugins.media.gallery import Gallery, Image
from plugins.media.text_images import path_of, with_pictures
from tests.cpu_time import quiet_seconds

GALLERY = Gallery(
    {
        "images/foto.jpg": Image("images/foto.jpg", 800, 600, (400, 800), "foto-0a"),
        "images/d.svg": Image("images/d.svg", 9, 8),
    }
)
SITE = "https://a.test"


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{static}/images/foto.jpg", "images/foto.jpg"),
        ("/images/foto.jpg", "images/foto.jpg"),
        ("{static}../images/foto.jpg", "images/foto.jpg"),
        ("{attach}/images/con%20spazio.jpg", "images/con spazio.jpg"),
    ],
)
def test_an_image_is_known_however_it_is_named(source: str, path: str) -> None:
    assert path_of(source, "blog") == path


def test_a_photo_has_both_kinds_its_size_and_its_words() -> None:
    html = with_pictures(
        '<p>Ciao</p><p><img alt="Una &quot;gatta&quot;" src="{static}/images/foto.jpg" title="Miao"></p>',
        "blog",
        GALLERY,
        SITE,
    )
    assert '<source type="image/avif" srcset="https://a.test/images/r/foto-0a-400.avif 400w, ' in html
    assert "https://a.test/images/r/foto-0a-800.webp 800w" in html
    assert 'src="https://a.test/images/foto.jpg" alt="Una &quot;gatta&quot;" width="800" height="600"' in html
    assert 'loading="lazy"' in html
    assert ' title="Miao">' in html
    assert html.index("avif") < html.index("webp") < html.index("<img")


def test_first_image_of_a_text_loads_eagerly_and_others_lazily() -> None:
    image = '<p><img alt="a" src="/images/foto.jpg"></p>'
    first, second = with_pictures(f"{image}<p>Testo</p>{image}", "blog", GALLERY, SITE).split("<p>Testo</p>")
    assert 'fetchpriority="high"' in first
    assert "lazy" not in first
    assert 'loading="lazy"' in second


def test_a_drawing_gets_its_size_and_stays_as_it_is() -> None:
    html = with_pictures('<p>A</p><img alt="" src="/images/d.svg" class="x">', "blog", GALLERY, SITE)
    shown = (
        '<img src="https://a.test/images/d.svg" alt="" width="9" height="8" loading="lazy" decoding="async" class="x">'
    )
    assert html == f"<p>A</p>{shown}"


def test_an_image_that_is_not_ours_is_left_alone() -> None:
    html = '<img src="https://altrove.test/a.jpg" alt="a">'
    assert with_pictures(html, "blog", GALLERY, SITE) == html


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<svg width="20" height="10px" viewBox="0 0 1 1">', (20, 10)),
        ('<?xml version="1.0"?><svg viewBox="0 0 920 640">', (920, 640)),
        ('<svg width="100%" height="100%" viewBox="-1,-1,30.4,20">', (30, 20)),
        ("<svg>", None),
    ],
)
def test_a_drawing_says_how_large_it_is(svg: str, size: tuple[int, int] | None) -> None:
    assert svg_size(svg) == size


@pytest.mark.parametrize("width", ["9" * 400, f"{'9' * 100_000}x", "1e400", "."])
def test_a_drawing_of_no_possible_size_has_none(width: str) -> None:
    for attributes in (f'width="{width}" height="1"', f'viewBox="0 0 {width} 1"'):
        assert svg_size(f"<svg {attributes}>") is None
        assert quiet_seconds(partial(svg_size, f"<svg {attributes}>")) < 0.5
