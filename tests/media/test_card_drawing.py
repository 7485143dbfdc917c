"""A card has the title on paper, in the theme's colours, whatever the title."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageColor

from plugins.content.fonts.drawn_type import DrawnType
from plugins.media.card_drawing import HEIGHT, WIDTH, Card, Style, draw
from tests.building import ROOT

STYLE = Style.of(ROOT / "theme") or Style({}, DrawnType(()))
TITLES = [
    "Sì",
    "Verifica dei costi",
    "La posta in arrivo non è una lista di cose da fare",
    "Una parola " * 40,
    "Precipitevolissimevolmente" * 3,
]


def drawn(title: str, brand: str = "Prova") -> Image.Image:
    made = draw(Card("Servizi", title, brand), STYLE)
    return Image.open(io.BytesIO(made.files["card.png"])).convert("RGB")


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("brand", ["Prova", "Studio di consulenza " * 5, "Precipitevolissimevolmente" * 3])
def test_words_keep_within_the_sheet(title: str, brand: str) -> None:
    image = drawn(title, brand)
    assert image.size == (WIDTH, HEIGHT)
    paper, grid = (ImageColor.getrgb(STYLE.colours[name]) for name in ("surface", "grid"))
    squared = image.crop((1020, 0, WIDTH, HEIGHT)).getcolors()
    assert squared is not None
    assert {colour for _, colour in squared} == {paper, grid}
    for edge in (
        image.crop((0, 0, 70, HEIGHT)),
        image.crop((0, 0, 1020, 40)),
        image.crop((0, HEIGHT - 60, 1020, HEIGHT)),
    ):
        assert edge.getcolors() == [(edge.width * edge.height, paper)]


@pytest.mark.parametrize(
    ("words", "same"), [("Студия, «Мир»!", ""), ("Studio Мир", "Studio"), ("Prova 🧶", "Prova"), ("漢字", "")]
)
def test_letters_the_typeface_has_not_are_no_boxes(words: str, same: str) -> None:
    assert drawn(words, words).tobytes() == drawn(same, same).tobytes()


def test_a_card_wears_both_colours_of_the_jersey() -> None:
    colours = drawn("Verifica dei costi").getcolors(100_000)
    assert colours is not None
    seen = {colour for _, colour in colours}
    assert {ImageColor.getrgb(STYLE.colours[name]) for name in ("macro", "micro", "ink", "surface")} <= seen


def test_the_same_words_give_the_same_card_and_others_another() -> None:
    first = draw(Card("a", "b", "c"), STYLE)
    assert draw(Card("a", "b", "c"), STYLE) == first
    assert draw(Card("a", "B", "c"), STYLE) != first
