"""Drawn type (Pillow, FreeType): the theme's typefaces as pictures are set in them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import ImageFont

from plugins.content.fonts.typefaces import Face, faces_of, used_faces

_SUFFIXES = {".woff2", ".woff", ".ttf", ".otf"}


@dataclass(frozen=True)
class DrawnType:
    """Files of a typeface, each with the weights it is for: the lightest and the boldest."""

    files: tuple[tuple[tuple[int, int], bytes], ...] = field(repr=False)

    @classmethod
    def of(cls, theme: Path) -> DrawnType | None:
        """What the pages of a theme are set in, or another typeface it has; None where no file can be drawn with."""
        upright = [face for face in used_faces(theme) if face.is_upright and face.is_latin]
        others = [face for face in faces_of(theme) if face.is_upright]
        left = [file for file in sorted((theme / "static" / "fonts").glob("*")) if file.suffix.lower() in _SUFFIXES]
        for files in (
            _readable(theme, upright),
            _readable(theme, others),
            [((400, 400), one) for one in _drawable(left)],
        ):
            if files:
                return cls(tuple(files))
        return None

    def font(self, size: int, weight: int) -> ImageFont.FreeTypeFont:
        """The typeface at a size in pixels, in the weight that is nearest."""
        (low, high), content = min(self.files, key=lambda one: max(one[0][0] - weight, weight - one[0][1], 0))
        font = ImageFont.truetype(io.BytesIO(content), size)
        try:
            axes = font.get_variation_axes()
        except OSError:
            return font  # of one weight
        # Other axes, such as that of optical sizes, stay where the typeface has them.
        inside = min(max(weight, low), high)
        font.set_variation_by_axes([_position(axis, inside) for axis in axes])
        return font


def _position(axis: ImageFont.Axis, weight: int) -> int:
    default = axis["default"] or 0
    if b"weight" not in (axis["name"] or b"").lower():
        return default
    return min(max(weight, axis["minimum"] or default), axis["maximum"] or default)


def _readable(theme: Path, faces: list[Face]) -> list[tuple[tuple[int, int], bytes]]:
    """Of each rule the first file that can be drawn with."""
    found = ((face.weights, _drawable(theme / "static" / one.name for one in face.sources)) for face in faces)
    first = ((weights, next(files, None)) for weights, files in found)
    return [(weights, content) for weights, content in first if content is not None]


def _drawable(files: Iterator[Path] | list[Path]) -> Iterator[bytes]:
    for file in files:
        try:
            content = file.read_bytes()
            # Whole: a file that is cut off is told by its letters alone.
            ImageFont.truetype(io.BytesIO(content), 40).getlength("Prova")
        except (OSError, ValueError):
            continue
        yield content
