"""Web app manifest and its icons, drawn from the palette."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

from plugins.domain.identity import Identity
from plugins.domain.language import spoken

SIZES = (192, 512)
TOUCH = "apple-touch-icon.png"
_TOUCH_SIZE = 180
# The jersey of theme/static/favicon.svg, in its 64 units: shoulders with sleeves, and the band below them.
_SHOULDERS = [(21, 3), (32, 8), (43, 3), (56, 8), (64, 27), (53, 32), (49, 25), (49, 35), (15, 35), (15, 25), (11, 32)]
_SHOULDERS += [(0, 27), (8, 8)]
_BAND = (15, 39, 49, 61)
# A circle cut out of a maskable icon reaches 40 % of its side (W3C, Web App Manifest).
_SAFE = 0.58
_SMOOTH = 4
_LONGEST_SHORT_NAME = 15


def manifest(identity: Identity, palette: Mapping[str, str]) -> str:
    """The manifest's JSON."""
    icons = [
        {"src": f"icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in SIZES
    ]
    said = {
        "name": identity.brand,
        **_short_name(identity.brand),
        "description": identity.claim,
        "lang": spoken().tag,
        # Read from the manifest's own place, below whatever path that is.
        "start_url": "./",
        "scope": "./",
        "display": "browser",
        "background_color": palette["bg"],
        "theme_color": palette["surface"],
        "icons": [{"src": "theme/favicon.svg", "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _short_name(brand: str) -> dict[str, str]:
    """The words of a name that fit below an icon; none where not even the first does, for a launcher cuts it better."""
    words = brand.split()
    fitting = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    short = [one for one in fitting if len(one) <= _LONGEST_SHORT_NAME]
    return {"short_name": short[-1]} if short else {}


def icons(palette: Mapping[str, str]) -> dict[str, bytes]:
    """Every icon by its address: PNGs that fill their square."""
    return {f"icons/{size}.png": _icon(size, palette) for size in SIZES} | {TOUCH: _icon(_TOUCH_SIZE, palette)}


def _icon(size: int, palette: Mapping[str, str]) -> bytes:
    from PIL import Image, ImageDraw

    # Around the jersey all is of one colour, which need not be drawn large: a pixel is made of three around it at most.
    around = int(size * (1 - _SAFE) / 2) - 4
    inner = size - 2 * around
    side = inner * _SMOOTH
    image = Image.new("RGB", (side, side), palette["surface"])
    draw, unit = ImageDraw.Draw(image), size * _SMOOTH * _SAFE / 64
    edge = size * _SMOOTH * (1 - _SAFE) / 2 - around * _SMOOTH
    place = [(edge + x * unit, edge + y * unit) for x, y in _SHOULDERS]
    draw.polygon(place, fill=palette["macro"])
    left, top, right, bottom = (edge + one * unit for one in _BAND)
    draw.rounded_rectangle((left, top, right, bottom), radius=2 * unit, fill=palette["micro"])
    whole = Image.new("RGB", (size, size), palette["surface"])
    whole.paste(image.resize((inner, inner), Image.Resampling.LANCZOS), (around, around))
    smooth = whole.quantize(32)
    file = io.BytesIO()
    smooth.save(file, "PNG", optimize=True)
    return file.getvalue()
