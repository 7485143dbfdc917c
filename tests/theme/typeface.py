"""Typeface of the theme, cut from its static files: `python -m tests.theme.typeface REGULAR.ttf BOLD.ttf`.

The letters of every European language in Latin script and the signs that the site uses, weights 400 to 700, and what
the originals have not: a zero without a stroke, arrows, a tick, № and Ŀ.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from fontTools import subset, varLib
from fontTools.designspaceLib import AxisDescriptor, DesignSpaceDocument, SourceDescriptor
from fontTools.pens.ttGlyphPen import TTGlyphPen, TTGlyphPointPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates, flagOverlapSimple
from fontTools.varLib.varStore import VarStoreInstancer

from tests.building import ROOT

FILE = ROOT / "theme" / "static" / "fonts" / "atkinson-hyperlegible-next-latin.woff2"
# Accents that no country of Europe writes, and letters of old spellings.
_UNWRITTEN = "ŌōĈĉĜĝĤĥĴĵŜŝŬŭĔĕŎŏĬĭĨĩŨũĲĳĸŉŖŗſ"
LETTERS = "".join(
    chr(code) for code in (*range(0xC0, 0x180), *range(0x218, 0x21C), *range(0x1E80, 0x1E86), 0x1E9E, 0x1EF2, 0x1EF3)
)
LETTERS = "".join(one for one in LETTERS if one not in _UNWRITTEN)
SIGNS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0¡§©ª«°·º»¿½–—‘’‚“”„•…‹›€№←→−✓"
# Of a thousand to the em. Finer steps are not seen, and weigh.
_STEP = 2
_LEAST_KERN, _KERN_STEP = 16, 6

# What is added, by the names that glyphs of these signs have.
_NAMES = {"→": "arrowright", "←": "arrowleft", "✓": "check", "№": "numero", "ŀ": "ldot", "Ŀ": "Ldot"}
_NAMES |= {"ŋ": "eng", "Ŋ": "Eng", "ŧ": "tbar", "Ŧ": "Tbar"}

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Point = tuple[float, float]
# A glyph with how wide and high it is drawn, and where.
Part = tuple[str, float, float, float, float]


def main(arguments: list[str]) -> None:
    """Cut the file and say how large it is."""
    fonts = {weight: TTFont(path) for weight, path in zip((400, 700), arguments, strict=True)}
    for font in fonts.values():
        _draw(font)
        _round(font)
    font = _variable(fonts)
    _plain_kerning(font)
    _cut(font)
    font.flavor = "woff2"
    font.save(FILE)
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")


def _draw(font: TTFont) -> None:
    """Add what the originals have not, in the weight of their own minus."""
    order, glyphs = font.getGlyphOrder(), font["glyf"]
    minus = glyphs[font.getBestCmap()[0x2212]]
    middle, thick = (minus.yMax + minus.yMin) / 2, minus.yMax - minus.yMin
    drawn: dict[str, tuple[int, list[list[Point]]]] = {
        "arrowright": (820, list(_arrow(middle, thick))),
        "arrowleft": (820, [[(820 - x, y) for x, y in reversed(contour)] for contour in _arrow(middle, thick)]),
        "check": (700, [_stroke([(70, 300), (250, 90), (630, 600)], thick * 1.1)]),
    }
    for name, (width, contours) in drawn.items():
        pen = TTGlyphPen(None)
        for contour in contours:
            pen.moveTo(contour[0])
            for point in contour[1:]:
                pen.lineTo(point)
            pen.closePath()
        _add(font, name, pen.glyph(), width)
        # The bar of an arrow lies over its head.
        glyphs[name].flags[0] |= flagOverlapSimple
    composed = dict(_composed(font))
    for name, parts in composed.items():
        pen = TTGlyphPen(glyphs)
        for part, wide, high, x, y in parts:
            pen.addComponent(part, (wide, 0, 0, high, _rounded(x), _rounded(y)))
        following = name in ("numero", "ldot", "Ldot")
        _add(font, name, pen.glyph(), sum(font["hmtx"][part[0]][0] for part in parts[: 2 if following else 1]))
    glyphs["zero"] = _plain_zero(font)
    for table in font["cmap"].tables:
        table.cmap |= {ord(one): name for one, name in _NAMES.items()}
    font.setGlyphOrder([*order, *drawn, *composed])
    _tabular(font)


def _tabular(font: TTFont) -> None:
    """Digits as wide as one another, each of them the plain one in the middle of its place (`tnum`)."""
    glyphs, widths = font["glyf"], font["hmtx"]
    for digit in _DIGITS:
        pen = TTGlyphPen(glyphs)
        pen.addComponent(digit, (1, 0, 0, 1, _rounded((widths["zero"][0] - widths[digit][0]) / 2), 0))
        _add(font, f"{digit}.tf", pen.glyph(), widths["zero"][0])


def _composed(font: TTFont) -> Iterator[tuple[str, list[Part]]]:
    """Letters put together of others."""
    glyphs, widths = font["glyf"], font["hmtx"]
    for name, first, second in (
        ("numero", "N", "ordmasculine"),
        ("ldot", "l", "periodcentered.loclCAT"),
        ("Ldot", "L", "periodcentered.loclCAT.case"),
    ):
        yield name, [(first, 1, 1, 0, 0), (second, 1, 1, widths[first][0], 0)]
    # The leg of a dotless j under the right stem, and a bar across the middle.
    for name, letter in (("eng", "n"), ("Eng", "N")):
        yield name, [(letter, 1, 1, 0, 0), ("uni0237", 1, 0.72, glyphs[letter].xMax - glyphs["uni0237"].xMax, -46)]
    bar = (glyphs["hyphen"].xMin + glyphs["hyphen"].xMax) / 2 * 0.75
    yield "tbar", [("t", 1, 1, 0, 0), ("hyphen", 0.75, 1, (glyphs["t"].xMin + glyphs["t"].xMax) / 2 - bar, 0)]
    yield "Tbar", [("T", 1, 1, 0, 0), ("hyphen", 0.75, 1, (glyphs["T"].xMin + glyphs["T"].xMax) / 2 - bar, 60)]


def _add(font: TTFont, name: str, glyph: Any, width: int) -> None:  # noqa: ANN401 - fontTools has no types
    font["glyf"].glyphs[name] = glyph
    if hasattr(glyph, "recalcBounds"):
        glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)


def _arrow(middle: float, thick: float) -> Iterator[list[Point]]:
    tip, arm, begin, skew = 760, 240, 60, thick / math.sqrt(2)
    yield [
        *((tip, middle), (tip - arm, middle - arm), (tip - arm - skew, middle - arm + skew)),
        *((tip - 2 * skew, middle), (tip - arm - skew, middle + arm - skew), (tip - arm, middle + arm)),
    ]
    top, low = middle + thick / 2, middle - thick / 2
    yield [(begin, low), (begin, top), (tip - skew, top), (tip - skew, low)]


def _stroke(line: list[Point], thick: float) -> list[Point]:
    """The outline of a line of two pieces."""
    (ax, ay), (bx, by), (cx, cy) = line
    first, second = math.atan2(by - ay, bx - ax), math.atan2(cy - by, cx - bx)
    half, join = thick / 2, thick / 2 / math.cos((second - first) / 2)
    across = (first + second) / 2 + math.pi / 2
    sides = []
    for side in (1, -1):
        sides.append(
            [
                (ax - side * half * math.sin(first), ay + side * half * math.cos(first)),
                (bx + side * join * math.cos(across), by + side * join * math.sin(across)),
                (cx - side * half * math.sin(second), cy + side * half * math.cos(second)),
            ]
        )
    return [*sides[0], *reversed(sides[1])]


def _plain_zero(font: TTFont) -> Any:  # noqa: ANN401
    """The zero's own outline about one counter, as wide and high as its two together."""
    zero = font["glyf"]["zero"]
    points, ends, flags = zero.getCoordinates(font["glyf"])
    outer, inner = points[: ends[0] + 1], points[ends[0] + 1 :]

    def middle_and_half(values: list[float]) -> tuple[float, float]:
        return (max(values) + min(values)) / 2, (max(values) - min(values)) / 2

    (ox, ow), (oy, oh) = (middle_and_half([point[axis] for point in outer]) for axis in (0, 1))
    (ix, iw), (iy, ih) = (middle_and_half([point[axis] for point in inner]) for axis in (0, 1))
    counter = [(ix + (x - ox) * iw / ow, iy + (y - oy) * ih / oh) for x, y in outer]
    pen = TTGlyphPointPen(None)
    kinds = ["qcurve" if flag & 1 else None for flag in flags[: ends[0] + 1]]
    for contour, types in ((list(outer), kinds), (counter[::-1], kinds[::-1])):
        pen.beginPath()
        for point, kind in zip(contour, types, strict=True):
            pen.addPoint(point, kind)
        pen.endPath()
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    return glyph


def _round(font: TTFont) -> None:
    glyphs = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = glyphs[name]
        if glyph.isComposite():
            for part in glyph.components:
                part.x, part.y = _rounded(part.x), _rounded(part.y)
        elif glyph.numberOfContours > 0:
            glyph.coordinates = GlyphCoordinates([(_rounded(x), _rounded(y)) for x, y in glyph.coordinates])
    for name in font.getGlyphOrder():
        glyphs[name].recalcBounds(glyphs)
        font["hmtx"][name] = (_rounded(font["hmtx"][name][0]), getattr(glyphs[name], "xMin", 0))


def _rounded(value: float) -> int:
    return round(value / _STEP) * _STEP


def _variable(fonts: dict[int, TTFont]) -> TTFont:
    space = DesignSpaceDocument()
    space.addAxis(AxisDescriptor(tag="wght", name="Weight", minimum=400, default=400, maximum=700))
    for weight, font in fonts.items():
        space.addSource(SourceDescriptor(font=font, location={"Weight": weight}))
    font, _model, _files = varLib.build(space)
    return font


def _plain_kerning(font: TTFont) -> None:
    """Kern every weight as the one in the middle; what is hardly seen not at all."""
    places = font["GDEF"].table
    middle = VarStoreInstancer(places.VarStore, font["fvar"].axes, {"wght": 0.5})
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for sub in lookup.SubTable:
            pairs = getattr(sub, "ExtSubTable", sub)
            if pairs.LookupType == 2:
                for value in _kerns(pairs):
                    device = value.__dict__.pop("XAdvDevice", None)
                    said = getattr(value, "XAdvance", 0)
                    said += middle[(device.StartSize << 16) + device.EndSize] if device else 0
                    value.XAdvance = round(said / _KERN_STEP) * _KERN_STEP if abs(said) >= _LEAST_KERN else 0
                pairs.ValueFormat1 = 4
    places.VarStore, places.Version = None, 0x00010000


def _kerns(pairs: Any) -> Iterator[Any]:  # noqa: ANN401
    if pairs.Format == 1:
        for first in pairs.PairSet:
            yield from (record.Value1 for record in first.PairValueRecord if record.Value1)
    else:
        for first in pairs.Class1Record:
            yield from (record.Value1 for record in first.Class2Record if record.Value1)


def _cut(font: TTFont) -> None:
    # What varies is in the glyphs themselves; nothing hints, and no program of ours asks for styles.
    for tag in ("HVAR", "STAT", "gasp", "prep"):
        if tag in font:
            del font[tag]
    options = subset.Options(
        layout_features=["kern", "tnum"], hinting=False, glyph_names=False, notdef_outline=False, name_IDs=[1, 2]
    )
    one = subset.Subsetter(options)
    one.populate(text=LETTERS + SIGNS)
    one.subset(font)
    # Marks stand in letters alone here.
    del font["GDEF"]


if __name__ == "__main__":
    main(sys.argv[1:])
