"""Site icons: those of browsers and telephones, from the owner's own or from the brand's initial in the palette."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.content.colours.tokens import colours_of
from plugins.content.pictures.brand import BrandPicture
from plugins.content.pictures.rasterize import rasterized

if TYPE_CHECKING:
    from PIL import Image

SIZES = (192, 512)
DRAWN = "icons/icon.svg"
TOUCH, _TOUCH_SIZE = "apple-touch-icon.png", 180
# A circle cut out of a maskable icon reaches 40 % of its side (W3C, Web App Manifest): a square within it.
_SAFE = 0.56
_LARGE = 512
# The initial on the colour of links, underlined by the highlighter, in shares of the side.
_LETTER, _LINE = 0.46, (0.3, 0.7, 0.7, 0.76)

_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<style>.a{{fill:{macro}}}.b{{fill:{on}}}@media(prefers-color-scheme:dark){{.a{{fill:{dark}}}.b{{fill:{on_dark}}}}}</style>
<rect class="a" width="64" height="64" rx="6"/>
<text class="b" x="32" y="44" text-anchor="middle" font-family="system-ui,Arial,sans-serif" font-weight="700"
 font-size="44">{letter}</text>
<path d="M12 51h40v6H12z" fill="{mark}"/>
</svg>
"""


def initial(brand: str) -> str:
    """The letter that stands for a brand."""
    return next((one for one in brand if one.isalnum()), brand[:1]).upper()[:1]


def icons(theme: Path, brand: str, own: BrandPicture | None, content: Path) -> tuple[dict[str, bytes], bool]:
    """Every icon by its address, PNGs that fill their square; and whether the owner's own, if any, could be drawn.

    Without one of her own there is a drawing too.
    """
    picture = _of_own(own, content / own.address) if own else None
    colours = colours_of(theme)
    named = {f"icons/{size}.png": size for size in SIZES} | {TOUCH: _TOUCH_SIZE}
    if picture:
        made = {name: _framed(picture, size, colours["surface"]) for name, size in named.items()}
    else:
        large = _lettered(theme, initial(brand), colours)
        made = {name: _saved(large.resize((size, size))) for name, size in named.items()}
    drawn = {} if own else {DRAWN: _drawing(initial(brand), colours, colours_of(theme, dark=True)).encode()}
    return made | drawn, own is None or picture is not None


def _drawing(letter: str, light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    return _SVG.format(
        macro=light["macro"],
        on=light["on-tone"],
        dark=dark["macro"],
        on_dark=dark["on-tone"],
        letter=escape(letter),
        mark=light["mark"],
    )


def _of_own(own: BrandPicture, file: Path) -> Image.Image | None:
    """The owner's icon in pixels; None where it cannot be drawn."""
    from PIL import Image

    content: bytes | None = file.read_bytes()
    if own.kind == "image/svg+xml":
        scale = _LARGE / max(own.width, own.height)
        size = [max(1, round(side * scale)) for side in (own.width, own.height)]
        content = rasterized(file.read_bytes(), *size)
    if content is None:
        return None
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGBA")


def _framed(picture: Image.Image, size: int, paper: str) -> bytes:
    """A picture in the middle of its square, whole in the circle that a launcher may cut."""
    from PIL import Image

    most = size * (_SAFE if size != _TOUCH_SIZE else 0.8)
    scale = most / max(picture.size)
    inner = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.LANCZOS)
    image = Image.new("RGB", (size, size), paper)
    image.paste(inner, ((size - inner.width) // 2, (size - inner.height) // 2), inner)
    return _saved(image)


def _lettered(theme: Path, letter: str, colours: Mapping[str, str]) -> Image.Image:
    from PIL import Image, ImageDraw

    from plugins.content.fonts.drawn_type import DrawnType

    image = Image.new("RGB", (_LARGE, _LARGE), colours["macro"])
    pen = ImageDraw.Draw(image)
    drawn = DrawnType.of(theme)
    if drawn:
        font = drawn.font(round(_LARGE * _LETTER), 700)
        left, top, right, bottom = pen.textbbox((0, 0), letter, font)
        place = ((_LARGE - left - right) / 2, _LARGE * 0.46 - (top + bottom) / 2)
        pen.text(place, letter, colours["on-tone"], font)
    pen.rectangle([round(_LARGE * one) for one in _LINE], colours["mark"])
    return image


def _saved(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()
