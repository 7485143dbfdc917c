"""Gallery: the content's images; photos in several widths, drawings (SVG) as they are or within the page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape

from plugins.content.pictures.inline_drawings import InlineDrawing, inline_drawing
from plugins.content.pictures.photo_addresses import photo_address, photo_name
from plugins.content.pictures.svg_size import svg_size
from plugins.media.image_cache import Made

# The column of the text: theme/static/css/tokens/sizes.css.
SIZES = "(min-width: 50rem) 46rem, 92vw"


@dataclass(frozen=True)
class Image:
    """An image at its address, of known size in pixels; `widths` of its pictures, none for a drawing."""

    address: str
    width: int
    height: int
    widths: tuple[int, ...] = ()
    name: str = ""

    def picture(self, width: int, kind: str) -> str:
        """The address of one of its pictures."""
        return photo_address(self.name, width, kind)

    def html(self, site: str, alt: str, sizes: str = SIZES, eager: bool = False, others: str = "") -> str:
        """The element that shows it, `others` being attributes as they are; what is not `eager` waits to be near."""
        when = ' fetchpriority="high"' if eager else ' loading="lazy" decoding="async"'
        img = f'<img src="{site}/{self.address}" alt="{escape(alt)}" width="{self.width}" height="{self.height}"'
        img += f"{when}{others}>"
        if not self.widths:
            return img
        sources = ""
        for kind in ("avif", "webp"):
            listed = ", ".join(f"{site}/{self.picture(width, kind)} {width}w" for width in self.widths)
            sources += f'<source type="image/{kind}" srcset="{listed}" sizes="{sizes}">'
        return f"<picture>{sources}{img}</picture>"


@dataclass
class Gallery:
    """Every image by the path of its file, relative to the content's folder; `drawings` by their address.

    `colours` are those of the theme, which drawings within a page take on.
    """

    images: dict[str, Image] = field(default_factory=dict)
    colours: Collection[str] = ()
    drawings: dict[str, InlineDrawing] = field(default_factory=dict)

    def add_photo(self, path: str, address: str, content: bytes, made: Made) -> dict[str, bytes]:
        """Take in a photo with its pictures, and return the files to publish by their addresses."""
        about = made.about
        image = Image(address, about["width"], about["height"], tuple(about["widths"]), photo_name(path, content))
        self.images[path] = image
        files = {
            image.picture(width, kind): made.files[f"{width}.{kind}"]
            for width in image.widths
            for kind in ("avif", "webp")
        }
        plain = next(file for file in made.files if file.startswith("plain."))
        return files | {address: made.files[plain]}

    def add_animation(self, path: str, address: str, size: tuple[int, int]) -> None:
        """Take in a picture that moves, which is shown as it is."""
        self.images[path] = Image(address, *size)

    def add_drawing(self, path: str, address: str, content: bytes) -> None:
        """Take in an SVG, if it says how large it is."""
        size = svg_size(content.decode("utf-8", errors="replace"))
        if size:
            self.images[path] = Image(address, *size)
            drawing = inline_drawing(content, self.colours)
            if drawing:
                self.drawings[address] = drawing


@dataclass(frozen=True)
class Published:
    """Published pictures: the gallery, the addresses of its files, and the keys of the share cards."""

    gallery: Gallery
    files: tuple[str, ...] = ()
    cards: frozenset[str] = frozenset()
