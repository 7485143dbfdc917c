"""Card drawing (Pillow): a share card of 1200 × 630 with the page's title."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from plugins.content.colours.tokens import colours_of
from plugins.content.fonts.drawn_type import DrawnType
from plugins.media.image_cache import Made

RECIPE = "card 2"
WIDTH, HEIGHT = 1200, 630
_SQUARE = 30
_MARGIN = 75
# The sheet leaves squared paper at its right: the grid is never behind words.
_SHEET = 1020
_TITLE = WIDTH - (WIDTH - _SHEET) - 2 * _MARGIN
_SIZES = (88, 80, 72, 64, 56, 48)
_MOST_LINES, _TALLEST = 4, 275
_SMALL, _LEADING = 34, 1.12
LOGO_WIDTH, LOGO_HEIGHT = 480, 72
_BAND, _GAP, _BANDS = 18, 5, 300
# How many steps the edge of a letter takes from the paper to its ink.
_STEPS = 16
_NO_LETTER = "\uffff"


@dataclass(frozen=True)
class Card:
    """The words of a card: what kind of page it is, its title and whose site; the brand's logo (PNG) for its name."""

    kicker: str
    title: str
    brand: str
    logo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Style:
    """The theme's colours and its typeface."""

    colours: Mapping[str, str] = field(repr=False)
    type: DrawnType = field(repr=False)

    @classmethod
    def of(cls, theme: Path) -> Style | None:
        """The style of a theme; None where none of its typefaces can be drawn with."""
        drawn = DrawnType.of(theme)
        return cls(colours_of(theme), drawn) if drawn else None


def draw(card: Card, style: Style) -> Made:
    """Draw a card, as `card.png`."""
    colours = style.colours
    image = Image.new("RGB", (WIDTH, HEIGHT), colours["surface"])
    pen = ImageDraw.Draw(image)
    for x in range(_SHEET, WIDTH, _SQUARE):
        pen.line((x, 0, x, HEIGHT), colours["grid"], 2)
    for y in range(_SQUARE // 2, HEIGHT, _SQUARE):
        pen.line((_SHEET, y, WIDTH, y), colours["grid"], 2)
    small = style.type.font(_SMALL, 600)
    kicker, title, brand = (_known(words, small) for words in (card.kicker, card.title, card.brand))
    pen.text((_MARGIN, _MARGIN), _one_line(kicker, small), colours["muted"], small, anchor="ls")
    font, lines = _fit(title, style)
    height = round(font.size * _LEADING)
    top = _MARGIN + 70
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * height), line, colours["ink"], font, anchor="lt")
    _jersey(pen, top + len(lines) * height + 24, colours)
    if card.logo:
        _put_logo(image, card.logo)
    else:
        large = style.type.font(_SMALL + 6, 700)
        pen.text((_MARGIN, HEIGHT - _MARGIN), _one_line(brand, large), colours["macro"], large, anchor="ls")
    file = io.BytesIO()
    # Packed quickly and not best: a few kilobytes more, which only robots fetch.
    few = image.quantize(256) if card.logo else image.quantize(palette=_inks(colours), dither=Image.Dither.NONE)
    few.save(file, "PNG", compress_level=6)
    return Made({"card.png": file.getvalue()}, {"width": WIDTH, "height": HEIGHT})


def _put_logo(image: Image.Image, content: bytes) -> None:
    """The logo where the name of the brand would stand."""
    with Image.open(io.BytesIO(content)) as opened:
        logo = opened.convert("RGBA")
    scale = min(LOGO_WIDTH / logo.width, LOGO_HEIGHT / logo.height)
    logo = logo.resize([max(1, round(side * scale)) for side in logo.size], Image.Resampling.LANCZOS)
    image.paste(logo, (_MARGIN, HEIGHT - _MARGIN - logo.height), logo)


def _inks(colours: Mapping[str, str]) -> Image.Image:
    """The palette of a card: paper, squares, and each ink with its way to the paper."""
    paper = ImageColor.getrgb(colours["surface"])
    listed = [*paper, *ImageColor.getrgb(colours["grid"])]
    for name in ("ink", "muted", "macro", "micro"):
        ink = ImageColor.getrgb(colours[name])
        for step in range(_STEPS):
            listed += [round(one + (other - one) * step / _STEPS) for one, other in zip(ink, paper, strict=True)]
    inks = Image.new("P", (1, 1))
    inks.putpalette(listed)
    return inks


def _jersey(pen: ImageDraw.ImageDraw, top: int, colours: Mapping[str, str]) -> None:
    """The two bands of the jersey: one plain, one knitted, paper between."""
    pen.rectangle((_MARGIN, top, _MARGIN + _BANDS - 1, top + _BAND - 1), colours["macro"])
    below = top + _BAND + _GAP
    for x in range(_MARGIN, _MARGIN + _BANDS, 10):
        pen.rectangle((x, below, x + 7, below + _BAND - 1), colours["micro"])


def _fit(title: str, style: Style) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest type at which a title fits, and its lines; what never fits ends with an ellipsis."""
    for size in _SIZES:
        font = style.type.font(size, 700)
        lines = _lines(title, font)
        is_low = len(lines) <= _MOST_LINES and len(lines) * round(size * _LEADING) <= _TALLEST
        if is_low and all(font.getlength(line) <= _TITLE for line in lines):
            return font, lines
    lines = lines[:_MOST_LINES]
    return font, [*(_one_line(line, font) for line in lines[:-1]), _one_line(f"{lines[-1]}…", font)]


def _one_line(words: str, font: ImageFont.FreeTypeFont) -> str:
    """What fits of some words into a line, with an ellipsis where not all does."""
    if font.getlength(words) <= _TITLE:
        return words
    while words and font.getlength(f"{words}…") > _TITLE:
        words = words[:-1].rstrip()
    return f"{words}…"


def _known(words: str, font: ImageFont.FreeTypeFont) -> str:
    """Words without the letters that the typeface has not, which it draws as boxes; none where only signs are left."""
    box = bytes(font.getmask(_NO_LETTER))
    unknown = {char for char in set(words) if not char.isspace() and bytes(font.getmask(char)) == box}
    left = " ".join("".join(char for char in words if char not in unknown).split())
    return left if any(char.isalnum() for char in left) else ""


def _lines(title: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= _TITLE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
