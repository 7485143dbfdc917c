"""Contrast of colours (WCAG 2.2), and the nearest colour that has enough of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugins.content.colours.oklch import Oklch

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 (AA) and 1.4.11
PAPERS = ("bg", "surface")
# A token, what it is read on, and the contrast that needs.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, paper, TEXT) for text in ("ink", "muted", "macro", "micro", "error", "ok") for paper in PAPERS),
    *((text, "macro-tint", TEXT) for text in ("ink", "muted", "macro")),
    *((text, "micro-tint", TEXT) for text in ("ink", "muted", "micro")),
    *(("on-tone", fill, TEXT) for fill in ("macro", "micro")),
    ("on-mark", "mark", TEXT),
    *(("field", paper, SHAPE) for paper in PAPERS),
)
_STEP = 0.004


@dataclass(frozen=True)
class LowContrast:
    """A token that is hard to tell from what it is read on, and the nearest colour that is not."""

    token: str
    paper: str
    ratio: float
    least: float
    better: str


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def low_contrasts(colours: Mapping[str, str]) -> Iterator[LowContrast]:
    """The pairs of a scheme, light or dark, that have too little contrast."""
    for token, paper, least in PAIRS:
        ratio = contrast(colours[token], colours[paper])
        if ratio < least:
            papers = [(colours[other], most) for name, other, most in PAIRS if name == token]
            yield LowContrast(token, paper, ratio, least, readable(colours[token], papers))


def readable(colour: str, papers: Iterable[tuple[str, float]]) -> str:
    """The colour itself where it has these contrasts, else the nearest of its hue that has, darker or lighter."""
    wanted = list(papers)
    start = Oklch.of(colour)
    ways = []
    for direction in (-1, 1):
        light = start.light
        while 0 <= light <= 1:
            found = Oklch(light, start.chroma, start.hue).hex()
            if all(contrast(found, paper) >= least for paper, least in wanted):
                ways.append((abs(light - start.light), found))
                break
            light += direction * _STEP
    # On a paper of middling lightness one of these has 4.5 at least.
    ends = ("#000000", "#FFFFFF")
    return min(ways)[1] if ways else max(ends, key=lambda one: min(contrast(one, paper) for paper, _ in wanted))
