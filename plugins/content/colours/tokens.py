"""Colour tokens: the theme's CSS files that hold every colour, read with their lines, judged, and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.colours.contrast import PAIRS, low_contrasts
from plugins.content.colours.palettes import MARKED, PALETTES, Palette, palette
from plugins.content.templates.formats import decimal
from plugins.domain.language import _

FOLDER = Path("static/css/tokens")
LIGHT, DARK = FOLDER / "colours.css", FOLDER / "dark.css"
# What pictures are drawn with, besides what is read.
_NEEDED = tuple(dict.fromkeys((*(name for pair in PAIRS for name in pair[:2]), "grid")))
_TOKEN = re.compile(r"^(\s*--)([a-z-]+)(:\s*)([^;]*?)(\s*;)", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def tokens(file: Path) -> dict[str, tuple[str, int]]:
    """The tokens of a file by name, each with its value and its line; one that is said twice as it is said last."""
    # Of a comment the lines alone stay.
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), file.read_text(encoding="utf-8"))
    return {found[2]: (found[4], text.count("\n", 0, found.start(2)) + 1) for found in _TOKEN.finditer(text)}


def colours_of(theme: Path, dark: bool = False) -> dict[str, str]:
    """The colours of a theme's tokens by name, as `#RRGGBB`, for pictures to be made in them.

    One that is missing or written otherwise, as the check tells, is that of the first palette.
    """
    first = palette(next(iter(PALETTES)))
    colours = first.light | MARKED | (first.dark if dark else {})
    for file in (LIGHT, DARK) if dark else (LIGHT,):
        if (theme / file).is_file():
            said = {name: value for name, (value, _line) in tokens(theme / file).items()}
            colours |= {name: value for name, value in said.items() if _COLOUR.fullmatch(value)}
    return colours


def contrast_faults(theme: Path) -> list[Fault]:
    """Colours of a theme that cannot be read on their paper, in light or in dark; files are named from the theme on."""
    if not (theme / LIGHT).is_file() or not (theme / DARK).is_file():
        return []  # a theme that has its colours elsewhere
    light = {name: (LIGHT, *said) for name, said in tokens(theme / LIGHT).items()}
    dark = {name: (DARK, *said) for name, said in tokens(theme / DARK).items()}
    faults = set(_unread(light))
    if not faults:
        faults |= set(_unread({**light, **dark}))
    if not faults:
        for scheme in (light, {**light, **dark}):
            faults |= set(_judged(scheme))
    return sorted(faults)


def apply_palette(theme: Path, name_or_colour: str) -> None:
    """Write a palette into the tokens of a theme: a ready one, or the one of `#RRGGBB`; ValueError of anything else."""
    chosen: Palette = palette(name_or_colour)
    for file, colours in ((theme / LIGHT, chosen.light), (theme / DARK, chosen.dark)):
        text = file.read_text(encoding="utf-8")
        file.write_text(_TOKEN.sub(partial(_written, colours), text), encoding="utf-8")


def _written(colours: Mapping[str, str], found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{found[3]}{colours.get(found[2], found[4])}{found[5]}"


def _unread(scheme: Mapping[str, tuple[Path, str, int]]) -> Iterator[Fault]:
    for name in _NEEDED:
        path, value, line = scheme.get(name, (LIGHT, "", 1))
        if not _COLOUR.fullmatch(value):
            what = _(
                "Il colore «--%(name)s» manca o non è scritto come #RRGGBB: così non si può controllare. "
                "Esempio: --%(name)s: #7A1F3D;",
                name=name,
            )
            yield Fault(path, line, what)


def _judged(scheme: Mapping[str, tuple[Path, str, int]]) -> Iterator[Fault]:
    for low in low_contrasts({name: scheme[name][1] for name in _NEEDED}):
        path, value, line = scheme[low.token]
        what = _(
            "«--%(token)s» (%(value)s) su «--%(paper)s» (%(other)s) si legge male: il contrasto è %(ratio)s, "
            "ne serve almeno %(least)s (WCAG AA). Esempio: --%(token)s: %(better)s;",
            token=low.token,
            value=value,
            paper=low.paper,
            other=scheme[low.paper][1],
            ratio=decimal(int(low.ratio * 100) / 100, 2),
            least=decimal(low.least, 1),
            better=low.better,
        )
        yield Fault(path, line, what)
