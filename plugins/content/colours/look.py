"""Look of the pages: what their heads say of the theme, the same on site and endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plugins.content.colours.tokens import colours_of
from plugins.content.fonts.typefaces import preloaded


@dataclass(frozen=True)
class Look:
    """The masthead's colour in light and in dark, and the fonts to fetch first: address below the site, media type."""

    light: str
    dark: str
    fonts: tuple[tuple[str, str], ...]


def look_of(theme: Path) -> Look:
    """The look of a theme."""
    return Look(colours_of(theme)["surface"], colours_of(theme, dark=True)["surface"], tuple(preloaded(theme)))
