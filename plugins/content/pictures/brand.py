"""Brand: the values of logo, icon and portrait, apart from their reader, which imports much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plugins.content.pictures.inline_drawings import InlineDrawing

KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
# The place of a logo in the head of a page, in CSS pixels.
_BOX = (240, 40)


@dataclass(frozen=True)
class BrandPicture:
    """A picture at its address below the site, of known size in pixels; a photo is an AVIF at another one as well."""

    address: str
    width: int
    height: int
    avif: str | None = None
    # A portrait that is put into pages, and so follows their scheme.
    drawing: InlineDrawing | None = None

    @property
    def kind(self) -> str:
        """Its media type."""
        return KINDS[Path(self.address).suffix.lower()]

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height in the head of a page: as large as its place there lets it be."""
        scale = min(_BOX[0] / self.width, _BOX[1] / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


@dataclass(frozen=True)
class Brand:
    """The pictures of a brand, and the face behind it; each may be missing."""

    logo: BrandPicture | None = None
    logo_dark: BrandPicture | None = None
    favicon: BrandPicture | None = None
    portrait: BrandPicture | None = None


NO_PICTURES = Brand()
