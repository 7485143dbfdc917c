"""Palettes: ready ones by name, and a whole palette derived from one colour, each readable in light and dark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plugins.content.colours.contrast import PAIRS, readable
from plugins.content.colours.oklch import Oklch
from plugins.domain.language import N_, _

HEX = re.compile(r"#[0-9A-Fa-f]{6}")
# The first colour is that of links and of the main action, the second stands beside it; both as on light paper.
PALETTES = {
    "garnet": ("#7A1F3D", "#0E5A63"),
    "forest": ("#1E5540", "#7A3F12"),
    "sea": ("#17497C", "#8A3B2A"),
    "plum": ("#5A2C72", "#4C5A12"),
    "ochre": ("#7A4708", "#2C4B78"),
    "ink": ("#2B3A4A", "#A03A1E"),
}
# The highlighter, the same in all of them.
MARKED = {"mark": "#FFD84D", "on-mark": "#1B2326"}
TITLES = {
    "garnet": N_("granata e petrolio"),
    "forest": N_("bosco e cuoio"),
    "sea": N_("mare e corallo"),
    "plum": N_("prugna e oliva"),
    "ochre": N_("ocra e blu"),
    "ink": N_("inchiostro e mattone"),
}
# Lightness and most chroma of what has the hue of the second colour, as the first palette was drawn.
_NEUTRAL_LIGHT = {
    "bg": (0.977, 0.003),
    "ink": (0.25, 0.013),
    "muted": (0.457, 0.019),
    "field": (0.588, 0.023),
    "grid": (0.918, 0.011),
}
_NEUTRAL_DARK = {
    "bg": (0.204, 0.011),
    "surface": (0.25, 0.014),
    "ink": (0.944, 0.007),
    "muted": (0.782, 0.014),
    "on-tone": (0.204, 0.011),
    "field": (0.642, 0.022),
    "grid": (0.302, 0.019),
}
_TURN = 202  # degrees from the first hue to the second


@dataclass(frozen=True)
class Palette:
    """The colours of the tokens by name, on light and on dark paper, as `#RRGGBB`."""

    light: dict[str, str]
    dark: dict[str, str]


def title(name: str) -> str:
    """What a ready palette is called in the language in force."""
    return _(TITLES[name])


def palette(name_or_colour: str) -> Palette:
    """A ready palette by its name, or the one derived from `#RRGGBB`; ValueError where it is neither."""
    if name_or_colour in PALETTES:
        return _derived(*PALETTES[name_or_colour])
    if not HEX.fullmatch(name_or_colour):
        what = _(
            "«%(name)s» non è una tavolozza né un colore. Scegli fra %(names)s, o scrivi un colore. Esempio: #7A1F3D",
            name=name_or_colour,
            names=", ".join(PALETTES),
        )
        raise ValueError(what)
    first = Oklch.of(name_or_colour)
    return _derived(name_or_colour.upper(), Oklch(0.429, 0.075, (first.hue + _TURN) % 360).hex())


def _derived(first: str, second: str) -> Palette:
    one, two = Oklch.of(first), Oklch.of(second)
    light = {"surface": "#FFFFFF", "on-tone": "#FFFFFF", "error": "#A3170F", "ok": "#1B6B3A"}
    light |= {name: _toned(two, *said) for name, said in _NEUTRAL_LIGHT.items()}
    light |= {"macro": first, "micro": second}
    light |= {"macro-tint": _toned(one, 0.947, 0.017), "micro-tint": _toned(two, 0.948, 0.015)}
    dark = {"error": "#FF9C8F", "ok": "#86D6A0"}
    dark |= {name: _toned(two, *said) for name, said in _NEUTRAL_DARK.items()}
    dark |= {"macro": _toned(one, 0.8, 0.1), "micro": _toned(two, 0.795, 0.088)}
    dark |= {"macro-tint": _toned(one, 0.259, 0.059), "micro-tint": _toned(two, 0.301, 0.044)}
    return Palette(_ensured(light), _ensured(dark))


def _toned(colour: Oklch, light: float, most_chroma: float) -> str:
    # A colour that is dark enough for a text shows less of its hue than it has room for elsewhere.
    return Oklch(light, min(1.25 * colour.chroma, most_chroma), colour.hue).hex()


def _ensured(colours: dict[str, str]) -> dict[str, str]:
    """The colours, those of texts darker or lighter where they would not be read."""
    for token in dict.fromkeys(token for token, _paper, _least in PAIRS):
        papers = [(colours[paper], least) for name, paper, least in PAIRS if name == token and paper in colours]
        if token in colours and papers:
            colours[token] = readable(colours[token], papers)
    return colours
